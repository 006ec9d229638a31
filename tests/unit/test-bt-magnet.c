/* test-bt-magnet.c: magnet URIs, good, bad and odd; and that writing one is stable. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-magnet.h"

#define HEX "d2354010a3ca4ade5b7427bb093a62a3899ff381"
#define BASE32 "2I2UAEFDZJFN4W3UE65QSOTCUOEZ744B"
#define CD "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
#define AB "6162616261626162616261626162616261626162"
#define V2 "caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e"
#define V1_URI "magnet:?xt=urn:btih:" HEX
#define V2_URI "magnet:?xt=urn:btmh:1220" V2

static BtMagnet *
parse (const char *text, size_t len, BtError *why)
{
  g_autofree char *exact = g_memdup2 (text, len);

  return bt_magnet_parse (exact, len, why);
}

/* What is accepted, and what it is when written again. */
static const struct
{
  const char *text;
  const char *canonical;
} good[] = {
  { V1_URI, V1_URI },
  { HEX, V1_URI },
  { "D2354010A3CA4ADE5B7427BB093A62A3899FF381", V1_URI },
  { BASE32, V1_URI },
  { "2i2uaefdzjfn4w3ue65qsotcuoez744b", V1_URI },
  { "magnet:?xt=urn:btih:" BASE32, V1_URI },
  { "magnet:?xt=urn:btih:MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC", "magnet:?xt=urn:btih:" AB },
  { "magnet:///?xt=urn:btih:" HEX, V1_URI },
  { "MAGNET:?XT=URN:BTIH:" HEX, V1_URI },
  { "magnet:?xt.1=urn:btih:" HEX, V1_URI },
  { "magnet:?&&xt=urn:btih:" HEX "&empty&=&=x&dn", V1_URI },
  { V1_URI "&xt=urn:btih:" BASE32, V1_URI },
  { "magnet:?xt=urn:sha1:abc&xt=urn:btih:" HEX, V1_URI },
  { "magnet:?xt=urn%3Abtih%3A" CD, "magnet:?xt=urn:btih:" CD },
  { "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdc%64", "magnet:?xt=urn:btih:" CD },

  /* version 2 and hybrids */
  { V2_URI, V2_URI },
  { V2_URI "&xt=urn:btih:" HEX, V1_URI "&xt=urn:btmh:1220" V2 },
  { V1_URI "&xt=urn:btmh:1220" V2, V1_URI "&xt=urn:btmh:1220" V2 },

  /* names and lengths */
  { V1_URI "&dn=Display%20Name", V1_URI "&dn=Display%20Name" },
  { V1_URI "&dN=A+B%2BC", V1_URI "&dn=A%20B%2BC" },
  { V1_URI "&dn=&dn=second&dn=third", V1_URI "&dn=second" },
  { V1_URI "&dn=100%25", V1_URI "&dn=100%25" },
  { V1_URI "&dn=100%", V1_URI "&dn=100%25" },
  { V1_URI "&dn=na%C3%AFve", V1_URI "&dn=na%C3%AFve" },
  { V1_URI "&dn=na\xc3\xafve", V1_URI "&dn=na%C3%AFve" },
  { V1_URI "&dn=%ff%00", V1_URI "&dn=%EF%BF%BD%EF%BF%BD" },
  { V1_URI "&dn=a=b", V1_URI "&dn=a%3Db" },
  { V1_URI "&xl=10826029&xl=1", V1_URI "&xl=10826029" },
  { V1_URI "&xl=0", V1_URI "&xl=0" },
  { V1_URI "&xl=18446744073709551615", V1_URI "&xl=18446744073709551615" },
  { V1_URI "&xl=18446744073709551616", V1_URI },
  { V1_URI "&xl=&xl=-1&xl=1k&xl=%201", V1_URI },

  /* trackers and web seeds */
  { V1_URI "&tr=", V1_URI },
  { V1_URI "&tr=udp://a.example:1&tr=http%3A%2F%2Fb.example%2Fannounce&tr=udp%3A%2F%2Fa.example%3A1"
           "&tr=udp://c.example",
    V1_URI "&tr=udp%3A%2F%2Fa.example%3A1&tr=http%3A%2F%2Fb.example%2Fannounce"
           "&tr=udp%3A%2F%2Fc.example" },
  { V1_URI "&tr.1=udp://a.example&TR.22=udp://b.example&tr.=udp://c.example&tr1=udp://d.example",
    V1_URI "&tr=udp%3A%2F%2Fa.example&tr=udp%3A%2F%2Fb.example" },
  { V1_URI "&tr=magnet:?xt=urn:btih:abc123", V1_URI },
  { V1_URI "&tr=http://a b/&tr=http://a%20b/&tr=http://a%0a/&tr=http://%ff/&tr=junk", V1_URI },
  { V1_URI "&tr=http://a/?x=1+2", V1_URI "&tr=http%3A%2F%2Fa%2F%3Fx%3D1%2B2" },
  { V1_URI "&tr=wss://tracker.example", V1_URI "&tr=wss%3A%2F%2Ftracker.example" },
  { V1_URI "&Ws=http://s.example/f&ws=ftp://s.example/&ws=udp://s.example&as=http://x.example",
    V1_URI "&ws=http%3A%2F%2Fs.example%2Ff&ws=ftp%3A%2F%2Fs.example%2F" },

  /* peers; nodes are ignored */
  { V1_URI "&x.pe=127.0.0.1:6881", V1_URI "&x.pe=127.0.0.1:6881" },
  { V1_URI "&x.pe=%5B2001:DB8::0:1%5D%3A6881&x.pe.1=peer.example:1",
    V1_URI "&x.pe=[2001:db8::1]:6881&x.pe=peer.example:1" },
  { V1_URI "&x.pe=&x.pe=1.2.3.4&x.pe=1.2.3.4:0&x.pe=1.2.3.4:99999&x.pe=127.1:80&pe=1.2.3.4:5",
    V1_URI },
  { V1_URI "&dht=127.0.0.1:43&dht=foobar.com:1", V1_URI },

  /* files */
  { V1_URI "&so=0,2,4,6-8", V1_URI "&so=0,2,4,6-8" },
  { V1_URI "&so=0,2-4,3-5", V1_URI "&so=0,2-5" },
  { V1_URI "&so=7-4,100000000&so=10", V1_URI "&so=10" },
  { V1_URI "&so=-4&so=3-&so=a&so=%221%22", V1_URI },
  { V1_URI "&so=,,1", V1_URI "&so=1" },

  /* everything, out of order */
  { "magnet:?so=1&x.pe=h:1&ws=http://s&tr=udp://t&xl=5&dn=n&xt=urn:btmh:1220" V2
    "&xt=urn:btih:" HEX,
    V1_URI "&xt=urn:btmh:1220" V2 "&dn=n&xl=5&tr=udp%3A%2F%2Ft&ws=http%3A%2F%2Fs&x.pe=h:1&so=1" },
};

static void
test_good (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (good); i++)
    {
      BtError why = { 0 };
      g_autoptr (BtMagnet) magnet = parse (good[i].text, strlen (good[i].text), &why);
      g_autoptr (BtMagnet) again = NULL;
      g_autofree char *text = NULL;
      g_autofree char *twice = NULL;

      g_test_message ("%s", good[i].text);
      g_assert_cmpstr (bt_error_code_name (why.code), ==, "ok");
      g_assert_nonnull (magnet);
      text = bt_magnet_write (magnet);
      g_assert_cmpstr (text, ==, good[i].canonical);
      again = parse (text, strlen (text), &why);
      twice = bt_magnet_write (again);
      g_assert_cmpstr (twice, ==, text);
    }
}

static const struct
{
  const char *text;
  BtErrorCode code;
  uint64_t offset;
} bad[] = {
  { "", BT_ERROR_NOT_MAGNET, 0 },
  { "magnet", BT_ERROR_NOT_MAGNET, 0 },
  { "magnet:", BT_ERROR_NOT_MAGNET, 0 },
  { "magnet:xt=urn:btih:" HEX, BT_ERROR_NOT_MAGNET, 0 },
  { "magnet:////?xt=urn:btih:" HEX, BT_ERROR_NOT_MAGNET, 0 },
  { "http://example.org/?xt=urn:btih:" HEX, BT_ERROR_NOT_MAGNET, 0 },
  { " " V1_URI, BT_ERROR_NOT_MAGNET, 0 },
  { " " HEX, BT_ERROR_NOT_MAGNET, 0 },
  { HEX "\n", BT_ERROR_NOT_MAGNET, 0 },
  { "d2354010", BT_ERROR_NOT_MAGNET, 0 },
  { "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", BT_ERROR_NOT_MAGNET, 0 },
  { V2, BT_ERROR_NOT_MAGNET, 0 },
  { "1220" V2, BT_ERROR_NOT_MAGNET, 0 },

  { "magnet:?", BT_ERROR_NO_HASH, BT_NOWHERE },
  { "magnet:?dn=x", BT_ERROR_NO_HASH, BT_NOWHERE },
  { "magnet:?xt=", BT_ERROR_NO_HASH, BT_NOWHERE },
  { "magnet:?xt", BT_ERROR_NO_HASH, BT_NOWHERE },
  { "magnet:?xt=urn:sha1:" BASE32, BT_ERROR_NO_HASH, BT_NOWHERE },
  { "magnet:?xt=" HEX, BT_ERROR_NO_HASH, BT_NOWHERE },
  { "magnet:?ext=urn:btih:" HEX, BT_ERROR_NO_HASH, BT_NOWHERE },

  { "magnet:?xt=urn:btih:", BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btih:d2354010", BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btih:2I2UAEFDZJFN4W3UE65QSO", BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btih:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btih:" HEX "0", BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btih: " HEX, BT_ERROR_BAD_HASH, 11 },
  { V1_URI "\n", BT_ERROR_BAD_HASH, 11 },
  { "magnet:?dn=x&xt=urn:btih:1", BT_ERROR_BAD_HASH, 16 },
  { V1_URI "&xt=urn:btih:1", BT_ERROR_BAD_HASH, 64 },
  { "magnet:?xt=urn:btmh:" V2, BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btmh:1221" V2, BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btmh:1220", BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btmh:1220cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
    BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btmh:1220xyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxy",
    BT_ERROR_BAD_HASH, 11 },
  { "magnet:?xt=urn:btmh:" HEX, BT_ERROR_BAD_HASH, 11 },

  { "magnet:?xt=urn%%3Abtih:" HEX, BT_ERROR_BAD_ESCAPE, 14 },
  { "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdc%6", BT_ERROR_BAD_ESCAPE, 59 },
  { "magnet:?xt=urn:btih:%\xf7"
    "dcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
    BT_ERROR_BAD_ESCAPE, 20 },

  { V1_URI "&xt=urn:btih:" CD, BT_ERROR_TWO_HASHES, 64 },
  { V2_URI "&xt=urn:btmh:12200000000000000000000000000000000000000000000000000000000000000000",
    BT_ERROR_TWO_HASHES, 92 },
};

static void
test_bad (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      BtError why = { 0 };

      g_test_message ("case %zu", i);
      g_assert_null (parse (bad[i].text, strlen (bad[i].text), &why));
      g_assert_cmpstr (bt_error_code_name (why.code), ==, bt_error_code_name (bad[i].code));
      g_assert_cmpuint (why.offset, ==, bad[i].offset);
      g_assert_null (parse (bad[i].text, strlen (bad[i].text), NULL));
    }
}

/* Bytes that a fuzzer once found another parser to trip over. */
static void
test_noise (void)
{
  gsize len;
  g_autofree guchar *noise = g_base64_decode ("UICOl7RLjChs/QZZwNH4sSQwuH890UMHuoxoWBmMkr0=", &len);
  BtError why;

  g_assert_null (parse ((const char *) noise, len, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_NOT_MAGNET);
}

/* A topic that is longer than any that is right. */
static void
test_long_topic (void)
{
  g_autofree char *filler = g_strnfill (1000, '0');
  g_autofree char *known = g_strconcat ("magnet:?xt=urn:btih:", filler, NULL);
  g_autofree char *unknown = g_strconcat (V1_URI "&xt=urn:tree:tiger:", filler, NULL);
  BtError why;
  g_autoptr (BtMagnet) magnet = NULL;

  g_assert_null (parse (known, strlen (known), &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_BAD_HASH);
  magnet = parse (unknown, strlen (unknown), &why);
  g_assert_nonnull (magnet);
}

static void
test_size (void)
{
  g_autoptr (GString) text = g_string_new (V1_URI "&dn=");
  g_autoptr (BtMagnet) magnet = NULL;
  g_autoptr (BtMagnet) again = NULL;
  g_autofree char *written = NULL;
  BtError why;

  while (text->len < BT_LIMIT_MAGNET)
    g_string_append_c (text, '/');
  magnet = parse (text->str, text->len, &why);
  g_assert_nonnull (magnet);
  g_string_append_c (text, '/');
  g_assert_null (parse (text->str, text->len, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TOO_LARGE);

  /* the name, escaped, no longer fits; what does is still written */
  g_assert_true (bt_magnet_add_tracker (magnet, "udp://t", 7));
  written = bt_magnet_write (magnet);
  g_assert_cmpstr (written, ==, V1_URI "&tr=udp%3A%2F%2Ft");
  again = parse (written, strlen (written), &why);
  g_assert_nonnull (again);
}

static void
test_counts (void)
{
  g_autoptr (GString) text = g_string_new (V1_URI);
  g_autoptr (BtMagnet) magnet = NULL;
  g_autofree char *url = g_strnfill (BT_LIMIT_URL + 1, 'u');

  for (unsigned i = 0; i < BT_LIMIT_TRACKERS + 10; i++)
    g_string_append_printf (text, "&tr=udp://t%u", i);
  for (unsigned i = 0; i < BT_LIMIT_WEB_SEEDS + 10; i++)
    g_string_append_printf (text, "&ws=http://s%u", i);
  for (unsigned i = 0; i < BT_LIMIT_MAGNET_PEERS + 10; i++)
    g_string_append_printf (text, "&x.pe=h%u:1", i);
  magnet = parse (text->str, text->len, NULL);
  g_assert_cmpuint (magnet->trackers->len, ==, BT_LIMIT_TRACKERS);
  g_assert_cmpuint (magnet->web_seeds->len, ==, BT_LIMIT_WEB_SEEDS);
  g_assert_cmpuint (magnet->peers->len, ==, BT_LIMIT_MAGNET_PEERS);

  memcpy (url, "http://", 7);
  g_ptr_array_set_size (magnet->trackers, 0);
  g_assert_false (bt_magnet_add_tracker (magnet, url, BT_LIMIT_URL + 1));
  g_assert_true (bt_magnet_add_tracker (magnet, url, BT_LIMIT_URL));
}

/* What a caller fills in is read back as it was. */
static void
test_fill (void)
{
  static const char name[] = "R\xc3\xa9sum\xc3\xa9 & more.iso";
  g_autoptr (BtMagnet) magnet = bt_magnet_new ();
  g_autoptr (BtMagnet) back = NULL;
  g_autofree char *text = NULL;
  uint8_t v1[BT_SHA1_LEN];
  uint8_t v2[BT_SHA256_LEN];

  g_assert_true (bt_hex_parse (HEX, 40, v1, sizeof v1));
  g_assert_true (bt_hex_parse (V2, 64, v2, sizeof v2));
  bt_magnet_set_v2 (magnet, v2);
  bt_magnet_set_v1 (magnet, v1);
  bt_magnet_set_name (magnet, "old", 3);
  bt_magnet_set_name (magnet, name, strlen (name));
  bt_magnet_set_length (magnet, UINT64_C (1) << 40);
  g_assert_true (bt_magnet_add_tracker (magnet, "udp://t:1", 9));
  g_assert_false (bt_magnet_add_tracker (magnet, "udp://t:1", 9));
  g_assert_true (bt_magnet_add_tracker (magnet, "udp://t:", 8)); /* part of the other */
  g_assert_false (bt_magnet_add_tracker (magnet, "udp://\n", 7));
  g_assert_true (bt_magnet_add_web_seed (magnet, "https://s/", 10));
  g_assert_true (bt_magnet_add_peer (magnet, "[2001:db8::1]:1", 15));
  g_assert_false (bt_magnet_add_peer (magnet, "[2001:DB8:0::1]:1", 17));
  g_assert_true (bt_select_only_add (&magnet->select_only, 3, 5));

  text = bt_magnet_write (magnet);
  back = parse (text, strlen (text), NULL);
  g_assert_cmpmem (back->hashes.v1, sizeof v1, v1, sizeof v1);
  g_assert_cmpmem (back->hashes.v2, sizeof v2, v2, sizeof v2);
  g_assert_true (back->hashes.has_v1 && back->hashes.has_v2);
  g_assert_cmpstr (back->name, ==, name);
  g_assert_true (back->has_length);
  g_assert_cmpuint (back->length, ==, UINT64_C (1) << 40);
  g_assert_cmpuint (back->trackers->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (back->trackers, 1), ==, "udp://t:");
  g_assert_cmpstr (g_ptr_array_index (back->web_seeds, 0), ==, "https://s/");
  g_assert_cmpstr (g_ptr_array_index (back->peers, 0), ==, "[2001:db8::1]:1");
  g_assert_cmpuint (bt_select_only_count (&back->select_only), ==, 3);

  bt_magnet_set_name (back, "", 0);
  g_assert_null (back->name);
  bt_magnet_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/magnet/good", test_good);
  g_test_add_func ("/magnet/bad", test_bad);
  g_test_add_func ("/magnet/noise", test_noise);
  g_test_add_func ("/magnet/long-topic", test_long_topic);
  g_test_add_func ("/magnet/size", test_size);
  g_test_add_func ("/magnet/counts", test_counts);
  g_test_add_func ("/magnet/fill", test_fill);
  return g_test_run ();
}
