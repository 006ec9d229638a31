/* eng-torrent-blame.c: who sent what a bad piece was made of.
 *
 * Until a piece is bad nothing is kept; of that one the disk tells the digests of the blocks as
 * they came. From then on the digest of each block that comes is kept while its piece is under way,
 * so that the good piece tells which block of the bad one was not true. What else a banned peer has
 * sent of v1 is thrown away before it spoils more pieces. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"

/* A trial that takes longer, because those who may try it are slow, is for everybody. */
#define SENDERS_TOLD 8
#define TRIAL_US (60 * G_USEC_PER_SEC)

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

void
eng_torrent_note_spoilt (EngTorrent *t, uint32_t piece, const uint8_t *digests)
{
  size_t len = (size_t) eng_picker_n_blocks (t->picker, piece) * BT_SHA1_LEN;

  if (t->digests == NULL)
    t->digests = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  (void) g_hash_table_replace (t->digests, GUINT_TO_POINTER (piece), g_memdup2 (digests, len));
}

/* --- pieces that are tried --- */

/* The pieces that are held are those that the smart ban holds, and nobody has a piece for a parole
 * that is over. @anew: what is tried has failed. */
static void
update_trials (EngTorrent *t, bool anew)
{
  uint32_t trial = eng_smart_ban_trial (t->smart_ban);

  if (trial != t->trial || anew)
    t->trial_since_us = eng_torrent_now (t);
  t->trial = trial;
  for (guint i = 0; i < t->tried->len;)
    {
      uint32_t piece = g_array_index (t->tried, uint32_t, i);

      if (eng_smart_ban_is_held (t->smart_ban, piece))
        {
          i++;
          continue;
        }
      eng_picker_hold (t->picker, piece, false);
      g_array_remove_index_fast (t->tried, i);
    }
  for (guint i = 0; i < t->links->len; i++)
    {
      EngPeer id = ((const EngLink *) t->links->pdata[i])->id;

      if (!eng_smart_ban_on_parole (t->smart_ban, id))
        eng_picker_end_parole (t->picker, id);
    }
}

static void
hold (EngTorrent *t, uint32_t piece)
{
  if (!eng_smart_ban_is_held (t->smart_ban, piece))
    return;
  eng_picker_hold (t->picker, piece, true);
  for (guint i = 0; i < t->tried->len; i++)
    if (g_array_index (t->tried, uint32_t, i) == piece)
      return;
  g_array_append_val (t->tried, piece);
}

static bool
may_try (const EngLink *link, uint32_t piece)
{
  const BtBitfield *may_ask = link->open ? eng_link_may_ask (link) : NULL;

  return may_ask != NULL && bt_bitfield_test (may_ask, piece) && !link->requests.snubbed;
}

/* Who is barred tries it all the same when nobody else is there, or after a while. */
bool
eng_link_tries (const EngLink *link, uint32_t *piece)
{
  const EngTorrent *t = link->torrent;
  uint32_t trial = t->trial;

  if (trial == UINT32_MAX || !may_try (link, trial))
    return false;
  *piece = trial;
  if (!eng_smart_ban_is_barred (t->smart_ban, link->id)
      || eng_torrent_now (t) - t->trial_since_us > TRIAL_US)
    return true;
  for (guint i = 0; i < t->links->len; i++)
    {
      const EngLink *other = t->links->pdata[i];

      if (may_try (other, trial) && !eng_smart_ban_is_barred (t->smart_ban, other->id))
        return false;
    }
  return true;
}

/* --- verdicts --- */

/* What has come of a piece in which the peer had a part comes again, unless leaves will tell which
 * of it. */
static void
throw_away (EngTorrent *t, EngPeer peer)
{
  uint32_t piece;

  if (t->proves)
    return;

  while ((piece = eng_picker_find_part (t->picker, peer)) < t->layout->n_pieces)
    {
      eng_storage_forget (t->storage, piece);
      eng_picker_restart (t->picker, piece);
      if (t->digests != NULL)
        (void) g_hash_table_remove (t->digests, GUINT_TO_POINTER (piece)); /* or none was kept */
    }
}

/* Where a peer is, or was; NULL when that is not known any more. Lent. */
static const BtEndpoint *
address_of (EngTorrent *t, EngPeer peer)
{
  const EngLink *link = eng_torrent_link_of (t, peer);
  const EngCandidate *candidate = eng_candidates_find (t->candidates, peer);

  if (link != NULL)
    return eng_connection_remote (link->connection);
  return candidate != NULL ? &candidate->endpoint : NULL;
}

/* Of many the first are enough for a person. */
void
eng_torrent_tell_spoilt (EngTorrent *t, uint32_t piece)
{
  uint32_t n = eng_picker_n_blocks (t->picker, piece);
  g_autofree EngPeer *senders = g_new0 (EngPeer, n);
  g_autoptr (GHashTable) told = g_hash_table_new (NULL, NULL);
  g_autoptr (GString) list = g_string_new (NULL);

  if (t->config.events->spoilt == NULL)
    return;
  eng_picker_senders (t->picker, piece, senders);
  for (uint32_t i = 0; i < n && g_hash_table_size (told) < SENDERS_TOLD; i++)
    {
      const BtEndpoint *address = senders[i] != 0 ? address_of (t, senders[i]) : NULL;
      char text[BT_ENDPOINT_TEXT];

      if (address == NULL || !g_hash_table_add (told, GUINT_TO_POINTER (senders[i])))
        continue;
      (void) bt_endpoint_write (address, text); /* the length is not needed */
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", text);
    }
  t->config.events->spoilt (t->config.owner, piece, list->str);
}

/* It may have gone meanwhile. */
void
eng_torrent_ban (EngTorrent *t, EngPeer peer)
{
  EngLink *link = eng_torrent_link_of (t, peer);
  const EngCandidate *candidate = eng_candidates_find (t->candidates, peer);
  const BtEndpoint *address = address_of (t, peer);

  if (address != NULL && t->config.events->banned != NULL)
    t->config.events->banned (t->config.owner, address);
  throw_away (t, peer);
  if (link != NULL)
    eng_candidates_ban (t->candidates, eng_connection_remote (link->connection), ENG_BAN_BAD_DATA,
                        UINT64_MAX);
  else if (candidate != NULL)
    {
      BtEndpoint endpoint = candidate->endpoint; /* which goes with it */

      eng_candidates_ban (t->candidates, &endpoint, ENG_BAN_BAD_DATA, UINT64_MAX);
    }
  if (link != NULL)
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
      eng_torrent_ban (t, judgements[i].peer);
  hold (t, piece);
  update_trials (t, piece == t->trial);
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
    eng_torrent_ban (t, found[i]);
  update_trials (t, false);
  (void) g_hash_table_remove (t->digests, GUINT_TO_POINTER (piece)); /* or none was kept */
}
