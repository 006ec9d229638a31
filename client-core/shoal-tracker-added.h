/* shoal-tracker-added.h: what became of a torrent that a tracker was given. The
 * application's thread only. */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"
#include "shoal-tracker-entry.h"

G_BEGIN_DECLS

#define SHOAL_TYPE_TRACKER_ADDED (shoal_tracker_added_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalTrackerAdded, shoal_tracker_added, SHOAL, TRACKER_ADDED, GObject)

SHOAL_API guint64 shoal_tracker_added_get_id (ShoalTrackerAdded *self);
SHOAL_API gboolean shoal_tracker_added_is_new (ShoalTrackerAdded *self);
SHOAL_API ShoalTrackerState shoal_tracker_added_get_state (ShoalTrackerAdded *self);
SHOAL_API const char *shoal_tracker_added_get_info_hash (ShoalTrackerAdded *self);
SHOAL_API const char *shoal_tracker_added_get_info_hash_v2 (ShoalTrackerAdded *self);
SHOAL_API const char *const *shoal_tracker_added_get_announce_urls (ShoalTrackerAdded *self);

G_END_DECLS
