/* eng-smart-ban.h: who sent the block that made a piece fail.
 *
 * A piece that fails and came from one peer bans it at once. Of a mixed one the digest of each
 * block is kept; when the piece is good, whoever had sent a block that differs is banned. Until
 * then its senders are on parole: they get pieces for themselves (eng-picker.h), so that the next
 * bad piece names its sender, and a good one ends the parole. Mixed pieces that were begun before
 * tell nothing more of them. As a last resort trust runs out: each parole costs two, each good
 * piece gives one.
 *
 * To have the good one soon, the oldest failed piece is on trial: everyone but those who are barred
 * fetches it before all else. Barred are half of its senders at first; then, should it fail again,
 * those who sent it the second time, who leave the trial to the others. After the third time the
 * liars are in both halves, and it is left to those on parole. Other pieces that failed wait
 * meanwhile, for whoever spoilt one has likely spoilt them. Where a banned peer had a part nobody
 * else is under suspicion any longer.
 *
 * What is kept is bounded; the oldest piece goes first. One owner; no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/torrent/eng-picker.h"
#include "protocol/core/bt-digest.h"

#define ENG_SMART_BAN_BLOCKS 16384
#define ENG_SMART_BAN_PEERS 4096
#define ENG_SMART_BAN_TRIALS 2 /* of a piece */

/* A block as it came: EngPeer 0 is nobody to blame, as for data that was on the disk; a digest of
 * zeros is not known. */
typedef struct
{
  EngPeer peer;
  uint8_t digest[BT_SHA1_LEN];
} EngSentBlock;

typedef enum
{
  ENG_VERDICT_PAROLE,
  ENG_VERDICT_BAN
} EngVerdict;

typedef struct
{
  EngPeer peer;
  EngVerdict verdict;
} EngJudgement;

typedef struct EngSmartBan EngSmartBan;

EngSmartBan *eng_smart_ban_new (void);
void eng_smart_ban_free (EngSmartBan *self);

/* Writes the digests of the blocks of a piece of @len bytes; any thread. @blocks has room for each
 * block of 16 KiB, the last one may be short. */
void eng_smart_ban_digest (const BtDigestOps *ops, const uint8_t *data, size_t len,
                           EngSentBlock *blocks);

/* A piece of @n_blocks has failed: judges each of its senders once. @out has room for @n_blocks;
 * returns how many there are. */
size_t eng_smart_ban_failed (EngSmartBan *self, uint32_t piece, const EngSentBlock *blocks,
                             uint32_t n_blocks, EngJudgement *out);

/* Whether the piece failed before, so that the digests of the good one are worth their cost. */
bool eng_smart_ban_remembers (const EngSmartBan *self, uint32_t piece);

/* A piece is good. Its senders gain trust; @out gets those to be banned for what they sent of it
 * before, each once. @out has room for eng_smart_ban_n_suspects (). */
size_t eng_smart_ban_passed (EngSmartBan *self, uint32_t piece, const EngSentBlock *blocks,
                             uint32_t n_blocks, EngPeer *out);
size_t eng_smart_ban_n_suspects (const EngSmartBan *self, uint32_t piece);

/* Whether a failed piece is on trial or waits for its turn: nobody is asked for it but those that
 * may try it. */
bool eng_smart_ban_is_held (const EngSmartBan *self, uint32_t piece);
/* The piece that is on trial; UINT32_MAX for none. */
uint32_t eng_smart_ban_trial (const EngSmartBan *self);
/* Whether the peer is to leave the trial to others, as long as there are any. */
bool eng_smart_ban_is_barred (const EngSmartBan *self, EngPeer peer);

bool eng_smart_ban_on_parole (const EngSmartBan *self, EngPeer peer);

/* The peer will never come again. A peer that was to be banned has been forgotten. */
void eng_smart_ban_forget (EngSmartBan *self, EngPeer peer);
