/* gui-torrents.h: torrents made up for tests of windows: their files are nowhere. */
#pragma once

#include <glib.h>

/* One file of a torrent. */
typedef struct
{
  const char *path; /* '/' between components */
  guint64 length;
} GuiTestFile;

/* The bytes of a .torrent (v1) called @name, with an announce URL or NULL. (transfer full) */
GBytes *gui_torrents_make (const char *name, const GuiTestFile *files, guint n,
                           const char *announce);
/* Of @n files of one byte in a hundred folders. (transfer full) */
GBytes *gui_torrents_make_large (guint n);
