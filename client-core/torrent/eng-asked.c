/* eng-asked.c: a ring. */
#include "client-core/torrent/eng-asked.h"

#include <glib.h>

#include "protocol/core/bt-assert.h"

#define LEAST_SIZE 16

static EngAskedBlock *
at (const EngAsked *self, uint32_t i)
{
  return &self->items[(self->first + i) & (self->size - 1)];
}

void
eng_asked_clear (EngAsked *self)
{
  g_free (self->items);
  *self = (EngAsked){ 0 };
}

static void
grow (EngAsked *self)
{
  uint32_t size = MAX (2 * self->size, LEAST_SIZE);
  EngAskedBlock *items = g_new (EngAskedBlock, size);

  for (uint32_t i = 0; i < self->n; i++)
    items[i] = *at (self, i);
  g_free (self->items);
  self->items = items;
  self->size = size;
  self->first = 0;
}

void
eng_asked_push (EngAsked *self, EngBlock block, uint64_t now_us)
{
  if (self->n == self->size)
    grow (self);
  *at (self, self->n++) = (EngAskedBlock){ block, now_us };
}

EngAskedBlock
eng_asked_get (const EngAsked *self, uint32_t i)
{
  bt_assert (i < self->n);
  return *at (self, i);
}

uint32_t
eng_asked_find (const EngAsked *self, EngBlock block)
{
  uint32_t i = 0;

  while (i < self->n
         && (at (self, i)->block.piece != block.piece || at (self, i)->block.block != block.block))
    i++;
  return i;
}

void
eng_asked_renew (EngAsked *self, uint64_t now_us)
{
  for (uint32_t i = 0; i < self->n; i++)
    at (self, i)->sent_us = now_us;
}

void
eng_asked_remove (EngAsked *self, uint32_t i)
{
  bt_assert (i < self->n);
  for (; i > 0; i--)
    *at (self, i) = *at (self, i - 1);
  self->first = (self->first + 1) & (self->size - 1);
  self->n--;
}
