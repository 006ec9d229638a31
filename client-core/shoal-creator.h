/* shoal-creator.h: making a torrent of files. The application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"
#include "shoal-hashed-files.h"

G_BEGIN_DECLS

/**
 * ShoalFormat:
 * @SHOAL_FORMAT_V1: what every client reads (BEP 3)
 * @SHOAL_FORMAT_V2: merkle trees of SHA-256 (BEP 52)
 * @SHOAL_FORMAT_HYBRID: both
 *
 * The formats of torrents.
 */
typedef enum
{
  SHOAL_FORMAT_V1 = 1,
  SHOAL_FORMAT_V2,
  SHOAL_FORMAT_HYBRID
} ShoalFormat;

SHOAL_API GType shoal_format_get_type (void);

#define SHOAL_TYPE_FORMAT (shoal_format_get_type ())
#define SHOAL_TYPE_CREATOR (shoal_creator_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalCreator, shoal_creator, SHOAL, CREATOR, GObject)

SHOAL_API ShoalCreator *shoal_creator_new (void);
SHOAL_API void shoal_creator_add_path (ShoalCreator *self, const char *path);
SHOAL_API void shoal_creator_add_exclude (ShoalCreator *self, const char *glob);
SHOAL_API gboolean shoal_creator_add_tracker (ShoalCreator *self, const char *url, guint tier,
                                              GError **error);
SHOAL_API gboolean shoal_creator_add_web_seed (ShoalCreator *self, const char *url, GError **error);
SHOAL_API void shoal_creator_create_async (ShoalCreator *self, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API GBytes *shoal_creator_create_finish (ShoalCreator *self, GAsyncResult *result,
                                               GError **error);
SHOAL_API ShoalHashedFiles *shoal_creator_get_hashed_files (ShoalCreator *self);
SHOAL_API const char *shoal_creator_get_folder (ShoalCreator *self);

G_END_DECLS
