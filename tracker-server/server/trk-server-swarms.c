/* trk-server-swarms.c: the swarms of a server that starts, and what the last run left of them. */
#include <errno.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-exit.h"
#include "tracker-server/server/trk-secret.h"
#include "tracker-server/server/trk-server-private.h"

bool
trk_server_fail (GError **error, TrkExit code, const char *what)
{
  const TrkProblem problem = { .trouble = TRK_TROUBLE_SYSTEM, .sys_errno = errno };
  const char *advice = trk_problem_advice (&problem);

  g_set_error (error, TRK_EXIT_ERROR, (int) code, "%s: %s%s%s", what, g_strerror (errno),
               advice != NULL ? "; " : "", advice != NULL ? advice : "");
  return false;
}

bool
trk_server_make_swarms (TrkServer *self, GError **error)
{
  TrkPolicy policy;
  TrkSwarmsConfig config = { .max_swarms = self->settings.max_swarms,
                             .max_peers = self->settings.max_peers,
                             .max_per_source = self->settings.max_peers_per_address,
                             .details = self->settings.details,
                             .max_empty = self->settings.max_swarms };
  uint8_t key[BT_SIPHASH_KEY_LEN];

  if (!trk_secret_random (config.key, sizeof config.key) || !trk_secret_random (key, sizeof key))
    return trk_server_fail (error, TRK_EXIT_FAILED, "getrandom");
  trk_server_policy (&self->settings, &policy);
  config.timeout_s = trk_policy_timeout_s (&policy);
  policy.interval_s = trk_settings_find ("announce.interval")->max;
  policy.spread_s = trk_settings_find ("announce.spread")->max;
  config.timeout_most_s = trk_policy_timeout_s (&policy);
  self->swarms = trk_swarms_new (&config);
  self->lists = trk_lists_new (key);
  self->memory = trk_memory_new (self->reactor, self->swarms);
  return true;
}

void
trk_server_read_snapshot (TrkServer *self)
{
  g_autofree char *path = trk_path (self->folder, TRK_PATH_SNAPSHOT);
  TrkInstant now = trk_jobs_instant (self->reactor);
  const TrkSnapshotPause pause = { trk_memory_look, self->memory };
  TrkSnapshotFound found;
  TrkProblem problem;
  g_autofree char *text = NULL;

  if (trk_snapshot_read (path, self->swarms, &now, &pause, &found, &problem))
    {
      g_message (_ ("%lu peers of %lu torrents are back"), (unsigned long) found.peers,
                 (unsigned long) found.swarms);
      if (found.damaged > 0)
        g_warning (_ ("the snapshot of the swarms is damaged: %u of its parts are left out"),
                   found.damaged);
      if (found.refused > 0)
        g_warning (_ ("there is no room for %lu peers and torrents of the last run"),
                   (unsigned long) found.refused);
      return;
    }
  if (problem.trouble == TRK_TROUBLE_SYSTEM && problem.sys_errno == ENOENT)
    return;
  text = trk_problem_text (&problem);
  g_warning (_ ("the swarms of the last run are lost: %s"), text);
}
