/* bt-announce.c: announces and their answers as values. */
#include "protocol/tracker/bt-announce.h"

#include <string.h>

#include "protocol/core/bt-limits.h"

void
bt_announce_request_init (BtAnnounceRequest *request)
{
  *request = (BtAnnounceRequest){ .left = BT_LEFT_UNKNOWN, .numwant = -1, .compact = true };
}

void
bt_announce_reply_init (BtAnnounceReply *reply)
{
  *reply = (BtAnnounceReply){ .complete = BT_UNSAID,
                              .incomplete = BT_UNSAID,
                              .downloaded = BT_UNSAID,
                              .downloaders = BT_UNSAID };
}

uint32_t
bt_announce_numwant (const BtAnnounceRequest *request, uint32_t usual, uint32_t max)
{
  return MIN (request->numwant < 0 ? usual : (uint32_t) request->numwant, max);
}

BtPeersForm
bt_announce_peers_form (const BtAnnounceRequest *request)
{
  if (request->compact)
    return BT_PEERS_COMPACT;
  return request->no_peer_id ? BT_PEERS_WITHOUT_IDS : BT_PEERS_DICTIONARIES;
}

/* Appends the peers of one family; returns how many were bad. */
static uint32_t
add_peers (GArray *peers, const BtLent *list, size_t peer_len)
{
  uint32_t n_good = 0;
  uint32_t n_bad = 0;

  for (size_t at = 0; list->len - at >= peer_len && n_good < BT_LIMIT_CANDIDATES; at += peer_len)
    {
      const uint8_t *bytes = list->bytes + at;
      BtTrackerPeer peer
          = { .endpoint = peer_len == BT_COMPACT_V4_LEN ? bt_endpoint_read_compact_v4 (bytes)
                                                        : bt_endpoint_read_compact_v6 (bytes) };

      if (peer.endpoint.port == 0)
        {
          n_bad++;
          continue;
        }
      g_array_append_val (peers, peer);
      n_good++;
    }
  return n_bad;
}

void
bt_announce_reply_peers (BtAnnounceReply *reply, GArray *peers)
{
  reply->n_bad_peers += add_peers (peers, &reply->peers_v4, BT_COMPACT_V4_LEN);
  reply->n_bad_peers += add_peers (peers, &reply->peers_v6, BT_COMPACT_V6_LEN);
}

BtLent
bt_lent_text (const char *text)
{
  return (BtLent){ (const uint8_t *) text, strlen (text) };
}
