/* test-trk-api-guards.c: what stands before the API: framing, hosts, waits, tokens. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "tracker-server/api/trk-backoff.h"
#include "tracker-server/api/trk-framing.h"
#include "tracker-server/api/trk-host.h"
#include "tracker-server/api/trk-token.h"

/* --- framing --- */

typedef struct
{
  const char *name;
  const char *value;
} Header;

static void
test_framing (void)
{
  static const struct
  {
    Header headers[3];
    bool clear;
  } cases[] = {
    { { { "Accept", "*/*" } }, true },
    { { { "Content-Length", "0" } }, true },
    { { { "content-length", "123456789012345" } }, true },
    { { { "Content-Length", "1234567890123456" } }, false },
    { { { "Content-Length", "" } }, false },
    { { { "Content-Length", "-1" } }, false },
    { { { "Content-Length", "+1" } }, false },
    { { { "Content-Length", "1 " } }, false },
    { { { "Content-Length", "1,1" } }, false },
    { { { "Content-Length", "0x1" } }, false },
    { { { "Content-Length", "1" }, { "Content-Length", "1" } }, false },
    { { { "Content-Length", "1" }, { "content-LENGTH", "2" } }, false },
    { { { "Transfer-Encoding", "chunked" } }, true },
    { { { "Transfer-Encoding", "Chunked" } }, true },
    { { { "Transfer-Encoding", "gzip, chunked" } }, false },
    { { { "Transfer-Encoding", "identity" } }, false },
    { { { "Transfer-Encoding", "chunked" }, { "Transfer-Encoding", "chunked" } }, false },
    { { { "Transfer-Encoding", "chunked" }, { "Content-Length", "1" } }, false },
    { { { "Host", "a" }, { "Host", "a" } }, false },
    { { { "Authorization", "a" }, { "Authorization", "b" } }, false },
    { { { "Content-Type", "a" }, { "Content-Type", "b" } }, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkFraming framing = { 0 };

      for (size_t k = 0; k < G_N_ELEMENTS (cases[i].headers) && cases[i].headers[k].name; k++)
        trk_framing_take (&framing, cases[i].headers[k].name, cases[i].headers[k].value);
      g_test_message ("%zu: %s", i, cases[i].headers[0].value);
      g_assert_cmpint (trk_framing_is_clear (&framing), ==, cases[i].clear);
    }
}

static void
test_framing_lines (void)
{
  TrkFraming framing = { 0 };

  for (unsigned i = 0; i < BT_LIMIT_HTTP_LINES; i++)
    trk_framing_take (&framing, "X", "y");
  g_assert_true (trk_framing_is_clear (&framing));
  trk_framing_take (&framing, "X", "y");
  g_assert_false (trk_framing_is_clear (&framing));
}

/* --- hosts --- */

static bool
allowed (const TrkSettings *settings, const char *text)
{
  static const uint8_t addr[4] = { 192, 0, 2, 7 };
  BtEndpoint local = bt_endpoint_v4 (addr, 6969);
  g_autofree char *exact = g_strdup (text);
  TrkHost host;

  return trk_host_parse (exact, &host) && trk_host_allowed (&host, settings, &local);
}

static void
test_hosts (void)
{
  static const struct
  {
    const char *host;
    bool allowed;
  } cases[] = {
    { "localhost", true },
    { "LocalHost:1", true },
    { "localhost.", true },
    { "127.0.0.1", true },
    { "127.8.9.1:65535", true },
    { "[::1]", true },
    { "[::1]:80", true },
    { "192.0.2.7:80", true },
    { "tracker.example", true },
    { "TRACKER.example.:80", true },
    { "10.1.2.3", true },
    { "[2001:db8::5]:1", true },
    { "public.example:9", true },
    { "[2001:DB8:0::5]", true },
    { "", false },
    { ":80", false },
    { "::1", false },
    { "[::1", false },
    { "[::1]x", false },
    { "[127.0.0.1]", true },
    { "192.0.2.8", false },
    { "tracker.example.evil", false },
    { "xtracker.example", false },
    { "tracker.exampl", false },
    { "tracker.example..", false },
    { "tracker.example:65536", false },
    { "tracker.example:-1", false },
    { "a b", false },
    { "user@tracker.example", false },
    { "tracker.example/", false },
    { "0x7f000001", false },
    { "2130706433", false },
  };
  g_auto (TrkSettings) settings = { 0 };

  trk_settings_init (&settings);
  g_assert_cmpint (
      trk_settings_set (&settings, "web.hosts", "tracker.example;10.1.2.3:80;[2001:db8::5]"), ==,
      TRK_SETTING_FINE);
  g_assert_cmpint (trk_settings_set (&settings, "tracker.url", "https://public.example:6969"), ==,
                   TRK_SETTING_FINE);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].host);
      g_assert_cmpint (allowed (&settings, cases[i].host), ==, cases[i].allowed);
    }
}

/* --- waits --- */

static void
test_backoff (void)
{
  static const uint8_t key[BT_SIPHASH_KEY_LEN] = { 1 };
  static const uint8_t a[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 1 };
  static const uint8_t b[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 2 };
  static const uint8_t c[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 2, 2 };
  static const uint32_t waits[] = { 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 };
  BtEndpoint one = bt_endpoint_v6 (a, 1);
  BtEndpoint same = bt_endpoint_v6 (b, 2);
  BtEndpoint other = bt_endpoint_v6 (c, 3);
  BtEndpoint none = { 0 };
  TrkBackoff *backoff = trk_backoff_new (key);

  for (size_t i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      trk_backoff_failed (backoff, &one, 1000);
      g_assert_cmpuint (trk_backoff_wait_s (backoff, &same, 1000), ==, waits[i]);
    }
  g_assert_cmpuint (trk_backoff_wait_s (backoff, &other, 1000), ==, 0);
  g_assert_cmpuint (trk_backoff_wait_s (backoff, &one, 1299), ==, 1);
  g_assert_cmpuint (trk_backoff_wait_s (backoff, &one, 1300), ==, 0);
  trk_backoff_failed (backoff, &one, 1300 + 2 * TRK_BACKOFF_LONGEST_S); /* forgotten meanwhile */
  g_assert_cmpuint (trk_backoff_wait_s (backoff, &one, 1300 + 2 * TRK_BACKOFF_LONGEST_S), ==, 0);
  trk_backoff_failed (backoff, &none, 1);
  g_assert_cmpuint (trk_backoff_wait_s (backoff, &none, 1), ==, 0);
  trk_backoff_free (backoff);
}

/* --- tokens --- */

static void
test_tokens (void)
{
  static const char *const bad[] = { "",
                                     "Bearer",
                                     "Bearer ",
                                     "Bearer shoal_",
                                     "Basic shoal_",
                                     "Bearershoal_",
                                     "Bearer shoal_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                     "Bearer shoal_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                     "Bearer shoal_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
                                     "Bearer Shoal_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
  char text[TRK_TOKEN_LEN + 1];
  char second[TRK_TOKEN_LEN + 1];
  uint8_t made[TRK_SECRET_HASH_LEN];
  uint8_t read[TRK_SECRET_HASH_LEN];
  g_autofree char *header = NULL;

  g_assert_true (trk_token_make (text, made));
  g_assert_cmpuint (strlen (text), ==, TRK_TOKEN_LEN);
  header = g_strconcat ("bearer  ", text, NULL);
  g_assert_false (trk_token_from_header (text, read));
  memcpy (header, "Bearer ", 7);
  g_assert_true (trk_token_from_header (header, read));
  g_assert_cmpmem (made, sizeof made, read, sizeof read);
  g_assert_true (trk_token_make (second, read));
  g_assert_cmpstr (text, !=, second);
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *exact = g_strdup (bad[i]);

      g_assert_false (trk_token_from_header (exact, read));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/framing/table", test_framing);
  g_test_add_func ("/api/framing/lines", test_framing_lines);
  g_test_add_func ("/api/host/table", test_hosts);
  g_test_add_func ("/api/backoff/doubles", test_backoff);
  g_test_add_func ("/api/token/forms", test_tokens);
  return g_test_run ();
}
