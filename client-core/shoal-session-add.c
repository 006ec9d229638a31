/* shoal-session-add.c: adding torrents to a session: by the bytes of a .torrent, also of one that
 * was just made, and by a magnet. */
#include "shoal-session.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "client-core/shoal-hashed-files-private.h"
#include "client-core/shoal-torrent-private.h"
#include "protocol/digest/btd.h"
#include "shoal-error.h"

static EngAddition
make_addition (const ShoalSession *self, const char *folder, ShoalAddFlags flags)
{
  bool preallocate = (flags & SHOAL_ADD_PREALLOCATE) != 0;

  return (EngAddition){ .folder = folder,
                        .state_folder = self->state_folder,
                        .trust_resume = (flags & SHOAL_ADD_TRUST_RESUME) != 0,
                        .read_only = (flags & SHOAL_ADD_READ_ONLY) != 0,
                        .use_trackers = (flags & SHOAL_ADD_NO_TRACKERS) == 0,
                        .sequential = (flags & SHOAL_ADD_SEQUENTIAL) != 0,
                        .super_seed = (flags & SHOAL_ADD_SUPER_SEED) != 0,
                        .choose = (flags & SHOAL_ADD_CHOOSE) != 0,
                        .preallocate
                        = preallocate ? ENG_PREALLOCATE_FULL : ENG_PREALLOCATE_SPARSE };
}

/* Nobody serves the same torrent twice. */
static bool
is_there (ShoalSession *self, const BtMagnetHashes *hashes, GError **error)
{
  ShoalTorrent *there = shoal_session_find_hashes (self, hashes);

  if (there != NULL)
    g_set_error (error, SHOAL_ERROR, SHOAL_ERROR_EXISTS,
                 _ ("“%s” is a torrent of this session already"), shoal_torrent_get_name (there));
  return there != NULL;
}

/* Hands it to the engine, and to the profile. */
static void
begin (ShoalTorrent *torrent, EngAddition *addition, ShoalAddFlags flags,
       const EngRosterSource *source)
{
  ShoalSession *session = torrent->session;
  EngRosterRow *row = shoal_session_make_row (session, torrent, flags);

  addition->rank = torrent->wishes.rank;
  addition->row = row;
  addition->source = row != NULL ? source : NULL;
  eng_engine_add (session->engine, torrent->id, addition);
  shoal_torrent_log (torrent, SHOAL_LOG_INFO, _ ("Added"));
  eng_roster_row_free (row);
}

/* @hashed: NULL for who has hashed nothing. */
static ShoalTorrent *
add_torrent (ShoalSession *self, GBytes *torrent, const char *folder, GBytes *priorities,
             ShoalHashedFiles *hashed, ShoalAddFlags flags, GError **error)
{
  EngAddition addition = make_addition (self, folder, flags);
  BtError why = { 0 };
  g_autoptr (BtMetainfo) metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), &why);
  g_autofree EngFileState *states = NULL;
  EngRosterSource source = { .metainfo = torrent, .priorities = priorities };
  BtMagnetHashes hashes;
  ShoalTorrent *added;

  if (metainfo == NULL)
    {
      g_propagate_error (
          error, shoal_error_new_problem (why.code, 0, why.offset, why.item, why.key, NULL));
      return NULL;
    }
  hashes = shoal_hashes_of (metainfo);
  if (is_there (self, &hashes, error))
    return NULL;
  if (priorities != NULL)
    {
      g_return_val_if_fail (shoal_are_priorities (priorities, metainfo), NULL);
      addition.priorities = g_bytes_get_data (priorities, NULL);
    }
  states = hashed != NULL ? shoal_hashed_files_states (hashed, metainfo) : NULL;
  added = shoal_torrent_new (self, ++self->next_id, metainfo, folder);
  shoal_torrent_begin_with (added, &addition);
  addition.metainfo = metainfo;
  addition.hashed = states;
  begin (added, &addition, flags, &source);
  shoal_session_list_add (self, g_object_ref (added));
  return added;
}

/**
 * shoal_session_add:
 * @self: a session
 * @torrent: the bytes of a .torrent
 * @folder: the folder that holds the torrent's file or folder, or will; it exists
 * @priorities: (nullable): one byte for each file, from 0, not wanted, to 7; 4 is normal. %NULL
 *   wants all files
 * @flags: how
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Adds a torrent. It verifies what is in @folder first, then fetches what is missing and seeds;
 * with %SHOAL_ADD_CHOOSE it waits for shoal_torrent_choose() before. A torrent of v2 without its
 * piece layers (BEP 52) has them from files in @folder that are whole, or from its peers, before
 * anything else: meanwhile it is in %SHOAL_TORRENT_STATE_METADATA, and then
 * #ShoalTorrent::metadata-received is emitted. When another session has its
 * files, it is in %SHOAL_TORRENT_STATE_FAULT soon, with %SHOAL_ERROR_IN_USE.
 *
 * A torrent that is there already, by either of its info-hashes, is %SHOAL_ERROR_EXISTS, and
 * nothing happens; shoal_session_find_torrent() tells which it is.
 *
 * Returns: (transfer full): the torrent, or %NULL when @torrent is none, or is there already
 */
ShoalTorrent *
shoal_session_add (ShoalSession *self, GBytes *torrent, const char *folder, GBytes *priorities,
                   ShoalAddFlags flags, GError **error)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  g_return_val_if_fail (torrent != NULL, NULL);
  g_return_val_if_fail (folder != NULL, NULL);
  return add_torrent (self, torrent, folder, priorities, NULL, flags, error);
}

/**
 * shoal_session_add_hashed:
 * @self: a session
 * @torrent: the bytes of a .torrent that was made of files in @folder
 * @folder: the folder that holds the torrent's file or folder
 * @hashed: (nullable): how its files were when they were hashed, as of
 *   shoal_creator_get_hashed_files(); %NULL: nobody knows
 * @flags: how
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Adds a torrent like shoal_session_add(), and seeds without reading again what @hashed answers
 * for: a file whose inode, size and time of its last change are still the same. Every other one is
 * verified.
 *
 * Returns: (transfer full): the torrent, or %NULL when @torrent is none, or is there already
 */
ShoalTorrent *
shoal_session_add_hashed (ShoalSession *self, GBytes *torrent, const char *folder,
                          ShoalHashedFiles *hashed, ShoalAddFlags flags, GError **error)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  g_return_val_if_fail (torrent != NULL, NULL);
  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (hashed == NULL || SHOAL_IS_HASHED_FILES (hashed), NULL);
  return add_torrent (self, torrent, folder, NULL, hashed, flags, error);
}

/**
 * shoal_session_add_magnet:
 * @self: a session
 * @uri: a magnet URI, or an info-hash in hex or base32
 * @folder: the folder that holds the torrent's file or folder, or will; it exists
 * @flags: how
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Adds a torrent of which little more than the info-hash is known. It is in
 * %SHOAL_TORRENT_STATE_METADATA until one of its peers has handed over the rest, which the hash
 * proves; then #ShoalTorrent::metadata-received is emitted, and it goes on like one of
 * shoal_session_add() with the files that @uri asks for, or, with %SHOAL_ADD_CHOOSE, waits for
 * shoal_torrent_choose(). Peers come from the trackers that @uri names, from its peers that are
 * addresses and no names, and from shoal_torrent_add_peer().
 *
 * A torrent that is there already is %SHOAL_ERROR_EXISTS, and nothing happens;
 * shoal_session_find_magnet() tells which it is.
 *
 * Returns: (transfer full): the torrent, or %NULL when @uri is malformed, or is there already
 */
ShoalTorrent *
shoal_session_add_magnet (ShoalSession *self, const char *uri, const char *folder,
                          ShoalAddFlags flags, GError **error)
{
  BtError why = { 0 };
  BtMagnet *magnet;
  EngAddition addition;
  ShoalTorrent *added;
  EngRosterSource source = { .magnet = (char *) (uintptr_t) uri };

  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (folder != NULL, NULL);
  magnet = bt_magnet_parse (uri, strlen (uri), &why);
  if (magnet == NULL)
    {
      g_propagate_error (
          error, shoal_error_new_problem (why.code, 0, why.offset, why.item, why.key, NULL));
      return NULL;
    }
  if (is_there (self, &magnet->hashes, error))
    {
      bt_magnet_free (magnet);
      return NULL;
    }
  addition = make_addition (self, folder, flags);
  shoal_magnet_describe (magnet, &addition);
  added = shoal_torrent_new_magnet (self, ++self->next_id, magnet, folder);
  shoal_torrent_begin_with (added, &addition);
  begin (added, &addition, flags, &source);
  shoal_magnet_introduce (magnet, self->engine, shoal_torrent_id (added), addition.use_trackers);
  shoal_session_list_add (self, g_object_ref (added));
  return added;
}
