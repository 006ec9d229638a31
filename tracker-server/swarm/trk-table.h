/* trk-table.h: the swarms of one shard: a hash table of records that stay where they are.
 *
 * A slot is four bytes, so that open addressing costs little; a record is a line of the cache, in
 * blocks of TRK_BLOCK. Records of removed swarms are used again. Empty swarms stand in a queue by
 * when they first became empty. Belongs to its shard and is used under its lock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"
#include "tracker-server/swarm/trk-swarm.h"

#define TRK_BLOCK 64u
#define TRK_NO_SWARM UINT32_MAX

/* As many records as a slot can name. */
#define TRK_TABLE_MAX 0xfffffeu

typedef struct
{
  uint8_t hash[BT_INFO_HASH_LEN];
  uint32_t newer; /* the next one in the queue, or the next free record */
  TrkSwarm swarm;
} TrkRecord;

typedef struct
{
  uint32_t *slots; /* owned */
  uint32_t n_slots;
  TrkRecord **blocks; /* owned, like each of them */
  uint32_t n_blocks;
  uint32_t n_used; /* records that were ever taken */
  uint32_t free;   /* the first free one of those */
  uint32_t n;      /* swarms */
  uint32_t n_empty;
  uint32_t oldest; /* of the queue */
  uint32_t newest;
} TrkTable;

void trk_table_init (TrkTable *self);
void trk_table_clear (TrkTable *self, const TrkShapes *shapes);

/* @key is the keyed hash of @hash, of which the upper byte is not used. TRK_NO_SWARM: not there. */
uint32_t trk_table_find (const TrkTable *self, const uint8_t *hash, uint64_t key);

/* Asks the cache for what a search reads first. Any thread, without the lock: an address that is
 * out of date is never read. */
void trk_table_ahead (const TrkTable *self, uint64_t key);

/* Asks the cache for the record that a search will compare. */
void trk_table_ahead_record (const TrkTable *self, uint64_t key);

/* Adds a swarm that is not there; TRK_NO_SWARM when the table is full. */
uint32_t trk_table_add (TrkTable *self, const uint8_t *hash, uint64_t key, const BtSipKey *sip);

/* Removes a swarm without peers that is not in the queue. */
void trk_table_remove (TrkTable *self, uint32_t id, const BtSipKey *sip);

TrkRecord *trk_table_record (const TrkTable *self, uint32_t id);

/* Whether the record is one of a swarm. */
bool trk_table_is_live (const TrkTable *self, uint32_t id);

/* The swarm has become empty and is worth keeping. */
void trk_table_enqueue (TrkTable *self, uint32_t id);

/* An empty swarm has peers again. It stays in the queue until its turn comes. */
void trk_table_refilled (TrkTable *self);

/* Removes the empty swarm that has been in the queue for longest; false if there is none. O(1) on
 * average. */
bool trk_table_forget (TrkTable *self, const BtSipKey *sip);
