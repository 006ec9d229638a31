/* btf-reuse-take.c: trying a sample of the pieces, then taking hashes over. */
#include <stdatomic.h>
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/files/btf-hasher.h"
#include "protocol/files/btf-reuse-private.h"

/* Pieces that are read of a torrent, or one of each file when these are more. */
#define SAMPLES 64

/* Files that are tried in one go; the others are hashed as usual. */
#define FILES_MAX 1024

/* Torrents that are tried for one file. */
#define TRIES 4

/* Where the hashes of a file come from; in v1 the first stands for the whole torrent. */
typedef struct
{
  const BtMetainfo *metainfo; /* NULL: not tried now */
  uint32_t first;             /* its piece that stands for our first */
  bool tried;                 /* now or before */
  atomic_bool differs;
} Source;

typedef struct
{
  BtfReuse *reuse;
  const BtfReuseTarget *target;
  const BtLayout *layout;
  Source *sources; /* one a file */
  uint8_t *sample; /* one a piece: 1 when it is to be read */
} Trial;

/* --- torrents with the same layout --- */

/* Whether each byte of our layout lies where it does in the torrent's, in pieces of one length. */
static bool
same_layout (const BtfReuse *reuse, const BtLayout *ours, const BtMetainfo *metainfo)
{
  const BtLayout *theirs = bt_metainfo_layout (metainfo);
  const BtFile *a;
  size_t at = 0;
  size_t their_at = 0;

  if (ours->piece_length != theirs->piece_length || ours->end != theirs->end
      || !btf_reuse_holds_all (reuse, metainfo))
    return false;
  while ((a = btf_reuse_next (ours, &at)) != NULL)
    {
      const BtFile *b = btf_reuse_next (theirs, &their_at);

      if (b == NULL || a->offset != b->offset)
        return false;
    }
  return true;
}

/* --- sampling --- */

static bool
is_v1 (const BtfReuse *reuse)
{
  return reuse->format == BT_FORMAT_V1;
}

static size_t
file_of_piece (const Trial *t, uint32_t piece)
{
  return bt_layout_file_at (t->layout, bt_layout_piece_start (t->layout, piece));
}

static Source *
source_of_piece (const Trial *t, uint32_t piece)
{
  return &t->sources[is_v1 (t->reuse) ? 0 : file_of_piece (t, piece)];
}

/* The torrent's number of our piece. */
static uint32_t
their_piece (const Trial *t, const Source *source, uint32_t piece)
{
  uint32_t first = 0;
  uint32_t end;

  if (!is_v1 (t->reuse))
    bt_layout_file_pieces (t->layout, file_of_piece (t, piece), &first, &end);
  return source->first + (piece - first);
}

/* Marks up to @n pieces in [@first, @end): both ends, and some between that the numbers choose. */
static void
mark_samples (Trial *t, uint32_t first, uint32_t end, unsigned n)
{
  if (first == end)
    return;
  if (n >= 2)
    t->sample[first] = t->sample[end - 1] = 1;
  for (unsigned i = n >= 2 ? 2 : 0; i < n; i++)
    t->sample[first + (uint32_t) ((first + i + UINT64_C (1)) * 2654435761u % (end - first))] = 1;
}

/* Marks what is to be read of the files that are tried; @n of them, one at least. */
static void
choose_samples (Trial *t, size_t n)
{
  size_t step = is_v1 (t->reuse) ? (t->layout->n_files + FILES_MAX - 1) / FILES_MAX : 1;
  unsigned each;

  bt_assert (n > 0);
  each = (unsigned) MAX (1, SAMPLES / n);
  memset (t->sample, 0, t->layout->n_pieces);
  for (size_t i = 0; i < t->layout->n_files; i += step)
    {
      uint32_t first;
      uint32_t end;

      if (!is_v1 (t->reuse) && t->sources[i].metainfo == NULL)
        continue;
      bt_layout_file_pieces (t->layout, i, &first, &end);
      mark_samples (t, first, end, each);
    }
}

static int
open_entry (void *data, size_t file)
{
  const Trial *t = data;

  return btf_tree_open (t->reuse->tree, file);
}

static BtErrorCode
check_entry (void *data, size_t file, int fd)
{
  const Trial *t = data;

  return btf_tree_check (t->reuse->tree, file, fd);
}

static bool
skip_piece (void *data, uint32_t piece)
{
  const Trial *t = data;

  return t->sample[piece] == 0;
}

static void
compare_piece (void *data, uint32_t piece, const uint8_t *sha1, const uint8_t *root)
{
  const Trial *t = data;
  Source *source = source_of_piece (t, piece);
  uint32_t theirs = their_piece (t, source, piece);
  const uint8_t *v1 = sha1 != NULL ? bt_metainfo_piece_v1 (source->metainfo, theirs) : NULL;
  const uint8_t *v2 = root != NULL ? bt_metainfo_piece_v2 (source->metainfo, theirs) : NULL;
  bool alike = bt_layout_piece_size (bt_metainfo_layout (source->metainfo), theirs)
               == bt_layout_piece_size (t->layout, piece);

  if ((sha1 != NULL && alike && (v1 == NULL || memcmp (sha1, v1, BT_SHA1_LEN) != 0))
      || (root != NULL && (v2 == NULL || memcmp (root, v2, BT_SHA256_LEN) != 0)))
    atomic_store (&source->differs, true);
}

/* A file that cannot be read now is reported when it is hashed. */
static bool
note_failure (void *data, uint32_t piece, size_t file, BtErrorCode code, int sys_errno)
{
  const Trial *t = data;

  atomic_store (&t->sources[is_v1 (t->reuse) ? 0 : file].differs, true);
  return true;
}

/* Reads the sample. False when it was cancelled or could not start. */
static bool
run_trial (Trial *t, const BtfControl *control)
{
  BtfControl quiet = { .cancel = control != NULL ? control->cancel : NULL };
  BtfHasher hasher = { .layout = t->layout,
                       .format = t->reuse->format,
                       .ops = t->reuse->ops,
                       .n_threads = t->target->n_threads,
                       .rotational = t->target->rotational,
                       .data = t,
                       .open = open_entry,
                       .check = check_entry,
                       .skip = skip_piece,
                       .piece = compare_piece,
                       .fail = note_failure };
  bool cancelled;

  return btf_hasher_run (&hasher, &quiet, &cancelled);
}

/* --- taking over --- */

/* One piece; not when the torrent's covers more or fewer bytes, as the last of a v1 half may. */
static void
take_piece (Trial *t, const Source *source, uint32_t piece)
{
  const BtfReuseTarget *target = t->target;
  uint32_t theirs = their_piece (t, source, piece);
  uint64_t size = bt_layout_piece_size (t->layout, piece);

  if (target->pieces_v1 != NULL)
    {
      if (bt_layout_piece_size (bt_metainfo_layout (source->metainfo), theirs) != size)
        return;
      memcpy (target->pieces_v1 + (size_t) piece * BT_SHA1_LEN,
              bt_metainfo_piece_v1 (source->metainfo, theirs), BT_SHA1_LEN);
    }
  if (target->pieces_v2 != NULL)
    memcpy (target->pieces_v2 + (size_t) piece * BT_SHA256_LEN,
            bt_metainfo_piece_v2 (source->metainfo, theirs), BT_SHA256_LEN);
  target->known[piece] = 1;
  t->reuse->sum.bytes += t->sample[piece] == 0 ? size : 0;
}

/* Whether every hash that would be taken is there. */
static bool
is_complete (const Trial *t, const BtMetainfo *metainfo, uint32_t first, uint32_t n)
{
  for (uint32_t i = 0; i < n && t->target->pieces_v2 != NULL; i++)
    if (bt_metainfo_piece_v2 (metainfo, first + i) == NULL)
      return false;
  return true;
}

/* --- v1: the whole torrent --- */

static size_t
count_content (const BtLayout *layout)
{
  size_t n = 0;
  size_t at = 0;

  while (btf_reuse_next (layout, &at) != NULL)
    n++;
  return n;
}

static bool
take_whole (Trial *t, const BtfControl *control)
{
  const BtfReuse *reuse = t->reuse;
  size_t n_files = count_content (t->layout);
  unsigned tries = 0;

  for (guint i = 0; i < reuse->metainfos->len && tries < TRIES; i++)
    {
      if (!same_layout (reuse, t->layout, reuse->metainfos->pdata[i]))
        continue;
      tries++;
      t->sources[0].metainfo = reuse->metainfos->pdata[i];
      atomic_store (&t->sources[0].differs, false);
      choose_samples (t, n_files);
      if (!run_trial (t, control))
        return false;
      if (atomic_load (&t->sources[0].differs))
        continue;
      for (uint32_t piece = 0; piece < t->layout->n_pieces; piece++)
        take_piece (t, &t->sources[0], piece);
      t->reuse->sum.files = n_files;
      return true;
    }
  t->reuse->sum.different_files = tries > 0 ? n_files : 0;
  return true;
}

/* --- v2 and hybrids: file by file --- */

/* How many components two paths share at their ends. */
static unsigned
shared_tail (const char *a, const char *b)
{
  size_t i = strlen (a);
  size_t k = strlen (b);
  unsigned n = 0;

  for (; i > 0 && k > 0 && a[i - 1] == b[k - 1]; i--, k--)
    n += a[i - 1] == '/';
  return n + (i == 0 || k == 0);
}

/* The match number @rank of a file, those with the longest common path first. NULL behind the last.
 */
static const BtfReuseMatch *
ranked_match (const Trial *t, size_t file, unsigned rank)
{
  const BtfEntry *entry = btf_reuse_entry (t->reuse, file);
  g_autofree char *key = btf_reuse_key (entry->path, entry->length);
  GArray *matches = g_hash_table_lookup (t->reuse->wanted, key);
  unsigned best_tail = 0;
  const BtfReuseMatch *best = NULL;
  g_autofree uint8_t *used = g_malloc0 (matches->len + 1);

  for (unsigned pass = 0; pass <= rank; pass++)
    {
      best = NULL;
      for (guint i = 0; i < matches->len; i++)
        {
          const BtfReuseMatch *match = &g_array_index (matches, BtfReuseMatch, i);
          const BtLayout *layout = bt_metainfo_layout (match->metainfo);
          unsigned tail = shared_tail (layout->files[match->file].path, entry->path);

          if (used[i] == 0 && layout->piece_length == t->layout->piece_length
              && (best == NULL || tail > best_tail))
            {
              best = match;
              best_tail = tail;
            }
        }
      if (best != NULL)
        used[best - &g_array_index (matches, BtfReuseMatch, 0)] = 1;
    }
  return best;
}

/* Gives the files that are still unknown their next torrent; how many have one. A file of one piece
 * is read as fast as it is sampled. */
static size_t
choose_sources (Trial *t, unsigned rank)
{
  size_t n = 0;

  for (size_t i = 0; i < t->layout->n_files; i++)
    {
      const BtfReuseMatch *match = NULL;
      uint32_t first;
      uint32_t end;
      uint32_t last;

      t->sources[i].metainfo = NULL;
      bt_layout_file_pieces (t->layout, i, &first, &end);
      if (end - first > 1 && t->target->known[first] == 0 && n < FILES_MAX)
        match = ranked_match (t, i, rank);
      if (match == NULL)
        continue;
      bt_layout_file_pieces (bt_metainfo_layout (match->metainfo), match->file,
                             &t->sources[i].first, &last);
      if (!is_complete (t, match->metainfo, t->sources[i].first, end - first))
        continue;
      t->sources[i].metainfo = match->metainfo;
      t->sources[i].tried = true;
      atomic_store (&t->sources[i].differs, false);
      n++;
    }
  return n;
}

static void
take_files (Trial *t)
{
  for (size_t i = 0; i < t->layout->n_files; i++)
    {
      uint32_t piece;
      uint32_t end;

      if (t->sources[i].metainfo == NULL || atomic_load (&t->sources[i].differs))
        continue;
      t->reuse->sum.files++;
      for (bt_layout_file_pieces (t->layout, i, &piece, &end); piece < end; piece++)
        take_piece (t, &t->sources[i], piece);
    }
}

static void
count_different (Trial *t)
{
  size_t n_tried = 0;

  for (size_t i = 0; i < t->layout->n_files; i++)
    n_tried += t->sources[i].tried;
  t->reuse->sum.different_files = n_tried - t->reuse->sum.files;
}

static bool
take_each (Trial *t, const BtfControl *control)
{
  size_t n;

  for (unsigned rank = 0; rank < TRIES && (n = choose_sources (t, rank)) > 0; rank++)
    {
      choose_samples (t, n);
      if (!run_trial (t, control))
        return false;
      take_files (t);
    }
  count_different (t);
  return true;
}

bool
btf_reuse_take (BtfReuse *reuse, const BtfReuseTarget *target, const BtfControl *control)
{
  Trial t = { .reuse = reuse, .target = target, .layout = target->layout };
  bool ok;

  t.sources = g_new0 (Source, MAX (t.layout->n_files, 1));
  t.sample = g_malloc0 (MAX (t.layout->n_pieces, 1));
  ok = is_v1 (reuse) ? take_whole (&t, control) : take_each (&t, control);
  g_free (t.sources);
  g_free (t.sample);
  return ok;
}
