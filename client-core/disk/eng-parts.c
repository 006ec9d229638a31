/* eng-parts.c: see the header. */
#include "eng-parts-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "eng-bytes-private.h"
#include "eng-folder-private.h"

enum
{
  HOME_UNKNOWN,
  HOME_OWN,
  HOME_PART
};

size_t
eng_parts_file (const EngStorage *storage)
{
  return storage->layout->n_files;
}

/* --- which pieces are shared --- */

void
eng_parts_init (EngParts *parts, const EngStorage *storage)
{
  const BtLayout *layout = storage->layout;
  GArray *shared = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  uint32_t behind = 0; /* the last piece of the file before, and 1 */
  uint32_t noted = 0;  /* likewise, of the last one that is shared */

  for (size_t i = 0; i < layout->n_files; i++)
    {
      uint32_t first;
      uint32_t end;

      bt_layout_file_pieces (layout, i, &first, &end);
      if (first == end || !eng_storage_is_on_disk (storage, i))
        continue;
      if (behind == first + 1 && noted != behind)
        {
          g_array_append_val (shared, first);
          noted = behind;
        }
      behind = end;
    }
  parts->n_shared = shared->len;
  parts->shared = (uint32_t *) (void *) g_array_free (shared, FALSE);
  parts->homes = g_malloc0 (layout->n_files * sizeof *parts->homes);
}

void
eng_parts_clear (EngParts *parts)
{
  g_free (parts->shared);
  g_free (parts->homes);
}

/* The number of a piece among those that are shared; n_shared when it is not. O(log pieces). */
static size_t
slot_of (const EngParts *parts, uint32_t piece)
{
  size_t low = 0;
  size_t high = parts->n_shared;

  while (low < high)
    {
      size_t middle = low + (high - low) / 2;

      if (parts->shared[middle] < piece)
        low = middle + 1;
      else
        high = middle;
    }
  return low < parts->n_shared && parts->shared[low] == piece ? low : parts->n_shared;
}

/* Where the first byte of a span is in the part file; UINT64_MAX when it cannot be there. */
static uint64_t
place_of (const EngStorage *storage, const BtSpan *span)
{
  const BtLayout *layout = storage->layout;
  uint64_t at = layout->files[span->file].offset + span->offset;
  uint32_t piece = (uint32_t) (at / layout->piece_length);
  size_t slot = slot_of (&storage->parts, piece);

  if (slot == storage->parts.n_shared)
    return UINT64_MAX;
  return slot * layout->piece_length + (at - bt_layout_piece_start (layout, piece));
}

uint64_t
eng_parts_end (const EngStorage *storage, const BtSpan *span)
{
  uint64_t place = place_of (storage, span);

  return place != UINT64_MAX ? place + span->length : UINT64_MAX;
}

/* --- where a file lies --- */

static unsigned
home_of (const EngStorage *storage, size_t file)
{
  return atomic_load (&storage->parts.homes[file]);
}

static void
set_home (EngStorage *storage, size_t file, unsigned home)
{
  atomic_store (&storage->parts.homes[file], (unsigned char) home);
}

void
eng_parts_note (EngStorage *storage, size_t file, bool is_there)
{
  if (storage->parts.n_shared > 0)
    set_home (storage, file, is_there ? HOME_OWN : HOME_PART);
}

bool
eng_parts_has (const EngStorage *storage, size_t file)
{
  return home_of (storage, file) == HOME_PART;
}

/* The caller holds the lock. */
static int
open_own (const EngStorage *storage, size_t file)
{
  g_autofree char *path = eng_place_path (storage->metainfo, &storage->names, file);

  return eng_folder_open (storage->folder, path, O_RDONLY, 0);
}

static bool
exists (const EngStorage *storage, size_t file)
{
  int fd = open_own (storage, file);

  eng_folder_close (fd);
  return fd >= 0 || (errno != ENOENT && errno != ENOTDIR); /* what is in the way is told of later */
}

/* Looks for a file that nobody has looked for. The caller holds the lock. */
static unsigned
find_home (EngStorage *storage, size_t file)
{
  if (home_of (storage, file) == HOME_UNKNOWN)
    set_home (storage, file, exists (storage, file) ? HOME_OWN : HOME_PART);
  return home_of (storage, file);
}

static bool
stays_in_part (EngStorage *storage, const BtSpan *span, bool writes, EngPartsHome *home)
{
  uint64_t place = place_of (storage, span);

  if (place == UINT64_MAX || (writes && atomic_load (&storage->wanted[span->file]) != 0))
    return false;
  pthread_rwlock_rdlock (&storage->places);
  if (find_home (storage, span->file) == HOME_PART)
    {
      *home = (EngPartsHome){ .file = eng_parts_file (storage), .offset = place };
      return true;
    }
  pthread_rwlock_unlock (&storage->places);
  return false;
}

bool
eng_parts_enter (EngStorage *storage, const BtSpan *span, bool writes, EngPartsHome *home)
{
  *home = (EngPartsHome){ .file = span->file, .offset = span->offset };
  if (storage->parts.n_shared == 0 || home_of (storage, span->file) == HOME_OWN)
    return true;
  if (stays_in_part (storage, span, writes, home))
    return true;
  return !writes || eng_parts_adopt (storage, span->file);
}

void
eng_parts_leave (EngStorage *storage, const EngPartsHome *home)
{
  int saved = errno;

  if (home->file == eng_parts_file (storage))
    pthread_rwlock_unlock (&storage->places);
  errno = saved;
}

/* --- out of the part file --- */

typedef struct
{
  int part; /* -1: there is none */
  EngFolderNew new;
  bool is_new; /* it has been made */
  const char *path;
} Adoption;

/* A hole was never written. */
static bool
has_bytes (int fd, uint64_t at, uint64_t len)
{
  off_t data = lseek (fd, (off_t) at, SEEK_DATA);

  return data >= 0 ? (uint64_t) data < at + len : errno == EINVAL;
}

static bool
copy_span (EngStorage *storage, Adoption *adoption, const BtSpan *span)
{
  uint64_t place = place_of (storage, span);
  g_autofree uint8_t *bytes = NULL;

  if (place == UINT64_MAX || !has_bytes (adoption->part, place, span->length))
    return true;
  if (!adoption->is_new
      && !eng_folder_new_init (&adoption->new, storage->folder, adoption->path, ".shoal-part",
                               eng_storage_mode (storage, span->file)))
    return false;
  adoption->is_new = true;
  bytes = g_malloc0 ((size_t) span->length);
  /* The file may end before the piece does. */
  if (pread (adoption->part, bytes, (size_t) span->length, (off_t) place) < 0)
    return false;
  return eng_bytes_write (adoption->new.fd, bytes, (size_t) span->length, span->offset);
}

/* The part of a file that lies in one piece. */
static BtSpan
span_in (const BtLayout *layout, size_t file, uint32_t piece)
{
  const BtFile *f = &layout->files[file];
  uint64_t start = bt_layout_piece_start (layout, piece);
  uint64_t from = MAX (start, f->offset);
  uint64_t to = MIN (start + layout->piece_length, f->offset + f->length);

  return (BtSpan){ .file = file, .offset = from - f->offset, .length = to - from };
}

/* No piece but the first and the last one of a file is shared. */
static bool
copy_file (EngStorage *storage, size_t file, Adoption *adoption)
{
  uint32_t first;
  uint32_t end;

  bt_layout_file_pieces (storage->layout, file, &first, &end);
  if (first == end)
    return true;
  const BtSpan head = span_in (storage->layout, file, first);
  const BtSpan tail = span_in (storage->layout, file, end - 1);

  return copy_span (storage, adoption, &head)
         && (end - 1 == first || copy_span (storage, adoption, &tail));
}

/* The bytes are on the device before they have a name, and the name before they go elsewhere. */
static bool
keep_new (EngStorage *storage, Adoption *adoption)
{
  g_autoptr (GHashTable) synced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return fsync (adoption->new.fd) == 0 && eng_folder_new_keep (&adoption->new)
         && eng_folder_sync (storage->folder, adoption->path, synced);
}

/* The caller holds the lock alone. */
static bool
take_over (EngStorage *storage, size_t file)
{
  g_autofree char *path = eng_place_path (storage->metainfo, &storage->names, file);
  Adoption adoption = { .part = open_own (storage, eng_parts_file (storage)), .path = path };
  bool ok = adoption.part >= 0 || errno == ENOENT;

  if (adoption.part >= 0)
    ok = copy_file (storage, file, &adoption);
  if (ok && adoption.is_new)
    {
      ok = keep_new (storage, &adoption);
      atomic_store (&storage->written[file], ENG_WRITTEN_HERE);
    }
  if (adoption.is_new)
    eng_folder_new_clear (&adoption.new);
  eng_folder_close (adoption.part);
  return ok;
}

bool
eng_parts_adopt (EngStorage *storage, size_t file)
{
  bool ok = true;
  int saved;

  if (storage->parts.n_shared == 0 || home_of (storage, file) == HOME_OWN)
    return true;
  pthread_rwlock_wrlock (&storage->places);
  if (home_of (storage, file) != HOME_OWN)
    {
      ok = exists (storage, file) || take_over (storage, file);
      if (ok)
        set_home (storage, file, HOME_OWN);
    }
  saved = errno;
  pthread_rwlock_unlock (&storage->places);
  if (!ok)
    eng_storage_note_fault (storage, ENG_ACCESS_WRITE, saved, file);
  errno = saved;
  return ok;
}

/* Whether every file has its bytes itself. */
static bool
is_empty (const EngStorage *storage)
{
  for (size_t i = 0; i < storage->layout->n_files; i++)
    if (storage->layout->files[i].length > 0 && eng_storage_is_on_disk (storage, i)
        && home_of (storage, i) != HOME_OWN)
      return false;
  return true;
}

void
eng_parts_trim (EngStorage *storage)
{
  size_t file = eng_parts_file (storage);
  g_autofree char *path = NULL;

  if (storage->parts.n_shared == 0)
    return;
  pthread_rwlock_wrlock (&storage->places);
  if (is_empty (storage))
    {
      path = eng_place_path (storage->metainfo, &storage->names, file);
      eng_files_drop_file (storage->disk->files, storage, file);
      (void) eng_folder_delete_file (storage->folder, path); /* what stays is in nobody's way */
    }
  pthread_rwlock_unlock (&storage->places);
}

/* --- verifying --- */

static bool
lies_in_part (const EngStorage *storage, uint32_t piece)
{
  const BtLayout *layout = storage->layout;
  BtSpanIter iter;
  BtSpan span;

  bt_span_iter_init (&iter, layout, bt_layout_piece_start (layout, piece),
                     bt_layout_piece_size (layout, piece));
  while (bt_span_iter_next (&iter, &span))
    if (eng_parts_has (storage, span.file))
      return true;
  return false;
}

void
eng_parts_verify (EngStorage *storage, const EngPartsVerifier *verifier)
{
  const BtLayout *layout = storage->layout;
  g_autofree uint8_t *bytes = NULL;

  for (size_t i = 0; i < storage->parts.n_shared && !atomic_load (&storage->closing); i++)
    {
      uint32_t piece = storage->parts.shared[i];
      size_t len = (size_t) bt_layout_piece_size (layout, piece);
      uint8_t sha1[BT_SHA1_LEN];
      size_t file;

      if (!lies_in_part (storage, piece) || !verifier->wants (verifier->data, piece))
        continue;
      if (bytes == NULL)
        bytes = g_malloc ((size_t) layout->piece_length);
      if (!eng_storage_try_span (storage, bt_layout_piece_start (layout, piece), bytes, len, &file))
        continue;
      storage->disk->ops->hash (BT_SHA1, &(BtDigestMessage){ bytes, len, sha1, 0 }, 1);
      verifier->piece (verifier->data, piece, sha1);
    }
}
