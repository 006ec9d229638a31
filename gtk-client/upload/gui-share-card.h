/* gui-share-card.h: what a person hands to others of a torrent that is shared: its link, as text
 * and as a code, and its file; and the way to register it at a tracker. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_SHARE_CARD (gui_share_card_get_type ())
G_DECLARE_FINAL_TYPE (GuiShareCard, gui_share_card, GUI, SHARE_CARD, GtkBox)

/* Signal "closed" (void): the person has done with it; the torrent goes on. */
GtkWidget *gui_share_card_new (GuiSession *session, ShoalTorrent *torrent);

ShoalTorrent *gui_share_card_get_torrent (GuiShareCard *self); /* lent */
/* Whether its code is shown: the signal "code" tells when that changes. */
gboolean gui_share_card_shows_code (GuiShareCard *self);
