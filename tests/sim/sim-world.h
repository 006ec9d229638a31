/* sim-world.h: virtual time: a clock that stands still until the next event, and seeded chance.
 *
 * Everything that is simulated waits as an event in one heap. Events of the same time fire in the
 * order in which they were set, so a run depends on its seed alone, and its trace tells two runs
 * apart. Nothing sleeps and nothing reads a clock. One thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_MS UINT64_C (1000)
#define SIM_S UINT64_C (1000000)
#define SIM_NEVER UINT64_MAX

typedef struct SimWorld SimWorld;
typedef struct SimEvent SimEvent;

/* Something to happen. Embedded in its owner; { 0 } before the first use. */
struct SimEvent
{
  void (*fire) (SimEvent *event, uint64_t now_us);

  /* The world's. */
  SimWorld *world; /* NULL while unset */
  uint64_t at_us;
  uint64_t order;
  size_t index; /* in the heap */
};

SimWorld *sim_world_new (uint64_t seed);
/* All events must have been stopped. */
void sim_world_free (SimWorld *world);

uint64_t sim_world_now_us (const SimWorld *world);

/* Chance, the same in every run of a seed; a number below @n, which is not 0. */
uint64_t sim_world_random (SimWorld *world);
uint32_t sim_world_below (SimWorld *world, uint32_t n);

/* Sets or moves an event; one in the past happens now. SIM_NEVER stops it. */
void sim_event_set (SimEvent *event, SimWorld *world, uint64_t at_us);
void sim_event_stop (SimEvent *event);

/* Asked between events, but not more often than every 10 ms of virtual time. */
typedef bool (*SimCondition) (void *data);

/* Lets time pass until @done says so or @until_us is there; whether @done did. @done may be NULL.
 */
bool sim_world_run (SimWorld *world, uint64_t until_us, SimCondition done, void *data);

/* Adds a fact to the trace. */
void sim_world_note (SimWorld *world, uint64_t what, uint64_t value);
/* Of all facts and their times so far. */
uint64_t sim_world_digest (const SimWorld *world);
uint64_t sim_world_n_events (const SimWorld *world);
