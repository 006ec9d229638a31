/* trk-server.c: starting, running and stopping all parts. */
#include "tracker-server/server/trk-server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "tracker-server/server/trk-exit.h"
#include "tracker-server/server/trk-lock.h"
#include "tracker-server/server/trk-log.h"
#include "tracker-server/server/trk-secret.h"
#include "tracker-server/server/trk-server-private.h"
#include "tracker-server/store/trk-store-admin.h"

/* Sources that the limiter tells apart: 8 bytes each. */
#define LIMITER_BUCKETS (1u << 20)

/* Descriptors for everything but HTTP connections. */
#define DESCRIPTORS 256u

static void
wait_for (const bool *what)
{
  while (!*what)
    (void) g_main_context_iteration (NULL, TRUE);
}

/* --- before anything is opened --- */

static bool
load_settings (TrkServer *self, GError **error)
{
  g_auto (TrkConfigReport) report = { 0 };
  bool ok;

  trk_config_report_init (&report);
  ok = trk_options_load (self->config.options, &self->base, &report);
  ok = trk_config_check (&self->base, &report) && ok;
  for (guint i = 0; i < report.warnings->len; i++)
    g_warning ("%s", (const char *) g_ptr_array_index (report.warnings, i));
  if (!ok)
    {
      g_autofree char *text = NULL;

      g_ptr_array_add (report.errors, NULL);
      text = g_strjoinv ("\n", (char **) report.errors->pdata);
      g_set_error_literal (error, TRK_EXIT_ERROR, TRK_EXIT_CONFIG, text);
      return false;
    }
  trk_settings_copy (&self->settings, &self->base);
  self->folder = g_strdup (self->base.folder);
  return true;
}

static bool
take_lock (TrkServer *self, GError **error)
{
  g_autofree char *path = trk_path (self->folder, TRK_PATH_LOCK);
  pid_t holder;

  if (!trk_path_make (self->folder))
    return trk_server_fail (error, TRK_EXIT_WRITE, self->folder);
  self->lock = trk_lock_take (path);
  if (self->lock >= 0)
    return true;
  if (errno != EWOULDBLOCK)
    return trk_server_fail (error, TRK_EXIT_WRITE, path);
  holder = trk_lock_holder (path);
  g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_FAILED,
               _ ("%s: another tracker runs on this folder (process %d)"), self->folder,
               (int) holder);
  return false;
}

/* As many descriptors as there may be, and no more connections than they allow. */
static void
fit_descriptors (TrkServer *self)
{
  struct rlimit limit;
  uint32_t *connections = &self->settings.max_connections;
  uint64_t most;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  (void) setrlimit (RLIMIT_NOFILE, &limit); /* what there is has to do */
  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return;
  most = MIN (limit.rlim_cur / 4 * 3,
              limit.rlim_cur > DESCRIPTORS ? limit.rlim_cur - DESCRIPTORS : limit.rlim_cur / 4 * 3);
  if (*connections <= most)
    return;
  g_warning (_ ("limits.connections is %u, but %lu files may be open: %lu connections it is"),
             *connections, (unsigned long) limit.rlim_cur, (unsigned long) most);
  *connections = (uint32_t) MAX (most, 1);
}

/* Memory has the tokens of who asked last. */
static void
leave_no_core (void)
{
  const struct rlimit none = { 0, 0 };

  (void) setrlimit (RLIMIT_CORE, &none); /* less is always allowed */
}

/* --- signals --- */

static void
ask_to_stop (TrkServer *self)
{
  self->asked_to_stop = true;
  g_main_context_wakeup (NULL);
}

/* The source is gone with its return, so that a second signal ends the process at once. */
static gboolean
on_terminate (gpointer data)
{
  TrkServer *self = data;

  self->signals[0] = 0;
  ask_to_stop (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_interrupt (gpointer data)
{
  TrkServer *self = data;

  self->signals[1] = 0;
  ask_to_stop (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_hang_up (gpointer data)
{
  TrkServer *self = data;

  if (self->ready && !self->asked_to_stop)
    g_free (trk_server_reload (self)); /* it was logged */
  return G_SOURCE_CONTINUE;
}

static void
take_signals (TrkServer *self)
{
  struct sigaction ignore = { .sa_handler = SIG_IGN };

  (void) sigaction (SIGPIPE, &ignore, NULL); /* it cannot fail */
  self->signals[0] = g_unix_signal_add (SIGTERM, on_terminate, self);
  self->signals[1] = g_unix_signal_add (SIGINT, on_interrupt, self);
  self->signals[2] = g_unix_signal_add (SIGHUP, on_hang_up, self);
}

static void
leave_signals (TrkServer *self)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (self->signals); i++)
    if (self->signals[i] != 0)
      g_source_remove (self->signals[i]);
}

/* --- the store --- */

static void
prime (void *data, const uint8_t hash[BT_INFO_HASH_LEN], uint64_t completed)
{
  TrkServer *self = data;

  trk_swarms_prime (self->swarms, hash, (uint32_t) MIN (completed, UINT32_MAX));
}

static GError *
store_error (const TrkProblem *problem)
{
  TrkExit code = problem->trouble == TRK_TROUBLE_IN_USE ? TRK_EXIT_FAILED : TRK_EXIT_READ;
  g_autofree char *text = trk_problem_text (problem);
  const char *advice = trk_problem_advice (problem);

  if (advice == NULL)
    return g_error_new (TRK_EXIT_ERROR, (int) code, _ ("the database: %s"), text);
  /* Translators: what is wrong, and what to do. */
  return g_error_new (TRK_EXIT_ERROR, (int) code, _ ("the database: %s; %s"), text, advice);
}

static void
on_opened (void *data, const TrkProblem *problem, const TrkStoreFound *found)
{
  TrkServer *self = data;

  self->opened = true;
  if (problem != NULL)
    {
      self->error = store_error (problem);
      return;
    }
  g_info (_ ("the database has %lu torrents and %lu marks"), (unsigned long) found->n_torrents,
          (unsigned long) found->n_marks);
  if (found->migrated)
    g_message (_ ("the database was an older version's; as it was it stays beside the new one"));
  if (found->n_replayed > 0)
    g_message (_ ("%lu completions that the last run had no time to count are counted now"),
               (unsigned long) found->n_replayed);
  if (found->journal_put_aside)
    g_warning (_ ("the journal of completions was another database's and is put aside"));
}

static void
on_kept_settings (void *data, const TrkProblem *problem, const TrkSettingRow *rows, size_t n)
{
  TrkServer *self = data;
  g_autofree char *text = problem != NULL ? trk_problem_text (problem) : NULL;

  self->listed = true;
  if (problem != NULL)
    g_warning (_ ("settings that were changed cannot be read: %s"), text);
  for (size_t i = 0; problem == NULL && i < n; i++)
    g_hash_table_insert (self->kept, g_strdup (rows[i].key), g_strdup (rows[i].value));
}

static bool
open_store (TrkServer *self, GError **error)
{
  g_autofree char *path = trk_path (self->folder, TRK_PATH_DATABASE);
  TrkStoreConfig config
      = { .path = path, .lists = self->lists, .prime = prime, .opened = on_opened, .data = self };

  self->store = trk_store_new (self->reactor, &config);
  if (self->store == NULL)
    return trk_server_fail (error, TRK_EXIT_FAILED, path);
  wait_for (&self->opened);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return false;
    }
  trk_store_setting_list (self->store, on_kept_settings, self);
  wait_for (&self->listed);
  trk_server_settle (self);
  return true;
}

/* --- what is in memory --- */

static bool
make_service (TrkServer *self, GError **error)
{
  TrkLimiterConfig limits = { .rate = self->settings.rate,
                              .burst = self->settings.burst,
                              .n_buckets = LIMITER_BUCKETS };
  TrkServiceParts parts
      = { .swarms = self->swarms, .lists = self->lists, .completed = trk_store_completed };
  uint8_t key[BT_SIPHASH_KEY_LEN];
  TrkPolicy policy;

  if (!trk_secret_random (limits.key, sizeof limits.key) || !trk_secret_random (key, sizeof key))
    return trk_server_fail (error, TRK_EXIT_FAILED, "getrandom");
  if (limits.rate > 0)
    self->limiter = trk_limiter_new (&limits);
  parts.limiter = self->limiter;
  parts.data = self->store;
  trk_policy_init (&policy);
  self->service = trk_service_new (&parts, &policy, TRK_MODE_OPEN);
  self->all = trk_all_new (self->swarms, self->service, key);
  trk_server_settle (self);
  return true;
}

/* --- what listens --- */

static void
reload_for_api (void *self)
{
  g_free (trk_server_reload (self)); /* it was logged */
}

static bool
open_fronts (TrkServer *self, GError **error)
{
  TrkApiParts parts = { .store = self->store,
                        .swarms = self->swarms,
                        .lists = self->lists,
                        .service = self->service,
                        .settings = &self->settings,
                        .change = trk_server_change,
                        .full_scrape = trk_all_get,
                        .full_scrape_data = self->all,
                        .figures = trk_server_figures,
                        .reload = reload_for_api,
                        .data = self };
  TrkFrontsParts fronts = { .service = self->service, .all = self->all };

  self->api = trk_api_new (&parts, error);
  if (self->api == NULL)
    return false;
  fronts.api = self->api;
  self->fronts = trk_fronts_new (&self->settings, &fronts, error);
  if (self->fronts == NULL)
    return false;
  self->operator_ = (TrkOperator){ .store = self->store,
                                   .folder = self->folder,
                                   .describe = trk_server_describe,
                                   .reload = trk_server_reload,
                                   .data = self };
  self->control = trk_control_new (&self->operator_, error);
  return self->control != NULL;
}

static uint64_t
connections (void *data)
{
  return trk_fronts_connections (((TrkServer *) data)->fronts);
}

static void
hold (void *data, bool hold)
{
  trk_fronts_hold (((TrkServer *) data)->fronts, hold);
}

static void
begin_jobs (TrkServer *self)
{
  TrkJobsParts parts = { .reactor = self->reactor,
                         .store = self->store,
                         .swarms = self->swarms,
                         .service = self->service,
                         .settings = &self->settings,
                         .folder = self->folder,
                         .notify = self->config.notify,
                         .status = trk_server_status,
                         .connections = connections,
                         .data = self,
                         .line = self->config.line };

  self->jobs = trk_jobs_new (&parts);
}

/* --- the first administrator --- */

static void
on_tokens (void *data, const TrkProblem *problem, const TrkToken *tokens, size_t n)
{
  TrkServer *self = data;

  self->has_tokens = problem != NULL || n > 0;
  self->answered = true;
}

static void
on_token (void *data, JsonNode *reply)
{
  TrkServer *self = data;
  g_autoptr (GError) error = NULL;
  const char *token;

  self->answered = true;
  if (trk_operate_failed (reply, &error))
    {
      g_warning ("%s", error->message);
      return;
    }
  token = json_object_get_string_member (json_node_get_object (reply), "token");
  /* Not by the log: it is a secret, shown once. */
  dprintf (STDERR_FILENO, _ ("Token of the administrator, shown this once: %s\n"), token);
}

/* Nobody can administrate a new tracker before there is a token. */
static void
make_token (TrkServer *self)
{
  g_autoptr (JsonNode) request
      = json_from_string ("{\"do\":\"token-make\",\"name\":\"first\",\"scope\":\"admin\"}", NULL);

  trk_store_token_list (self->store, on_tokens, self);
  wait_for (&self->answered);
  if (self->has_tokens)
    return;
  if (!self->config.show_token)
    {
      g_message (_ ("there is no token yet: “shoal-tracker token make” makes one"));
      return;
    }
  self->answered = false;
  trk_operate (&self->operator_, request, on_token, self);
  wait_for (&self->answered);
}

/* --- all together --- */

static bool
start (TrkServer *self, GError **error)
{
  if (!load_settings (self, error) || !take_lock (self, error))
    return false;
  leave_no_core ();
  fit_descriptors (self);
  self->reactor = btio_reactor_new (NULL);
  if (self->reactor == NULL)
    return trk_server_fail (error, TRK_EXIT_FAILED, "epoll");
  self->started_us = btio_reactor_now_us (self->reactor);
  self->started_s = g_get_real_time () / G_USEC_PER_SEC;
  if (!trk_server_make_swarms (self, error) || !open_store (self, error))
    return false;
  if (self->asked_to_stop)
    return true;
  trk_server_read_snapshot (self);
  if (!make_service (self, error) || !open_fronts (self, error))
    return false;
  trk_memory_tell (self->memory, hold, self);
  begin_jobs (self);
  make_token (self);
  self->ready = true;
  return true;
}

static void
say_ready (TrkServer *self)
{
  g_autofree char *status = trk_server_status (self);
  g_auto (GStrv) urls = trk_fronts_urls (self->fronts, false);
  g_auto (GStrv) doors = trk_fronts_urls (self->fronts, true);

  for (char **url = urls; *url != NULL; url++)
    g_message (_ ("serves %s/announce"), *url);
  for (char **url = doors; *url != NULL; url++)
    g_message (_ ("administration at %s"), *url);
  g_message (_ ("ready: %s"), status);
  trk_notify_ready (self->config.notify, status);
}

static void
on_snapshot (void *data, const TrkProblem *problem)
{
  TrkServer *self = data;
  g_autofree char *text = problem != NULL ? trk_problem_text (problem) : NULL;

  self->answered = true;
  self->all_kept = problem == NULL;
  if (problem != NULL)
    g_warning (_ ("the swarms could not be kept: %s"), text);
}

static void
keep_swarms (TrkServer *self)
{
  g_autofree char *path = trk_path (self->folder, TRK_PATH_SNAPSHOT);
  TrkInstant now = trk_jobs_instant (self->reactor);

  self->answered = false;
  trk_store_snapshot (self->store, path, self->swarms, &now, on_snapshot, self);
  wait_for (&self->answered);
}

static void
on_closed (void *data)
{
  ((TrkServer *) data)->closed = true;
}

static void
close_store (TrkServer *self)
{
  if (self->store == NULL)
    return;
  if (self->ready)
    keep_swarms (self);
  trk_store_close (self->store, on_closed, self);
  wait_for (&self->closed);
}

/* In the opposite order; each part accepts not to be there. */
static void
stop (TrkServer *self)
{
  self->asked_to_stop = true;
  trk_notify_stopping (self->config.notify);
  if (self->jobs != NULL)
    trk_jobs_stop (self->jobs);
  if (self->memory != NULL)
    trk_memory_tell (self->memory, NULL, NULL);
  trk_control_free (self->control);
  trk_fronts_free (self->fronts);
  g_clear_pointer (&self->api, trk_api_free);
  close_store (self);
  trk_jobs_free (self->jobs);
  trk_all_free (self->all);
  trk_service_free (self->service);
  if (self->limiter != NULL)
    trk_limiter_free (self->limiter);
  trk_memory_free (self->memory);
  if (self->swarms != NULL)
    trk_swarms_free (self->swarms);
  if (self->lists != NULL)
    trk_lists_free (self->lists);
  btio_reactor_free (self->reactor);
  if (self->lock >= 0)
    (void) close (self->lock); /* which unlocks it */
}

static void
clear (TrkServer *self)
{
  leave_signals (self);
  g_hash_table_unref (self->kept);
  g_clear_error (&self->error);
  trk_settings_clear (&self->base);
  trk_settings_clear (&self->settings);
  g_free (self->folder);
}

bool
trk_server_run (const TrkServerConfig *config, GError **error)
{
  TrkServer self = { .config = *config, .lock = -1, .all_kept = true };
  bool ok;

  self.kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  take_signals (&self);
  ok = start (&self, error);
  if (ok && self.ready && !self.asked_to_stop)
    {
      say_ready (&self);
      wait_for (&self.asked_to_stop);
      g_message (_ ("stopping"));
    }
  stop (&self);
  if (ok && self.all_kept)
    g_message (_ ("stopped; everything is kept"));
  else if (ok)
    g_message (_ ("stopped; the swarms are those of the last snapshot"));
  clear (&self);
  return ok;
}
