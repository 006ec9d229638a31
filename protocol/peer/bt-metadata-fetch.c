/* bt-metadata-fetch.c: which piece of the metadata is asked of whom, and who lies. */
#include "protocol/peer/bt-metadata-fetch.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

#define NOBODY UINT64_MAX

typedef struct
{
  uint64_t id;
  uint64_t paused_until_us;
  uint32_t size;     /* that it claims */
  uint32_t n_asked;  /* pieces that it owes */
  unsigned n_sole;   /* how often it was to send the whole alone */
  uint64_t heard_us; /* when a piece came of it, or it began to owe some */
  bool refused;      /* the pause is its own wish */
  bool lies;
} Peer;

typedef struct
{
  uint8_t *bytes;    /* owned; NULL while it is missing */
  uint64_t from;     /* who sent it */
  uint64_t asked;    /* whom it was asked of last; NOBODY for none */
  uint64_t asked_us; /* when */
} Piece;

struct BtMetadataFetch
{
  uint32_t max_size;
  GArray *peers;   /* of Peer */
  uint32_t size;   /* of the whole under way; 0: none */
  uint32_t n_have; /* pieces */
  uint32_t n_pieces;
  Piece *pieces;
  uint64_t moved_us; /* when the last piece came, or the first was asked for; 0: none was */
  bool doubt;        /* a whole of several senders was wrong: one sends all of it */
  uint64_t sole;     /* who, in doubt; NOBODY until one is found */
};

/* --- peers --- */

static Peer *
find_peer (const BtMetadataFetch *self, uint64_t id)
{
  for (guint i = 0; i < self->peers->len; i++)
    {
      Peer *peer = &g_array_index (self->peers, Peer, i);

      if (peer->id == id)
        return peer;
    }
  return NULL;
}

static bool
is_useful (const Peer *peer)
{
  return !peer->lies && peer->size > 0;
}

/* How many claim a size. */
static uint32_t
count_claims (const BtMetadataFetch *self, uint32_t size)
{
  uint32_t n = 0;

  for (guint i = 0; i < self->peers->len; i++)
    {
      const Peer *peer = &g_array_index (self->peers, Peer, i);

      n += is_useful (peer) && peer->size == size;
    }
  return n;
}

/* The size that most claim; the first of equals. */
static uint32_t
most_claimed (const BtMetadataFetch *self)
{
  uint32_t best = 0;
  uint32_t most = 0;

  for (guint i = 0; i < self->peers->len; i++)
    {
      const Peer *peer = &g_array_index (self->peers, Peer, i);
      uint32_t n = is_useful (peer) ? count_claims (self, peer->size) : 0;

      if (n > most)
        {
          most = n;
          best = peer->size;
        }
    }
  return best;
}

/* --- the whole --- */

static void
drop_pieces (BtMetadataFetch *self)
{
  for (uint32_t i = 0; i < self->n_pieces; i++)
    g_free (self->pieces[i].bytes);
  g_clear_pointer (&self->pieces, g_free);
  self->n_pieces = 0;
  self->n_have = 0;
  self->size = 0;
  self->moved_us = 0;
  for (guint i = 0; i < self->peers->len; i++)
    g_array_index (self->peers, Peer, i).n_asked = 0;
}

static void
begin (BtMetadataFetch *self, uint32_t size)
{
  self->size = size;
  self->n_pieces = bt_metadata_n_pieces (size);
  self->pieces = g_new0 (Piece, self->n_pieces);
  for (uint32_t i = 0; i < self->n_pieces; i++)
    self->pieces[i].asked = self->pieces[i].from = NOBODY;
}

/* Begins a whole when there is none, or when nobody is left who could send what is missing. */
static void
settle_size (BtMetadataFetch *self)
{
  uint32_t size;

  if (self->size > 0 && count_claims (self, self->size) > 0)
    return;
  drop_pieces (self);
  self->sole = NOBODY;
  size = most_claimed (self);
  if (size > 0)
    begin (self, size);
}

BtMetadataFetch *
bt_metadata_fetch_new (uint32_t max_size)
{
  BtMetadataFetch *self = g_new0 (BtMetadataFetch, 1);

  self->max_size = max_size;
  self->peers = g_array_new (FALSE, FALSE, sizeof (Peer));
  self->sole = NOBODY;
  return self;
}

void
bt_metadata_fetch_free (BtMetadataFetch *self)
{
  if (self == NULL)
    return;
  drop_pieces (self);
  g_array_unref (self->peers);
  g_free (self);
}

/* Nobody waits any longer for what was asked of the peer. */
static void
release (BtMetadataFetch *self, Peer *peer)
{
  for (uint32_t i = 0; i < self->n_pieces; i++)
    if (self->pieces[i].asked == peer->id)
      self->pieces[i].asked = NOBODY;
  peer->n_asked = 0;
  if (self->sole == peer->id)
    {
      uint32_t size = self->size;

      drop_pieces (self);
      begin (self, size);
      self->sole = NOBODY;
    }
}

bool
bt_metadata_fetch_add_peer (BtMetadataFetch *self, uint64_t peer, uint32_t size)
{
  Peer *known = find_peer (self, peer);

  if (size > self->max_size)
    size = 0;
  if (known != NULL && known->size != size)
    {
      release (self, known);
      known->size = size;
    }
  else if (known == NULL && size > 0)
    {
      Peer new = { .id = peer, .size = size };

      g_array_append_val (self->peers, new);
    }
  settle_size (self);
  return size > 0;
}

void
bt_metadata_fetch_remove_peer (BtMetadataFetch *self, uint64_t peer)
{
  Peer *known = find_peer (self, peer);

  if (known == NULL)
    return;
  release (self, known);
  g_array_remove_index_fast (self->peers, (guint) (known - (Peer *) (void *) self->peers->data));
  settle_size (self);
}

/* --- asking --- */

static void
set_pause (Peer *peer, bool refused, uint64_t now_us)
{
  peer->paused_until_us = now_us + BT_METADATA_PAUSE_US;
  peer->refused = refused;
}

/* Whether a peer could send pieces of that size, be it late. */
static bool
may_send (const Peer *peer, uint32_t size, uint64_t now_us)
{
  return is_useful (peer) && peer->size == size
         && !(peer->refused && now_us < peer->paused_until_us);
}

/* Who has let a piece wait for too long is asked no more for a while. */
static void
give_up (BtMetadataFetch *self, Piece *piece, uint64_t now_us)
{
  Peer *peer = find_peer (self, piece->asked);

  piece->asked = NOBODY;
  if (peer == NULL)
    return;
  set_pause (peer, false, now_us);
  release (self, peer);
}

/* Whether somebody else could send the whole now; who was too slow once, may be it. */
static bool
has_another (const BtMetadataFetch *self, uint64_t now_us)
{
  for (guint i = 0; i < self->peers->len; i++)
    {
      const Peer *peer = &g_array_index (self->peers, Peer, i);

      if (peer->id != self->sole && may_send (peer, self->size, now_us))
        return true;
    }
  return false;
}

/* When a piece that was asked for is given up. Others wait for the sole one: it has to send
 * something all the time, and for longer when it has its second turn. */
static uint64_t
late_us (const BtMetadataFetch *self, const Piece *piece, uint64_t now_us)
{
  const Peer *sole = self->doubt ? find_peer (self, self->sole) : NULL;
  uint64_t patience_us = BT_METADATA_PATIENCE_US;

  if (sole == NULL || !has_another (self, now_us))
    return piece->asked_us + BT_METADATA_REQUEST_US;
  for (unsigned i = 1; i < sole->n_sole && patience_us < BT_METADATA_REQUEST_US; i++)
    patience_us *= 2;
  return MAX (piece->asked_us, self->moved_us) + MIN (patience_us, BT_METADATA_REQUEST_US);
}

static void
give_up_late (BtMetadataFetch *self, uint64_t now_us)
{
  for (uint32_t i = 0; i < self->n_pieces; i++)
    {
      Piece *piece = &self->pieces[i];

      if (piece->bytes != NULL || piece->asked == NOBODY || now_us < late_us (self, piece, now_us))
        continue;
      give_up (self, piece, now_us);
    }
}

/* Whether the peer may be asked for a piece: that nobody was asked for, or that another has been
 * slow with. */
static bool
may_ask (const Piece *piece, uint64_t peer, bool again, uint64_t now_us)
{
  if (piece->bytes != NULL || piece->asked == peer)
    return false;
  if (!again)
    return piece->asked == NOBODY;
  return now_us >= piece->asked_us + BT_METADATA_PATIENCE_US;
}

static bool
choose (BtMetadataFetch *self, Peer *peer, bool again, uint64_t now_us, uint32_t *out)
{
  for (uint32_t i = 0; i < self->n_pieces; i++)
    {
      Piece *piece = &self->pieces[i];

      if (!may_ask (piece, peer->id, again, now_us))
        continue;
      piece->asked = peer->id;
      piece->asked_us = now_us;
      if (peer->n_asked == 0)
        peer->heard_us = now_us;
      if (self->moved_us == 0)
        self->moved_us = now_us;
      peer->n_asked++;
      *out = i;
      return true;
    }
  return false;
}

/* Whether those who claim the size under way have let us wait for too long. */
static bool
is_stuck (const BtMetadataFetch *self, uint64_t now_us)
{
  return self->moved_us > 0 && now_us >= self->moved_us + BT_METADATA_STALL_US;
}

/* Who was too slow waits for nothing when there is nobody quicker: the one that has waited for
 * longest is asked again. */
static bool
waits (const BtMetadataFetch *self, const Peer *peer, uint64_t now_us)
{
  if (now_us >= peer->paused_until_us)
    return false;
  if (peer->refused)
    return true;
  for (guint i = 0; i < self->peers->len; i++)
    {
      const Peer *other = &g_array_index (self->peers, Peer, i);

      if (may_send (other, peer->size, now_us) && other->paused_until_us < peer->paused_until_us)
        return true;
    }
  return false;
}

/* Those who claim another size have their turn when these are stuck: else a crowd that claims a
 * size and sends nothing would keep everybody else out. */
static bool
has_turn (BtMetadataFetch *self, const Peer *peer, uint64_t now_us)
{
  if (!is_useful (peer) || waits (self, peer, now_us))
    return false;
  if (peer->size != self->size && is_stuck (self, now_us))
    {
      drop_pieces (self);
      begin (self, peer->size);
      self->sole = NOBODY;
    }
  return peer->size == self->size;
}

/* Who does not answer is not to ask others' pieces away from those who would. */
static bool
is_lively (const Peer *peer, uint64_t now_us)
{
  return peer->n_asked == 0 || now_us < peer->heard_us + BT_METADATA_PATIENCE_US;
}

bool
bt_metadata_fetch_next (BtMetadataFetch *self, uint64_t peer, uint64_t now_us, uint32_t *piece)
{
  Peer *known;

  give_up_late (self, now_us);
  known = find_peer (self, peer);
  if (known == NULL || !has_turn (self, known, now_us) || self->n_have == self->n_pieces
      || known->n_asked >= BT_METADATA_PIPELINE)
    return false;
  if (self->doubt && self->sole == NOBODY)
    {
      self->sole = peer;
      known->n_sole++;
    }
  if (self->doubt && self->sole != peer)
    return false;
  return choose (self, known, false, now_us, piece)
         || (is_lively (known, now_us) && choose (self, known, true, now_us, piece));
}

/* --- answers --- */

static void
keep (BtMetadataFetch *self, Piece *piece, uint64_t from, const BtMetadataMessage *message,
      uint64_t now_us)
{
  piece->bytes = g_memdup2 (message->bytes, message->len);
  piece->from = from;
  piece->asked = NOBODY;
  self->n_have++;
  self->moved_us = now_us;
}

/* What comes late, of a whole that has failed, counts as an answer to what was asked since: the
 * number of pieces that a peer owes may be too low. */
static bool
is_asked_of (const BtMetadataFetch *self, uint32_t piece, uint64_t peer)
{
  return piece < self->n_pieces && self->pieces[piece].asked == peer;
}

BtMetadataTaken
bt_metadata_fetch_data (BtMetadataFetch *self, uint64_t peer, const BtMetadataMessage *message,
                        uint64_t now_us)
{
  Peer *known = find_peer (self, peer);

  if (known == NULL || (known->n_asked == 0 && !is_asked_of (self, message->piece, peer)))
    return BT_METADATA_IGNORED;
  if (message->piece >= self->n_pieces
      || message->len != bt_metadata_piece_len (self->size, message->piece)
      || (message->total_size > 0 && message->total_size != self->size))
    return BT_METADATA_WRONG;
  known->n_asked -= known->n_asked > 0;
  known->heard_us = now_us;
  if (self->pieces[message->piece].bytes != NULL)
    return BT_METADATA_IGNORED;
  keep (self, &self->pieces[message->piece], peer, message, now_us);
  return self->n_have == self->n_pieces ? BT_METADATA_WHOLE : BT_METADATA_TAKEN;
}

void
bt_metadata_fetch_reject (BtMetadataFetch *self, uint64_t peer, uint32_t piece, uint64_t now_us)
{
  Peer *known = find_peer (self, peer);

  if (known == NULL || known->n_asked == 0 || piece >= self->n_pieces)
    return;
  set_pause (known, true, now_us);
  release (self, known);
}

/* --- the end --- */

uint8_t *
bt_metadata_fetch_whole (const BtMetadataFetch *self, size_t *len)
{
  uint8_t *whole = g_malloc (self->size);

  bt_assert (self->n_pieces > 0 && self->n_have == self->n_pieces);
  for (uint32_t i = 0; i < self->n_pieces; i++)
    memcpy (whole + (size_t) i * BT_METADATA_PIECE_LEN, self->pieces[i].bytes,
            bt_metadata_piece_len (self->size, i));
  *len = self->size;
  return whole;
}

/* Who sent everything, or NOBODY when it was several. */
static uint64_t
only_sender (const BtMetadataFetch *self)
{
  for (uint32_t i = 1; i < self->n_pieces; i++)
    if (self->pieces[i].from != self->pieces[0].from)
      return NOBODY;
  return self->pieces[0].from;
}

void
bt_metadata_fetch_failed (BtMetadataFetch *self)
{
  uint64_t sender;
  Peer *peer;

  bt_assert (self->n_pieces > 0 && self->n_have == self->n_pieces);
  sender = only_sender (self);
  peer = find_peer (self, sender);
  if (sender == NOBODY)
    self->doubt = true;
  else if (peer != NULL)
    peer->lies = true;
  self->sole = NOBODY;
  drop_pieces (self);
  settle_size (self);
}

bool
bt_metadata_fetch_is_liar (const BtMetadataFetch *self, uint64_t peer)
{
  const Peer *known = find_peer (self, peer);

  return known != NULL && known->lies;
}

/* When the wait for a piece comes to its next end. */
static uint64_t
piece_deadline (const BtMetadataFetch *self, const Piece *piece, uint64_t now_us)
{
  uint64_t patience = piece->asked_us + BT_METADATA_PATIENCE_US;
  uint64_t late = late_us (self, piece, now_us);

  if (piece->bytes != NULL || piece->asked == NOBODY)
    return UINT64_MAX;
  return now_us < patience ? MIN (patience, late) : late;
}

uint64_t
bt_metadata_fetch_deadline (const BtMetadataFetch *self, uint64_t now_us)
{
  uint64_t deadline = UINT64_MAX;

  for (uint32_t i = 0; i < self->n_pieces; i++)
    deadline = MIN (deadline, piece_deadline (self, &self->pieces[i], now_us));
  for (guint i = 0; i < self->peers->len; i++)
    {
      const Peer *peer = &g_array_index (self->peers, Peer, i);

      if (is_useful (peer) && peer->paused_until_us > now_us)
        deadline = MIN (deadline, peer->paused_until_us);
    }
  return MAX (deadline, now_us + 1);
}

void
bt_metadata_fetch_progress (const BtMetadataFetch *self, uint32_t *have, uint32_t *all)
{
  *have = self->n_have;
  *all = self->n_pieces;
}
