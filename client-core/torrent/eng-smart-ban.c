/* eng-smart-ban.c: remembered blocks by piece, and the peers' trust. */
#include "client-core/torrent/eng-smart-ban.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"

#define TRUST_BAD -2
#define TRUST_MAX 8
#define TRUST_BAN -7

/* A block of a failed piece. */
typedef struct
{
  uint32_t block;
  EngSentBlock sent;
} Suspect;

typedef struct
{
  uint32_t piece;
  GArray *suspects;
} FailedPiece;

typedef struct
{
  int8_t trust;
  bool parole;
} Trust;

struct EngSmartBan
{
  GHashTable *pieces; /* owns; by FailedPiece.piece */
  GQueue order;       /* lends them, the oldest first */
  uint32_t n_suspects;
  GHashTable *peers; /* owns; EngPeer to Trust */
};

static void
failed_piece_free (gpointer data)
{
  FailedPiece *failed = data;

  g_array_unref (failed->suspects);
  g_free (failed);
}

EngSmartBan *
eng_smart_ban_new (void)
{
  EngSmartBan *self = g_new0 (EngSmartBan, 1);

  self->pieces = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, failed_piece_free);
  self->peers = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);
  g_queue_init (&self->order);
  return self;
}

void
eng_smart_ban_free (EngSmartBan *self)
{
  if (self == NULL)
    return;
  g_queue_clear (&self->order);
  g_hash_table_unref (self->pieces);
  g_hash_table_unref (self->peers);
  g_free (self);
}

/* Sixteen at a time: more than any table has lanes for. */
void
eng_smart_ban_digest (const BtDigestOps *ops, const uint8_t *data, size_t len, EngSentBlock *blocks)
{
  BtDigestMessage messages[16];
  size_t n = 0;

  for (size_t at = 0; at < len; at += BT_BLOCK_LEN)
    {
      messages[n++] = (BtDigestMessage){ .data = data + at,
                                         .len = MIN (len - at, BT_BLOCK_LEN),
                                         .out = blocks[at / BT_BLOCK_LEN].digest };
      if (n == G_N_ELEMENTS (messages) || len - at <= BT_BLOCK_LEN)
        {
          ops->hash (BT_SHA1, messages, n);
          n = 0;
        }
    }
}

static FailedPiece *
find_piece (const EngSmartBan *self, uint32_t piece)
{
  return g_hash_table_lookup (self->pieces, GUINT_TO_POINTER (piece));
}

static void
drop_piece (EngSmartBan *self, FailedPiece *failed)
{
  self->n_suspects -= failed->suspects->len;
  (void) g_queue_remove (&self->order, failed);                                /* it is there */
  (void) g_hash_table_remove (self->pieces, GUINT_TO_POINTER (failed->piece)); /* it is there */
}

static void
remember (EngSmartBan *self, uint32_t piece, const EngSentBlock *blocks, uint32_t n_blocks)
{
  FailedPiece *failed = find_piece (self, piece);

  if (failed == NULL)
    {
      failed = g_new (FailedPiece, 1);
      *failed = (FailedPiece){ piece, g_array_new (FALSE, FALSE, sizeof (Suspect)) };
      (void) g_hash_table_insert (self->pieces, GUINT_TO_POINTER (piece), failed); /* it is new */
      g_queue_push_tail (&self->order, failed);
    }
  for (uint32_t i = 0; i < n_blocks; i++)
    {
      Suspect suspect = { i, blocks[i] };

      if (blocks[i].peer == 0)
        continue;
      g_array_append_val (failed->suspects, suspect);
      self->n_suspects++;
    }
  while (self->n_suspects > ENG_SMART_BAN_BLOCKS)
    drop_piece (self, g_queue_peek_head (&self->order));
}

/* NULL for one more peer than is kept; such a one is judged by digests alone. */
static Trust *
trust_of (EngSmartBan *self, EngPeer peer)
{
  Trust *trust = g_hash_table_lookup (self->peers, GUINT_TO_POINTER (peer));

  if (trust != NULL || g_hash_table_size (self->peers) >= ENG_SMART_BAN_PEERS)
    return trust;
  trust = g_new0 (Trust, 1);
  (void) g_hash_table_insert (self->peers, GUINT_TO_POINTER (peer), trust); /* it is new */
  return trust;
}

/* The peers of the blocks, each once; 0, too, if it is there. */
static GArray *
senders_of (const EngSentBlock *blocks, uint32_t n_blocks)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);
  GArray *senders = g_array_new (FALSE, FALSE, sizeof (EngPeer));

  for (uint32_t i = 0; i < n_blocks; i++)
    if (g_hash_table_add (seen, GUINT_TO_POINTER (blocks[i].peer)))
      g_array_append_val (senders, blocks[i].peer);
  return senders;
}

static EngVerdict
judge (EngSmartBan *self, EngPeer peer, bool alone)
{
  Trust *trust = trust_of (self, peer);

  if (alone)
    return ENG_VERDICT_BAN;
  if (trust == NULL || trust->parole) /* the piece was begun before the parole */
    return ENG_VERDICT_PAROLE;
  trust->parole = true;
  trust->trust = (int8_t) (trust->trust + TRUST_BAD);
  return trust->trust <= TRUST_BAN ? ENG_VERDICT_BAN : ENG_VERDICT_PAROLE;
}

size_t
eng_smart_ban_failed (EngSmartBan *self, uint32_t piece, const EngSentBlock *blocks,
                      uint32_t n_blocks, EngJudgement *out)
{
  g_autoptr (GArray) senders = senders_of (blocks, n_blocks);
  size_t n = 0;

  for (guint i = 0; i < senders->len; i++)
    {
      EngPeer peer = g_array_index (senders, EngPeer, i);

      if (peer == 0)
        continue;
      out[n] = (EngJudgement){ peer, judge (self, peer, senders->len == 1) };
      if (out[n++].verdict == ENG_VERDICT_BAN)
        eng_smart_ban_forget (self, peer);
    }
  if (senders->len > 1)
    remember (self, piece, blocks, n_blocks);
  return n;
}

bool
eng_smart_ban_remembers (const EngSmartBan *self, uint32_t piece)
{
  return find_piece (self, piece) != NULL;
}

size_t
eng_smart_ban_n_suspects (const EngSmartBan *self, uint32_t piece)
{
  const FailedPiece *failed = find_piece (self, piece);

  return failed != NULL ? failed->suspects->len : 0;
}

static void
reward (EngSmartBan *self, const EngSentBlock *blocks, uint32_t n_blocks)
{
  g_autoptr (GArray) senders = senders_of (blocks, n_blocks);

  for (guint i = 0; i < senders->len; i++)
    {
      EngPeer peer = g_array_index (senders, EngPeer, i);
      Trust *trust = peer != 0 ? trust_of (self, peer) : NULL;

      if (trust == NULL)
        continue;
      trust->trust = (int8_t) MIN (trust->trust + 1, TRUST_MAX);
      if (senders->len == 1)
        trust->parole = false;
    }
}

static bool
is_listed (const EngPeer *peers, size_t n, EngPeer peer)
{
  for (size_t i = 0; i < n; i++)
    if (peers[i] == peer)
      return true;
  return false;
}

/* Zeros stand for a digest that nobody took. */
static bool
is_other (const EngSentBlock *a, const EngSentBlock *b)
{
  static const uint8_t unknown[BT_SHA1_LEN];

  return memcmp (a->digest, unknown, BT_SHA1_LEN) != 0
         && memcmp (b->digest, unknown, BT_SHA1_LEN) != 0
         && memcmp (a->digest, b->digest, BT_SHA1_LEN) != 0;
}

size_t
eng_smart_ban_passed (EngSmartBan *self, uint32_t piece, const EngSentBlock *blocks,
                      uint32_t n_blocks, EngPeer *out)
{
  FailedPiece *failed = find_piece (self, piece);
  size_t n = 0;

  reward (self, blocks, n_blocks);
  for (guint i = 0; failed != NULL && i < failed->suspects->len; i++)
    {
      const Suspect *suspect = &g_array_index (failed->suspects, Suspect, i);

      if (suspect->block >= n_blocks || is_listed (out, n, suspect->sent.peer)
          || !is_other (&suspect->sent, &blocks[suspect->block]))
        continue;
      out[n++] = suspect->sent.peer;
      eng_smart_ban_forget (self, suspect->sent.peer);
    }
  if (failed != NULL)
    drop_piece (self, failed);
  return n;
}

bool
eng_smart_ban_on_parole (const EngSmartBan *self, EngPeer peer)
{
  const Trust *trust = g_hash_table_lookup (self->peers, GUINT_TO_POINTER (peer));

  return trust != NULL && trust->parole;
}

void
eng_smart_ban_forget (EngSmartBan *self, EngPeer peer)
{
  (void) g_hash_table_remove (self->peers, GUINT_TO_POINTER (peer)); /* or it was not there */
}
