/* eng-torrent-blame.c: who sent what a bad piece was made of.
 *
 * Until a piece is bad nothing is kept. From then on the digest of each block that comes is, while
 * its piece is under way, so that the good piece tells which block of the bad one was not true. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"

void
eng_torrent_note_block (EngTorrent *t, EngBlock block, const uint8_t *data, uint32_t len)
{
  void *key = GUINT_TO_POINTER (block.piece);
  uint8_t *digests;

  if (t->digests == NULL)
    return;
  digests = g_hash_table_lookup (t->digests, key);
  if (digests == NULL)
    {
      digests = g_malloc0 ((size_t) eng_picker_n_blocks (t->picker, block.piece) * BT_SHA1_LEN);
      (void) g_hash_table_insert (t->digests, key, digests); /* it is new */
    }
  t->config.ops->hash (BT_SHA1,
                       &(BtDigestMessage){ .data = data,
                                           .len = len,
                                           .out = digests + (size_t) block.block * BT_SHA1_LEN },
                       1);
}

/* What came for a piece, by block; what is not known is zero. (transfer full) */
static EngSentBlock *
sent_blocks (const EngTorrent *t, uint32_t piece, uint32_t *n)
{
  const uint8_t *digests
      = t->digests != NULL ? g_hash_table_lookup (t->digests, GUINT_TO_POINTER (piece)) : NULL;
  g_autofree EngPeer *senders = NULL;
  EngSentBlock *blocks;

  *n = eng_picker_n_blocks (t->picker, piece);
  senders = g_new0 (EngPeer, *n);
  blocks = g_new0 (EngSentBlock, *n);
  eng_picker_senders (t->picker, piece, senders);
  for (uint32_t i = 0; i < *n; i++)
    {
      blocks[i].peer = senders[i];
      if (digests != NULL)
        memcpy (blocks[i].digest, digests + (size_t) i * BT_SHA1_LEN, BT_SHA1_LEN);
    }
  return blocks;
}

static void
ban (EngTorrent *t, EngPeer peer)
{
  EngLink *link = eng_torrent_link_of (t, peer);

  if (link == NULL)
    return;
  eng_candidates_ban (t->candidates, eng_connection_remote (link->connection), ENG_BAN_BAD_DATA,
                      UINT64_MAX);
  eng_connection_close (link->connection);
}

/* A peer that sent it alone is banned, others fetch whole pieces alone until they are cleared. */
void
eng_torrent_blame (EngTorrent *t, uint32_t piece)
{
  uint32_t n;
  g_autofree EngSentBlock *blocks = sent_blocks (t, piece, &n);
  g_autofree EngJudgement *judgements = g_new0 (EngJudgement, n);
  size_t n_judged = eng_smart_ban_failed (t->smart_ban, piece, blocks, n, judgements);

  for (size_t i = 0; i < n_judged; i++)
    if (judgements[i].verdict == ENG_VERDICT_BAN)
      ban (t, judgements[i].peer);
  if (t->digests == NULL)
    t->digests = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  (void) g_hash_table_remove (t->digests, GUINT_TO_POINTER (piece)); /* or none was kept */
}

void
eng_torrent_clear (EngTorrent *t, uint32_t piece)
{
  g_autofree EngSentBlock *blocks = NULL;
  g_autofree EngPeer *found = NULL;
  size_t n_found;
  uint32_t n;

  if (t->digests == NULL || eng_picker_piece_state (t->picker, piece) != ENG_PIECE_HASHING)
    return;
  blocks = sent_blocks (t, piece, &n);
  found = g_new0 (EngPeer, eng_smart_ban_n_suspects (t->smart_ban, piece) + 1);
  n_found = eng_smart_ban_passed (t->smart_ban, piece, blocks, n, found);
  for (size_t i = 0; i < n_found; i++)
    ban (t, found[i]);
  (void) g_hash_table_remove (t->digests, GUINT_TO_POINTER (piece)); /* or none was kept */
}
