/* trk-store-settings.c: what the operator has set, by key. */
#include <string.h>

#include "tracker-server/store/trk-store-admin.h"
#include "trk-store-private.h"

typedef struct
{
  TrkJob job;
  const char *key;   /* kept by the job, as is the value */
  const char *value; /* (nullable) */
  GArray *settings;  /* owned; of TrkSettingRow, whose texts the job keeps */
  TrkDone done;
  TrkSettingGot got;
  TrkSettingsListed listed;
} SettingJob;

static const char get_sql[] = "SELECT value FROM settings WHERE key = ?1";
static const char set_sql[] = "INSERT INTO settings (key, value) VALUES (?1, ?2)"
                              " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
static const char unset_sql[] = "DELETE FROM settings WHERE key = ?1";
static const char list_sql[] = "SELECT key, value FROM settings ORDER BY key";

static SettingJob *
self_of (TrkJob *job)
{
  return (SettingJob *) (void *) job;
}

static SettingJob *
list_job_new (TrkStore *store, const TrkJobKind *kind, const TrkActor *actor, void *data)
{
  SettingJob *self = trk_job_new (store, kind, actor, data);

  self->settings = g_array_new (FALSE, FALSE, sizeof (TrkSettingRow));
  return self;
}

static void
clear_list (TrkJob *job)
{
  g_array_unref (self_of (job)->settings);
}

/* --- setting --- */

static bool
set_one (TrkDb *db, TrkJob *job, const TrkSettingRow *row)
{
  const TrkValue *both = TRK_VALUES (TRK_TEXT (row->key), TRK_TEXT (row->value));
  const TrkValue *key = TRK_VALUES (TRK_TEXT (row->key));
  bool ok = row->value != NULL ? trk_db_run (db, set_sql, both) : trk_db_run (db, unset_sql, key);

  return ok
         && trk_job_audit (db, job, row->value != NULL ? "setting.set" : "setting.unset", row->key);
}

static bool
run_set (TrkDb *db, TrkJob *job)
{
  const GArray *rows = self_of (job)->settings;
  bool ok = true;

  for (guint i = 0; i < rows->len && ok; i++)
    ok = set_one (db, job, &g_array_index (rows, TrkSettingRow, i));
  return ok;
}

static void
answer_set (TrkJob *job, const TrkProblem *problem)
{
  self_of (job)->done (job->data, problem);
}

static const TrkJobKind setting = { .size = sizeof (SettingJob),
                                    .writes = true,
                                    .run = run_set,
                                    .answer = answer_set,
                                    .clear = clear_list };

static bool
keep_row (SettingJob *self, const TrkSettingRow *row)
{
  TrkSettingRow kept;

  if (row->key == NULL || *row->key == '\0')
    return trk_job_fail (&self->job, TRK_TROUBLE_INVALID);
  if (!trk_job_check_text (&self->job, row->key, TRK_SETTING_KEY_MAX)
      || !trk_job_check_text (&self->job, row->value, TRK_SETTING_VALUE_MAX))
    return false;
  kept = (TrkSettingRow){ trk_job_keep_text (&self->job, row->key),
                          trk_job_keep_text (&self->job, row->value) };
  g_array_append_val (self->settings, kept);
  return true;
}

void
trk_store_setting_set (TrkStore *store, const TrkSettingRow *rows, size_t n, const TrkActor *actor,
                       TrkDone done, void *data)
{
  SettingJob *self = list_job_new (store, &setting, actor, data);
  bool ok = n <= TRK_SETTINGS_AT_ONCE || trk_job_fail (&self->job, TRK_TROUBLE_INVALID);

  self->done = done;
  for (size_t i = 0; i < n && ok; i++)
    ok = keep_row (self, &rows[i]);
  trk_job_ask (&self->job);
}

/* --- getting --- */

static bool
run_get (TrkDb *db, TrkJob *job)
{
  SettingJob *self = self_of (job);
  sqlite3_stmt *s = trk_db_query (db, get_sql, TRK_VALUES (TRK_TEXT (self->key)));

  while (trk_db_step (db, s))
    self->value = trk_job_keep_column (job, s, 0);
  return true;
}

static void
answer_get (TrkJob *job, const TrkProblem *problem)
{
  self_of (job)->got (job->data, problem, self_of (job)->value);
}

static const TrkJobKind getting
    = { .size = sizeof (SettingJob), .run = run_get, .answer = answer_get };

void
trk_store_setting_get (TrkStore *store, const char *key, TrkSettingGot got, void *data)
{
  SettingJob *self = trk_job_new (store, &getting, NULL, data);

  self->got = got;
  if (trk_job_check_text (&self->job, key, TRK_SETTING_KEY_MAX))
    self->key = trk_job_keep_text (&self->job, key);
  trk_job_ask (&self->job);
}

/* --- all of them --- */

static bool
run_list (TrkDb *db, TrkJob *job)
{
  SettingJob *self = self_of (job);
  sqlite3_stmt *s = trk_db_query (db, list_sql, NULL);

  while (trk_db_step (db, s))
    {
      const TrkSettingRow row
          = { trk_job_keep_column (job, s, 0), trk_job_keep_column (job, s, 1) };

      g_array_append_val (self->settings, row);
    }
  return true;
}

static void
answer_list (TrkJob *job, const TrkProblem *problem)
{
  GArray *settings = self_of (job)->settings;

  self_of (job)->listed (job->data, problem, (const TrkSettingRow *) (void *) settings->data,
                         settings->len);
}

static const TrkJobKind listing
    = { .size = sizeof (SettingJob), .run = run_list, .answer = answer_list, .clear = clear_list };

void
trk_store_setting_list (TrkStore *store, TrkSettingsListed listed, void *data)
{
  SettingJob *self = list_job_new (store, &listing, NULL, data);

  self->listed = listed;
  trk_job_ask (&self->job);
}
