/* gui-picked.h: the torrents of a list that fit a condition, as a list model.
 *
 * What GtkFilterListModel does, for a condition that changes by itself, and with items that are
 * found in one step: windows walk ten thousand of them each second. Main thread. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"

#define GUI_TYPE_PICKED (gui_picked_get_type ())
G_DECLARE_FINAL_TYPE (GuiPicked, gui_picked, GUI, PICKED, GObject)

typedef gboolean (*GuiPickedFits) (ShoalTorrent *torrent, void *data);

/* @source: of ShoalTorrent. @fits has to hold until gui_picked_stop(). */
GuiPicked *gui_picked_new (GListModel *source, GuiPickedFits fits, void *data);
/* Looks at all of them again; only what differs is announced, as one change. */
void gui_picked_update (GuiPicked *self);
/* Nothing fits any more, and nobody is asked. */
void gui_picked_stop (GuiPicked *self);
