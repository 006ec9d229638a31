/* bt-udp-reply.c: answers of a UDP tracker, written by the tracker and read by the client. */
#include <string.h>

#include "protocol/core/bt-cursor.h"
#include "protocol/tracker/bt-udp-tracker.h"
#include "protocol/tracker/bt-writer-private.h"

static void
write_head (BtWriter *w, BtUdpAction action, uint32_t transaction_id)
{
  bt_writer_u32 (w, action);
  bt_writer_u32 (w, transaction_id);
}

size_t
bt_udp_connect_reply_write (uint8_t *out, size_t size, uint32_t transaction_id,
                            uint64_t connection_id)
{
  BtWriter w = bt_writer (out, size);

  write_head (&w, BT_UDP_CONNECT, transaction_id);
  bt_writer_u64 (&w, connection_id);
  return bt_writer_len (&w);
}

static uint32_t
count_of (int64_t value)
{
  return (uint32_t) CLAMP (value, 0, UINT32_MAX);
}

static size_t
peer_len_of (BtFamily family)
{
  return family == BT_FAMILY_V6 ? BT_COMPACT_V6_LEN : BT_COMPACT_V4_LEN;
}

size_t
bt_udp_announce_reply_write (uint8_t *out, size_t size, uint32_t transaction_id,
                             const BtAnnounceReply *reply, BtFamily family)
{
  const BtLent *peers = family == BT_FAMILY_V6 ? &reply->peers_v6 : &reply->peers_v4;
  size_t peer_len = peer_len_of (family);
  BtWriter w = bt_writer (out, size);

  write_head (&w, BT_UDP_ANNOUNCE, transaction_id);
  bt_writer_u32 (&w, reply->interval_s);
  bt_writer_u32 (&w, count_of (reply->incomplete));
  bt_writer_u32 (&w, count_of (reply->complete));
  bt_writer_bytes (&w, peers->bytes, MIN (peers->len, bt_writer_left (&w)) / peer_len * peer_len);
  return bt_writer_len (&w);
}

size_t
bt_udp_scrape_reply_write (uint8_t *out, size_t size, uint32_t transaction_id,
                           const BtScrapeEntry *entries, size_t n)
{
  BtWriter w = bt_writer (out, size);

  write_head (&w, BT_UDP_SCRAPE, transaction_id);
  for (size_t i = 0; i < n; i++)
    {
      bt_writer_u32 (&w, entries[i].complete);
      bt_writer_u32 (&w, entries[i].downloaded);
      bt_writer_u32 (&w, entries[i].incomplete);
    }
  return bt_writer_len (&w);
}

size_t
bt_udp_error_write (uint8_t *out, size_t size, uint32_t transaction_id, const BtLent *text)
{
  BtWriter w = bt_writer (out, size);

  write_head (&w, BT_UDP_ERROR, transaction_id);
  bt_writer_bytes (&w, text->bytes, text->len);
  return bt_writer_len (&w);
}

bool
bt_udp_reply_peek (const uint8_t *data, size_t len, uint32_t *action, uint32_t *transaction_id)
{
  BtCursor c = { data, data + len, false };

  *action = bt_cursor_u32 (&c);
  *transaction_id = bt_cursor_u32 (&c);
  return !c.bad;
}

/* A cursor behind the head. */
static BtCursor
begin (const uint8_t *data, size_t len)
{
  BtCursor c = { data, data + len, false };

  (void) bt_cursor_take (&c,
                         BT_UDP_ERROR_HEAD_LEN); /* was read by peek(); if short, c.bad says so */
  return c;
}

bool
bt_udp_connect_reply_parse (const uint8_t *data, size_t len, uint64_t *connection_id)
{
  BtCursor c = begin (data, len);

  *connection_id = bt_cursor_u64 (&c);
  return !c.bad;
}

bool
bt_udp_announce_reply_parse (const uint8_t *data, size_t len, BtFamily family, BtAnnounceReply *out)
{
  BtLent *peers = family == BT_FAMILY_V6 ? &out->peers_v6 : &out->peers_v4;
  BtCursor c = begin (data, len);
  size_t whole;

  bt_announce_reply_init (out);
  out->interval_s = bt_cursor_u32 (&c);
  out->incomplete = bt_cursor_u32 (&c);
  out->complete = bt_cursor_u32 (&c);
  whole = bt_cursor_left (&c) / peer_len_of (family) * peer_len_of (family);
  *peers = (BtLent){ bt_cursor_take (&c, whole), whole };
  return !c.bad;
}

bool
bt_udp_scrape_reply_parse (const uint8_t *data, size_t len, size_t i, BtScrapeEntry *out)
{
  BtCursor c = begin (data, len);

  *out = (BtScrapeEntry){ .downloaders = BT_UNSAID };
  if (i >= bt_cursor_left (&c) / BT_UDP_SCRAPE_ENTRY_LEN)
    return false;
  (void) bt_cursor_take (&c, i * BT_UDP_SCRAPE_ENTRY_LEN); /* is there: see above */
  out->complete = bt_cursor_u32 (&c);
  out->downloaded = bt_cursor_u32 (&c);
  out->incomplete = bt_cursor_u32 (&c);
  return !c.bad;
}

bool
bt_udp_error_parse (const uint8_t *data, size_t len, BtLent *text)
{
  BtCursor c = begin (data, len);
  size_t left = bt_cursor_left (&c);

  *text = (BtLent){ bt_cursor_take (&c, left), left };
  return !c.bad;
}
