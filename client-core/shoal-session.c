/* shoal-session.c: the session: its beginning and end, and its settings. */
#include "shoal-session.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <glib/gi18n-lib.h>

#include "client-core/shoal-post-private.h"
#include "client-core/shoal-torrent-private.h"
#include "protocol/digest/btd.h"
#include "shoal-error.h"

static guint warning_signal;

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalSession, shoal_session, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, shoal_session_list_init))

GType
shoal_encryption_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_ENCRYPTION_PREFER, "SHOAL_ENCRYPTION_PREFER", "prefer" },
    { SHOAL_ENCRYPTION_REQUIRE, "SHOAL_ENCRYPTION_REQUIRE", "require" },
    { SHOAL_ENCRYPTION_OFF, "SHOAL_ENCRYPTION_OFF", "off" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalEncryption", values));
  return type;
}

/**
 * ShoalSession:
 *
 * An engine on a thread of its own, and a #GListModel of its #ShoalTorrent, in the order in which
 * they have their turn: that in which they were added, unless shoal_session_move_in_queue() has
 * changed it.
 */

/* --- the object --- */

/* Somebody may hold the torrent still. */
static void
forget_torrent (void *id, void *torrent, void *data)
{
  shoal_torrent_forget_session (torrent);
}

static void
shoal_session_finalize (GObject *object)
{
  ShoalSession *self = SHOAL_SESSION (object);

  shoal_post_close (self->post);
  shoal_session_keep_all (self);
  shoal_session_clear_profile (self);
  g_hash_table_foreach (self->torrents, forget_torrent, NULL);
  eng_engine_free (self->engine);
  g_hash_table_unref (self->torrents);
  g_ptr_array_unref (self->list);
  g_hash_table_unref (self->by_hash);
  shoal_post_unref (self->post);
  g_free (self->state_folder);
  g_free (self->address);
  shoal_session_clear_port (self);
  shoal_session_clear_totals (self);
  G_OBJECT_CLASS (shoal_session_parent_class)->finalize (object);
}

static void
shoal_session_class_init (ShoalSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = shoal_session_finalize;
  shoal_session_install_properties (object_class);

  /**
   * ShoalSession::warning:
   * @self: a session
   * @message: a sentence
   *
   * Something is wrong with the profile: what is said from now on may not be kept.
   */
  warning_signal = g_signal_new ("warning", SHOAL_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
shoal_session_init (ShoalSession *self)
{
  self->post = shoal_post_new (self);
  self->torrents = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->list = g_ptr_array_new ();
  self->by_hash = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
shoal_session_warn (ShoalSession *self, const char *message)
{
  g_signal_emit (self, warning_signal, 0, message);
}

gboolean
shoal_session_start (ShoalSession *self, const char *address, gboolean many_per_address,
                     GError **error)
{
  const char *at = address != NULL ? address : ":0";
  g_autofree char *interface = NULL;
  EngEngineConfig config = { .many_per_address = many_per_address };

  if (!shoal_parse_bind (at, &config.bind, &interface))
    {
      g_propagate_error (error, shoal_bind_error (at));
      return FALSE;
    }
  if (getrandom (config.random, sizeof config.random, 0) == (ssize_t) sizeof config.random)
    self->engine = eng_engine_new (&config, &shoal_session_events, self->post);
  if (self->engine == NULL)
    {
      g_set_error (error, SHOAL_ERROR, SHOAL_ERROR_FAILED, _ ("“%s”: %s"), at, g_strerror (errno));
      return FALSE;
    }
  eng_engine_set_mapping (self->engine, !self->no_mapping);
  self->address = g_strdup (at);
  self->port = eng_engine_port (self->engine);
  return TRUE;
}

/**
 * shoal_session_new:
 * @address: (nullable): where to listen, and where all that is sent comes from: an address such as
 *   "192.0.2.1:6881" or "[2001:db8::1]:0", a network interface such as "eth0:6881", or ":6881" for
 *   every address of IPv4 and IPv6; port 0 is any. %NULL is ":0"
 * @many_per_address: whether several peers of one address are welcome, as in tests and in private
 *   networks
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Starts an engine on a thread of its own. Everything of the session and of its torrents is called,
 * and every signal emitted, on the thread that made it, which runs its thread-default main context.
 *
 * Returns: (transfer full): the session, or %NULL when it cannot listen
 */
ShoalSession *
shoal_session_new (const char *address, gboolean many_per_address, GError **error)
{
  g_autoptr (ShoalSession) self = g_object_new (SHOAL_TYPE_SESSION, NULL);

  return shoal_session_start (self, address, many_per_address, error) ? g_steal_pointer (&self)
                                                                      : NULL;
}

/**
 * shoal_session_get_loaded:
 * @self: a session
 *
 * Returns: whether the torrents that the profile kept are in the list
 */
gboolean
shoal_session_get_loaded (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), FALSE);
  return self->opening == NULL;
}

/**
 * shoal_session_get_profile:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the folder that keeps the session; %NULL: it is not kept
 */
const char *
shoal_session_get_profile (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  return self->profile;
}

/**
 * shoal_session_get_port:
 * @self: a session
 *
 * Returns: the port that it listens at; see shoal_session_set_address_async()
 */
guint
shoal_session_get_port (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->port;
}

/**
 * shoal_session_set_limits:
 * @self: a session
 * @down_Bps: bytes per second that may be received, or 0 for no limit
 * @up_Bps: bytes per second that may be sent, or 0 for no limit
 *
 * Limits what all torrents together exchange with peers, the protocol's own bytes included. A
 * profile keeps it.
 */
void
shoal_session_set_limits (ShoalSession *self, guint64 down_Bps, guint64 up_Bps)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  if (self->down_Bps == down_Bps && self->up_Bps == up_Bps)
    return;
  self->down_Bps = down_Bps;
  self->up_Bps = up_Bps;
  eng_engine_set_limits (self->engine, down_Bps, up_Bps);
  shoal_session_keep_setting (self, "down-Bps", (gint64) MIN (down_Bps, (guint64) G_MAXINT64));
  shoal_session_keep_setting (self, "up-Bps", (gint64) MIN (up_Bps, (guint64) G_MAXINT64));
}

/**
 * shoal_session_get_limits:
 * @self: a session
 * @down_Bps: (out) (optional): bytes per second that may be received, or 0 for no limit
 * @up_Bps: (out) (optional): bytes per second that may be sent, or 0 for no limit
 *
 * Tells the limits of all torrents together.
 */
void
shoal_session_get_limits (ShoalSession *self, guint64 *down_Bps, guint64 *up_Bps)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  if (down_Bps != NULL)
    *down_Bps = self->down_Bps;
  if (up_Bps != NULL)
    *up_Bps = self->up_Bps;
}

/**
 * shoal_session_get_encryption:
 * @self: a session
 *
 * Returns: whether connections are obfuscated
 */
ShoalEncryption
shoal_session_get_encryption (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), SHOAL_ENCRYPTION_OFF);
  return self->encryption;
}

void
shoal_session_apply_encryption (ShoalSession *self)
{
  static const EngCryptPolicy policies[] = { [SHOAL_ENCRYPTION_PREFER] = ENG_CRYPT_PREFER,
                                             [SHOAL_ENCRYPTION_REQUIRE] = ENG_CRYPT_REQUIRE,
                                             [SHOAL_ENCRYPTION_OFF] = ENG_CRYPT_OFF };

  eng_engine_set_encryption (self->engine, policies[self->encryption]);
}

/**
 * shoal_session_set_encryption:
 * @self: a session
 * @encryption: whether connections are to be obfuscated
 *
 * Says how the connections that begin from now on are opened, and which of those that come in are
 * taken. A profile keeps it.
 */
void
shoal_session_set_encryption (ShoalSession *self, ShoalEncryption encryption)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  g_return_if_fail ((unsigned) encryption <= SHOAL_ENCRYPTION_OFF);
  if (self->encryption == encryption)
    return;
  self->encryption = encryption;
  shoal_session_apply_encryption (self);
  shoal_session_keep_setting (self, "encryption", encryption);
  shoal_session_notify (self, SHOAL_SESSION_PROP_ENCRYPTION);
}

/**
 * shoal_session_get_state_folder:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): where the state of torrents is kept
 */
const char *
shoal_session_get_state_folder (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  return self->state_folder;
}

/**
 * shoal_session_set_state_folder:
 * @self: a session
 * @folder: (nullable): a folder, made when it is needed; %NULL: nothing is kept
 *
 * Says where the state of the torrents that are added from now on is kept. While one of them is in
 * the session, no other session with the same state folder may write its files.
 */
void
shoal_session_set_state_folder (ShoalSession *self, const char *folder)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  if (g_strcmp0 (self->state_folder, folder) == 0)
    return;
  g_free (self->state_folder);
  self->state_folder = g_strdup (folder);
  shoal_session_notify (self, SHOAL_SESSION_PROP_STATE_FOLDER);
}
