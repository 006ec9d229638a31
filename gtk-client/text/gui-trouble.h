/* gui-trouble.h: what keeps a torrent from going on, in a sentence, and the one thing that helps.
 *
 * A fault of the disk stops a torrent; a tracker that refuses does not, but nobody finds it then.
 * No widgets; the application's thread. */
#pragma once

#include "client-core/shoal.h"

/* What the button beside the sentence does. */
typedef enum
{
  GUI_HELP_NONE,
  GUI_HELP_RETRY,    /* look at the disk once more and go on */
  GUI_HELP_CHECK,    /* likewise: hash what has changed */
  GUI_HELP_LOCATE,   /* say where the files are now */
  GUI_HELP_MOVE,     /* put the files where there is room */
  GUI_HELP_ANNOUNCE, /* ask the trackers again */
} GuiHelp;

/* Whether something is wrong with the torrent: cheap enough for every torrent once a second. */
gboolean gui_trouble_is (ShoalTorrent *torrent);
/* The cause in one line, safe to be shown; NULL when nothing is wrong. Stores what helps.
 * (transfer full) */
char *gui_trouble_text (ShoalTorrent *torrent, GuiHelp *help);
/* The word on the button; NULL for GUI_HELP_NONE. (transfer none) */
const char *gui_trouble_help (GuiHelp help);
