/* trk-swarm.h: one swarm: who is in it, who is given to whom, and how often it was completed.
 *
 * A peer is known by its address and port, never by its peer id, which anyone can claim (BEP 3, 7).
 * Its place belongs to a shard of TrkSwarms, whose lock covers every call. No clock and no random
 * numbers: ticks and a generator's state are parameters. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "tracker-server/swarm/trk-detail.h"
#include "tracker-server/swarm/trk-peers.h"

/* No reply lists more peers of a family. */
#define TRK_PEERS_MAX 200u

/* What the swarms of a store share. */
typedef struct
{
  TrkShape v4;
  TrkShape v6;
} TrkShapes;

/* What the records of peers are read with at some time. */
typedef struct
{
  const TrkShapes *shapes; /* lent, for as long as the store lives */
  uint32_t tick_s;         /* how long a tick is */
  uint32_t tick;           /* that of now; a record has the low byte of it */
  uint8_t age_max;         /* who is more ticks old is gone */
} TrkFrame;

/* 40 bytes; zeroed it is empty. */
typedef struct
{
  uint32_t completed; /* how often, in all */
  uint32_t n_paused;  /* leechers that are partial seeds (BEP 21) */
  TrkPeers v4;
  TrkPeers *v6; /* owned; (nullable): NULL is empty */
} TrkSwarm;

typedef struct
{
  uint32_t seeders;
  uint32_t leechers; /* paused ones among them */
  uint32_t paused;
  uint32_t completed;
} TrkCounts;

/* What a peer says of itself. */
typedef struct
{
  bool seeder;
  bool paused;    /* counts of a leecher alone */
  bool completed; /* it has just become a seeder */
} TrkPeerState;

/* Where a peer is; position is TRK_NO_PEER when it is nowhere. Good until the swarm changes. */
typedef struct
{
  BtFamily family;
  uint32_t position;
} TrkPlace;

/* Who asks for peers, and for which. */
typedef struct
{
  TrkPlace self; /* who is not given to itself, and whose family it is */
  bool seeder;   /* is given leechers alone */
  bool mixed;    /* both families, at least a quarter of each; else the one of @self */
  bool ids;      /* peer ids, too, where they are kept */
  uint32_t want;
} TrkAsk;

/* Room for the peers of a reply; two bytes past the last peer of a list may be overwritten. */
typedef struct
{
  uint32_t n_v4;
  uint32_t n_v6;
  bool has_ids;
  uint8_t v4[TRK_PEERS_MAX * BT_COMPACT_V4_LEN + 2];
  uint8_t v6[TRK_PEERS_MAX * BT_COMPACT_V6_LEN + 2];
  uint8_t ids[TRK_PEERS_MAX * BT_PEER_ID_LEN]; /* those of v4 first */
} TrkRoom;

/* Frees what it holds, and is empty: nothing is completed. */
void trk_swarm_clear (TrkSwarm *self, const TrkShapes *shapes);

TrkCounts trk_swarm_counts (const TrkSwarm *self);
uint32_t trk_swarm_n_peers (const TrkSwarm *self);

/* The list of a family; (nullable). Lent until the next change. */
const TrkPeers *trk_swarm_list (const TrkSwarm *self, BtFamily family);

/* The record of a peer that is there, beginning with its compact endpoint; those of a family lie
 * side by side. Lent until the next change. */
const uint8_t *trk_swarm_compact (const TrkSwarm *self, const TrkShapes *shapes, BtFamily family,
                                  uint32_t position);

/* What a peer said of itself; false when the store keeps no details. */
bool trk_swarm_detail (const TrkSwarm *self, const TrkShapes *shapes, TrkPlace place,
                       TrkDetail *out);

/* Keeps it, if the store keeps details. The tick of the first announce is taken from it for a
 * @fresh peer alone. */
void trk_swarm_set_detail (TrkSwarm *self, const TrkShapes *shapes, TrkPlace place,
                           const TrkDetail *detail, bool fresh);

TrkPlace trk_swarm_find (const TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer);

/* Whether there are as many peers of its source in the swarm as may be: then it cannot be added. */
bool trk_swarm_is_crowded (const TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer);

/* Adds a peer that is not there. */
TrkPlace trk_swarm_add (TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer,
                        const TrkPeerState *state, uint8_t tick);

typedef enum
{
  TRK_RESTORED,
  TRK_WAS_THERE,
  TRK_WAS_CROWDED
} TrkRestored;

/* A peer as a snapshot has it. */
typedef struct
{
  BtFamily family;
  const uint8_t *compact; /* lent */
  uint8_t flags;          /* TrkPeerFlags */
  uint8_t tick;           /* of its last announce */
  TrkDetail detail;
} TrkKept;

/* Adds it, if it may be. */
TrkRestored trk_swarm_restore (TrkSwarm *self, const TrkShapes *shapes, const TrkKept *peer);

/* Brings a peer up to date. @completed says whether this completes it: it says so, is a seeder, was
 * known as a leecher, and was not counted before. Then the swarm counts it. */
TrkPlace trk_swarm_update (TrkSwarm *self, const TrkShapes *shapes, TrkPlace place,
                           const TrkPeerState *state, uint8_t tick, bool *completed);

void trk_swarm_remove (TrkSwarm *self, const TrkShapes *shapes, TrkPlace place);

/* Puts peers into the room as compact lists: to a leecher seeders first, then leechers; the place
 * in the list where it begins is random. @random is a generator's state. */
void trk_swarm_select (const TrkSwarm *self, const TrkShapes *shapes, const TrkAsk *ask,
                       uint64_t *random, TrkRoom *room);

/* Asks the cache for what a find of @peer and a select with @random read; the place of @ask is not
 * looked at. True where trk_swarm_ahead_record() can ask for what the find reads next. */
bool trk_swarm_ahead (const TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer,
                      const TrkAsk *ask, uint64_t random);
void trk_swarm_ahead_record (const TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer);

/* Removes the peers that were heard of more than @max_age ticks ago; O(n). */
void trk_swarm_expire (TrkSwarm *self, const TrkShapes *shapes, uint8_t tick, uint8_t max_age);
