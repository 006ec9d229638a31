/* shoal-torrent-facts.c: what a torrent is: its names in the swarm, what its .torrent says of it,
 * and the magnet link that stands for it. */
#include "client-core/shoal-torrent-private.h"

#include <string.h>

#include "protocol/core/bt-hex.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-magnet.h"

char *
shoal_hash_text (const uint8_t *hash, size_t len)
{
  char *text = g_malloc0 (2 * len + 1);

  bt_hex_write (hash, len, text);
  return text;
}

BtMagnetHashes
shoal_hashes_of (const BtMetainfo *metainfo)
{
  const uint8_t *v1 = bt_metainfo_info_hash_v1 (metainfo);
  const uint8_t *v2 = bt_metainfo_info_hash_v2 (metainfo);
  BtMagnetHashes hashes = { .has_v1 = v1 != NULL, .has_v2 = v2 != NULL };

  if (v1 != NULL)
    memcpy (hashes.v1, v1, sizeof hashes.v1);
  if (v2 != NULL)
    memcpy (hashes.v2, v2, sizeof hashes.v2);
  return hashes;
}

void
shoal_torrent_set_hashes (ShoalTorrent *self, const BtMagnetHashes *hashes)
{
  if (self->info_hash == NULL && hashes->has_v1)
    self->info_hash = shoal_hash_text (hashes->v1, sizeof hashes->v1);
  if (self->info_hash_v2 == NULL && hashes->has_v2)
    self->info_hash_v2 = shoal_hash_text (hashes->v2, sizeof hashes->v2);
}

/* --- out of the profile --- */

static void
take_source (ShoalTorrent *self, EngRosterSource *source)
{
  BtError why = { 0 };
  gsize n;
  const uint8_t *priorities;

  self->metainfo = bt_metainfo_parse (source->metainfo, BT_ORIGIN_OWN, btd_ops (), &why);
  if (self->metainfo == NULL)
    return;
  self->file = g_bytes_ref (source->metainfo);
  shoal_torrent_take_names (self, &source->names);
  priorities = source->priorities != NULL ? g_bytes_get_data (source->priorities, &n) : NULL;
  if (priorities != NULL && self->priorities == NULL
      && n == bt_metainfo_layout (self->metainfo)->n_files)
    self->priorities = g_memdup2 (priorities, n);
}

BtMetainfo *
shoal_torrent_metainfo (ShoalTorrent *self)
{
  EngRosterSource source;

  if (self->metainfo != NULL || !self->is_kept || self->session == NULL)
    return self->metainfo;
  if (!eng_reader_source (self->session->reader, self->id, &source))
    return NULL;
  if (source.metainfo != NULL)
    take_source (self, &source);
  eng_roster_source_clear (&source);
  return self->metainfo;
}

bool
shoal_torrent_has_metadata (const ShoalTorrent *self)
{
  return self->metainfo != NULL || self->is_kept;
}

bool
shoal_torrent_read_hash (const char *text, uint8_t *out, size_t len)
{
  return text != NULL && bt_hex_parse (text, 2 * len, out, len);
}

/* --- names --- */

/**
 * shoal_torrent_get_info_hash:
 * @self: a torrent
 *
 * Returns: (transfer none) (nullable): its info-hash of v1 in hex, in lower case; %NULL when it has
 *   none, or the metadata of its magnet, which would tell, is not here
 */
const char *
shoal_torrent_get_info_hash (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return self->info_hash;
}

/**
 * shoal_torrent_get_info_hash_v2:
 * @self: a torrent
 *
 * Returns: (transfer none) (nullable): its info-hash of v2 (BEP 52) in hex, in lower case; %NULL
 *   when it has none, or the metadata of its magnet, which would tell, is not here
 */
const char *
shoal_torrent_get_info_hash_v2 (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return self->info_hash_v2;
}

/**
 * shoal_torrent_get_folder:
 * @self: a torrent
 *
 * Returns: (transfer none): the folder that holds its file or folder
 */
const char *
shoal_torrent_get_folder (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return self->folder;
}

/* --- what the .torrent says --- */

/**
 * shoal_torrent_get_private:
 * @self: a torrent
 *
 * Returns: whether its peers come from its trackers alone (BEP 27); %FALSE while the metadata of a
 *   magnet is not here
 */
gboolean
shoal_torrent_get_private (ShoalTorrent *self)
{
  const BtMetainfo *metainfo;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  metainfo = shoal_torrent_metainfo (self);
  return metainfo != NULL && bt_metainfo_is_private (metainfo);
}

/**
 * shoal_torrent_get_comment:
 * @self: a torrent
 *
 * Returns: (transfer none) (nullable): what its maker remarks, if anything; valid until control
 *   goes back to the main loop
 */
const char *
shoal_torrent_get_comment (ShoalTorrent *self)
{
  const BtMetainfo *metainfo;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  metainfo = shoal_torrent_metainfo (self);
  return metainfo != NULL ? bt_metainfo_comment (metainfo) : NULL;
}

/**
 * shoal_torrent_get_created_by:
 * @self: a torrent
 *
 * Returns: (transfer none) (nullable): the program that made it, if that is said; valid until
 *   control goes back to the main loop
 */
const char *
shoal_torrent_get_created_by (ShoalTorrent *self)
{
  const BtMetainfo *metainfo;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  metainfo = shoal_torrent_metainfo (self);
  return metainfo != NULL ? bt_metainfo_created_by (metainfo) : NULL;
}

/**
 * shoal_torrent_get_creation_date:
 * @self: a torrent
 *
 * Returns: when it was made, in seconds since 1970; 0 when that is not said
 */
gint64
shoal_torrent_get_creation_date (ShoalTorrent *self)
{
  const BtMetainfo *metainfo;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  metainfo = shoal_torrent_metainfo (self);
  return metainfo != NULL ? bt_metainfo_creation_date (metainfo) : 0;
}

/**
 * shoal_torrent_get_piece_length:
 * @self: a torrent
 *
 * Returns: bytes of a piece, the last of which may be shorter; 0 while the metadata of a magnet is
 *   not here
 */
guint64
shoal_torrent_get_piece_length (ShoalTorrent *self)
{
  const BtMetainfo *metainfo;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  metainfo = shoal_torrent_metainfo (self);
  return metainfo != NULL ? bt_metainfo_layout (metainfo)->piece_length : 0;
}

/**
 * shoal_torrent_get_n_pieces:
 * @self: a torrent
 *
 * Returns: how many pieces it has; 0 while the metadata of a magnet is not here
 */
guint
shoal_torrent_get_n_pieces (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return shoal_torrent_n_pieces (self);
}

/**
 * shoal_torrent_get_n_files:
 * @self: a torrent
 *
 * Returns: how many files it has, those that only pad others (BEP 47) not counted; 0 while the
 *   metadata of a magnet is not here
 */
guint
shoal_torrent_get_n_files (ShoalTorrent *self)
{
  const BtMetainfo *metainfo;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  metainfo = shoal_torrent_metainfo (self);
  return metainfo != NULL ? (guint) bt_metainfo_n_real_files (metainfo) : 0;
}

/**
 * shoal_torrent_get_format:
 * @self: a torrent
 *
 * Returns: its format; of a magnet whose metadata is not here, that of the hashes it names
 */
ShoalFormat
shoal_torrent_get_format (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), SHOAL_FORMAT_V1);
  if (self->info_hash == NULL)
    return SHOAL_FORMAT_V2;
  return self->info_hash_v2 != NULL ? SHOAL_FORMAT_HYBRID : SHOAL_FORMAT_V1;
}

/* --- its trackers --- */

static BtTracker *
find_added (const ShoalTorrent *self, const char *url)
{
  for (guint i = 0; i < self->added_trackers->len; i++)
    {
      BtTracker *tracker = &g_array_index (self->added_trackers, BtTracker, i);

      if (strcmp (tracker->url, url) == 0)
        return tracker;
    }
  return NULL;
}

void
shoal_torrent_note_tracker (ShoalTorrent *self, const char *url, unsigned tier)
{
  BtTracker *there = find_added (self, url);
  BtTracker added = { .tier = tier };

  if (self->dropped != NULL)
    g_hash_table_remove (self->dropped, url);
  if (there != NULL)
    {
      there->tier = tier;
      return;
    }
  added.url = g_strdup (url);
  g_array_append_val (self->added_trackers, added);
}

void
shoal_torrent_note_dropped (ShoalTorrent *self, const char *url)
{
  BtTracker *there = find_added (self, url);

  if (there != NULL)
    g_array_remove_index (self->added_trackers,
                          (guint) (there - (BtTracker *) (void *) self->added_trackers->data));
  if (self->dropped == NULL)
    self->dropped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (self->dropped, g_strdup (url));
}

/* --- its magnet --- */

static void
set_hashes (BtMagnet *magnet, const ShoalTorrent *self)
{
  uint8_t v1[BT_SHA1_LEN];
  uint8_t v2[BT_SHA256_LEN];

  if (shoal_torrent_read_hash (self->info_hash, v1, sizeof v1))
    bt_magnet_set_v1 (magnet, v1);
  if (shoal_torrent_read_hash (self->info_hash_v2, v2, sizeof v2))
    bt_magnet_set_v2 (magnet, v2);
}

static void
add_tracker (BtMagnet *magnet, const ShoalTorrent *self, const char *url)
{
  if (self->dropped == NULL || !g_hash_table_contains (self->dropped, url))
    (void) bt_magnet_add_tracker (magnet, url, strlen (url)); /* what is no URL is left out */
}

static void
add_places (BtMagnet *magnet, ShoalTorrent *self)
{
  const BtMetainfo *metainfo = shoal_torrent_metainfo (self);
  size_t n_trackers = 0;
  size_t n_seeds = 0;
  const BtTracker *trackers = NULL;
  const BtWebSeed *seeds = NULL;

  if (metainfo != NULL)
    {
      trackers = bt_metainfo_trackers (metainfo, &n_trackers);
      seeds = bt_metainfo_web_seeds (metainfo, &n_seeds);
    }
  for (size_t i = 0; i < n_trackers; i++)
    add_tracker (magnet, self, trackers[i].url);
  for (guint i = 0; self->magnet != NULL && i < self->magnet->trackers->len; i++)
    add_tracker (magnet, self, self->magnet->trackers->pdata[i]);
  for (guint i = 0; i < self->added_trackers->len; i++)
    add_tracker (magnet, self, g_array_index (self->added_trackers, BtTracker, i).url);
  for (size_t i = 0; i < n_seeds; i++)
    if (!seeds[i].single)
      (void) bt_magnet_add_web_seed (magnet, seeds[i].url, strlen (seeds[i].url)); /* likewise */
}

BtMagnet *
shoal_torrent_make_magnet (ShoalTorrent *self)
{
  BtMagnet *magnet = bt_magnet_new ();

  set_hashes (magnet, self);
  if (self->magnet == NULL || self->magnet->name != NULL)
    bt_magnet_set_name (magnet, self->name, strlen (self->name));
  if (self->stats.total > 0)
    bt_magnet_set_length (magnet, self->stats.total);
  add_places (magnet, self);
  return magnet;
}
