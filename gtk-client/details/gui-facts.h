/* gui-facts.h: what is known of a torrent, line by line: state, sizes, folder, hashes, dates,
 * comment. Lines that have nothing to say are left out. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

#define GUI_TYPE_FACTS (gui_facts_get_type ())
G_DECLARE_FINAL_TYPE (GuiFacts, gui_facts, GUI, FACTS, GtkWidget)

GtkWidget *gui_facts_new (void);

/* Shows a torrent, or shows it anew; only lines that differ are touched. */
void gui_facts_show (GuiFacts *self, ShoalTorrent *torrent);
