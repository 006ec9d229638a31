/* sim-world.c: the heap of events, and what the world is told apart by. */
#include "tests/sim/sim-world.h"

#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-assert.h"

/* Some code takes a time of 0 for never. */
#define FIRST_US (1000 * SIM_S)
#define ASK_US (10 * SIM_MS)

struct SimWorld
{
  uint64_t now_us;
  uint64_t random;
  uint64_t next_order;
  uint64_t digest;
  uint64_t n_events;
  GPtrArray *heap; /* of SimEvent, lent */
};

SimWorld *
sim_world_new (uint64_t seed)
{
  SimWorld *world = g_new0 (SimWorld, 1);

  world->now_us = FIRST_US;
  world->random = seed;
  world->heap = g_ptr_array_new ();
  return world;
}

void
sim_world_free (SimWorld *world)
{
  bt_assert (world->heap->len == 0);
  g_ptr_array_unref (world->heap);
  g_free (world);
}

uint64_t
sim_world_now_us (const SimWorld *world)
{
  return world->now_us;
}

uint64_t
sim_world_random (SimWorld *world)
{
  return eng_random_next (&world->random);
}

uint32_t
sim_world_below (SimWorld *world, uint32_t n)
{
  return eng_random_below (&world->random, n);
}

/* --- the heap --- */

static bool
is_before (const SimEvent *a, const SimEvent *b)
{
  return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void
place (SimWorld *world, size_t at, SimEvent *event)
{
  world->heap->pdata[at] = event;
  event->index = at;
}

static void
rise (SimWorld *world, size_t at, SimEvent *event)
{
  while (at > 0 && is_before (event, world->heap->pdata[(at - 1) / 2]))
    {
      place (world, at, world->heap->pdata[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
  place (world, at, event);
}

static void
settle (SimWorld *world, size_t at, SimEvent *event)
{
  size_t n = world->heap->len;

  for (size_t child; (child = 2 * at + 1) < n; at = child)
    {
      if (child + 1 < n && is_before (world->heap->pdata[child + 1], world->heap->pdata[child]))
        child++;
      if (is_before (event, world->heap->pdata[child]))
        break;
      place (world, at, world->heap->pdata[child]);
    }
  rise (world, at, event);
}

void
sim_event_stop (SimEvent *event)
{
  SimWorld *world = event->world;
  SimEvent *last;

  if (world == NULL)
    return;
  last = world->heap->pdata[world->heap->len - 1];
  g_ptr_array_set_size (world->heap, (gint) world->heap->len - 1);
  if (last != event)
    settle (world, event->index, last);
  event->world = NULL;
}

void
sim_event_set (SimEvent *event, SimWorld *world, uint64_t at_us)
{
  if (event->world != NULL && event->at_us == at_us)
    return;
  sim_event_stop (event);
  if (at_us == SIM_NEVER)
    return;
  bt_assert (event->fire != NULL);
  event->world = world;
  event->at_us = MAX (at_us, world->now_us);
  event->order = world->next_order++;
  g_ptr_array_add (world->heap, event);
  rise (world, world->heap->len - 1, event);
}

/* --- time --- */

bool
sim_world_run (SimWorld *world, uint64_t until_us, SimCondition done, void *data)
{
  uint64_t ask_us = 0;

  for (;;)
    {
      SimEvent *first = world->heap->len > 0 ? world->heap->pdata[0] : NULL;

      if (done != NULL && world->now_us >= ask_us)
        {
          if (done (data))
            return true;
          ask_us = world->now_us + ASK_US;
        }
      if (first == NULL || first->at_us > until_us)
        break;
      world->now_us = first->at_us;
      world->n_events++;
      sim_event_stop (first);
      first->fire (first, world->now_us);
    }
  world->now_us = MAX (world->now_us, until_us);
  return done != NULL && done (data);
}

/* --- the trace --- */

void
sim_world_note (SimWorld *world, uint64_t what, uint64_t value)
{
  const uint64_t facts[] = { world->now_us, what, value };

  for (size_t i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      world->digest ^= facts[i];
      (void) eng_random_next (&world->digest); /* adds to it; what it returns is well mixed */
      world->digest *= UINT64_C (0xff51afd7ed558ccd);
      world->digest ^= world->digest >> 32;
    }
}

uint64_t
sim_world_digest (const SimWorld *world)
{
  return world->digest;
}

uint64_t
sim_world_n_events (const SimWorld *world)
{
  return world->n_events;
}
