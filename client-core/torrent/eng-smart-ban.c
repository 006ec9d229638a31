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
  unsigned n_failed; /* times */
  GArray *suspects;
  GHashTable *barred; /* of EngPeer */
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
  g_hash_table_unref (failed->barred);
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

static FailedPiece *
add_piece (EngSmartBan *self, uint32_t piece)
{
  FailedPiece *failed = g_new (FailedPiece, 1);

  *failed = (FailedPiece){ .piece = piece,
                           .suspects = g_array_new (FALSE, FALSE, sizeof (Suspect)),
                           .barred = g_hash_table_new (g_direct_hash, g_direct_equal) };
  (void) g_hash_table_insert (self->pieces, GUINT_TO_POINTER (piece), failed); /* it is new */
  g_queue_push_tail (&self->order, failed);
  return failed;
}

/* Who is not to try the piece next. */
static void
bar (FailedPiece *failed, const GArray *senders)
{
  guint step = failed->n_failed == 1 ? 2 : 1;

  g_hash_table_remove_all (failed->barred);
  for (guint i = 0; i < senders->len; i += step)
    (void) g_hash_table_add (failed->barred,
                             GUINT_TO_POINTER (g_array_index (senders, EngPeer, i)));
}

static void
remember (EngSmartBan *self, uint32_t piece, const EngSentBlock *blocks, uint32_t n_blocks,
          const GArray *senders)
{
  FailedPiece *failed = find_piece (self, piece);

  if (failed == NULL)
    failed = add_piece (self, piece);
  failed->n_failed++;
  bar (failed, senders);
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

/* --- whose fault it was --- */

static bool
has_part (const FailedPiece *failed, EngPeer peer)
{
  for (guint i = 0; i < failed->suspects->len; i++)
    if (g_array_index (failed->suspects, Suspect, i).sent.peer == peer)
      return true;
  return false;
}

/* Nobody is under suspicion for a piece any longer, whom no other piece accuses. */
static void
acquit (EngSmartBan *self, const GArray *suspects)
{
  g_autoptr (GHashTable) accused = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (const GList *i = self->order.head; i != NULL; i = i->next)
    for (guint k = 0; k < ((const FailedPiece *) i->data)->suspects->len; k++)
      (void) g_hash_table_add (
          accused,
          GUINT_TO_POINTER (
              g_array_index (((const FailedPiece *) i->data)->suspects, Suspect, k).sent.peer));
  for (guint i = 0; i < suspects->len; i++)
    {
      void *peer = GUINT_TO_POINTER (g_array_index (suspects, Suspect, i).sent.peer);
      Trust *trust = g_hash_table_lookup (self->peers, peer);

      if (trust == NULL || !trust->parole || g_hash_table_contains (accused, peer))
        continue;
      trust->parole = false;
      trust->trust = (int8_t) (trust->trust - TRUST_BAD);
    }
}

/* The peer is to be banned; what it had a part in needs no other explanation. */
static void
convict (EngSmartBan *self, EngPeer peer)
{
  GList *next;

  eng_smart_ban_forget (self, peer);
  for (GList *i = self->order.head; i != NULL; i = next)
    {
      FailedPiece *failed = i->data;
      g_autoptr (GArray) suspects = NULL;

      next = i->next;
      if (!has_part (failed, peer))
        continue;
      suspects = g_array_ref (failed->suspects);
      drop_piece (self, failed);
      acquit (self, suspects);
    }
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
      n++;
    }
  if (senders->len > 1)
    remember (self, piece, blocks, n_blocks, senders);
  for (size_t i = 0; i < n; i++)
    if (out[i].verdict == ENG_VERDICT_BAN)
      convict (self, out[i].peer);
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

/* Who sent a block of it that was another one before. */
static size_t
compare (const FailedPiece *failed, const EngSentBlock *blocks, uint32_t n_blocks, EngPeer *out)
{
  size_t n = 0;

  for (guint i = 0; i < failed->suspects->len; i++)
    {
      const Suspect *suspect = &g_array_index (failed->suspects, Suspect, i);

      if (suspect->block < n_blocks && !is_listed (out, n, suspect->sent.peer)
          && is_other (&suspect->sent, &blocks[suspect->block]))
        out[n++] = suspect->sent.peer;
    }
  return n;
}

size_t
eng_smart_ban_passed (EngSmartBan *self, uint32_t piece, const EngSentBlock *blocks,
                      uint32_t n_blocks, EngPeer *out)
{
  FailedPiece *failed = find_piece (self, piece);
  size_t n = failed != NULL ? compare (failed, blocks, n_blocks, out) : 0;

  reward (self, blocks, n_blocks);
  if (failed != NULL && n == 0)
    drop_piece (self, failed);
  for (size_t i = 0; i < n; i++)
    convict (self, out[i]);
  return n;
}

/* --- trials --- */

static bool
is_held (const FailedPiece *failed)
{
  return failed != NULL && failed->n_failed <= ENG_SMART_BAN_TRIALS;
}

bool
eng_smart_ban_is_held (const EngSmartBan *self, uint32_t piece)
{
  return is_held (find_piece (self, piece));
}

static const FailedPiece *
trial_of (const EngSmartBan *self)
{
  const GList *i = self->order.head;

  while (i != NULL && !is_held (i->data))
    i = i->next;
  return i != NULL ? i->data : NULL;
}

uint32_t
eng_smart_ban_trial (const EngSmartBan *self)
{
  const FailedPiece *failed = trial_of (self);

  return failed != NULL ? failed->piece : UINT32_MAX;
}

bool
eng_smart_ban_is_barred (const EngSmartBan *self, EngPeer peer)
{
  const FailedPiece *failed = trial_of (self);

  return failed != NULL && g_hash_table_contains (failed->barred, GUINT_TO_POINTER (peer));
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
