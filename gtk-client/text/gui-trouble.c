/* gui-trouble.c: see gui-trouble.h. */
#include "gtk-client/text/gui-trouble.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text.h"

/* Of a torrent that is at work: one that is paused asks no tracker. */
static gboolean
tracker_complains (ShoalTorrent *torrent)
{
  ShoalTorrentState state = shoal_torrent_get_state (torrent);

  return shoal_torrent_get_tracker_message (torrent) != NULL && !shoal_torrent_get_paused (torrent)
         && state != SHOAL_TORRENT_STATE_REMOVED;
}

gboolean
gui_trouble_is (ShoalTorrent *torrent)
{
  return shoal_torrent_get_error (torrent) != NULL || tracker_complains (torrent);
}

/* What a person can do about a fault of the disk. */
static GuiHelp
help_for (const GError *error)
{
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_NO_SPACE))
    return GUI_HELP_MOVE;
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_NOT_FOUND))
    return GUI_HELP_LOCATE;
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_CHANGED))
    return GUI_HELP_CHECK;
  return GUI_HELP_RETRY;
}

/* The kind of a fault, which a narrow row has room for; NULL: what is said tells it. */
static const char *
kind_of (const GError *error)
{
  static const struct
  {
    ShoalError code;
    const char *words;
  } kinds[] = {
    { SHOAL_ERROR_NO_SPACE, N_ ("The disk is full") },
    { SHOAL_ERROR_NOT_FOUND, N_ ("Files are missing") },
    { SHOAL_ERROR_READ, N_ ("Files cannot be read") },
    { SHOAL_ERROR_WRITE, N_ ("Files cannot be written") },
    { SHOAL_ERROR_CHANGED, N_ ("Files have changed") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_error_matches (error, SHOAL_ERROR, kinds[i].code))
      return _ (kinds[i].words);
  return NULL;
}

static char *
describe (const GError *error)
{
  const char *kind = kind_of (error);
  g_autofree char *said = gui_text_line (error->message);

  if (kind == NULL)
    return g_steal_pointer (&said);
  /* Translators: what is wrong with files, and which of them: "The disk is full: “/path”: No space"
   */
  return g_strdup_printf (_ ("%s: %s"), kind, said);
}

char *
gui_trouble_text (ShoalTorrent *torrent, GuiHelp *help)
{
  const GError *error = shoal_torrent_get_error (torrent);
  g_autofree char *said = NULL;

  *help = GUI_HELP_NONE;
  if (error != NULL)
    {
      *help = help_for (error);
      return describe (error);
    }
  if (!tracker_complains (torrent))
    return NULL;
  *help = GUI_HELP_ANNOUNCE;
  said = gui_text_line (shoal_torrent_get_tracker_message (torrent));
  /* Translators: %s is what a tracker answered, in its own words */
  return g_strdup_printf (_ ("The tracker refuses: %s"), said);
}

const char *
gui_trouble_help (GuiHelp help)
{
  static const char *const words[] = {
    [GUI_HELP_NONE] = NULL,
    [GUI_HELP_RETRY] = N_ ("Try Again"),
    [GUI_HELP_CHECK] = N_ ("Check Files"),
    [GUI_HELP_LOCATE] = N_ ("Locate…"),
    [GUI_HELP_MOVE] = N_ ("Change Location…"),
    [GUI_HELP_ANNOUNCE] = N_ ("Ask Again"),
  };

  return words[help] != NULL ? _ (words[help]) : NULL;
}
