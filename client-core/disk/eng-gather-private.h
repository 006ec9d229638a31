/* eng-gather-private.h: pieces that are whole, waiting a moment for others to be hashed with.
 *
 * A processor hashes a dozen pieces side by side in little more than the time of one, so what one
 * fast peer sends piece after piece is collected: until there are enough, until they hold much
 * memory, or for a few milliseconds. The engine's thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "eng-crew-private.h"

typedef struct
{
  BtioTimer timer; /* first: due() casts back */
  BtioReactor *reactor;
  EngCrew *crew;
  EngTask *tasks[ENG_CREW_BATCH];
  unsigned n;
  unsigned max;
  uint64_t bytes;
  uint64_t max_bytes;
} EngGather;

/* At most @max tasks, up to ENG_CREW_BATCH, and about @max_bytes in their blocks. */
void eng_gather_init (EngGather *self, BtioReactor *reactor, EngCrew *crew, unsigned max,
                      uint64_t max_bytes);

/* It must be empty. */
void eng_gather_clear (EngGather *self);

/* The task runs within milliseconds; it must not be queued otherwise before it is taken out. */
void eng_gather_add (EngGather *self, EngTask *task, uint64_t bytes);

/* Takes a task out; one that is not there is left alone. */
void eng_gather_remove (EngGather *self, EngTask *task, uint64_t bytes);

/* What is there runs now. */
void eng_gather_flush (EngGather *self);
