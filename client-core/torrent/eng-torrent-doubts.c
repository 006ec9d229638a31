/* eng-torrent-doubts.c: pieces of v2 that are not good: peers are asked for the leaves that they
 * should have (BEP 52). What differs from them is banned with whoever sent it, and comes again
 * alone; the other blocks stay. Where nobody gives leaves, eng-torrent-blame.c finds out the long
 * way. */
#include "client-core/torrent/eng-torrent-private.h"

static void
forget_digests (EngTorrent *t, uint32_t piece)
{
  (void) g_hash_table_remove (t->spoilt, GUINT_TO_POINTER (piece)); /* or there were none */
}

static void
give_up (EngTorrent *t, uint32_t piece)
{
  const uint8_t *digests = g_hash_table_lookup (t->spoilt, GUINT_TO_POINTER (piece));

  if (digests != NULL)
    eng_torrent_note_spoilt (t, piece, digests);
  forget_digests (t, piece);
  eng_storage_forget (t->storage, piece);
  eng_torrent_piece_bad (t, piece);
}

/* Bans each sender of a block that is not good, once. */
static void
ban_senders (EngTorrent *t, uint32_t piece, const BtBitfield *good)
{
  g_autofree EngPeer *senders = g_new0 (EngPeer, good->n_bits);
  g_autoptr (GHashTable) banned = g_hash_table_new (NULL, NULL);

  eng_picker_senders (t->picker, piece, senders);
  for (size_t i = bt_bitfield_next_unset (good, 0); i < good->n_bits;
       i = bt_bitfield_next_unset (good, i + 1))
    if (senders[i] != 0 && g_hash_table_add (banned, GUINT_TO_POINTER (senders[i])))
      eng_torrent_ban (t, senders[i]);
}

/* Who sent all of it needs no proof. */
static void
ban_sole_sender (EngTorrent *t, uint32_t piece)
{
  uint32_t n = eng_picker_n_blocks (t->picker, piece);
  g_autofree EngPeer *senders = g_new0 (EngPeer, n);

  eng_picker_senders (t->picker, piece, senders);
  for (uint32_t i = 1; i < n; i++)
    if (senders[i] != senders[0])
      return;
  if (senders[0] != 0)
    eng_torrent_ban (t, senders[0]);
}

static void
resolve (EngTorrent *t, uint32_t piece, const BtBitfield *good)
{
  uint32_t size = eng_torrent_wanted_size (t, piece);

  forget_digests (t, piece);
  ban_senders (t, piece, good);
  eng_storage_mend (t->storage, piece, good);
  for (size_t i = bt_bitfield_next_unset (good, 0); i < good->n_bits;
       i = bt_bitfield_next_unset (good, i + 1))
    {
      eng_picker_spoilt (t->picker, (EngBlock){ piece, (uint32_t) i });
      t->wasted += MIN (BT_BLOCK_LEN, size - i * BT_BLOCK_LEN);
    }
}

static void
ask (EngLink *link, uint64_t now_us)
{
  EngTorrent *t = link->torrent;
  BtWire *wire = eng_connection_wire (link->connection);
  BtHashRequest request;
  bool asked = false;

  if (!eng_link_talks (link) || !wire->config.v2
      || eng_candidates_ban_reason (t->candidates, eng_connection_remote (link->connection))
             != ENG_BAN_NONE)
    return; /* or it is being closed */
  while (eng_doubts_next (t->doubts, link->id, &link->have, now_us, &request))
    {
      bt_wire_send_hash_request (wire, &request);
      asked = true;
    }
  if (asked)
    eng_connection_flush (link->connection);
}

static void
go_on (EngTorrent *t)
{
  uint64_t now_us = eng_torrent_now (t);
  BtBitfield good;
  uint32_t piece;

  if (t->doubts == NULL || t->stopping || t->state != ENG_TORRENT_DOWNLOADING)
    return;
  while (eng_doubts_next_proved (t->doubts, &piece, &good))
    {
      resolve (t, piece, &good);
      bt_bitfield_clear (&good);
    }
  for (guint i = 0; i < t->links->len; i++)
    ask (t->links->pdata[i], now_us);
  while (eng_doubts_next_hopeless (t->doubts, now_us, &piece))
    give_up (t, piece);
}

void
eng_torrent_doubted (EngTorrent *t, uint32_t piece, const uint8_t *leaves, const uint8_t *digests)
{
  size_t len = (size_t) eng_picker_n_blocks (t->picker, piece) * BT_SHA1_LEN;

  if (t->doubts == NULL)
    {
      t->doubts = eng_doubts_new (t->metainfo, t->config.ops);
      t->spoilt = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    }
  if (digests != NULL)
    (void) g_hash_table_replace (t->spoilt, GUINT_TO_POINTER (piece), g_memdup2 (digests, len));
  eng_torrent_tell_spoilt (t, piece);
  ban_sole_sender (t, piece);
  if (eng_doubts_add (t->doubts, piece, leaves, eng_torrent_now (t)))
    go_on (t);
  else
    give_up (t, piece);
}

void
eng_link_take_hashes (EngLink *link, const BtHashes *hashes)
{
  EngTorrent *t = link->torrent;

  if (t->doubts == NULL)
    {
      bt_wire_note_chatter (eng_connection_wire (link->connection)); /* nobody has asked */
      return;
    }
  if (eng_doubts_take (t->doubts, link->id, hashes) == ENG_HASHES_FALSE)
    eng_torrent_ban (t, link->id);
  go_on (t);
}

void
eng_link_hashes_rejected (EngLink *link, const BtHashRequest *request)
{
  EngTorrent *t = link->torrent;

  if (t->doubts == NULL)
    {
      bt_wire_note_chatter (eng_connection_wire (link->connection)); /* nobody has asked */
      return;
    }
  eng_doubts_rejected (t->doubts, link->id, request);
  go_on (t);
}

void
eng_link_forget_doubts (EngLink *link)
{
  if (link->torrent->doubts != NULL)
    eng_doubts_leave (link->torrent->doubts, link->id);
}

void
eng_torrent_doubts_tick (EngTorrent *t)
{
  go_on (t);
}

void
eng_torrent_doubts_passed (EngTorrent *t, uint32_t piece)
{
  if (t->doubts != NULL)
    eng_doubts_remove (t->doubts, piece);
}

void
eng_torrent_doubts_clear (EngTorrent *t)
{
  eng_doubts_free (t->doubts);
  g_clear_pointer (&t->spoilt, g_hash_table_unref);
}
