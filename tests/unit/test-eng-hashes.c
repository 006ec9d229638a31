/* test-eng-hashes.c: who is asked for which layer, who is not asked again, and what is believed. */
#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-hashes.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-merkle-tree.h"
#include "protocol/torrent/bt-merkle.h"
#include "tests/unit/torrent-maker.h"

#define KIB UINT64_C (1024)

static const MakerFile files[] = {
  { "a", 2000 * 16 * KIB },
  { "b", 16 * KIB },
  { "c", 3 * 16 * KIB - 1 },
  { "d", 0 },
};

typedef struct
{
  BtMetainfo *whole;
  BtMetainfo *bare;
  EngHashes *hashes;
} World;

static void
begin (World *w)
{
  g_autoptr (GBytes) torrent
      = maker_torrent (BT_FORMAT_V2, "t", 16 * KIB, files, G_N_ELEMENTS (files));
  g_autoptr (GBytes) info = NULL;
  const uint8_t *at;
  size_t len;

  w->whole = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), NULL);
  at = bt_metainfo_info (w->whole, &len);
  info = g_bytes_new (at, len);
  w->bare = bt_metainfo_parse_info (info, BT_ORIGIN_STRANGER, btd_ops (), NULL);
  w->hashes = eng_hashes_new (w->bare, btd_ops ());
  g_assert_nonnull (w->hashes);
}

static void
end (World *w)
{
  eng_hashes_free (w->hashes);
  bt_metainfo_unref (w->bare);
  bt_metainfo_unref (w->whole);
}

/* What somebody who has the layers answers. (transfer full) */
static uint8_t *
answer (const World *w, const BtHashRequest *request, BtHashes *out)
{
  const BtLayout *layout = bt_metainfo_layout (w->whole);
  size_t len = (request->length + bt_hash_request_n_uncles (request)) * BT_SHA256_LEN;
  uint8_t *bytes = g_malloc (BT_HASH_REQUEST_LEN + len);

  bt_hash_request_write (request, bytes);
  for (size_t i = 0; i < layout->n_files; i++)
    if (layout->files[i].layer != NULL
        && memcmp (layout->files[i].root, request->root, BT_SHA256_LEN) == 0)
      {
        g_autoptr (BtMerkleTree) tree = bt_merkle_tree_new (
            btd_ops (), layout->files[i].layer,
            (size_t) ((layout->files[i].length + layout->piece_length - 1) / layout->piece_length),
            0);

        g_assert_true (bt_merkle_tree_read (tree, 0, request->index, request->length,
                                            bt_hash_request_n_uncles (request),
                                            bytes + BT_HASH_REQUEST_LEN));
      }
  g_assert_true (bt_hashes_parse (bytes, BT_HASH_REQUEST_LEN + len, out));
  return bytes;
}

static EngHashesVerdict
give (World *w, EngPeer peer, const BtHashRequest *request, bool lie)
{
  BtHashes hashes;
  g_autofree uint8_t *bytes = answer (w, request, &hashes);

  bytes[BT_HASH_REQUEST_LEN] ^= lie;
  return eng_hashes_take (w->hashes, peer, &hashes);
}

/* Everything that one peer may be asked for, and then everything in rounds. */
static void
test_whole (void)
{
  BtHashRequest request;
  unsigned n = 0;
  World w;

  begin (&w);
  while (!eng_hashes_is_complete (w.hashes))
    {
      g_assert_true (eng_hashes_next (w.hashes, 1, 0, &request));
      g_assert_cmpuint (request.length, <=, ENG_HASHES_RUN);
      g_assert_cmpint (give (&w, 1, &request, false), ==, ENG_HASHES_GOOD);
      n++;
    }
  g_assert_cmpuint (n, ==, 5); /* four runs of the first file, one of the third */
  g_assert_false (eng_hashes_next (w.hashes, 1, 0, &request));
  g_autoptr (BtMetainfo) joined = eng_hashes_join (w.hashes);

  g_assert_nonnull (joined);
  g_assert_cmpmem (bt_metainfo_info_hash_v2 (joined), BT_SHA256_LEN,
                   bt_metainfo_info_hash_v2 (w.whole), BT_SHA256_LEN);
  for (uint32_t i = 0; i < bt_metainfo_layout (joined)->n_pieces; i++)
    g_assert_cmpmem (bt_metainfo_piece_v2 (joined, i), BT_SHA256_LEN,
                     bt_metainfo_piece_v2 (w.whole, i), BT_SHA256_LEN);
  g_assert_null (eng_hashes_new (joined, btd_ops ()));
  end (&w);
}

/* What the files know themselves is not asked for, and an answer that is under way comes too late.
 */
static void
test_given (void)
{
  const BtFile *known;
  BtHashRequest request;
  BtHashRequest under_way;
  uint32_t have, all;
  World w;

  begin (&w);
  known = &bt_metainfo_layout (w.whole)->files[0];
  g_assert_true (eng_hashes_next (w.hashes, 1, 0, &request));
  g_assert_true (eng_hashes_next (w.hashes, 1, 0, &under_way));
  g_assert_cmpint (give (&w, 1, &request, false), ==, ENG_HASHES_GOOD);
  eng_hashes_give (w.hashes, known->root, known->layer);
  eng_hashes_give (w.hashes, known->root, known->layer);
  eng_hashes_give (w.hashes, bt_metainfo_layout (w.whole)->files[1].root, known->layer); /* no */
  g_assert_cmpint (give (&w, 1, &under_way, false), ==, ENG_HASHES_UNASKED);
  eng_hashes_progress (w.hashes, &have, &all);
  g_assert_cmpuint (have, ==, 4);
  g_assert_cmpuint (all, ==, 5);
  g_assert_false (eng_hashes_is_complete (w.hashes));
  g_autoptr (BtMetainfo) some = eng_hashes_join (w.hashes);

  g_assert_cmpuint (bt_metainfo_lacks_layers (some), ==, 1);
  g_assert_true (eng_hashes_next (w.hashes, 1, 0, &request));
  g_assert_cmpint (give (&w, 1, &request, false), ==, ENG_HASHES_GOOD);
  g_assert_true (eng_hashes_is_complete (w.hashes));
  g_autoptr (BtMetainfo) joined = eng_hashes_join (w.hashes);

  g_assert_cmpuint (bt_metainfo_lacks_layers (joined), ==, 0);
  end (&w);
}

static void
test_bounds (void)
{
  BtHashRequest request;
  World w;

  begin (&w);
  for (unsigned i = 0; i < ENG_HASHES_PER_PEER; i++)
    g_assert_true (eng_hashes_next (w.hashes, 1, 0, &request));
  g_assert_false (eng_hashes_next (w.hashes, 1, 0, &request));
  g_assert_true (eng_hashes_next (w.hashes, 2, 0, &request));
  g_assert_false (eng_hashes_next (w.hashes, 3, 0, &request)); /* all is asked for */
  eng_hashes_leave (w.hashes, 1);
  for (unsigned i = 0; i < ENG_HASHES_PER_PEER; i++)
    g_assert_true (eng_hashes_next (w.hashes, 3, 0, &request));
  end (&w);
}

static void
test_false (void)
{
  BtHashRequest request;
  World w;

  begin (&w);
  g_assert_true (eng_hashes_next (w.hashes, 1, 0, &request));
  g_assert_cmpint (give (&w, 2, &request, false), ==, ENG_HASHES_UNASKED);
  g_assert_cmpint (give (&w, 1, &request, true), ==, ENG_HASHES_FALSE);
  g_assert_cmpint (give (&w, 1, &request, false), ==, ENG_HASHES_UNASKED);
  g_assert_true (eng_hashes_next (w.hashes, 2, 0, &request));
  g_assert_cmpint (give (&w, 2, &request, false), ==, ENG_HASHES_GOOD);
  g_assert_cmpint (give (&w, 2, &request, false), ==, ENG_HASHES_UNASKED);
  end (&w);
}

static void
test_patience (void)
{
  BtHashRequest request;
  BtHashRequest other;
  World w;

  begin (&w);
  g_assert_true (eng_hashes_next (w.hashes, 1, 0, &request));
  eng_hashes_rejected (w.hashes, 1, &request, 0);
  g_assert_false (eng_hashes_next (w.hashes, 1, ENG_HASHES_REST_US - 1, &other));
  g_assert_true (eng_hashes_next (w.hashes, 2, 0, &other));
  g_assert_true (bt_hash_request_equal (&request, &other));
  eng_hashes_tick (w.hashes, ENG_HASHES_PATIENCE_US - 1);
  g_assert_cmpint (give (&w, 2, &other, true), ==, ENG_HASHES_FALSE);
  g_assert_true (eng_hashes_next (w.hashes, 3, 5, &other));
  eng_hashes_tick (w.hashes, ENG_HASHES_PATIENCE_US + 5);
  g_assert_cmpint (give (&w, 3, &other, false), ==, ENG_HASHES_UNASKED);
  g_assert_false (eng_hashes_next (w.hashes, 3, ENG_HASHES_PATIENCE_US + 6, &other));
  g_assert_true (eng_hashes_next (w.hashes, 1, ENG_HASHES_REST_US, &other));
  end (&w);
}

/* Roots are what a stranger writes, and need not be of anything: so many that begin alike cost no
 * more than others. */
static void
test_alike (void)
{
  enum
  {
    N = 200000
  };
  g_autoptr (GBytes) info = maker_alike (N, 16 * KIB + 1);
  BtError why = { 0 };
  g_autoptr (BtMetainfo) metainfo
      = bt_metainfo_parse_info (info, BT_ORIGIN_STRANGER, btd_ops (), &why);
  EngHashes *hashes;
  uint32_t have, all;

  g_assert_cmpstr (bt_error_code_name (why.code), ==, "ok");
  hashes = eng_hashes_new (metainfo, btd_ops ());
  eng_hashes_progress (hashes, &have, &all);
  g_assert_cmpuint (have, ==, 0);
  g_assert_cmpuint (all, ==, N);
  eng_hashes_free (hashes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hashes/whole", test_whole);
  g_test_add_func ("/hashes/given", test_given);
  g_test_add_func ("/hashes/bounds", test_bounds);
  g_test_add_func ("/hashes/false", test_false);
  g_test_add_func ("/hashes/patience", test_patience);
  g_test_add_func ("/hashes/alike", test_alike);
  return g_test_run ();
}
