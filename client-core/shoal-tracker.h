/* shoal-tracker.h: asking trackers by hand, without a session. The application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"

G_BEGIN_DECLS

/**
 * ShoalTrackerEvent:
 * @SHOAL_TRACKER_EVENT_NONE: nothing special, as between the others
 * @SHOAL_TRACKER_EVENT_COMPLETED: the last piece has just come
 * @SHOAL_TRACKER_EVENT_STARTED: the first announce
 * @SHOAL_TRACKER_EVENT_STOPPED: the last announce
 *
 * What an announce tells a tracker.
 */
typedef enum
{
  SHOAL_TRACKER_EVENT_NONE,
  SHOAL_TRACKER_EVENT_COMPLETED,
  SHOAL_TRACKER_EVENT_STARTED,
  SHOAL_TRACKER_EVENT_STOPPED
} ShoalTrackerEvent;

#define SHOAL_TYPE_TRACKER_REPLY (shoal_tracker_reply_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalTrackerReply, shoal_tracker_reply, SHOAL, TRACKER_REPLY, GObject)

SHOAL_API guint shoal_tracker_reply_get_interval (ShoalTrackerReply *self);
SHOAL_API guint shoal_tracker_reply_get_min_interval (ShoalTrackerReply *self);
SHOAL_API gint64 shoal_tracker_reply_get_seeders (ShoalTrackerReply *self);
SHOAL_API gint64 shoal_tracker_reply_get_leechers (ShoalTrackerReply *self);
SHOAL_API gint64 shoal_tracker_reply_get_completed (ShoalTrackerReply *self);
SHOAL_API const char *shoal_tracker_reply_get_warning (ShoalTrackerReply *self);
SHOAL_API const char *shoal_tracker_reply_get_own_address (ShoalTrackerReply *self);
SHOAL_API const char *const *shoal_tracker_reply_get_peers (ShoalTrackerReply *self);
SHOAL_API guint shoal_tracker_reply_get_n_swarms (ShoalTrackerReply *self);
SHOAL_API const char *shoal_tracker_reply_get_swarm (ShoalTrackerReply *self, guint index,
                                                     guint *seeders, guint *leechers,
                                                     guint *completed);

#define SHOAL_TYPE_TRACKER_QUERY (shoal_tracker_query_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalTrackerQuery, shoal_tracker_query, SHOAL, TRACKER_QUERY, GObject)

SHOAL_API ShoalTrackerQuery *shoal_tracker_query_new (const char *address, guint timeout_ms,
                                                      GError **error);
SHOAL_API void shoal_tracker_query_announce_async (ShoalTrackerQuery *self, const char *url,
                                                   const char *info_hash, ShoalTrackerEvent event,
                                                   guint64 left, gint want_peers,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
SHOAL_API ShoalTrackerReply *
shoal_tracker_query_announce_finish (ShoalTrackerQuery *self, GAsyncResult *result, GError **error);
SHOAL_API void shoal_tracker_query_scrape_async (ShoalTrackerQuery *self, const char *url,
                                                 const char *const *info_hashes,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API ShoalTrackerReply *
shoal_tracker_query_scrape_finish (ShoalTrackerQuery *self, GAsyncResult *result, GError **error);

G_END_DECLS
