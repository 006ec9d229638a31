/* gui-turns.h: what each turn of the main loop costs the window's thread: from the moment in which
 * the loop wakes up to the one in which it goes to sleep again, drawing included. Main thread only.
 */
#pragma once

#include <glib.h>

/* A moment by the clock on the wall, and by what the main thread has computed. */
typedef struct
{
  gint64 wall_us;
  gint64 cpu_us;
} GuiMoment;

GuiMoment gui_moment_now (void);
/* Milliseconds since then. */
double gui_moment_wall_ms (const GuiMoment *since);
double gui_moment_cpu_ms (const GuiMoment *since);

/* Runs the main loop for so long. */
void gui_turns_settle (guint ms);

/* Counts the turns from here on. */
void gui_turns_begin (void);
/* Prints what they cost, as @what; returns what the worst of them computed, in milliseconds. */
double gui_turns_end (const char *what);
