/* shoal-verifier.h: comparing files with a torrent. The application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"

G_BEGIN_DECLS

/**
 * ShoalFileState:
 * @SHOAL_FILE_STATE_GOOD: as the torrent has it
 * @SHOAL_FILE_STATE_MISSING: not there
 * @SHOAL_FILE_STATE_SHORT: too short
 * @SHOAL_FILE_STATE_LONG: too long
 * @SHOAL_FILE_STATE_CORRUPT: of the right length, but with pieces that differ
 * @SHOAL_FILE_STATE_UNREADABLE: it cannot be read
 * @SHOAL_FILE_STATE_NOT_A_FILE: a folder or something else stands in its place
 *
 * How a file compares with its torrent.
 */
typedef enum
{
  SHOAL_FILE_STATE_GOOD,
  SHOAL_FILE_STATE_MISSING,
  SHOAL_FILE_STATE_SHORT,
  SHOAL_FILE_STATE_LONG,
  SHOAL_FILE_STATE_CORRUPT,
  SHOAL_FILE_STATE_UNREADABLE,
  SHOAL_FILE_STATE_NOT_A_FILE
} ShoalFileState;

SHOAL_API GType shoal_file_state_get_type (void);

#define SHOAL_TYPE_FILE_STATE (shoal_file_state_get_type ())
#define SHOAL_TYPE_VERIFIER (shoal_verifier_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalVerifier, shoal_verifier, SHOAL, VERIFIER, GObject)

SHOAL_API ShoalVerifier *shoal_verifier_new (void);
SHOAL_API void shoal_verifier_verify_async (ShoalVerifier *self, GBytes *torrent,
                                            const char *folder, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_verifier_verify_finish (ShoalVerifier *self, GAsyncResult *result,
                                                 GError **error);
SHOAL_API gboolean shoal_verifier_is_good (ShoalVerifier *self);
SHOAL_API guint shoal_verifier_get_n_pieces (ShoalVerifier *self);
SHOAL_API guint *shoal_verifier_dup_bad_pieces (ShoalVerifier *self, gsize *n);
SHOAL_API guint shoal_verifier_get_n_files (ShoalVerifier *self);
SHOAL_API const char *shoal_verifier_get_file (ShoalVerifier *self, guint index,
                                               ShoalFileState *state, guint *bad_pieces);
SHOAL_API char **shoal_verifier_dup_bad_files (ShoalVerifier *self);

G_END_DECLS
