/* eng-doubts.h: pieces of v2 that were not good, and whose true leaves are asked for (BEP 52), so
 * that it is known from proof which of their blocks are to blame, and who sent them.
 *
 * The hash of the piece is known: leaves that lead to it are true, whoever sent them, and who sends
 * others lies. Three peers are asked at the most, one after the other, for an answer may have to
 * wait behind the blocks that are on their way; then the piece is given up, and eng-smart-ban.h has
 * to find out. So it is when nobody who could be asked turns up for a while, as where one peer has
 * sent everything so far. What has been proved is kept until the piece is good. One owner; no
 * locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/torrent/eng-hashes.h"

#define ENG_DOUBTS_MAX 64                          /* pieces */
#define ENG_DOUBTS_ASKED 3                         /* peers, for one piece */
#define ENG_DOUBTS_NEXT_US UINT64_C (2000000)      /* then another one is asked as well */
#define ENG_DOUBTS_PATIENCE_US UINT64_C (10000000) /* with a piece, in all */

typedef struct EngDoubts EngDoubts;

/* @metainfo outlives it. (transfer full) */
EngDoubts *eng_doubts_new (const BtMetainfo *metainfo, const BtDigestOps *ops);
void eng_doubts_free (EngDoubts *self); /* accepts NULL */

/* A piece was not good; @leaves are those of its blocks as they came, and are copied. False when
 * nobody can be asked for those it should have: it is too long, or too many wait. */
bool eng_doubts_add (EngDoubts *self, uint32_t piece, const uint8_t *leaves, uint64_t now_us);

/* What to ask a peer that has the pieces of @have; false for nothing. */
bool eng_doubts_next (EngDoubts *self, EngPeer peer, const BtBitfield *have, uint64_t now_us,
                      BtHashRequest *out);

EngHashesVerdict eng_doubts_take (EngDoubts *self, EngPeer peer, const BtHashes *hashes);
void eng_doubts_rejected (EngDoubts *self, EngPeer peer, const BtHashRequest *request);
void eng_doubts_leave (EngDoubts *self, EngPeer peer);
/* The next piece whose leaves are known, and which of its blocks were good, which the caller
 * clears. False for none. It is told once for each eng_doubts_add(). */
bool eng_doubts_next_proved (EngDoubts *self, uint32_t *piece, BtBitfield *good);
/* The next piece of which no answer is to come, or none in time: after eng_doubts_next() of
 * everybody it is to be given up. It is forgotten. False for none. */
bool eng_doubts_next_hopeless (EngDoubts *self, uint64_t now_us, uint32_t *piece);

/* The piece is good, or begins anew. One that is not there is ignored. */
void eng_doubts_remove (EngDoubts *self, uint32_t piece);
