/* shoal-tracker-entry-private.h: making what shoal-tracker-admin.c hands out. */
#pragma once

#include <json-glib/json-glib.h>

#include "shoal-tracker-added.h"
#include "shoal-tracker-entry.h"

/* "allowed"; static. */
const char *shoal_tracker_state_name (ShoalTrackerState state);
/* The member "state". */
ShoalTrackerState shoal_tracker_state_read (JsonObject *object);

/* (transfer full) (nullable): NULL when it is none. */
ShoalTrackerEntry *shoal_tracker_entry_read (JsonObject *object);

/* What comes of it is told later, by those below. (transfer full) */
ShoalTrackerAdded *shoal_tracker_added_new (const char *v1, const char *v2);
void shoal_tracker_added_take_id (ShoalTrackerAdded *self, guint64 id, gboolean is_new);
void shoal_tracker_added_take_state (ShoalTrackerAdded *self, ShoalTrackerState state);
/* Takes @urls, which end with NULL. */
void shoal_tracker_added_take_urls (ShoalTrackerAdded *self, char **urls);
