/* trk-peer-index.h: where in a long list each peer is, by a keyed hash of its endpoint.
 *
 * A hash table with open addressing of positions, two bytes each while they suffice. It holds
 * nothing else: what it compares it reads in the list's records. A list and its index change
 * together, under the same lock. */
#pragma once

#include <stdint.h>

#include "tracker-server/swarm/trk-peers.h"

/* An index of the @n records; owned by the caller. It is aligned, so that a pointer to it has room
 * for its size, see trk_peer_index_size(). */
#define TRK_INDEX_ALIGN 64u
TrkPeerIndex *trk_peer_index_new (const TrkShape *shape, const uint8_t *records, uint32_t n);

/* Its size as a number below TRK_INDEX_ALIGN, which trk_peer_index_ahead() takes. */
unsigned trk_peer_index_size (const TrkPeerIndex *self);
void trk_peer_index_free (TrkPeerIndex *self);

/* Whether it has the size for @n records: if not, a new one has to take its place. */
bool trk_peer_index_fits (const TrkPeerIndex *self, uint32_t n);

/* The position of a compact endpoint, or TRK_NO_PEER. */
uint32_t trk_peer_index_find (const TrkPeerIndex *self, const TrkShape *shape,
                              const uint8_t *records, const uint8_t *compact);

/* Asks the cache for the slot of a compact endpoint. Nothing of the index is read. */
void trk_peer_index_ahead (const TrkPeerIndex *self, unsigned size, const TrkShape *shape,
                           const uint8_t *compact);

/* Asks it for the records that a search will compare. Reads the slot alone. */
void trk_peer_index_ahead_record (const TrkPeerIndex *self, unsigned size, const TrkShape *shape,
                                  const uint8_t *records, const uint8_t *compact);

/* How many records have the source of @compact. Only with a limit on them, for only then they lie
 * together: O(their number). */
uint32_t trk_peer_index_count (const TrkPeerIndex *self, const TrkShape *shape,
                               const uint8_t *records, const uint8_t *compact);

/* The record at @position is new. There is room, see trk_peer_index_fits(). */
void trk_peer_index_add (TrkPeerIndex *self, const TrkShape *shape, const uint8_t *records,
                         uint32_t position);

/* The record at @from has got, or is going to get, the position @to. @compact is its endpoint. */
void trk_peer_index_move (TrkPeerIndex *self, const TrkShape *shape, const uint8_t *compact,
                          uint32_t from, uint32_t to);

/* The records at @a and @b are going to change places. */
void trk_peer_index_swap (TrkPeerIndex *self, const TrkShape *shape, const uint8_t *records,
                          uint32_t a, uint32_t b);

/* The record at @position is going to be removed. */
void trk_peer_index_remove (TrkPeerIndex *self, const TrkShape *shape, const uint8_t *records,
                            uint32_t position);
