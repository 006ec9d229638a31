/* test-btio-reactor.c: turns: sockets, then timers, then what waits for the end. The real clock is
 * only ever asked to pass, never how fast. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/io/btio-heap-private.h"
#include "protocol/io/btio-reactor.h"

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  GString *log; /* what happened, in order */
} World;

static World
world_new (void)
{
  World w = { .context = g_main_context_new (), .log = g_string_new (NULL) };

  w.reactor = btio_reactor_new (w.context);
  g_assert_nonnull (w.reactor);
  return w;
}

static void
world_clear (World *w)
{
  btio_reactor_free (w->reactor);
  g_main_context_unref (w->context);
  g_string_free (w->log, TRUE);
}

static void
turn (World *w)
{
  g_main_context_iteration (w->context, TRUE);
}

typedef struct
{
  BtioTimer timer;
  World *world;
  char name;
  uint64_t again_us; /* set once more by itself; 0 for no */
} Alarm;

static void
alarm_due (BtioTimer *timer, uint64_t now_us)
{
  Alarm *alarm = (Alarm *) (void *) timer;

  g_string_append_c (alarm->world->log, alarm->name);
  if (alarm->again_us != 0)
    btio_timer_set (timer, alarm->world->reactor, now_us + alarm->again_us);
  alarm->again_us = 0;
}

static void
test_timers_in_order (void)
{
  World w = world_new ();
  uint64_t now = btio_reactor_now_us (w.reactor);
  Alarm alarms[5];
  static const uint64_t offsets[] = { 3000, 1000, 5000, 2000, 4000 };

  for (size_t i = 0; i < G_N_ELEMENTS (alarms); i++)
    {
      alarms[i] = (Alarm){ .timer.due = alarm_due, .world = &w, .name = (char) ('a' + i) };
      btio_timer_set (&alarms[i].timer, w.reactor, now + offsets[i]);
    }
  btio_timer_stop (&alarms[4].timer);
  btio_timer_set (&alarms[0].timer, w.reactor, now + 6000);
  while (w.log->len < 4)
    turn (&w);
  g_assert_cmpstr (w.log->str, ==, "bdca");
  world_clear (&w);
}

/* A deadline in the past is due once, and a timer that sets itself for now waits for a turn. */
static void
test_timer_in_the_past (void)
{
  World w = world_new ();
  Alarm alarm = { .timer.due = alarm_due, .world = &w, .name = 'x', .again_us = 1 };

  btio_timer_set (&alarm.timer, w.reactor, 1);
  turn (&w);
  g_assert_cmpstr (w.log->str, ==, "x");
  while (w.log->len < 2)
    turn (&w);
  g_assert_null (alarm.timer.reactor);
  world_clear (&w);
}

typedef struct
{
  BtioWatch watch;
  World *world;
  char name;
  BtioWatch *victim; /* stopped when this one is ready */
  BtioTurn *ask;
} Socket;

static void
socket_ready (BtioWatch *watch, uint32_t events)
{
  Socket *s = (Socket *) (void *) watch;
  char byte;

  if ((events & EPOLLIN) != 0 && read (watch->fd, &byte, 1) == 1)
    g_string_append_c (s->world->log, s->name);
  if (s->victim != NULL)
    btio_watch_stop (s->victim);
  if (s->ask != NULL)
    btio_turn_ask (s->ask, s->world->reactor);
}

typedef struct
{
  BtioTurn turn;
  World *world;
} End;

static void
end_run (BtioTurn *t)
{
  g_string_append_c (((End *) (void *) t)->world->log, '.');
}

/* Two sockets are ready at once and the first stops the second: it is not called any more. */
static void
test_stop_in_the_same_turn (void)
{
  World w = world_new ();
  int pairs[2][2];
  Socket sockets[2];

  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pairs[i]), ==, 0);
      sockets[i] = (Socket){ .watch.ready = socket_ready, .world = &w, .name = (char) ('a' + i) };
      g_assert_true (btio_watch_start (&sockets[i].watch, w.reactor, pairs[i][0], EPOLLIN));
      g_assert_cmpint (write (pairs[i][1], "!", 1), ==, 1);
    }
  sockets[0].victim = &sockets[1].watch;
  sockets[1].victim = &sockets[0].watch;
  turn (&w);
  g_assert_cmpuint (w.log->len, ==, 1);
  for (int i = 0; i < 2; i++)
    {
      btio_watch_stop (&sockets[i].watch);
      close (pairs[i][0]);
      close (pairs[i][1]);
    }
  world_clear (&w);
}

/* However many ask, the end of the turn runs once, behind sockets and timers. */
static void
test_end_of_turn (void)
{
  World w = world_new ();
  int pair[2];
  End end = { .turn.run = end_run, .world = &w };
  Socket s = { .watch.ready = socket_ready, .world = &w, .name = 's', .ask = &end.turn };
  Alarm alarm = { .timer.due = alarm_due, .world = &w, .name = 't' };

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
  g_assert_true (btio_watch_start (&s.watch, w.reactor, pair[0], EPOLLIN));
  g_assert_cmpint (write (pair[1], "!", 1), ==, 1);
  btio_turn_ask (&end.turn, w.reactor);
  btio_turn_ask (&end.turn, w.reactor);
  btio_timer_set (&alarm.timer, w.reactor, 1);
  turn (&w);
  g_assert_cmpstr (w.log->str, ==, "st.");
  btio_turn_ask (&end.turn, w.reactor);
  turn (&w);
  g_assert_cmpstr (w.log->str, ==, "st..");
  btio_watch_stop (&s.watch);
  close (pair[0]);
  close (pair[1]);
  world_clear (&w);
}

/* The heap alone, against the definition: random additions, moves and removals. */
static void
test_heap (void)
{
  static BtioTimer timers[500];
  BtioHeap heap = { 0 };
  uint64_t before = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (timers); i++)
    {
      timers[i].deadline_us = (uint64_t) g_test_rand_int_range (0, 1000);
      btio_heap_add (&heap, &timers[i]);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (timers); i += 3)
    btio_heap_move (&heap, &timers[i], (uint64_t) g_test_rand_int_range (0, 1000));
  for (size_t i = 1; i < G_N_ELEMENTS (timers); i += 3)
    btio_heap_remove (&heap, &timers[i]);
  for (size_t left = heap.n; left > 0; left--)
    {
      BtioTimer *first = btio_heap_first (&heap);

      g_assert_cmpuint (first->deadline_us, >=, before);
      before = first->deadline_us;
      btio_heap_remove (&heap, first);
    }
  g_assert_null (btio_heap_first (&heap));
  btio_heap_clear (&heap);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reactor/timers-in-order", test_timers_in_order);
  g_test_add_func ("/reactor/timer-in-the-past", test_timer_in_the_past);
  g_test_add_func ("/reactor/stop-in-the-same-turn", test_stop_in_the_same_turn);
  g_test_add_func ("/reactor/end-of-turn", test_end_of_turn);
  g_test_add_func ("/reactor/heap", test_heap);
  return g_test_run ();
}
