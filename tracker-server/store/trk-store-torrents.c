/* trk-store-torrents.c: torrents by their keys: reading, removing, judging. */
#include "trk-store-rows-private.h"

typedef struct
{
  TrkJob job;
  TrkOwnKey key;
  TrkTorrentEdit edit; /* its texts are kept by the job */
  TrkTorrent torrent;
  bool is_there;
  GBytes *bytes; /* owned */
  TrkTorrentGot got;
  TrkTorrentBytes got_bytes;
  TrkDone done;
} TorrentJob;

static const char get_sql[] = "SELECT " TRK_TORRENT_COLUMNS " FROM torrents WHERE id = ?1";
static const char bytes_sql[] = "SELECT bytes FROM metainfo WHERE torrent = ?1";
static const char hashes_sql[] = "SELECT v1, v2 FROM torrents WHERE id = ?1";
static const char drop_words_sql[] = "DELETE FROM words WHERE rowid = ?1";
static const char drop_sql[] = "DELETE FROM torrents WHERE id = ?1";
static const char state_sql[] = "UPDATE torrents SET state = ?2 WHERE id = ?1";
static const char edit_sql[] = "UPDATE torrents SET category = coalesce (?2, category),"
                               " tags = coalesce (?3, tags) WHERE id = ?1";
static const char edit_words_sql[] = "UPDATE words SET category = coalesce (?2, category),"
                                     " tags = coalesce (?3, tags) WHERE rowid = ?1";

static TorrentJob *
self_of (TrkJob *job)
{
  return (TorrentJob *) (void *) job;
}

static TorrentJob *
torrent_job_new (TrkStore *store, const TrkJobKind *kind, const TrkTorrentKey *key,
                 const TrkActor *actor, void *data)
{
  TorrentJob *self = trk_job_new (store, kind, actor, data);

  trk_own_key_init (&self->key, key);
  return self;
}

/* --- reading --- */

static bool
run_get (TrkDb *db, TrkJob *job)
{
  TorrentJob *self = self_of (job);
  sqlite3_stmt *s;
  int64_t id;

  if (!trk_torrent_find (db, &self->key, &id))
    return false;
  s = trk_db_query (db, get_sql, TRK_VALUES (TRK_INT (id)));
  for (; trk_db_step (db, s); self->is_there = true)
    trk_torrent_read (job, s, &self->torrent);
  return true;
}

static void
answer_get (TrkJob *job, const TrkProblem *problem)
{
  TorrentJob *self = self_of (job);

  self->got (job->data, problem, self->is_there ? &self->torrent : NULL);
}

static const TrkJobKind getting
    = { .size = sizeof (TorrentJob), .run = run_get, .answer = answer_get };

void
trk_store_torrent_get (TrkStore *store, const TrkTorrentKey *key, TrkTorrentGot got, void *data)
{
  TorrentJob *self = torrent_job_new (store, &getting, key, NULL, data);

  self->got = got;
  trk_job_ask (&self->job);
}

static bool
run_bytes (TrkDb *db, TrkJob *job)
{
  TorrentJob *self = self_of (job);
  sqlite3_stmt *s;
  int64_t id;

  if (!trk_torrent_find (db, &self->key, &id))
    return false;
  s = trk_db_query (db, bytes_sql, TRK_VALUES (TRK_INT (id)));
  if (trk_db_step (db, s))
    {
      self->bytes = g_bytes_new (sqlite3_column_blob (s, 0), (size_t) sqlite3_column_bytes (s, 0));
      (void) sqlite3_reset (s); /* the row was read */
    }
  return true;
}

static void
answer_bytes (TrkJob *job, const TrkProblem *problem)
{
  TorrentJob *self = self_of (job);

  self->got_bytes (job->data, problem, self->bytes);
}

static void
clear_bytes (TrkJob *job)
{
  g_clear_pointer (&self_of (job)->bytes, g_bytes_unref);
}

static const TrkJobKind getting_bytes = {
  .size = sizeof (TorrentJob), .run = run_bytes, .answer = answer_bytes, .clear = clear_bytes
};

void
trk_store_torrent_bytes (TrkStore *store, const TrkTorrentKey *key, TrkTorrentBytes got, void *data)
{
  TorrentJob *self = torrent_job_new (store, &getting_bytes, key, NULL, data);

  self->got_bytes = got;
  trk_job_ask (&self->job);
}

/* --- changing --- */

/* Reads the hashes of a torrent before it is changed: they are kept by the job. */
static bool
read_hashes (TrkDb *db, TrkJob *job, int64_t id, TrkTorrent *out)
{
  sqlite3_stmt *s = trk_db_query (db, hashes_sql, TRK_VALUES (TRK_INT (id)));

  *out = (TrkTorrent){ .id = id };
  if (!trk_db_step (db, s))
    return false;
  if (sqlite3_column_bytes (s, 0) > 0)
    out->v1 = trk_job_keep (job, sqlite3_column_blob (s, 0), 20);
  if (sqlite3_column_bytes (s, 1) > 0)
    out->v2 = trk_job_keep (job, sqlite3_column_blob (s, 1), 32);
  (void) sqlite3_reset (s); /* the row was read */
  return true;
}

static bool
find_hashes (TrkDb *db, TrkJob *job, TrkTorrent *out)
{
  int64_t id;

  *out = (TrkTorrent){ 0 };
  if (!trk_torrent_find (db, &self_of (job)->key, &id))
    return false;
  if (id == 0)
    return trk_job_fail (job, TRK_TROUBLE_NOT_FOUND);
  return read_hashes (db, job, id, out);
}

/* Its entry in the audit log, and what the lists have to say of its hashes now. */
static bool
finish (TrkDb *db, TrkJob *job, const char *what, const TrkTorrent *torrent)
{
  return trk_job_audit_hash (db, job, what, torrent->v1 != NULL ? torrent->v1 : torrent->v2,
                             torrent->v1 != NULL ? 20 : 32)
         && trk_job_list (db, job, torrent->v1) && trk_job_list (db, job, torrent->v2);
}

static bool
run_remove (TrkDb *db, TrkJob *job)
{
  TrkTorrent torrent;

  return find_hashes (db, job, &torrent)
         && trk_db_run (db, drop_words_sql, TRK_VALUES (TRK_INT (torrent.id)))
         && trk_db_run (db, drop_sql, TRK_VALUES (TRK_INT (torrent.id)))
         && finish (db, job, "torrent.remove", &torrent);
}

static const char *const state_words[]
    = { "torrent.", "torrent.allow", "torrent.suspend", "torrent.deny" };

static bool
edit_texts (TrkDb *db, TrkJob *job, const TrkTorrent *torrent)
{
  const TrkTorrentEdit *edit = &self_of (job)->edit;
  const TrkValue *values
      = TRK_VALUES (TRK_INT (torrent->id), TRK_TEXT (edit->category), TRK_TEXT (edit->tags));

  if (edit->category == NULL && edit->tags == NULL)
    return true;
  return trk_db_run (db, edit_sql, values) && trk_db_run (db, edit_words_sql, values)
         && trk_job_audit_hash (db, job, "torrent.edit",
                                torrent->v1 != NULL ? torrent->v1 : torrent->v2,
                                torrent->v1 != NULL ? 20 : 32);
}

static bool
run_edit (TrkDb *db, TrkJob *job)
{
  TrkMark state = self_of (job)->edit.state;
  TrkTorrent torrent;

  if (!find_hashes (db, job, &torrent) || !edit_texts (db, job, &torrent))
    return false;
  return state == TRK_MARK_NONE
         || (trk_db_run (db, state_sql, TRK_VALUES (TRK_INT (torrent.id), TRK_INT (state)))
             && finish (db, job, state_words[state], &torrent));
}

static void
answer_done (TrkJob *job, const TrkProblem *problem)
{
  self_of (job)->done (job->data, problem);
}

static const TrkJobKind removing
    = { .size = sizeof (TorrentJob), .writes = true, .run = run_remove, .answer = answer_done };
static const TrkJobKind editing
    = { .size = sizeof (TorrentJob), .writes = true, .run = run_edit, .answer = answer_done };

void
trk_store_torrent_remove (TrkStore *store, const TrkTorrentKey *key, const TrkActor *actor,
                          TrkDone done, void *data)
{
  TorrentJob *self = torrent_job_new (store, &removing, key, actor, data);

  self->done = done;
  trk_job_ask (&self->job);
}

void
trk_store_torrent_edit (TrkStore *store, const TrkTorrentKey *key, const TrkTorrentEdit *edit,
                        const TrkActor *actor, TrkDone done, void *data)
{
  TorrentJob *self = torrent_job_new (store, &editing, key, actor, data);

  self->done = done;
  if (edit->state < TRK_MARK_NONE || edit->state > TRK_MARK_DENIED)
    trk_job_fail (&self->job, TRK_TROUBLE_INVALID);
  else if (trk_job_check_text (&self->job, edit->category, TRK_CATEGORY_MAX)
           && trk_job_check_text (&self->job, edit->tags, TRK_TAGS_MAX))
    self->edit = (TrkTorrentEdit){ .state = edit->state,
                                   .category = trk_job_keep_text (&self->job, edit->category),
                                   .tags = trk_job_keep_text (&self->job, edit->tags) };
  trk_job_ask (&self->job);
}

void
trk_store_torrent_set_state (TrkStore *store, const TrkTorrentKey *key, TrkMark state,
                             const TrkActor *actor, TrkDone done, void *data)
{
  /* An edit that changes nothing is none, and a state is what is asked for here. */
  const TrkTorrentEdit edit = { .state = state != TRK_MARK_NONE ? state : TRK_MARK_DENIED + 1 };

  trk_store_torrent_edit (store, key, &edit, actor, done, data);
}
