/* trk-store-db.c: a connection to SQLite: its settings, its statements, and what its failures mean.
 *
 * Settings: a commit is on the device when it returns (WAL with synchronous=FULL), the schema of a
 * file that somebody else may have written is not trusted, and pages are checked as they are read.
 */
#include <errno.h>
#include <string.h>

#include "trk-store-private.h"

static const char settings[] = "PRAGMA busy_timeout = 5000;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA journal_size_limit = 67108864;"
                               "PRAGMA wal_autocheckpoint = 1000;";

/* What they have to be when they are read back. */
static const struct
{
  const char *sql;
  int64_t value;
} wanted[] = {
  { "PRAGMA trusted_schema", 0 },
  { "PRAGMA cell_size_check", 1 },
  { "PRAGMA foreign_keys", 1 },
  { "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1 },
  { "PRAGMA synchronous", 2 },
  { "PRAGMA journal_size_limit", 67108864 },
  { "PRAGMA wal_autocheckpoint", 1000 },
};

/* --- faults --- */

void
trk_fault_clear (TrkFault *fault)
{
  g_free (fault->path);
  *fault = (TrkFault){ 0 };
}

void
trk_fault_copy (TrkFault *out, const TrkFault *from)
{
  if (out->is_set)
    return;
  *out = *from;
  out->path = g_strdup (from->path);
}

void
trk_fault_set (TrkFault *fault, TrkTrouble trouble, int sys_errno, const char *path)
{
  if (fault->is_set)
    return;
  *fault = (TrkFault){
    .is_set = true, .trouble = trouble, .sys_errno = sys_errno, .path = g_strdup (path)
  };
}

static TrkTrouble
trouble_of (int failure)
{
  switch (failure & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* our own statements are right */
    case SQLITE_SCHEMA:
      return TRK_TROUBLE_CORRUPT;
    case SQLITE_CONSTRAINT: /* two of what there is one of */
      return TRK_TROUBLE_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return TRK_TROUBLE_IN_USE;
    default:
      return TRK_TROUBLE_SYSTEM;
    }
}

/* The system's word where SQLite has kept one. */
static int
errno_of (const TrkDb *self, int failure)
{
  int kept;

  switch (failure & 0xff)
    {
    case SQLITE_FULL:
      return ENOSPC;
    case SQLITE_NOMEM:
      return ENOMEM;
    case SQLITE_READONLY:
      return EROFS;
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return EACCES;
    default:
      kept = self->db != NULL ? sqlite3_system_errno (self->db) : 0;
      return kept != 0 ? kept : EIO;
    }
}

void
trk_db_explain (TrkDb *self, TrkFault *fault)
{
  TrkTrouble trouble = trouble_of (self->failure);

  if (!fault->is_set)
    {
      trk_fault_set (fault, trouble,
                     trouble == TRK_TROUBLE_SYSTEM ? errno_of (self, self->failure) : 0,
                     self->path);
      fault->sqlite = self->failure;
    }
  self->failure = SQLITE_OK;
}

/* The first failure is the one told. Always false. */
static bool
failed (TrkDb *self, int result)
{
  int extended = self->db != NULL ? sqlite3_extended_errcode (self->db) : SQLITE_OK;

  if (self->failure == SQLITE_OK)
    self->failure = (extended & 0xff) == (result & 0xff) ? extended : result;
  return false;
}

/* --- opening --- */

static void
free_statement (void *statement)
{
  (void) sqlite3_finalize (statement); /* says what its last step said */
}

static bool
check_settings (TrkDb *self)
{
  for (size_t i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      int64_t value;

      if (!trk_db_number (self, wanted[i].sql, NULL, &value))
        return self->failure != SQLITE_OK ? false : failed (self, SQLITE_ERROR);
      if (value != wanted[i].value)
        return failed (self, SQLITE_IOERR);
    }
  return true;
}

bool
trk_db_open (TrkDb *self, const char *path)
{
  int result;

  *self = (TrkDb){ .path = path };
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, free_statement);
  result = sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (result != SQLITE_OK)
    return failed (self, result);
  (void) sqlite3_extended_result_codes (self->db, 1); /* an open connection has it */
  return true;
}

bool
trk_db_settle (TrkDb *self, bool writes)
{
  return trk_db_exec (self, settings) && check_settings (self)
         && (writes || trk_db_exec (self, "PRAGMA query_only = ON"));
}

void
trk_db_close (TrkDb *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  (void) sqlite3_close (self->db); /* no statement is left */
  *self = (TrkDb){ 0 };
}

/* --- statements --- */

static sqlite3_stmt *
find_statement (TrkDb *self, const char *sql)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int result;

  if (statement != NULL)
    {
      (void) sqlite3_reset (statement); /* says what its last step said */
      (void) sqlite3_clear_bindings (statement);
      return statement;
    }
  result = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (result != SQLITE_OK)
    {
      failed (self, result);
      return NULL;
    }
  g_hash_table_insert (self->statements, (void *) (uintptr_t) sql, statement);
  return statement;
}

static int
bind (sqlite3_stmt *statement, int at, const TrkValue *value)
{
  if (value->kind == TRK_VALUE_INT)
    return sqlite3_bind_int64 (statement, at, value->number);
  if (value->kind == TRK_VALUE_NULL || value->bytes == NULL)
    return sqlite3_bind_null (statement, at);
  if (value->kind == TRK_VALUE_TEXT)
    return sqlite3_bind_text (statement, at, value->bytes, -1, SQLITE_STATIC);
  return sqlite3_bind_blob64 (statement, at, value->bytes, (sqlite3_uint64) value->number,
                              SQLITE_STATIC);
}

sqlite3_stmt *
trk_db_query (TrkDb *self, const char *sql, const TrkValue *values)
{
  sqlite3_stmt *statement = find_statement (self, sql);

  for (int i = 0; statement != NULL && values != NULL && values[i].kind != TRK_VALUE_END; i++)
    {
      int result = bind (statement, i + 1, &values[i]);

      if (result == SQLITE_OK)
        continue;
      failed (self, result);
      return NULL;
    }
  return statement;
}

bool
trk_db_step (TrkDb *self, sqlite3_stmt *statement)
{
  int result = statement != NULL ? sqlite3_step (statement) : SQLITE_DONE;

  if (result == SQLITE_ROW)
    return true;
  if (result != SQLITE_DONE)
    failed (self, result);
  (void) sqlite3_reset (statement); /* says the same once more */
  return false;
}

bool
trk_db_run (TrkDb *self, const char *sql, const TrkValue *values)
{
  sqlite3_stmt *statement = trk_db_query (self, sql, values);

  while (trk_db_step (self, statement))
    ;
  return self->failure == SQLITE_OK;
}

bool
trk_db_number (TrkDb *self, const char *sql, const TrkValue *values, int64_t *out)
{
  sqlite3_stmt *statement = trk_db_query (self, sql, values);
  bool is_there = trk_db_step (self, statement);

  if (is_there)
    {
      *out = sqlite3_column_int64 (statement, 0);
      (void) sqlite3_reset (statement); /* the row was read */
    }
  return is_there;
}

bool
trk_db_exec (TrkDb *self, const char *sql)
{
  int result = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  return result == SQLITE_OK || failed (self, result);
}

bool
trk_db_is_sound (TrkDb *db, bool deep)
{
  const char *sql = deep ? "PRAGMA integrity_check (1)" : "PRAGMA quick_check (1)";
  sqlite3_stmt *statement = trk_db_query (db, sql, NULL);
  bool sound = false;

  if (!trk_db_step (db, statement))
    return db->failure != SQLITE_OK ? false : failed (db, SQLITE_CORRUPT);
  sound = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  (void) sqlite3_reset (statement); /* the row was read */
  return sound || failed (db, SQLITE_CORRUPT);
}
