/* gui-state.c: see gui-state.h. */
#include "gtk-client/text/gui-state.h"

#include <glib/gi18n.h>

static const struct
{
  const char *word;
  const char *icon;
} states[GUI_N_STATES] = {
  [GUI_STATE_ERROR] = { N_ ("Stopped by an error"), "dialog-error-symbolic" },
  [GUI_STATE_DOWNLOADING] = { N_ ("Downloading"), "folder-download-symbolic" },
  [GUI_STATE_METADATA] = { N_ ("Getting the file list"), "content-loading-symbolic" },
  [GUI_STATE_LAYERS] = { N_ ("Getting the hashes of its pieces"), "content-loading-symbolic" },
  [GUI_STATE_CHECKING] = { N_ ("Checking"), "view-refresh-symbolic" },
  [GUI_STATE_MOVING] = { N_ ("Moving files"), "folder-visiting-symbolic" },
  [GUI_STATE_WAITING] = { N_ ("Waiting for its turn"), "alarm-symbolic" },
  [GUI_STATE_SHARING] = { N_ ("Sharing"), "send-to-symbolic" },
  [GUI_STATE_PAUSED] = { N_ ("Paused"), "media-playback-pause-symbolic" },
  [GUI_STATE_REMOVED] = { N_ ("Removed"), "user-trash-symbolic" },
};

GuiState
gui_state_of (ShoalTorrent *torrent)
{
  static const GuiState moving[] = {
    [SHOAL_TORRENT_STATE_VERIFYING] = GUI_STATE_CHECKING,
    [SHOAL_TORRENT_STATE_DOWNLOADING] = GUI_STATE_DOWNLOADING,
    [SHOAL_TORRENT_STATE_SEEDING] = GUI_STATE_SHARING,
    [SHOAL_TORRENT_STATE_FAULT] = GUI_STATE_ERROR,
    [SHOAL_TORRENT_STATE_METADATA] = GUI_STATE_METADATA,
    [SHOAL_TORRENT_STATE_REMOVED] = GUI_STATE_REMOVED,
  };
  GuiState state = moving[shoal_torrent_get_state (torrent)];

  if (state == GUI_STATE_ERROR || state == GUI_STATE_REMOVED)
    return state;
  if (shoal_torrent_get_moving (torrent))
    return GUI_STATE_MOVING;
  if (shoal_torrent_get_paused (torrent))
    return GUI_STATE_PAUSED;
  if (state == GUI_STATE_METADATA && shoal_torrent_get_n_files (torrent) > 0)
    state = GUI_STATE_LAYERS;
  return shoal_torrent_get_queued (torrent) ? GUI_STATE_WAITING : state;
}

const char *
gui_state_word (GuiState state)
{
  return _ (states[state].word);
}

const char *
gui_state_icon (GuiState state)
{
  return states[state].icon;
}
