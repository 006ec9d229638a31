/* shoal-tracker-admin.h: administering a tracker of ours through its API. The application's thread
 * only. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"
#include "shoal-tracker-added.h"
#include "shoal-tracker-entry.h"

G_BEGIN_DECLS

/**
 * ShoalTrackerSort:
 * @SHOAL_TRACKER_SORT_ADDED: the newest first
 * @SHOAL_TRACKER_SORT_NAME: by name
 * @SHOAL_TRACKER_SORT_SIZE: the largest first
 * @SHOAL_TRACKER_SORT_COMPLETED: what was fetched most often first
 *
 * The order of a tracker's catalogue.
 */
typedef enum
{
  SHOAL_TRACKER_SORT_ADDED,
  SHOAL_TRACKER_SORT_NAME,
  SHOAL_TRACKER_SORT_SIZE,
  SHOAL_TRACKER_SORT_COMPLETED
} ShoalTrackerSort;

/**
 * SHOAL_TRACKER_PAGE_MAX:
 *
 * The most torrents on a page of shoal_tracker_admin_list_async().
 */
#define SHOAL_TRACKER_PAGE_MAX 200

#define SHOAL_TYPE_TRACKER_ADMIN (shoal_tracker_admin_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalTrackerAdmin, shoal_tracker_admin, SHOAL, TRACKER_ADMIN, GObject)

SHOAL_API ShoalTrackerAdmin *shoal_tracker_admin_new (const char *server, const char *token);
SHOAL_API const char *shoal_tracker_admin_get_server (ShoalTrackerAdmin *self);

SHOAL_API void shoal_tracker_admin_register_async (ShoalTrackerAdmin *self, GBytes *torrent,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
SHOAL_API ShoalTrackerAdded *
shoal_tracker_admin_register_finish (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error);

SHOAL_API void shoal_tracker_admin_list_async (ShoalTrackerAdmin *self, const char *query,
                                               ShoalTrackerState state, ShoalTrackerSort sort,
                                               guint page, guint per_page,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API GListModel *shoal_tracker_admin_list_finish (ShoalTrackerAdmin *self,
                                                       GAsyncResult *result, guint64 *total,
                                                       GError **error);

SHOAL_API void shoal_tracker_admin_remove_async (ShoalTrackerAdmin *self, const char *key,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_tracker_admin_remove_finish (ShoalTrackerAdmin *self, GAsyncResult *result,
                                                      GError **error);

SHOAL_API void shoal_tracker_admin_allow_async (ShoalTrackerAdmin *self, const char *key,
                                                const char *note, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_tracker_admin_allow_finish (ShoalTrackerAdmin *self, GAsyncResult *result,
                                                     GError **error);

SHOAL_API void shoal_tracker_admin_deny_async (ShoalTrackerAdmin *self, const char *key,
                                               const char *note, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_tracker_admin_deny_finish (ShoalTrackerAdmin *self, GAsyncResult *result,
                                                    GError **error);

SHOAL_API void shoal_tracker_admin_unmark_async (ShoalTrackerAdmin *self, const char *info_hash,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_tracker_admin_unmark_finish (ShoalTrackerAdmin *self, GAsyncResult *result,
                                                      GError **error);

SHOAL_API void shoal_tracker_admin_stats_async (ShoalTrackerAdmin *self, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API GVariant *shoal_tracker_admin_stats_finish (ShoalTrackerAdmin *self, GAsyncResult *result,
                                                      GError **error);

SHOAL_API void shoal_tracker_admin_reload_async (ShoalTrackerAdmin *self, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_tracker_admin_reload_finish (ShoalTrackerAdmin *self, GAsyncResult *result,
                                                      GError **error);

G_END_DECLS
