/* gui-reach-hint.h: says that nobody can reach this client and what to do, while that is known.
 *
 * What is shared is still found by whom we call: the hint is calm, and stays away for this run once
 * it was closed, unless the port was reached in between. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

#define GUI_TYPE_REACH_HINT (gui_reach_hint_get_type ())
G_DECLARE_FINAL_TYPE (GuiReachHint, gui_reach_hint, GUI, REACH_HINT, GtkBox)

/* Its button activates "app.show-preferences" with "network". */
GtkWidget *gui_reach_hint_new (ShoalSession *session);
