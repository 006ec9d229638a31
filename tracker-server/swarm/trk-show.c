/* trk-show.c: a page of a swarm's peers. */
#include "tracker-server/swarm/trk-show.h"

#include <string.h>

#include <glib.h>

static TrkShownPeer
peer_at (const TrkSwarm *swarm, const TrkFrame *frame, TrkPlace place)
{
  const uint8_t *record = trk_swarm_compact (swarm, frame->shapes, place.family, place.position);
  bool v4 = place.family == BT_FAMILY_V4;
  uint8_t flags = record[v4 ? BT_COMPACT_V4_LEN : BT_COMPACT_V6_LEN];
  uint8_t tick = record[(v4 ? BT_COMPACT_V4_LEN : BT_COMPACT_V6_LEN) + 1];
  TrkShownPeer peer = { .endpoint = v4 ? bt_endpoint_read_compact_v4 (record)
                                       : bt_endpoint_read_compact_v6 (record),
                        .seeder = (flags & TRK_PEER_SEEDER) != 0,
                        .paused = (flags & TRK_PEER_PAUSED) != 0,
                        .completed = (flags & TRK_PEER_COUNTED) != 0,
                        .silent_s = (uint8_t) (frame->tick - tick) * frame->tick_s };
  TrkDetail detail;

  peer.has_detail = trk_swarm_detail (swarm, frame->shapes, place, &detail);
  if (!peer.has_detail)
    return peer;
  peer.known_s = ((frame->tick - detail.first) & TRK_DETAIL_TICKS) * frame->tick_s;
  memcpy (peer.peer_id, detail.peer_id, BT_PEER_ID_LEN);
  peer.uploaded = detail.uploaded;
  peer.downloaded = detail.downloaded;
  peer.left = detail.left;
  return peer;
}

TrkCounts
trk_swarms_show (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], uint64_t now_s,
                 uint32_t first, uint32_t n, TrkShow show, void *user_data)
{
  TrkFrame frame = trk_swarms_frame (self, now_s);
  TrkCounts counts = { 0 };
  TrkHold hold;

  trk_swarms_enter (self, hash, false, now_s, &hold);
  if (hold.swarm != NULL)
    {
      uint32_t n_v4 = hold.swarm->v4.n;
      uint32_t n_peers = trk_swarm_n_peers (hold.swarm);

      counts = trk_swarm_counts (hold.swarm);
      for (uint32_t i = first; i < n_peers && i - first < n; i++)
        {
          TrkPlace place = { i < n_v4 ? BT_FAMILY_V4 : BT_FAMILY_V6, i < n_v4 ? i : i - n_v4 };
          TrkShownPeer peer = peer_at (hold.swarm, &frame, place);

          show (&peer, user_data);
        }
    }
  trk_swarms_leave (self, &hold);
  return counts;
}
