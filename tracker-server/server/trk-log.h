/* trk-log.h: the program's log: one line an event, on standard error.
 *
 * A line begins with its priority, <3> to <7>, where the journal reads it, and with the time where
 * a person does. Text from outside is escaped: nobody writes a second line, or to the terminal. */
#pragma once

#include <stdbool.h>

#include <glib.h>

typedef struct
{
  GLogLevelFlags least; /* less important lines are dropped */
  bool journal;         /* standard error is read by the journal */
  bool line;            /* a line of statistics stands there, to be cleared first */
} TrkLog;

/* Takes over GLib's log for the rest of the process; @self is lent. Once, before any thread.
 * @verbosity: -1 warnings and errors alone, 0 usual, 1 more, 2 all. */
void trk_log_begin (TrkLog *self, int verbosity);

/* Text with everything that is not to be shown in octal. (transfer full) */
char *trk_log_escape (const char *text);
