/* test-trk-store-torrents.c: the catalogue: what is added is found, under all of its names. */
#include <string.h>

#include "trk-store-world.h"

typedef TrkStoreWorld World;

static void
begin (World *w)
{
  trk_store_world_init (w);
  g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
}

static TrkMark
listed (World *w, unsigned hash)
{
  return trk_lists_get (w->lists, trk_store_hash (hash));
}

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* --- by their keys --- */

static void
test_keys (void)
{
  World w;

  begin (&w);
  g_assert_cmpstr (trk_store_put (&w, 1, 2, "hybrid"), ==, "new 1");
  g_assert_cmpstr (trk_store_put (&w, 3, 0, "one"), ==, "new 2");
  g_assert_cmpstr (trk_store_put (&w, 0, 4, "two"), ==, "new 3");
  trk_store_world_reopen (&w);
  g_assert_cmpuint (w.found.n_torrents, ==, 3);
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 hybrid allowed 0");
  g_assert_cmpstr (trk_store_get_hash (&w, trk_store_hash (1), 20), ==, "1 hybrid allowed 0");
  g_assert_cmpstr (trk_store_get_hash (&w, trk_store_hash (2), 20), ==, "1 hybrid allowed 0");
  g_assert_cmpstr (trk_store_get_hash (&w, trk_store_hash (2), 32), ==, "1 hybrid allowed 0");
  g_assert_cmpstr (trk_store_get_hash (&w, trk_store_hash (1), 32), ==, "-");
  g_assert_cmpstr (trk_store_get_hash (&w, trk_store_hash (3), 20), ==, "2 one allowed 0");
  g_assert_cmpstr (trk_store_get_hash (&w, trk_store_hash (4), 20), ==, "3 two allowed 0");
  g_assert_cmpstr (trk_store_get_hash (&w, trk_store_hash (4), 19), ==, "-");
  g_assert_cmpstr (trk_store_get (&w, 4), ==, "-");
  g_assert_cmpstr (trk_store_get (&w, 0), ==, "-");
  for (unsigned hash = 1; hash <= 4; hash++)
    g_assert_cmpint (listed (&w, hash), ==, TRK_MARK_ALLOWED);
  trk_store_world_clear (&w);
}

static void
on_got (void *data, const TrkProblem *problem, const TrkTorrent *t)
{
  World *w = data;

  g_assert_null (problem);
  g_assert_cmpmem (t->v1, 20, trk_store_hash (1), 20);
  g_assert_cmpmem (t->v2, 32, trk_store_hash (2), 32);
  g_assert_cmpstr (t->name, ==, "a “name”");
  g_assert_cmpuint (t->size, ==, INT64_MAX);
  g_assert_cmpuint (t->piece_length, ==, 1 << 20);
  g_assert_cmpuint (t->n_files, ==, 17);
  g_assert_true (t->is_private);
  g_assert_cmpstr (t->comment, ==, "of\nlines");
  g_assert_cmpstr (t->category, ==, "films");
  g_assert_cmpstr (t->tags, ==, "red blue");
  g_assert_cmpint (t->created_at, ==, 123);
  g_assert_cmpint (t->registered_at, ==, 456);
  g_assert_cmpint (t->registered_by, ==, 7);
  g_assert_cmpint (t->state, ==, TRK_MARK_PENDING);
  w->n_unanswered--;
}

static void
test_every_member (void)
{
  World w;
  TrkTorrent t = { .v1 = trk_store_hash (1),
                   .v2 = trk_store_hash (2),
                   .name = "a “name”",
                   .size = INT64_MAX,
                   .piece_length = 1 << 20,
                   .n_files = 17,
                   .is_private = true,
                   .comment = "of\nlines",
                   .category = "films",
                   .tags = "red blue",
                   .created_at = 123,
                   .registered_at = 456,
                   .registered_by = 7,
                   .state = TRK_MARK_PENDING };
  g_autoptr (GBytes) bytes = text_bytes ("d4:infoe");

  begin (&w);
  g_assert_cmpstr (trk_store_put_torrent (&w, &t, "file", bytes), ==, "new 1");
  trk_store_world_reopen (&w);
  w.n_unanswered++;
  trk_store_torrent_get (w.store, &(TrkTorrentKey){ .id = 1 }, on_got, &w);
  trk_store_world_wait (&w);
  g_assert_cmpstr (trk_store_bytes (&w, 1), ==, "d4:infoe");
  g_assert_cmpstr (trk_store_bytes (&w, 2), ==, "-");
  trk_store_world_clear (&w);
}

static void
test_remove (void)
{
  World w;
  g_autoptr (GBytes) bytes = text_bytes ("bytes");
  TrkTorrent t = trk_store_torrent (1, 2, "name");

  begin (&w);
  trk_store_put_torrent (&w, &t, NULL, bytes);
  g_assert_cmpstr (trk_store_remove (&w, 1), ==, "ok");
  g_assert_cmpstr (trk_store_remove (&w, 1), ==, "!not-found");
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "-");
  g_assert_cmpstr (trk_store_bytes (&w, 1), ==, "-");
  g_assert_cmpstr (trk_store_list (&w, &(TrkTorrentQuery){ .text = "name", .limit = 9 }), ==, "0:");
  g_assert_cmpuint (trk_lists_count (w.lists), ==, 0);
  g_assert_cmpstr (trk_store_put (&w, 1, 2, "again"), ==, "new 2"); /* no id is used twice */
  g_assert_cmpstr (trk_store_bytes (&w, 2), ==, "-");
  trk_store_world_clear (&w);
}

static void
test_state (void)
{
  World w;

  begin (&w);
  trk_store_put (&w, 1, 2, "name");
  g_assert_cmpstr (trk_store_judge (&w, 1, TRK_MARK_DENIED), ==, "ok");
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_DENIED);
  g_assert_cmpint (listed (&w, 2), ==, TRK_MARK_DENIED);
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 name denied 0");
  g_assert_cmpstr (trk_store_judge (&w, 1, TRK_MARK_NONE), ==, "!invalid");
  g_assert_cmpstr (trk_store_judge (&w, 1, (TrkMark) 4), ==, "!invalid");
  g_assert_cmpstr (trk_store_judge (&w, 2, TRK_MARK_DENIED), ==, "!not-found");
  g_assert_cmpstr (trk_store_audit (&w, 0, 9), ==,
                   "2 somebody torrent.deny 0101010101010101010101010101010101010101 at home; "
                   "1 somebody torrent.add 0101010101010101010101010101010101010101 at home");
  trk_store_world_clear (&w);
}

/* --- duplicates --- */

/* What is added, one after the other, and what is answered. */
static const struct
{
  const char *name;
  struct
  {
    unsigned v1;
    unsigned v2;
    const char *bytes;
    const char *said;
  } steps[5];
  const char *list; /* in the end */
} meetings[] = {
  { "same",
    { { 1, 0, "x", "new 1" }, { 1, 0, "y", "there 1" }, { 1, 0, NULL, "there 1" } },
    "1: first" },
  { "v1-then-hybrid",
    { { 1, 0, "x", "new 1" }, { 1, 2, "y", "merged 1" }, { 1, 2, "z", "there 1" } },
    "1: second" },
  { "v2-then-hybrid", { { 0, 2, "x", "new 1" }, { 1, 2, "y", "merged 1" } }, "1: second" },
  { "hybrid-then-halves",
    { { 1, 2, "x", "new 1" }, { 1, 0, "y", "there 1" }, { 0, 2, "z", "there 1" } },
    "1: first" },
  { "both-halves",
    { { 3, 0, "x", "new 1" },
      { 1, 0, "x", "new 2" },
      { 0, 2, "y", "new 3" },
      { 1, 2, "z", "merged 2" } },
    "2: first, fourth" },
  { "bytes-later",
    { { 1, 0, NULL, "new 1" }, { 1, 0, "y", "merged 1" }, { 1, 0, "z", "there 1" } },
    "1: second" },
  { "other-v2",
    { { 1, 2, "x", "new 1" }, { 1, 3, "y", "!conflict" }, { 4, 2, "z", "!conflict" } },
    "1: first" },
  { "two-hybrids",
    { { 1, 2, "x", "new 1" }, { 3, 4, "y", "new 2" }, { 1, 4, "z", "!conflict" } },
    "2: first, second" },
};

static const char *const nth[] = { "first", "second", "third", "fourth", "fifth" };

static void
test_meeting (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  World w;

  begin (&w);
  for (size_t k = 0; k < 5 && meetings[i].steps[k].said != NULL; k++)
    {
      const char *text = meetings[i].steps[k].bytes;
      g_autoptr (GBytes) bytes = text != NULL ? text_bytes (text) : NULL;
      TrkTorrent t = trk_store_torrent (meetings[i].steps[k].v1, meetings[i].steps[k].v2, nth[k]);

      g_assert_cmpstr (trk_store_put_torrent (&w, &t, NULL, bytes), ==, meetings[i].steps[k].said);
    }
  g_assert_cmpstr (trk_store_list (&w, &(TrkTorrentQuery){ .sort = TRK_SORT_NAME, .limit = 9 }), ==,
                   meetings[i].list);
  trk_store_world_close (&w);
  g_assert_cmpint (trk_store_ask_sql (w.path, "SELECT count (*) FROM words")
                       - trk_store_ask_sql (w.path, "SELECT count (*) FROM torrents"),
                   ==, 0);
  trk_store_world_clear (&w);
}

/* Nobody gets round a denial by way of the other half. */
static void
test_merge_is_strict (void)
{
  World w;

  begin (&w);
  trk_store_put (&w, 1, 0, "one");
  trk_store_put (&w, 0, 2, "two");
  trk_store_judge (&w, 2, TRK_MARK_DENIED);
  g_assert_cmpstr (trk_store_put (&w, 1, 2, "both"), ==, "merged 1");
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 both denied 0");
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_DENIED);
  g_assert_cmpint (listed (&w, 2), ==, TRK_MARK_DENIED);
  trk_store_world_clear (&w);
}

static void
test_limits (void)
{
  World w;
  g_autofree char *long_name = g_strnfill (TRK_NAME_MAX + 1, 'n');
  g_autofree char *names = g_strnfill (TRK_FILE_NAMES_MAX + 100, 'f');
  TrkTorrent t = trk_store_torrent (1, 0, long_name);

  begin (&w);
  g_assert_cmpstr (trk_store_put_torrent (&w, &t, NULL, NULL), ==, "!invalid");
  g_assert_cmpstr (trk_store_put (&w, 0, 0, "no hash"), ==, "!invalid");
  g_assert_cmpstr (trk_store_put (&w, 1, 0, "\xc3"), ==, "!invalid");
  g_assert_cmpstr (trk_store_put (&w, 1, 0, NULL), ==, "!invalid");
  t = trk_store_torrent (1, 0, "size");
  t.size = UINT64_MAX;
  g_assert_cmpstr (trk_store_put_torrent (&w, &t, NULL, NULL), ==, "!invalid");
  t = trk_store_torrent (1, 0, "state");
  t.state = TRK_MARK_NONE;
  g_assert_cmpstr (trk_store_put_torrent (&w, &t, NULL, NULL), ==, "!invalid");
  t = trk_store_torrent (1, 0, "");
  g_assert_cmpstr (trk_store_put_torrent (&w, &t, names, NULL), ==, "new 1");
  t = trk_store_torrent (2, 0, "half text");
  g_assert_cmpstr (trk_store_put_torrent (&w, &t,
                                          "good\xff"
                                          "bad",
                                          NULL),
                   ==, "new 2");
  g_assert_cmpstr (trk_store_list (&w, &(TrkTorrentQuery){ .text = "good", .limit = 9 }), ==,
                   "1: half text");
  trk_store_world_clear (&w);
}

/* --- finding --- */

static void
fill (World *w)
{
  static const struct
  {
    const char *name;
    const char *files;
    const char *comment;
    const char *category;
    const char *tags;
    uint64_t size;
    int64_t at;
    TrkMark state;
  } rows[] = {
    { "Debian GNU/Linux 12", "debian-12.iso\nSHA256SUMS", "stable", "systems", "free os", 30, 3,
      TRK_MARK_ALLOWED },
    { "alpine.linux", "alpine-3.19.iso", NULL, "systems", "os small", 10, 1, TRK_MARK_ALLOWED },
    { "Ægir’s Über-Café", "track 01.flac", "ünïcode", "music", NULL, 20, 4, TRK_MARK_PENDING },
    { "日本語 のファイル", NULL, NULL, "music", NULL, 20, 2, TRK_MARK_ALLOWED },
    { "\"quotes\" AND (NOT) NEAR/2 col:x*", NULL, NULL, NULL, NULL, 5, 5, TRK_MARK_DENIED },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TrkTorrent t = trk_store_torrent (i + 1, 0, rows[i].name);

      t.comment = rows[i].comment;
      t.category = rows[i].category;
      t.tags = rows[i].tags;
      t.size = rows[i].size;
      t.registered_at = rows[i].at;
      t.state = rows[i].state;
      g_assert_cmpint (*trk_store_put_torrent (w, &t, rows[i].files, NULL), ==, 'n');
    }
}

static const struct
{
  const char *text;
  unsigned found; /* torrents, a bit for each of the rows above */
} searches[] = {
  { NULL, 31 },
  { "", 31 },
  { " \t\n", 31 },
  { "debian", 1 },
  { "DEBIAN", 1 },
  { "deb", 1 },
  { "linux", 3 },
  { "linux debian", 1 },
  { "gnu/linux", 1 },
  { "iso", 3 },
  { "debian-12.iso", 1 },
  { "sha256", 1 },
  { "12", 1 },
  { "1", 3 },
  { "stable systems", 1 },
  { "os small", 2 },
  { "nothing-such", 0 },
  { "ægir", 4 },
  { "uber", 4 },
  { "CAFÉ", 4 },
  { "cafe\xcc\x81", 4 },
  { "unicode flac", 4 },
  { "日本", 8 },
  { "のフ", 8 },
  { "quotes", 16 },
  { "\"quotes\"", 16 },
  { "\"", 0 },
  { "***", 0 },
  { "AND", 16 },
  { "NOT", 16 },
  { "NEAR(a b)", 0 },
  { "near", 16 },
  { "name:debian", 0 },
  { "name : debian", 0 },
  { "{name}: debian", 0 },
  { "^debian", 1 },
  { "debian*", 1 },
  { "debian OR alpine", 0 },
  { "-debian", 1 },
  { "+", 0 },
  { "'; DROP TABLE torrents; --", 0 },
  { "\xff\xfe", 0 },
  { "debian\xff", 1 },
  { "\xf0\x9f\x98\x80", 0 },
  { "’", 0 },
};

static void
test_search (void)
{
  World w;

  begin (&w);
  fill (&w);
  for (size_t i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      const TrkTorrentQuery query = { .text = searches[i].text, .limit = 9 };
      const char *said = trk_store_list (&w, &query);

      g_autofree char *expected = g_strdup_printf ("%d:", __builtin_popcount (searches[i].found));

      if (!g_str_has_prefix (said, expected))
        g_error ("“%s” found %s", searches[i].text, said);
      if (searches[i].found == 1)
        g_assert_cmpstr (said, ==, "1: Debian GNU/Linux 12");
      if (searches[i].found == 16)
        g_assert_cmpstr (said, ==, "1: \"quotes\" AND (NOT) NEAR/2 col:x*");
    }
  trk_store_world_clear (&w);
}

/* Any text at all is answered. */
static void
test_search_of_noise (void)
{
  static const char alphabet[] = "ab \"'*():^{}-+\\/.,;%_\xc3\xa9\xff\n\tANDORNEAR";
  World w;

  begin (&w);
  fill (&w);
  for (unsigned i = 0; i < 2000; i++)
    {
      char text[20] = { 0 };

      for (int k = 0; k < g_test_rand_int_range (1, sizeof text); k++)
        text[k] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      g_assert_cmpint (*trk_store_list (&w, &(TrkTorrentQuery){ .text = text, .limit = 1 }), !=,
                       '!');
    }
  trk_store_world_clear (&w);
}

static void
test_long_query (void)
{
  World w;
  g_autofree char *letters = g_strnfill (100000, 'a');
  GString *words = g_string_new (NULL);

  begin (&w);
  fill (&w);
  for (unsigned i = 0; i < 10000; i++)
    g_string_append (words, "debian ");
  g_assert_cmpstr (trk_store_list (&w, &(TrkTorrentQuery){ .text = letters, .limit = 9 }), ==,
                   "0:");
  g_assert_cmpstr (trk_store_list (&w, &(TrkTorrentQuery){ .text = words->str, .limit = 9 }), ==,
                   "1: Debian GNU/Linux 12");
  g_string_free (words, TRUE);
  trk_store_world_clear (&w);
}

static const struct
{
  TrkTorrentQuery query;
  const char *said;
} lists[] = {
  { { .sort = TRK_SORT_SIZE, .limit = 2 }, "5: \"quotes\" AND (NOT) NEAR/2 col:x*, alpine.linux" },
  { { .sort = TRK_SORT_SIZE, .descending = true, .limit = 1 }, "5: Debian GNU/Linux 12" },
  { { .sort = TRK_SORT_SIZE, .offset = 2, .limit = 2 }, "5: Ægir’s Über-Café, 日本語 のファイル" },
  { { .sort = TRK_SORT_NAME, .offset = 1, .limit = 2 }, "5: alpine.linux, Debian GNU/Linux 12" },
  { { .sort = TRK_SORT_ADDED, .limit = 2 }, "5: alpine.linux, 日本語 のファイル" },
  { { .sort = TRK_SORT_ADDED, .descending = true, .offset = 4, .limit = 9 }, "5: alpine.linux" },
  { { .offset = 5, .limit = 9 }, "5:" },
  { { .offset = UINT64_MAX, .limit = 9 }, "5:" },
  { { .limit = 0 }, "5:" },
  { { .category = "systems", .sort = TRK_SORT_NAME, .limit = 9 },
    "2: alpine.linux, Debian GNU/Linux 12" },
  { { .category = "systems", .text = "alpine", .limit = 9 }, "1: alpine.linux" },
  { { .category = "system", .limit = 9 }, "0:" },
  { { .category = "", .limit = 9 }, "1: \"quotes\" AND (NOT) NEAR/2 col:x*" },
  { { .states = 1 << TRK_MARK_ALLOWED, .sort = TRK_SORT_SIZE, .limit = 9 },
    "3: alpine.linux, 日本語 のファイル, Debian GNU/Linux 12" },
  { { .states = 1 << TRK_MARK_PENDING | 1 << TRK_MARK_DENIED, .sort = TRK_SORT_SIZE, .limit = 9 },
    "2: \"quotes\" AND (NOT) NEAR/2 col:x*, Ægir’s Über-Café" },
  { { .states = 1 << TRK_MARK_ALLOWED, .text = "uber", .limit = 9 }, "0:" },
  { { .states = 1 << TRK_MARK_PENDING, .text = "uber", .category = "music", .limit = 9 },
    "1: Ægir’s Über-Café" },
  { { .states = 14, .limit = 0 }, "5:" },
  { { .sort = (TrkSort) 9, .limit = 9 }, "!invalid" },
};

static void
test_lists (void)
{
  World w;

  begin (&w);
  g_assert_cmpstr (trk_store_list (&w, &lists[0].query), ==, "0:");
  fill (&w);
  for (size_t i = 0; i < G_N_ELEMENTS (lists); i++)
    g_assert_cmpstr (trk_store_list (&w, &lists[i].query), ==, lists[i].said);
  trk_store_completed (w.store, trk_store_hash (3), 1);
  trk_store_flushed (&w);
  g_assert_cmpstr (
      trk_store_list (
          &w, &(TrkTorrentQuery){ .sort = TRK_SORT_COMPLETED, .descending = true, .limit = 1 }),
      ==, "5: Ægir’s Über-Café");
  trk_store_world_clear (&w);
}

/* --- the two ways to a page --- */

#define MANY 300u

/* Some words are common, some are rare. */
static void
put_many (World *w)
{
  for (unsigned i = 0; i < MANY; i++)
    {
      uint8_t hash[32] = { (uint8_t) i, (uint8_t) (i >> 8), 1 };
      g_autofree char *name = g_strdup_printf ("n%03u common x%u", i * 7 % MANY, i % 50);
      TrkTorrent t = trk_store_torrent (0, 0, name);

      t.v1 = hash;
      t.size = i * 13 % MANY / 3;
      t.registered_at = 5;
      t.state = i % 10 == 0 ? TRK_MARK_PENDING : TRK_MARK_ALLOWED;
      g_assert_cmpint (*trk_store_put_torrent (w, &t, NULL, NULL), ==, 'n');
    }
}

/* All pages of a query, joined. (transfer full) */
static GPtrArray *
all_pages (World *w, TrkTorrentQuery query, uint32_t limit)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  size_t before;

  query.limit = limit;
  do
    {
      const char *said = strchr (trk_store_list (w, &query), ':') + 1;
      g_auto (GStrv) page = g_strsplit (said, ",", -1);

      before = names->len;
      for (char **name = page; *name != NULL; name++)
        g_ptr_array_add (names, g_strdup (g_strstrip (*name)));
      query.offset += limit;
    }
  while (names->len > before && names->len < MANY);
  return names;
}

/* A page has the same order whether a set was sorted or an index was walked. */
static void
test_pages (void)
{
  World w;

  begin (&w);
  put_many (&w);
  for (unsigned i = 0; i < 8; i++)
    {
      const TrkTorrentQuery all = { .sort = (TrkSort) (i / 2), .descending = i % 2 };
      TrkTorrentQuery rare = all;
      TrkTorrentQuery common = all;
      g_autoptr (GPtrArray) a = all_pages (&w, all, 200);
      g_autoptr (GPtrArray) b = NULL;
      g_autoptr (GPtrArray) c = NULL;
      guint k = 0;

      rare.text = "x7";
      common.text = "common";
      b = all_pages (&w, rare, 2);
      c = all_pages (&w, common, 37);
      g_assert_cmpuint (a->len, ==, MANY);
      g_assert_cmpuint (b->len, ==, MANY / 50);
      g_assert_cmpuint (c->len, ==, MANY);
      for (guint at = 0; at < MANY; at++)
        {
          g_assert_cmpstr (a->pdata[at], ==, c->pdata[at]);
          if (g_str_has_suffix (a->pdata[at], " x7"))
            {
              g_assert_cmpstr (a->pdata[at], ==, b->pdata[k]);
              k++;
            }
        }
    }
  trk_store_world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-store-torrents/keys", test_keys);
  g_test_add_func ("/trk-store-torrents/every-member", test_every_member);
  g_test_add_func ("/trk-store-torrents/remove", test_remove);
  g_test_add_func ("/trk-store-torrents/state", test_state);
  for (size_t i = 0; i < G_N_ELEMENTS (meetings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/trk-store-torrents/meeting/%s", meetings[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_meeting);
    }
  g_test_add_func ("/trk-store-torrents/merge-is-strict", test_merge_is_strict);
  g_test_add_func ("/trk-store-torrents/limits", test_limits);
  g_test_add_func ("/trk-store-torrents/search", test_search);
  g_test_add_func ("/trk-store-torrents/search-of-noise", test_search_of_noise);
  g_test_add_func ("/trk-store-torrents/long-query", test_long_query);
  g_test_add_func ("/trk-store-torrents/lists", test_lists);
  g_test_add_func ("/trk-store-torrents/pages", test_pages);
  return g_test_run ();
}
