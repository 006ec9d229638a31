/* eng-doubts.c: see the header. */
#include "client-core/torrent/eng-doubts.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-merkle.h"

typedef struct
{
  EngPeer peer;
  uint64_t asked_us;
  bool waits; /* its answer is to come */
} Asked;

typedef struct
{
  uint32_t piece;
  uint32_t n;     /* blocks */
  uint8_t *came;  /* their leaves; NULL once the verdict was told */
  uint8_t *truth; /* NULL until it is known */
  BtHashRequest request;
  const uint8_t *top; /* the hash of the piece */
  Asked asked[ENG_DOUBTS_ASKED];
  unsigned n_asked;
  uint64_t since_us; /* it came */
} Doubt;

struct EngDoubts
{
  const BtMetainfo *metainfo;
  const BtDigestOps *ops;
  GArray *doubts;
};

static void
clear_doubt (void *data)
{
  Doubt *doubt = data;

  g_free (doubt->came);
  g_free (doubt->truth);
}

EngDoubts *
eng_doubts_new (const BtMetainfo *metainfo, const BtDigestOps *ops)
{
  EngDoubts *self = g_new0 (EngDoubts, 1);

  self->metainfo = metainfo;
  self->ops = ops;
  self->doubts = g_array_new (FALSE, FALSE, sizeof (Doubt));
  g_array_set_clear_func (self->doubts, clear_doubt);
  return self;
}

void
eng_doubts_free (EngDoubts *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->doubts);
  g_free (self);
}

static Doubt *
doubt_at (const EngDoubts *self, guint i)
{
  return &g_array_index (self->doubts, Doubt, i);
}

static Doubt *
find (const EngDoubts *self, uint32_t piece)
{
  for (guint i = 0; i < self->doubts->len; i++)
    if (doubt_at (self, i)->piece == piece)
      return doubt_at (self, i);
  return NULL;
}

/* The leaves of a piece are those of a whole subtree: filled up to its height, or, of a file that
 * is no longer than a piece, to that of its own tree. */
static bool
describe (const EngDoubts *self, Doubt *doubt)
{
  const BtLayout *layout = bt_metainfo_layout (self->metainfo);
  uint64_t start = bt_layout_piece_start (layout, doubt->piece);
  const BtFile *file = &layout->files[bt_layout_file_at (layout, start)];
  uint64_t left = file->offset + file->length - start;
  uint32_t width = 1;

  doubt->top = bt_metainfo_piece_v2 (self->metainfo, doubt->piece);
  doubt->n = (uint32_t) ((MIN (left, layout->piece_length) + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN);
  while (width
         < (file->length > layout->piece_length ? layout->piece_length / BT_BLOCK_LEN : doubt->n))
    width *= 2;
  if (doubt->top == NULL || width < 2 || width > BT_LIMIT_LEAVES)
    return false;
  doubt->request
      = (BtHashRequest){ .index = (uint32_t) ((start - file->offset) / BT_BLOCK_LEN),
                         .length = width,
                         .proof = bt_merkle_height ((uint64_t) width * BT_BLOCK_LEN) - 1 };
  memcpy (doubt->request.root, file->root, sizeof doubt->request.root);
  return true;
}

bool
eng_doubts_add (EngDoubts *self, uint32_t piece, const uint8_t *leaves, uint64_t now_us)
{
  Doubt *known = find (self, piece);
  Doubt new = { .piece = piece };

  if (known == NULL)
    {
      if (self->doubts->len == ENG_DOUBTS_MAX || !describe (self, &new))
        return false;
      g_array_append_val (self->doubts, new);
      known = doubt_at (self, self->doubts->len - 1);
    }
  g_free (known->came);
  known->came = g_memdup2 (leaves, (size_t) known->n * BT_SHA256_LEN);
  known->since_us = now_us;
  return true;
}

/* --- asking --- */

/* What the peer was asked; NULL for nothing. */
static Asked *
find_asked (Doubt *doubt, EngPeer peer)
{
  for (unsigned i = 0; i < doubt->n_asked; i++)
    if (doubt->asked[i].peer == peer)
      return &doubt->asked[i];
  return NULL;
}

static bool
waits (const Doubt *doubt)
{
  for (unsigned i = 0; i < doubt->n_asked; i++)
    if (doubt->asked[i].waits)
      return true;
  return false;
}

static bool
wants_another (const Doubt *doubt, uint64_t now_us)
{
  if (doubt->truth != NULL || doubt->n_asked == ENG_DOUBTS_ASKED)
    return false;
  return !waits (doubt) || now_us >= doubt->asked[doubt->n_asked - 1].asked_us + ENG_DOUBTS_NEXT_US;
}

bool
eng_doubts_next (EngDoubts *self, EngPeer peer, const BtBitfield *have, uint64_t now_us,
                 BtHashRequest *out)
{
  for (guint i = 0; i < self->doubts->len; i++)
    {
      Doubt *doubt = doubt_at (self, i);

      if (!wants_another (doubt, now_us) || !bt_bitfield_test (have, doubt->piece)
          || find_asked (doubt, peer) != NULL)
        continue;
      doubt->asked[doubt->n_asked++] = (Asked){ peer, now_us, true };
      *out = doubt->request;
      return true;
    }
  return false;
}

/* The doubt to which a peer answers, which is not waited for any longer; NULL for none. */
static Doubt *
take_answer (const EngDoubts *self, EngPeer peer, const BtHashRequest *request)
{
  for (guint i = 0; i < self->doubts->len; i++)
    {
      Doubt *doubt = doubt_at (self, i);
      Asked *asked = find_asked (doubt, peer);

      if (asked == NULL || !asked->waits || !bt_hash_request_equal (&doubt->request, request))
        continue;
      asked->waits = false;
      return doubt;
    }
  return NULL;
}

EngHashesVerdict
eng_doubts_take (EngDoubts *self, EngPeer peer, const BtHashes *hashes)
{
  uint8_t scratch[BT_LIMIT_LEAVES * BT_SHA256_LEN];
  Doubt *doubt = take_answer (self, peer, &hashes->request);

  if (doubt == NULL)
    return ENG_HASHES_UNASKED;
  if (!bt_hashes_lead_to (hashes, self->ops, doubt->top, bt_hash_request_levels (&doubt->request),
                          scratch))
    return ENG_HASHES_FALSE;
  if (doubt->truth == NULL)
    doubt->truth = g_memdup2 (hashes->hashes, (size_t) doubt->n * BT_SHA256_LEN);
  return ENG_HASHES_GOOD;
}

void
eng_doubts_rejected (EngDoubts *self, EngPeer peer, const BtHashRequest *request)
{
  (void) take_answer (self, peer, request); /* or it answers nothing */
}

void
eng_doubts_leave (EngDoubts *self, EngPeer peer)
{
  for (guint i = 0; i < self->doubts->len; i++)
    {
      Asked *asked = find_asked (doubt_at (self, i), peer);

      if (asked != NULL)
        asked->waits = false;
    }
}

/* --- verdicts --- */

bool
eng_doubts_next_proved (EngDoubts *self, uint32_t *piece, BtBitfield *good)
{
  for (guint i = 0; i < self->doubts->len; i++)
    {
      Doubt *doubt = doubt_at (self, i);

      if (doubt->came == NULL || doubt->truth == NULL)
        continue;
      *piece = doubt->piece;
      bt_bitfield_init (good, doubt->n);
      for (uint32_t b = 0; b < doubt->n; b++)
        if (memcmp (doubt->came + (size_t) b * BT_SHA256_LEN,
                    doubt->truth + (size_t) b * BT_SHA256_LEN, BT_SHA256_LEN)
            == 0)
          (void) bt_bitfield_set (good, b); /* it was not */
      g_clear_pointer (&doubt->came, g_free);
      return true;
    }
  return false;
}

/* Whether an answer may come yet: one is under way, or somebody to ask may still turn up. */
static bool
has_hope (const Doubt *doubt, uint64_t now_us)
{
  if (doubt->n_asked == 0)
    return now_us < doubt->since_us + ENG_DOUBTS_NEXT_US;
  return waits (doubt) && now_us < doubt->since_us + ENG_DOUBTS_PATIENCE_US;
}

bool
eng_doubts_next_hopeless (EngDoubts *self, uint64_t now_us, uint32_t *piece)
{
  for (guint i = 0; i < self->doubts->len; i++)
    {
      const Doubt *doubt = doubt_at (self, i);

      if (doubt->truth != NULL || has_hope (doubt, now_us))
        continue;
      *piece = doubt->piece;
      g_array_remove_index_fast (self->doubts, i);
      return true;
    }
  return false;
}

void
eng_doubts_remove (EngDoubts *self, uint32_t piece)
{
  for (guint i = 0; i < self->doubts->len; i++)
    if (doubt_at (self, i)->piece == piece)
      {
        g_array_remove_index_fast (self->doubts, i);
        return;
      }
}
