/* test-eng-http.c: which addresses a stranger's URL may lead us to. */
#include <string.h>

#include "client-core/discovery/eng-http-private.h"

typedef enum
{
  NEVER,
  AT_FIRST, /* but not when a server of the internet sends us there */
  ALWAYS
} When;

static const struct
{
  const char *url;
  const char *remote;
  When when;
} cases[] = {
  { "http://t.example/announce", "8.8.8.8", ALWAYS },
  { "http://t.example/x", "2600::1", ALWAYS },
  { "https://t.example/", "8.8.8.8", ALWAYS },
  { "http://t.example/x", "192.168.1.1", AT_FIRST },
  { "http://t.example/x", "10.0.0.1", AT_FIRST },
  { "http://t.example/x", "172.16.0.1", AT_FIRST },
  { "http://t.example/x", "100.64.0.1", AT_FIRST },
  { "http://t.example/x", "169.254.169.254", AT_FIRST },
  { "http://t.example/x", "fd00::1", AT_FIRST },
  { "http://t.example/x", "fe80::1", AT_FIRST },
  { "http://t.example/announce", "127.0.0.1", AT_FIRST },
  { "http://t.example/announce?k=v", "127.1.2.3", AT_FIRST },
  { "http://t.example/announce.php", "::1", AT_FIRST },
  { "http://t.example/passkey/announce", "::1", AT_FIRST },
  { "http://t.example/announce", "::ffff:127.0.0.1", AT_FIRST },
  { "http://t.example/announce", "0.0.0.0", AT_FIRST },
  { "http://t.example/", "127.0.0.1", NEVER },
  { "http://t.example", "127.0.0.1", NEVER },
  { "http://t.example/x", "127.0.0.1", NEVER },
  { "http://t.example/x", "::1", NEVER },
  { "http://t.example/x", "::ffff:127.0.0.1", NEVER },
  { "http://t.example/x", "0.0.0.0", NEVER },
  { "http://t.example/x", "::", NEVER },
  { "http://t.example/announce/x", "127.0.0.1", NEVER },
  { "http://t.example/x?/announce", "127.0.0.1", NEVER },
  { "http://t.example/x#/announce", "127.0.0.1", NEVER },
  { "http://t.example/x%2Fannounce", "127.0.0.1", NEVER },
  { "http://t.example/Xannounce", "127.0.0.1", NEVER },
};

static void
test_may_ask (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUri) uri = g_uri_parse (cases[i].url, SOUP_HTTP_URI_FLAGS, NULL);
      BtEndpoint remote;

      g_test_message ("%s at %s", cases[i].url, cases[i].remote);
      g_assert_nonnull (uri);
      g_assert_true (
          bt_endpoint_parse_address (cases[i].remote, strlen (cases[i].remote), &remote));
      g_assert_cmpint (eng_http_may_ask (uri, &remote, false), ==, cases[i].when != NEVER);
      g_assert_cmpint (eng_http_may_ask (uri, &remote, true), ==, cases[i].when == ALWAYS);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/may-ask", test_may_ask);
  return g_test_run ();
}
