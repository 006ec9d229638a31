/* gui-zeros.h: torrents of zeros, whose content is a file without blocks, so that hashing, the
 * network and the window are what is measured, not a disk; and a process that seeds them. */
#pragma once

#include "client-core/shoal.h"

/* A .torrent of one file of @size zeros, which is at least one. (transfer full) */
GBytes *gui_zeros_torrent (const char *name, guint64 size, guint piece_length);
/* Makes the file. */
void gui_zeros_content (const char *folder, const char *name, guint64 size);
/* Adds a torrent that has no tracker. (transfer full) */
ShoalTorrent *gui_zeros_add (ShoalSession *session, GBytes *torrent, const char *folder);

/* A process of its own that seeds. */
typedef struct
{
  GPid pid;
  char *address; /* to be asked at */
} GuiZerosSeed;

/* Forks: before there is a window or a thread. Returns when it has everything. It gives at most so
 * many bytes a second; 0 is no limit. */
GuiZerosSeed gui_zeros_seed (GPtrArray *torrents, const char *folder, guint64 rate_Bps);
void gui_zeros_stop (GuiZerosSeed *seed);
