/* eng-store-names.c: what files are called, to and from EngNames. */
#include <string.h>

#include <glib.h>

#include "eng-store-private.h"

static const char load_sql[] = "SELECT file, path, was FROM names WHERE torrent = ?1 ORDER BY file";

/* The oldest of what may be two halves of a hybrid, as everywhere. */
static const char find_sql[]
    = "SELECT torrents.id FROM torrents JOIN roster ON roster.v1 = torrents.v1"
      " OR roster.v2 = torrents.v2 WHERE roster.id = ?1"
      " ORDER BY torrents.id LIMIT 1";

static const char save_sql[]
    = "INSERT INTO names (torrent, file, path, was) VALUES (?1, ?2, ?3, ?4)"
      " ON CONFLICT (torrent, file) DO UPDATE SET path = excluded.path, was = excluded.was";

/* A row that nobody of us can have written is as good as none. */
static void
take_name (sqlite3_stmt *statement, size_t n_files, EngNames *out)
{
  int64_t file = sqlite3_column_int64 (statement, 0);
  const char *path = (const char *) sqlite3_column_text (statement, 1);
  const char *was = (const char *) sqlite3_column_text (statement, 2);
  g_autofree char *path_copy = g_strdup (path);
  g_autofree char *was_copy = g_strdup (was);

  if (file < 0 || (uint64_t) file >= n_files || file > UINT32_MAX || path == NULL
      || !eng_names_is_fit (path) || (was != NULL && !eng_names_is_fit (was)))
    return;
  eng_names_set (out, &(EngName){ .file = (uint32_t) file, .path = path_copy, .was = was_copy });
}

int
eng_store_names_load (sqlite3 *db, int64_t id, size_t n_files, EngNames *out)
{
  sqlite3_stmt *statement;
  int result = sqlite3_prepare_v2 (db, load_sql, -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;
  (void) sqlite3_bind_int64 (statement, 1, id);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    take_name (statement, n_files, out);
  (void) sqlite3_finalize (statement); /* says what the step said */
  return result;
}

int
eng_store_names_of (sqlite3 *db, uint64_t roster_id, EngNames *out)
{
  sqlite3_stmt *statement;
  int64_t id = 0;
  int result = sqlite3_prepare_v2 (db, find_sql, -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;
  (void) sqlite3_bind_int64 (statement, 1, (int64_t) roster_id);
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    id = sqlite3_column_int64 (statement, 0);
  (void) sqlite3_finalize (statement); /* says what the step said */
  return result == SQLITE_ROW ? eng_store_names_load (db, id, SIZE_MAX, out) : result;
}

int
eng_store_names_save (sqlite3 *db, int64_t id, const EngName *name)
{
  sqlite3_stmt *statement;
  int result = sqlite3_prepare_v2 (db, save_sql, -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;
  (void) sqlite3_bind_int64 (statement, 1, id);
  (void) sqlite3_bind_int64 (statement, 2, name->file);
  (void) sqlite3_bind_text (statement, 3, name->path, -1, SQLITE_STATIC);
  if (name->was != NULL)
    (void) sqlite3_bind_text (statement, 4, name->was, -1, SQLITE_STATIC);
  result = sqlite3_step (statement);
  (void) sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}
