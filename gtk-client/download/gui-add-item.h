/* gui-add-item.h: one torrent that a person is about to add: read, fetched or found, then chosen.
 *
 *     path, file: URI   read -\
 *     http(s): URL     fetch --> the session, SHOAL_ADD_CHOOSE -> READY -> gui_add_item_choose()
 *     magnet, hash    ---------> likewise -> METADATA -> READY
 *     it is there already -> DUPLICATE     anything wrong -> FAILED
 *
 * What was not chosen leaves the session with the item. No widgets; main thread. */
#pragma once

#include "gtk-client/model/gui-session.h"

typedef enum
{
  GUI_ADD_LOADING,   /* being read or fetched */
  GUI_ADD_METADATA,  /* a magnet, whose files are not known yet */
  GUI_ADD_READY,     /* the files are known */
  GUI_ADD_DUPLICATE, /* the session has it */
  GUI_ADD_FAILED,    /* see gui_add_item_get_problem() */
  GUI_ADD_CHOSEN     /* it has begun, or its trackers were taken over */
} GuiAddState;

#define GUI_TYPE_ADD_ITEM (gui_add_item_get_type ())
G_DECLARE_FINAL_TYPE (GuiAddItem, gui_add_item, GUI, ADD_ITEM, GObject)

/* Begins at once. Signal "changed" (void): the state, or what it tells. */
GuiAddItem *gui_add_item_new (GuiSession *session, const char *source);

GuiAddState gui_add_item_get_state (GuiAddItem *self);
/* What it is called, as far as is known: a stranger's text. (transfer full) */
char *gui_add_item_dup_name (GuiAddItem *self);
/* The state in a sentence. (transfer full) */
char *gui_add_item_describe (GuiAddItem *self);
/* Why it failed; lent. */
const char *gui_add_item_get_problem (GuiAddItem *self);
/* The one that waits, or the one that is there already; NULL before. Lent. */
ShoalTorrent *gui_add_item_get_torrent (GuiAddItem *self);

/* Lets it begin in @folder, which exists; @priorities NULL: all files, or those that a magnet asks
 * for. */
void gui_add_item_choose (GuiAddItem *self, const char *folder, GBytes *priorities, gboolean start,
                          gboolean sequential);
/* Of a DUPLICATE: gives its trackers to the one that is there; how many it lacked. */
guint gui_add_item_merge (GuiAddItem *self);
/* Tries anew what failed. */
void gui_add_item_retry (GuiAddItem *self);
/* It is not wanted: what it has put into the session leaves it. */
void gui_add_item_drop (GuiAddItem *self);
