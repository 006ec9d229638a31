/* trk-server-settings.c: which settings are in force, and how they change while it runs. */
#include <string.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-server-private.h"

void
trk_server_policy (const TrkSettings *settings, TrkPolicy *policy)
{
  trk_policy_init (policy);
  policy->interval_s = settings->interval_s;
  policy->min_interval_s = settings->min_interval_s;
  policy->spread_s = settings->spread_s;
  policy->numwant_usual = settings->numwant;
  policy->numwant_max = settings->numwant_max;
  policy->believes_claims = settings->private_network;
  (void) bt_endpoint_parse_address (settings->external_v4, strlen (settings->external_v4),
                                    &policy->external_v4); /* "" is none; it was checked */
  (void) bt_endpoint_parse_address (settings->external_v6, strlen (settings->external_v6),
                                    &policy->external_v6); /* likewise */
}

static void
apply (TrkServer *self)
{
  TrkPolicy policy;

  if (self->service == NULL)
    return;
  trk_server_policy (&self->settings, &policy);
  trk_service_set_policy (self->service, &policy,
                          self->settings.mode == TRK_ADMIT_LISTED ? TRK_MODE_LISTED
                                                                  : TRK_MODE_OPEN);
  trk_swarms_set_timeout (self->swarms, trk_policy_timeout_s (&policy),
                          btio_reactor_now_us (self->reactor) / G_USEC_PER_SEC);
  trk_all_allow (self->all, self->settings.full_scrape);
  if (self->jobs != NULL)
    trk_jobs_settings_changed (self->jobs);
}

/* What holds from the start stays; says so when the file has something else. */
static void
hold (TrkServer *self, TrkSettings *next)
{
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);

  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *now = trk_settings_get (&self->settings, table[i].name);
      g_autofree char *then = trk_settings_get (next, table[i].name);

      if (table[i].live || strcmp (now, then) == 0)
        continue;
      g_message (_ ("%s is another one in the configuration; it holds from the next start on"),
                 table[i].name);
      (void) trk_settings_set (next, table[i].name, now); /* it was in force */
    }
}

static bool
is_kept_in_force (const TrkServer *self, const char *name)
{
  const TrkSetting *setting = trk_settings_find (name);

  return setting != NULL && setting->live && !trk_options_sets (self->config.options, name);
}

/* The base with all that is kept. */
static void
combine (const TrkServer *self, TrkSettings *out)
{
  GHashTableIter iter;
  void *name;
  void *value;

  trk_settings_copy (out, &self->base);
  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (is_kept_in_force (self, name) && trk_settings_set (out, name, value) != TRK_SETTING_FINE)
      g_warning (_ ("%s was changed to “%s”, which does not do any more"), (char *) name,
                 (char *) value);
}

void
trk_server_settle (TrkServer *self)
{
  TrkSettings next;

  combine (self, &next);
  if (self->ready)
    hold (self, &next);
  trk_settings_clear (&self->settings);
  self->settings = next;
  apply (self);
}

/* --- reading the file anew --- */

/* (transfer full) (nullable) */
static char *
read_anew (TrkServer *self)
{
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) next = { 0 };
  bool ok;

  trk_config_report_init (&report);
  ok = trk_options_load (self->config.options, &next, &report);
  ok = trk_config_check (&next, &report) && ok;
  for (guint i = 0; i < report.warnings->len; i++)
    g_warning ("%s", (const char *) g_ptr_array_index (report.warnings, i));
  if (!ok)
    {
      g_ptr_array_add (report.errors, NULL);
      return g_strjoinv ("; ", (char **) report.errors->pdata);
    }
  trk_settings_clear (&self->base);
  trk_settings_copy (&self->base, &next);
  trk_server_settle (self);
  return NULL;
}

char *
trk_server_reload (void *data)
{
  TrkServer *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *status = NULL;

  trk_notify_reloading (self->config.notify);
  wrong = read_anew (self);
  if (wrong == NULL && !trk_fronts_reload (self->fronts, &self->settings, &error))
    wrong = g_strdup_printf (_ ("the certificate %s and its key %s: %s"),
                             self->settings.certificate, self->settings.key, error->message);
  if (wrong != NULL)
    g_warning (_ ("not reloaded: %s"), wrong);
  else
    g_message (_ ("the configuration was read again"));
  status = trk_server_status (self);
  trk_notify_ready (self->config.notify, status);
  return g_steal_pointer (&wrong);
}
