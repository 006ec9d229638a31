/* shoal-session-totals.c: what all torrents of a session do together, for a status bar.
 *
 * Each picture of a torrent changes the totals by what differs from the one before; they are told
 * once for all pictures of a turn of the main loop. */
#include "client-core/shoal-torrent-private.h"

#define KEEP_US (10 * G_USEC_PER_SEC)

static void
tell_one (ShoalSession *self, ShoalSessionProp property, guint64 shown, guint64 now)
{
  if (shown != now)
    shoal_session_notify (self, property);
}

static gboolean
tell (void *data)
{
  ShoalSession *self = data;
  const ShoalTotals shown = self->shown;
  const ShoalTotals now = self->totals;

  g_clear_pointer (&self->telling, g_source_unref);
  self->shown = now;
  shoal_history_set (&self->history, self, 0, now.rate_down, now.rate_up);
  if (g_get_monotonic_time () - self->kept_us > KEEP_US)
    shoal_session_keep_totals (self);
  g_object_freeze_notify (G_OBJECT (self));
  tell_one (self, SHOAL_SESSION_PROP_RATE_DOWN, shown.rate_down, now.rate_down);
  tell_one (self, SHOAL_SESSION_PROP_RATE_UP, shown.rate_up, now.rate_up);
  tell_one (self, SHOAL_SESSION_PROP_DOWNLOADED, shown.downloaded, now.downloaded);
  tell_one (self, SHOAL_SESSION_PROP_UPLOADED, shown.uploaded, now.uploaded);
  tell_one (self, SHOAL_SESSION_PROP_N_PEERS, shown.n_peers, now.n_peers);
  g_object_thaw_notify (G_OBJECT (self));
  return G_SOURCE_REMOVE;
}

static void
tell_soon (ShoalSession *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  if (self->telling != NULL)
    return;
  self->telling = g_idle_source_new ();
  g_source_set_priority (self->telling, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->telling, tell, self, NULL);
  g_source_attach (self->telling, context);
}

static guint64
grown (guint64 before, guint64 now)
{
  return now - MIN (before, now);
}

void
shoal_session_count (ShoalSession *self, const EngTorrentStats *before, const EngTorrentStats *now)
{
  ShoalTotals *t = &self->totals;

  t->rate_down += now->rate_down_Bps - before->rate_down_Bps;
  t->rate_up += now->rate_up_Bps - before->rate_up_Bps;
  t->n_peers += now->n_peers - before->n_peers;
  t->downloaded += grown (before->downloaded, now->downloaded);
  t->uploaded += grown (before->uploaded, now->uploaded);
  if (t->rate_down != self->shown.rate_down || t->rate_up != self->shown.rate_up
      || t->n_peers != self->shown.n_peers || t->downloaded != self->shown.downloaded
      || t->uploaded != self->shown.uploaded)
    tell_soon (self);
}

/* --- in the profile --- */

void
shoal_session_read_totals (ShoalSession *self, EngProfile *profile)
{
  self->totals.downloaded = (guint64) MAX (eng_profile_setting (profile, "downloaded", 0), 0);
  self->totals.uploaded = (guint64) MAX (eng_profile_setting (profile, "uploaded", 0), 0);
  self->shown = self->totals;
}

void
shoal_session_keep_totals (ShoalSession *self)
{
  self->kept_us = g_get_monotonic_time ();
  if (self->opening != NULL)
    return;
  shoal_session_keep_setting (self, "downloaded", (gint64) self->totals.downloaded);
  shoal_session_keep_setting (self, "uploaded", (gint64) self->totals.uploaded);
}

void
shoal_session_keep_all (ShoalSession *self)
{
  shoal_session_keep_totals (self);
  shoal_history_keep (self->history);
  for (guint i = 0; i < self->list->len; i++)
    shoal_history_keep (((ShoalTorrent *) self->list->pdata[i])->history);
}

void
shoal_session_clear_totals (ShoalSession *self)
{
  if (self->telling != NULL)
    g_source_destroy (self->telling);
  g_clear_pointer (&self->telling, g_source_unref);
  g_clear_pointer (&self->history, shoal_history_free);
}

/* --- getters --- */

/**
 * shoal_session_get_rate_down:
 * @self: a session
 *
 * Returns: bytes per second that all torrents receive
 */
guint64
shoal_session_get_rate_down (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->totals.rate_down;
}

/**
 * shoal_session_get_rate_up:
 * @self: a session
 *
 * Returns: bytes per second that all torrents send
 */
guint64
shoal_session_get_rate_up (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->totals.rate_up;
}

/**
 * shoal_session_get_downloaded:
 * @self: a session
 *
 * Returns: bytes of blocks that all torrents have received, in all sessions of a profile
 */
guint64
shoal_session_get_downloaded (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->totals.downloaded;
}

/**
 * shoal_session_get_uploaded:
 * @self: a session
 *
 * Returns: bytes of blocks that all torrents have sent, in all sessions of a profile
 */
guint64
shoal_session_get_uploaded (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->totals.uploaded;
}

/**
 * shoal_session_get_n_peers:
 * @self: a session
 *
 * Returns: how many peers are connected
 */
guint
shoal_session_get_n_peers (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->totals.n_peers;
}
