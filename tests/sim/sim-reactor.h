/* sim-reactor.h: what the simulator's own parts need of its reactor, which is btio-reactor.h on
 * virtual time.
 *
 * A turn is one event of the world: what is ready, the timers that are due, the ends of turn. The
 * time does not pass inside of it. Something that becomes ready again in a turn waits for the next
 * one. */
#pragma once

#include "protocol/io/btio-reactor.h"
#include "tests/sim/sim-world.h"

typedef struct SimReady SimReady;

/* Something that waits for a turn of a reactor. Embedded; { 0 } before the first use. */
struct SimReady
{
  void (*run) (SimReady *ready);

  /* The reactor's. */
  BtioReactor *reactor; /* NULL while not asked for */
  uint64_t turn;
  SimReady *before;
  SimReady *after;
};

/* @host is whose reactor it is: see sim_reactor_host(). */
BtioReactor *sim_reactor_new (SimWorld *world, void *host);
SimWorld *sim_reactor_world (const BtioReactor *reactor);
void *sim_reactor_host (const BtioReactor *reactor);

void sim_ready_ask (SimReady *ready, BtioReactor *reactor);
void sim_ready_stop (SimReady *ready);
