/* test-bt-utf8.c: what is UTF-8, what is not, and how it is repaired. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-utf8.h"

static const struct
{
  const char *bytes;
  uint32_t code; /* BT_UTF8_BAD: 1 byte is taken */
} cases[] = {
  { "a", 'a' },
  { "\x7f", 0x7f },
  { "\xc2\x80", 0x80 },
  { "\xc3\xa9", 0xe9 },
  { "\xdf\xbf", 0x7ff },
  { "\xe0\xa0\x80", 0x800 },
  { "\xe2\x82\xac", 0x20ac },
  { "\xed\x9f\xbf", 0xd7ff },
  { "\xee\x80\x80", 0xe000 },
  { "\xef\xbf\xbf", 0xffff },
  { "\xf0\x90\x80\x80", 0x10000 },
  { "\xf0\x9f\x92\xa9", 0x1f4a9 },
  { "\xf4\x8f\xbf\xbf", 0x10ffff },
  { "\x80", BT_UTF8_BAD },
  { "\xbf", BT_UTF8_BAD },
  { "\xc0\xae", BT_UTF8_BAD }, /* overlong */
  { "\xc1\xbf", BT_UTF8_BAD },
  { "\xe0\x80\xae", BT_UTF8_BAD },
  { "\xe0\x9f\xbf", BT_UTF8_BAD },
  { "\xf0\x80\x80\xae", BT_UTF8_BAD },
  { "\xf0\x8f\xbf\xbf", BT_UTF8_BAD },
  { "\xed\xa0\x80", BT_UTF8_BAD }, /* surrogates */
  { "\xed\xbf\xbf", BT_UTF8_BAD },
  { "\xf4\x90\x80\x80", BT_UTF8_BAD }, /* beyond U+10FFFF */
  { "\xf5\x80\x80\x80", BT_UTF8_BAD },
  { "\xf8\x88\x80\x80\x80", BT_UTF8_BAD },
  { "\xfe", BT_UTF8_BAD },
  { "\xff", BT_UTF8_BAD },
  { "\xc2", BT_UTF8_BAD }, /* cut short */
  { "\xe2", BT_UTF8_BAD },
  { "\xe2\x9f", BT_UTF8_BAD },
  { "\xf0\x9f\x92", BT_UTF8_BAD },
  { "\xc2\x41", BT_UTF8_BAD }, /* the second byte starts something else */
  { "\xe2\x82\x41", BT_UTF8_BAD },
  { "\xf0\x9f\xc3\xa9", BT_UTF8_BAD },
};

static void
test_decode (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t len = strlen (cases[i].bytes);
      g_autofree uint8_t *bytes = g_memdup2 (cases[i].bytes, len);
      uint32_t code;

      g_assert_cmpuint (bt_utf8_decode (bytes, len, &code), ==,
                        cases[i].code == BT_UTF8_BAD ? 1 : len);
      g_assert_cmphex (code, ==, cases[i].code);
    }
}

/* Each case behind 0 to 17 letters and before 0 to 9, so that it meets each place of a group. */
static void
test_valid (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    for (size_t before = 0; before < 18; before++)
      for (size_t after = 0; after < 10; after++)
        {
          size_t len = strlen (cases[i].bytes);
          g_autofree uint8_t *bytes = g_malloc (before + len + after);

          memset (bytes, 'x', before + len + after);
          memcpy (bytes + before, cases[i].bytes, len);
          g_assert_cmpint (bt_utf8_valid (bytes, before + len + after), ==,
                           cases[i].code != BT_UTF8_BAD);
        }
  g_assert_true (bt_utf8_valid ((const uint8_t *) "", 0));
  g_assert_true (bt_utf8_valid ((const uint8_t *) "\0\0", 2));
}

/* Every code point through the library's encoder. */
static void
test_all (void)
{
  for (uint32_t code = 1; code <= 0x10ffff; code++)
    {
      char text[6];
      size_t len = (size_t) g_unichar_to_utf8 (code, text);
      bool surrogate = code >= 0xd800 && code <= 0xdfff;
      uint32_t out;

      g_assert_cmpuint (bt_utf8_decode ((const uint8_t *) text, len, &out), ==,
                        surrogate ? 1 : len);
      g_assert_cmphex (out, ==, surrogate ? BT_UTF8_BAD : code);
    }
}

static void
test_repair (void)
{
  static const struct
  {
    const char *bytes;
    size_t len;
    const char *repaired;
  } repairs[] = {
    { "", 0, "" },
    { "na\xc3\xafve", 6, "na\xc3\xafve" },
    { "a\0b", 3,
      "a\xef\xbf\xbd"
      "b" },
    { "\xff", 1, "\xef\xbf\xbd" },
    { "a\xc2", 2, "a\xef\xbf\xbd" },
    { "\xe2\x82z", 3, "\xef\xbf\xbd\xef\xbf\xbdz" },
    { "\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (repairs); i++)
    {
      g_autofree uint8_t *bytes = g_memdup2 (repairs[i].bytes, repairs[i].len);
      g_autofree char *text = bt_utf8_repair (bytes, repairs[i].len);

      g_assert_cmpstr (text, ==, repairs[i].repaired);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/utf8/decode", test_decode);
  g_test_add_func ("/utf8/valid", test_valid);
  g_test_add_func ("/utf8/all", test_all);
  g_test_add_func ("/utf8/repair", test_repair);
  return g_test_run ();
}
