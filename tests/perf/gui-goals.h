/* gui-goals.h: a figure beside what it may be at the most, as a row of a table. */
#pragma once

#include <glib.h>

/* Prints "| what | limit unit | figure unit | |", with "over" at the end of what is. A limit of 0
 * is none. */
void gui_goals_print (const char *what, double limit, double figure, const char *unit);
