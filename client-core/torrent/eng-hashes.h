/* eng-hashes.h: the piece layers that a v2 torrent lacks, asked of peers and proved (BEP 52), or
 * known from the files.
 *
 * An info dictionary has the roots of its files, from which every layer can be checked: a
 * run of up to 512 hashes comes with what leads it to the root, and who sends a false one lies. One
 * owner; no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/torrent/eng-picker.h"
#include "protocol/peer/bt-hashes.h"
#include "protocol/torrent/bt-metainfo.h"

#define ENG_HASHES_RUN 512 /* hashes in a request, at most */
#define ENG_HASHES_PER_PEER 4
#define ENG_HASHES_PATIENCE_US UINT64_C (10000000) /* then somebody else is asked */
#define ENG_HASHES_REST_US UINT64_C (10000000)     /* for who has rejected or kept us waiting */

typedef enum
{
  ENG_HASHES_UNASKED, /* or too late: nothing to hold against the peer */
  ENG_HASHES_GOOD,
  ENG_HASHES_FALSE /* they do not lead to the root */
} EngHashesVerdict;

typedef struct EngHashes EngHashes;

/* NULL when @metainfo lacks nothing. It outlives what is returned. (transfer full) */
EngHashes *eng_hashes_new (const BtMetainfo *metainfo, const BtDigestOps *ops);
void eng_hashes_free (EngHashes *self); /* accepts NULL */

bool eng_hashes_is_complete (const EngHashes *self);

/* The next thing to ask a peer; false for nothing now. O(runs under way). */
bool eng_hashes_next (EngHashes *self, EngPeer peer, uint64_t now_us, BtHashRequest *out);

EngHashesVerdict eng_hashes_take (EngHashes *self, EngPeer peer, const BtHashes *hashes);
void eng_hashes_rejected (EngHashes *self, EngPeer peer, const BtHashRequest *request,
                          uint64_t now_us);
/* The layer of @root, which was proved, is known from elsewhere: nobody is asked for it any more.
 */
void eng_hashes_give (EngHashes *self, const uint8_t *root, const uint8_t *layer);
/* The peer is gone: what it was asked for is anyone's. */
void eng_hashes_leave (EngHashes *self, EngPeer peer);
/* Whoever kept us waiting is not waited for any longer. */
void eng_hashes_tick (EngHashes *self, uint64_t now_us);

/* Runs that are here, and all of them. */
void eng_hashes_progress (const EngHashes *self, uint32_t *have, uint32_t *all);

/* The torrent with the layers that are complete. (transfer full) (nullable): NULL when it would be
 * too large */
BtMetainfo *eng_hashes_join (const EngHashes *self);
