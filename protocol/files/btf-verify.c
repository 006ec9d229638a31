/* btf-verify.c: a look at each file's length, then the hashes of the pieces that can be whole. */
#include "protocol/files/btf-verify.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/files/btf-device.h"
#include "protocol/files/btf-hasher.h"
#include "protocol/files/btf-names.h"
#include "protocol/torrent/bt-metainfo-layers.h"

typedef struct
{
  BtfReport *report;
  const BtLayout *layout;
  const BtDigestOps *ops;
  uint8_t *mismatched;  /* one for each piece: 1 when it was hashed and did not match */
  uint8_t *roots;       /* 32 bytes for each piece, where layers are missing; or NULL */
  pthread_mutex_t lock; /* over the file reports while the workers run */
} Verification;

static bool
is_on_disk (const BtFile *file)
{
  return (file->attr & (BT_FILE_PAD | BT_FILE_SYMLINK)) == 0;
}

char *
btf_report_disk_path (const BtfReport *report, size_t file)
{
  const BtFile *f = &bt_metainfo_layout (report->metainfo)->files[file];
  bool is_raw = report->raw != NULL && report->raw[file] != 0;

  if (bt_metainfo_is_single_file (report->metainfo))
    return g_strdup (report->base);
  return g_build_filename (report->base, is_raw ? bt_file_raw_path (f) : f->path, NULL);
}

const char *
btf_file_state_name (BtfFileState state)
{
  static const char *const names[] = {
    [BTF_FILE_GOOD] = "good",
    [BTF_FILE_MISSING] = "missing",
    [BTF_FILE_SHORT] = "short",
    [BTF_FILE_LONG] = "long",
    [BTF_FILE_CORRUPT] = "corrupt",
    [BTF_FILE_UNREADABLE] = "unreadable",
    [BTF_FILE_NOT_A_FILE] = "not-a-file",
  };

  return names[state];
}

/* --- before the reading --- */

static BtfFileState
look_at (const char *disk, const BtFile *file, BtfFileReport *out)
{
  struct stat st;

  if (stat (disk, &st) != 0)
    {
      out->sys_errno = errno;
      return errno == ENOENT || errno == ENOTDIR ? BTF_FILE_MISSING : BTF_FILE_UNREADABLE;
    }
  if (!S_ISREG (st.st_mode))
    return BTF_FILE_NOT_A_FILE;
  out->found = (uint64_t) st.st_size;
  if (out->found == file->length)
    return BTF_FILE_GOOD;
  return out->found < file->length ? BTF_FILE_SHORT : BTF_FILE_LONG;
}

static void
look_at_all (Verification *v)
{
  for (size_t i = 0; i < v->layout->n_files; i++)
    if (is_on_disk (&v->layout->files[i]))
      {
        g_autofree char *disk = btf_report_disk_path (v->report, i);

        v->report->files[i].state = look_at (disk, &v->layout->files[i], &v->report->files[i]);
      }
}

/* --- the hasher's questions --- */

static int
open_file (void *data, size_t file)
{
  const Verification *v = data;
  g_autofree char *disk = btf_report_disk_path (v->report, file);

  return open (disk, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

/* A piece whose bytes are not all there cannot match. */
static bool
skip_piece (void *data, uint32_t piece)
{
  const Verification *v = data;
  BtSpanIter iter;
  BtSpan span;

  bt_span_iter_init (&iter, v->layout, bt_layout_piece_start (v->layout, piece),
                     bt_layout_piece_size (v->layout, piece));
  while (bt_span_iter_next (&iter, &span))
    {
      const BtfFileReport *file = &v->report->files[span.file];

      if (!is_on_disk (&v->layout->files[span.file]))
        continue;
      if (file->state != BTF_FILE_GOOD && file->state != BTF_FILE_LONG
          && span.offset + span.length > file->found)
        return true;
    }
  return false;
}

/* In a hybrid both halves must match. What has no hash to match is good as far as it goes: the file
 * is judged as a whole. */
static void
compare_piece (void *data, uint32_t piece, const uint8_t *sha1, const uint8_t *root)
{
  Verification *v = data;
  const BtMetainfo *metainfo = v->report->metainfo;
  const uint8_t *want_v2 = root != NULL ? bt_metainfo_piece_v2 (metainfo, piece) : NULL;
  bool good = true;

  if (sha1 != NULL)
    good = memcmp (sha1, bt_metainfo_piece_v1 (metainfo, piece), BT_SHA1_LEN) == 0;
  if (want_v2 != NULL)
    good = good && memcmp (root, want_v2, BT_SHA256_LEN) == 0;
  else if (v->roots != NULL && root != NULL)
    memcpy (v->roots + (size_t) piece * BT_SHA256_LEN, root, BT_SHA256_LEN);
  v->report->good[piece] = good;
  v->mismatched[piece] = !good;
}

static bool
note_failure (void *data, uint32_t piece, size_t file, BtErrorCode code, int sys_errno)
{
  Verification *v = data;
  BtfFileReport *report = &v->report->files[file];

  pthread_mutex_lock (&v->lock);
  report->sys_errno = sys_errno;
  report->state = code == BT_ERROR_FILE_VANISHED ? BTF_FILE_MISSING
                  : code == BT_ERROR_FILE_SHRANK ? BTF_FILE_SHORT
                                                 : BTF_FILE_UNREADABLE;
  pthread_mutex_unlock (&v->lock);
  return true;
}

/* --- after the reading --- */

/* A file without its piece layer: its pieces lead to its root, or nobody knows which of them does
 * not belong there. */
static void
judge_whole (Verification *v, size_t file)
{
  uint32_t first;
  uint32_t end;
  bool all = true;

  bt_layout_file_pieces (v->layout, file, &first, &end);
  for (uint32_t i = first; i < end; i++)
    all = all && v->report->good[i] != 0;
  if (all
      && bt_metainfo_is_layer (v->report->metainfo, file, v->roots + (size_t) first * BT_SHA256_LEN,
                               v->ops))
    return;
  for (uint32_t i = first; i < end; i++)
    {
      v->mismatched[i] = all;
      v->report->good[i] = 0;
    }
}

/* A file of the right length is called corrupt where a piece of it was hashed and did not match. A
 * piece that could not be hashed, because another file of it is missing, proves nothing. */
static void
charge_files (Verification *v, uint32_t piece)
{
  BtSpanIter iter;
  BtSpan span;

  bt_span_iter_init (&iter, v->layout, bt_layout_piece_start (v->layout, piece),
                     v->layout->piece_length);
  while (bt_span_iter_next (&iter, &span))
    {
      BtfFileReport *file = &v->report->files[span.file];

      if (!is_on_disk (&v->layout->files[span.file]))
        continue;
      file->bad_pieces++;
      if (file->state == BTF_FILE_GOOD && v->mismatched[piece] != 0)
        file->state = BTF_FILE_CORRUPT;
    }
}

static void
sum_up (Verification *v)
{
  for (size_t i = 0; v->roots != NULL && i < v->layout->n_files; i++)
    if (bt_metainfo_lacks_layer (v->report->metainfo, i))
      judge_whole (v, i);
  for (uint32_t i = 0; i < v->layout->n_pieces; i++)
    {
      v->report->n_good += v->report->good[i];
      if (v->report->good[i] == 0)
        charge_files (v, i);
    }
  for (size_t i = 0; i < v->layout->n_files; i++)
    v->report->n_bad_files += v->report->files[i].state != BTF_FILE_GOOD;
}

/* --- the whole --- */

/* The content is at @place under the torrent's name, or it is @place itself. */
static char *
find_base (const BtMetainfo *metainfo, const char *place)
{
  BtfPlace folder;
  g_autofree char *named = NULL;
  struct stat st;

  btf_place_init (&folder, place);
  named = g_build_filename (place, btf_names_top (metainfo, &folder), NULL);
  if (stat (named, &st) == 0)
    return g_steal_pointer (&named);
  if (stat (place, &st) != 0)
    return NULL;
  if (bt_metainfo_is_single_file (metainfo) == (bool) S_ISREG (st.st_mode))
    return g_strdup (place);
  errno = ENOENT;
  return g_steal_pointer (&named);
}

static uint8_t *
find_raw (const BtMetainfo *metainfo, const char *base)
{
  BtfPlace folder;

  btf_place_init (&folder, base);
  return bt_metainfo_is_single_file (metainfo) ? NULL : btf_names_find (metainfo, &folder, "");
}

static BtfReport *
report_new (BtMetainfo *metainfo, char *base)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  BtfReport *report = g_new0 (BtfReport, 1);

  report->metainfo = bt_metainfo_ref (metainfo);
  report->base = base;
  report->raw = find_raw (metainfo, base);
  report->files = g_new0 (BtfFileReport, layout->n_files);
  report->good = g_new0 (uint8_t, layout->n_pieces);
  return report;
}

void
btf_report_free (BtfReport *report)
{
  if (report == NULL)
    return;
  bt_metainfo_unref (report->metainfo);
  g_free (report->base);
  g_free (report->raw);
  g_free (report->files);
  g_free (report->good);
  g_free (report);
}

static bool
run_hasher (Verification *v, const BtDigestOps *ops, unsigned n_threads, const BtfControl *control,
            BtfError *error)
{
  const char *base = v->report->base;
  BtfHasher hasher = { .layout = v->layout,
                       .format = bt_metainfo_format (v->report->metainfo),
                       .ops = ops,
                       .n_threads = n_threads > 0 ? n_threads : btf_device_readers (base),
                       .rotational = btf_device_is_rotational (base),
                       .data = v,
                       .open = open_file,
                       .skip = skip_piece,
                       .piece = compare_piece,
                       .fail = note_failure };
  bool cancelled;

  if (btf_hasher_run (&hasher, control, &cancelled))
    return true;
  return btf_error_set (error, cancelled ? BT_ERROR_CANCELLED : BT_ERROR_READ,
                        cancelled ? 0 : errno, NULL);
}

BtfReport *
btf_verify (BtMetainfo *metainfo, const char *place, const BtDigestOps *ops, unsigned n_threads,
            const BtfControl *control, BtfError *error)
{
  char *base = find_base (metainfo, place);
  g_autoptr (BtfReport) report = NULL;
  Verification v;
  bool ok;

  if (base == NULL)
    {
      btf_error_set (error, BT_ERROR_OPEN, errno, place);
      return NULL;
    }
  report = report_new (metainfo, base);
  v = (Verification){ .report = report, .layout = bt_metainfo_layout (metainfo) };
  v.ops = ops;
  v.mismatched = g_new0 (uint8_t, v.layout->n_pieces);
  if (bt_metainfo_needs_layers (metainfo))
    v.roots = g_malloc ((size_t) v.layout->n_pieces * BT_SHA256_LEN);
  pthread_mutex_init (&v.lock, NULL);
  look_at_all (&v);
  ok = run_hasher (&v, ops, n_threads, control, error);
  pthread_mutex_destroy (&v.lock);
  if (ok)
    sum_up (&v);
  g_free (v.mismatched);
  g_free (v.roots);
  return ok ? g_steal_pointer (&report) : NULL;
}
