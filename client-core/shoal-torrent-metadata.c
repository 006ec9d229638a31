/* shoal-torrent-metadata.c: a torrent's .torrent: what a magnet has become, and one that lacked
 * piece layers. */
#include "client-core/shoal-torrent-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* What its magnet says stands around the metadata. */
static GBytes *
build_torrent (ShoalTorrent *self, BtMetainfo *metainfo)
{
  g_autofree char *uri = shoal_torrent_dup_magnet (self);
  BtError why = { 0 };

  if (self->magnet == NULL)
    self->magnet = bt_magnet_parse (uri, strlen (uri), &why);
  return shoal_magnet_build_torrent (self->magnet, metainfo);
}

static void
keep_file (ShoalTorrent *self)
{
  if (self->engine != NULL)
    eng_engine_keep_metainfo (self->engine, self->id, self->file);
}

/* Its .torrent lacked piece layers, and is whole now. */
static void
take_layers (ShoalTorrent *self, BtMetainfo *metainfo)
{
  bt_metainfo_unref (self->metainfo);
  self->metainfo = bt_metainfo_ref (metainfo);
  g_bytes_unref (self->file);
  self->file = g_bytes_ref (bt_metainfo_bytes (metainfo));
  keep_file (self);
  if (!bt_metainfo_needs_layers (metainfo))
    shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("The hashes of its pieces are known"));
}

/* It was a magnet. */
static void
take_list (ShoalTorrent *self, BtMetainfo *metainfo)
{
  ShoalTorrentShown before = shoal_torrent_shown (self);
  const BtMagnetHashes hashes = shoal_hashes_of (metainfo);

  shoal_torrent_set_hashes (self, &hashes);
  if (self->session != NULL)
    shoal_session_name (self->session, self);
  self->metainfo = bt_metainfo_ref (metainfo);
  g_free (self->name);
  self->name = g_strdup (bt_metainfo_name (metainfo));
  self->file = build_torrent (self, metainfo);
  keep_file (self);
  g_free (self->priorities);
  self->priorities = eng_select_priorities (&self->magnet->select_only, metainfo);
  self->stats.total = self->stats.left = bt_metainfo_content_size (metainfo);
  self->stats.wanted = self->stats.wanted_left = self->stats.total;
  shoal_torrent_notify_changes (self, &before);
  g_object_notify (G_OBJECT (self), "name");
  shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("The list of files has come"));
}

void
shoal_torrent_take_metadata (ShoalTorrent *self, BtMetainfo *metainfo)
{
  if (shoal_torrent_metainfo (self) != NULL)
    take_layers (self, metainfo);
  else
    take_list (self, metainfo);
}

/* --- questions --- */

/**
 * shoal_torrent_get_torrent_file:
 * @self: a torrent
 *
 * Returns: (transfer none) (nullable): the bytes of its .torrent, with the piece layers that it
 *   lacked once they are known; of a magnet, once its metadata is here, what its trackers and web
 *   seeds make of it
 */
GBytes *
shoal_torrent_get_torrent_file (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  (void) shoal_torrent_metainfo (self); /* which reads it */
  return self->file;
}

/**
 * shoal_torrent_get_metadata_progress:
 * @self: a torrent
 *
 * Returns: how much of a magnet's metadata is here, or of the piece layers that a .torrent lacks,
 *   from 0 to 1
 */
gdouble
shoal_torrent_get_metadata_progress (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  if (shoal_torrent_has_metadata (self)
      && (self->stats.state != ENG_TORRENT_METADATA || self->stats.metadata_all == 0))
    return 1;
  return (gdouble) self->stats.metadata_have / (gdouble) MAX (self->stats.metadata_all, 1);
}
