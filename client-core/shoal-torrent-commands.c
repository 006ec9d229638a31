/* shoal-torrent-commands.c: what a person tells a torrent to do: its peers, its trackers, its end.
 */
#include "client-core/shoal-torrent-private.h"
#include "client-core/shoal-task-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "protocol/core/bt-error.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-url.h"
#include "shoal-error.h"

/**
 * shoal_torrent_add_peer:
 * @self: a torrent
 * @address: "1.2.3.4:6881" or "[2001:db8::1]:6881"
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Names a peer by hand. It is tried like one that a tracker named.
 *
 * Returns: %FALSE when @address is not an address with a port
 */
gboolean
shoal_torrent_add_peer (ShoalTorrent *self, const char *address, GError **error)
{
  BtEndpoint peer;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  if (!bt_endpoint_parse (address, strlen (address), &peer) || peer.port == 0)
    {
      g_propagate_error (error, shoal_error_new_problem (BT_ERROR_BAD_ADDRESS, 0, BT_NOWHERE,
                                                         BT_NOWHERE, NULL, address));
      return FALSE;
    }
  if (self->engine != NULL)
    eng_engine_add_peer (self->engine, self->id, &peer);
  return TRUE;
}

/**
 * shoal_torrent_add_tracker:
 * @self: a torrent
 * @url: where it is asked, of http, https or udp
 * @tier: trackers of a lower tier are asked first
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Names a tracker by hand, beside those of the torrent. One that it has already goes to that tier.
 *
 * Returns: %FALSE when @url is none that a tracker has
 */
gboolean
shoal_torrent_add_tracker (ShoalTorrent *self, const char *url, guint tier, GError **error)
{
  static const char *const schemes[] = { "http", "https", "udp", NULL };

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  g_return_val_if_fail (url != NULL, FALSE);
  if (strlen (url) > BT_LIMIT_URL || !bt_url_is_clean (url, strlen (url), schemes))
    {
      g_propagate_error (
          error, shoal_error_new_problem (BT_ERROR_BAD_URL, 0, BT_NOWHERE, BT_NOWHERE, NULL, url));
      return FALSE;
    }
  if (self->engine == NULL)
    return TRUE;
  shoal_torrent_note_tracker (self, url, tier);
  eng_engine_add_tracker (self->engine, self->id, url, tier);
  return TRUE;
}

/**
 * shoal_torrent_retry:
 * @self: a torrent
 *
 * Has a torrent in %SHOAL_TORRENT_STATE_FAULT begin again, when what stood in its way may be gone:
 * the other process, the full disk, the disk that was not there. Only what its last run does not
 * answer for is verified. Other torrents do not care.
 */
void
shoal_torrent_retry (ShoalTorrent *self)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  if (!self->removing && self->engine != NULL)
    eng_engine_retry (self->engine, self->id);
}

/**
 * shoal_torrent_verify:
 * @self: a torrent
 *
 * Compares every byte on the disk with the torrent once more, whatever is known of it: its peers
 * are left, and come back when that is done. A torrent in %SHOAL_TORRENT_STATE_FAULT goes on with
 * it, once the disk takes what it refused.
 */
void
shoal_torrent_verify (ShoalTorrent *self)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  if (self->removing || self->engine == NULL)
    return;
  /* A small torrent is verified sooner than a picture of it is taken: that it was is told here. */
  shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("The files are verified"));
  eng_engine_verify (self->engine, self->id);
}

/* An address with a port, or an error. */
static gboolean
parse_peer (const char *address, BtEndpoint *peer, GError **error)
{
  if (bt_endpoint_parse (address, strlen (address), peer))
    return TRUE;
  g_propagate_error (error, shoal_error_new_problem (BT_ERROR_BAD_ADDRESS, 0, BT_NOWHERE,
                                                     BT_NOWHERE, NULL, address));
  return FALSE;
}

/**
 * shoal_torrent_limit_peer:
 * @self: a torrent
 * @address: "1.2.3.4:6881" or "[2001:db8::1]:6881", as #ShoalPeer:address
 * @down_Bps: bytes per second that may be received from it, or 0 for no limit of its own
 * @up_Bps: bytes per second that may be sent to it, or 0 for no limit of its own
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Limits what is exchanged with one peer, inside the limits of the torrent and of its session, from
 * now on and as long as the torrent is in its session: the peer may leave and come again. Whatever
 * its port, whoever has that address is meant, unless the session takes several peers of one
 * address. What was limited before for that address gives way; 1,000 addresses of a torrent may
 * have limits, then the oldest one goes. #ShoalPeer:limit-down and #ShoalPeer:limit-up tell.
 *
 * Returns: %FALSE when @address is not an address with a port
 */
gboolean
shoal_torrent_limit_peer (ShoalTorrent *self, const char *address, guint64 down_Bps, guint64 up_Bps,
                          GError **error)
{
  EngPeerWish wish = { .down_Bps = down_Bps, .up_Bps = up_Bps };

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  if (!parse_peer (address, &wish.endpoint, error))
    return FALSE;
  if (self->engine != NULL)
    eng_engine_limit_peer (self->engine, self->id, &wish);
  return TRUE;
}

/**
 * shoal_torrent_ban_peer:
 * @self: a torrent
 * @address: "1.2.3.4:6881" or "[2001:db8::1]:6881", as #ShoalPeer:address
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Closes the connections to an address, and makes no other with it as long as the torrent is in its
 * session.
 *
 * Returns: %FALSE when @address is not an address with a port
 */
gboolean
shoal_torrent_ban_peer (ShoalTorrent *self, const char *address, GError **error)
{
  BtEndpoint peer;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  if (!parse_peer (address, &peer, error))
    return FALSE;
  if (self->engine == NULL)
    return TRUE;
  eng_engine_ban (self->engine, self->id, &peer);
  shoal_torrent_log_place (self, _ ("Banned by hand"), address);
  return TRUE;
}

/**
 * shoal_torrent_unban_peer:
 * @self: a torrent
 * @address: what shoal_torrent_ban_peer() was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Ends a ban, whoever has made it, and connects to the address as shoal_torrent_add_peer() does.
 * Where there is no ban it does that alone. Main thread.
 *
 * Returns: %FALSE with %SHOAL_ERROR_INVALID when @address is not an address with a port
 */
gboolean
shoal_torrent_unban_peer (ShoalTorrent *self, const char *address, GError **error)
{
  BtEndpoint peer;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  if (!parse_peer (address, &peer, error))
    return FALSE;
  if (self->engine == NULL)
    return TRUE;
  eng_engine_unban (self->engine, self->id, &peer);
  eng_engine_add_peer (self->engine, self->id, &peer);
  shoal_torrent_log_place (self, _ ("No longer banned"), address);
  return TRUE;
}

/**
 * shoal_torrent_remove_tracker:
 * @self: a torrent
 * @url: a tracker of it, as #ShoalTorrentTracker:url
 *
 * Tells a tracker that we stop, and does not ask it again as long as the torrent is in its session.
 */
void
shoal_torrent_remove_tracker (ShoalTorrent *self, const char *url)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  g_return_if_fail (url != NULL);
  if (self->engine == NULL)
    return;
  shoal_torrent_note_dropped (self, url);
  eng_engine_drop_tracker (self->engine, self->id, url);
}

/**
 * shoal_torrent_announce:
 * @self: a torrent
 * @url: (nullable): a tracker of it; %NULL: the one whose turn it is
 *
 * Asks a tracker for peers now, or as soon as it permits.
 */
void
shoal_torrent_announce (ShoalTorrent *self, const char *url)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  if (self->engine != NULL)
    eng_engine_announce (self->engine, self->id, url);
}

/* --- the end --- */

/* From now on another of the same hashes may be added. */
static void
leave (ShoalTorrent *self)
{
  self->removing = true;
  shoal_session_list_forget_names (self->session, self);
}

/**
 * shoal_torrent_remove:
 * @self: a torrent
 *
 * Takes the torrent out of its session; its files stay. Trackers are told, which takes two seconds
 * at most, and what is buffered is written; then #ShoalTorrent::removed is emitted.
 */
void
shoal_torrent_remove (ShoalTorrent *self)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  if (self->removing || self->engine == NULL)
    return;
  leave (self);
  eng_engine_remove (self->engine, self->id);
}

GType
shoal_remove_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_REMOVE_KEEP_DATA, "SHOAL_REMOVE_KEEP_DATA", "keep-data" },
    { SHOAL_REMOVE_DELETE_DATA, "SHOAL_REMOVE_DELETE_DATA", "delete-data" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalRemove", values));
  return type;
}

/**
 * shoal_torrent_remove_async:
 * @self: a torrent
 * @data: what becomes of its files
 * @cancellable: (nullable): only the wait is cancelled
 * @callback: (scope async): called when it has left
 * @user_data: for @callback
 *
 * Takes the torrent out of its session as shoal_torrent_remove() does. With
 * %SHOAL_REMOVE_DELETE_DATA the files that it lists are deleted once everything is written and
 * nobody uses them, and the folders that are empty then; whatever else lies there stays, and no
 * link is followed.
 */
void
shoal_torrent_remove_async (ShoalTorrent *self, ShoalRemove data, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (SHOAL_IS_TORRENT (self));
  task = g_task_new (self, cancellable, callback, user_data);
  if (self->engine == NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  self->removers = g_list_append (self->removers, task);
  if (data == SHOAL_REMOVE_DELETE_DATA && !self->removing)
    {
      leave (self);
      eng_engine_remove_data (self->engine, self->id);
    }
  else
    shoal_torrent_remove (self);
}

/**
 * shoal_torrent_remove_finish:
 * @self: a torrent
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: %FALSE when it has left but not all of its data could be deleted
 */
gboolean
shoal_torrent_remove_finish (ShoalTorrent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return shoal_task_take_boolean (result, error);
}

void
shoal_torrent_take_undeleted (ShoalTorrent *self, int sys_errno, const char *path)
{
  g_clear_error (&self->undeleted);
  self->undeleted
      = shoal_error_new_problem (BT_ERROR_WRITE, sys_errno, BT_NOWHERE, BT_NOWHERE, NULL, path);
}

void
shoal_torrent_answer_removers (ShoalTorrent *self)
{
  g_autoptr (GList) removers = g_steal_pointer (&self->removers);

  for (GList *link = removers; link != NULL; link = link->next)
    {
      if (self->undeleted != NULL)
        g_task_return_error (link->data, g_error_copy (self->undeleted));
      else
        g_task_return_boolean (link->data, TRUE);
      g_object_unref (link->data);
    }
}
