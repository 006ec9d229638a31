/* eng-pex.h: what one peer and we have told each other of other peers (BEP 11): who was named, and
 * when the next message may go or come.
 *
 * At most one message a minute goes, with what has changed since the last; who sends them faster,
 * beyond one, floods. Facts are handed in; whom an address may be named to is the caller's to say.
 * Pure; one owner, no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/peer/bt-pex.h"

/* So many peers of each kind are named in one message. */
#define ENG_PEX_ADDED 50u
#define ENG_PEX_DROPPED 50u

/* A message as often as this breaks no rule: clocks differ, and networks delay. */
#define ENG_PEX_TOLERATED_US (UINT64_C (750) * BT_LIMIT_PEX_INTERVAL_MS)

/* After a flood nobody of that address is let in for so long. */
#define ENG_PEX_BAN_US (UINT64_C (3600) * 1000000)

typedef enum
{
  ENG_PEX_FINE,
  ENG_PEX_FLOOD /* more often than one a minute, beyond one */
} EngPexVerdict;

typedef struct
{
  GHashTable *told; /* of BtEndpoint: those that the peer was told of; NULL for none */
  uint64_t send_us; /* nothing goes before */
  uint64_t come_us; /* when the messages that came would all have been due */
} EngPex;

/* { 0 } is a peer that was told nothing and has said nothing. */
void eng_pex_clear (EngPex *self);

/* Writes into @out what has changed: of @peers, which are all that it may be told of now, each
 * once, those that it does not know, and those that it was told of and that are gone. False when
 * that is nothing, or the last message is too young; nothing of @out counts then. The caller sends
 * it, or the peer never learns. O(peers). */
bool eng_pex_next (EngPex *self, const BtPexPeer *peers, size_t n, uint64_t now_us,
                   BtPexMessage *out);

/* Whether eng_pex_next() may have something: to save gathering the peers. */
bool eng_pex_is_due (const EngPex *self, uint64_t now_us);

/* A message has come. */
EngPexVerdict eng_pex_came (EngPex *self, uint64_t now_us);
