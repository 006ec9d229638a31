/* shoal-torrent-private.h: what the parts of ShoalTorrent share.
 *
 * shoal-torrent.c: its life and its commands; shoal-torrent-properties.c: what a row of a list
 * shows, and telling what of it has changed. */
#pragma once

#include <stdbool.h>

#include "client-core/shoal-session-private.h"
#include "shoal-torrent.h"

struct _ShoalTorrent
{
  GObject parent;
  EngEngine *engine; /* the session's, which outlives its torrents; NULL when that is gone */
  uint64_t id;
  BtMetainfo *metainfo;
  EngTorrentStats stats;
  bool removed;
  bool removing;
  gint64 added; /* wall time, seconds */
  char *tracker;
  GError *error;
};

/* What can change and is not in the stats. */
typedef struct
{
  EngTorrentStats stats;
  ShoalTorrentState state;
  double progress;
  double ratio;
  const GError *error; /* lent, to tell one from none */
} ShoalTorrentShown;

/* shoal-torrent-properties.c */
void shoal_torrent_install_properties (GObjectClass *class);
ShoalTorrentShown shoal_torrent_shown (ShoalTorrent *self);
/* Notifies of each property that is not as it was in @before. */
void shoal_torrent_notify_changes (ShoalTorrent *self, const ShoalTorrentShown *before);
/* Keeps what a tracker said, which may be NULL, and notifies when it is something else. */
void shoal_torrent_set_tracker_message (ShoalTorrent *self, const char *message);
