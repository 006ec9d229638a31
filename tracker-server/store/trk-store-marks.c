/* trk-store-marks.c: marks of single hashes, and lists of them brought in whole. */
#include <string.h>

#include "tracker-server/store/trk-store-marks.h"
#include "trk-store-private.h"

typedef struct
{
  TrkJob job;
  const uint8_t *hashes; /* kept by the job */
  size_t n;
  TrkMark mark;
  const char *note;
  uint64_t n_new;
  uint64_t n_changed;
  TrkDone done;
  TrkMarksImported imported;
} MarkJob;

static const char get_sql[] = "SELECT mark FROM marks WHERE hash = ?1";
static const char set_sql[]
    = "INSERT INTO marks (hash, mark, note, added_at) VALUES (?1, ?2, ?3, ?4)"
      " ON CONFLICT (hash) DO UPDATE SET mark = excluded.mark, note = excluded.note";
static const char unset_sql[] = "DELETE FROM marks WHERE hash = ?1";
static const char *const mark_words[] = { "mark.unset", "mark.allow", "mark.suspend", "mark.deny" };
static const char *const import_words[]
    = { "marks.unset", "marks.allow", "marks.suspend", "marks.deny" };

static MarkJob *
self_of (TrkJob *job)
{
  return (MarkJob *) (void *) job;
}

static bool
set_one (TrkDb *db, MarkJob *self, const uint8_t *hash)
{
  const TrkValue *values = TRK_VALUES (TRK_BLOB (hash, BT_INFO_HASH_LEN), TRK_INT (self->mark),
                                       TRK_TEXT (self->note), TRK_INT (trk_now_s ()));
  const TrkValue *key = TRK_VALUES (TRK_BLOB (hash, BT_INFO_HASH_LEN));
  int64_t before = TRK_MARK_NONE;

  if (!trk_db_number (db, get_sql, key, &before) && db->failure != SQLITE_OK)
    return false;
  if (before == TRK_MARK_NONE && self->mark == TRK_MARK_NONE)
    return true;
  self->n_new += before == TRK_MARK_NONE;
  self->n_changed += before != TRK_MARK_NONE && before != (int64_t) self->mark;
  return (self->mark == TRK_MARK_NONE ? trk_db_run (db, unset_sql, key)
                                      : trk_db_run (db, set_sql, values))
         && trk_job_list (db, &self->job, hash);
}

static bool
run_set (TrkDb *db, TrkJob *job)
{
  MarkJob *self = self_of (job);

  return set_one (db, self, self->hashes)
         && trk_job_audit_hash (db, job, mark_words[self->mark], self->hashes, BT_INFO_HASH_LEN);
}

static bool
run_import (TrkDb *db, TrkJob *job)
{
  MarkJob *self = self_of (job);
  g_autofree char *subject = g_strdup_printf ("%zu", self->n);

  for (size_t i = 0; i < self->n; i++)
    if (!set_one (db, self, self->hashes + i * BT_INFO_HASH_LEN))
      return false;
  return trk_job_audit (db, job, import_words[self->mark], subject);
}

static void
answer_set (TrkJob *job, const TrkProblem *problem)
{
  self_of (job)->done (job->data, problem);
}

static void
answer_import (TrkJob *job, const TrkProblem *problem)
{
  MarkJob *self = self_of (job);

  self->imported (job->data, problem, problem == NULL ? self->n_new : 0,
                  problem == NULL ? self->n_changed : 0);
}

static const TrkJobKind setting
    = { .size = sizeof (MarkJob), .writes = true, .run = run_set, .answer = answer_set };
static const TrkJobKind importing
    = { .size = sizeof (MarkJob), .writes = true, .run = run_import, .answer = answer_import };

static MarkJob *
mark_job_new (TrkStore *store, const TrkJobKind *kind, const uint8_t *hashes, size_t n,
              TrkMark mark, const char *note, const TrkActor *actor, void *data)
{
  MarkJob *self = trk_job_new (store, kind, actor, data);

  self->hashes = trk_job_keep (&self->job, hashes, n * BT_INFO_HASH_LEN);
  self->n = n;
  self->mark = mark;
  if (mark > TRK_MARK_DENIED)
    trk_job_fail (&self->job, TRK_TROUBLE_INVALID);
  if (trk_job_check_text (&self->job, note, TRK_NOTE_MAX))
    self->note = trk_job_keep_text (&self->job, note != NULL ? note : "");
  return self;
}

void
trk_store_mark_set (TrkStore *store, const uint8_t hash[BT_INFO_HASH_LEN], TrkMark mark,
                    const char *note, const TrkActor *actor, TrkDone done, void *data)
{
  MarkJob *self = mark_job_new (store, &setting, hash, 1, mark, note, actor, data);

  self->done = done;
  trk_job_ask (&self->job);
}

void
trk_store_mark_import (TrkStore *store, const uint8_t *hashes, size_t n, TrkMark mark,
                       const char *note, const TrkActor *actor, TrkMarksImported imported,
                       void *data)
{
  MarkJob *self = mark_job_new (store, &importing, hashes, n, mark, note, actor, data);

  self->imported = imported;
  trk_job_ask (&self->job);
}

/* --- listing --- */

typedef struct
{
  TrkJob job;
  TrkMark mark;
  uint64_t offset;
  uint32_t limit;
  TrkMarkRow rows[TRK_PAGE_MAX];
  TrkMarkPage page;
  TrkMarksListed listed;
} ListJob;

static const char count_sql[] = "SELECT count (*) FROM marks WHERE ?1 = 0 OR mark = ?1";
static const char list_sql[] = "SELECT hash, mark, note, added_at FROM marks"
                               " WHERE ?1 = 0 OR mark = ?1 ORDER BY hash LIMIT ?2 OFFSET ?3";

static bool
run_list (TrkDb *db, TrkJob *job)
{
  ListJob *self = (ListJob *) (void *) job;
  int64_t total = 0;
  sqlite3_stmt *s;

  if (!trk_db_number (db, count_sql, TRK_VALUES (TRK_INT (self->mark)), &total))
    return false;
  self->page = (TrkMarkPage){ .rows = self->rows, .total = (uint64_t) total };
  s = trk_db_query (db, list_sql,
                    TRK_VALUES (TRK_INT (self->mark), TRK_INT (self->limit),
                                TRK_INT (MIN (self->offset, INT64_MAX))));
  for (TrkMarkRow *row = self->rows; trk_db_step (db, s); row++, self->page.n++)
    {
      memcpy (row->hash, sqlite3_column_blob (s, 0), sizeof row->hash);
      row->mark = (TrkMark) sqlite3_column_int (s, 1);
      row->note = trk_job_keep_column (job, s, 2);
      row->added_at = sqlite3_column_int64 (s, 3);
    }
  return true;
}

static void
answer_list (TrkJob *job, const TrkProblem *problem)
{
  ListJob *self = (ListJob *) (void *) job;

  self->listed (job->data, problem, &self->page);
}

static const TrkJobKind listing
    = { .size = sizeof (ListJob), .run = run_list, .answer = answer_list };

void
trk_store_mark_list (TrkStore *store, TrkMark mark, uint64_t offset, uint32_t limit,
                     TrkMarksListed listed, void *data)
{
  ListJob *self = trk_job_new (store, &listing, NULL, data);

  self->listed = listed;
  self->mark = mark;
  self->offset = offset;
  self->limit = MIN (limit, TRK_PAGE_MAX);
  trk_job_ask (&self->job);
}
