/* fuzz-bt-url.c: what is escaped decodes to what it was; decoding never grows; the pairs of a query
 * lie in it, in order. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-url.h"
#include "protocol/core/bt-utf8.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_escapes (const uint8_t *data, size_t len)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree uint8_t *strict = NULL;
  g_autofree uint8_t *loose = NULL;
  size_t n;

  bt_url_encode (text, data, len);
  strict = g_malloc (text->len);
  bt_assert (bt_url_decode (text->str, text->len, strict, &n) && n == len);
  bt_assert (len == 0 || memcmp (strict, data, len) == 0);
  loose = g_malloc (text->len);
  bt_assert (bt_url_decode_loosely (text->str, text->len, true, loose) == len);
  bt_assert (len == 0 || memcmp (loose, data, len) == 0);
}

/* Where the strict reader succeeds, the loose one agrees; else it names a '%'. */
static void
check_decode (const char *text, size_t len)
{
  g_autofree uint8_t *strict = g_malloc (len);
  g_autofree uint8_t *loose = g_malloc (len);
  size_t at = 0;
  bool ok = bt_url_decode (text, len, strict, &at);
  size_t n = bt_url_decode_loosely (text, len, false, loose);

  bt_assert (n <= len);
  if (ok)
    bt_assert (at == n && (n == 0 || memcmp (strict, loose, n) == 0));
  else
    bt_assert (at < len && text[at] == '%');
}

static void
check_query (const char *text, size_t len)
{
  const char *at = text;
  BtUrlQuery it;
  BtUrlPair pair;

  bt_url_query_init (&it, text, len, len + 1);
  while (bt_url_query_next (&it, &pair))
    {
      bt_assert (pair.key >= at && pair.value >= pair.key + pair.key_len);
      at = pair.value + pair.value_len;
      bt_assert (at <= text + len && (at == text + len || *at == '&'));
    }
  bt_assert (!bt_url_query_cut (&it));
}

static void
check_utf8 (const uint8_t *data, size_t len)
{
  g_autofree char *repaired = bt_utf8_repair (data, len);
  size_t n = strlen (repaired);

  bt_assert (bt_utf8_valid ((const uint8_t *) repaired, n));
  if (bt_utf8_valid (data, len) && memchr (data, 0, len) == NULL)
    bt_assert (n == len && memcmp (repaired, data, len) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  static const char *const schemes[] = { "http", "udp", NULL };
  const char *text = (const char *) data;

  check_escapes (data, len);
  check_decode (text, len);
  check_query (text, len);
  if (len > 0)
    check_utf8 (data, len);
  if (bt_url_is_clean (text, len, schemes))
    bt_assert (bt_utf8_valid (data, len) && memchr (text, ' ', len) == NULL);
  return 0;
}
