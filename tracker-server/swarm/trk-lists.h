/* trk-lists.h: which info-hashes a tracker knows by name: admitted, waiting, forbidden.
 *
 * The catalogue and the operator's lists, in memory, for the judgement of every announce. A v2 hash
 * is cut to 20 bytes (BEP 52). Any thread; O(1), under the lock of a shard. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"
#include "protocol/tracker/bt-siphash.h"

typedef enum
{
  TRK_MARK_NONE, /* not on a list */
  TRK_MARK_ALLOWED,
  TRK_MARK_PENDING, /* will be allowed or denied soon */
  TRK_MARK_DENIED
} TrkMark;

typedef enum
{
  TRK_MODE_OPEN,  /* every torrent but those denied */
  TRK_MODE_LISTED /* those allowed alone */
} TrkMode;

/* What a torrent is told. */
typedef enum
{
  TRK_VERDICT_OPEN,
  TRK_VERDICT_UNKNOWN, /* not on the list */
  TRK_VERDICT_PENDING, /* soon on the list: it is asked again after half a minute */
  TRK_VERDICT_DENIED   /* never */
} TrkVerdict;

typedef struct TrkLists TrkLists;

/* @key is random and secret: nobody can choose hashes that collide. (transfer full) */
TrkLists *trk_lists_new (const uint8_t key[BT_SIPHASH_KEY_LEN]);
void trk_lists_free (TrkLists *self);

/* TRK_MARK_NONE takes a hash off. */
void trk_lists_set (TrkLists *self, const uint8_t hash[BT_INFO_HASH_LEN], TrkMark mark);
TrkMark trk_lists_get (TrkLists *self, const uint8_t hash[BT_INFO_HASH_LEN]);

/* How many hashes are marked. */
size_t trk_lists_count (TrkLists *self);

/* Whom a tracker of this mode answers. */
TrkVerdict trk_lists_judge (TrkLists *self, TrkMode mode, const uint8_t hash[BT_INFO_HASH_LEN]);
