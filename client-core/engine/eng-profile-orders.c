/* eng-profile-orders.c: what the application tells the engine of its profile. The functions of the
 * interface are called on any thread, the rest on the engine's. */
#include "client-core/engine/eng-engine-private.h"

#include <errno.h>

typedef struct
{
  EngProfile *profile; /* NULL once the engine has it */
  GPtrArray *rows;
} Restoring;

static void
free_restoring (void *data)
{
  Restoring *restoring = data;

  eng_profile_free (restoring->profile);
  g_ptr_array_unref (restoring->rows);
  g_free (restoring);
}

/* Those that had left with their files when the last run ended. */
static void
go_on_deleting (EngEngine *e)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_copy (e->entries, NULL, NULL);

  for (guint i = 0; i < entries->len; i++)
    if (((EngEntry *) entries->pdata[i])->deletes)
      eng_entry_remove (entries->pdata[i]);
}

static void
run_set_profile (EngEngine *e, void *data)
{
  Restoring *restoring = data;
  GPtrArray *rows = restoring->rows;

  if (e->quitting)
    return;
  e->store = eng_store_new_profile (e->reactor, g_steal_pointer (&restoring->profile));
  if (e->store == NULL)
    {
      const EngStoreProblem problem
          = { .trouble = ENG_STORE_SYSTEM, .sys_errno = errno, .path = "eventfd" };

      e->events->trouble (e->owner, 0, &problem);
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    eng_entry_restore (e, g_steal_pointer (&rows->pdata[i]));
  eng_engine_decide_queue (e);
  eng_engine_let_rise (e);
  go_on_deleting (e);
}

void
eng_engine_set_profile (EngEngine *e, EngProfile *profile, GPtrArray *rows)
{
  const Restoring restoring = { .profile = profile, .rows = rows };

  eng_engine_call (e, run_set_profile, g_memdup2 (&restoring, sizeof restoring), free_restoring);
}

static void
on_flushed (void *data, const EngStoreProblem *problem)
{
  EngEngine *e = data;

  if (!e->quitting && e->events->flushed != NULL)
    e->events->flushed (e->owner, problem);
}

static void
run_flush (EngEngine *e, void *data)
{
  if (e->store != NULL)
    eng_store_flush (e->store, on_flushed, e);
  else
    on_flushed (e, NULL);
}

void
eng_engine_flush (EngEngine *e)
{
  eng_engine_call (e, run_flush, NULL, NULL);
}

static void
run_keep_metainfo (EngEntry *entry, void *torrent)
{
  eng_entry_keep_metainfo (entry, torrent);
}

void
eng_engine_keep_metainfo (EngEngine *e, uint64_t id, GBytes *torrent)
{
  eng_engine_order (e, id, run_keep_metainfo, g_bytes_ref (torrent),
                    (GDestroyNotify) g_bytes_unref);
}

typedef struct
{
  char *name;
  int64_t value;
} Setting;

static void
free_setting (void *data)
{
  g_free (((Setting *) data)->name);
  g_free (data);
}

static void
run_keep_setting (EngEngine *e, void *data)
{
  const Setting *setting = data;

  if (e->store != NULL)
    eng_store_put_setting (e->store, setting->name, setting->value, NULL, NULL);
}

void
eng_engine_keep_setting (EngEngine *e, const char *name, int64_t value)
{
  const Setting setting = { .name = g_strdup (name), .value = value };

  eng_engine_call (e, run_keep_setting, g_memdup2 (&setting, sizeof setting), free_setting);
}

typedef struct
{
  uint64_t id;
  int span;
  int64_t until;
  GBytes *rates;
} Rates;

static void
free_rates (void *data)
{
  g_bytes_unref (((Rates *) data)->rates);
  g_free (data);
}

static void
run_keep_history (EngEngine *e, void *data)
{
  const Rates *rates = data;

  if (e->store != NULL && (rates->id == 0 || eng_entry_find (e, rates->id) != NULL))
    eng_store_put_history (e->store, rates->id, rates->span, rates->until, rates->rates);
}

void
eng_engine_keep_history (EngEngine *e, uint64_t id, int span, int64_t until, GBytes *rates)
{
  const Rates values = { .id = id, .span = span, .until = until, .rates = g_bytes_ref (rates) };

  eng_engine_call (e, run_keep_history, g_memdup2 (&values, sizeof values), free_rates);
}
