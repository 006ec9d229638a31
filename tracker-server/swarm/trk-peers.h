/* trk-peers.h: the peers of one swarm and one family, in the form in which replies list them.
 *
 * A peer is a record: its compact endpoint (6 or 18 bytes), a byte of flags, a byte of time and, in
 * a store with details, a tail (trk-detail.h). The records lie in one array, seeders before
 * leechers, so that a reply is made of runs; nothing is in order otherwise, and a removed peer's
 * place is taken by the last one. Two v4 peers need no array; a large list has an index
 * (trk-peer-index.h). The time is the low byte of a tick that the caller counts, so that whoever is
 * not refreshed has to be expired within 255 ticks.
 *
 * A list belongs to its swarm and is used under the lock of the swarm's shard. A position is good
 * until the next change. Cost is O(1) but for expiry, and for a search below TRK_INDEX_AT peers. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/tracker/bt-siphash.h"

#define TRK_NO_PEER UINT32_MAX

/* More peers than this are found by an index, which is dropped again at half as many. Up to here a
 * search of all v4 peers takes at most 0.1 us longer than an index does, and costs no memory. */
#define TRK_INDEX_AT 256u

/* How many v4 peers without details a list holds without an array. */
#define TRK_FEW 2u

typedef enum
{
  TRK_PEER_SEEDER = 1 << 0,
  TRK_PEER_COUNTED = 1 << 1, /* its completion was counted */
  TRK_PEER_PAUSED = 1 << 2,  /* a partial seed (BEP 21) */
  TRK_PEER_RETURNED = 1 << 3 /* has announced in more than one tick */
} TrkPeerFlags;

/* What all lists of a family share; the key makes their indexes unforeseeable. */
typedef struct
{
  size_t len; /* of a compact endpoint: BT_COMPACT_V4_LEN or BT_COMPACT_V6_LEN */
  BtSipKey key;
  size_t tail;             /* of a record: TRK_DETAIL_LEN, or 0 */
  uint32_t max_per_source; /* peers of one address in a list; 0: as many as come */
} TrkShape;

/* What counts as one source: an IPv4 address, or the network of an IPv6 one, in bytes of the
 * compact endpoint. */
#define TRK_SOURCE_V4_LEN 4u
#define TRK_SOURCE_V6_LEN 8u

/* How many bytes a record has. */
static inline size_t
trk_shape_stride (const TrkShape *shape)
{
  return shape->len + 2 + shape->tail;
}

/* Which peers to copy. */
typedef struct
{
  uint32_t first; /* out of the @n from here on, */
  uint32_t n;
  uint32_t skip;   /* but for the one at this position, */
  uint32_t want;   /* so many, if there are, */
  uint32_t random; /* in a circle from where this says */
} TrkSlice;

typedef struct TrkPeerIndex TrkPeerIndex;
typedef struct TrkPeerBlock TrkPeerBlock;

/* 24 bytes; zeroed it is empty. */
typedef struct
{
  uint32_t n;
  uint32_t n_seeders; /* the first ones */
  union
  {
    uint8_t few[TRK_FEW * (BT_COMPACT_V4_LEN + 2)];
    struct
    {
      TrkPeerBlock *block; /* owned; has room for more than TRK_FEW */
      uintptr_t index;     /* a TrkPeerIndex, owned; its size in the lowest bits; 0: none */
    } many;
  };
} TrkPeers;

/* Frees what it holds, and is empty. */
void trk_peers_clear (TrkPeers *self, const TrkShape *shape);

/* The position of the peer with these compact bytes, or TRK_NO_PEER. */
uint32_t trk_peers_find (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact);

/* Asks the cache for what trk_peers_find() reads first; true where trk_peers_ahead_record() can ask
 * for what it reads next. And for what trk_peers_copy() reads. */
bool trk_peers_ahead (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact);
void trk_peers_ahead_record (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact);
void trk_peers_ahead_slice (const TrkPeers *self, const TrkShape *shape, const TrkSlice *slice);

/* Whether the list has as many peers of the source of @compact as it may have. O(1) with an index,
 * which keeps the peers of a source together where their number is limited. */
bool trk_peers_is_crowded (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact);

/* Adds a peer that is not there, and whose source is not crowded; returns its position. A tail is
 * zeros. */
uint32_t trk_peers_add (TrkPeers *self, const TrkShape *shape, const uint8_t *compact,
                        uint8_t flags, uint8_t tick);

/* Sets flags and time of a peer, and moves it when it became or ceased to be a seeder; returns its
 * position. */
uint32_t trk_peers_set (TrkPeers *self, const TrkShape *shape, uint32_t position, uint8_t flags,
                        uint8_t tick);

void trk_peers_remove (TrkPeers *self, const TrkShape *shape, uint32_t position);

/* The TrkPeerFlags of a peer, and the tick of its last announce. */
uint8_t trk_peers_flags (const TrkPeers *self, const TrkShape *shape, uint32_t position);
uint8_t trk_peers_tick (const TrkPeers *self, const TrkShape *shape, uint32_t position);

/* The record of a peer: its compact endpoint. Lent until the next change. */
const uint8_t *trk_peers_compact (const TrkPeers *self, const TrkShape *shape, uint32_t position);

/* The tail of a peer's record, to be changed. Lent likewise. Only where there are tails. */
uint8_t *trk_peers_tail (TrkPeers *self, const TrkShape *shape, uint32_t position);

/* Copies the compact endpoints of a slice to @out, two bytes past which may be overwritten, and the
 * peer ids out of their tails to @ids (nullable). Returns how many. */
uint32_t trk_peers_copy (const TrkPeers *self, const TrkShape *shape, const TrkSlice *slice,
                         uint8_t *out, uint8_t *ids);
