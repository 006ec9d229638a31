/* test-bt-http-scrape.c: scrapes over HTTP: the URL, exact bodies, every refusal and lie, and that
 * each side reads what the other writes. */
#include <string.h>

#include <glib.h>

#include "protocol/tracker/bt-http-scrape.h"
#include "tests/unit/announce-maker.h"

static void
test_url (void)
{
  static const struct
  {
    const char *announce;
    const char *scrape; /* NULL: none */
  } cases[] = {
    { "http://t.example/announce", "http://t.example/scrape" },
    { "http://t.example/x/announce", "http://t.example/x/scrape" },
    { "http://t.example/announce.php", "http://t.example/scrape.php" },
    { "http://t.example/announce?x2%0644", "http://t.example/scrape?x2%0644" },
    { "http://t.example/announce?x=2/4", "http://t.example/scrape?x=2/4" },
    { "http://t.example/announce/PASSKEY", "http://t.example/scrape/PASSKEY" },
    { "http://t.example/announce/announce2", "http://t.example/announce/scrape2" },
    { "http://announce.example/a", NULL },
    { "http://announce/announce", "http://announce/scrape" },
    { "http://announce", NULL },
    { "http://t.example/a?x=/announce", NULL },
    { "http://t.example/a#/announce", NULL },
    { "http://t.example/x%064announce", NULL },
    { "http://t.example/reannounce", NULL },
    { "http://t.example", NULL },
    { "/announce", "/scrape" },
    { "", NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      g_test_message ("%s", cases[i].announce);
      g_assert_cmpint (bt_http_scrape_url (out, cases[i].announce), ==, cases[i].scrape != NULL);
      g_assert_cmpstr (out->str, ==, cases[i].scrape != NULL ? cases[i].scrape : "");
    }
}

#define HASH "info_hash=aaaaaaaaaaaaaaaaaaaa"

static BtTrackerProblem
parse (const char *query, BtScrapeRequest *out)
{
  static uint8_t hashes[BT_LIMIT_SCRAPE_HTTP * BT_INFO_HASH_LEN];
  g_autofree char *exact = announce_exact (query, strlen (query));

  return bt_http_scrape_parse (exact, strlen (query), hashes, out);
}

static void
test_query (void)
{
  static const struct
  {
    const char *query;
    size_t n;
    BtTrackerProblem problem;
  } cases[] = {
    { "", 0, BT_TRACKER_NO_HASH },
    { "x=y&z", 0, BT_TRACKER_NO_HASH },
    { HASH, 1, BT_TRACKER_FINE },
    { HASH "&x=y&" HASH, 2, BT_TRACKER_FINE },
    { "info_hash", 0, BT_TRACKER_BAD_HASH },
    { HASH "a", 0, BT_TRACKER_BAD_HASH },
    { HASH "&info_hash=aaaaaaaaaaaaaaaaaaa", 0, BT_TRACKER_BAD_HASH },
    { "info_hash=%0%a", 0, BT_TRACKER_BAD_HASH },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtScrapeRequest out = { 0 };

      g_test_message ("%s", cases[i].query);
      g_assert_cmpint (parse (cases[i].query, &out), ==, cases[i].problem);
      if (cases[i].problem != BT_TRACKER_FINE)
        continue;
      g_assert_cmpuint (out.n_hashes, ==, cases[i].n);
      for (size_t n = 0; n < out.n_hashes; n++)
        g_assert_cmpmem (out.hashes + 20 * n, 20, "aaaaaaaaaaaaaaaaaaaa", 20);
    }
}

static void
test_query_bounds (void)
{
  g_autoptr (GString) hashes = g_string_new (HASH);
  g_autoptr (GString) others = g_string_new (HASH);
  BtScrapeRequest out = { 0 };

  for (unsigned i = 1; i < BT_LIMIT_SCRAPE_HTTP; i++)
    g_string_append (hashes, "&" HASH);
  g_assert_cmpint (parse (hashes->str, &out), ==, BT_TRACKER_FINE);
  g_assert_cmpuint (out.n_hashes, ==, BT_LIMIT_SCRAPE_HTTP);
  g_string_append (hashes, "&" HASH);
  g_assert_cmpint (parse (hashes->str, &out), ==, BT_TRACKER_MANY_HASHES);

  for (unsigned i = 0; i < BT_LIMIT_TRACKER_PARAMETERS; i++)
    g_string_append (others, "&x");
  g_assert_cmpint (parse (others->str, &out), ==, BT_TRACKER_MANY_PARAMETERS);
}

static void
test_query_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (48);

  for (unsigned i = 0; i < 500; i++)
    {
      uint8_t hashes[BT_LIMIT_SCRAPE_HTTP * BT_INFO_HASH_LEN];
      size_t n = (size_t) g_rand_int_range (rand, 1, BT_LIMIT_SCRAPE_HTTP + 1);
      BtScrapeRequest in = { hashes, n };
      BtScrapeRequest out = { 0 };
      g_autoptr (GString) url = g_string_new (NULL);

      announce_fill (rand, hashes, sizeof hashes);
      bt_http_scrape_query (url, "http://t.example/scrape?key=1", &in);
      g_assert_true (g_str_has_prefix (url->str, "http://t.example/scrape?key=1&info_hash="));
      g_assert_cmpint (parse (strchr (url->str, '?') + 1, &out), ==, BT_TRACKER_FINE);
      g_assert_cmpmem (out.hashes, 20 * out.n_hashes, hashes, 20 * n);
    }
}

/* The example of BEP 48, with its keys in order, and more. */
static void
test_write (void)
{
  static const BtScrapeEntry entries[] = {
    { "xxxxxxxxxxxxxxxxxxx", 11, 13772, 19, BT_UNSAID },
    { "yyyyyyyyyyyyyyyyyyy", 21, 206, 20, 7 },
  };
  static const struct
  {
    size_t n;
    BtScrapeReply reply;
    const char *text;
    size_t len;
  } cases[] = {
#define CASE(n, reply, text) { n, reply, text, sizeof (text) - 1 }
#define REPLY(...) ((BtScrapeReply){ __VA_ARGS__ })
#define NO                                                                                         \
  {                                                                                                \
    (const uint8_t *) "no", 2                                                                      \
  }
    CASE (0, REPLY (0), "d5:filesdee"),
    CASE (1, REPLY (0),
          "d5:filesd20:xxxxxxxxxxxxxxxxxxx\0d8:completei11e10:downloadedi13772e10:incompletei19e"
          "eee"),
    CASE (2, REPLY (.min_request_interval_s = 900),
          "d5:filesd20:xxxxxxxxxxxxxxxxxxx\0d8:completei11e10:downloadedi13772e10:incompletei19e"
          "e20:yyyyyyyyyyyyyyyyyyy\0d8:completei21e10:downloadedi206e11:downloadersi7e"
          "10:incompletei20eee5:flagsd20:min_request_intervali900eee"),
    CASE (0, REPLY (.failure = NO), "d14:failure reason2:noe"),
    CASE (0, REPLY (.failure = NO, .retry_min = BT_RETRY_NEVER),
          "d14:failure reason2:no8:retry in5:nevere"),
#undef CASE
#undef REPLY
#undef NO
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    for (size_t size = 0; size <= cases[i].len; size++)
      {
        g_autofree uint8_t *out = g_malloc (MAX (size, 1));
        size_t len = bt_http_scrape_write (out, size, &cases[i].reply, entries, cases[i].n);

        g_assert_cmpuint (len, ==, size == cases[i].len ? size : 0);
        if (len > 0)
          g_assert_cmpmem (out, len, cases[i].text, cases[i].len);
      }
}

static void
make_entries (GRand *rand, BtScrapeEntry *out, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      out[i] = (BtScrapeEntry){ .complete = g_rand_int (rand),
                                .downloaded = g_rand_int (rand),
                                .incomplete = g_rand_int (rand),
                                .downloaders = BT_UNSAID };
      if (g_rand_boolean (rand))
        out[i].downloaders = g_rand_int (rand);
      announce_fill (rand, out[i].info_hash, sizeof out[i].info_hash);
    }
}

static void
test_reply_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (49);
  g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (BtScrapeEntry));

  for (unsigned i = 0; i < 500; i++)
    {
      BtScrapeEntry entries[BT_LIMIT_SCRAPE_HTTP];
      size_t n = (size_t) g_rand_int_range (rand, 0, BT_LIMIT_SCRAPE_HTTP + 1);
      BtScrapeReply in = { .min_request_interval_s = (uint32_t) g_rand_int_range (rand, 0, 9) };
      BtScrapeReply out;
      uint8_t buffer[16384];
      g_autofree uint8_t *exact = NULL;
      size_t len;

      make_entries (rand, entries, n);
      n = bt_scrape_sort (entries, n);
      len = bt_http_scrape_write (buffer, sizeof buffer, &in, entries, n);
      exact = (uint8_t *) announce_exact (buffer, len);
      g_array_set_size (read, 0);
      g_assert_true (bt_http_scrape_read (exact, len, &out, read, NULL));
      g_assert_cmpuint (out.min_request_interval_s, ==, in.min_request_interval_s);
      g_assert_cmpmem (read->data, read->len * sizeof *entries, entries, n * sizeof *entries);
    }
}

#define H "20:aaaaaaaaaaaaaaaaaaaa"

static void
test_read (void)
{
  static const struct
  {
    const char *text;
    BtErrorCode code; /* BT_OK: read, with so many entries */
    const char *key;
    unsigned n;
  } cases[] = {
    { "d5:filesdee", BT_OK, NULL, 0 },
    { "d5:filesd" H "deee", BT_OK, NULL, 1 },
    { "d5:filesd" H "d8:completei1e10:downloadedi2e10:incompletei3e4:name1:xeee", BT_OK, NULL, 1 },
    { "d5:filesde5:flagsd20:min_request_intervali9e1:xleee", BT_OK, NULL, 0 },
    { "d14:failure reason2:no8:retry in5:nevere", BT_OK, NULL, 0 },
    { "d1:xi1e5:filesdee", BT_OK, NULL, 0 }, /* unsorted */
    { "de", BT_ERROR_MISSING_KEY, "files", 0 },
    { "le", BT_ERROR_WRONG_TYPE, NULL, 0 },
    { "", BT_ERROR_TRUNCATED, NULL, 0 },
    { "d5:fileslee", BT_ERROR_WRONG_TYPE, "files", 0 },
    { "d5:filesd3:abcdeee", BT_ERROR_WRONG_LENGTH, "files", 0 },
    { "d5:filesd" H "i1eee", BT_ERROR_WRONG_TYPE, "files", 0 },
    { "d5:filesd" H "d8:completei-1eeee", BT_ERROR_OUT_OF_RANGE, "files.complete", 0 },
    { "d5:filesd" H "d8:complete1:1eee", BT_ERROR_WRONG_TYPE, "files.complete", 0 },
    { "d5:filesd" H "d10:downloadedi4294967296eeee", BT_ERROR_OUT_OF_RANGE, "files.downloaded", 0 },
    { "d5:filesd" H "d10:incompleteleeee", BT_ERROR_WRONG_TYPE, "files.incomplete", 0 },
    { "d5:filesd" H "d11:downloadersi-9eeee", BT_ERROR_OUT_OF_RANGE, "files.downloaders", 0 },
    { "d5:filesd" H "de" H "deee", BT_ERROR_KEY_DUPLICATE, NULL, 0 },
    { "d5:filesde5:flagslee", BT_ERROR_WRONG_TYPE, "flags", 0 },
    { "d5:filesde5:flagsd20:min_request_interval1:9ee", BT_ERROR_WRONG_TYPE,
      "flags.min_request_interval", 0 },
    { "d5:filesd" H "d", BT_ERROR_TRUNCATED, NULL, 0 },
    { "d5:filesd" H "de", BT_ERROR_TRUNCATED, NULL, 0 },
    { "d5:filesde5:flagsd", BT_ERROR_TRUNCATED, NULL, 0 },
    { "d14:failure reasoni1ee", BT_ERROR_WRONG_TYPE, "failure reason", 0 },
    { "d14:failure reason2:no8:retry inlee", BT_ERROR_WRONG_TYPE, "retry in", 0 },
    { "d5:filesdeex", BT_ERROR_TRAILING, NULL, 0 },
  };
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (BtScrapeEntry));

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t len = strlen (cases[i].text);
      g_autofree uint8_t *exact = (uint8_t *) announce_exact (cases[i].text, len);
      BtScrapeReply out;
      BtError why = { 0 };

      g_test_message ("%s", cases[i].text);
      g_array_set_size (entries, 1);
      g_assert_cmpint (bt_http_scrape_read (exact, len, &out, entries, &why), ==,
                       cases[i].code == BT_OK);
      g_assert_cmpint (why.code, ==, cases[i].code);
      g_assert_cmpstr (why.key, ==, cases[i].key);
      g_assert_cmpuint (entries->len, ==, 1 + cases[i].n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-scrape/url", test_url);
  g_test_add_func ("/http-scrape/query", test_query);
  g_test_add_func ("/http-scrape/query-bounds", test_query_bounds);
  g_test_add_func ("/http-scrape/query-property", test_query_property);
  g_test_add_func ("/http-scrape/write", test_write);
  g_test_add_func ("/http-scrape/reply-property", test_reply_property);
  g_test_add_func ("/http-scrape/read", test_read);
  return g_test_run ();
}
