/* btio-reactor.c: the epoll descriptor, the turn, and the source that runs it. */
#include "protocol/io/btio-reactor.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "protocol/core/bt-assert.h"
#include "protocol/io/btio-heap-private.h"

#define BATCH 256

/* What the context holds. */
typedef struct
{
  GSource source;
  BtioReactor *reactor;
} ReactorSource;

struct BtioReactor
{
  GSource *source;
  int epoll_fd;
  int timer_fd;
  uint64_t now_us;   /* of the turn under way, or 0 */
  uint64_t armed_us; /* what the timer descriptor is set to */
  BtioHeap heap;
  BtioTurn *first_turn;
  BtioTurn *last_turn;
  struct epoll_event batch[BATCH];
  int n_batch; /* events of the batch under way */
};

static uint64_t
clock_now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000;
}

uint64_t
btio_reactor_now_us (const BtioReactor *reactor)
{
  return reactor->now_us != 0 ? reactor->now_us : clock_now_us ();
}

/* --- watches --- */

bool
btio_watch_start (BtioWatch *watch, BtioReactor *reactor, int fd, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  bt_assert (watch->reactor == NULL && watch->ready != NULL);
  if (epoll_ctl (reactor->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    return false;
  watch->reactor = reactor;
  watch->fd = fd;
  watch->events = events;
  return true;
}

void
btio_watch_set (BtioWatch *watch, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  bt_assert (watch->reactor != NULL);
  if (watch->events == events)
    return;
  bt_assert (epoll_ctl (watch->reactor->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) == 0);
  watch->events = events;
}

void
btio_watch_stop (BtioWatch *watch)
{
  BtioReactor *reactor = watch->reactor;

  if (reactor == NULL)
    return;
  bt_assert (epoll_ctl (reactor->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL) == 0);
  for (int i = 0; i < reactor->n_batch; i++)
    if (reactor->batch[i].data.ptr == watch)
      reactor->batch[i].data.ptr = NULL;
  watch->reactor = NULL;
}

/* --- timers --- */

/* Sets the timer descriptor to the first deadline, when that changed. */
static void
arm (BtioReactor *reactor)
{
  const BtioTimer *first = btio_heap_first (&reactor->heap);
  uint64_t deadline_us = first != NULL ? MAX (first->deadline_us, 1) : 0;
  struct itimerspec when = { .it_value = { .tv_sec = (time_t) (deadline_us / 1000000),
                                           .tv_nsec = (long) (deadline_us % 1000000) * 1000 } };

  if (deadline_us == reactor->armed_us)
    return;
  bt_assert (timerfd_settime (reactor->timer_fd, TFD_TIMER_ABSTIME, &when, NULL) == 0);
  reactor->armed_us = deadline_us;
}

void
btio_timer_set (BtioTimer *timer, BtioReactor *reactor, uint64_t deadline_us)
{
  if (deadline_us == BTIO_NEVER)
    {
      btio_timer_stop (timer);
      return;
    }
  bt_assert (timer->due != NULL && (timer->reactor == NULL || timer->reactor == reactor));
  if (timer->reactor != NULL && timer->deadline_us == deadline_us)
    return;
  if (timer->reactor != NULL)
    btio_heap_move (&reactor->heap, timer, deadline_us);
  else
    {
      timer->reactor = reactor;
      timer->deadline_us = deadline_us;
      btio_heap_add (&reactor->heap, timer);
    }
  if (reactor->now_us == 0)
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
  if (reactor->now_us == 0)
    arm (reactor);
}

/* Calls what is due. A timer that is set again for now waits for the next turn. */
static void
run_timers (BtioReactor *reactor)
{
  size_t n = reactor->heap.n;

  for (; n > 0; n--)
    {
      BtioTimer *timer = btio_heap_first (&reactor->heap);

      if (timer == NULL || timer->deadline_us > reactor->now_us)
        return;
      btio_heap_remove (&reactor->heap, timer);
      timer->reactor = NULL;
      timer->due (timer, reactor->now_us);
    }
}

/* --- the end of a turn --- */

void
btio_turn_ask (BtioTurn *turn, BtioReactor *reactor)
{
  static const uint64_t now = 1;

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
  if (reactor->now_us == 0)
    g_source_set_ready_time (reactor->source, (gint64) now);
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

/* --- the source --- */

static void
run_watches (BtioReactor *reactor)
{
  reactor->n_batch = epoll_wait (reactor->epoll_fd, reactor->batch, BATCH, 0);
  for (int i = 0; i < reactor->n_batch; i++)
    {
      BtioWatch *watch = reactor->batch[i].data.ptr;

      if (watch != NULL)
        watch->ready (watch, reactor->batch[i].events);
    }
  reactor->n_batch = 0;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  BtioReactor *reactor = ((ReactorSource *) (void *) source)->reactor;

  g_source_set_ready_time (source, -1);
  reactor->now_us = clock_now_us ();
  run_watches (reactor);
  run_timers (reactor);
  run_turns (reactor);
  reactor->now_us = 0;
  arm (reactor);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

BtioReactor *
btio_reactor_new (GMainContext *context)
{
  BtioReactor *reactor = g_new0 (BtioReactor, 1);
  struct epoll_event event = { .events = EPOLLIN };

  reactor->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  reactor->timer_fd = timerfd_create (CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (reactor->epoll_fd < 0 || reactor->timer_fd < 0
      || epoll_ctl (reactor->epoll_fd, EPOLL_CTL_ADD, reactor->timer_fd, &event) != 0)
    {
      int saved = errno;

      btio_reactor_free (reactor);
      errno = saved;
      return NULL;
    }
  reactor->source = g_source_new (&source_funcs, sizeof (ReactorSource));
  ((ReactorSource *) (void *) reactor->source)->reactor = reactor;
  g_source_set_static_name (reactor->source, "btio reactor");
  g_source_add_unix_fd (reactor->source, reactor->epoll_fd, G_IO_IN);
  g_source_attach (reactor->source, context);
  return reactor;
}

void
btio_reactor_free (BtioReactor *reactor)
{
  if (reactor == NULL)
    return;
  bt_assert (reactor->heap.n == 0 && reactor->first_turn == NULL);
  if (reactor->source != NULL)
    {
      g_source_destroy (reactor->source);
      g_source_unref (reactor->source);
    }
  if (reactor->timer_fd >= 0)
    close (reactor->timer_fd);
  if (reactor->epoll_fd >= 0)
    close (reactor->epoll_fd);
  btio_heap_clear (&reactor->heap);
  g_free (reactor);
}
