/* shoal-hashed-files.h: how files were while a torrent was made of them, so that whoever seeds them
 * at once need not read them again. The application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"

G_BEGIN_DECLS

#define SHOAL_TYPE_HASHED_FILES (shoal_hashed_files_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalHashedFiles, shoal_hashed_files, SHOAL, HASHED_FILES, GObject)

SHOAL_API ShoalHashedFiles *shoal_hashed_files_new (void);
SHOAL_API void shoal_hashed_files_add (ShoalHashedFiles *self, const char *path, guint64 inode,
                                       guint64 size, gint64 mtime_ns);
SHOAL_API guint shoal_hashed_files_get_n_files (ShoalHashedFiles *self);

G_END_DECLS
