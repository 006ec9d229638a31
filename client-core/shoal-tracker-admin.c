/* shoal-tracker-admin.c: the requests that administer a tracker, and the objects that their answers
 * become (docs/api.md). */
#include "shoal-tracker-admin.h"

#include <string.h>

#include "client-core/shoal-tracker-admin-private.h"
#include "client-core/shoal-tracker-entry-private.h"
#include "client-core/shoal-tracker-json-private.h"
#include "client-core/shoal-task-private.h"
#include "protocol/core/bt-error.h"
#include "protocol/core/bt-hex.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-magnet.h"
#include "protocol/torrent/bt-metainfo.h"
#include "shoal-error.h"

#define TIMEOUT_MS 30000u

enum
{
  PROP_SERVER = 1,
  PROP_TOKEN,
  PROP_TIMEOUT,
  N_PROPERTIES
};

/**
 * ShoalTrackerAdmin:
 *
 * Administers a tracker of this project over its API, with a token that its operator has made.
 *
 * Certificates are verified, redirects are not followed, and the token goes to the server alone: it
 * can be set and not read back. Errors are of %SHOAL_ERROR: %SHOAL_ERROR_UNAUTHORIZED and
 * %SHOAL_ERROR_FORBIDDEN speak of the token, %SHOAL_ERROR_NOT_FOUND, %SHOAL_ERROR_CONFLICT,
 * %SHOAL_ERROR_LIMIT and %SHOAL_ERROR_INVALID of what was asked, in the words of the server;
 * %SHOAL_ERROR_NETWORK says that there was no answer, or none of such a tracker. It belongs to one
 * thread and to its thread-default main context.
 */
struct _ShoalTrackerAdmin
{
  GObject parent;
  SoupSession *session;
  char *server;
  char *token;
  guint timeout_ms;
};

G_DEFINE_FINAL_TYPE (ShoalTrackerAdmin, shoal_tracker_admin, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPERTIES];

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ShoalTrackerAdmin *self = SHOAL_TRACKER_ADMIN (object);

  switch (id)
    {
    case PROP_SERVER:
      self->server = g_value_dup_string (value);
      break;
    case PROP_TOKEN:
      g_free (self->token);
      self->token = g_value_dup_string (value);
      break;
    case PROP_TIMEOUT:
      self->timeout_ms = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const ShoalTrackerAdmin *self = SHOAL_TRACKER_ADMIN (object);

  if (id == PROP_SERVER)
    g_value_set_string (value, self->server);
  else if (id == PROP_TIMEOUT)
    g_value_set_uint (value, self->timeout_ms);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
finalize (GObject *object)
{
  ShoalTrackerAdmin *self = SHOAL_TRACKER_ADMIN (object);

  g_object_unref (self->session);
  g_free (self->server);
  g_free (self->token);
  G_OBJECT_CLASS (shoal_tracker_admin_parent_class)->finalize (object);
}

static void
shoal_tracker_admin_class_init (ShoalTrackerAdminClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);

  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  /**
   * ShoalTrackerAdmin:server:
   *
   * The tracker, over http or https: the address of its pages, or the one that is announced to.
   */
  properties[PROP_SERVER]
      = g_param_spec_string ("server", NULL, NULL, NULL,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * ShoalTrackerAdmin:token:
   *
   * What lets us in; %NULL asks as anyone.
   */
  properties[PROP_TOKEN]
      = g_param_spec_string ("token", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  /**
   * ShoalTrackerAdmin:timeout:
   *
   * How long an answer may take, in milliseconds.
   */
  properties[PROP_TIMEOUT]
      = g_param_spec_uint ("timeout", NULL, NULL, 1, G_MAXINT, TIMEOUT_MS,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object, N_PROPERTIES, properties);
}

static void
shoal_tracker_admin_init (ShoalTrackerAdmin *self)
{
  self->session = shoal_exchange_session_new ();
}

/**
 * shoal_tracker_admin_new:
 * @server: as #ShoalTrackerAdmin:server
 * @token: (nullable): as #ShoalTrackerAdmin:token
 *
 * Nothing is asked yet; what is wrong with either the first request says.
 *
 * Returns: (transfer full): the administration of a tracker
 */
ShoalTrackerAdmin *
shoal_tracker_admin_new (const char *server, const char *token)
{
  g_return_val_if_fail (server != NULL, NULL);
  return g_object_new (SHOAL_TYPE_TRACKER_ADMIN, "server", server, "token", token, NULL);
}

/**
 * shoal_tracker_admin_get_server:
 * @self: the administration of a tracker
 *
 * Returns: (transfer none) (nullable): the tracker
 */
const char *
shoal_tracker_admin_get_server (ShoalTrackerAdmin *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ADMIN (self), NULL);
  return self->server;
}

/* --- requests --- */

void
shoal_tracker_admin_ask (GTask *task, const ShoalTrackerAsk *what, bool may_fail,
                         ShoalTrackerTake take)
{
  const ShoalTrackerAdmin *self = g_task_get_source_object (task);

  shoal_tracker_ask (&(ShoalTrackerPlace){ .session = self->session,
                                           .server = self->server,
                                           .token = self->token,
                                           .timeout_ms = self->timeout_ms },
                     what, may_fail, task, take);
}

void
shoal_tracker_admin_fail (GTask *task, BtErrorCode code, const char *subject)
{
  g_task_return_error (task,
                       shoal_error_new_problem (code, 0, BT_NOWHERE, BT_NOWHERE, NULL, subject));
  g_object_unref (task);
}

void
shoal_tracker_admin_garbage (GTask *task)
{
  shoal_tracker_ask_garbage (((ShoalTrackerAdmin *) g_task_get_source_object (task))->server, task);
}

void
shoal_tracker_admin_take_done (GTask *task, unsigned status, JsonObject *root)
{
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

gboolean
shoal_tracker_admin_finish_done (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return shoal_task_take_boolean (result, error);
}

/* --- registering --- */

/* (transfer full) (nullable) */
static char *
hex_of (const uint8_t *hash, size_t len)
{
  char text[2 * BT_SHA256_LEN + 1];

  if (hash == NULL)
    return NULL;
  bt_hex_write (hash, len, text);
  return g_strdup (text);
}

static void
return_added (GTask *task)
{
  g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  g_object_unref (task);
}

static char **
urls_of (const char *text)
{
  BtError why = { 0 };
  g_autoptr (BtMagnet) magnet = bt_magnet_parse (text, strlen (text), &why);
  g_autoptr (GStrvBuilder) urls = g_strv_builder_new ();

  for (guint i = 0; magnet != NULL && i < magnet->trackers->len; i++)
    g_strv_builder_add (urls, magnet->trackers->pdata[i]);
  return g_strv_builder_end (urls);
}

static void
take_magnet (GTask *task, unsigned status, JsonObject *root)
{
  const char *magnet = root != NULL ? shoal_tracker_json_text (root, "magnet") : NULL;

  if (magnet != NULL)
    shoal_tracker_added_take_urls (g_task_get_task_data (task), urls_of (magnet));
  return_added (task);
}

/* Where it is announced to stands in the magnet, which who may not see the torrent does not get. */
static void
ask_magnet (GTask *task)
{
  const guint64 id = shoal_tracker_added_get_id (g_task_get_task_data (task));
  g_autofree char *path = g_strdup_printf ("torrents/%" G_GUINT64_FORMAT "/magnet", id);

  shoal_tracker_admin_ask (task, &(ShoalTrackerAsk){ .method = "GET", .path = path }, true,
                           take_magnet);
}

/* Of one that was there already. */
static void
take_state (GTask *task, unsigned status, JsonObject *root)
{
  if (root != NULL)
    shoal_tracker_added_take_state (g_task_get_task_data (task), shoal_tracker_state_read (root));
  ask_magnet (task);
}

static void
take_registered (GTask *task, unsigned status, JsonObject *root)
{
  ShoalTrackerAdded *added = g_task_get_task_data (task);
  const bool there = status == SOUP_STATUS_CONFLICT;
  JsonObject *said = there ? shoal_tracker_json_object (root, "error") : root;
  const guint64 id = said != NULL ? shoal_tracker_json_number (said, "id") : 0;
  g_autofree char *path = g_strdup_printf ("torrents/%" G_GUINT64_FORMAT, id);

  if (id == 0)
    {
      shoal_tracker_admin_garbage (task);
      return;
    }
  shoal_tracker_added_take_id (added, id, !there && !shoal_tracker_json_flag (said, "merged"));
  if (there)
    {
      shoal_tracker_admin_ask (task, &(ShoalTrackerAsk){ .method = "GET", .path = path }, true,
                               take_state);
      return;
    }
  shoal_tracker_added_take_state (added, shoal_tracker_state_read (said));
  ask_magnet (task);
}

/**
 * shoal_tracker_admin_register_async:
 * @self: the administration of a tracker
 * @torrent: a .torrent
 * @cancellable: (nullable): takes the request back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Puts a torrent into the tracker's catalogue. One that is there already is no error: the answer
 * says so. What no tracker would take fails with %SHOAL_ERROR_INVALID before anything is sent.
 */
void
shoal_tracker_admin_register_async (ShoalTrackerAdmin *self, GBytes *torrent,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (BtMetainfo) info = NULL;
  g_autofree char *v1 = NULL;
  g_autofree char *v2 = NULL;
  BtError why = { 0 };
  GTask *task;

  g_return_if_fail (SHOAL_IS_TRACKER_ADMIN (self) && torrent != NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  info = bt_metainfo_parse (torrent, BT_ORIGIN_STRANGER, btd_ops (), &why);
  if (info != NULL && bt_metainfo_needs_layers (info))
    bt_error_set (&why, BT_ERROR_LAYER_MISSING, BT_NOWHERE, "piece layers");
  if (why.code != BT_OK)
    {
      g_task_return_error (task, shoal_error_new_problem (why.code, why.sys_errno, why.offset,
                                                          why.item, why.key, NULL));
      g_object_unref (task);
      return;
    }
  v1 = hex_of (bt_metainfo_info_hash_v1 (info), BT_SHA1_LEN);
  v2 = hex_of (bt_metainfo_info_hash_v2 (info), BT_SHA256_LEN);
  g_task_set_task_data (task, shoal_tracker_added_new (v1, v2), g_object_unref);
  shoal_tracker_admin_ask (task,
                           &(ShoalTrackerAsk){ .method = "POST",
                                               .path = "torrents",
                                               .body = torrent,
                                               .type = "application/x-bittorrent" },
                           false, take_registered);
}

/**
 * shoal_tracker_admin_register_finish:
 * @self: the administration of a tracker
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): what became of the torrent, or %NULL
 */
ShoalTrackerAdded *
shoal_tracker_admin_register_finish (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return shoal_task_take_pointer (result, error);
}

/* --- the server --- */

/* Numbers and texts, as they come. */
static void
take_stats (GTask *task, unsigned status, JsonObject *root)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (root == NULL || json_object_get_size (root) == 0)
    {
      shoal_tracker_admin_garbage (task);
      return;
    }
  json_object_iter_init (&iter, root);
  while (json_object_iter_next (&iter, &name, &node))
    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
      g_variant_dict_insert (&dict, name, "x", json_node_get_int (node));
    else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      g_variant_dict_insert (&dict, name, "s", json_node_get_string (node));
  g_task_return_pointer (task, g_variant_ref_sink (g_variant_dict_end (&dict)),
                         (GDestroyNotify) g_variant_unref);
  g_object_unref (task);
}

/**
 * shoal_tracker_admin_stats_async:
 * @self: the administration of a tracker
 * @cancellable: (nullable): takes the request back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Asks how the tracker is doing.
 */
void
shoal_tracker_admin_stats_async (ShoalTrackerAdmin *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SHOAL_IS_TRACKER_ADMIN (self));
  shoal_tracker_admin_ask (g_task_new (self, cancellable, callback, user_data),
                           &(ShoalTrackerAsk){ .method = "GET", .path = "stats" }, false,
                           take_stats);
}

/**
 * shoal_tracker_admin_stats_finish:
 * @self: the administration of a tracker
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): what the tracker counts, a{sv} of numbers (x) and texts (s): "name",
 *   "version", "uptime" in seconds, "torrents", "swarms", "peers", "seeders", "leechers" and more;
 *   or %NULL
 */
GVariant *
shoal_tracker_admin_stats_finish (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return shoal_task_take_pointer (result, error);
}

/**
 * shoal_tracker_admin_reload_async:
 * @self: the administration of a tracker
 * @cancellable: (nullable): takes the request back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Has the tracker read its configuration again.
 */
void
shoal_tracker_admin_reload_async (ShoalTrackerAdmin *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SHOAL_IS_TRACKER_ADMIN (self));
  shoal_tracker_admin_ask (g_task_new (self, cancellable, callback, user_data),
                           &(ShoalTrackerAsk){ .method = "POST", .path = "reload" }, false,
                           shoal_tracker_admin_take_done);
}

/**
 * shoal_tracker_admin_reload_finish:
 * @self: the administration of a tracker
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: whether it was done
 */
gboolean
shoal_tracker_admin_reload_finish (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error)
{
  return shoal_tracker_admin_finish_done (self, result, error);
}
