/* test-bt-proxy-header.c: both versions of the PROXY protocol, whole, cut and broken. */
#include <string.h>

#include <glib.h>

#include "protocol/tracker/bt-proxy-header.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define BYTES(text) text, sizeof (text) - 1

static const struct
{
  const char *bytes;
  size_t len;
  BtProxyResult result;
  const char *source; /* NULL: no endpoint */
} cases[] = {
  { BYTES ("PROXY TCP4 1.2.3.4 5.6.7.8 1000 80\r\n"), BT_PROXY_WHOLE, "1.2.3.4:1000" },
  { BYTES ("PROXY TCP6 2001:db8::1 ::1 65535 1\r\n"), BT_PROXY_WHOLE, "[2001:db8::1]:65535" },
  { BYTES ("PROXY TCP6 ::ffff:1.2.3.4 ::1 5 1\r\n"), BT_PROXY_WHOLE, "1.2.3.4:5" },
  { BYTES ("PROXY UNKNOWN\r\n"), BT_PROXY_WHOLE, NULL },
  { BYTES ("PROXY UNKNOWN 1 2 3 whatever\r\n"), BT_PROXY_WHOLE, NULL },
  { BYTES ("PROXY TCP4 1.2.3.4  5.6.7.8 1000 80\r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY TCP4 1.2.3.4 5.6.7.8 1000\r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY TCP4 1.2.3.4 5.6.7.8 1000 80 \r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY TCP4 1.2.3.4 5.6.7.8 1000 80\n"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY TCP4 1.2.3.4 5.6.7.8 65536 80\r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY TCP4 ::1 ::1 1000 80\r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY TCP6 1.2.3.4 5.6.7.8 1000 80\r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY UDP4 1.2.3.4 5.6.7.8 1000 80\r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY \r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("GET / HTTP/1.1\r\n"), BT_PROXY_BAD, NULL },
  { BYTES ("\r\n\r\nGET"), BT_PROXY_BAD, NULL },
  { BYTES ("PROXY TCP4 1.2.3.4 5.6"), BT_PROXY_MORE, NULL },
  { BYTES (SIGNATURE "\x21\x11\0\x0c\1\2\3\4\5\6\7\x8\3\xe8\0\x50"), BT_PROXY_WHOLE,
    "1.2.3.4:1000" },
  { BYTES (SIGNATURE "\x21\x11\0\x10\1\2\3\4\5\6\7\x8\3\xe8\0\x50\4\0\1x"), BT_PROXY_WHOLE,
    "1.2.3.4:1000" },
  { BYTES (SIGNATURE "\x21\x21\0\x24"
                     "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
                     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\x07\0\x50"),
    BT_PROXY_WHOLE, "[2001:db8::1]:7" },
  { BYTES (SIGNATURE "\x20\0\0\0"), BT_PROXY_WHOLE, NULL },
  { BYTES (SIGNATURE "\x21\x31\0\1x"), BT_PROXY_WHOLE, NULL }, /* a Unix socket */
  { BYTES (SIGNATURE "\x21\x11\0\1x"), BT_PROXY_BAD, NULL },
  { BYTES (SIGNATURE "\x22\x11\0\0"), BT_PROXY_BAD, NULL },
  { BYTES (SIGNATURE "\x11\x11\0\0"), BT_PROXY_BAD, NULL },
  { BYTES (SIGNATURE "\x21\x11\x7f\xff"), BT_PROXY_BAD, NULL },
};

static BtProxyResult
read_exact (const char *bytes, size_t len, BtEndpoint *source, size_t *used)
{
  g_autofree uint8_t *exact = g_memdup2 (bytes, len);

  return bt_proxy_header_read (exact, len, source, used);
}

static void
test_table (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtEndpoint source = { 0 };
      char text[BT_ENDPOINT_TEXT];
      size_t used = 0;

      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, cases[i].bytes);
      g_assert_cmpint (read_exact (cases[i].bytes, cases[i].len, &source, &used), ==,
                       cases[i].result);
      if (cases[i].result == BT_PROXY_WHOLE)
        g_assert_cmpuint (used, ==, cases[i].len);
      g_assert_cmpint (source.family != BT_FAMILY_NONE, ==, cases[i].source != NULL);
      if (cases[i].source == NULL)
        continue;
      bt_endpoint_write (&source, text);
      g_assert_cmpstr (text, ==, cases[i].source);
    }
}

static void
test_cut (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    for (size_t len = 1; cases[i].result == BT_PROXY_WHOLE && len < cases[i].len; len++)
      {
        BtEndpoint source = { 0 };
        size_t used;

        g_assert_cmpint (read_exact (cases[i].bytes, len, &source, &used), ==, BT_PROXY_MORE);
      }
}

static void
test_endless_line (void)
{
  char text[200] = "PROXY UNKNOWN ";
  BtEndpoint source;
  size_t used;

  memset (text + strlen (text), 'x', sizeof text - strlen (text));
  g_assert_cmpint (read_exact (text, 106, &source, &used), ==, BT_PROXY_MORE);
  g_assert_cmpint (read_exact (text, 107, &source, &used), ==, BT_PROXY_BAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy-header/table", test_table);
  g_test_add_func ("/proxy-header/cut", test_cut);
  g_test_add_func ("/proxy-header/endless-line", test_endless_line);
  return g_test_run ();
}
