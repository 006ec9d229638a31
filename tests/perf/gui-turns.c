/* gui-turns.c: see gui-turns.h. */
#include "tests/perf/gui-turns.h"

#include <time.h>

#define TURNS_MAX 1000000u

/* A turn of the main loop. */
typedef struct
{
  gint64 wall_us;
  gint64 cpu_us;
} Turn;

/* The main loop's function that sleeps has no argument of ours. */
static struct
{
  GArray *turns; /* NULL: nothing is counted */
  GuiMoment woke;
  GuiMoment begun;
} counting;

/* --- moments --- */

GuiMoment
gui_moment_now (void)
{
  struct timespec cpu;

  (void) clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu); /* Linux has it */
  return (GuiMoment){ .wall_us = g_get_monotonic_time (),
                      .cpu_us = (gint64) cpu.tv_sec * G_USEC_PER_SEC + cpu.tv_nsec / 1000 };
}

double
gui_moment_wall_ms (const GuiMoment *since)
{
  return (double) (gui_moment_now ().wall_us - since->wall_us) / 1000;
}

double
gui_moment_cpu_ms (const GuiMoment *since)
{
  return (double) (gui_moment_now ().cpu_us - since->cpu_us) / 1000;
}

/* --- the loop --- */

static gboolean
end_loop (void *loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
gui_turns_settle (guint ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (ms, end_loop, loop);
  g_main_loop_run (loop);
}

static int
sleep_and_count (GPollFD *fds, guint n, int timeout_ms)
{
  GuiMoment now = gui_moment_now ();
  Turn turn = { now.wall_us - counting.woke.wall_us, now.cpu_us - counting.woke.cpu_us };
  int ready;

  if (counting.turns->len < TURNS_MAX)
    g_array_append_val (counting.turns, turn);
  ready = g_poll (fds, n, timeout_ms);
  counting.woke = gui_moment_now ();
  return ready;
}

void
gui_turns_begin (void)
{
  counting.turns = g_array_new (FALSE, FALSE, sizeof (Turn));
  counting.begun = counting.woke = gui_moment_now ();
  g_main_context_set_poll_func (NULL, sleep_and_count);
}

static int
compare_wall (gconstpointer a, gconstpointer b)
{
  const Turn *x = a, *y = b;

  return (x->wall_us > y->wall_us) - (x->wall_us < y->wall_us);
}

static int
compare_cpu (gconstpointer a, gconstpointer b)
{
  const Turn *x = a, *y = b;

  return (x->cpu_us > y->cpu_us) - (x->cpu_us < y->cpu_us);
}

static void
print_order (const char *clock, GCompareFunc compare, gsize offset)
{
  guint n = counting.turns->len;
  const guint places[] = { n - 1 - n / 100, n - 1 - n / 1000, n - 1 };

  g_array_sort (counting.turns, compare);
  g_print ("    a turn, %s: ", clock);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char *turn = (const char *) &g_array_index (counting.turns, Turn, places[i]);

      g_print ("%s %.1f ms%s", (const char *[]){ "p99", "p99.9", "worst" }[i],
               (double) *(const gint64 *) (turn + offset) / 1000, i < 2 ? ", " : "\n");
    }
}

double
gui_turns_end (const char *what)
{
  double worst_ms = 0;
  double wall_ms = gui_moment_wall_ms (&counting.begun);

  g_main_context_set_poll_func (NULL, NULL);
  g_print ("%s: %.1f s, %u turns of the main loop, %.1f ms of the main thread a second\n", what,
           wall_ms / 1000, counting.turns->len,
           gui_moment_cpu_ms (&counting.begun) * 1000 / wall_ms);
  if (counting.turns->len > 0)
    {
      print_order ("by the wall", compare_wall, G_STRUCT_OFFSET (Turn, wall_us));
      print_order ("computed", compare_cpu, G_STRUCT_OFFSET (Turn, cpu_us));
      worst_ms
          = (double) g_array_index (counting.turns, Turn, counting.turns->len - 1).cpu_us / 1000;
    }
  g_clear_pointer (&counting.turns, g_array_unref);
  return worst_ms;
}
