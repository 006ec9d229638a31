/* test-bt-url.c: escapes, queries, and clean URLs. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-url.h"

static void
test_decode (void)
{
  static const struct
  {
    const char *text;
    const char *decoded; /* NULL: a broken escape */
    size_t at;           /* where it is */
    const char *loose;
  } cases[] = {
    { "", "", 0, "" },
    { "plain", "plain", 0, "plain" },
    { "a%20b+c", "a b+c", 0, "a b c" },
    { "%41%7a%7A", "Azz", 0, "Azz" },
    { "%ff%C3%A9", "\xff\xc3\xa9", 0, "\xff\xc3\xa9" },
    { "%2541", "%41", 0, "%41" },
    { "%", NULL, 0, "%" },
    { "a%4", NULL, 1, "a%4" },
    { "ab%%3A", NULL, 2, "ab%:" },
    { "%41%4g", NULL, 3, "A%4g" },
    { "%\xf7", NULL, 0, "%\xf7" },
    { "% 1", NULL, 0, "% 1" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t len = strlen (cases[i].text);
      g_autofree char *text = g_memdup2 (cases[i].text, len);
      g_autofree uint8_t *out = g_malloc (len);
      size_t n = 0;
      bool ok = bt_url_decode (text, len, out, &n);

      g_test_message ("case %zu", i);
      g_assert_cmpint (ok, ==, cases[i].decoded != NULL);
      if (ok)
        g_assert_cmpmem (out, n, cases[i].decoded, strlen (cases[i].decoded));
      else
        g_assert_cmpuint (n, ==, cases[i].at);

      /* in place */
      n = bt_url_decode_loosely (text, len, true, (uint8_t *) text);
      g_assert_cmpmem (text, n, cases[i].loose, strlen (cases[i].loose));
    }
}

static void
test_plus (void)
{
  uint8_t out[3];

  g_assert_cmpmem (out, bt_url_decode_loosely ("a+b", 3, false, out), "a+b", 3);
}

/* Every byte through both ways. */
static void
test_encode (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  uint8_t all[256];
  uint8_t back[3 * 256];
  size_t n;

  for (size_t i = 0; i < sizeof all; i++)
    all[i] = (uint8_t) i;
  bt_url_encode (text, all, sizeof all);
  g_assert_cmpuint (text->len, ==, 66 + 3 * (256 - 66));
  g_assert_true (bt_url_decode (text->str, text->len, back, &n));
  g_assert_cmpmem (back, n, all, sizeof all);

  g_string_truncate (text, 0);
  bt_url_encode (text, (const uint8_t *) "a b/~\xc3\xa9", 7);
  g_assert_cmpstr (text->str, ==, "a%20b%2F~%C3%A9");
}

static void
assert_pairs (const char *query, size_t max_pairs, const char *wanted, bool cut)
{
  size_t len = strlen (query);
  g_autofree char *text = g_memdup2 (query, len);
  g_autoptr (GString) got = g_string_new (NULL);
  BtUrlQuery it;
  BtUrlPair pair;

  bt_url_query_init (&it, text, len, max_pairs);
  while (bt_url_query_next (&it, &pair))
    {
      g_string_append_len (got, pair.key, (gssize) pair.key_len);
      g_string_append_c (got, '>');
      g_string_append_len (got, pair.value, (gssize) pair.value_len);
      g_string_append_c (got, ' ');
    }
  g_assert_cmpstr (got->str, ==, wanted);
  g_assert_cmpint (bt_url_query_cut (&it), ==, cut);
  g_assert_false (bt_url_query_next (&it, &pair));
}

static void
test_query (void)
{
  static const struct
  {
    const char *query;
    size_t max_pairs;
    const char *pairs;
    bool cut;
  } cases[] = {
    { "", 9, "", false },
    { "a=1", 9, "a>1 ", false },
    { "a=1&b=2", 9, "a>1 b>2 ", false },
    { "&&a=1&&", 9, "a>1 ", false },
    { "a", 9, "a> ", false },
    { "a&=&=b", 9, "a> > >b ", false },
    { "a=b=c", 9, "a>b=c ", false },
    { "a=%26&b=", 9, "a>%26 b> ", false },
    { "a=1&b=2&c=3", 2, "a>1 b>2 ", true },
    { "a=1&b=2", 2, "a>1 b>2 ", false },
    { "&&&a=1", 3, "", true },
    { "a=1", 0, "", true },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].query);
      assert_pairs (cases[i].query, cases[i].max_pairs, cases[i].pairs, cases[i].cut);
    }
}

static void
test_name_equal (void)
{
  g_assert_true (bt_url_name_equal ("Dn", 2, "dn"));
  g_assert_true (bt_url_name_equal ("x.PE", 4, "x.pe"));
  g_assert_false (bt_url_name_equal ("dn", 1, "dn"));
  g_assert_false (bt_url_name_equal ("dnx", 3, "dn"));
  g_assert_false (bt_url_name_equal ("d\x4e\0", 3, "dn"));
  g_assert_false (bt_url_name_equal ("@n", 2, "`n"));
}

static void
test_clean (void)
{
  static const char *const schemes[] = { "http", "udp", NULL };
  static const struct
  {
    const char *url;
    bool clean;
  } cases[] = {
    { "http://tracker.example/announce", true },
    { "HTTP://tracker.example/announce", true },
    { "udp://[2001:db8::1]:6969", true },
    { "http://tr\xc3\xa4"
      "cker.example/",
      true },
    { "https://tracker.example/", false },
    { "magnet:?xt=urn:btih:abc123", false },
    { "http:/x", false },
    { "http://", false },
    { "http", false },
    { "", false },
    { "://x", false },
    { " http://x", false },
    { "http://x ", false },
    { "http://x\n", false },
    { "http://x\x7f", false },
    { "http://x\xc2\x85", false },
    { "http://x\xc2\xa0", false },
    { "http://x\xff", false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = g_memdup2 (cases[i].url, strlen (cases[i].url));

      g_test_message ("case %zu", i);
      g_assert_cmpint (bt_url_is_clean (url, strlen (cases[i].url), schemes), ==, cases[i].clean);
    }
  g_assert_false (bt_url_is_clean ("http://\0x", 9, schemes));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/url/decode", test_decode);
  g_test_add_func ("/url/plus", test_plus);
  g_test_add_func ("/url/encode", test_encode);
  g_test_add_func ("/url/query", test_query);
  g_test_add_func ("/url/name-equal", test_name_equal);
  g_test_add_func ("/url/clean", test_clean);
  return g_test_run ();
}
