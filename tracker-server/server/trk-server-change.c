/* trk-server-change.c: settings that are changed while it runs: all of a change or none, one change
 * after the other.
 *
 *     change -> queue -> checked against what is in force -> the store, in one transaction -> in
 *     force -> answered -> the next one
 *
 * What was answered is on the device, and what is in force was kept: a kill leaves all or none. */
#include <string.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-server-private.h"

typedef struct
{
  GArray *rows; /* of TrkSettingRow */
  TrkActor actor;
  GStringChunk *texts; /* of both */
  TrkChangeDone done;
  void *data;
} TrkChange;

/* NULL stays NULL. */
static const char *
keep (TrkChange *self, const char *text)
{
  return text != NULL ? g_string_chunk_insert (self->texts, text) : NULL;
}

static TrkChange *
change_new (const TrkSettingRow *rows, size_t n, const TrkActor *actor)
{
  TrkChange *change = g_new0 (TrkChange, 1);

  change->rows = g_array_new (FALSE, FALSE, sizeof (TrkSettingRow));
  change->texts = g_string_chunk_new (256);
  for (size_t i = 0; i < n; i++)
    {
      const TrkSettingRow row = { keep (change, rows[i].key), keep (change, rows[i].value) };

      g_array_append_val (change->rows, row);
    }
  change->actor = (TrkActor){ keep (change, actor->who), keep (change, actor->detail) };
  return change;
}

static const TrkSettingRow *
row_of (const TrkChange *change, guint i)
{
  return &g_array_index (change->rows, TrkSettingRow, i);
}

/* Answers the first change, which is over. */
static void
finish (TrkServer *self, const TrkChanged *changed)
{
  TrkChange *change = g_queue_pop_head (&self->changes);

  change->done (change->data, changed);
  g_array_unref (change->rows);
  g_string_chunk_free (change->texts);
  g_free (change);
}

/* --- checking --- */

static TrkSettingProblem
try_row (const TrkServer *self, const TrkSettingRow *row, TrkSettings *next)
{
  const TrkSetting *setting = trk_settings_find (row->key);
  g_autofree char *plain = NULL;

  if (setting == NULL)
    return TRK_SETTING_UNKNOWN;
  if (!setting->live || trk_options_sets (self->config.options, row->key))
    return TRK_SETTING_FIXED;
  plain = row->value == NULL ? trk_settings_get (&self->base, row->key) : g_strdup (row->value);
  return trk_settings_set (next, row->key, plain);
}

/* Settings of which the first one must not be larger than the second. */
static const char *const pairs[][2] = { { "announce.min-interval", "announce.interval" },
                                        { "announce.numwant", "announce.numwant-max" } };

static bool
agree (const TrkSettings *settings, size_t pair)
{
  return pair == 0 ? settings->min_interval_s <= settings->interval_s
                   : settings->numwant <= settings->numwant_max;
}

/* The first setting of the change that does not go with another one; what was wrong before it does
 * not count. (nullable) */
static const char *
disagreeing (const TrkChange *change, const TrkSettings *next)
{
  for (guint i = 0; i < change->rows->len; i++)
    for (size_t k = 0; k < G_N_ELEMENTS (pairs); k++)
      if (!agree (next, k)
          && (strcmp (row_of (change, i)->key, pairs[k][0]) == 0
              || strcmp (row_of (change, i)->key, pairs[k][1]) == 0))
        return row_of (change, i)->key;
  return NULL;
}

static TrkChanged
check (const TrkServer *self, const TrkChange *change)
{
  g_auto (TrkSettings) next = { 0 };
  TrkChanged changed = { 0 };

  trk_settings_copy (&next, &self->settings);
  for (guint i = 0; i < change->rows->len && changed.problem == TRK_SETTING_FINE; i++)
    {
      changed.name = row_of (change, i)->key;
      changed.problem = try_row (self, row_of (change, i), &next);
    }
  if (changed.problem != TRK_SETTING_FINE)
    return changed;
  changed.name = disagreeing (change, &next);
  changed.problem = changed.name != NULL ? TRK_SETTING_DISAGREES : TRK_SETTING_FINE;
  return changed;
}

/* --- carrying out --- */

static void
take_up (TrkServer *self, const TrkChange *change)
{
  for (guint i = 0; i < change->rows->len; i++)
    {
      const TrkSettingRow *row = row_of (change, i);

      if (row->value != NULL)
        g_hash_table_insert (self->kept, g_strdup (row->key), g_strdup (row->value));
      else
        g_hash_table_remove (self->kept, row->key);
      g_message (_ ("%s was changed"), row->key);
    }
  trk_server_settle (self);
}

static void begin (TrkServer *self);

static void
on_stored (void *data, const TrkProblem *problem)
{
  TrkServer *self = data;
  const TrkChanged changed = { .trouble = problem };
  g_autofree char *text = problem != NULL ? trk_problem_text (problem) : NULL;

  if (problem == NULL)
    take_up (self, g_queue_peek_head (&self->changes));
  else
    g_warning (_ ("settings could not be kept, and stay as they were: %s"), text);
  finish (self, &changed);
  begin (self);
}

/* Sends the first change that is fine on its way. Once the server stops there is no store to keep
 * one, and nobody to be answered. */
static void
begin (TrkServer *self)
{
  const TrkProblem closing = { .trouble = TRK_TROUBLE_IN_USE };
  TrkChange *change;

  while ((change = g_queue_peek_head (&self->changes)) != NULL)
    {
      TrkChanged changed = check (self, change);

      if (self->api == NULL)
        changed = (TrkChanged){ .trouble = &closing };
      else if (changed.problem == TRK_SETTING_FINE)
        {
          trk_store_setting_set (self->store, row_of (change, 0), change->rows->len, &change->actor,
                                 on_stored, self);
          return;
        }
      finish (self, &changed);
    }
}

void
trk_server_change (void *data, const TrkSettingRow *rows, size_t n, const TrkActor *actor,
                   TrkChangeDone done, void *done_data)
{
  TrkServer *self = data;
  TrkChange *change = change_new (rows, n, actor);

  change->done = done;
  change->data = done_data;
  g_queue_push_tail (&self->changes, change);
  if (self->changes.length == 1)
    begin (self);
}
