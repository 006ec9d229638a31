/* test-eng-doubts.c: who is asked for the leaves of a piece that was not good, what is believed,
 * and what they tell of its blocks. */
#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-doubts.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

#define KIB UINT64_C (1024)
#define BLOCKS 4

static const struct
{
  const char *path;
  size_t len;
} files[] = {
  { "a", 9 * 64 * KIB + 20 * KIB }, /* the last of its pieces has two blocks */
  { "b", 3 * 16 * KIB - 1 },        /* less than a piece */
  { "c", 16 * KIB },                /* a block */
};

static const struct
{
  const char *name;
  uint32_t piece;
  uint32_t n_blocks;
  uint32_t width; /* leaves that are asked for */
  uint32_t index;
} cases[] = {
  { "first", 0, 4, 4, 0 },
  { "inner", 5, 4, 4, 20 },
  { "last-of-a-file", 9, 2, 4, 36 },
  { "whole-file", 10, 3, 4, 0 },
};

typedef struct
{
  char *folder;
  BtMetainfo *metainfo;
  EngDoubts *doubts;
  BtBitfield all; /* pieces */
} World;

static void
begin (World *w, uint64_t piece_length)
{
  w->folder = files_folder ();
  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    files_write (w->folder, files[i].path, files[i].len, (uint32_t) i + 1);
  w->metainfo = files_torrent (w->folder, BT_FORMAT_V2, piece_length, 1);
  w->doubts = eng_doubts_new (w->metainfo, btd_ops ());
  bt_bitfield_init (&w->all, bt_metainfo_layout (w->metainfo)->n_pieces);
  bt_bitfield_set_range (&w->all, 0, w->all.n_bits);
}

static void
end (World *w)
{
  eng_doubts_free (w->doubts);
  bt_bitfield_clear (&w->all);
  bt_metainfo_unref (w->metainfo);
  files_remove (w->folder);
}

/* The true leaves of a piece, filled up to its width. */
static void
true_leaves (const World *w, uint32_t piece, uint8_t out[BLOCKS * BT_SHA256_LEN])
{
  const BtLayout *layout = bt_metainfo_layout (w->metainfo);
  uint64_t start = bt_layout_piece_start (layout, piece);
  const BtFile *file = &layout->files[bt_layout_file_at (layout, start)];
  uint64_t left = MIN (file->offset + file->length - start, layout->piece_length);

  g_autofree char *path = g_build_filename (w->folder, file->path, NULL);
  g_autofree char *content = NULL;

  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  memset (out, 0, BLOCKS * BT_SHA256_LEN);
  for (uint64_t at = 0; at < left; at += BT_BLOCK_LEN)
    btd_ops ()->hash (
        BT_SHA256,
        &(BtDigestMessage){ .data = (const uint8_t *) content + (start - file->offset) + at,
                            .len = (size_t) MIN (left - at, BT_BLOCK_LEN),
                            .out = out + at / BT_BLOCK_LEN * BT_SHA256_LEN },
        1);
}

static EngHashesVerdict
give (World *w, EngPeer peer, uint32_t piece, const BtHashRequest *request, bool lie)
{
  uint8_t bytes[BT_HASH_REQUEST_LEN + BLOCKS * BT_SHA256_LEN];
  BtHashes hashes;

  bt_hash_request_write (request, bytes);
  true_leaves (w, piece, bytes + BT_HASH_REQUEST_LEN);
  bytes[BT_HASH_REQUEST_LEN] ^= lie;
  g_assert_true (bt_hashes_parse (
      bytes, BT_HASH_REQUEST_LEN + (size_t) request->length * BT_SHA256_LEN, &hashes));
  return eng_doubts_take (w->doubts, peer, &hashes);
}

/* Its leaves as they came: one of them is another. */
static bool
add (World *w, uint32_t piece, uint32_t bad, uint64_t now_us)
{
  uint8_t leaves[BLOCKS * BT_SHA256_LEN];

  true_leaves (w, piece, leaves);
  leaves[bad * BT_SHA256_LEN] ^= 1;
  return eng_doubts_add (w->doubts, piece, leaves, now_us);
}

static void
expect_bad (World *w, uint32_t piece, uint32_t n_blocks, uint32_t bad)
{
  BtBitfield good;
  uint32_t told;

  g_assert_true (eng_doubts_next_proved (w->doubts, &told, &good));
  g_assert_cmpuint (told, ==, piece);
  g_assert_cmpuint (good.n_bits, ==, n_blocks);
  for (uint32_t i = 0; i < n_blocks; i++)
    g_assert_cmpint (bt_bitfield_test (&good, i), ==, i != bad);
  bt_bitfield_clear (&good);
  g_assert_false (eng_doubts_next_proved (w->doubts, &told, &good));
}

static void
test_proof (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  uint32_t piece = cases[at].piece;
  uint32_t bad = cases[at].n_blocks - 1;
  BtHashRequest request;
  uint32_t hopeless;
  World w;

  begin (&w, 64 * KIB);
  g_assert_true (add (&w, piece, bad, 0));
  g_assert_true (eng_doubts_next (w.doubts, 1, &w.all, 0, &request));
  g_assert_cmpuint (request.base, ==, 0);
  g_assert_cmpuint (request.index, ==, cases[at].index);
  g_assert_cmpuint (request.length, ==, cases[at].width);
  g_assert_cmpint (give (&w, 1, piece, &request, false), ==, ENG_HASHES_GOOD);
  expect_bad (&w, piece, cases[at].n_blocks, bad);
  g_assert_false (eng_doubts_next_hopeless (w.doubts, UINT64_MAX, &hopeless));
  /* it was not good again: what is known need not be asked for */
  g_assert_true (add (&w, piece, 0, 9));
  expect_bad (&w, piece, cases[at].n_blocks, 0);
  eng_doubts_remove (w.doubts, piece);
  g_assert_true (add (&w, piece, bad, 20));
  g_assert_true (eng_doubts_next (w.doubts, 1, &w.all, 20, &request));
  end (&w);
}

/* One after the other, and a late answer is as good as one in time. */
static void
test_several (void)
{
  BtHashRequest request;
  uint32_t piece;
  World w;

  begin (&w, 64 * KIB);
  g_assert_true (add (&w, 3, 2, 0));
  g_assert_true (eng_doubts_next (w.doubts, 1, &w.all, 0, &request));
  g_assert_false (eng_doubts_next (w.doubts, 1, &w.all, 0, &request));
  g_assert_false (eng_doubts_next (w.doubts, 2, &w.all, ENG_DOUBTS_NEXT_US - 1, &request));
  g_assert_true (eng_doubts_next (w.doubts, 2, &w.all, ENG_DOUBTS_NEXT_US, &request));
  eng_doubts_rejected (w.doubts, 2, &request);
  g_assert_false (eng_doubts_next_hopeless (w.doubts, ENG_DOUBTS_NEXT_US, &piece));
  g_assert_cmpint (give (&w, 2, 3, &request, false), ==, ENG_HASHES_UNASKED);
  g_assert_cmpint (give (&w, 1, 3, &request, false), ==, ENG_HASHES_GOOD);
  expect_bad (&w, 3, 4, 2);
  end (&w);
}

static void
test_liars (void)
{
  BtHashRequest request;
  uint32_t piece;
  World w;

  begin (&w, 64 * KIB);
  g_assert_true (add (&w, 3, 2, 0));
  for (EngPeer peer = 1; peer <= ENG_DOUBTS_ASKED; peer++)
    {
      g_assert_true (eng_doubts_next (w.doubts, peer, &w.all, 0, &request));
      g_assert_cmpint (give (&w, peer, 3, &request, true), ==, ENG_HASHES_FALSE);
    }
  g_assert_false (eng_doubts_next (w.doubts, 9, &w.all, 0, &request));
  g_assert_true (eng_doubts_next_hopeless (w.doubts, 0, &piece));
  g_assert_cmpuint (piece, ==, 3);
  g_assert_false (eng_doubts_next_hopeless (w.doubts, 0, &piece));
  end (&w);
}

static void
test_patience (void)
{
  BtHashRequest request;
  uint32_t piece;
  World w;

  begin (&w, 64 * KIB);
  g_assert_true (add (&w, 3, 2, 0));
  g_assert_true (add (&w, 4, 2, 0));
  g_assert_true (eng_doubts_next (w.doubts, 1, &w.all, 0, &request));
  g_assert_true (eng_doubts_next (w.doubts, 2, &w.all, 0, &request));
  eng_doubts_leave (w.doubts, 2);
  g_assert_true (eng_doubts_next_hopeless (w.doubts, 0, &piece));
  g_assert_cmpuint (piece, ==, 4);
  g_assert_false (eng_doubts_next_hopeless (w.doubts, ENG_DOUBTS_PATIENCE_US - 1, &piece));
  g_assert_true (eng_doubts_next_hopeless (w.doubts, ENG_DOUBTS_PATIENCE_US, &piece));
  end (&w);
}

/* One who has sent everything alone is gone before others are there. */
static void
test_nobody_yet (void)
{
  BtHashRequest request;
  uint32_t piece;
  World w;

  begin (&w, 64 * KIB);
  g_assert_true (add (&w, 3, 2, 0));
  g_assert_false (eng_doubts_next_hopeless (w.doubts, ENG_DOUBTS_NEXT_US - 1, &piece));
  g_assert_true (eng_doubts_next (w.doubts, 1, &w.all, ENG_DOUBTS_NEXT_US - 1, &request));
  g_assert_false (eng_doubts_next_hopeless (w.doubts, ENG_DOUBTS_NEXT_US, &piece));
  g_assert_true (add (&w, 4, 2, 0));
  g_assert_true (eng_doubts_next_hopeless (w.doubts, ENG_DOUBTS_NEXT_US, &piece));
  g_assert_cmpuint (piece, ==, 4);
  end (&w);
}

/* Nobody is asked who has not the piece, nor for what tells nothing. */
static void
test_bounds (void)
{
  BtBitfield none;
  BtHashRequest request;
  World w;

  begin (&w, 64 * KIB);
  bt_bitfield_init (&none, w.all.n_bits);
  g_assert_true (add (&w, 3, 2, 0));
  g_assert_false (eng_doubts_next (w.doubts, 1, &none, 0, &request));
  g_assert_false (add (&w, 11, 0, 0)); /* one block: its leaf is its root */
  bt_bitfield_clear (&none);
  end (&w);
  begin (&w, 16 * KIB);
  g_assert_false (add (&w, 0, 0, 0));
  end (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/doubts/proof/%s", cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_proof);
    }
  g_test_add_func ("/doubts/several", test_several);
  g_test_add_func ("/doubts/liars", test_liars);
  g_test_add_func ("/doubts/patience", test_patience);
  g_test_add_func ("/doubts/nobody-yet", test_nobody_yet);
  g_test_add_func ("/doubts/bounds", test_bounds);
  return g_test_run ();
}
