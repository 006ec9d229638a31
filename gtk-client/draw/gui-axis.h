/* gui-axis.h: which figures stand at the axes of a graph. No widgets; any thread. */
#pragma once

#include <glib.h>

/* Bytes a second from one line of the grid to the next: 1, 2, 5 ... 100, 256, 512 of a unit of
 * 1024, so that at most @n_lines_max lines are above 0 up to @top, below 2^55. */
guint64 gui_axis_rate_step (guint64 top_Bps, guint n_lines_max);
/* The figure that the highest line shows: the first of them that is not below @top. */
guint64 gui_axis_rate_top (guint64 top_Bps, guint64 step_Bps);

/* Seconds from one mark of time to the next, of those that clocks have: 5 s ... 6 h. */
guint gui_axis_time_step (guint span_seconds, guint n_marks_max);
