/* trk-backoff.c: the table of sources that failed. */
#include "tracker-server/api/trk-backoff.h"

#include <string.h>

#define SLOTS 4096u
#define SOURCE_LEN 8u /* of a /64 */

typedef struct
{
  uint8_t source[SOURCE_LEN];
  uint32_t family; /* 0: free */
  uint32_t failures;
  uint64_t until_s;
} Slot;

struct TrkBackoff
{
  BtSipKey key;
  Slot slots[SLOTS];
};

TrkBackoff *
trk_backoff_new (const uint8_t key[BT_SIPHASH_KEY_LEN])
{
  TrkBackoff *self = g_new0 (TrkBackoff, 1);

  self->key = bt_siphash_key (key);
  return self;
}

void
trk_backoff_free (TrkBackoff *self)
{
  g_free (self);
}

static void
source_of (const BtEndpoint *from, uint8_t source[SOURCE_LEN])
{
  memset (source, 0, SOURCE_LEN);
  memcpy (source, from->addr, MIN (bt_endpoint_addr_len (from), SOURCE_LEN));
}

static Slot *
slot_of (TrkBackoff *self, const uint8_t source[SOURCE_LEN])
{
  return &self->slots[bt_siphash (&self->key, source, SOURCE_LEN) % SLOTS];
}

static bool
holds (const Slot *slot, const BtEndpoint *from, const uint8_t *source, uint64_t now_s)
{
  return slot->family == from->family && memcmp (slot->source, source, SOURCE_LEN) == 0
         && now_s < slot->until_s + 2 * TRK_BACKOFF_LONGEST_S;
}

uint32_t
trk_backoff_wait_s (TrkBackoff *self, const BtEndpoint *from, uint64_t now_s)
{
  uint8_t source[SOURCE_LEN];
  const Slot *slot;

  if (from->family == BT_FAMILY_NONE)
    return 0;
  source_of (from, source);
  slot = slot_of (self, source);
  if (!holds (slot, from, source, now_s) || slot->until_s <= now_s)
    return 0;
  return (uint32_t) (slot->until_s - now_s);
}

void
trk_backoff_failed (TrkBackoff *self, const BtEndpoint *from, uint64_t now_s)
{
  uint8_t source[SOURCE_LEN];
  Slot *slot;
  uint32_t doublings;

  if (from->family == BT_FAMILY_NONE)
    return;
  source_of (from, source);
  slot = slot_of (self, source);
  if (!holds (slot, from, source, now_s))
    {
      *slot = (Slot){ .family = from->family };
      memcpy (slot->source, source, SOURCE_LEN);
    }
  slot->failures++;
  slot->until_s = now_s;
  if (slot->failures <= TRK_BACKOFF_FREE)
    return;
  doublings = MIN (slot->failures - TRK_BACKOFF_FREE - 1, 16u);
  slot->until_s += MIN (TRK_BACKOFF_FIRST_S << doublings, TRK_BACKOFF_LONGEST_S);
}
