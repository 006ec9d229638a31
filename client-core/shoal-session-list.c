/* shoal-session-list.c: a session as a list of its torrents, and finding one of them by what it is
 * called in the swarm. */
#include "shoal-session.h"

#include <string.h>

#include "client-core/shoal-session-private.h"
#include "protocol/digest/btd.h"
#include "shoal-error.h"

/* --- the model --- */

static GType
list_item_type (GListModel *list)
{
  return SHOAL_TYPE_TORRENT;
}

static guint
list_n_items (GListModel *list)
{
  return SHOAL_SESSION (list)->list->len;
}

static void *
list_item (GListModel *list, guint at)
{
  const GPtrArray *torrents = SHOAL_SESSION (list)->list;

  return at < torrents->len ? g_object_ref (torrents->pdata[at]) : NULL;
}

void
shoal_session_list_init (GListModelInterface *list)
{
  list->get_item_type = list_item_type;
  list->get_n_items = list_n_items;
  list->get_item = list_item;
}

/* --- hashes --- */

/* The first torrent keeps a name that two of them turn out to share. */
static void
name (ShoalSession *self, const char *hash, ShoalTorrent *torrent)
{
  if (hash != NULL && !g_hash_table_contains (self->by_hash, hash))
    g_hash_table_insert (self->by_hash, g_strdup (hash), torrent);
}

void
shoal_session_name (ShoalSession *self, ShoalTorrent *torrent)
{
  name (self, shoal_torrent_get_info_hash (torrent), torrent);
  name (self, shoal_torrent_get_info_hash_v2 (torrent), torrent);
}

static void
unname (ShoalSession *self, const char *hash, const ShoalTorrent *torrent)
{
  if (hash != NULL && g_hash_table_lookup (self->by_hash, hash) == torrent)
    g_hash_table_remove (self->by_hash, hash);
}

ShoalTorrent *
shoal_session_find_hashes (ShoalSession *self, const BtMagnetHashes *hashes)
{
  g_autofree char *v1 = hashes->has_v1 ? shoal_hash_text (hashes->v1, BT_SHA1_LEN) : NULL;
  g_autofree char *v2 = hashes->has_v2 ? shoal_hash_text (hashes->v2, BT_SHA256_LEN) : NULL;
  ShoalTorrent *found;

  shoal_session_finish_opening (self);
  found = v1 != NULL ? g_hash_table_lookup (self->by_hash, v1) : NULL;
  if (found == NULL && v2 != NULL)
    found = g_hash_table_lookup (self->by_hash, v2);
  return found;
}

/* --- coming and going --- */

void
shoal_session_list_put (ShoalSession *self, ShoalTorrent *torrent)
{
  uint64_t id = shoal_torrent_id (torrent);

  g_hash_table_insert (self->torrents, g_memdup2 (&id, sizeof id), torrent);
  shoal_session_name (self, torrent);
  g_ptr_array_add (self->list, torrent);
}

void
shoal_session_list_add (ShoalSession *self, ShoalTorrent *torrent)
{
  shoal_session_list_put (self, torrent);
  g_list_model_items_changed (G_LIST_MODEL (self), self->list->len - 1, 0, 1);
}

void
shoal_session_list_forget_names (ShoalSession *self, ShoalTorrent *torrent)
{
  unname (self, shoal_torrent_get_info_hash (torrent), torrent);
  unname (self, shoal_torrent_get_info_hash_v2 (torrent), torrent);
}

void
shoal_session_list_remove (ShoalSession *self, ShoalTorrent *torrent)
{
  uint64_t id = shoal_torrent_id (torrent);
  guint at;

  if (!g_ptr_array_find (self->list, torrent, &at))
    return;
  shoal_session_list_forget_names (self, torrent);
  g_ptr_array_remove_index (self->list, at);
  g_hash_table_remove (self->torrents, &id);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 1, 0);
}

/* --- finding --- */

/**
 * shoal_session_find:
 * @self: a session
 * @info_hash: an info-hash in hex, of v1 with 40 digits or of v2 with 64
 *
 * Finds a torrent by one of its info-hashes. O(1).
 *
 * Returns: (transfer none) (nullable): the torrent, or %NULL when none goes by that name
 */
ShoalTorrent *
shoal_session_find (ShoalSession *self, const char *info_hash)
{
  g_autofree char *lower = NULL;

  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  g_return_val_if_fail (info_hash != NULL, NULL);
  shoal_session_finish_opening (self);
  lower = g_ascii_strdown (info_hash, -1);
  return g_hash_table_lookup (self->by_hash, lower);
}

/**
 * shoal_session_find_torrent:
 * @self: a session
 * @torrent: the bytes of a .torrent
 *
 * Finds the torrent that shoal_session_add() would call there already. O(bytes).
 *
 * Returns: (transfer none) (nullable): the torrent, or %NULL when there is none, or @torrent is
 *   malformed
 */
ShoalTorrent *
shoal_session_find_torrent (ShoalSession *self, GBytes *torrent)
{
  BtError why = { 0 };
  g_autoptr (BtMetainfo) metainfo = NULL;
  BtMagnetHashes hashes;

  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  g_return_val_if_fail (torrent != NULL, NULL);
  metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), &why);
  if (metainfo == NULL)
    return NULL;
  hashes = shoal_hashes_of (metainfo);
  return shoal_session_find_hashes (self, &hashes);
}

/**
 * shoal_session_find_magnet:
 * @self: a session
 * @uri: a magnet URI, or an info-hash in hex or base32
 *
 * Finds the torrent that shoal_session_add_magnet() would call there already.
 *
 * Returns: (transfer none) (nullable): the torrent, or %NULL when there is none, or @uri is
 *   malformed
 */
ShoalTorrent *
shoal_session_find_magnet (ShoalSession *self, const char *uri)
{
  BtError why = { 0 };
  g_autoptr (BtMagnet) magnet = NULL;

  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);
  magnet = bt_magnet_parse (uri, strlen (uri), &why);
  return magnet != NULL ? shoal_session_find_hashes (self, &magnet->hashes) : NULL;
}
