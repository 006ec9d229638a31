/* trk-places.c: a table of open addresses with linear probing, at most half full, under a lock. */
#include "tracker-server/front/trk-places.h"

#include <pthread.h>
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

#define V6_PREFIX 8u

typedef struct
{
  uint8_t addr[V6_PREFIX]; /* an IPv4 address has zeros behind it */
  uint16_t family;
  uint32_t count; /* 0: a free slot */
} Slot;

struct TrkPlaces
{
  pthread_mutex_t lock;
  BtSipKey key;
  uint32_t max;
  uint32_t most; /* at present */
  uint32_t per_source;
  uint32_t taken;
  uint32_t mask;
  Slot *slots;
};

TrkPlaces *
trk_places_new (uint32_t max, uint32_t per_source, const uint8_t key[BT_SIPHASH_KEY_LEN])
{
  TrkPlaces *self = g_new0 (TrkPlaces, 1);
  uint32_t size = 2;

  while (size < 2 * (uint64_t) max)
    size *= 2;
  bt_assert (pthread_mutex_init (&self->lock, NULL) == 0);
  self->key = bt_siphash_key (key);
  self->max = self->most = max;
  self->per_source = per_source;
  self->mask = size - 1;
  self->slots = g_new0 (Slot, size);
  return self;
}

void
trk_places_free (TrkPlaces *self)
{
  if (self == NULL)
    return;
  (void) pthread_mutex_destroy (&self->lock); /* nobody holds it */
  g_free (self->slots);
  g_free (self);
}

void
trk_places_hold (TrkPlaces *self, bool hold)
{
  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  self->most = hold ? MIN (self->most, MAX (self->taken, self->max / 8 + 1)) : self->max;
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
}

static uint32_t
home_of (const TrkPlaces *self, const Slot *slot)
{
  return (uint32_t) bt_siphash (&self->key, slot->addr, sizeof slot->addr) & self->mask;
}

/* The slot of a source, or the free one where it belongs. */
static uint32_t
find (const TrkPlaces *self, const BtEndpoint *source)
{
  Slot wanted = { .family = source->family };
  uint32_t at;

  memcpy (wanted.addr, source->addr, sizeof wanted.addr);
  for (at = home_of (self, &wanted); self->slots[at].count > 0; at = (at + 1) & self->mask)
    if (self->slots[at].family == wanted.family
        && memcmp (self->slots[at].addr, wanted.addr, sizeof wanted.addr) == 0)
      return at;
  wanted.count = 0;
  self->slots[at] = wanted;
  return at;
}

/* Frees a slot and closes the gap: whoever was pushed past it moves up. */
static void
vacate (TrkPlaces *self, uint32_t gap)
{
  for (uint32_t at = (gap + 1) & self->mask; self->slots[at].count > 0; at = (at + 1) & self->mask)
    {
      uint32_t home = home_of (self, &self->slots[at]);

      if (((at - home) & self->mask) < ((at - gap) & self->mask))
        continue;
      self->slots[gap] = self->slots[at];
      gap = at;
    }
  self->slots[gap].count = 0;
}

static TrkPlacesResult
take_locked (TrkPlaces *self, const BtEndpoint *source)
{
  if (self->taken >= self->most)
    return TRK_PLACES_FULL;
  if (source->family != BT_FAMILY_NONE)
    {
      Slot *slot = &self->slots[find (self, source)];

      if (slot->count >= self->per_source)
        return TRK_PLACES_CROWDED;
      slot->count++;
    }
  self->taken++;
  return TRK_PLACES_TAKEN;
}

TrkPlacesResult
trk_places_take (TrkPlaces *self, const BtEndpoint *source)
{
  TrkPlacesResult result;

  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  result = take_locked (self, source);
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
  return result;
}

void
trk_places_leave (TrkPlaces *self, const BtEndpoint *source)
{
  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  bt_assert (self->taken > 0);
  self->taken--;
  if (source->family != BT_FAMILY_NONE)
    {
      uint32_t at = find (self, source);

      bt_assert (self->slots[at].count > 0);
      if (--self->slots[at].count == 0)
        vacate (self, at);
    }
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
}

uint32_t
trk_places_of (TrkPlaces *self, const BtEndpoint *source)
{
  uint32_t count;

  if (source->family == BT_FAMILY_NONE)
    return 0;
  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  count = self->slots[find (self, source)].count;
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
  return count;
}

uint32_t
trk_places_taken (TrkPlaces *self)
{
  uint32_t taken;

  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  taken = self->taken;
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
  return taken;
}
