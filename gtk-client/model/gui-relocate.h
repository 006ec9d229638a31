/* gui-relocate.h: asks for another folder for the files of torrents, and puts them there, or says
 * that they are there already.
 *
 * What goes wrong is said by the action "win.say" of the widget's window. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

/* @torrents: of ShoalTorrent. Their files go to the folder that the person chooses. */
void gui_relocate_move (GtkWidget *widget, GPtrArray *torrents);
/* The person has moved the files, and says where they are. */
void gui_relocate_locate (GtkWidget *widget, ShoalTorrent *torrent);
