/* gui-speed-graph.h: bytes a second over time: what comes down as an area, what goes up as a line,
 * limits as dashed lines; figures at both axes, and all of it in words. Drawn by rectangles, anew
 * only when it is given other figures: once a second. */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_SPEED_GRAPH (gui_speed_graph_get_type ())
G_DECLARE_FINAL_TYPE (GuiSpeedGraph, gui_speed_graph, GUI, SPEED_GRAPH, GtkWidget)

GtkWidget *gui_speed_graph_new (void);

/* Pairs of guint32, down and up in bytes a second, oldest first, @step_seconds from one to the
 * next; NULL for none. The last one is of @end, in seconds since 1970. */
void gui_speed_graph_set_series (GuiSpeedGraph *self, GBytes *rates, guint step_seconds,
                                 gint64 end);
/* Bytes a second; 0 for none. One that is far above what moves is not shown. */
void gui_speed_graph_set_limits (GuiSpeedGraph *self, guint64 down_Bps, guint64 up_Bps);
/* The picture in words. (transfer none) */
const char *gui_speed_graph_get_text (GuiSpeedGraph *self);
