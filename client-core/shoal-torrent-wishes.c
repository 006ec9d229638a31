/* shoal-torrent-wishes.c: what the person wants of a torrent while it runs.
 *
 * All that is said in one turn of the main loop goes to the engine together, before the next. */
#include "client-core/shoal-file-list-private.h"

#include <string.h>

#include "shoal-error.h"

/* --- to the engine --- */

size_t
shoal_torrent_n_files (const ShoalTorrent *self)
{
  return self->metainfo != NULL ? bt_metainfo_layout (self->metainfo)->n_files : 0;
}

static gboolean
send_wishes (void *data)
{
  ShoalTorrent *self = data;
  EngWishes wishes = self->wishes;

  if (self->priorities_changed)
    wishes.priorities = self->priorities;
  self->priorities_changed = false;
  g_clear_pointer (&self->wish, g_source_unref);
  if (self->engine != NULL)
    eng_engine_set_wishes (self->engine, self->id, &wishes, shoal_torrent_n_files (self));
  return G_SOURCE_REMOVE;
}

static void
wish (ShoalTorrent *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  if (self->wish != NULL || self->engine == NULL)
    return;
  self->wish = g_idle_source_new ();
  g_source_set_priority (self->wish, G_PRIORITY_HIGH);
  g_source_set_callback (self->wish, send_wishes, self, NULL);
  g_source_attach (self->wish, context);
}

void
shoal_torrent_clear_wishes (ShoalTorrent *self)
{
  if (self->wish != NULL)
    g_source_destroy (self->wish);
  g_clear_pointer (&self->wish, g_source_unref);
  g_clear_pointer (&self->priorities, g_free);
}

void
shoal_torrent_begin_with (ShoalTorrent *self, const uint8_t *priorities, bool sequential)
{
  self->wishes.sequential = sequential;
  if (priorities != NULL)
    self->priorities = g_memdup2 (priorities, shoal_torrent_n_files (self));
}

/* --- files --- */

uint8_t
shoal_torrent_priority (ShoalTorrent *self, guint index)
{
  return self->priorities != NULL ? self->priorities[index] : ENG_PRIORITY_NORMAL;
}

static void
need_priorities (ShoalTorrent *self)
{
  size_t n = shoal_torrent_n_files (self);

  if (self->priorities != NULL)
    return;
  self->priorities = g_malloc (n);
  memset (self->priorities, ENG_PRIORITY_NORMAL, n);
}

void
shoal_torrent_set_priority (ShoalTorrent *self, guint index, uint8_t priority)
{
  need_priorities (self);
  self->priorities[index] = priority;
  self->priorities_changed = true;
  wish (self);
}

/**
 * shoal_torrent_set_priorities:
 * @self: a torrent
 * @priorities: one byte for each file, from 0, not wanted, to 7; 4 is normal
 *
 * Says how much each file is wanted, as shoal_file_set_priority() does for one. The files are
 * known: of a magnet once its metadata is here.
 */
void
shoal_torrent_set_priorities (ShoalTorrent *self, GBytes *priorities)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  g_return_if_fail (self->metainfo != NULL);
  g_return_if_fail (shoal_are_priorities (priorities, self->metainfo));
  need_priorities (self);
  memcpy (self->priorities, g_bytes_get_data (priorities, NULL), g_bytes_get_size (priorities));
  self->priorities_changed = true;
  wish (self);
  if (self->files != NULL)
    shoal_file_list_tell_priorities (self->files);
}

/* --- the rest --- */

static void
change (ShoalTorrent *self, bool *wished, gboolean now, guint property)
{
  if (*wished == (now != FALSE))
    return;
  *wished = now;
  wish (self);
  shoal_torrent_notify (self, property);
}

/**
 * shoal_torrent_get_sequential:
 * @self: a torrent
 *
 * Returns: whether pieces are fetched in their order
 */
gboolean
shoal_torrent_get_sequential (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  return self->wishes.sequential;
}

/**
 * shoal_torrent_set_sequential:
 * @self: a torrent
 * @sequential: whether pieces are to be fetched in their order, not the rarest first
 *
 * Says in which order pieces are fetched.
 */
void
shoal_torrent_set_sequential (ShoalTorrent *self, gboolean sequential)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  change (self, &self->wishes.sequential, sequential, SHOAL_TORRENT_PROP_SEQUENTIAL);
}

/**
 * shoal_torrent_get_edges_first:
 * @self: a torrent
 *
 * Returns: whether the first and the last piece of each file come before the others
 */
gboolean
shoal_torrent_get_edges_first (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  return self->wishes.edges_first;
}

/**
 * shoal_torrent_set_edges_first:
 * @self: a torrent
 * @edges_first: whether the first and the last piece of each wanted file are to come before the
 *   others, as players of films need them
 *
 * Says which pieces come first.
 */
void
shoal_torrent_set_edges_first (ShoalTorrent *self, gboolean edges_first)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  change (self, &self->wishes.edges_first, edges_first, SHOAL_TORRENT_PROP_EDGES_FIRST);
}

/**
 * shoal_torrent_get_paused:
 * @self: a torrent
 *
 * Returns: whether it is paused
 */
gboolean
shoal_torrent_get_paused (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  return self->wishes.paused;
}

/**
 * shoal_torrent_pause:
 * @self: a torrent
 *
 * Closes its connections and tells its trackers; what it has and what it knows stays. Its state
 * goes on saying what it would do.
 */
void
shoal_torrent_pause (ShoalTorrent *self)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  change (self, &self->wishes.paused, TRUE, SHOAL_TORRENT_PROP_PAUSED);
}

/**
 * shoal_torrent_resume:
 * @self: a torrent
 *
 * Ends a pause.
 */
void
shoal_torrent_resume (ShoalTorrent *self)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  change (self, &self->wishes.paused, FALSE, SHOAL_TORRENT_PROP_PAUSED);
}

/**
 * shoal_torrent_set_limits:
 * @self: a torrent
 * @down_Bps: bytes per second that may be received, or 0 for no limit
 * @up_Bps: bytes per second that may be sent, or 0 for no limit
 *
 * Limits what it exchanges with peers, inside the limits of its session.
 */
void
shoal_torrent_set_limits (ShoalTorrent *self, guint64 down_Bps, guint64 up_Bps)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  if (self->wishes.down_Bps == down_Bps && self->wishes.up_Bps == up_Bps)
    return;
  self->wishes.down_Bps = down_Bps;
  self->wishes.up_Bps = up_Bps;
  wish (self);
}

/**
 * shoal_torrent_get_limits:
 * @self: a torrent
 * @down_Bps: (out) (optional): bytes per second that may be received, or 0 for no limit
 * @up_Bps: (out) (optional): bytes per second that may be sent, or 0 for no limit
 *
 * Tells the limits that it has of its own.
 */
void
shoal_torrent_get_limits (ShoalTorrent *self, guint64 *down_Bps, guint64 *up_Bps)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  if (down_Bps != NULL)
    *down_Bps = self->wishes.down_Bps;
  if (up_Bps != NULL)
    *up_Bps = self->wishes.up_Bps;
}

/* --- peers and trackers --- */

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
  if (!bt_endpoint_parse (address, strlen (address), &peer))
    {
      g_propagate_error (error, shoal_error_new_problem (BT_ERROR_BAD_ADDRESS, 0, BT_NOWHERE,
                                                         BT_NOWHERE, NULL, address));
      return FALSE;
    }
  if (self->engine != NULL)
    eng_engine_ban (self->engine, self->id, &peer);
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
  if (self->engine != NULL)
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
      self->removing = true;
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
  return g_task_propagate_boolean (G_TASK (result), error);
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
