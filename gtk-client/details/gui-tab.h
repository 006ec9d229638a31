/* gui-tab.h: what the tabs of the details have in common: each looks at one torrent, and only while
 * it is on the screen: whatever costs the engine something is asked for in begin() and let go in
 * end(). Main thread. */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_TAB (gui_tab_get_type ())
G_DECLARE_DERIVABLE_TYPE (GuiTab, gui_tab, GUI, TAB, AdwBin)

struct _GuiTabClass
{
  AdwBinClass parent_class;

  /* It is there: shows what was chosen in it before, and keeps from now on what is. May be NULL. */
  void (*remember) (GuiTab *self, GSettings *settings);
  /* It is on the screen and has a torrent: holds its lists, fills itself. */
  void (*begin) (GuiTab *self, ShoalTorrent *torrent);
  /* It is not any more. May be NULL. */
  void (*end) (GuiTab *self);
  /* Behind end(): the torrent is another one, or all tabs have left the screen: lets go what was
   * kept for the next begin(). May be NULL. */
  void (*forget) (GuiTab *self);
  /* Once a second between both. May be NULL. */
  void (*tick) (GuiTab *self, ShoalTorrent *torrent);
};

/* Once, before there is a torrent. */
void gui_tab_set_session (GuiTab *self, GuiSession *session);
/* NULL for none. */
void gui_tab_set_torrent (GuiTab *self, ShoalTorrent *torrent);
/* (transfer none) */
GuiSession *gui_tab_get_session (GuiTab *self);
/* (transfer none) (nullable) */
ShoalTorrent *gui_tab_get_torrent (GuiTab *self);
