/* shoal-torrent-choice.c: what a person decides before a torrent begins: which files, where, by
 * which trackers; and taking over what another of the same hashes would bring. */
#include "client-core/shoal-file-list-private.h"

#include <string.h>

#include "protocol/digest/btd.h"

/**
 * shoal_torrent_get_chosen:
 * @self: a torrent
 *
 * Returns: %FALSE while a torrent of %SHOAL_ADD_CHOOSE waits for shoal_torrent_choose()
 */
gboolean
shoal_torrent_get_chosen (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), TRUE);
  return !self->unchosen;
}

/* --- files --- */

/**
 * shoal_torrent_dup_priorities:
 * @self: a torrent
 *
 * Tells how much each file is wanted, as shoal_torrent_set_priorities() takes it: of a magnet of
 * which some files were asked for, those. O(files).
 *
 * Returns: (transfer full) (nullable): one byte for each file; %NULL while the metadata of a magnet
 *   is not here
 */
GBytes *
shoal_torrent_dup_priorities (ShoalTorrent *self)
{
  size_t n;
  guint8 *priorities;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  n = shoal_torrent_n_files (self);
  if (n == 0)
    return NULL;
  priorities = g_malloc (n);
  for (size_t i = 0; i < n; i++)
    priorities[i] = shoal_torrent_priority (self, (guint) i);
  return g_bytes_new_take (priorities, n);
}

/**
 * shoal_torrent_dup_files_done:
 * @self: a torrent
 *
 * Tells how many bytes are here and verified of each file, in one piece, for who shows folders:
 * what #ShoalFile:done says of one. It is kept fresh while somebody holds
 * shoal_torrent_dup_files(). O(files).
 *
 * Returns: (transfer full) (nullable): one #guint64 for each file, by #ShoalFile:index; %NULL
 * before it was told for the first time, and while nobody holds the list
 */
GBytes *
shoal_torrent_dup_files_done (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return self->files != NULL ? shoal_file_list_dup_done (self->files) : NULL;
}

/* --- the choice --- */

/* What is chosen is what the lists of files show from now on. */
static void
keep_priorities (ShoalTorrent *self, GBytes *priorities)
{
  g_free (self->priorities);
  self->priorities = g_memdup2 (g_bytes_get_data (priorities, NULL), g_bytes_get_size (priorities));
  if (self->files != NULL)
    shoal_file_list_tell_priorities (self->files);
}

/**
 * shoal_torrent_choose_in:
 * @self: a torrent
 * @folder: (nullable): the folder that holds the torrent's file or folder, or will; it exists.
 *   %NULL: the one that it was added with
 * @priorities: (nullable): one byte for each file, as shoal_session_add() takes them. %NULL wants
 *   those of shoal_torrent_dup_priorities()
 *
 * Lets a torrent of %SHOAL_ADD_CHOOSE begin: what is in its folder is verified, and what lacks is
 * fetched, unless it was paused before. A magnet whose metadata is not here yet begins when it is,
 * and takes no @priorities. A torrent that has begun is left as it is.
 */
void
shoal_torrent_choose_in (ShoalTorrent *self, const char *folder, GBytes *priorities)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  g_return_if_fail (priorities == NULL || shoal_torrent_metainfo (self) != NULL);
  g_return_if_fail (priorities == NULL
                    || shoal_are_priorities (priorities, shoal_torrent_metainfo (self)));
  if (self->removing || self->engine == NULL || !self->unchosen)
    return;
  shoal_torrent_send_wishes (self);
  if (folder != NULL)
    {
      shoal_torrent_take_folder (self, folder);
    }
  if (priorities != NULL)
    keep_priorities (self, priorities);
  eng_engine_choose (self->engine, self->id, folder,
                     priorities != NULL ? g_bytes_get_data (priorities, NULL) : NULL,
                     priorities != NULL ? g_bytes_get_size (priorities) : 0);
  self->unchosen = false;
  shoal_torrent_notify (self, SHOAL_TORRENT_PROP_CHOSEN);
}

/**
 * shoal_torrent_choose:
 * @self: a torrent
 * @priorities: (nullable): one byte for each file, as shoal_session_add() takes them. %NULL wants
 *   those of shoal_torrent_dup_priorities()
 *
 * Lets a torrent of %SHOAL_ADD_CHOOSE begin in the folder that it was added with; see
 * shoal_torrent_choose_in().
 */
void
shoal_torrent_choose (ShoalTorrent *self, GBytes *priorities)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  shoal_torrent_choose_in (self, NULL, priorities);
}

/* --- trackers --- */

typedef struct
{
  GArray *trackers; /* of BtTracker; the strings are lent */
  GHashTable *seen; /* URLs */
} Announces;

static void
announces_add (Announces *list, const BtTracker *tracker)
{
  if (g_hash_table_add (list->seen, (char *) (uintptr_t) tracker->url))
    g_array_append_vals (list->trackers, tracker, 1);
}

static int
compare_tiers (const void *a, const void *b)
{
  unsigned tier_a = ((const BtTracker *) a)->tier;
  unsigned tier_b = ((const BtTracker *) b)->tier;

  return (tier_a > tier_b) - (tier_a < tier_b);
}

/* In the order that they are asked in. What the person says of a tracker goes before what the
 * torrent does. (transfer full) */
static GArray *
list_trackers (ShoalTorrent *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Announces list = { g_array_new (FALSE, FALSE, sizeof (BtTracker)), seen };
  const GArray *added = self->added_trackers;
  const BtMetainfo *metainfo = shoal_torrent_metainfo (self);
  const BtTracker *trackers = NULL;
  size_t n = 0;

  if (metainfo != NULL)
    trackers = bt_metainfo_trackers (metainfo, &n);
  for (guint i = 0; i < added->len; i++)
    g_hash_table_add (seen, (char *) (uintptr_t) g_array_index (added, BtTracker, i).url);
  for (size_t i = 0; i < n; i++)
    announces_add (&list, &trackers[i]);
  for (guint i = 0; self->magnet != NULL && i < self->magnet->trackers->len; i++)
    announces_add (&list, &(BtTracker){ .url = self->magnet->trackers->pdata[i], .tier = i });
  g_array_append_vals (list.trackers, added->data, added->len);
  g_array_sort (list.trackers, compare_tiers);
  return list.trackers;
}

/**
 * shoal_torrent_dup_announce_list:
 * @self: a torrent
 *
 * Lists its trackers, those that were added by hand among them, without those that were taken away:
 * also while none is asked, unlike shoal_torrent_dup_trackers().
 *
 * Returns: (transfer full): URLs; an empty string stands between one tier and the next
 */
char **
shoal_torrent_dup_announce_list (ShoalTorrent *self)
{
  g_autoptr (GArray) trackers = NULL;
  GPtrArray *urls = g_ptr_array_new ();
  unsigned tier = 0;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  trackers = list_trackers (self);
  for (guint i = 0; i < trackers->len; i++)
    {
      const BtTracker *tracker = &g_array_index (trackers, BtTracker, i);

      if (self->dropped != NULL && g_hash_table_contains (self->dropped, tracker->url))
        continue;
      if (tracker->tier != tier && urls->len > 0)
        g_ptr_array_add (urls, g_strdup (""));
      g_ptr_array_add (urls, g_strdup (tracker->url));
      tier = tracker->tier;
    }
  g_ptr_array_add (urls, NULL);
  return (char **) g_ptr_array_free (urls, FALSE);
}

/* Those that are not there yet. A private torrent is its own trackers' alone (BEP 27). */
static guint
add_lacking (ShoalTorrent *self, const char *const *urls, const unsigned *tiers, size_t n)
{
  g_auto (GStrv) there = shoal_torrent_dup_announce_list (self);
  guint added = 0;

  if (shoal_torrent_get_private (self))
    return 0;
  for (size_t i = 0; i < n; i++)
    if (!g_strv_contains ((const char *const *) there, urls[i])
        && shoal_torrent_add_tracker (self, urls[i], tiers != NULL ? tiers[i] : (guint) i, NULL))
      added++;
  return added;
}

/**
 * shoal_torrent_merge_torrent:
 * @self: a torrent
 * @torrent: the bytes of a .torrent, of the same hashes most likely
 *
 * Adds the trackers of another that this one lacks; to a private torrent, or of one, none is added.
 *
 * Returns: how many were added
 */
guint
shoal_torrent_merge_torrent (ShoalTorrent *self, GBytes *torrent)
{
  BtError why = { 0 };
  g_autoptr (BtMetainfo) metainfo = NULL;
  const BtTracker *trackers;
  g_autofree const char **urls = NULL;
  g_autofree unsigned *tiers = NULL;
  size_t n;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  g_return_val_if_fail (torrent != NULL, 0);
  metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), &why);
  if (metainfo == NULL || bt_metainfo_is_private (metainfo))
    return 0;
  trackers = bt_metainfo_trackers (metainfo, &n);
  urls = g_new (const char *, n);
  tiers = g_new (unsigned, n);
  for (size_t i = 0; i < n; i++)
    {
      urls[i] = trackers[i].url;
      tiers[i] = trackers[i].tier;
    }
  return add_lacking (self, urls, tiers, n);
}

/**
 * shoal_torrent_merge_magnet:
 * @self: a torrent
 * @uri: a magnet URI, of the same hashes most likely
 *
 * Adds the trackers of a magnet that this torrent lacks; to a private torrent none is added.
 *
 * Returns: how many were added
 */
guint
shoal_torrent_merge_magnet (ShoalTorrent *self, const char *uri)
{
  BtError why = { 0 };
  g_autoptr (BtMagnet) magnet = NULL;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  g_return_val_if_fail (uri != NULL, 0);
  magnet = bt_magnet_parse (uri, strlen (uri), &why);
  if (magnet == NULL)
    return 0;
  return add_lacking (self, (const char *const *) magnet->trackers->pdata, NULL,
                      magnet->trackers->len);
}
