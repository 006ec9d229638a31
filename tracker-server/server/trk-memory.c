/* trk-memory.c: looks at what is left of memory, and holds what would take it. */
#include "tracker-server/server/trk-memory.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>

#include <glib/gi18n.h>

#include "protocol/core/bt-limits.h"
#include "tracker-server/server/trk-headroom.h"

/* A flood of announces takes some 30 MiB a second. */
#define PERIOD_US (250 * UINT64_C (1000))

/* Threads of the tracker ask for memory seldom, and their stacks are low: nothing recurses deep. */
#define ARENAS 1
#define STACK_LEN BT_MIB

struct TrkMemory
{
  BtioTimer timer; /* first: the timer is the memory */
  BtioReactor *reactor;
  TrkSwarms *swarms;
  TrkGroups *groups;
  bool held;
  TrkMemoryHold hold; /* (nullable) */
  void *data;
};

static void
warn (const TrkHeadroom *room)
{
  g_warning (
      _ ("memory runs short: %lu of the %lu MiB that this process may have are left; torrents, "
         "peers and connections stay as many as they are"),
      (unsigned long) (room->left / BT_MIB), (unsigned long) (room->limit / BT_MIB));
}

static void
look (TrkMemory *self)
{
  TrkHeadroom room = trk_headroom_look (self->groups);
  bool held = trk_headroom_is_short (&room);

  trk_swarms_hold (self->swarms, held);
  if (held == self->held)
    return;
  self->held = held;
  if (held)
    warn (&room);
  else
    g_message (_ ("there is memory again: torrents, peers and connections may be as many as set"));
  if (self->hold != NULL)
    self->hold (self->data, held);
}

static void
on_due (BtioTimer *timer, uint64_t now_us)
{
  TrkMemory *self = (TrkMemory *) timer;

  look (self);
  btio_timer_set (&self->timer, self->reactor, now_us + PERIOD_US);
}

/* Threads that cannot be small are as they were. */
static void
fit_stacks (void)
{
  pthread_attr_t attr;

  if (pthread_attr_init (&attr) != 0)
    return;
  if (pthread_attr_setstacksize (&attr, STACK_LEN) == 0)
    (void) pthread_setattr_default_np (&attr);
  (void) pthread_attr_destroy (&attr); /* it holds nothing */
}

static void
fit_addresses (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return;
  (void) mallopt (M_ARENA_MAX, ARENAS); /* or it takes what there is */
  fit_stacks ();
}

TrkMemory *
trk_memory_new (BtioReactor *reactor, TrkSwarms *swarms)
{
  TrkMemory *self = g_new0 (TrkMemory, 1);

  fit_addresses ();
  self->timer.due = on_due;
  self->reactor = reactor;
  self->swarms = swarms;
  self->groups = trk_groups_new ("/proc/self/cgroup", "/sys/fs/cgroup");
  btio_timer_set (&self->timer, reactor, btio_reactor_now_us (reactor) + PERIOD_US);
  return self;
}

void
trk_memory_free (TrkMemory *self)
{
  if (self == NULL)
    return;
  btio_timer_stop (&self->timer);
  trk_groups_free (self->groups);
  g_free (self);
}

void
trk_memory_tell (TrkMemory *self, TrkMemoryHold hold, void *data)
{
  self->hold = hold;
  self->data = data;
  if (hold != NULL && self->held)
    hold (data, true);
}

void
trk_memory_look (void *data)
{
  TrkMemory *self = data;
  TrkHeadroom room = trk_headroom_look (self->groups);

  if (trk_headroom_is_short (&room))
    trk_swarms_hold (self->swarms, true);
}
