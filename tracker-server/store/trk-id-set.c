/* trk-id-set.c: a set of ids as bits. */
#include "trk-store-rows-private.h"

void
trk_id_set_init (TrkIdSet *self, int64_t max)
{
  *self = (TrkIdSet){ .bits = g_malloc0 ((size_t) max / 8 + 1), .max = max };
}

void
trk_id_set_clear (TrkIdSet *self)
{
  g_free (self->bits);
  *self = (TrkIdSet){ 0 };
}

bool
trk_id_set_has (const TrkIdSet *self, int64_t id)
{
  return id >= 0 && id <= self->max && (self->bits[id / 8] >> (id % 8) & 1) != 0;
}

void
trk_id_set_add (TrkIdSet *self, int64_t id)
{
  if (id < 0 || id > self->max || trk_id_set_has (self, id))
    return;
  self->bits[id / 8] |= (uint8_t) (1u << (id % 8));
  self->n++;
}

void
trk_id_set_remove (TrkIdSet *self, int64_t id)
{
  if (!trk_id_set_has (self, id))
    return;
  self->bits[id / 8] &= (uint8_t) ~(1u << (id % 8));
  self->n--;
}
