/* shoal-tracker-admin-lists.c: the catalogue of a tracker, and its lists of info-hashes: read and
 * changed by its administrator. */
#include <string.h>

#include "client-core/shoal-tracker-admin-private.h"
#include "client-core/shoal-tracker-entry-private.h"
#include "client-core/shoal-tracker-json-private.h"
#include "client-core/shoal-task-private.h"
#include "protocol/core/bt-digest.h"
#include "protocol/core/bt-hex.h"

#define ID_DIGITS 18 /* of the largest number of a torrent that is taken */

/* --- what names a torrent --- */

static bool
is_hash (const char *key)
{
  const size_t len = strlen (key);
  uint8_t hash[BT_SHA256_LEN];

  return (len == (size_t) 2 * BT_SHA1_LEN || len == (size_t) 2 * BT_SHA256_LEN)
         && bt_hex_parse (key, len, hash, len / 2);
}

static bool
is_id (const char *key)
{
  const size_t len = strlen (key);

  return len > 0 && len <= ID_DIGITS && strspn (key, "0123456789") == len;
}

/* --- the catalogue --- */

/* In the order of ShoalTrackerSort. */
static const char *const sorts[]
    = { "sort=added", "sort=name&order=asc", "sort=size", "sort=completed" };

/* The total, until the page is handed out. */
static void
take_page (GTask *task, unsigned status, JsonObject *root)
{
  JsonArray *rows = root != NULL ? shoal_tracker_json_array (root, "torrents") : NULL;
  g_autoptr (GListStore) entries = g_list_store_new (SHOAL_TYPE_TRACKER_ENTRY);

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      g_autoptr (ShoalTrackerEntry) entry
          = JSON_NODE_HOLDS_OBJECT (node) ? shoal_tracker_entry_read (json_node_get_object (node))
                                          : NULL;

      if (entry == NULL)
        rows = NULL;
      else
        g_list_store_append (entries, entry);
    }
  if (rows == NULL)
    {
      shoal_tracker_admin_garbage (task);
      return;
    }
  *(guint64 *) g_task_get_task_data (task) = shoal_tracker_json_number (root, "total");
  g_task_return_pointer (task, g_steal_pointer (&entries), g_object_unref);
  g_object_unref (task);
}

/**
 * shoal_tracker_admin_list_async:
 * @self: the administration of a tracker
 * @query: (nullable): words, each of which begins one of a torrent's name, files or comment
 * @state: which torrents; %SHOAL_TRACKER_STATE_UNKNOWN for all that may be seen
 * @sort: their order
 * @page: which page, from 1
 * @per_page: how many on a page, up to %SHOAL_TRACKER_PAGE_MAX
 * @cancellable: (nullable): takes the request back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Asks for a page of the catalogue. Without a token of an administrator only what is allowed is in
 * it.
 */
void
shoal_tracker_admin_list_async (ShoalTrackerAdmin *self, const char *query, ShoalTrackerState state,
                                ShoalTrackerSort sort, guint page, guint per_page,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GString) path = g_string_new ("torrents?");
  GTask *task;

  g_return_if_fail (SHOAL_IS_TRACKER_ADMIN (self) && state <= SHOAL_TRACKER_STATE_DENIED);
  g_return_if_fail (sort < G_N_ELEMENTS (sorts) && page > 0);
  g_return_if_fail (per_page > 0 && per_page <= SHOAL_TRACKER_PAGE_MAX);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, g_new0 (guint64, 1), g_free);
  g_string_append_printf (path, "%s&page=%u&per_page=%u", sorts[sort], page, per_page);
  if (state != SHOAL_TRACKER_STATE_UNKNOWN)
    g_string_append_printf (path, "&state=%s", shoal_tracker_state_name (state));
  if (query != NULL && *query != '\0')
    {
      g_string_append (path, "&q=");
      g_string_append_uri_escaped (path, query, NULL, FALSE);
    }
  shoal_tracker_admin_ask (task, &(ShoalTrackerAsk){ .method = "GET", .path = path->str }, false,
                           take_page);
}

/**
 * shoal_tracker_admin_list_finish:
 * @self: the administration of a tracker
 * @result: what the callback was given
 * @total: (out) (optional): how many there are on all pages
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): the page's #ShoalTrackerEntry, or %NULL
 */
GListModel *
shoal_tracker_admin_list_finish (ShoalTrackerAdmin *self, GAsyncResult *result, guint64 *total,
                                 GError **error)
{
  GListModel *entries;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  entries = shoal_task_take_pointer (result, error);
  if (entries != NULL && total != NULL)
    *total = *(guint64 *) g_task_get_task_data (G_TASK (result));
  return entries;
}

/**
 * shoal_tracker_admin_remove_async:
 * @self: the administration of a tracker
 * @key: a torrent's number at the tracker, or one of its info-hashes in hexadecimal
 * @cancellable: (nullable): takes the request back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Takes a torrent out of the catalogue.
 */
void
shoal_tracker_admin_remove_async (ShoalTrackerAdmin *self, const char *key,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autofree char *path = NULL;
  GTask *task;

  g_return_if_fail (SHOAL_IS_TRACKER_ADMIN (self) && key != NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  path = g_strconcat ("torrents/", key, NULL);
  if (is_hash (key) || is_id (key))
    shoal_tracker_admin_ask (task, &(ShoalTrackerAsk){ .method = "DELETE", .path = path }, false,
                             shoal_tracker_admin_take_done);
  else
    shoal_tracker_admin_fail (task, BT_ERROR_BAD_HASH, key);
}

/**
 * shoal_tracker_admin_remove_finish:
 * @self: the administration of a tracker
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: whether it was done
 */
gboolean
shoal_tracker_admin_remove_finish (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error)
{
  return shoal_tracker_admin_finish_done (self, result, error);
}

/* --- lists --- */

/* A hash is marked, whether there is such a torrent or not; one of the catalogue has a state. */
static void
decide (GTask *task, const char *key, ShoalTrackerState state, const char *note)
{
  const bool marked = is_hash (key);
  const char *name = shoal_tracker_state_name (state);
  g_autofree char *path = g_strconcat (marked ? "marks/" : "torrents/", key, NULL);
  g_autoptr (GBytes) body = NULL;

  if (!marked && !is_id (key))
    {
      shoal_tracker_admin_fail (task, BT_ERROR_BAD_HASH, key);
      return;
    }
  body = marked ? shoal_tracker_json_write ("mark", name, note != NULL ? "note" : NULL, note)
                : shoal_tracker_json_write ("state", name, NULL, NULL);
  shoal_tracker_admin_ask (task,
                           &(ShoalTrackerAsk){ .method = marked ? "PUT" : "PATCH",
                                               .path = path,
                                               .body = body,
                                               .type = "application/json" },
                           false, shoal_tracker_admin_take_done);
}

/**
 * shoal_tracker_admin_allow_async:
 * @self: the administration of a tracker
 * @key: an info-hash in hexadecimal, or a torrent's number at the tracker
 * @note: (nullable): why, for whoever reads the list of hashes
 * @cancellable: (nullable): takes the request back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Puts an info-hash on the list of those that are allowed, or lets a torrent of the catalogue be
 * seen. A mark of a hash outranks the state of its torrent.
 */
void
shoal_tracker_admin_allow_async (ShoalTrackerAdmin *self, const char *key, const char *note,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (SHOAL_IS_TRACKER_ADMIN (self) && key != NULL);
  decide (g_task_new (self, cancellable, callback, user_data), key, SHOAL_TRACKER_STATE_ALLOWED,
          note);
}

/**
 * shoal_tracker_admin_allow_finish:
 * @self: the administration of a tracker
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: whether it was done
 */
gboolean
shoal_tracker_admin_allow_finish (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error)
{
  return shoal_tracker_admin_finish_done (self, result, error);
}

/**
 * shoal_tracker_admin_deny_async:
 * @self: the administration of a tracker
 * @key: an info-hash in hexadecimal, or a torrent's number at the tracker
 * @note: (nullable): why, for whoever reads the list of hashes
 * @cancellable: (nullable): takes the request back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Puts an info-hash on the list of those that are denied, or hides a torrent of the catalogue.
 */
void
shoal_tracker_admin_deny_async (ShoalTrackerAdmin *self, const char *key, const char *note,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (SHOAL_IS_TRACKER_ADMIN (self) && key != NULL);
  decide (g_task_new (self, cancellable, callback, user_data), key, SHOAL_TRACKER_STATE_DENIED,
          note);
}

/**
 * shoal_tracker_admin_deny_finish:
 * @self: the administration of a tracker
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: whether it was done
 */
gboolean
shoal_tracker_admin_deny_finish (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error)
{
  return shoal_tracker_admin_finish_done (self, result, error);
}

/**
 * shoal_tracker_admin_unmark_async:
 * @self: the administration of a tracker
 * @info_hash: an info-hash in hexadecimal
 * @cancellable: (nullable): takes the request back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Takes an info-hash off both lists, which may have none.
 */
void
shoal_tracker_admin_unmark_async (ShoalTrackerAdmin *self, const char *info_hash,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autofree char *path = NULL;
  GTask *task;

  g_return_if_fail (SHOAL_IS_TRACKER_ADMIN (self) && info_hash != NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  path = g_strconcat ("marks/", info_hash, NULL);
  if (is_hash (info_hash))
    shoal_tracker_admin_ask (task, &(ShoalTrackerAsk){ .method = "DELETE", .path = path }, false,
                             shoal_tracker_admin_take_done);
  else
    shoal_tracker_admin_fail (task, BT_ERROR_BAD_HASH, info_hash);
}

/**
 * shoal_tracker_admin_unmark_finish:
 * @self: the administration of a tracker
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: whether it was done
 */
gboolean
shoal_tracker_admin_unmark_finish (ShoalTrackerAdmin *self, GAsyncResult *result, GError **error)
{
  return shoal_tracker_admin_finish_done (self, result, error);
}
