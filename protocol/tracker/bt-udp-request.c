/* bt-udp-request.c: requests to a UDP tracker, written by the client and read by the tracker. */
#include <string.h>

#include "protocol/core/bt-cursor.h"
#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-udp-tracker.h"
#include "protocol/tracker/bt-writer-private.h"

/* The connection id of those who have none yet. */
#define PROTOCOL_ID UINT64_C (0x41727101980)

/* Options of BEP 41; whatever is not below URL_DATA has a length. */
enum
{
  OPTION_END,
  OPTION_NOP,
  OPTION_URL_DATA
};

BtUdpAction
bt_udp_request_peek (const uint8_t *data, size_t len, BtUdpHead *out)
{
  BtCursor c = { data, data + len, false };
  BtUdpHead head = { .connection_id = bt_cursor_u64 (&c) };
  uint32_t action = bt_cursor_u32 (&c);

  head.transaction_id = bt_cursor_u32 (&c);
  if (c.bad || action > BT_UDP_SCRAPE)
    return BT_UDP_JUNK;
  if (action == BT_UDP_CONNECT && head.connection_id != PROTOCOL_ID)
    return BT_UDP_JUNK;
  if (action == BT_UDP_ANNOUNCE && len < BT_UDP_ANNOUNCE_LEN)
    return BT_UDP_JUNK;
  if (action == BT_UDP_SCRAPE && len < BT_UDP_SCRAPE_HEAD_LEN + BT_INFO_HASH_LEN)
    return BT_UDP_JUNK;
  *out = head;
  return (BtUdpAction) action;
}

/* The values of BEP 15, and PAUSED; what is unknown is no event. */
static BtAnnounceEvent
event_of (uint32_t value)
{
  return value <= BT_ANNOUNCE_PAUSED ? (BtAnnounceEvent) value : BT_ANNOUNCE_NONE;
}

static void
read_counters (BtCursor *c, BtAnnounceRequest *out)
{
  out->downloaded = bt_cursor_u64 (c);
  out->left = bt_cursor_u64 (c);
  out->left = MIN (out->left, BT_LEFT_UNKNOWN);
  out->uploaded = bt_cursor_u64 (c);
}

static void
read_ip (BtCursor *c, BtAnnounceRequest *out)
{
  static const uint8_t unsaid[4] = { 0 };
  const uint8_t *ip = bt_cursor_take (c, sizeof unsaid);

  if (ip != NULL && memcmp (ip, unsaid, sizeof unsaid) != 0)
    out->ipv4 = bt_endpoint_v4 (ip, 0);
}

static BtTrackerProblem
check (const BtAnnounceRequest *request)
{
  if (request->uploaded > INT64_MAX)
    return BT_TRACKER_BAD_UPLOADED;
  if (request->downloaded > INT64_MAX)
    return BT_TRACKER_BAD_DOWNLOADED;
  if (request->port == 0 && request->event != BT_ANNOUNCE_STOPPED)
    return BT_TRACKER_BAD_PORT;
  return BT_TRACKER_FINE;
}

BtTrackerProblem
bt_udp_announce_parse (const uint8_t *data, size_t len, BtAnnounceRequest *out, BtLent *options)
{
  BtCursor c = { data, data + len, false };

  if (len < BT_UDP_ANNOUNCE_LEN)
    return BT_TRACKER_BAD_PACKET;
  bt_announce_request_init (out);
  (void) bt_cursor_take (&c, BT_UDP_CONNECT_LEN); /* the head was read by peek() */
  memcpy (out->info_hash, bt_cursor_take (&c, BT_INFO_HASH_LEN), BT_INFO_HASH_LEN);
  memcpy (out->peer_id, bt_cursor_take (&c, BT_PEER_ID_LEN), BT_PEER_ID_LEN);
  read_counters (&c, out);
  out->event = event_of (bt_cursor_u32 (&c));
  read_ip (&c, out);
  out->key = bt_cursor_u32 (&c);
  out->has_key = true;
  out->numwant = (int32_t) bt_cursor_u32 (&c);
  out->numwant = MAX (out->numwant, -1);
  out->port = bt_cursor_u16 (&c);
  *options = (BtLent){ c.at, bt_cursor_left (&c) };
  return check (out);
}

size_t
bt_udp_url_data (const BtLent *options, uint8_t *out, size_t size, bool *said)
{
  BtCursor c = { options->bytes, options->bytes + options->len, false };
  BtWriter w = bt_writer (out, size);
  bool any = false;

  while (bt_cursor_left (&c) > 0)
    {
      uint8_t type = bt_cursor_u8 (&c);
      size_t len = type >= OPTION_URL_DATA ? bt_cursor_u8 (&c) : 0;
      const uint8_t *data = bt_cursor_take (&c, len);

      if (type == OPTION_END || c.bad)
        break;
      if (type != OPTION_URL_DATA)
        continue;
      any = true;
      bt_writer_bytes (&w, data, MIN (len, bt_writer_left (&w)));
    }
  if (said != NULL)
    *said = any;
  return bt_writer_len (&w);
}

BtTrackerProblem
bt_udp_scrape_parse (const uint8_t *data, size_t len, BtScrapeRequest *out)
{
  size_t n;

  if (len < BT_UDP_SCRAPE_HEAD_LEN)
    return BT_TRACKER_BAD_PACKET;
  n = (len - BT_UDP_SCRAPE_HEAD_LEN) / BT_INFO_HASH_LEN;
  if (n == 0)
    return BT_TRACKER_NO_HASH;
  if (n > BT_LIMIT_SCRAPE_UDP)
    return BT_TRACKER_MANY_HASHES;
  *out = (BtScrapeRequest){ data + BT_UDP_SCRAPE_HEAD_LEN, n };
  return BT_TRACKER_FINE;
}

static void
write_head (BtWriter *w, uint64_t connection_id, BtUdpAction action, uint32_t transaction_id)
{
  bt_writer_u64 (w, connection_id);
  bt_writer_u32 (w, action);
  bt_writer_u32 (w, transaction_id);
}

size_t
bt_udp_connect_write (uint8_t *out, size_t size, uint32_t transaction_id)
{
  BtWriter w = bt_writer (out, size);

  write_head (&w, PROTOCOL_ID, BT_UDP_CONNECT, transaction_id);
  return bt_writer_len (&w);
}

/* In chunks of what a length byte can say, at least one. */
static void
write_url_data (BtWriter *w, const BtLent *url_data)
{
  size_t at = 0;

  do
    {
      size_t len = MIN (url_data->len - at, UINT8_MAX);
      const uint8_t head[] = { OPTION_URL_DATA, (uint8_t) len };

      bt_writer_bytes (w, head, sizeof head);
      bt_writer_bytes (w, url_data->bytes + at, len);
      at += len;
    }
  while (at < url_data->len);
}

size_t
bt_udp_announce_write (uint8_t *out, size_t size, uint32_t transaction_id,
                       const BtAnnounceRequest *r, const BtLent *url_data)
{
  BtWriter w = bt_writer (out, size);

  write_head (&w, 0, BT_UDP_ANNOUNCE, transaction_id);
  bt_writer_bytes (&w, r->info_hash, sizeof r->info_hash);
  bt_writer_bytes (&w, r->peer_id, sizeof r->peer_id);
  bt_writer_u64 (&w, r->downloaded);
  bt_writer_u64 (&w, r->left);
  bt_writer_u64 (&w, r->uploaded);
  bt_writer_u32 (&w, r->event);
  bt_writer_bytes (&w, r->ipv4.addr, 4); /* zero when unsaid */
  bt_writer_u32 (&w, r->key);
  bt_writer_u32 (&w, (uint32_t) r->numwant);
  bt_writer_u16 (&w, r->port);
  if (url_data->bytes != NULL)
    write_url_data (&w, url_data);
  return bt_writer_len (&w);
}

size_t
bt_udp_scrape_write (uint8_t *out, size_t size, uint32_t transaction_id,
                     const BtScrapeRequest *request)
{
  BtWriter w = bt_writer (out, size);

  write_head (&w, 0, BT_UDP_SCRAPE, transaction_id);
  bt_writer_bytes (&w, request->hashes, request->n_hashes * BT_INFO_HASH_LEN);
  return bt_writer_len (&w);
}

void
bt_udp_request_set_id (uint8_t *packet, uint64_t connection_id)
{
  BtWriter w = bt_writer (packet, sizeof connection_id);

  bt_writer_u64 (&w, connection_id);
}
