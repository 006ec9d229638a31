/* shoal-torrent-tracker.h: one tracker of a torrent, as an application sees it. The application's
 * thread only. */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"

G_BEGIN_DECLS

/**
 * ShoalTrackerStatus:
 * @SHOAL_TRACKER_STATUS_WAITING: for its turn
 * @SHOAL_TRACKER_STATUS_BUSY: it is being asked
 * @SHOAL_TRACKER_STATUS_WORKING: it has answered the last time
 * @SHOAL_TRACKER_STATUS_FAILING: it has not, or has refused
 *
 * How it is with a tracker of a torrent.
 */
typedef enum
{
  SHOAL_TRACKER_STATUS_WAITING,
  SHOAL_TRACKER_STATUS_BUSY,
  SHOAL_TRACKER_STATUS_WORKING,
  SHOAL_TRACKER_STATUS_FAILING
} ShoalTrackerStatus;

SHOAL_API GType shoal_tracker_status_get_type (void);

#define SHOAL_TYPE_TRACKER_STATUS (shoal_tracker_status_get_type ())
#define SHOAL_TYPE_TORRENT_TRACKER (shoal_torrent_tracker_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalTorrentTracker, shoal_torrent_tracker, SHOAL, TORRENT_TRACKER, GObject)

SHOAL_API const char *shoal_torrent_tracker_get_url (ShoalTorrentTracker *self);
SHOAL_API guint shoal_torrent_tracker_get_tier (ShoalTorrentTracker *self);
SHOAL_API ShoalTrackerStatus shoal_torrent_tracker_get_status (ShoalTorrentTracker *self);
SHOAL_API const char *shoal_torrent_tracker_get_message (ShoalTorrentTracker *self);
SHOAL_API gint64 shoal_torrent_tracker_get_last_announce (ShoalTorrentTracker *self);
SHOAL_API gint64 shoal_torrent_tracker_get_next_announce (ShoalTorrentTracker *self);
SHOAL_API gint64 shoal_torrent_tracker_get_seeders (ShoalTorrentTracker *self);
SHOAL_API gint64 shoal_torrent_tracker_get_leechers (ShoalTorrentTracker *self);
SHOAL_API guint shoal_torrent_tracker_get_n_peers (ShoalTorrentTracker *self);

G_END_DECLS
