/* eng-store-schema.c: the tables, and how a database of one version becomes one of the next. */
#include "eng-store-private.h"

/* "Shoa": tells our databases from those of others. */
#define APPLICATION_ID 0x53686f61

/* Step i brings version i to version i + 1. */
static const char *const steps[] = {
  "CREATE TABLE torrents ("
  " id INTEGER PRIMARY KEY,"
  " v1 BLOB UNIQUE CHECK (length (v1) = 20),"
  " v2 BLOB UNIQUE CHECK (length (v2) = 32),"
  " name TEXT NOT NULL,"
  " folder BLOB NOT NULL,"
  " added_at INTEGER NOT NULL,"
  " saved_at INTEGER NOT NULL,"
  " completed_at INTEGER,"
  " downloaded INTEGER NOT NULL CHECK (downloaded >= 0),"
  " uploaded INTEGER NOT NULL CHECK (uploaded >= 0),"
  " dirty INTEGER NOT NULL CHECK (dirty IN (0, 1)),"
  " n_pieces INTEGER NOT NULL CHECK (n_pieces >= 0),"
  " have BLOB NOT NULL CHECK (length (have) = (n_pieces + 7) / 8),"
  " CHECK (v1 IS NOT NULL OR v2 IS NOT NULL)"
  ") STRICT;"
  "CREATE TABLE files ("
  " torrent INTEGER NOT NULL REFERENCES torrents (id) ON DELETE CASCADE,"
  " file INTEGER NOT NULL CHECK (file >= 0),"
  " inode INTEGER NOT NULL,"
  " size INTEGER NOT NULL CHECK (size >= 0),"
  " mtime_ns INTEGER NOT NULL,"
  " PRIMARY KEY (torrent, file)"
  ") STRICT, WITHOUT ROWID;",
  "CREATE TABLE names ("
  " torrent INTEGER NOT NULL REFERENCES torrents (id) ON DELETE CASCADE,"
  " file INTEGER NOT NULL CHECK (file >= 0),"
  " path TEXT NOT NULL,"
  " was TEXT,"
  " PRIMARY KEY (torrent, file)"
  ") STRICT, WITHOUT ROWID;",
  /* A profile: its torrents, what is large of them, and what is not of one torrent alone. */
  "CREATE TABLE roster ("
  " id INTEGER PRIMARY KEY CHECK (id > 0),"
  " v1 BLOB UNIQUE CHECK (length (v1) = 20),"
  " v2 BLOB UNIQUE CHECK (length (v2) = 32),"
  " name TEXT NOT NULL,"
  " folder BLOB NOT NULL,"
  " position INTEGER NOT NULL,"
  " flags INTEGER NOT NULL CHECK (flags >= 0),"
  " added_at INTEGER NOT NULL,"
  " completed_at INTEGER NOT NULL,"
  " down_Bps INTEGER NOT NULL CHECK (down_Bps >= 0),"
  " up_Bps INTEGER NOT NULL CHECK (up_Bps >= 0),"
  " downloaded INTEGER NOT NULL CHECK (downloaded >= 0),"
  " uploaded INTEGER NOT NULL CHECK (uploaded >= 0),"
  " total INTEGER NOT NULL CHECK (total >= 0),"
  " left_all INTEGER NOT NULL CHECK (left_all >= 0),"
  " wanted INTEGER NOT NULL CHECK (wanted >= 0),"
  " left_wanted INTEGER NOT NULL CHECK (left_wanted >= 0),"
  " CHECK (v1 IS NOT NULL OR v2 IS NOT NULL)"
  ") STRICT;"
  "CREATE TABLE sources ("
  " torrent INTEGER PRIMARY KEY REFERENCES roster (id) ON DELETE CASCADE,"
  " metainfo BLOB,"
  " magnet TEXT,"
  " priorities BLOB,"
  " CHECK (metainfo IS NOT NULL OR magnet IS NOT NULL)"
  ") STRICT;"
  "CREATE TABLE trackers ("
  " torrent INTEGER NOT NULL REFERENCES roster (id) ON DELETE CASCADE,"
  " url TEXT NOT NULL,"
  " tier INTEGER NOT NULL CHECK (tier >= 0),"
  " dropped INTEGER NOT NULL CHECK (dropped IN (0, 1)),"
  " PRIMARY KEY (torrent, url)"
  ") STRICT, WITHOUT ROWID;"
  "CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE history ("
  " torrent INTEGER NOT NULL CHECK (torrent >= 0)," /* 0: of the session */
  " span INTEGER NOT NULL,"
  " until INTEGER NOT NULL,"
  " rates BLOB NOT NULL,"
  " PRIMARY KEY (torrent, span)"
  ") STRICT;",
};
#define VERSION (sizeof steps / sizeof steps[0])

/* Fails when a table or a column that is needed is not there. */
static const char probe[]
    = "SELECT id, v1, v2, name, folder, added_at, saved_at, completed_at, downloaded, uploaded,"
      " dirty, n_pieces, have, files.torrent, files.file, inode, size, mtime_ns, path, was"
      " FROM torrents, files, names LIMIT 0;"
      "SELECT id, v1, v2, name, folder, position, flags, added_at, completed_at, down_Bps, up_Bps,"
      " downloaded, uploaded, total, left_all, wanted, left_wanted FROM roster LIMIT 0;"
      "SELECT metainfo, magnet, priorities, sources.torrent, url, tier, dropped"
      " FROM sources, trackers LIMIT 0;"
      "SELECT name, value, torrent, span, until, rates FROM settings, history LIMIT 0";

static int
read_number (sqlite3 *db, const char *sql, int64_t *out)
{
  sqlite3_stmt *statement;
  int result = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;
  result = sqlite3_step (statement);
  *out = sqlite3_column_int64 (statement, 0);
  (void) sqlite3_finalize (statement); /* says what the step said */
  return result == SQLITE_ROW ? SQLITE_OK : result;
}

static int
upgrade (sqlite3 *db, size_t from)
{
  char *numbers = sqlite3_mprintf ("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                   APPLICATION_ID, (int) VERSION);
  int result
      = numbers != NULL ? sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL) : SQLITE_NOMEM;

  for (size_t i = from; i < VERSION && result == SQLITE_OK; i++)
    result = sqlite3_exec (db, steps[i], NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_exec (db, numbers, NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
  if (result != SQLITE_OK && sqlite3_get_autocommit (db) == 0)
    (void) sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL); /* the first failure is the one told */
  sqlite3_free (numbers);
  return result;
}

int
eng_store_schema_migrate (sqlite3 *db)
{
  int64_t version = 0;
  int64_t application = 0;
  int64_t n_tables = 0;
  int result = read_number (db, "PRAGMA user_version", &version);

  if (result == SQLITE_OK)
    result = read_number (db, "PRAGMA application_id", &application);
  if (result == SQLITE_OK)
    result = read_number (db, "SELECT count (*) FROM sqlite_schema", &n_tables);
  if (result != SQLITE_OK)
    return result;
  if (n_tables > 0 && application != APPLICATION_ID)
    return SQLITE_NOTADB;
  if (version > (int64_t) VERSION)
    return SQLITE_MISMATCH;
  if (version < 0 || (version == 0 && n_tables > 0))
    return SQLITE_NOTADB;
  if (version < (int64_t) VERSION)
    result = upgrade (db, (size_t) version);
  if (result != SQLITE_OK)
    return result;
  result = sqlite3_exec (db, probe, NULL, NULL, NULL);
  return result == SQLITE_ERROR ? SQLITE_CORRUPT : result;
}

int64_t
eng_store_schema_version (sqlite3 *db)
{
  int64_t version = 0;

  return read_number (db, "PRAGMA user_version", &version) == SQLITE_OK ? version : 0;
}

int64_t
eng_store_schema_own_version (void)
{
  return VERSION;
}
