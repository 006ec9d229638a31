/* sim-reactor.c: btio-reactor.h on virtual time. */
#include "tests/sim/sim-reactor.h"

#include "protocol/core/bt-assert.h"
#include "protocol/io/btio-heap-private.h"

/* So many turns without time passing: something asks for ever and never takes. */
#define SPIN_MAX 100000

struct BtioReactor
{
  SimWorld *world;
  void *host;
  SimEvent event;
  uint64_t turn; /* how many there have been */
  bool in_turn;
  BtioHeap heap;
  SimReady *first_ready;
  SimReady *last_ready;
  BtioTurn *first_turn;
  BtioTurn *last_turn;
  uint64_t spin_us;
  unsigned n_spins;
};

static void
arm (BtioReactor *reactor)
{
  const BtioTimer *first = btio_heap_first (&reactor->heap);
  uint64_t now_us = sim_world_now_us (reactor->world);

  if (reactor->in_turn)
    return;
  if (reactor->first_ready != NULL || reactor->first_turn != NULL)
    sim_event_set (&reactor->event, reactor->world, now_us);
  else
    sim_event_set (&reactor->event, reactor->world,
                   first != NULL ? MAX (first->deadline_us, now_us) : SIM_NEVER);
}

uint64_t
btio_reactor_now_us (const BtioReactor *reactor)
{
  return sim_world_now_us (reactor->world);
}

/* --- timers --- */

void
btio_timer_set (BtioTimer *timer, BtioReactor *reactor, uint64_t deadline_us)
{
  if (deadline_us == BTIO_NEVER)
    {
      btio_timer_stop (timer);
      return;
    }
  bt_assert (timer->due != NULL && (timer->reactor == NULL || timer->reactor == reactor));
  if (timer->reactor != NULL)
    btio_heap_move (&reactor->heap, timer, deadline_us);
  else
    {
      timer->reactor = reactor;
      timer->deadline_us = deadline_us;
      btio_heap_add (&reactor->heap, timer);
    }
  arm (reactor);
}

void
btio_timer_stop (BtioTimer *timer)
{
  BtioReactor *reactor = timer->reactor;

  if (reactor == NULL)
    return;
  btio_heap_remove (&reactor->heap, timer);
  timer->reactor = NULL;
  arm (reactor);
}

/* A timer that is set again for now waits for the next turn. */
static void
run_timers (BtioReactor *reactor)
{
  uint64_t now_us = sim_world_now_us (reactor->world);

  for (size_t n = reactor->heap.n; n > 0; n--)
    {
      BtioTimer *timer = btio_heap_first (&reactor->heap);

      if (timer == NULL || timer->deadline_us > now_us)
        return;
      btio_heap_remove (&reactor->heap, timer);
      timer->reactor = NULL;
      timer->due (timer, now_us);
    }
}

/* --- what is ready --- */

void
sim_ready_ask (SimReady *ready, BtioReactor *reactor)
{
  if (ready->reactor != NULL)
    return;
  ready->reactor = reactor;
  ready->turn = reactor->turn;
  ready->before = reactor->last_ready;
  ready->after = NULL;
  if (reactor->last_ready != NULL)
    reactor->last_ready->after = ready;
  else
    reactor->first_ready = ready;
  reactor->last_ready = ready;
  arm (reactor);
}

void
sim_ready_stop (SimReady *ready)
{
  BtioReactor *reactor = ready->reactor;

  if (reactor == NULL)
    return;
  if (ready->before != NULL)
    ready->before->after = ready->after;
  else
    reactor->first_ready = ready->after;
  if (ready->after != NULL)
    ready->after->before = ready->before;
  else
    reactor->last_ready = ready->before;
  ready->reactor = NULL;
}

static void
run_ready (BtioReactor *reactor)
{
  while (reactor->first_ready != NULL && reactor->first_ready->turn < reactor->turn)
    {
      SimReady *ready = reactor->first_ready;

      sim_ready_stop (ready);
      ready->run (ready);
    }
}

/* --- the end of a turn --- */

void
btio_turn_ask (BtioTurn *turn, BtioReactor *reactor)
{
  if (turn->reactor != NULL)
    return;
  turn->reactor = reactor;
  turn->before = reactor->last_turn;
  turn->after = NULL;
  if (reactor->last_turn != NULL)
    reactor->last_turn->after = turn;
  else
    reactor->first_turn = turn;
  reactor->last_turn = turn;
  arm (reactor);
}

void
btio_turn_stop (BtioTurn *turn)
{
  BtioReactor *reactor = turn->reactor;

  if (reactor == NULL)
    return;
  if (turn->before != NULL)
    turn->before->after = turn->after;
  else
    reactor->first_turn = turn->after;
  if (turn->after != NULL)
    turn->after->before = turn->before;
  else
    reactor->last_turn = turn->before;
  turn->reactor = NULL;
}

static void
run_turns (BtioReactor *reactor)
{
  while (reactor->first_turn != NULL)
    {
      BtioTurn *turn = reactor->first_turn;

      btio_turn_stop (turn);
      turn->run (turn);
    }
}

/* --- the whole --- */

static void
check_spin (BtioReactor *reactor, uint64_t now_us)
{
  if (reactor->spin_us != now_us)
    reactor->n_spins = 0;
  reactor->spin_us = now_us;
  if (++reactor->n_spins > SPIN_MAX)
    g_error ("a reactor turns without end at %" G_GUINT64_FORMAT " us", now_us);
}

static void
on_event (SimEvent *event, uint64_t now_us)
{
  BtioReactor *reactor = (BtioReactor *) (void *) ((char *) event - offsetof (BtioReactor, event));

  check_spin (reactor, now_us);
  reactor->in_turn = true;
  reactor->turn++;
  run_ready (reactor);
  run_timers (reactor);
  run_turns (reactor);
  reactor->in_turn = false;
  arm (reactor);
}

BtioReactor *
sim_reactor_new (SimWorld *world, void *host)
{
  BtioReactor *reactor = g_new0 (BtioReactor, 1);

  reactor->world = world;
  reactor->host = host;
  reactor->event.fire = on_event;
  return reactor;
}

void
btio_reactor_free (BtioReactor *reactor)
{
  if (reactor == NULL)
    return;
  bt_assert (reactor->heap.n == 0 && reactor->first_turn == NULL && reactor->first_ready == NULL);
  sim_event_stop (&reactor->event);
  btio_heap_clear (&reactor->heap);
  g_free (reactor);
}

SimWorld *
sim_reactor_world (const BtioReactor *reactor)
{
  return reactor->world;
}

void *
sim_reactor_host (const BtioReactor *reactor)
{
  return reactor->host;
}
