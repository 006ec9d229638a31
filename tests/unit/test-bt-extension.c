/* test-bt-extension.c: handshakes read and written, those refused, ids both ways, what is kept. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-extension.h"

/* In an allocation of its own size. */
static bool
parse (const char *text, size_t len, BtExtensionHandshake *out, BtError *why)
{
  g_autofree uint8_t *copy = g_memdup2 (text, len);
  bool ok = bt_extension_parse (copy, len, out, why);

  if (ok)
    out->client = NULL; /* it pointed into the copy */
  return ok;
}

static const struct
{
  const char *text;
  BtErrorCode code;
  uint64_t offset;
} refused[] = {
  { "", BT_ERROR_TRUNCATED, 0 },
  { "d", BT_ERROR_TRUNCATED, 1 },
  { "le", BT_ERROR_WRONG_TYPE, 0 },
  { "i1e", BT_ERROR_WRONG_TYPE, 0 },
  { "de\n", BT_ERROR_TRAILING, 2 },
  { "dede", BT_ERROR_TRAILING, 2 },
  { "d1:mle1:vi1ee", BT_ERROR_WRONG_TYPE, 4 },
  { "d1:mi1ee", BT_ERROR_WRONG_TYPE, 4 },
  { "d1:md6:ut_pex1:1ee", BT_ERROR_WRONG_TYPE, 13 },
  { "d1:md6:ut_pexi256eee", BT_ERROR_OUT_OF_RANGE, 13 },
  { "d1:md6:ut_pexi-1eee", BT_ERROR_OUT_OF_RANGE, 13 },
  { "d1:md11:ut_metadatai3e6:ut_pexi3eee", BT_ERROR_OUT_OF_RANGE, 22 },
  { "d1:md6:ut_pexi1e11:ut_metadatai2eee", BT_ERROR_KEY_ORDER, 16 },
  { "d1:md6:ut_pexi1e6:ut_pexi2eee", BT_ERROR_KEY_DUPLICATE, 16 },
  { "d1:md6:ut_pexi01eee", BT_ERROR_NUMBER_FORM, BT_NOWHERE },
  { "d1:md6:ut_pexi1e", BT_ERROR_TRUNCATED, 16 },
  { "d1:pi65536ee", BT_ERROR_OUT_OF_RANGE, 4 },
  { "d1:pi-1ee", BT_ERROR_OUT_OF_RANGE, 4 },
  { "d1:p4:6881e", BT_ERROR_WRONG_TYPE, 4 },
  { "d1:vi1ee", BT_ERROR_WRONG_TYPE, 4 },
  { "d4:reqqi-1ee", BT_ERROR_OUT_OF_RANGE, 7 },
  { "d4:reqq1:1e", BT_ERROR_WRONG_TYPE, 7 },
  { "d13:metadata_sizei-1ee", BT_ERROR_OUT_OF_RANGE, 17 },
  { "d13:metadata_sizei4294967296ee", BT_ERROR_OUT_OF_RANGE, 17 },
  { "d11:upload_onlyi-1ee", BT_ERROR_OUT_OF_RANGE, 15 },
  { "d6:youripi1ee", BT_ERROR_WRONG_TYPE, 9 },
  { "d1:x2147483648:e", BT_ERROR_TRUNCATED, BT_NOWHERE },
  { "d1:vi1e1:mdee", BT_ERROR_WRONG_TYPE, 4 },
};

static void
test_refused (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      BtExtensionHandshake out = { .reqq = 77 };
      BtError why = { 0 };

      g_test_message ("%s", refused[i].text);
      g_assert_false (parse (refused[i].text, strlen (refused[i].text), &out, &why));
      g_assert_cmpstr (bt_error_code_name (why.code), ==, bt_error_code_name (refused[i].code));
      if (refused[i].offset != BT_NOWHERE)
        g_assert_cmpuint (why.offset, ==, refused[i].offset);
      g_assert_cmpuint (out.reqq, ==, 77);
      g_assert_false (parse (refused[i].text, strlen (refused[i].text), &out, NULL));
    }
}

/* Depth, size and number of values have limits. */
static void
test_limits (void)
{
  BtExtensionHandshake out;
  BtError why = { 0 };
  g_autoptr (GString) deep = g_string_new ("d1:x");
  g_autoptr (GString) many = g_string_new ("d1:xl");
  g_autoptr (GString) large = g_string_new (NULL);

  for (unsigned i = 0; i < BT_LIMIT_NET_DEPTH; i++)
    g_string_append_c (deep, 'l');
  g_assert_false (parse (deep->str, deep->len, &out, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_DEPTH);

  for (unsigned i = 0; i < BT_LIMIT_EXTENDED_TOKENS; i++)
    g_string_append (many, "le");
  g_assert_false (parse (many->str, many->len, &out, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TOKENS);

  g_string_printf (large, "d1:v%u:", (unsigned) BT_LIMIT_EXTENDED_HANDSHAKE);
  g_string_set_size (large, large->len + BT_LIMIT_EXTENDED_HANDSHAKE);
  g_string_append_c (large, 'e');
  g_assert_false (parse (large->str, large->len, &out, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TOO_LARGE);
}

static const struct
{
  const char *text;
  uint32_t fields;
  uint32_t named;
} taken[] = {
  { "de", 0, 0 },
  { "d1:mdee", 0, 0 },
  { "d1:md11:LT_metadatai1e6:\xb5T_PEXi2ee1:pi6881e1:v13:\xc2\xb5Torrent 1.2e",
    BT_EXTENSION_HAS_PORT | BT_EXTENSION_HAS_CLIENT, 0 },
  { "d1:md11:ut_metadatai3ee11:upload_onlyi1ee", BT_EXTENSION_HAS_UPLOAD_ONLY,
    BT_EXTENSION_BIT (BT_EXTENSION_METADATA) },
  { "d12:complete_agoi-1e1:md1:al1:be6:ut_pexi1eee", 0, BT_EXTENSION_BIT (BT_EXTENSION_PEX) },
  { "d1:md11:lt_donthavei0e11:upload_onlyi0e12:ut_holepunchi0eee", 0,
    BT_EXTENSION_BIT (BT_EXTENSION_DONT_HAVE) | BT_EXTENSION_BIT (BT_EXTENSION_UPLOAD_ONLY)
        | BT_EXTENSION_BIT (BT_EXTENSION_HOLEPUNCH) },
  { "d13:metadata_sizei0e1:pi0e4:reqqi0ee", 0, 0 },
  { "d4:reqqi99999999999ee", BT_EXTENSION_HAS_REQQ, 0 },
  { "d4:ipv43:abc4:ipv64:abcd6:yourip5:abcdee", 0, 0 },
};

static void
test_taken (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (taken); i++)
    {
      BtExtensionHandshake out;
      BtError why;

      g_test_message ("case %zu", i);
      g_assert_true (parse (taken[i].text, strlen (taken[i].text), &out, &why));
      g_assert_cmphex (out.fields, ==, taken[i].fields);
      g_assert_cmphex (out.named, ==, taken[i].named);
      g_assert_cmpint (out.yourip.family, ==, BT_FAMILY_NONE);
      g_assert_cmpint (out.ipv4.family, ==, BT_FAMILY_NONE);
      g_assert_cmpint (out.ipv6.family, ==, BT_FAMILY_NONE);
    }
}

/* All fields, as they stand on the wire, both ways. */
static void
test_both_ways (void)
{
  static const char whole[] = "d4:ipv44:\x01\x02\x03\x04"
                              "4:ipv616: \x01\r\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
                              "1:md11:lt_donthavei3e11:upload_onlyi4e12:ut_holepunchi5e"
                              "11:ut_metadatai1e6:ut_pexi2ee"
                              "13:metadata_sizei34256e1:pi6881e4:reqqi2000e11:upload_onlyi1e"
                              "1:v9:Shoal 0.16:yourip4:\x05\x06\x07\x08"
                              "e";
  g_auto (BtBuffer) out = { 0 };
  BtExtensionHandshake shake;
  char text[BT_ENDPOINT_TEXT];
  BtExtensionPeer peer = { 0 };

  g_assert_true (bt_extension_parse ((const uint8_t *) whole, sizeof whole - 1, &shake, NULL));
  g_assert_cmpuint (shake.metadata_size, ==, 34256);
  g_assert_cmpuint (shake.port, ==, 6881);
  g_assert_cmpuint (shake.reqq, ==, 2000);
  g_assert_true (shake.upload_only);
  g_assert_cmpmem (shake.client, shake.client_len, "Shoal 0.1", 9);
  (void) bt_endpoint_write_address (&shake.ipv6, text); /* a length */
  g_assert_cmpstr (text, ==, "2001:db8::1");
  (void) bt_endpoint_write_address (&shake.yourip, text); /* a length */
  g_assert_cmpstr (text, ==, "5.6.7.8");

  bt_buffer_init (&out, 1000);
  bt_extension_write (&shake, &out);
  g_assert_false (out.full);
  g_assert_cmpmem (out.data, out.len, whole, sizeof whole - 1);

  bt_extension_peer_update (&peer, &shake);
  g_assert_cmpstr (peer.client, ==, "Shoal 0.1");
  for (int i = 0; i < BT_EXTENSION_COUNT; i++)
    g_assert_cmpuint (bt_extension_peer_id (&peer, (BtExtension) i), ==,
                      bt_extension_own_id ((BtExtension) i));
}

/* What does not fit is not written by half. */
static void
test_write_full (void)
{
  g_auto (BtBuffer) out = { 0 };
  BtExtensionHandshake shake = { 0 };

  bt_extension_offer (&shake, UINT32_MAX, 0);
  bt_buffer_init (&out, 20);
  bt_extension_write (&shake, &out);
  g_assert_true (out.full);
}

/* Our ids, in and out, by what is on. */
static void
test_own_ids (void)
{
  uint32_t on = BT_EXTENSION_BIT (BT_EXTENSION_PEX) | BT_EXTENSION_BIT (BT_EXTENSION_HOLEPUNCH);
  BtExtensionHandshake shake = { 0 };
  BtExtension extension;

  for (unsigned id = 0; id < 256; id++)
    {
      bool ours = id == bt_extension_own_id (BT_EXTENSION_PEX)
                  || id == bt_extension_own_id (BT_EXTENSION_HOLEPUNCH);

      g_assert_cmpint (bt_extension_of_id ((uint8_t) id, on, &extension), ==, ours);
      if (ours)
        g_assert_cmpuint (bt_extension_own_id (extension), ==, id);
    }
  bt_extension_offer (&shake, on, BT_EXTENSION_BIT (BT_EXTENSION_METADATA) | on);
  g_assert_cmphex (shake.named, ==, on | BT_EXTENSION_BIT (BT_EXTENSION_METADATA));
  g_assert_cmpuint (shake.ids[BT_EXTENSION_METADATA], ==, 0);
  g_assert_cmpuint (shake.ids[BT_EXTENSION_PEX], ==, bt_extension_own_id (BT_EXTENSION_PEX));
}

static void
update (BtExtensionPeer *peer, const char *text)
{
  BtExtensionHandshake shake;

  g_assert_true (bt_extension_parse ((const uint8_t *) text, strlen (text), &shake, NULL));
  bt_extension_peer_update (peer, &shake);
}

/* Later handshakes add, change and switch off; what they do not name stays. */
static void
test_updates (void)
{
  BtExtensionPeer peer = { 0 };

  update (&peer, "d1:md11:ut_metadatai9e6:ut_pexi7ee4:reqqi250e1:v1:ae");
  g_assert_true (peer.shook);
  update (&peer, "d1:md12:ut_holepunchi4e6:ut_pexi0ee11:upload_onlyi1ee");
  g_assert_cmpuint (bt_extension_peer_id (&peer, BT_EXTENSION_METADATA), ==, 9);
  g_assert_cmpuint (bt_extension_peer_id (&peer, BT_EXTENSION_PEX), ==, 0);
  g_assert_cmpuint (bt_extension_peer_id (&peer, BT_EXTENSION_HOLEPUNCH), ==, 4);
  g_assert_cmpuint (bt_extension_peer_id (&peer, BT_EXTENSION_DONT_HAVE), ==, 0);
  g_assert_cmpuint (peer.reqq, ==, 250);
  g_assert_cmpstr (peer.client, ==, "a");
  g_assert_true (peer.upload_only);
  update (&peer, "d11:upload_onlyi0e6:yourip4:abcde");
  g_assert_false (peer.upload_only);
  update (&peer, "de");
  g_assert_cmpint (peer.yourip.family, ==, BT_FAMILY_V4);
}

/* Names are shown, so nothing of them may move the cursor, hide or turn text. */
static void
test_client (void)
{
  static const struct
  {
    const char *text;
    const char *client;
  } names[] = {
    { "\xc2\xb5Torrent 1.2", "\xc2\xb5Torrent 1.2" },
    { "a\x1b[31mb\n\r\t\x7f"
      "c",
      "a[31mbc" },
    { "a\xff\xfe"
      "b\xc2",
      "ab" },
    { "a\xc2\x9b"
      "b",
      "ab" },
    { "a\xe2\x80\xae"
      "b\xe2\x80\x8b\xef\xbb\xbf"
      "c",
      "abc" },
    { "0123456789012345678901234567890123456789012345678901234567890123456789",
      "012345678901234567890123456789012345678901234567890123456789012" },
    { "01234567890123456789012345678901234567890123456789012345678901\xc2\xb5z",
      "01234567890123456789012345678901234567890123456789012345678901" },
    { "", "" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("d1:v%zu:%se", strlen (names[i].text), names[i].text);
      BtExtensionPeer peer = { 0 };

      update (&peer, text);
      g_assert_cmpstr (peer.client, ==, names[i].client);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/extension/refused", test_refused);
  g_test_add_func ("/extension/limits", test_limits);
  g_test_add_func ("/extension/taken", test_taken);
  g_test_add_func ("/extension/both-ways", test_both_ways);
  g_test_add_func ("/extension/write-full", test_write_full);
  g_test_add_func ("/extension/own-ids", test_own_ids);
  g_test_add_func ("/extension/updates", test_updates);
  g_test_add_func ("/extension/client", test_client);
  return g_test_run ();
}
