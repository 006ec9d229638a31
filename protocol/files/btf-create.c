/* btf-create.c: placing the files, hashing them, writing the torrent. */
#include "protocol/files/btf-create.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "protocol/core/bt-limits.h"
#include "protocol/files/btf-device.h"
#include "protocol/files/btf-hasher.h"
#include "protocol/torrent/bt-merkle.h"

#define PIECE_LENGTH_MAX (16 * BT_MIB)
#define PIECES_AIM 2048

/* One creation under way; workers write the hashes of different pieces side by side. */
typedef struct
{
  const BtfCreate *create;
  BtBuilder builder;
  BtFile *files;
  BtLayout layout;
  uint8_t *pieces_v1;
  uint8_t *pieces_v2; /* the node of each piece; those of one file are its layer */
  uint8_t *known;     /* one for each piece: 1 when its hashes were taken from elsewhere */
  pthread_mutex_t lock;
  BtfError *error; /* under the lock */
} Creation;

uint64_t
btf_create_piece_length (uint64_t total)
{
  uint64_t length = BT_BLOCK_LEN;

  while (length < PIECE_LENGTH_MAX && total / length > PIECES_AIM)
    length *= 2;
  return length;
}

static const BtfEntry *
entry_of (const Creation *c, size_t file)
{
  return &g_array_index (c->create->tree->entries, BtfEntry, file);
}

/* --- the hasher's questions --- */

static int
open_entry (void *data, size_t file)
{
  const Creation *c = data;

  return btf_tree_open (c->create->tree, file);
}

static BtErrorCode
check_entry (void *data, size_t file, int fd)
{
  const Creation *c = data;

  return btf_tree_check (c->create->tree, file, fd);
}

static bool
is_known (void *data, uint32_t piece)
{
  const Creation *c = data;

  return c->known[piece] != 0;
}

static void
keep_piece (void *data, uint32_t piece, const uint8_t *sha1, const uint8_t *root)
{
  Creation *c = data;

  if (sha1 != NULL)
    memcpy (c->pieces_v1 + (size_t) piece * BT_SHA1_LEN, sha1, BT_SHA1_LEN);
  if (root != NULL)
    memcpy (c->pieces_v2 + (size_t) piece * BT_SHA256_LEN, root, BT_SHA256_LEN);
}

static bool
fail_file (void *data, uint32_t piece, size_t file, BtErrorCode code, int sys_errno)
{
  Creation *c = data;
  g_autofree char *disk = btf_tree_disk_path (c->create->tree, file);

  pthread_mutex_lock (&c->lock);
  btf_error_set (c->error, code, sys_errno, disk);
  pthread_mutex_unlock (&c->lock);
  return false;
}

/* --- the steps --- */

static bool
place_files (Creation *c)
{
  const BtfTree *tree = c->create->tree;
  BtBuilder *builder = &c->builder;
  bool aligned = builder->format != BT_FORMAT_V1;

  if (builder->piece_length == 0)
    builder->piece_length = btf_create_piece_length (tree->total);
  c->files = g_new0 (BtFile, tree->entries->len);
  for (guint i = 0; i < tree->entries->len; i++)
    {
      c->files[i].path = entry_of (c, i)->path;
      c->files[i].length = entry_of (c, i)->length;
    }
  if (!bt_layout_place (&c->layout, c->files, tree->entries->len, builder->piece_length, aligned))
    return btf_error_set (c->error, BT_ERROR_TOO_MANY_PIECES, 0, tree->roots[0].disk);
  return true;
}

/* Takes what other torrents know already. */
static bool
take_known (Creation *c, const BtfControl *control)
{
  const BtfCreate *create = c->create;
  const char *disk = create->tree->roots[0].disk;
  BtfReuseTarget target
      = { .layout = &c->layout,
          .n_threads = create->n_threads > 0 ? create->n_threads : btf_device_readers (disk),
          .rotational = btf_device_is_rotational (disk),
          .pieces_v1 = c->pieces_v1,
          .pieces_v2 = c->pieces_v2 };

  if (create->reuse == NULL)
    return true;
  target.known = c->known = g_malloc0 (c->layout.n_pieces);
  if (btf_reuse_take (create->reuse, &target, control))
    return true;
  return btf_error_set (
      c->error, btf_control_is_cancelled (control) ? BT_ERROR_CANCELLED : BT_ERROR_READ, 0, NULL);
}

static bool
hash_files (Creation *c, const BtfControl *control)
{
  const BtfTree *tree = c->create->tree;
  const char *disk = tree->roots[0].disk;
  unsigned n_threads = c->create->n_threads;
  BtfHasher hasher = { .layout = &c->layout,
                       .format = c->builder.format,
                       .ops = c->create->ops,
                       .n_threads = n_threads > 0 ? n_threads : btf_device_readers (disk),
                       .rotational = btf_device_is_rotational (disk),
                       .data = c,
                       .open = open_entry,
                       .check = check_entry,
                       .skip = c->known != NULL ? is_known : NULL,
                       .piece = keep_piece,
                       .fail = fail_file };
  bool cancelled;

  if (btf_hasher_run (&hasher, control, &cancelled))
    return true;
  if (cancelled)
    return btf_error_set (c->error, BT_ERROR_CANCELLED, 0, NULL);
  return btf_error_set (c->error, BT_ERROR_READ, errno, disk);
}

/* Gives each file its root, and its layer where it has several pieces. */
static void
join_pieces (Creation *c, uint8_t *roots)
{
  unsigned height = bt_merkle_height (c->layout.piece_length);

  for (size_t i = 0; i < c->layout.n_files; i++)
    {
      BtFile *file = &c->files[i];
      uint32_t first;
      uint32_t end;

      bt_layout_file_pieces (&c->layout, i, &first, &end);
      if (first == end)
        continue;
      file->root = file->layer = c->pieces_v2 + (size_t) first * BT_SHA256_LEN;
      if (end - first == 1)
        continue;
      bt_merkle_root (c->create->ops, file->layer, end - first, height, roots + i * BT_SHA256_LEN);
      file->root = roots + i * BT_SHA256_LEN;
    }
}

static GBytes *
write_torrent (Creation *c)
{
  g_autofree uint8_t *roots = NULL;
  BtBuilder *builder = &c->builder;
  BtError why = { 0 };
  GBytes *torrent;

  if (c->pieces_v2 != NULL)
    {
      roots = g_malloc (c->layout.n_files * BT_SHA256_LEN);
      join_pieces (c, roots);
    }
  builder->name = c->create->tree->name;
  builder->single_file = c->create->tree->single_file;
  builder->files = c->files;
  builder->n_files = c->layout.n_files;
  builder->pieces_v1 = c->pieces_v1;
  builder->n_pieces = c->layout.n_pieces;
  torrent = bt_builder_write (builder, &why);
  if (torrent == NULL)
    btf_error_set (c->error, why.code, 0, NULL);
  return torrent;
}

GBytes *
btf_create (const BtfCreate *create, const BtfControl *control, BtfError *error)
{
  Creation c = { .create = create, .builder = *create->words, .error = error };
  GBytes *torrent = NULL;

  pthread_mutex_init (&c.lock, NULL);
  if (place_files (&c))
    {
      if ((c.builder.format & BT_FORMAT_V1) != 0)
        c.pieces_v1 = g_malloc ((size_t) c.layout.n_pieces * BT_SHA1_LEN);
      if ((c.builder.format & BT_FORMAT_V2) != 0)
        c.pieces_v2 = g_malloc ((size_t) c.layout.n_pieces * BT_SHA256_LEN);
      if (take_known (&c, control) && hash_files (&c, control))
        torrent = write_torrent (&c);
    }
  g_free (c.pieces_v1);
  g_free (c.pieces_v2);
  g_free (c.known);
  g_free (c.files);
  pthread_mutex_destroy (&c.lock);
  return torrent;
}
