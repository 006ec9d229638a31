/* test-trk-store-edit.c: the words that an operator gives a torrent change, and with them what is
 * found and what the lists say. */
#include "trk-store-world.h"

typedef TrkStoreWorld World;

static const char *
edit (World *w, int64_t id, const TrkTorrentEdit *edit)
{
  const TrkTorrentKey key = { .id = id };

  w->n_unanswered++;
  trk_store_torrent_edit (w->store, &key, edit, &trk_store_somebody, trk_store_on_done, w);
  return trk_store_world_wait (w);
}

static void
assert_found (World *w, const char *text, const char *category, const char *said)
{
  const TrkTorrentQuery query = { .text = text, .category = category, .limit = 9 };

  g_assert_cmpstr (trk_store_list (w, &query), ==, said);
}

/* What is searched is what was edited, and the rest stays. */
static void
test_edit (void)
{
  g_autofree char *long_text = g_strnfill (TRK_TAGS_MAX + 1, 'a');
  TrkTorrent t = trk_store_torrent (1, 2, "name");
  World w;

  trk_store_world_init (&w);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  t.category = "old";
  t.tags = "red blue";
  trk_store_put_torrent (&w, &t, "file", NULL);
  g_assert_cmpstr (edit (&w, 1, &(TrkTorrentEdit){ .category = "new" }), ==, "ok");
  assert_found (&w, NULL, "old", "0:");
  assert_found (&w, "old", NULL, "0:");
  assert_found (&w, "new", "new", "1: name");
  assert_found (&w, "red name file", NULL, "1: name");
  g_assert_cmpstr (
      edit (&w, 1, &(TrkTorrentEdit){ .state = TRK_MARK_DENIED, .category = "", .tags = "green" }),
      ==, "ok");
  assert_found (&w, "red", NULL, "0:");
  assert_found (&w, "new", NULL, "0:");
  assert_found (&w, "green file", "", "1: name");
  g_assert_cmpint (trk_lists_get (w.lists, trk_store_hash (2)), ==, TRK_MARK_DENIED);
  g_assert_cmpstr (edit (&w, 2, &(TrkTorrentEdit){ .tags = "x" }), ==, "!not-found");
  g_assert_cmpstr (edit (&w, 1, &(TrkTorrentEdit){ .tags = long_text, .category = "x" }), ==,
                   "!invalid");
  g_assert_cmpstr (edit (&w, 1, &(TrkTorrentEdit){ .category = "\xff" }), ==, "!invalid");
  g_assert_cmpstr (edit (&w, 1, &(TrkTorrentEdit){ .state = (TrkMark) 4 }), ==, "!invalid");
  assert_found (&w, "green", "", "1: name");
  g_assert_cmpstr (trk_store_audit (&w, 0, 3), ==,
                   "4 somebody torrent.deny 0101010101010101010101010101010101010101 at home; "
                   "3 somebody torrent.edit 0101010101010101010101010101010101010101 at home; "
                   "2 somebody torrent.edit 0101010101010101010101010101010101010101 at home");
  trk_store_world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-store-edit/edit", test_edit);
  return g_test_run ();
}
