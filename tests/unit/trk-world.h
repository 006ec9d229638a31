/* trk-world.h: a tracker for tests: policy, swarms, and the last answer that it gave. */
#pragma once

#include "tracker-server/swarm/trk-announce.h"

typedef struct
{
  TrkPolicy policy;
  TrkSwarms *swarms;
  TrkRoom room;
  BtAnnounceReply reply;
  bool completed;
  uint64_t n_said;
  TrkVerdict verdict; /* of the judge, for every torrent */
  uint64_t now_s;     /* of the next announce */
} TrkWorld;

/* A tracker with the usual policy and room for so many peers; every torrent is open. */
void trk_world_init (TrkWorld *w, uint64_t max_peers);

/* One of other limits; key and timeout are the world's. */
void trk_world_init_with (TrkWorld *w, const TrkSwarmsConfig *limits);
void trk_world_clear (TrkWorld *w);

/* One of many hosts of the internet. */
BtEndpoint trk_world_host (unsigned number);
BtEndpoint trk_world_host6 (unsigned number);

/* An announce from port 6881 to one torrent, with numwant unsaid. */
BtAnnounceRequest trk_world_ask (uint64_t left, BtAnnounceEvent event);

/* Announces; the answer stays in the world. */
TrkOutcome trk_world_say (TrkWorld *w, const BtAnnounceRequest *request, BtEndpoint source,
                          TrkCarrier carrier);

/* The usual announce over HTTP, which must be answered. */
void trk_world_come (TrkWorld *w, BtEndpoint source, uint64_t left, BtAnnounceEvent event);

/* What the last answer says. */
void trk_world_assert_counts (const TrkWorld *w, int64_t seeders, int64_t leechers,
                              int64_t completed);
size_t trk_world_n_v4 (const TrkWorld *w);
size_t trk_world_n_v6 (const TrkWorld *w);

/* Whether a compact list has the peer. */
bool trk_world_lists (const BtLent *list, const BtEndpoint *peer);

/* The same address at another port. */
BtEndpoint trk_world_at_port (BtEndpoint peer, uint16_t port);
