/* shoal-tracker-entry.h: a torrent of a tracker's catalogue, as its API lists it.
 * The application's thread only. */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"

G_BEGIN_DECLS

/**
 * ShoalTrackerState:
 * @SHOAL_TRACKER_STATE_UNKNOWN: not said; of a question: whatever it is
 * @SHOAL_TRACKER_STATE_ALLOWED: everyone sees it
 * @SHOAL_TRACKER_STATE_PENDING: an administrator has to decide
 * @SHOAL_TRACKER_STATE_DENIED: an administrator has decided against it
 *
 * What a tracker does with a torrent of its catalogue.
 */
typedef enum
{
  SHOAL_TRACKER_STATE_UNKNOWN,
  SHOAL_TRACKER_STATE_ALLOWED,
  SHOAL_TRACKER_STATE_PENDING,
  SHOAL_TRACKER_STATE_DENIED
} ShoalTrackerState;

#define SHOAL_TYPE_TRACKER_STATE (shoal_tracker_state_get_type ())

SHOAL_API GType shoal_tracker_state_get_type (void);

#define SHOAL_TYPE_TRACKER_ENTRY (shoal_tracker_entry_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalTrackerEntry, shoal_tracker_entry, SHOAL, TRACKER_ENTRY, GObject)

SHOAL_API guint64 shoal_tracker_entry_get_id (ShoalTrackerEntry *self);
SHOAL_API const char *shoal_tracker_entry_get_name (ShoalTrackerEntry *self);
SHOAL_API const char *shoal_tracker_entry_get_info_hash (ShoalTrackerEntry *self);
SHOAL_API const char *shoal_tracker_entry_get_info_hash_v2 (ShoalTrackerEntry *self);
SHOAL_API ShoalTrackerState shoal_tracker_entry_get_state (ShoalTrackerEntry *self);
SHOAL_API guint64 shoal_tracker_entry_get_size (ShoalTrackerEntry *self);
SHOAL_API guint64 shoal_tracker_entry_get_n_files (ShoalTrackerEntry *self);
SHOAL_API guint64 shoal_tracker_entry_get_seeders (ShoalTrackerEntry *self);
SHOAL_API guint64 shoal_tracker_entry_get_leechers (ShoalTrackerEntry *self);
SHOAL_API guint64 shoal_tracker_entry_get_completed (ShoalTrackerEntry *self);
SHOAL_API guint64 shoal_tracker_entry_get_registered_at (ShoalTrackerEntry *self);

G_END_DECLS
