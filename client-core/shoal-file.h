/* shoal-file.h: one file of a torrent, as an application sees it. The application's thread only. */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"

G_BEGIN_DECLS

#define SHOAL_TYPE_FILE (shoal_file_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalFile, shoal_file, SHOAL, FILE, GObject)

SHOAL_API const char *shoal_file_get_path (ShoalFile *self);
SHOAL_API const char *shoal_file_get_name (ShoalFile *self);
SHOAL_API char *shoal_file_dup_full_path (ShoalFile *self);
SHOAL_API guint64 shoal_file_get_size (ShoalFile *self);
SHOAL_API guint64 shoal_file_get_done (ShoalFile *self);
SHOAL_API guint shoal_file_get_index (ShoalFile *self);
SHOAL_API guint shoal_file_get_priority (ShoalFile *self);
SHOAL_API void shoal_file_set_priority (ShoalFile *self, guint priority);
SHOAL_API gboolean shoal_file_get_wanted (ShoalFile *self);
SHOAL_API void shoal_file_set_wanted (ShoalFile *self, gboolean wanted);

G_END_DECLS
