/* gui-tracker-text.h: trackers as a person writes them: a URL on each line, a blank line before
 * each next tier; and sets of them that are kept under a name. No widgets; any thread.
 *
 * A list is one of shoal_torrent_dup_announce_list(): URLs, "" between tiers, NULL at the end. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"

/* Of one text, in bytes; what is longer is an error. */
#define GUI_TRACKER_TEXT_MAX (1024u * 1024u)
/* Of one list, as a torrent may have. */
#define GUI_TRACKERS_MAX 1000u

/* Spaces around URLs and what is there twice are left out. NULL, the number of the line from 1, and
 * @error, when a line is no tracker. (transfer full) */
char **gui_tracker_text_parse (const char *text, guint *line, GError **error);
/* (transfer full) */
char *gui_tracker_text_write (const char *const *list);

/* Calls @each with every URL and its tier, from 0; the number of URLs. */
guint gui_tracker_list_foreach (const char *const *list,
                                void (*each) (const char *url, guint tier, void *data), void *data);

/* Makes the trackers of a torrent, and their tiers, those of a list that was parsed. Main thread.
 */
void gui_tracker_list_apply (const char *const *list, ShoalTorrent *torrent);

/* --- sets --- */

/* Their names, sorted. (transfer full) */
char **gui_tracker_sets_list (GSettings *settings);
/* The list of one. (transfer full) (nullable) */
char **gui_tracker_sets_get (GSettings *settings, const char *name);
/* Puts a set there, in place of one of that name; @list NULL takes it away. */
void gui_tracker_sets_put (GSettings *settings, const char *name, const char *const *list);
