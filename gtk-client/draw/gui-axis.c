/* gui-axis.c: see gui-axis.h. */
#include "gtk-client/draw/gui-axis.h"

#define KIB 1024u

guint64
gui_axis_rate_step (guint64 top_Bps, guint n_lines_max)
{
  static const guint figures[] = { 1, 2, 5, 10, 20, 50, 100, 256, 512 };
  guint64 unit = KIB;

  n_lines_max = MAX (n_lines_max, 1);
  for (;;)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
        if (top_Bps / n_lines_max < unit * figures[i])
          return unit * figures[i];
      if (unit > G_MAXUINT64 / KIB / 512)
        return unit * 512;
      unit *= KIB;
    }
}

guint64
gui_axis_rate_top (guint64 top_Bps, guint64 step_Bps)
{
  guint64 n = top_Bps / step_Bps + (top_Bps % step_Bps != 0);

  return MAX (n, 1) * step_Bps;
}

guint
gui_axis_time_step (guint span_seconds, guint n_marks_max)
{
  static const guint steps[]
      = { 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600 };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (span_seconds / steps[i] <= n_marks_max)
      return steps[i];
  return 43200;
}
