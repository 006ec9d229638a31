/* gui-state.h: what a torrent is doing, as a person sees it: the engine's state, and whether it is
 * paused or waits for its turn.
 *
 * Lists are filtered, counted and put in order by it. No widgets; the application's thread. */
#pragma once

#include "client-core/shoal.h"

/* In the order of a list by state: what wants to be looked at comes first. */
typedef enum
{
  GUI_STATE_ERROR,
  GUI_STATE_DOWNLOADING,
  GUI_STATE_METADATA,
  GUI_STATE_LAYERS, /* of a .torrent that lacks them */
  GUI_STATE_CHECKING,
  GUI_STATE_MOVING,
  GUI_STATE_WAITING,
  GUI_STATE_SHARING,
  GUI_STATE_PAUSED,
  GUI_STATE_REMOVED,
  GUI_N_STATES
} GuiState;

GuiState gui_state_of (ShoalTorrent *torrent);
/* "Downloading", "Paused" ... (transfer none) */
const char *gui_state_word (GuiState state);
/* The symbolic icon that stands beside the word. (transfer none) */
const char *gui_state_icon (GuiState state);
