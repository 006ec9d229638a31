/* gui-keys.h: by what torrents are searched and put in order by name: computed once for a name and
 * kept with the torrent, since ten thousand rows are compared again and again.
 *
 * No widgets; the application's thread. */
#pragma once

#include "client-core/shoal.h"

typedef struct
{
  char *folded;  /* the name without case: what a search looks into */
  char *collate; /* compared by strcmp(): the order of names in the person's language, numbers as
                    numbers */
} GuiKeys;

/* Lent by the torrent until its name changes. */
const GuiKeys *gui_keys_of (ShoalTorrent *torrent);

/* The words of a query, folded as the names are; NULL when it has none. (transfer full) */
char **gui_keys_words (const char *query);
/* Whether each of the words stands in the torrent's name; NULL fits all. */
gboolean gui_keys_fit (ShoalTorrent *torrent, const char *const *words);
