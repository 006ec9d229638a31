/* eng-asked.h: the blocks that were asked of one peer and have not come, oldest first.
 *
 * Peers answer in order, so the oldest is nearly always the one that comes: finding and removing it
 * costs O(1), others O(number asked). Pure; one owner. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "client-core/torrent/eng-picker.h"

typedef struct
{
  EngBlock block;
  uint64_t sent_us;
} EngAskedBlock;

typedef struct
{
  EngAskedBlock *items; /* a ring of @size, a power of two */
  uint32_t size;
  uint32_t first;
  uint32_t n;
} EngAsked;

/* { 0 } is empty, too. */
void eng_asked_clear (EngAsked *self);

void eng_asked_push (EngAsked *self, EngBlock block, uint64_t now_us);

/* The @i-th oldest; @i below n. */
EngAskedBlock eng_asked_get (const EngAsked *self, uint32_t i);

/* The place of a block; n when it was not asked. */
uint32_t eng_asked_find (const EngAsked *self, EngBlock block);

/* All count as asked at @now_us. */
void eng_asked_renew (EngAsked *self, uint64_t now_us);

void eng_asked_remove (EngAsked *self, uint32_t i);
