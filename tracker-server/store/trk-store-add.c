/* trk-store-add.c: a torrent comes into the catalogue, or meets what is there of it.
 *
 * The hashes of a hybrid may have been registered one by one, from magnets: the rows become one,
 * the older, which keeps its id, when it was registered, and the stricter of the states. A row of
 * which the hash alone was known gets the rest. */
#include <string.h>

#include "trk-store-rows-private.h"

/* What a list is sorted by is as long as a screen is wide. */
#define SORT_NAME_MAX 128

typedef struct
{
  TrkJob job;
  TrkTorrent torrent; /* its texts and hashes are kept by the job */
  const char *sort_name;
  const char *file_names;
  GBytes *bytes; /* owned; (nullable) */
  TrkAddedHow how;
  int64_t id;
  TrkTorrentAdded added;
} AddJob;

static const char find_sql[]
    = "SELECT id, v1, v2 FROM torrents WHERE v1 = ?1 OR v2 = ?2 ORDER BY id";
static const char insert_sql[]
    = "INSERT INTO torrents (id, v1, v2, name, sort_name, size, piece_length, n_files, private,"
      " comment, category, tags, created_at, registered_at, registered_by, state, completed)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0)"
      " ON CONFLICT (id) DO UPDATE SET v1 = coalesce (excluded.v1, v1), v2 = coalesce "
      "(excluded.v2, v2), name = excluded.name,"
      " sort_name = excluded.sort_name, size = excluded.size,"
      " piece_length = excluded.piece_length, n_files = excluded.n_files,"
      " private = excluded.private, comment = excluded.comment, category = excluded.category,"
      " tags = excluded.tags, created_at = excluded.created_at";
static const char count_sql[]
    = "UPDATE torrents SET completed = coalesce ((SELECT sum (completed) FROM completions"
      " WHERE hash IN (torrents.v1, substr (torrents.v2, 1, 20))), 0) WHERE id = ?1";
static const char strictest_sql[]
    = "UPDATE torrents SET state = max (state, (SELECT state FROM torrents WHERE id = ?2))"
      " WHERE id = ?1";
static const char has_bytes_sql[] = "SELECT 1 FROM metainfo WHERE torrent = ?1";
static const char drop_sql[] = "DELETE FROM torrents WHERE id = ?1";
static const char drop_words_sql[] = "DELETE FROM words WHERE rowid = ?1";
static const char words_sql[] = "INSERT INTO words (rowid, name, files, comment, category, tags)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char bytes_sql[] = "INSERT INTO metainfo (torrent, bytes) VALUES (?1, ?2)"
                                " ON CONFLICT (torrent) DO UPDATE SET bytes = excluded.bytes";

static AddJob *
self_of (TrkJob *job)
{
  return (AddJob *) (void *) job;
}

/* --- what is there --- */

/* The rows that the hashes name: none, one, or the two halves of a hybrid; the oldest first. */
typedef struct
{
  size_t n;
  int64_t ids[2];
  bool is_whole; /* the first one knows all that is known here */
  bool conflict; /* a row has another second hash */
} Rows;

static bool
differs (sqlite3_stmt *s, int column, const uint8_t *hash, size_t len)
{
  return hash != NULL && sqlite3_column_bytes (s, column) == (int) len
         && memcmp (sqlite3_column_blob (s, column), hash, len) != 0;
}

static bool
find_rows (TrkDb *db, const TrkTorrent *torrent, Rows *rows)
{
  sqlite3_stmt *s = trk_db_query (
      db, find_sql, TRK_VALUES (TRK_BLOB (torrent->v1, 20), TRK_BLOB (torrent->v2, 32)));

  *rows = (Rows){ 0 };
  for (; trk_db_step (db, s) && rows->n < G_N_ELEMENTS (rows->ids); rows->n++)
    {
      rows->ids[rows->n] = sqlite3_column_int64 (s, 0);
      rows->is_whole = rows->n == 0 && (torrent->v1 == NULL || sqlite3_column_bytes (s, 1) > 0)
                       && (torrent->v2 == NULL || sqlite3_column_bytes (s, 2) > 0);
      rows->conflict |= differs (s, 1, torrent->v1, 20) || differs (s, 2, torrent->v2, 32);
    }
  return db->failure == SQLITE_OK;
}

/* --- what comes --- */

/* The younger half goes into the older one. */
static bool
drop (TrkDb *db, int64_t older, int64_t younger)
{
  const TrkValue *key = TRK_VALUES (TRK_INT (younger));

  return trk_db_run (db, strictest_sql, TRK_VALUES (TRK_INT (older), TRK_INT (younger)))
         && trk_db_run (db, drop_words_sql, key) && trk_db_run (db, drop_sql, key);
}

/* Whether a row that has the hashes lacks nothing else that comes now. */
static bool
is_there (TrkDb *db, const AddJob *self, const Rows *rows)
{
  int64_t one;

  return rows->n == 1 && rows->is_whole
         && (self->bytes == NULL
             || trk_db_number (db, has_bytes_sql, TRK_VALUES (TRK_INT (rows->ids[0])), &one));
}

static bool
put_row (TrkDb *db, AddJob *self, int64_t id)
{
  const TrkTorrent *t = &self->torrent;

  return trk_db_run (
      db, insert_sql,
      TRK_VALUES (id != 0 ? TRK_INT (id) : (TrkValue){ .kind = TRK_VALUE_NULL },
                  TRK_BLOB (t->v1, 20), TRK_BLOB (t->v2, 32), TRK_TEXT (t->name),
                  TRK_TEXT (self->sort_name), TRK_INT (t->size), TRK_INT (t->piece_length),
                  TRK_INT (t->n_files), TRK_INT (t->is_private), TRK_TEXT (t->comment),
                  TRK_TEXT (t->category), TRK_TEXT (t->tags), TRK_INT (t->created_at),
                  TRK_INT (t->registered_at), TRK_INT (t->registered_by), TRK_INT (t->state)));
}

static bool
put_bytes (TrkDb *db, const AddJob *self)
{
  gsize len;
  const void *bytes;

  if (self->bytes == NULL)
    return true;
  bytes = g_bytes_get_data (self->bytes, &len);
  return trk_db_run (db, bytes_sql, TRK_VALUES (TRK_INT (self->id), TRK_BLOB (bytes, len)));
}

static bool
put_words (TrkDb *db, const AddJob *self)
{
  const TrkTorrent *t = &self->torrent;

  return trk_db_run (db, drop_words_sql, TRK_VALUES (TRK_INT (self->id)))
         && trk_db_run (db, words_sql,
                        TRK_VALUES (TRK_INT (self->id), TRK_TEXT (t->name),
                                    TRK_TEXT (self->file_names), TRK_TEXT (t->comment),
                                    TRK_TEXT (t->category), TRK_TEXT (t->tags)));
}

static bool
run_add (TrkDb *db, TrkJob *job)
{
  AddJob *self = self_of (job);
  const TrkTorrent *t = &self->torrent;
  Rows rows;

  if (!find_rows (db, t, &rows))
    return false;
  if (rows.conflict)
    return trk_job_fail (job, TRK_TROUBLE_CONFLICT);
  self->id = rows.n > 0 ? rows.ids[0] : 0;
  self->how = rows.n == 0 ? TRK_ADDED_NEW : TRK_ADDED_MERGED;
  if (is_there (db, self, &rows))
    {
      self->how = TRK_ADDED_THERE;
      return true;
    }
  if ((rows.n == 2 && !drop (db, rows.ids[0], rows.ids[1])) || !put_row (db, self, self->id))
    return false;
  if (self->id == 0)
    self->id = sqlite3_last_insert_rowid (db->db);
  return trk_db_run (db, count_sql, TRK_VALUES (TRK_INT (self->id))) && put_bytes (db, self)
         && put_words (db, self)
         && trk_job_audit_hash (db, job, "torrent.add", t->v1 != NULL ? t->v1 : t->v2,
                                t->v1 != NULL ? 20 : 32)
         && trk_job_list (db, job, t->v1) && trk_job_list (db, job, t->v2);
}

/* --- asking --- */

static void
answer_add (TrkJob *job, const TrkProblem *problem)
{
  AddJob *self = self_of (job);

  self->added (job->data, problem, self->how, problem == NULL ? self->id : 0);
}

static void
clear_add (TrkJob *job)
{
  g_clear_pointer (&self_of (job)->bytes, g_bytes_unref);
}

static const TrkJobKind adding = {
  .size = sizeof (AddJob), .writes = true, .run = run_add, .answer = answer_add, .clear = clear_add
};

static bool
check (TrkJob *job, const TrkTorrent *t, GBytes *bytes)
{
  const uint64_t max = INT64_MAX; /* of a number in the database */

  if ((t->v1 == NULL && t->v2 == NULL) || t->name == NULL || t->state < TRK_MARK_ALLOWED
      || t->state > TRK_MARK_DENIED || t->size > max || t->piece_length > max || t->n_files > max
      || (bytes != NULL && g_bytes_get_size (bytes) > TRK_TORRENT_BYTES_MAX))
    return trk_job_fail (job, TRK_TROUBLE_INVALID);
  return trk_job_check_text (job, t->name, TRK_NAME_MAX)
         && trk_job_check_text (job, t->comment, TRK_COMMENT_MAX)
         && trk_job_check_text (job, t->category, TRK_CATEGORY_MAX)
         && trk_job_check_text (job, t->tags, TRK_TAGS_MAX);
}

static const char *
keep_or_empty (TrkJob *job, const char *text)
{
  return trk_job_keep_text (job, text != NULL ? text : "");
}

/* The beginning of the name without regard to case. */
static const char *
keep_sort_name (TrkJob *job, const char *name)
{
  g_autofree char *start
      = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), SORT_NAME_MAX));
  g_autofree char *folded = g_utf8_casefold (start, -1);

  return trk_job_keep_text (job, folded);
}

/* Cut where a character ends; what is no text is not searched. */
static const char *
keep_file_names (TrkJob *job, const char *names)
{
  const char *end = NULL;
  size_t len = names != NULL ? strnlen (names, TRK_FILE_NAMES_MAX) : 0;

  if (len > 0)
    (void) g_utf8_validate (names, (gssize) len, &end); /* up to @end it is */
  return trk_job_keep (job, names != NULL ? names : "", len > 0 ? (size_t) (end - names) : 0);
}

static void
copy_torrent (AddJob *self, const TrkTorrent *torrent, const char *file_names)
{
  TrkJob *job = &self->job;
  TrkTorrent *t = &self->torrent;

  *t = *torrent;
  t->v1 = trk_job_keep (job, torrent->v1, 20);
  t->v2 = trk_job_keep (job, torrent->v2, 32);
  t->name = trk_job_keep_text (job, torrent->name);
  t->comment = keep_or_empty (job, torrent->comment);
  t->category = keep_or_empty (job, torrent->category);
  t->tags = keep_or_empty (job, torrent->tags);
  self->sort_name = keep_sort_name (job, torrent->name);
  self->file_names = keep_file_names (job, file_names);
}

void
trk_store_torrent_add (TrkStore *store, const TrkTorrent *torrent, const char *file_names,
                       GBytes *bytes, const TrkActor *actor, TrkTorrentAdded added, void *data)
{
  AddJob *self = trk_job_new (store, &adding, actor, data);

  self->added = added;
  if (check (&self->job, torrent, bytes))
    {
      copy_torrent (self, torrent, file_names);
      self->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
    }
  trk_job_ask (&self->job);
}
