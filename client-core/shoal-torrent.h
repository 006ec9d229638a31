/* shoal-torrent.h: one torrent as an application sees it. The application's thread only. */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"

G_BEGIN_DECLS

#define SHOAL_TYPE_TORRENT_STATE (shoal_torrent_state_get_type ())

/**
 * ShoalTorrentState:
 * @SHOAL_TORRENT_STATE_VERIFYING: what is on the disk is being compared with the torrent
 * @SHOAL_TORRENT_STATE_DOWNLOADING: pieces are missing
 * @SHOAL_TORRENT_STATE_SEEDING: everything is here
 * @SHOAL_TORRENT_STATE_FAULT: the disk refused something, or another process has the files; see
 *   shoal_torrent_get_error()
 * @SHOAL_TORRENT_STATE_REMOVED: it has left its session
 *
 * What a torrent is doing.
 */
typedef enum
{
  SHOAL_TORRENT_STATE_VERIFYING,
  SHOAL_TORRENT_STATE_DOWNLOADING,
  SHOAL_TORRENT_STATE_SEEDING,
  SHOAL_TORRENT_STATE_FAULT,
  SHOAL_TORRENT_STATE_REMOVED
} ShoalTorrentState;

SHOAL_API GType shoal_torrent_state_get_type (void);

#define SHOAL_TYPE_TORRENT (shoal_torrent_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalTorrent, shoal_torrent, SHOAL, TORRENT, GObject)

SHOAL_API const char *shoal_torrent_get_name (ShoalTorrent *self);
SHOAL_API ShoalTorrentState shoal_torrent_get_state (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_total (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_left (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_wanted (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_wanted_left (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_verified (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_hashed (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_downloaded (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_uploaded (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_rate_down (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_rate_up (ShoalTorrent *self);
SHOAL_API guint shoal_torrent_get_n_peers (ShoalTorrent *self);
SHOAL_API guint shoal_torrent_get_n_seeds (ShoalTorrent *self);
SHOAL_API gdouble shoal_torrent_get_progress (ShoalTorrent *self);
SHOAL_API gdouble shoal_torrent_get_ratio (ShoalTorrent *self);
SHOAL_API gint64 shoal_torrent_get_added (ShoalTorrent *self);
SHOAL_API const char *shoal_torrent_get_tracker_message (ShoalTorrent *self);
SHOAL_API const GError *shoal_torrent_get_error (ShoalTorrent *self);
SHOAL_API gboolean shoal_torrent_add_peer (ShoalTorrent *self, const char *address, GError **error);
SHOAL_API gboolean shoal_torrent_add_tracker (ShoalTorrent *self, const char *url, guint tier,
                                              GError **error);
SHOAL_API void shoal_torrent_verify (ShoalTorrent *self);
SHOAL_API void shoal_torrent_remove (ShoalTorrent *self);

G_END_DECLS
