/* trk-show.h: the peers of a torrent for people to look at: who is there, since when, and, where
 * the store keeps details, what they say of themselves. Any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tracker-server/swarm/trk-swarms.h"

typedef struct
{
  BtEndpoint endpoint;
  bool seeder;
  bool paused;
  bool completed;    /* it was seen to complete the torrent */
  uint32_t silent_s; /* since its last announce, to a tick */
  bool has_detail;   /* the rest is known */
  uint32_t known_s;  /* since its first announce, to a tick */
  uint8_t peer_id[BT_PEER_ID_LEN];
  uint64_t uploaded;
  uint64_t downloaded;
  uint64_t left; /* or BT_LEFT_UNKNOWN */
} TrkShownPeer;

typedef void (*TrkShow) (const TrkShownPeer *peer, void *user_data);

/* Shows @n peers of a torrent from the @first on, seeders of a family before its leechers; who
 * comes or goes between two pages may be missed or met twice. Returns the torrent's counts, zeros
 * for one that is not there. O(n), under the lock of the torrent's shard: @show enters no swarm and
 * is quick. */
TrkCounts trk_swarms_show (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], uint64_t now_s,
                           uint32_t first, uint32_t n, TrkShow show, void *user_data);
