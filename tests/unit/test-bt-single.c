/* test-bt-single.c: a file that comes in parts makes the torrent that it makes from the disk. */
#include <string.h>

#include <glib.h>

#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-single.h"

#define KIB ((size_t) 1024)

static const BtFormat formats[] = { BT_FORMAT_V1, BT_FORMAT_V2, BT_FORMAT_HYBRID };

/* Around blocks, pieces, and the batch of blocks. */
static const size_t lengths[]
    = { 1,          16 * KIB - 1,   16 * KIB,        16 * KIB + 1, 32 * KIB,      32 * KIB + 1,
        64 * KIB,   64 * KIB + 1,   64 * KIB - 1,    128 * KIB,    300 * KIB + 7, 1024 * KIB,
        1025 * KIB, 2048 * KIB + 1, 2500 * KIB + 999 };
static const size_t piece_lengths[] = { 16 * KIB, 64 * KIB, 2048 * KIB };
static const size_t parts[] = { 1 << 30, 64 * KIB, 8191, 16 * KIB + 1 };

static GBytes *
from_disk (const char *folder, const BtBuilder *words)
{
  g_autofree char *path = g_build_filename (folder, words->name, NULL);
  const char *paths[] = { path, NULL };
  BtfError error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &(BtfWalkOptions){ 0 }, NULL, &error);
  const BtfCreate create = { .tree = tree, .ops = btd_ops (), .words = words, .n_threads = 1 };
  GBytes *torrent;

  g_assert_nonnull (tree);
  torrent = btf_create (&create, NULL, &error);
  g_assert_nonnull (torrent);
  return torrent;
}

static GBytes *
from_parts (const BtBuilder *words, const uint8_t *bytes, size_t len, size_t part)
{
  g_autoptr (BtSingle) single = bt_single_new (btd_ops (), words->format, words->piece_length);
  BtError why;
  GBytes *torrent;

  for (size_t at = 0; at < len; at += part)
    {
      size_t n = MIN (part, len - at);
      g_autofree uint8_t *exact = g_memdup2 (bytes + at, n);

      g_assert_true (bt_single_take (single, exact, n));
    }
  g_assert_cmpuint (bt_single_len (single), ==, len);
  torrent = bt_single_finish (single, words, &why);
  g_assert_nonnull (torrent);
  return torrent;
}

static void
compare (const char *folder, size_t len, BtBuilder *words)
{
  g_autofree uint8_t *bytes = files_bytes (len, 5);
  g_autoptr (GBytes) expected = from_disk (folder, words);

  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GBytes) torrent = from_parts (words, bytes, len, parts[i]);

      g_assert_true (g_bytes_equal (torrent, expected));
    }
}

static void
test_same_as_from_disk (const void *data)
{
  const BtFormat *format = data;
  char *folder = files_folder ();

  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      files_write (folder, "a file", lengths[i], 5);
      for (size_t k = 0; k < G_N_ELEMENTS (piece_lengths); k++)
        {
          BtBuilder words = { .format = *format,
                              .name = "a file",
                              .piece_length = piece_lengths[k],
                              .is_private = k == 1,
                              .comment = "c" };

          compare (folder, lengths[i], &words);
        }
    }
  files_remove (folder);
}

/* v1 has pieces of any length. */
static void
test_odd_pieces (void)
{
  char *folder = files_folder ();
  BtBuilder words = { .format = BT_FORMAT_V1, .name = "odd", .piece_length = 1000 };

  files_write (folder, "odd", 12345, 5);
  compare (folder, 12345, &words);
  files_remove (folder);
}

static void
test_empty (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (BtSingle) single = bt_single_new (btd_ops (), formats[i], BT_BLOCK_LEN);
      g_autoptr (GBytes) torrent = NULL;
      g_autoptr (BtMetainfo) info = NULL;
      BtError why;

      torrent = bt_single_finish (single, &(BtBuilder){ .name = "n" }, &why);
      g_assert_nonnull (torrent);
      info = bt_metainfo_parse (torrent, BT_ORIGIN_STRANGER, btd_ops (), &why);
      g_assert_null (info);
      g_assert_cmpint (why.code, ==, BT_ERROR_EMPTY_TORRENT);
    }
}

/* Pieces of one byte: after four millions of them nothing more is taken. */
static void
test_too_many_pieces (void)
{
  g_autoptr (BtSingle) single = bt_single_new (btd_ops (), BT_FORMAT_V1, 1);
  g_autofree uint8_t *bytes = g_malloc0 (BT_MIB);
  uint64_t limit = (BT_LIMIT_TORRENT_SIZE - 64 * BT_KIB) / BT_SHA1_LEN;
  bool fits = true;

  for (uint64_t i = 0; i < limit / BT_MIB; i++)
    fits = fits && bt_single_take (single, bytes, BT_MIB);
  g_assert_true (fits);
  g_assert_false (bt_single_take (single, bytes, BT_MIB));
  g_assert_cmpuint (bt_single_len (single), ==, limit);
  g_assert_true (bt_single_fits (BT_FORMAT_V1, 1, limit));
  g_assert_false (bt_single_fits (BT_FORMAT_V1, 1, limit + 1));
  g_assert_false (bt_single_take (single, bytes, 1));
  g_assert_cmpuint (bt_single_len (single), ==, limit);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/single/v1", &formats[0], test_same_as_from_disk);
  g_test_add_data_func ("/single/v2", &formats[1], test_same_as_from_disk);
  g_test_add_data_func ("/single/hybrid", &formats[2], test_same_as_from_disk);
  g_test_add_func ("/single/odd-pieces", test_odd_pieces);
  g_test_add_func ("/single/empty", test_empty);
  g_test_add_func ("/single/too-many-pieces", test_too_many_pieces);
  return g_test_run ();
}
