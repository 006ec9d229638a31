/* eng-profile.c: opening a profile, what its store is asked for, and reading beside it. */
#include "client-core/store/eng-profile.h"

#include <errno.h>
#include <string.h>

#include "eng-claims-private.h"
#include "eng-rescue-private.h"
#include "eng-store-private.h"

#define DATABASE "session.db"

struct EngProfile
{
  char *path;
  EngStoreDb db;
  EngStoreProblem problem; /* of db.fault */
  EngRescue rescue;        /* aside is NULL: there was no need */
};

/* --- opening --- */

static void
note_problem (EngProfile *self)
{
  self->problem = eng_store_fault_problem (&self->db.fault);
}

EngProfile *
eng_profile_open (const char *folder, const char *state_folder)
{
  EngProfile *self = g_new0 (EngProfile, 1);

  self->path = g_build_filename (folder, DATABASE, NULL);
  eng_store_db_open (&self->db, self->path, false, false);
  if (self->db.fault.is_set && self->db.fault.trouble == ENG_STORE_CORRUPT)
    (void) eng_rescue_run (&self->db, &self->rescue); /* the fault says it */
  self->db.claims = eng_claims_new (state_folder);
  note_problem (self);
  return self;
}

void
eng_profile_free (EngProfile *self)
{
  if (self == NULL)
    return;
  eng_store_db_close (&self->db);
  g_free (self->rescue.aside);
  g_free (self->path);
  g_free (self);
}

const EngStoreProblem *
eng_profile_problem (const EngProfile *self)
{
  return self->db.fault.is_set ? &self->problem : NULL;
}

const EngRescue *
eng_profile_rescue (const EngProfile *self)
{
  return self->rescue.aside != NULL ? &self->rescue : NULL;
}

const char *
eng_profile_path (const EngProfile *self)
{
  return self->path;
}

static void
free_row (void *row)
{
  eng_roster_row_free (row);
}

/* A result of SQLite. */
static int
read_rows (EngProfile *self, GPtrArray *rows)
{
  int result = SQLITE_OK;

  g_ptr_array_set_size (rows, 0);
  if (eng_store_setting (self->db.db, ENG_STORE_CLEAN, 1) == 0)
    result = eng_store_db_check (self->db.db);
  return result == SQLITE_OK ? eng_store_roster_list (self->db.db, rows) : result;
}

GPtrArray *
eng_profile_list (EngProfile *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (free_row);
  int result = read_rows (self, rows);

  if (result != SQLITE_OK)
    eng_store_db_explain (&self->db, result, &self->db.fault);
  if (self->db.fault.is_set && self->db.fault.trouble == ENG_STORE_CORRUPT
      && self->rescue.aside == NULL && eng_rescue_run (&self->db, &self->rescue))
    result = read_rows (self, rows);
  if (result == SQLITE_OK)
    return g_steal_pointer (&rows);
  if (!self->db.fault.is_set)
    eng_store_db_explain (&self->db, result, &self->db.fault);
  note_problem (self);
  return NULL;
}

int64_t
eng_profile_setting (EngProfile *self, const char *name, int64_t fallback)
{
  return eng_store_setting (self->db.db, name, fallback);
}

EngStore *
eng_store_new_profile (BtioReactor *reactor, EngProfile *profile)
{
  EngStore *store = eng_store_new_open (reactor, &profile->db);
  int saved = errno;

  eng_profile_free (profile);
  errno = saved;
  return store;
}

/* --- what its store keeps --- */

typedef struct
{
  EngStoreSaved saved;
  EngStoreFetched fetched;
  void *data;
  EngRosterRow *row;
  uint64_t id;
  EngRosterSource *source; /* NULL: none */
  char *name;
  int64_t value;
  int span;
  GBytes *bytes; /* or NULL */
} Asked;

static void
free_asked (void *data)
{
  Asked *asked = data;

  eng_roster_row_free (asked->row);
  eng_roster_source_free (asked->source);
  g_free (asked->name);
  g_clear_pointer (&asked->bytes, g_bytes_unref);
  g_free (asked);
}

static void
answer_saved (void *data, const EngStoreProblem *problem)
{
  Asked *asked = data;

  if (asked->saved != NULL)
    asked->saved (asked->data, problem);
}

static void
ask (EngStore *store, int (*run) (sqlite3 *db, void *data), const Asked *values)
{
  const EngStoreTask task
      = { .run = run, .answer = answer_saved, .forget = free_asked, .writes = true };

  eng_store_do (store, &task, g_memdup2 (values, sizeof *values));
}

static int
put_row (sqlite3 *db, void *data)
{
  const Asked *asked = data;
  int result = eng_store_roster_put (db, asked->row);

  if (result == SQLITE_OK && asked->source != NULL)
    result = eng_store_roster_put_source (db, asked->row->id, asked->source);
  return result;
}

void
eng_store_put_row (EngStore *store, const EngRosterRow *row, const EngRosterSource *source,
                   EngStoreSaved saved, void *data)
{
  Asked asked = { .row = eng_roster_row_copy (row), .saved = saved, .data = data };

  asked.source = source != NULL ? eng_roster_source_copy (source) : NULL;
  ask (store, put_row, &asked);
}

static int
drop_row (sqlite3 *db, void *data)
{
  return eng_store_roster_drop (db, ((Asked *) data)->row);
}

void
eng_store_drop_row (EngStore *store, const EngRosterRow *row, EngStoreSaved saved, void *data)
{
  ask (store, drop_row, &(Asked){ .row = eng_roster_row_copy (row), .saved = saved, .data = data });
}

static int
put_setting (sqlite3 *db, void *data)
{
  const Asked *asked = data;

  return eng_store_put_setting_row (db, asked->name, asked->value);
}

void
eng_store_put_setting (EngStore *store, const char *name, int64_t value, EngStoreSaved saved,
                       void *data)
{
  ask (store, put_setting,
       &(Asked){ .name = g_strdup (name), .value = value, .saved = saved, .data = data });
}

static int
put_history (sqlite3 *db, void *data)
{
  const Asked *asked = data;

  return eng_store_put_history_row (db, asked->id, asked->span, asked->value, asked->bytes);
}

void
eng_store_put_history (EngStore *store, uint64_t id, int span, int64_t until, GBytes *rates)
{
  ask (store, put_history,
       &(Asked){ .id = id, .span = span, .value = until, .bytes = g_bytes_ref (rates) });
}

static int
fetch (sqlite3 *db, void *data)
{
  Asked *asked = data;
  EngRosterSource source;
  int result = eng_store_roster_source (db, asked->id, &source);

  if (result == SQLITE_ROW)
    asked->source = g_memdup2 (&source, sizeof source);
  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

static void
answer_fetched (void *data, const EngStoreProblem *problem)
{
  Asked *asked = data;

  asked->fetched (asked->data, problem, asked->source);
}

void
eng_store_fetch (EngStore *store, uint64_t id, EngStoreFetched fetched, void *data)
{
  static const EngStoreTask task = { .run = fetch, .answer = answer_fetched, .forget = free_asked };
  const Asked asked = { .id = id, .fetched = fetched, .data = data };

  eng_store_do (store, &task, g_memdup2 (&asked, sizeof asked));
}

/* --- reading --- */

struct EngReader
{
  char *path;
  sqlite3 *db; /* NULL: not opened yet */
};

EngReader *
eng_reader_new (const char *path)
{
  EngReader *self = g_new0 (EngReader, 1);

  self->path = g_strdup (path);
  return self;
}

void
eng_reader_free (EngReader *self)
{
  if (self == NULL)
    return;
  (void) sqlite3_close (self->db); /* nothing was written */
  g_free (self->path);
  g_free (self);
}

static bool
need_reader (EngReader *self)
{
  static const char settings[] = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                                 "PRAGMA busy_timeout = 5000; PRAGMA cache_size = -256";

  if (self->db != NULL)
    return true;
  if (sqlite3_open_v2 (self->path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL)
          == SQLITE_OK
      && sqlite3_exec (self->db, settings, NULL, NULL, NULL) == SQLITE_OK)
    return true;
  (void) sqlite3_close (self->db); /* it is tried again the next time */
  self->db = NULL;
  return false;
}

bool
eng_reader_source (EngReader *self, uint64_t id, EngRosterSource *out)
{
  *out = (EngRosterSource){ 0 };
  return need_reader (self) && eng_store_roster_source (self->db, id, out) == SQLITE_ROW;
}

GBytes *
eng_reader_history (EngReader *self, uint64_t id, int span, int64_t *until)
{
  *until = 0;
  return need_reader (self) ? eng_store_history_row (self->db, id, span, until) : NULL;
}
