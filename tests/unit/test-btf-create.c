/* test-btf-create.c: hashes of created torrents against a straight computation from the bytes, and
 * files that do not hold still. */
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-create.h"
#include "protocol/torrent/bt-merkle.h"

typedef struct
{
  const char *path;
  size_t len;
} Content;

/* Lengths around blocks, pieces, buffers and groups. */
static const Content many[] = {
  { "a/empty", 0 },     { "a/one", 1 },         { "a/block", 16384 },     { "a/block+1", 16385 },
  { "b/under", 16383 }, { "b/c/piece", 65536 }, { "b/c/piece+1", 65537 }, { "b/c/pieces", 655360 },
  { "b/odd", 300001 },  { "c/mega", 3000000 },  { "d", 77777 },           { "e-empty", 0 },
};

static const Content single[] = { { "file", 2500000 } };
static const Content tiny[] = { { "file", 3 } };

typedef struct
{
  const char *name;
  const Content *content;
  size_t n;
  uint64_t piece_length;
  BtFormat format;
  unsigned n_threads;
} Case;

static void
write_content (const char *folder, const Case *c)
{
  for (size_t i = 0; i < c->n; i++)
    files_write (folder, c->content[i].path, c->content[i].len, (uint32_t) i);
}

static size_t
content_index (const Case *c, const char *path)
{
  for (size_t i = 0; i < c->n; i++)
    if (strcmp (c->content[i].path, path) == 0)
      return i;
  g_assert_not_reached ();
}

/* The whole space of the torrent as one run of bytes. */
static uint8_t *
join_content (const Case *c, const BtLayout *layout)
{
  uint8_t *space = g_malloc0 (layout->end + 1);

  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];

      if ((file->attr & BT_FILE_PAD) == 0)
        {
          size_t index = content_index (c, file->path);
          g_autofree uint8_t *bytes = files_bytes (file->length, (uint32_t) index);

          memcpy (space + file->offset, bytes, file->length);
        }
    }
  return space;
}

static void
check_v1 (const BtMetainfo *m, const uint8_t *space)
{
  const BtLayout *layout = bt_metainfo_layout (m);

  for (uint32_t i = 0; i < layout->n_pieces; i++)
    {
      uint8_t digest[BT_SHA1_LEN];

      btd_ops_list (&(size_t){ 0 })[0]->hash (
          BT_SHA1,
          &(BtDigestMessage){ space + bt_layout_piece_start (layout, i),
                              bt_layout_piece_size (layout, i), digest },
          1);
      g_assert_cmpmem (bt_metainfo_piece_v1 (m, i), BT_SHA1_LEN, digest, BT_SHA1_LEN);
    }
}

/* A file's root from its blocks, with nothing in between. */
static void
check_v2 (const BtMetainfo *m, const uint8_t *space)
{
  const BtLayout *layout = bt_metainfo_layout (m);
  const BtDigestOps *ops = btd_ops_list (&(size_t){ 0 })[0];

  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];
      size_t n = (size_t) ((file->length + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN);
      g_autofree uint8_t *leaves = g_malloc (n * BT_SHA256_LEN + 1);
      uint8_t root[BT_SHA256_LEN];

      if ((file->attr & BT_FILE_PAD) != 0 || n == 0)
        continue;
      for (size_t b = 0; b < n; b++)
        ops->hash (BT_SHA256,
                   &(BtDigestMessage){ space + file->offset + b * BT_BLOCK_LEN,
                                       MIN (BT_BLOCK_LEN, file->length - b * BT_BLOCK_LEN),
                                       leaves + b * BT_SHA256_LEN },
                   1);
      bt_merkle_root (ops, leaves, n, 0, root);
      g_assert_cmpmem (file->root, BT_SHA256_LEN, root, BT_SHA256_LEN);
    }
}

static void
test_hashes (const void *data)
{
  const Case *c = data;
  char *folder = files_folder ();
  g_autoptr (BtMetainfo) m = NULL;
  g_autofree uint8_t *space = NULL;

  write_content (folder, c);
  m = files_torrent (folder, c->format, c->piece_length, c->n_threads);
  g_assert_cmpuint (bt_metainfo_n_real_files (m), ==, c->n);
  g_assert_cmpint (bt_metainfo_format (m), ==, c->format);
  space = join_content (c, bt_metainfo_layout (m));
  if ((c->format & BT_FORMAT_V1) != 0)
    check_v1 (m, space);
  if ((c->format & BT_FORMAT_V2) != 0)
    check_v2 (m, space);
  files_remove (folder);
}

/* --- files that do not hold still --- */

typedef struct
{
  const char *name;
  void (*disturb) (const char *folder);
  BtErrorCode code;
} Disturbance;

static void
shrink (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "victim", NULL);

  g_assert_cmpint (truncate (path, 100), ==, 0);
}

static void
grow (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "victim", NULL);

  g_assert_cmpint (truncate (path, 500000), ==, 0);
}

static void
vanish (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "victim", NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* The same length and time, another file. */
static void
replace (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "victim", NULL);
  g_autofree char *other = g_build_filename (folder, "other", NULL);
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  files_write (folder, "other", (size_t) st.st_size, 99);
  g_assert_cmpint (utimensat (AT_FDCWD, other, (struct timespec[]){ st.st_atim, st.st_mtim }, 0),
                   ==, 0);
  g_assert_cmpint (g_rename (other, path), ==, 0);
}

static void
turn_into_folder (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "victim", NULL);

  vanish (folder);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
}

static void
turn_into_pipe (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "victim", NULL);

  vanish (folder);
  g_assert_cmpint (mkfifo (path, 0644), ==, 0);
}

static void
test_disturbed (const void *data)
{
  const Disturbance *d = data;
  char *folder = files_folder ();
  const char *paths[] = { folder, NULL };
  BtfWalkOptions options = { 0 };
  BtBuilder words = { .format = BT_FORMAT_HYBRID };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = NULL;
  BtfCreate create = { .ops = btd_ops (), .words = &words, .n_threads = 2 };

  files_write (folder, "first", 200000, 1);
  files_write (folder, "victim", 400000, 2);
  tree = btf_tree_walk (paths, NULL, &options, NULL, &error);
  g_assert_nonnull (tree);
  create.tree = tree;
  d->disturb (folder);
  g_assert_null (btf_create (&create, NULL, &error));
  g_assert_cmpint (error.why.code, ==, d->code);
  g_assert_nonnull (strstr (error.path, "victim"));
  files_remove (folder);
}

static void
test_cancel (void)
{
  char *folder = files_folder ();
  const char *paths[] = { folder, NULL };
  BtfWalkOptions options = { 0 };
  BtBuilder words = { .format = BT_FORMAT_V1 };
  atomic_bool stop = true;
  BtfControl control = { .cancel = &stop };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = NULL;
  BtfCreate create = { .ops = btd_ops (), .words = &words, .n_threads = 2 };

  files_write (folder, "file", 100000, 1);
  tree = btf_tree_walk (paths, NULL, &options, NULL, &error);
  create.tree = tree;
  g_assert_null (btf_create (&create, &control, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_CANCELLED);
  files_remove (folder);
}

static void
test_piece_length (void)
{
  static const struct
  {
    uint64_t total;
    uint64_t piece_length;
  } cases[] = {
    { 1, 16 * BT_KIB },
    { 2048 * 16 * BT_KIB, 16 * BT_KIB },
    { 4096 * BT_MIB, 2 * BT_MIB },
    { UINT64_C (1) << 40, 16 * BT_MIB },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (btf_create_piece_length (cases[i].total), ==, cases[i].piece_length);
}

#define CONTENT(array) array, G_N_ELEMENTS (array)

static const Case cases[] = {
  { "v1", CONTENT (many), 65536, BT_FORMAT_V1, 2 },
  { "v1-uneven", CONTENT (many), 50000, BT_FORMAT_V1, 2 },
  { "v1-large-pieces", CONTENT (many), 2097152, BT_FORMAT_V1, 2 },
  { "v1-one-thread", CONTENT (many), 32768, BT_FORMAT_V1, 1 },
  { "v1-many-threads", CONTENT (many), 16384, BT_FORMAT_V1, 7 },
  { "v2", CONTENT (many), 65536, BT_FORMAT_V2, 2 },
  { "v2-large-pieces", CONTENT (many), 2097152, BT_FORMAT_V2, 2 },
  { "v2-blocks", CONTENT (many), 16384, BT_FORMAT_V2, 2 },
  { "hybrid", CONTENT (many), 65536, BT_FORMAT_HYBRID, 2 },
  { "hybrid-large-pieces", CONTENT (many), 1048576, BT_FORMAT_HYBRID, 2 },
  { "hybrid-larger-than-all", CONTENT (many), 16777216, BT_FORMAT_HYBRID, 2 },
  { "single-v1", CONTENT (single), 131072, BT_FORMAT_V1, 2 },
  { "single-v2", CONTENT (single), 131072, BT_FORMAT_V2, 2 },
  { "single-hybrid", CONTENT (single), 131072, BT_FORMAT_HYBRID, 2 },
  { "tiny-v1", CONTENT (tiny), 16384, BT_FORMAT_V1, 2 },
  { "tiny-hybrid", CONTENT (tiny), 16384, BT_FORMAT_HYBRID, 2 },
};

static const Disturbance disturbances[] = {
  { "shrinks", shrink, BT_ERROR_FILE_SHRANK },
  { "grows", grow, BT_ERROR_FILE_CHANGED },
  { "vanishes", vanish, BT_ERROR_FILE_VANISHED },
  { "is-replaced", replace, BT_ERROR_FILE_CHANGED },
  { "becomes-a-folder", turn_into_folder, BT_ERROR_FILE_CHANGED },
  { "becomes-a-pipe", turn_into_pipe, BT_ERROR_FILE_CHANGED },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/create/hashes/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_hashes);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (disturbances); i++)
    {
      g_autofree char *path = g_strconcat ("/create/file-", disturbances[i].name, NULL);

      g_test_add_data_func (path, &disturbances[i], test_disturbed);
    }
  g_test_add_func ("/create/cancel", test_cancel);
  g_test_add_func ("/create/piece-length", test_piece_length);
  return g_test_run ();
}
