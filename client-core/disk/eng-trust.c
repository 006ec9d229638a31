/* eng-trust.c: see the header. */
#include "eng-trust-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eng-parts-private.h"
#include "protocol/core/bt-limits.h"

/* How long after a dirty row its files may have been written to by whoever wrote the row: a sync
 * of a slow disk, and what comes until the next row. */
#define GRACE_S 120

#define NS_PER_S INT64_C (1000000000)

bool
eng_file_state_read (int fd, EngFileState *out)
{
  struct stat st;

  if (fstat (fd, &st) != 0)
    return false;
  *out = (EngFileState){ .inode = (uint64_t) st.st_ino,
                         .size = (uint64_t) st.st_size,
                         .mtime_ns = (int64_t) st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec };
  return true;
}

static bool
is_as_left (const EngResume *resume, const EngFileState *kept, const EngFileState *now)
{
  if (!resume->dirty)
    return eng_file_state_equal (kept, now);
  return kept->inode != 0 && kept->inode == now->inode && now->size >= kept->size
         && now->mtime_ns / NS_PER_S <= resume->saved_at + GRACE_S;
}

/* What the bytes of a span are in, and were in as far as the row goes. */
static size_t
home_of (const EngStorage *storage, const EngResume *resume, const BtSpan *span)
{
  bool is_in_part = eng_parts_has (storage, span->file) && resume->files[span->file].inode == 0
                    && eng_parts_end (storage, span) != UINT64_MAX;

  return is_in_part ? eng_parts_file (storage) : span->file;
}

/* Whether all files of a piece are as they were left, and reach as far as the piece does. */
static bool
is_known (const EngStorage *storage, uint32_t piece, const EngResume *resume,
          const EngFileState *files, bool *whole)
{
  const BtLayout *layout = storage->layout;
  BtSpanIter iter;
  BtSpan span;

  *whole = true;
  bt_span_iter_init (&iter, layout, bt_layout_piece_start (layout, piece),
                     bt_layout_piece_size (layout, piece));
  while (bt_span_iter_next (&iter, &span))
    {
      if (!eng_storage_is_on_disk (storage, span.file))
        continue;
      size_t file = home_of (storage, resume, &span);
      uint64_t end = file == span.file ? span.offset + span.length : eng_parts_end (storage, &span);

      if (!is_as_left (resume, &resume->files[file], &files[file]))
        return false;
      *whole = *whole && end <= files[file].size;
    }
  return true;
}

static EngTrust
decide_piece (const EngStorage *storage, uint32_t piece, const EngResume *resume,
              const EngFileState *files)
{
  bool whole;

  if (!is_known (storage, piece, resume, files, &whole))
    return ENG_TRUST_HASH;
  if (bt_bitfield_test (&resume->have, piece))
    return whole ? ENG_TRUST_HAVE : ENG_TRUST_HASH;
  return resume->dirty ? ENG_TRUST_HASH : ENG_TRUST_ABSENT;
}

/* --- holes --- */

/* Whether bytes that were never written lie in [@from, @end) of a file. */
static bool
has_hole (int fd, uint64_t from, uint64_t end)
{
  off_t data = lseek (fd, (off_t) from, SEEK_DATA);
  off_t hole;

  if (data != (off_t) from)
    return data >= 0 || errno == ENXIO; /* nothing but a hole until the end */
  hole = lseek (fd, (off_t) from, SEEK_HOLE);
  return hole >= 0 && (uint64_t) hole < end;
}

/* Marks the pieces of a file that it has not got. */
static void
look_for_holes (const EngStorage *storage, size_t file, int fd, uint8_t *trust)
{
  const BtLayout *layout = storage->layout;
  const BtFile *f = &layout->files[file];
  uint32_t first;
  uint32_t end;

  bt_layout_file_pieces (layout, file, &first, &end);
  for (uint32_t i = first; i < end && !atomic_load (&storage->closing); i++)
    {
      uint64_t start = bt_layout_piece_start (layout, i);
      uint64_t stop = MIN (start + bt_layout_piece_size (layout, i), f->offset + f->length);

      if (trust[i] == ENG_TRUST_HASH
          && has_hole (fd, MAX (start, f->offset) - f->offset, stop - f->offset))
        trust[i] = ENG_TRUST_ABSENT;
    }
}

/* A file that we were writing: its holes are what had not come. In any other, a hole may be the
 * zeros that belong there. */
static bool
is_unfinished (const EngResume *resume, size_t file, const EngFileState *now)
{
  const EngFileState *kept = &resume->files[file];

  return now->inode != 0 && (kept->inode == 0 || is_as_left (resume, kept, now));
}

uint8_t *
eng_trust_decide (const EngStorage *storage, const EngResume *resume, const EngFileState *files)
{
  const BtLayout *layout = storage->layout;
  uint8_t *trust = g_malloc0 (layout->n_pieces + 1);

  for (uint32_t i = 0; i < layout->n_pieces; i++)
    trust[i] = (uint8_t) decide_piece (storage, i, resume, files);
  for (size_t i = 0; i < layout->n_files && resume->dirty; i++)
    {
      int fd = eng_storage_is_on_disk (storage, i) && layout->files[i].length > 0
                       && is_unfinished (resume, i, &files[i])
                   ? eng_storage_open_file (storage, i, O_RDONLY)
                   : -1;

      if (fd < 0)
        continue;
      look_for_holes (storage, i, fd, trust);
      close (fd);
    }
  return trust;
}
