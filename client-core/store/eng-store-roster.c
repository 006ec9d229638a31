/* eng-store-roster.c: the rows of a profile's torrents, and their sources, to and from SQLite. */
#include <string.h>

#include <glib.h>

#include "eng-store-private.h"
#include "protocol/core/bt-limits.h"

static const char list_sql[]
    = "SELECT id, v1, v2, name, folder, position, flags, added_at, completed_at, down_Bps, up_Bps,"
      " downloaded, uploaded, total, left_all, wanted, left_wanted FROM roster"
      " ORDER BY position, id";

static const char list_trackers_sql[]
    = "SELECT torrent, url, tier, dropped FROM trackers ORDER BY torrent, tier, url";

static const char put_row_sql[]
    = "INSERT INTO roster (id, v1, v2, name, folder, position, flags, added_at, completed_at,"
      " down_Bps, up_Bps, downloaded, uploaded, total, left_all, wanted, left_wanted)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
      " ON CONFLICT (id) DO UPDATE SET v1 = excluded.v1, v2 = excluded.v2, name = excluded.name,"
      " folder = excluded.folder, position = excluded.position, flags = excluded.flags,"
      " added_at = excluded.added_at, completed_at = excluded.completed_at,"
      " down_Bps = excluded.down_Bps, up_Bps = excluded.up_Bps, downloaded = excluded.downloaded,"
      " uploaded = excluded.uploaded, total = excluded.total, left_all = excluded.left_all,"
      " wanted = excluded.wanted, left_wanted = excluded.left_wanted";

/* Whoever adds a torrent whose files are being deleted wants them. */
static const char drop_deleting_sql[]
    = "DELETE FROM roster WHERE id <> ?1 AND (v1 = ?2 OR v2 = ?3) AND (flags & ?4) <> 0";

static const char clear_trackers_sql[] = "DELETE FROM trackers WHERE torrent = ?1";

static const char put_tracker_sql[]
    = "INSERT OR REPLACE INTO trackers (torrent, url, tier, dropped) VALUES (?1, ?2, ?3, ?4)";

static const char put_source_sql[]
    = "INSERT INTO sources (torrent, metainfo, magnet, priorities) VALUES (?1, ?2, ?3, ?4)";

static const char change_source_sql[]
    = "UPDATE sources SET metainfo = coalesce (?2, metainfo), magnet = coalesce (?3, magnet),"
      " priorities = coalesce (?4, priorities) WHERE torrent = ?1";

static const char get_source_sql[]
    = "SELECT metainfo, magnet, priorities FROM sources WHERE torrent = ?1";

static const char drop_row_sql[] = "DELETE FROM roster WHERE id = ?1";

static const char drop_resume_sql[] = "DELETE FROM torrents WHERE v1 = ?1 OR v2 = ?2";

static const char put_setting_sql[] = "INSERT OR REPLACE INTO settings (name, value)"
                                      " VALUES (?1, ?2)";

static const char get_setting_sql[] = "SELECT value FROM settings WHERE name = ?1";

static const char put_history_sql[]
    = "INSERT OR REPLACE INTO history (torrent, span, until, rates) VALUES (?1, ?2, ?3, ?4)";

static const char get_history_sql[]
    = "SELECT until, rates FROM history WHERE torrent = ?1 AND span = ?2";

static const char drop_history_sql[] = "DELETE FROM history WHERE torrent = ?1";

static int
prepare (sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
  return sqlite3_prepare_v2 (db, sql, -1, out, NULL);
}

/* Of a statement that yields no rows. */
static int
finish (sqlite3_stmt *statement)
{
  int result = sqlite3_step (statement);

  (void) sqlite3_finalize (statement); /* says what the step said */
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static void
bind_bytes (sqlite3_stmt *statement, int at, const void *bytes, size_t len)
{
  (void) sqlite3_bind_blob64 (statement, at, bytes, len, SQLITE_STATIC);
}

/* SQLite's integers have a sign. */
static void
bind_u64 (sqlite3_stmt *statement, int at, uint64_t value)
{
  (void) sqlite3_bind_int64 (statement, at, (int64_t) MIN (value, (uint64_t) INT64_MAX));
}

/* --- reading --- */

static uint64_t
column_u64 (sqlite3_stmt *statement, int at)
{
  return (uint64_t) MAX (sqlite3_column_int64 (statement, at), 0);
}

static bool
column_hash (sqlite3_stmt *statement, int at, uint8_t *out, int len)
{
  const void *bytes = sqlite3_column_blob (statement, at);

  if (bytes == NULL || sqlite3_column_bytes (statement, at) != len)
    return false;
  memcpy (out, bytes, (size_t) len);
  return true;
}

/* Up to the first NUL. (transfer full) */
static char *
column_string (sqlite3_stmt *statement, int at)
{
  const char *bytes = sqlite3_column_blob (statement, at);

  return g_strndup (bytes != NULL ? bytes : "", (gsize) sqlite3_column_bytes (statement, at));
}

/* (transfer full) (nullable) */
static GBytes *
column_bytes (sqlite3_stmt *statement, int at)
{
  const void *bytes = sqlite3_column_blob (statement, at);

  return bytes != NULL ? g_bytes_new (bytes, (gsize) sqlite3_column_bytes (statement, at)) : NULL;
}

static EngRosterRow *
read_row (sqlite3_stmt *statement)
{
  EngRosterRow *row = g_new0 (EngRosterRow, 1);
  g_autofree char *name = column_string (statement, 3);

  row->id = column_u64 (statement, 0);
  row->has_v1 = column_hash (statement, 1, row->v1, sizeof row->v1);
  row->has_v2 = column_hash (statement, 2, row->v2, sizeof row->v2);
  row->name = g_utf8_make_valid (name, -1);
  row->folder = column_string (statement, 4);
  row->position = sqlite3_column_int64 (statement, 5);
  row->flags = (unsigned) sqlite3_column_int (statement, 6);
  row->added_at = sqlite3_column_int64 (statement, 7);
  row->completed_at = sqlite3_column_int64 (statement, 8);
  row->down_Bps = column_u64 (statement, 9);
  row->up_Bps = column_u64 (statement, 10);
  row->downloaded = column_u64 (statement, 11);
  row->uploaded = column_u64 (statement, 12);
  row->total = column_u64 (statement, 13);
  row->left = column_u64 (statement, 14);
  row->wanted = column_u64 (statement, 15);
  row->wanted_left = column_u64 (statement, 16);
  return row;
}

static int
list_trackers (sqlite3 *db, GHashTable *by_id)
{
  sqlite3_stmt *statement;
  int result = prepare (db, list_trackers_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      uint64_t id = column_u64 (statement, 0);
      EngRosterRow *row = g_hash_table_lookup (by_id, &id);
      g_autofree char *url = column_string (statement, 1);

      if (row != NULL && strlen (url) <= BT_LIMIT_URL && g_utf8_validate (url, -1, NULL))
        eng_roster_row_set_tracker (row, url, (unsigned) sqlite3_column_int (statement, 2),
                                    sqlite3_column_int (statement, 3) != 0);
    }
  (void) sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

int
eng_store_roster_list (sqlite3 *db, GPtrArray *out)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  sqlite3_stmt *statement;
  int result = prepare (db, list_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      EngRosterRow *row = read_row (statement);

      g_ptr_array_add (out, row);
      g_hash_table_insert (by_id, &row->id, row);
    }
  (void) sqlite3_finalize (statement);
  return result == SQLITE_DONE ? list_trackers (db, by_id) : result;
}

static int
add_names (sqlite3 *db, uint64_t id, EngRosterSource *out)
{
  int result = eng_store_names_of (db, id, &out->names);

  if (result == SQLITE_DONE)
    return SQLITE_ROW;
  eng_roster_source_clear (out);
  return result;
}

int
eng_store_roster_source (sqlite3 *db, uint64_t id, EngRosterSource *out)
{
  sqlite3_stmt *statement;
  int result = prepare (db, get_source_sql, &statement);

  *out = (EngRosterSource){ 0 };
  if (result != SQLITE_OK)
    return result;
  bind_u64 (statement, 1, id);
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    {
      out->metainfo = column_bytes (statement, 0);
      out->magnet
          = sqlite3_column_type (statement, 1) != SQLITE_NULL ? column_string (statement, 1) : NULL;
      out->priorities = column_bytes (statement, 2);
    }
  (void) sqlite3_finalize (statement);
  return result == SQLITE_ROW ? add_names (db, id, out) : result;
}

int64_t
eng_store_setting (sqlite3 *db, const char *name, int64_t fallback)
{
  sqlite3_stmt *statement;

  if (prepare (db, get_setting_sql, &statement) != SQLITE_OK)
    return fallback;
  (void) sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  if (sqlite3_step (statement) == SQLITE_ROW)
    fallback = sqlite3_column_int64 (statement, 0);
  (void) sqlite3_finalize (statement);
  return fallback;
}

/* --- writing --- */

static void
bind_hashes (sqlite3_stmt *statement, int at, const EngRosterRow *row)
{
  if (row->has_v1)
    bind_bytes (statement, at, row->v1, sizeof row->v1);
  if (row->has_v2)
    bind_bytes (statement, at + 1, row->v2, sizeof row->v2);
}

static int
drop_deleting (sqlite3 *db, const EngRosterRow *row)
{
  sqlite3_stmt *statement;
  int result = prepare (db, drop_deleting_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  bind_u64 (statement, 1, row->id);
  bind_hashes (statement, 2, row);
  (void) sqlite3_bind_int64 (statement, 4, ENG_ROSTER_DELETING);
  return finish (statement);
}

static int
put_trackers (sqlite3 *db, const EngRosterRow *row)
{
  sqlite3_stmt *statement;
  int result = prepare (db, clear_trackers_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  bind_u64 (statement, 1, row->id);
  result = finish (statement);
  for (guint i = 0; row->trackers != NULL && i < row->trackers->len && result == SQLITE_OK; i++)
    {
      const EngRosterTracker *tracker = &g_array_index (row->trackers, EngRosterTracker, i);

      result = prepare (db, put_tracker_sql, &statement);
      if (result != SQLITE_OK)
        return result;
      bind_u64 (statement, 1, row->id);
      (void) sqlite3_bind_text (statement, 2, tracker->url, -1, SQLITE_STATIC);
      (void) sqlite3_bind_int64 (statement, 3, tracker->tier);
      (void) sqlite3_bind_int (statement, 4, tracker->dropped);
      result = finish (statement);
    }
  return result;
}

int
eng_store_roster_put (sqlite3 *db, const EngRosterRow *row)
{
  sqlite3_stmt *statement;
  int result = drop_deleting (db, row);

  if (result == SQLITE_OK)
    result = prepare (db, put_row_sql, &statement);
  if (result != SQLITE_OK)
    return result;
  bind_u64 (statement, 1, row->id);
  bind_hashes (statement, 2, row);
  (void) sqlite3_bind_text (statement, 4, row->name, -1, SQLITE_STATIC);
  bind_bytes (statement, 5, row->folder, strlen (row->folder));
  (void) sqlite3_bind_int64 (statement, 6, row->position);
  (void) sqlite3_bind_int64 (statement, 7, row->flags);
  (void) sqlite3_bind_int64 (statement, 8, row->added_at);
  (void) sqlite3_bind_int64 (statement, 9, row->completed_at);
  bind_u64 (statement, 10, row->down_Bps);
  bind_u64 (statement, 11, row->up_Bps);
  bind_u64 (statement, 12, row->downloaded);
  bind_u64 (statement, 13, row->uploaded);
  bind_u64 (statement, 14, row->total);
  bind_u64 (statement, 15, row->left);
  bind_u64 (statement, 16, row->wanted);
  bind_u64 (statement, 17, row->wanted_left);
  result = finish (statement);
  return result == SQLITE_OK ? put_trackers (db, row) : result;
}

static void
bind_gbytes (sqlite3_stmt *statement, int at, GBytes *bytes)
{
  gsize len;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  if (data != NULL)
    bind_bytes (statement, at, data, len);
}

static int
run_source (sqlite3 *db, const char *sql, uint64_t id, const EngRosterSource *source)
{
  sqlite3_stmt *statement;
  int result = prepare (db, sql, &statement);

  if (result != SQLITE_OK)
    return result;
  bind_u64 (statement, 1, id);
  bind_gbytes (statement, 2, source->metainfo);
  if (source->magnet != NULL)
    (void) sqlite3_bind_text (statement, 3, source->magnet, -1, SQLITE_STATIC);
  bind_gbytes (statement, 4, source->priorities);
  return finish (statement);
}

int
eng_store_roster_put_source (sqlite3 *db, uint64_t id, const EngRosterSource *source)
{
  int result = run_source (db, change_source_sql, id, source);

  return result == SQLITE_OK && sqlite3_changes (db) == 0
             ? run_source (db, put_source_sql, id, source)
             : result;
}

/* The resume row has hashes for a key. */
int
eng_store_roster_drop (sqlite3 *db, const EngRosterRow *row)
{
  sqlite3_stmt *statement;
  int result = prepare (db, drop_row_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  bind_u64 (statement, 1, row->id);
  result = finish (statement);
  if (result == SQLITE_OK)
    result = prepare (db, drop_history_sql, &statement);
  if (result != SQLITE_OK)
    return result;
  bind_u64 (statement, 1, row->id);
  result = finish (statement);
  if (result == SQLITE_OK)
    result = prepare (db, drop_resume_sql, &statement);
  if (result != SQLITE_OK)
    return result;
  bind_hashes (statement, 1, row);
  return finish (statement);
}

int
eng_store_put_setting_row (sqlite3 *db, const char *name, int64_t value)
{
  sqlite3_stmt *statement;
  int result = prepare (db, put_setting_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  (void) sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (statement, 2, value);
  return finish (statement);
}

/* --- history --- */

int
eng_store_put_history_row (sqlite3 *db, uint64_t id, int span, int64_t until, GBytes *rates)
{
  sqlite3_stmt *statement;
  int result = prepare (db, put_history_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  bind_u64 (statement, 1, id);
  (void) sqlite3_bind_int (statement, 2, span);
  (void) sqlite3_bind_int64 (statement, 3, until);
  bind_gbytes (statement, 4, rates);
  return finish (statement);
}

GBytes *
eng_store_history_row (sqlite3 *db, uint64_t id, int span, int64_t *until)
{
  sqlite3_stmt *statement;
  GBytes *rates = NULL;

  if (prepare (db, get_history_sql, &statement) != SQLITE_OK)
    return NULL;
  bind_u64 (statement, 1, id);
  (void) sqlite3_bind_int (statement, 2, span);
  if (sqlite3_step (statement) == SQLITE_ROW)
    {
      *until = sqlite3_column_int64 (statement, 0);
      rates = column_bytes (statement, 1);
    }
  (void) sqlite3_finalize (statement);
  return rates;
}
