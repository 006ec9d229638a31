/* eng-store-rows.c: a torrent's row and its files' to and from EngResume. */
#include <string.h>
#include <time.h>

#include <glib.h>

#include "eng-store-private.h"

static const char find_sql[] = "SELECT id FROM torrents WHERE v1 = ?1 OR v2 = ?2 ORDER BY id";

static const char load_sql[] = "SELECT id, n_pieces, have, dirty, downloaded, uploaded, saved_at"
                               " FROM torrents WHERE id = ?1 AND folder = ?2";

static const char files_sql[]
    = "SELECT file, inode, size, mtime_ns FROM files WHERE torrent = ?1 ORDER BY file";

static const char insert_sql[]
    = "INSERT INTO torrents (id, v1, v2, name, folder, added_at, saved_at, completed_at,"
      " downloaded, uploaded, dirty, n_pieces, have)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, iif (?7, ?6, NULL), ?8, ?9, ?10, ?11, ?12)"
      " ON CONFLICT (id) DO UPDATE SET v1 = coalesce (excluded.v1, v1),"
      " v2 = coalesce (excluded.v2, v2), name = excluded.name, folder = excluded.folder,"
      " saved_at = excluded.saved_at,"
      " completed_at = iif (?7, coalesce (completed_at, excluded.completed_at), NULL),"
      " downloaded = excluded.downloaded, uploaded = excluded.uploaded, dirty = excluded.dirty,"
      " n_pieces = excluded.n_pieces, have = excluded.have";

static const char put_file_sql[]
    = "INSERT INTO files (torrent, file, inode, size, mtime_ns) VALUES (?1, ?2, ?3, ?4, ?5)"
      " ON CONFLICT (torrent, file) DO UPDATE SET inode = excluded.inode, size = excluded.size,"
      " mtime_ns = excluded.mtime_ns"
      " WHERE inode != excluded.inode OR size != excluded.size OR mtime_ns != excluded.mtime_ns";

static const char drop_files_sql[] = "DELETE FROM files WHERE torrent = ?1 AND file >= ?2";

static const char drop_sql[] = "DELETE FROM torrents WHERE id = ?1";

static int
prepare (sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
  return sqlite3_prepare_v2 (db, sql, -1, out, NULL);
}

static void
bind_bytes (sqlite3_stmt *statement, int at, const void *bytes, size_t len)
{
  if (bytes != NULL)
    (void) sqlite3_bind_blob64 (statement, at, bytes, len, SQLITE_STATIC);
}

/* The rows that a torrent's hashes name: none, one, or the two halves of a hybrid; the oldest
 * first. */
static int
find_rows (sqlite3 *db, const EngStoreKey *key, int64_t ids[2], size_t *n)
{
  sqlite3_stmt *statement;
  int result = prepare (db, find_sql, &statement);

  *n = 0;
  if (result != SQLITE_OK)
    return result;
  bind_bytes (statement, 1, key->v1, 20);
  bind_bytes (statement, 2, key->v2, 32);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW && *n < 2)
    ids[(*n)++] = sqlite3_column_int64 (statement, 0);
  (void) sqlite3_finalize (statement);
  return result == SQLITE_DONE || *n == 2 ? SQLITE_OK : result;
}

/* Runs a statement with two numbers. */
static int
run (sqlite3 *db, const char *sql, int64_t first, int64_t second)
{
  sqlite3_stmt *statement;
  int result = prepare (db, sql, &statement);

  if (result != SQLITE_OK)
    return result;
  (void) sqlite3_bind_int64 (statement, 1, first);
  (void) sqlite3_bind_int64 (statement, 2, second); /* out of range where there is one number */
  result = sqlite3_step (statement);
  (void) sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* --- loading --- */

static int
load_files (sqlite3 *db, int64_t id, EngResume *out)
{
  sqlite3_stmt *statement;
  int result = prepare (db, files_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  (void) sqlite3_bind_int64 (statement, 1, id);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      int64_t file = sqlite3_column_int64 (statement, 0);

      if (file >= 0 && (uint64_t) file < out->n_files)
        out->files[file] = (EngFileState){ .inode = (uint64_t) sqlite3_column_int64 (statement, 1),
                                           .size = (uint64_t) sqlite3_column_int64 (statement, 2),
                                           .mtime_ns = sqlite3_column_int64 (statement, 3) };
    }
  (void) sqlite3_finalize (statement);
  return result;
}

/* False when what the row says does not fit the torrent. */
static bool
read_row (sqlite3_stmt *statement, const EngStoreKey *key, EngResume *out)
{
  const uint8_t *bytes = sqlite3_column_blob (statement, 2);
  int len = sqlite3_column_bytes (statement, 2);

  *out = (EngResume){ .n_files = key->n_files,
                      .dirty = sqlite3_column_int (statement, 3) != 0,
                      .downloaded = (uint64_t) sqlite3_column_int64 (statement, 4),
                      .uploaded = (uint64_t) sqlite3_column_int64 (statement, 5),
                      .saved_at = sqlite3_column_int64 (statement, 6) };
  if (sqlite3_column_int64 (statement, 1) != (int64_t) key->n_pieces
      || !bt_bitfield_init_wire (&out->have, key->n_pieces, bytes, (size_t) len))
    return false;
  out->files = g_new0 (EngFileState, key->n_files);
  return true;
}

static int
load_row (sqlite3 *db, int64_t id, const EngStoreKey *key, EngResume *out)
{
  sqlite3_stmt *statement;
  int result = prepare (db, load_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  (void) sqlite3_bind_int64 (statement, 1, id);
  bind_bytes (statement, 2, key->folder, strlen (key->folder));
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW && !read_row (statement, key, out))
    result = SQLITE_DONE;
  (void) sqlite3_finalize (statement);
  return result;
}

/* Of a torrent in another folder nothing is known but what its files are called: a row that claims
 * nothing, when that is something. */
static int
load_names_alone (sqlite3 *db, int64_t id, const EngStoreKey *key, EngResume *out)
{
  BtBitfield nothing;
  int result;

  bt_bitfield_init (&nothing, key->n_pieces);
  eng_resume_init (out, &nothing, NULL, key->n_files);
  bt_bitfield_clear (&nothing);
  result = eng_store_names_load (db, id, out->n_files, &out->names);
  if (result == SQLITE_DONE && out->names.n > 0)
    return SQLITE_ROW;
  eng_resume_clear (out);
  return result;
}

int
eng_store_rows_load (sqlite3 *db, const EngStoreKey *key, EngResume *out)
{
  int64_t ids[2];
  size_t n;
  int result = find_rows (db, key, ids, &n);

  if (result != SQLITE_OK || n == 0)
    return result != SQLITE_OK ? result : SQLITE_DONE;
  result = load_row (db, ids[0], key, out);
  if (result == SQLITE_DONE)
    return load_names_alone (db, ids[0], key, out);
  if (result != SQLITE_ROW)
    return result;
  result = load_files (db, ids[0], out);
  if (result == SQLITE_DONE)
    result = eng_store_names_load (db, ids[0], out->n_files, &out->names);
  if (result == SQLITE_DONE)
    return SQLITE_ROW;
  eng_resume_clear (out);
  return result;
}

/* --- saving --- */

static int
put_row (sqlite3 *db, const int64_t *id, const EngStoreKey *key, const EngResume *resume)
{
  size_t len = bt_bitfield_wire_len (key->n_pieces);
  g_autofree uint8_t *have = g_malloc0 (len + 1);
  sqlite3_stmt *statement;
  int result = prepare (db, insert_sql, &statement);

  if (result != SQLITE_OK)
    return result;
  bt_bitfield_write (&resume->have, have);
  if (id != NULL)
    (void) sqlite3_bind_int64 (statement, 1, *id);
  bind_bytes (statement, 2, key->v1, 20);
  bind_bytes (statement, 3, key->v2, 32);
  (void) sqlite3_bind_text (statement, 4, key->name, -1, SQLITE_STATIC);
  bind_bytes (statement, 5, key->folder, strlen (key->folder));
  (void) sqlite3_bind_int64 (statement, 6, (int64_t) time (NULL));
  (void) sqlite3_bind_int (statement, 7, bt_bitfield_is_all (&resume->have));
  (void) sqlite3_bind_int64 (statement, 8, (int64_t) resume->downloaded);
  (void) sqlite3_bind_int64 (statement, 9, (int64_t) resume->uploaded);
  (void) sqlite3_bind_int (statement, 10, resume->dirty);
  (void) sqlite3_bind_int64 (statement, 11, (int64_t) key->n_pieces);
  bind_bytes (statement, 12, have, len);
  result = sqlite3_step (statement);
  (void) sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int
put_files (sqlite3 *db, int64_t id, const EngResume *resume)
{
  sqlite3_stmt *statement;
  int result = prepare (db, put_file_sql, &statement);

  for (size_t i = 0; i < resume->n_files && result == SQLITE_OK; i++)
    {
      const EngFileState *file = &resume->files[i];

      (void) sqlite3_bind_int64 (statement, 1, id);
      (void) sqlite3_bind_int64 (statement, 2, (int64_t) i);
      (void) sqlite3_bind_int64 (statement, 3, (int64_t) file->inode);
      (void) sqlite3_bind_int64 (statement, 4, (int64_t) file->size);
      (void) sqlite3_bind_int64 (statement, 5, file->mtime_ns);
      result = sqlite3_step (statement) == SQLITE_DONE ? sqlite3_reset (statement)
                                                       : sqlite3_errcode (db);
    }
  (void) sqlite3_finalize (statement);
  return result;
}

int
eng_store_rows_save (sqlite3 *db, const EngStoreKey *key, const EngResume *resume)
{
  int64_t ids[2];
  size_t n;
  int result = find_rows (db, key, ids, &n);

  if (result == SQLITE_OK && n == 2)
    result = run (db, drop_sql, ids[1], 0);
  if (result == SQLITE_OK)
    result = put_row (db, n > 0 ? &ids[0] : NULL, key, resume);
  if (result == SQLITE_OK && n == 0)
    ids[0] = sqlite3_last_insert_rowid (db);
  if (result == SQLITE_OK)
    result = put_files (db, ids[0], resume);
  if (result == SQLITE_OK)
    result = run (db, drop_files_sql, ids[0], (int64_t) resume->n_files);
  return result;
}

/* A row that claims nothing: no piece is had, and no file was there. */
static int
put_empty_row (sqlite3 *db, const EngStoreKey *key)
{
  EngResume nothing = { .n_files = 0 };
  int result;

  bt_bitfield_init (&nothing.have, key->n_pieces);
  result = put_row (db, NULL, key, &nothing);
  eng_resume_clear (&nothing);
  return result;
}

int
eng_store_rows_name (sqlite3 *db, const EngStoreKey *key, const EngName *name)
{
  int64_t ids[2];
  size_t n;
  int result = find_rows (db, key, ids, &n);

  if (result == SQLITE_OK && n == 0)
    {
      result = put_empty_row (db, key);
      ids[0] = sqlite3_last_insert_rowid (db);
    }
  return result == SQLITE_OK ? eng_store_names_save (db, ids[0], name) : result;
}
