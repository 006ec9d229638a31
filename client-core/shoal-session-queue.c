/* shoal-session-queue.c: how many torrents of a session may be active at a time. */
#include "client-core/shoal-session-private.h"

#define DOWNLOADS "max-active-downloads"
#define SEEDS "max-active-seeds"

static guint
read_one (EngProfile *profile, const char *name)
{
  return (guint) CLAMP (eng_profile_setting (profile, name, 0), 0, G_MAXINT);
}

void
shoal_session_read_queue (ShoalSession *self, EngProfile *profile)
{
  self->max_downloads = read_one (profile, DOWNLOADS);
  self->max_seeds = read_one (profile, SEEDS);
  eng_engine_set_queue (self->engine, self->max_downloads, self->max_seeds);
}

static void
set (ShoalSession *self, guint *which, guint max, const char *name, ShoalSessionProp property)
{
  if (*which == max)
    return;
  *which = max;
  eng_engine_set_queue (self->engine, self->max_downloads, self->max_seeds);
  shoal_session_keep_setting (self, name, max);
  shoal_session_notify (self, property);
}

/**
 * shoal_session_get_max_active_downloads:
 * @self: a session
 *
 * Returns: how many torrents may download at a time; 0: no limit
 */
guint
shoal_session_get_max_active_downloads (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->max_downloads;
}

/**
 * shoal_session_set_max_active_downloads:
 * @self: a session
 * @max: how many, or 0 for no limit
 *
 * Lets so many torrents download at a time, in the order in which they were added: the others wait,
 * see #ShoalTorrent:queued. One that is paused, complete, removed or in its fault frees its place
 * at once. One that has moved less than 2 KiB per second for a minute goes on and does not count,
 * so that it keeps nobody waiting. Lists of files of magnets are fetched, and files verified,
 * without waiting. A profile keeps it.
 */
void
shoal_session_set_max_active_downloads (ShoalSession *self, guint max)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  g_return_if_fail (max <= G_MAXINT);
  set (self, &self->max_downloads, max, DOWNLOADS, SHOAL_SESSION_PROP_MAX_ACTIVE_DOWNLOADS);
}

/**
 * shoal_session_get_max_active_seeds:
 * @self: a session
 *
 * Returns: how many torrents may seed at a time; 0: no limit
 */
guint
shoal_session_get_max_active_seeds (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->max_seeds;
}

/**
 * shoal_session_set_max_active_seeds:
 * @self: a session
 * @max: how many, or 0 for no limit
 *
 * Lets so many torrents seed at a time, as shoal_session_set_max_active_downloads() does for those
 * that download: one that nobody fetches from for a minute does not count.
 */
void
shoal_session_set_max_active_seeds (ShoalSession *self, guint max)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  g_return_if_fail (max <= G_MAXINT);
  set (self, &self->max_seeds, max, SEEDS, SHOAL_SESSION_PROP_MAX_ACTIVE_SEEDS);
}
