/* test-bt-hex.c: hexadecimal and base32, both ways, strictly. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"

/* A copy without a closing NUL, so that a sanitizer sees a read past the end. */
static char *
exact (const char *text)
{
  return g_memdup2 (text, strlen (text));
}

static void
test_hex (void)
{
  static const struct
  {
    const char *text;
    size_t out_len;
    bool ok;
  } cases[] = {
    { "00ff10Aa", 4, true }, { "deadbeef", 4, true },      { "deadbeef", 3, false },
    { "deadbee", 3, false }, { "deadbee", 4, false },      { "deadbeeg", 4, false },
    { "0x00", 2, false },    { " 00", 1, false },          { "+0", 1, false },
    { "", 0, true },         { "\xef\xbc\x90", 1, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = exact (cases[i].text);
      g_autofree uint8_t *out = g_malloc (cases[i].out_len);
      g_autofree char *back = g_malloc (2 * cases[i].out_len + 1);
      g_autofree char *wanted = g_ascii_strdown (cases[i].text, -1);

      g_assert_cmpint (bt_hex_parse (text, strlen (cases[i].text), out, cases[i].out_len), ==,
                       cases[i].ok);
      if (!cases[i].ok)
        continue;
      bt_hex_write (out, cases[i].out_len, back);
      g_assert_cmpstr (back, ==, wanted);
    }
}

static void
test_hex_value (void)
{
  for (int c = 0; c < 256; c++)
    g_assert_cmpint (bt_hex_value ((char) c), ==, g_ascii_xdigit_value ((char) c));
}

/* RFC 4648 section 10. */
static const struct
{
  const char *bytes;
  const char *text;
  const char *padded;
} vectors[] = {
  { "", "", "" },
  { "f", "MY", "MY======" },
  { "fo", "MZXQ", "MZXQ====" },
  { "foo", "MZXW6", "MZXW6===" },
  { "foob", "MZXW6YQ", "MZXW6YQ=" },
  { "fooba", "MZXW6YTB", "MZXW6YTB" },
  { "foobar", "MZXW6YTBOI", "MZXW6YTBOI======" },
  { "abababababababababab", "MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC",
    "MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC" },
};

static void
check_base32 (const char *text, const char *bytes)
{
  g_autofree char *input = exact (text);
  g_autofree uint8_t *out = g_malloc (strlen (bytes));

  g_assert_true (bt_base32_parse (input, strlen (text), out, strlen (bytes)));
  g_assert_cmpmem (out, strlen (bytes), bytes, strlen (bytes));
}

static void
test_base32 (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      size_t len = strlen (vectors[i].bytes);
      g_autofree char *back = g_malloc (BT_BASE32_LEN (len) + 1);
      g_autofree char *small = g_ascii_strdown (vectors[i].text, -1);

      check_base32 (vectors[i].text, vectors[i].bytes);
      check_base32 (vectors[i].padded, vectors[i].bytes);
      check_base32 (small, vectors[i].bytes);
      bt_base32_write ((const uint8_t *) vectors[i].bytes, len, back);
      g_assert_cmpstr (back, ==, vectors[i].text);
    }
}

static void
test_base32_refused (void)
{
  static const struct
  {
    const char *text;
    size_t out_len;
  } cases[] = {
    { "MY=====", 1 },   /* padding short */
    { "MY=======", 1 }, /* padding long */
    { "MZ", 1 },        /* bits left over */
    { "MZXW6YT1", 5 },  /* 0, 1, 8 and 9 are no digits */
    { "MZXW6YT0", 5 },  { "MZXW6YT8", 5 }, { "MZXW6 TB", 5 }, { "MZXW6YTB", 4 }, { "MZXW6YTB", 6 },
    { "M", 0 },         { "========", 0 }, { "=Y======", 1 }, { "M=======", 1 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *input = exact (cases[i].text);
      g_autofree uint8_t *out = g_malloc (cases[i].out_len);

      g_assert_false (bt_base32_parse (input, strlen (cases[i].text), out, cases[i].out_len));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hex/both-ways", test_hex);
  g_test_add_func ("/hex/value", test_hex_value);
  g_test_add_func ("/hex/base32", test_base32);
  g_test_add_func ("/hex/base32-refused", test_base32_refused);
  return g_test_run ();
}
