/* gui-picked.h: the torrents of a list that fit a condition and whose names have the words of a
 * query, as a list model. No widgets.
 *
 * What GtkFilterListModel does, for a condition that changes by itself, and with items that are
 * found in one step: windows walk ten thousand of them each second. Main thread. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"

#define GUI_TYPE_PICKED (gui_picked_get_type ())
G_DECLARE_FINAL_TYPE (GuiPicked, gui_picked, GUI, PICKED, GObject)

typedef gboolean (*GuiPickedFits) (ShoalTorrent *torrent, void *data);

/* @source: of ShoalTorrent. @fits has to hold until gui_picked_stop(); NULL for all. */
GuiPicked *gui_picked_new (GListModel *source, GuiPickedFits fits, void *data);
/* Words that a name has to contain; NULL or "" for any name. */
void gui_picked_set_query (GuiPicked *self, const char *query);
/* (transfer none) (nullable) */
const char *gui_picked_get_query (GuiPicked *self);
/* Looks at all of them again; only what differs is announced, as one change. */
void gui_picked_update (GuiPicked *self);
/* Those that are picked, until the list changes: a walk asks for none of them. (transfer none) */
ShoalTorrent *const *gui_picked_peek (GuiPicked *self, guint *n);
/* Nothing fits any more, and nobody is asked. */
void gui_picked_stop (GuiPicked *self);
