/* shoal-torrent.h: one torrent as an application sees it. The application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-creator.h"
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
 * @SHOAL_TORRENT_STATE_METADATA: a magnet's metadata is being looked for, or the piece layers of a
 *   .torrent of v2 that lacks them, or a torrent waits for shoal_torrent_choose()
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
  SHOAL_TORRENT_STATE_METADATA,
  SHOAL_TORRENT_STATE_REMOVED
} ShoalTorrentState;

SHOAL_API GType shoal_torrent_state_get_type (void);

/**
 * ShoalRatesSpan:
 * @SHOAL_RATES_MINUTE: the last minute, in 60 steps of a second
 * @SHOAL_RATES_HOUR: the last hour, in 60 steps of a minute
 * @SHOAL_RATES_DAY: the last day, in 96 steps of a quarter of an hour
 *
 * How far back a graph of rates goes.
 */
typedef enum
{
  SHOAL_RATES_MINUTE,
  SHOAL_RATES_HOUR,
  SHOAL_RATES_DAY
} ShoalRatesSpan;

SHOAL_API GType shoal_rates_span_get_type (void);

#define SHOAL_TYPE_RATES_SPAN (shoal_rates_span_get_type ())

/**
 * ShoalRemove:
 * @SHOAL_REMOVE_KEEP_DATA: its files stay
 * @SHOAL_REMOVE_DELETE_DATA: the files that it lists are deleted, and the folders that are empty
 *   then
 *
 * What becomes of a torrent's files when it is removed.
 */
typedef enum
{
  SHOAL_REMOVE_KEEP_DATA,
  SHOAL_REMOVE_DELETE_DATA
} ShoalRemove;

SHOAL_API GType shoal_remove_get_type (void);

#define SHOAL_TYPE_REMOVE (shoal_remove_get_type ())
#define SHOAL_TYPE_TORRENT (shoal_torrent_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalTorrent, shoal_torrent, SHOAL, TORRENT, GObject)

SHOAL_API const char *shoal_torrent_get_name (ShoalTorrent *self);
SHOAL_API const char *shoal_torrent_get_info_hash (ShoalTorrent *self);
SHOAL_API const char *shoal_torrent_get_info_hash_v2 (ShoalTorrent *self);
SHOAL_API const char *shoal_torrent_get_folder (ShoalTorrent *self);
SHOAL_API gboolean shoal_torrent_get_private (ShoalTorrent *self);
SHOAL_API const char *shoal_torrent_get_comment (ShoalTorrent *self);
SHOAL_API const char *shoal_torrent_get_created_by (ShoalTorrent *self);
SHOAL_API gint64 shoal_torrent_get_creation_date (ShoalTorrent *self);
SHOAL_API guint64 shoal_torrent_get_piece_length (ShoalTorrent *self);
SHOAL_API guint shoal_torrent_get_n_pieces (ShoalTorrent *self);
SHOAL_API guint shoal_torrent_get_n_files (ShoalTorrent *self);
SHOAL_API ShoalFormat shoal_torrent_get_format (ShoalTorrent *self);
SHOAL_API char *shoal_torrent_dup_magnet (ShoalTorrent *self);
SHOAL_API char *shoal_torrent_dup_link (ShoalTorrent *self, gboolean *leads);
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
SHOAL_API GBytes *shoal_torrent_dup_rates (ShoalTorrent *self, ShoalRatesSpan span);
SHOAL_API guint shoal_torrent_get_n_peers (ShoalTorrent *self);
SHOAL_API guint shoal_torrent_get_n_seeds (ShoalTorrent *self);
SHOAL_API gdouble shoal_torrent_get_progress (ShoalTorrent *self);
SHOAL_API gdouble shoal_torrent_get_ratio (ShoalTorrent *self);
SHOAL_API gint64 shoal_torrent_get_added (ShoalTorrent *self);
SHOAL_API gint64 shoal_torrent_get_completed_at (ShoalTorrent *self);
SHOAL_API const char *shoal_torrent_get_tracker_message (ShoalTorrent *self);
SHOAL_API const GError *shoal_torrent_get_error (ShoalTorrent *self);
SHOAL_API GBytes *shoal_torrent_get_torrent_file (ShoalTorrent *self);
SHOAL_API gdouble shoal_torrent_get_metadata_progress (ShoalTorrent *self);
SHOAL_API gboolean shoal_torrent_get_chosen (ShoalTorrent *self);
SHOAL_API void shoal_torrent_choose (ShoalTorrent *self, GBytes *priorities);
SHOAL_API void shoal_torrent_choose_in (ShoalTorrent *self, const char *folder, GBytes *priorities);
SHOAL_API GBytes *shoal_torrent_dup_priorities (ShoalTorrent *self);
SHOAL_API GBytes *shoal_torrent_dup_files_done (ShoalTorrent *self);
SHOAL_API char **shoal_torrent_dup_announce_list (ShoalTorrent *self);
SHOAL_API guint shoal_torrent_merge_torrent (ShoalTorrent *self, GBytes *torrent);
SHOAL_API guint shoal_torrent_merge_magnet (ShoalTorrent *self, const char *uri);
SHOAL_API gboolean shoal_torrent_add_peer (ShoalTorrent *self, const char *address, GError **error);
SHOAL_API gboolean shoal_torrent_add_tracker (ShoalTorrent *self, const char *url, guint tier,
                                              GError **error);
SHOAL_API void shoal_torrent_retry (ShoalTorrent *self);
SHOAL_API void shoal_torrent_verify (ShoalTorrent *self);
SHOAL_API void shoal_torrent_remove (ShoalTorrent *self);
SHOAL_API void shoal_torrent_remove_async (ShoalTorrent *self, ShoalRemove data,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
SHOAL_API gboolean shoal_torrent_remove_finish (ShoalTorrent *self, GAsyncResult *result,
                                                GError **error);

SHOAL_API gboolean shoal_torrent_get_paused (ShoalTorrent *self);
SHOAL_API gboolean shoal_torrent_get_queued (ShoalTorrent *self);
SHOAL_API gint64 shoal_torrent_get_queue_rank (ShoalTorrent *self);
SHOAL_API gboolean shoal_torrent_get_forced (ShoalTorrent *self);
SHOAL_API void shoal_torrent_set_forced (ShoalTorrent *self, gboolean forced);
SHOAL_API void shoal_torrent_pause (ShoalTorrent *self);
SHOAL_API void shoal_torrent_resume (ShoalTorrent *self);
SHOAL_API gboolean shoal_torrent_get_sequential (ShoalTorrent *self);
SHOAL_API void shoal_torrent_set_sequential (ShoalTorrent *self, gboolean sequential);
SHOAL_API gboolean shoal_torrent_get_edges_first (ShoalTorrent *self);
SHOAL_API void shoal_torrent_set_edges_first (ShoalTorrent *self, gboolean edges_first);
SHOAL_API void shoal_torrent_get_limits (ShoalTorrent *self, guint64 *down_Bps, guint64 *up_Bps);
SHOAL_API void shoal_torrent_set_limits (ShoalTorrent *self, guint64 down_Bps, guint64 up_Bps);
SHOAL_API void shoal_torrent_set_priorities (ShoalTorrent *self, GBytes *priorities);

SHOAL_API void shoal_torrent_rename_file_async (ShoalTorrent *self, guint index,
                                                const char *new_path, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_torrent_rename_file_finish (ShoalTorrent *self, GAsyncResult *result,
                                                     GError **error);

SHOAL_API void shoal_torrent_set_folder (ShoalTorrent *self, const char *folder);
SHOAL_API void shoal_torrent_move_async (ShoalTorrent *self, const char *folder,
                                         GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
SHOAL_API gboolean shoal_torrent_move_finish (ShoalTorrent *self, GAsyncResult *result,
                                              GError **error);
SHOAL_API gboolean shoal_torrent_get_moving (ShoalTorrent *self);
SHOAL_API gdouble shoal_torrent_get_move_progress (ShoalTorrent *self);

SHOAL_API GListModel *shoal_torrent_dup_log (ShoalTorrent *self);
SHOAL_API GListModel *shoal_torrent_dup_files (ShoalTorrent *self);
SHOAL_API GListModel *shoal_torrent_dup_peers (ShoalTorrent *self);
SHOAL_API GListModel *shoal_torrent_dup_trackers (ShoalTorrent *self);
SHOAL_API gboolean shoal_torrent_limit_peer (ShoalTorrent *self, const char *address,
                                             guint64 down_Bps, guint64 up_Bps, GError **error);
SHOAL_API gboolean shoal_torrent_ban_peer (ShoalTorrent *self, const char *address, GError **error);
SHOAL_API gboolean shoal_torrent_unban_peer (ShoalTorrent *self, const char *address,
                                             GError **error);
SHOAL_API void shoal_torrent_remove_tracker (ShoalTorrent *self, const char *url);
SHOAL_API void shoal_torrent_announce (ShoalTorrent *self, const char *url);
SHOAL_API void shoal_torrent_look_at_pieces_async (ShoalTorrent *self, GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
SHOAL_API GBytes *shoal_torrent_look_at_pieces_finish (ShoalTorrent *self, GAsyncResult *result,
                                                       GBytes **availability, GBytes **requested,
                                                       GError **error);
SHOAL_API GBytes *shoal_torrent_dup_pieces (ShoalTorrent *self);
SHOAL_API char **shoal_torrent_dup_files_of_pieces (ShoalTorrent *self, guint first, guint end,
                                                    guint max, guint *n_files);

G_END_DECLS
