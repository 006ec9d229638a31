/* shoal-estimate.h: what a torrent that is to be made will be like, for each format and piece
 * length: before anything is read. The application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-creator.h"
#include "shoal-export.h"

G_BEGIN_DECLS

#define SHOAL_TYPE_ESTIMATE (shoal_estimate_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalEstimate, shoal_estimate, SHOAL, ESTIMATE, GObject)

SHOAL_API void shoal_creator_estimate_async (ShoalCreator *self, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API ShoalEstimate *shoal_creator_estimate_finish (ShoalCreator *self, GAsyncResult *result,
                                                        GError **error);

SHOAL_API const char *shoal_estimate_get_name (ShoalEstimate *self);
SHOAL_API guint64 shoal_estimate_get_total (ShoalEstimate *self);
SHOAL_API guint shoal_estimate_get_n_files (ShoalEstimate *self);
SHOAL_API guint shoal_estimate_get_n_left_out (ShoalEstimate *self);
SHOAL_API guint64 shoal_estimate_get_piece_length (ShoalEstimate *self);
SHOAL_API guint64 shoal_estimate_get_n_pieces (ShoalEstimate *self, ShoalFormat format,
                                               guint64 piece_length);
SHOAL_API guint64 shoal_estimate_get_torrent_size (ShoalEstimate *self, ShoalFormat format,
                                                   guint64 piece_length);

G_END_DECLS
