/* fuzz-bt-http-announce-read.c: any body as the answer to an announce and to a scrape: refused with
 * a code and without a trace, or read with peers that can be reached and bytes that lie in it. */
#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-http-announce.h"
#include "protocol/tracker/bt-http-scrape.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_lent (const BtLent *lent, const uint8_t *data, size_t len)
{
  if (lent->bytes == NULL)
    return;
  bt_assert (lent->bytes >= data && lent->bytes + lent->len <= data + len);
}

static void
check_announce (const uint8_t *data, size_t len)
{
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));
  BtAnnounceReply reply;
  BtError why = { 0 };

  if (!bt_http_announce_read (data, len, &reply, peers, &why))
    {
      bt_assert (why.code != BT_OK && peers->len == 0);
      return;
    }
  bt_assert (why.code == BT_OK && peers->len <= 3 * BT_LIMIT_CANDIDATES);
  for (guint i = 0; i < peers->len; i++)
    bt_assert (g_array_index (peers, BtTrackerPeer, i).endpoint.port != 0);
  bt_assert (reply.interval_s <= INT32_MAX && reply.complete >= BT_UNSAID);
  check_lent (&reply.peers_v4, data, len);
  check_lent (&reply.peers_v6, data, len);
  check_lent (&reply.failure, data, len);
  check_lent (&reply.warning, data, len);
  check_lent (&reply.tracker_id, data, len);
}

static void
check_scrape (const uint8_t *data, size_t len)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (BtScrapeEntry));
  BtScrapeReply reply;
  BtError why = { 0 };

  if (!bt_http_scrape_read (data, len, &reply, entries, &why))
    {
      bt_assert (why.code != BT_OK && entries->len == 0);
      return;
    }
  bt_assert (why.code == BT_OK && entries->len <= BT_LIMIT_SCRAPE_HTTP);
  check_lent (&reply.failure, data, len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  check_announce (data, len);
  check_scrape (data, len);
  return 0;
}
