/* bt-http-announce-write.c: the tracker's answer to an announce, bencoded into a fixed buffer. */
#include "protocol/core/bt-assert.h"
#include "protocol/tracker/bt-http-announce.h"
#include "protocol/tracker/bt-http-write-private.h"

/* A key comes with its length in front, as it is sent. */
static inline void
write_count (BtWriter *w, const char *key, int64_t value)
{
  if (value < 0)
    return;
  bt_writer_bytes (w, key, strlen (key));
  bt_writer_int (w, (uint64_t) value);
}

static void
write_lent (BtWriter *w, const char *key, const BtLent *text)
{
  if (text->bytes == NULL)
    return;
  bt_writer_bytes (w, key, strlen (key));
  bt_writer_string (w, text->bytes, text->len);
}

static void
write_peer (BtWriter *w, const BtEndpoint *endpoint, const uint8_t *id)
{
  char text[BT_ENDPOINT_TEXT];
  size_t len = bt_endpoint_write_address (endpoint, text);

  bt_writer_literal (w, "d2:ip");
  bt_writer_string (w, text, len);
  if (id != NULL)
    {
      bt_writer_literal (w, "7:peer id20:");
      bt_writer_bytes (w, id, BT_PEER_ID_LEN);
    }
  bt_writer_literal (w, "4:port");
  bt_writer_int (w, endpoint->port);
  bt_writer_literal (w, "e");
}

/* Both families in one list, as BEP 7 has it for this form. */
static void
write_dictionaries (BtWriter *w, const BtAnnounceReply *reply, const uint8_t *ids)
{
  size_t n_v4 = reply->peers_v4.len / BT_COMPACT_V4_LEN;
  size_t n = n_v4 + reply->peers_v6.len / BT_COMPACT_V6_LEN;

  bt_writer_literal (w, "5:peersl");
  for (size_t i = 0; i < n; i++)
    {
      const uint8_t *v4 = reply->peers_v4.bytes;
      const uint8_t *v6 = reply->peers_v6.bytes;
      BtEndpoint peer = i < n_v4
                            ? bt_endpoint_read_compact_v4 (v4 + i * BT_COMPACT_V4_LEN)
                            : bt_endpoint_read_compact_v6 (v6 + (i - n_v4) * BT_COMPACT_V6_LEN);

      write_peer (w, &peer, ids != NULL ? ids + i * BT_PEER_ID_LEN : NULL);
    }
  bt_writer_literal (w, "e");
}

static void
write_peers (BtWriter *w, const BtAnnounceReply *reply, BtPeersForm form)
{
  if (form != BT_PEERS_COMPACT)
    {
      write_dictionaries (w, reply, form == BT_PEERS_DICTIONARIES ? reply->peer_ids : NULL);
      return;
    }
  bt_writer_literal (w, "5:peers");
  bt_writer_string (w, reply->peers_v4.bytes, reply->peers_v4.len);
  if (reply->peers_v6.len == 0)
    return;
  bt_writer_literal (w, "6:peers6");
  bt_writer_string (w, reply->peers_v6.bytes, reply->peers_v6.len);
}

static void
write_failure (BtWriter *w, const BtAnnounceReply *reply)
{
  bt_http_write_failure (w, &reply->failure);
  bt_http_write_seconds (w, "8:interval", reply->interval_s);
  bt_http_write_seconds (w, "12:min interval", reply->min_interval_s);
  bt_http_write_retry (w, reply->retry_min);
}

static void
write_success (BtWriter *w, const BtAnnounceReply *reply, BtPeersForm form)
{
  write_count (w, "8:complete", reply->complete);
  write_count (w, "10:downloaded", reply->downloaded);
  write_count (w, "11:downloaders", reply->downloaders);
  if (reply->external.family != BT_FAMILY_NONE)
    {
      bt_writer_literal (w, "11:external ip");
      bt_writer_string (w, reply->external.addr, bt_endpoint_addr_len (&reply->external));
    }
  write_count (w, "10:incomplete", reply->incomplete);
  bt_http_write_seconds (w, "8:interval", reply->interval_s);
  bt_http_write_seconds (w, "12:min interval", reply->min_interval_s);
  write_peers (w, reply, form);
  write_lent (w, "10:tracker id", &reply->tracker_id);
  write_lent (w, "15:warning message", &reply->warning);
}

size_t
bt_http_announce_write (uint8_t *out, size_t size, const BtAnnounceReply *reply, BtPeersForm form)
{
  BtWriter w = bt_writer (out, size);

  bt_assert (reply->peers_v4.len % BT_COMPACT_V4_LEN == 0);
  bt_assert (reply->peers_v6.len % BT_COMPACT_V6_LEN == 0);
  bt_writer_literal (&w, "d");
  if (reply->failure.bytes != NULL)
    write_failure (&w, reply);
  else
    write_success (&w, reply, form);
  bt_writer_literal (&w, "e");
  return bt_writer_len (&w);
}
