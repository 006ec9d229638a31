/* fuzz-bt-udp-tracker.c: any datagram as a request to a tracker, and as an answer of one: junk,
 * refused by name, or read as something that lies in it and that, written again, is the same. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-udp-tracker.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_announce (const uint8_t *data, size_t len, const BtUdpHead *head)
{
  uint8_t packet[BT_UDP_ANNOUNCE_LEN];
  const BtLent no_url = { 0 };
  BtAnnounceRequest request;
  BtAnnounceRequest again;
  BtLent options;
  uint8_t url[BT_LIMIT_URL];

  if (bt_udp_announce_parse (data, len, &request, &options) != BT_TRACKER_FINE)
    return;
  bt_assert (options.bytes == data + BT_UDP_ANNOUNCE_LEN
             && options.bytes + options.len == data + len);
  bt_assert (bt_udp_url_data (&options, url, sizeof url, NULL) <= MIN (options.len, sizeof url));
  bt_assert (bt_udp_announce_write (packet, sizeof packet, head->transaction_id, &request, &no_url)
             == sizeof packet);
  bt_assert (bt_udp_announce_parse (packet, sizeof packet, &again, &options) == BT_TRACKER_FINE);
  bt_assert (memcmp (&request.ipv4, &again.ipv4, sizeof again.ipv4) == 0);
  bt_assert (memcmp (packet + 16, data + 16, 48) == 0); /* hash, id, downloaded */
  bt_assert (request.left == again.left && request.uploaded == again.uploaded);
  bt_assert (request.event == again.event && request.numwant == again.numwant);
  bt_assert (request.key == again.key && request.port == again.port);
}

static void
check_scrape (const uint8_t *data, size_t len)
{
  BtScrapeRequest request;

  if (bt_udp_scrape_parse (data, len, &request) != BT_TRACKER_FINE)
    return;
  bt_assert (request.n_hashes > 0 && request.n_hashes <= BT_LIMIT_SCRAPE_UDP);
  bt_assert (request.hashes + request.n_hashes * BT_INFO_HASH_LEN <= data + len);
}

static void
check_reply (const uint8_t *data, size_t len)
{
  BtAnnounceReply reply;
  BtScrapeEntry entry;
  BtLent text;
  uint64_t id;

  (void) bt_udp_connect_reply_parse (data, len, &id); /* any id is an id */
  if (bt_udp_announce_reply_parse (data, len, BT_FAMILY_V4, &reply))
    bt_assert (reply.peers_v4.len % 6 == 0 && reply.peers_v4.len <= len - 20);
  if (bt_udp_announce_reply_parse (data, len, BT_FAMILY_V6, &reply))
    bt_assert (reply.peers_v6.len % 18 == 0 && reply.peers_v6.len <= len - 20);
  for (size_t i = 0; i < 75; i++)
    bt_assert (bt_udp_scrape_reply_parse (data, len, i, &entry) == (len >= 20 + 12 * i));
  if (bt_udp_error_parse (data, len, &text))
    bt_assert (text.len == len - 8);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtUdpHead head;
  BtUdpAction action = bt_udp_request_peek (data, len, &head);

  if (action == BT_UDP_ANNOUNCE)
    check_announce (data, len, &head);
  else if (action == BT_UDP_SCRAPE)
    check_scrape (data, len);
  check_reply (data, len);
  return 0;
}
