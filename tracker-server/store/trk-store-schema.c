/* trk-store-schema.c: the tables, and how a database of one version becomes one of the next.
 *
 * How often a torrent was completed is known by hash (completions), whether it is in the catalogue
 * or not; torrents.completed is the sum of its hashes, kept with them, so that a list can be sorted
 * by it. */
#include "trk-store-private.h"

/* "ShoT": tells our databases from those of others. */
#define APPLICATION_ID 0x53686f54

/* Step i brings version i to version i + 1. */
static const char *const steps[] = {
  /* Whose journal is replayed, and how far it has been. */
  "CREATE TABLE journal ("
  " id INTEGER PRIMARY KEY CHECK (id = 1),"
  " owner BLOB NOT NULL CHECK (length (owner) = 16),"
  " reached INTEGER NOT NULL CHECK (reached >= 0)"
  ") STRICT;"
  "INSERT INTO journal VALUES (1, randomblob (16), 0);"
  "CREATE TABLE completions ("
  " hash BLOB NOT NULL PRIMARY KEY CHECK (length (hash) = 20),"
  " completed INTEGER NOT NULL CHECK (completed >= 0),"
  " touched INTEGER NOT NULL" /* as journal.reached counts: who was touched last is kept longest */
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE torrents ("
  " id INTEGER PRIMARY KEY AUTOINCREMENT,"
  " v1 BLOB UNIQUE CHECK (length (v1) = 20),"
  " v2 BLOB UNIQUE CHECK (length (v2) = 32),"
  " name TEXT NOT NULL,"
  " sort_name TEXT NOT NULL,"
  " size INTEGER NOT NULL CHECK (size >= 0),"
  " piece_length INTEGER NOT NULL CHECK (piece_length >= 0),"
  " n_files INTEGER NOT NULL CHECK (n_files >= 0),"
  " private INTEGER NOT NULL CHECK (private IN (0, 1)),"
  " comment TEXT NOT NULL,"
  " category TEXT NOT NULL,"
  " tags TEXT NOT NULL,"
  " created_at INTEGER NOT NULL,"
  " registered_at INTEGER NOT NULL,"
  " registered_by INTEGER NOT NULL,"
  " state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),"
  " completed INTEGER NOT NULL CHECK (completed >= 0),"
  " CHECK (v1 IS NOT NULL OR v2 IS NOT NULL)"
  ") STRICT;"
  "CREATE UNIQUE INDEX torrents_by_short ON torrents (substr (v2, 1, 20));"
  "CREATE INDEX torrents_by_name ON torrents (sort_name);"
  "CREATE INDEX torrents_by_size ON torrents (size);"
  "CREATE INDEX torrents_by_added ON torrents (registered_at);"
  "CREATE INDEX torrents_by_completed ON torrents (completed);"
  "CREATE INDEX torrents_by_category ON torrents (category);"
  "CREATE INDEX torrents_by_state ON torrents (state);"
  "CREATE TABLE metainfo ("
  " torrent INTEGER PRIMARY KEY REFERENCES torrents (id) ON DELETE CASCADE,"
  " bytes BLOB NOT NULL"
  ") STRICT;"
  "CREATE VIRTUAL TABLE words USING fts5 (name, files, comment, category, tags,"
  " prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2');"

  "CREATE TABLE marks ("
  " hash BLOB NOT NULL PRIMARY KEY CHECK (length (hash) = 20),"
  " mark INTEGER NOT NULL CHECK (mark IN (1, 2, 3)),"
  " note TEXT NOT NULL,"
  " added_at INTEGER NOT NULL"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE settings ("
  " key TEXT NOT NULL PRIMARY KEY,"
  " value TEXT NOT NULL"
  ") STRICT, WITHOUT ROWID;"
  "CREATE TABLE tokens ("
  " id INTEGER PRIMARY KEY AUTOINCREMENT,"
  " name TEXT NOT NULL,"
  " scope INTEGER NOT NULL CHECK (scope IN (0, 1, 2)),"
  " secret BLOB NOT NULL UNIQUE CHECK (length (secret) = 32)," /* its SHA-256 */
  " created_at INTEGER NOT NULL,"
  " used_at INTEGER NOT NULL,"
  " expires_at INTEGER NOT NULL,"
  " revoked_at INTEGER NOT NULL"
  ") STRICT;"
  "CREATE TABLE audit ("
  " id INTEGER PRIMARY KEY AUTOINCREMENT,"
  " at INTEGER NOT NULL,"
  " who TEXT NOT NULL,"
  " what TEXT NOT NULL,"
  " subject TEXT NOT NULL,"
  " detail TEXT NOT NULL"
  ") STRICT;"

  "CREATE TABLE history ("
  " span INTEGER NOT NULL CHECK (span IN (0, 1, 2))," /* TrkSpan */
  " at INTEGER NOT NULL,"
  " peers INTEGER NOT NULL,"
  " seeders INTEGER NOT NULL,"
  " swarms INTEGER NOT NULL,"
  " torrents INTEGER NOT NULL,"
  " connections INTEGER NOT NULL,"
  " announces INTEGER NOT NULL,"
  " scrapes INTEGER NOT NULL,"
  " completed INTEGER NOT NULL,"
  " refused INTEGER NOT NULL,"
  " errors INTEGER NOT NULL,"
  " PRIMARY KEY (span, at)"
  ") STRICT, WITHOUT ROWID;",

  /* Whether it was closed as it should be; how many torrents of each state there are; and lists of
   * one state in every order. */
  "CREATE TABLE run ("
  " id INTEGER PRIMARY KEY CHECK (id = 1),"
  " clean INTEGER NOT NULL CHECK (clean IN (0, 1))"
  ") STRICT;"
  "INSERT INTO run VALUES (1, 0);"
  "CREATE TABLE states ("
  " state INTEGER PRIMARY KEY CHECK (state IN (1, 2, 3)),"
  " n INTEGER NOT NULL CHECK (n >= 0)"
  ") STRICT;"
  "INSERT INTO states SELECT column1, (SELECT count (*) FROM torrents WHERE state = column1)"
  " FROM (VALUES (1), (2), (3));"
  "CREATE TRIGGER torrents_come AFTER INSERT ON torrents BEGIN"
  " UPDATE states SET n = n + 1 WHERE state = new.state; END;"
  "CREATE TRIGGER torrents_go AFTER DELETE ON torrents BEGIN"
  " UPDATE states SET n = n - 1 WHERE state = old.state; END;"
  "CREATE TRIGGER torrents_change AFTER UPDATE OF state ON torrents"
  " WHEN new.state <> old.state BEGIN"
  " UPDATE states SET n = n - 1 WHERE state = old.state;"
  " UPDATE states SET n = n + 1 WHERE state = new.state; END;"
  "DROP INDEX torrents_by_state;"
  "CREATE INDEX torrents_of_state_by_name ON torrents (state, sort_name);"
  "CREATE INDEX torrents_of_state_by_size ON torrents (state, size);"
  "CREATE INDEX torrents_of_state_by_added ON torrents (state, registered_at);"
  "CREATE INDEX torrents_of_state_by_completed ON torrents (state, completed);",
};
#define VERSION (sizeof steps / sizeof steps[0])

static const char *const probes[] = {
  "SELECT id, owner, reached FROM journal LIMIT 0",
  "SELECT hash, completed, touched FROM completions LIMIT 0",
  ("SELECT id, v1, v2, name, sort_name, size, piece_length, n_files, private, comment, category,"
   " tags, created_at, registered_at, registered_by, state, completed FROM torrents LIMIT 0"),
  "SELECT torrent, bytes FROM metainfo LIMIT 0",
  "SELECT name, files, comment, category, tags FROM words LIMIT 0",
  "SELECT hash, mark, note, added_at FROM marks LIMIT 0",
  "SELECT key, value FROM settings LIMIT 0",
  "SELECT id, name, scope, secret, created_at, used_at, expires_at, revoked_at FROM tokens LIMIT 0",
  "SELECT id, at, who, what, subject, detail FROM audit LIMIT 0",
  ("SELECT span, at, peers, seeders, swarms, torrents, connections, announces, scrapes, completed,"
   " refused, errors FROM history LIMIT 0"),
  "SELECT id, clean FROM run LIMIT 0",
  "SELECT state, n FROM states LIMIT 0",
};

unsigned
trk_schema_version (void)
{
  return VERSION;
}

bool
trk_schema_look (TrkDb *db, unsigned *version, TrkFault *fault)
{
  int64_t has = 0;
  int64_t application = 0;
  int64_t n_tables = 0;

  if (!trk_db_number (db, "PRAGMA user_version", NULL, &has)
      || !trk_db_number (db, "PRAGMA application_id", NULL, &application)
      || !trk_db_number (db, "SELECT count (*) FROM sqlite_schema", NULL, &n_tables))
    {
      trk_db_explain (db, fault);
      return false;
    }
  if ((n_tables > 0 && application != APPLICATION_ID) || has < 0 || (has == 0 && n_tables > 0))
    trk_fault_set (fault, TRK_TROUBLE_FOREIGN, 0, db->path);
  else if (has > (int64_t) VERSION)
    trk_fault_set (fault, TRK_TROUBLE_NEWER, 0, db->path);
  *version = (unsigned) has;
  return !fault->is_set;
}

bool
trk_schema_migrate (TrkDb *db, unsigned version)
{
  g_autofree char *numbers = g_strdup_printf (
      "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID, (int) VERSION);
  bool ok = trk_db_exec (db, "BEGIN IMMEDIATE");

  for (size_t i = version; i < VERSION && ok; i++)
    ok = trk_db_exec (db, steps[i]);
  ok = ok && trk_db_exec (db, numbers) && trk_db_exec (db, "COMMIT");
  if (!ok && sqlite3_get_autocommit (db->db) == 0)
    (void) sqlite3_exec (db->db, "ROLLBACK", NULL, NULL, NULL); /* the first failure is told */
  return ok;
}

bool
trk_schema_probe (TrkDb *db)
{
  for (size_t i = 0; i < G_N_ELEMENTS (probes); i++)
    if (!trk_db_exec (db, probes[i]))
      return false;
  return true;
}
