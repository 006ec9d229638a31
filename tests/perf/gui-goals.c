/* gui-goals.c: see gui-goals.h. */
#include "tests/perf/gui-goals.h"

void
gui_goals_print (const char *what, double limit, double figure, const char *unit)
{
  g_autofree char *most = limit > 0 ? g_strdup_printf ("%g %s", limit, unit) : g_strdup ("");
  int digits = figure < 10 ? 1 : 0;

  g_print ("| %s | %s | %.*f %s | %s |\n", what, most, digits, figure, unit,
           limit > 0 && figure > limit ? "over" : "");
}
