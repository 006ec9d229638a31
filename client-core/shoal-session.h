/* shoal-session.h: an engine and its torrents. The application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"
#include "shoal-hashed-files.h"
#include "shoal-torrent.h"

G_BEGIN_DECLS

/**
 * ShoalAddFlags:
 * @SHOAL_ADD_NONE: nothing special
 * @SHOAL_ADD_NO_TRACKERS: ask no tracker; peers come from shoal_torrent_add_peer()
 * @SHOAL_ADD_PREALLOCATE: give every file its full length at once
 * @SHOAL_ADD_SEQUENTIAL: fetch the pieces in their order, not the rarest first
 * @SHOAL_ADD_TRUST_RESUME: what the state of an earlier run answers for is not verified
 * @SHOAL_ADD_READ_ONLY: fetch nothing; several sessions may serve the same files
 * @SHOAL_ADD_SUPER_SEED: while seeding, show each peer one piece at a time (BEP 16), so that a
 * first seed sends little more than one copy
 * @SHOAL_ADD_CHOOSE: it waits for shoal_torrent_choose(): nothing is written, verified or announced
 * before; only the metadata of a magnet is fetched
 *
 * How shoal_session_add() and shoal_session_add_magnet() add a torrent.
 */
typedef enum
{
  SHOAL_ADD_NONE = 0,
  SHOAL_ADD_NO_TRACKERS = 1 << 0,
  SHOAL_ADD_PREALLOCATE = 1 << 1,
  SHOAL_ADD_SEQUENTIAL = 1 << 2,
  SHOAL_ADD_TRUST_RESUME = 1 << 3,
  SHOAL_ADD_READ_ONLY = 1 << 4,
  SHOAL_ADD_SUPER_SEED = 1 << 5,
  SHOAL_ADD_CHOOSE = 1 << 6
} ShoalAddFlags;

/**
 * ShoalEncryption:
 * @SHOAL_ENCRYPTION_PREFER: connect encrypted, and plain to peers that take no encryption; let both
 * kinds of peers in. What follows the first handshake is plain when the peer can do that as well,
 * since the cipher costs time and hides nothing from who knows the torrent
 * @SHOAL_ENCRYPTION_REQUIRE: no plain byte, to nobody and from nobody
 * @SHOAL_ENCRYPTION_OFF: no encryption, in either direction
 *
 * Whether connections to peers are obfuscated by message stream encryption, so that networks that
 * look for the protocol do not see it.
 */
typedef enum
{
  SHOAL_ENCRYPTION_PREFER,
  SHOAL_ENCRYPTION_REQUIRE,
  SHOAL_ENCRYPTION_OFF
} ShoalEncryption;

SHOAL_API GType shoal_encryption_get_type (void);

#define SHOAL_TYPE_ENCRYPTION (shoal_encryption_get_type ())
#define SHOAL_TYPE_SESSION (shoal_session_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalSession, shoal_session, SHOAL, SESSION, GObject)

SHOAL_API ShoalSession *shoal_session_new (const char *address, gboolean many_per_address,
                                           GError **error);
SHOAL_API ShoalSession *shoal_session_open (const char *profile, const char *address,
                                            gboolean many_per_address, GError **error);
SHOAL_API gboolean shoal_session_get_loaded (ShoalSession *self);
SHOAL_API const char *shoal_session_get_profile (ShoalSession *self);
SHOAL_API const char *shoal_session_get_rescue (ShoalSession *self);
SHOAL_API void shoal_session_flush_async (ShoalSession *self, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_session_flush_finish (ShoalSession *self, GAsyncResult *result,
                                               GError **error);
SHOAL_API guint shoal_session_get_port (ShoalSession *self);
SHOAL_API const char *shoal_session_get_address (ShoalSession *self);
SHOAL_API void shoal_session_set_address_async (ShoalSession *self, const char *address,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
SHOAL_API gboolean shoal_session_set_address_finish (ShoalSession *self, GAsyncResult *result,
                                                     GError **error);
SHOAL_API guint64 shoal_session_get_rate_down (ShoalSession *self);
SHOAL_API guint64 shoal_session_get_rate_up (ShoalSession *self);
SHOAL_API guint64 shoal_session_get_downloaded (ShoalSession *self);
SHOAL_API guint64 shoal_session_get_uploaded (ShoalSession *self);
SHOAL_API guint shoal_session_get_n_peers (ShoalSession *self);
SHOAL_API GBytes *shoal_session_dup_rates (ShoalSession *self, ShoalRatesSpan span);
SHOAL_API void shoal_session_get_limits (ShoalSession *self, guint64 *down_Bps, guint64 *up_Bps);
SHOAL_API void shoal_session_set_limits (ShoalSession *self, guint64 down_Bps, guint64 up_Bps);
SHOAL_API ShoalEncryption shoal_session_get_encryption (ShoalSession *self);
SHOAL_API void shoal_session_set_encryption (ShoalSession *self, ShoalEncryption encryption);
SHOAL_API gboolean shoal_session_get_exchange (ShoalSession *self);
SHOAL_API void shoal_session_set_exchange (ShoalSession *self, gboolean exchange);
SHOAL_API guint shoal_session_get_max_active_downloads (ShoalSession *self);
SHOAL_API void shoal_session_set_max_active_downloads (ShoalSession *self, guint max);
SHOAL_API guint shoal_session_get_max_active_seeds (ShoalSession *self);
SHOAL_API void shoal_session_set_max_active_seeds (ShoalSession *self, guint max);
SHOAL_API const char *shoal_session_get_state_folder (ShoalSession *self);
SHOAL_API void shoal_session_set_state_folder (ShoalSession *self, const char *folder);
SHOAL_API ShoalTorrent *shoal_session_add (ShoalSession *self, GBytes *torrent, const char *folder,
                                           GBytes *priorities, ShoalAddFlags flags, GError **error);
SHOAL_API ShoalTorrent *shoal_session_add_hashed (ShoalSession *self, GBytes *torrent,
                                                  const char *folder, ShoalHashedFiles *hashed,
                                                  ShoalAddFlags flags, GError **error);
SHOAL_API ShoalTorrent *shoal_session_add_magnet (ShoalSession *self, const char *uri,
                                                  const char *folder, ShoalAddFlags flags,
                                                  GError **error);
SHOAL_API ShoalTorrent *shoal_session_find (ShoalSession *self, const char *info_hash);
SHOAL_API ShoalTorrent *shoal_session_find_torrent (ShoalSession *self, GBytes *torrent);
SHOAL_API ShoalTorrent *shoal_session_find_magnet (ShoalSession *self, const char *uri);

G_END_DECLS
