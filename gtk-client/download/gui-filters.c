/* gui-filters.c: see gui-filters.h. */
#include "gtk-client/download/gui-filters.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gtk-client/text/gui-state.h"
#include "gtk-client/text/gui-trouble.h"

#define OF(state) (1u << (state))

static const struct
{
  const char *id;
  const char *title;
  guint states;
  gboolean permanent;
} filters[GUI_N_FILTERS] = {
  [GUI_FILTER_ERRORS] = { "errors", N_ ("With Errors"), OF (GUI_STATE_ERROR), FALSE },
  /* Translators: all torrents, as a filter of a list */
  [GUI_FILTER_ALL] = { "all", N_ ("All"), G_MAXUINT, TRUE },
  [GUI_FILTER_DOWNLOADING]
  = { "downloading", N_ ("Downloading"),
      OF (GUI_STATE_DOWNLOADING) | OF (GUI_STATE_METADATA) | OF (GUI_STATE_LAYERS), TRUE },
  [GUI_FILTER_SHARING] = { "sharing", N_ ("Sharing"), OF (GUI_STATE_SHARING), TRUE },
  [GUI_FILTER_PAUSED] = { "paused", N_ ("Paused"), OF (GUI_STATE_PAUSED), TRUE },
  [GUI_FILTER_WAITING] = { "waiting", N_ ("Waiting"), OF (GUI_STATE_WAITING), FALSE },
  [GUI_FILTER_CHECKING] = { "checking", N_ ("Checking"), OF (GUI_STATE_CHECKING), FALSE },
};

const char *
gui_filters_id (GuiFilter filter)
{
  return filters[filter].id;
}

GuiFilter
gui_filters_find (const char *id)
{
  for (guint i = 0; i < GUI_N_FILTERS; i++)
    if (strcmp (filters[i].id, id) == 0)
      return (GuiFilter) i;
  return GUI_FILTER_ALL;
}

const char *
gui_filters_title (GuiFilter filter)
{
  return _ (filters[filter].title);
}

gboolean
gui_filters_is_permanent (GuiFilter filter)
{
  return filters[filter].permanent;
}

gboolean
gui_filters_fit (GuiFilter filter, ShoalTorrent *torrent)
{
  if (filter == GUI_FILTER_ERRORS && gui_trouble_is (torrent))
    return TRUE;
  return (filters[filter].states & OF (gui_state_of (torrent))) != 0;
}

void
gui_filters_count (ShoalTorrent *const *torrents, guint n, guint counts[GUI_N_FILTERS])
{
  memset (counts, 0, GUI_N_FILTERS * sizeof *counts);
  for (guint i = 0; i < n; i++)
    {
      guint state = OF (gui_state_of (torrents[i]));

      for (guint filter = 0; filter < GUI_N_FILTERS; filter++)
        counts[filter] += (filters[filter].states & state) != 0;
      if (gui_trouble_is (torrents[i]) && state != OF (GUI_STATE_ERROR))
        counts[GUI_FILTER_ERRORS]++;
    }
}
