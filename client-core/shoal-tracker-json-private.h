/* shoal-tracker-json-private.h: reading what a tracker's API answers. Nothing of it is trusted: a
 * member that is missing or of another type reads as nothing. */
#pragma once

#include <json-glib/json-glib.h>

/* The object that @body is, guarded against depth and numbers. (transfer full) (nullable) */
JsonObject *shoal_tracker_json_parse (GBytes *body);

/* (transfer none) (nullable) */
const char *shoal_tracker_json_text (JsonObject *object, const char *name);
JsonObject *shoal_tracker_json_object (JsonObject *object, const char *name);
JsonArray *shoal_tracker_json_array (JsonObject *object, const char *name);

/* 0 when it is none, or below 0. */
guint64 shoal_tracker_json_number (JsonObject *object, const char *name);

/* FALSE when it is none. */
gboolean shoal_tracker_json_flag (JsonObject *object, const char *name);

/* 40 or 64 hexadecimal digits. (transfer none) (nullable) */
const char *shoal_tracker_json_hash (JsonObject *object, const char *name);

/* "{"@name":"@value"}", and another member unless @more is NULL. (transfer full) */
GBytes *shoal_tracker_json_write (const char *name, const char *value, const char *more,
                                  const char *more_value);
