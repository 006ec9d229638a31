/* fuzz-bt-http-scrape.c: any query of a scrape: refused by name, or read as hashes that, written
 * again, are read as the same; and any text as the URL to derive a scrape from. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/tracker/bt-http-scrape.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_url (const uint8_t *data, size_t len)
{
  g_autofree char *url = g_strndup ((const char *) data, len);
  g_autoptr (GString) out = g_string_new (NULL);

  if (bt_http_scrape_url (out, url))
    bt_assert (out->len + 2 == strlen (url) && strstr (out->str, "/scrape") != NULL);
  else
    bt_assert (out->len == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  uint8_t hashes[2][BT_LIMIT_SCRAPE_HTTP * BT_INFO_HASH_LEN];
  g_autoptr (GString) url = g_string_new (NULL);
  BtScrapeRequest first;
  BtScrapeRequest second;
  BtTrackerProblem problem = bt_http_scrape_parse ((const char *) data, len, hashes[0], &first);

  check_url (data, len);
  bt_assert (problem < BT_TRACKER_PROBLEMS);
  if (problem != BT_TRACKER_FINE)
    return 0;
  bt_assert (first.n_hashes > 0 && first.n_hashes <= BT_LIMIT_SCRAPE_HTTP);
  bt_http_scrape_query (url, "?", &first);
  bt_assert (bt_http_scrape_parse (url->str + 1, url->len - 1, hashes[1], &second)
             == BT_TRACKER_FINE);
  bt_assert (second.n_hashes == first.n_hashes);
  bt_assert (memcmp (hashes[0], hashes[1], first.n_hashes * BT_INFO_HASH_LEN) == 0);
  return 0;
}
