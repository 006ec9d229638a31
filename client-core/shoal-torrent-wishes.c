/* shoal-torrent-wishes.c: what the person wants of a torrent while it runs.
 *
 * All that is said in one turn of the main loop goes to the engine together, before the next. */
#include "client-core/shoal-file-list-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "shoal-error.h"

/* --- to the engine --- */

size_t
shoal_torrent_n_files (ShoalTorrent *self)
{
  const BtMetainfo *metainfo = shoal_torrent_metainfo (self);

  return metainfo != NULL ? bt_metainfo_layout (metainfo)->n_files : 0;
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
    eng_engine_set_wishes (self->engine, self->id, &wishes,
                           wishes.priorities != NULL ? shoal_torrent_n_files (self) : 0);
  return G_SOURCE_REMOVE;
}

void
shoal_torrent_send_wishes (ShoalTorrent *self)
{
  if (self->wish == NULL)
    return;
  g_source_destroy (self->wish);
  (void) send_wishes (self); /* the source is gone */
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
shoal_torrent_begin_with (ShoalTorrent *self, const EngAddition *addition)
{
  self->unchosen = addition->choose;
  self->wishes.sequential = addition->sequential;
  if (addition->priorities != NULL)
    self->priorities = g_memdup2 (addition->priorities, shoal_torrent_n_files (self));
}

/* --- files --- */

uint8_t
shoal_torrent_priority (ShoalTorrent *self, guint index)
{
  (void) shoal_torrent_metainfo (self); /* which reads the priorities as well */
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
  g_return_if_fail (shoal_torrent_metainfo (self) != NULL);
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
 * shoal_torrent_get_queued:
 * @self: a torrent
 *
 * Returns: whether it waits for its turn; see shoal_session_set_max_active_downloads()
 */
gboolean
shoal_torrent_get_queued (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  return self->stats.queued && !self->wishes.paused && !self->removed;
}

/**
 * shoal_torrent_get_forced:
 * @self: a torrent
 *
 * Returns: whether it needs no turn
 */
gboolean
shoal_torrent_get_forced (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  return self->wishes.forced;
}

/**
 * shoal_torrent_set_forced:
 * @self: a torrent
 * @forced: whether it is to go past the queue
 *
 * Lets it be active whatever the queue says: it neither waits for its turn, see
 * shoal_session_set_max_active_downloads(), nor takes anybody's. A pause is another matter, which
 * shoal_torrent_resume() ends. A profile keeps it.
 */
void
shoal_torrent_set_forced (ShoalTorrent *self, gboolean forced)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  change (self, &self->wishes.forced, forced, SHOAL_TORRENT_PROP_FORCED);
}

/**
 * shoal_torrent_get_queue_rank:
 * @self: a torrent
 *
 * Tells where it is in the queue of its session: of two torrents, the one with the smaller rank has
 * its turn first, and stands before the other in the list. No two are equal; what lies between two
 * ranks means nothing. shoal_session_move_in_queue() changes it.
 *
 * Returns: the rank
 */
gint64
shoal_torrent_get_queue_rank (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->wishes.rank;
}

void
shoal_torrent_set_rank (ShoalTorrent *self, int64_t rank)
{
  if (self->wishes.rank == rank)
    return;
  self->wishes.rank = rank;
  wish (self);
  shoal_torrent_notify (self, SHOAL_TORRENT_PROP_QUEUE_RANK);
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
  if (!self->wishes.paused)
    shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("Paused"));
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
  if (self->wishes.paused)
    shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("The pause has ended"));
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
