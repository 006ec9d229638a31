/* trk-store-audit.c: who did what, and when. */
#include "tracker-server/store/trk-store-admin.h"
#include "trk-store-private.h"

typedef struct
{
  TrkJob job;
  const char *what; /* kept by the job */
  const char *subject;
  int64_t before;
  uint32_t limit;
  TrkAuditRow rows[TRK_PAGE_MAX];
  size_t n;
  TrkDone done;
  TrkAuditListed listed;
} AuditJob;

static const char list_sql[] = "SELECT id, at, who, what, subject, detail FROM audit"
                               " WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2";

static AuditJob *
self_of (TrkJob *job)
{
  return (AuditJob *) (void *) job;
}

static bool
run_append (TrkDb *db, TrkJob *job)
{
  return trk_job_audit (db, job, self_of (job)->what, self_of (job)->subject);
}

static void
answer_append (TrkJob *job, const TrkProblem *problem)
{
  self_of (job)->done (job->data, problem);
}

static const TrkJobKind appending
    = { .size = sizeof (AuditJob), .writes = true, .run = run_append, .answer = answer_append };

void
trk_store_audit_append (TrkStore *store, const TrkAuditRow *row, TrkDone done, void *data)
{
  const TrkActor actor = { row->who != NULL ? row->who : "", row->detail };
  AuditJob *self = trk_job_new (store, &appending, &actor, data);
  TrkJob *job = &self->job;

  self->done = done;
  if (trk_job_check_text (job, row->what, TRK_WHO_MAX)
      && trk_job_check_text (job, row->subject, TRK_NOTE_MAX))
    {
      self->what = trk_job_keep_text (job, row->what != NULL ? row->what : "");
      self->subject = trk_job_keep_text (job, row->subject != NULL ? row->subject : "");
    }
  trk_job_ask (job);
}

static bool
run_list (TrkDb *db, TrkJob *job)
{
  AuditJob *self = self_of (job);
  sqlite3_stmt *s
      = trk_db_query (db, list_sql, TRK_VALUES (TRK_INT (self->before), TRK_INT (self->limit)));

  for (; trk_db_step (db, s); self->n++)
    self->rows[self->n] = (TrkAuditRow){ .id = sqlite3_column_int64 (s, 0),
                                         .at = sqlite3_column_int64 (s, 1),
                                         .who = trk_job_keep_column (job, s, 2),
                                         .what = trk_job_keep_column (job, s, 3),
                                         .subject = trk_job_keep_column (job, s, 4),
                                         .detail = trk_job_keep_column (job, s, 5) };
  return true;
}

static void
answer_list (TrkJob *job, const TrkProblem *problem)
{
  AuditJob *self = self_of (job);

  self->listed (job->data, problem, self->rows, problem == NULL ? self->n : 0);
}

static const TrkJobKind listing
    = { .size = sizeof (AuditJob), .run = run_list, .answer = answer_list };

void
trk_store_audit_list (TrkStore *store, int64_t before, uint32_t limit, TrkAuditListed listed,
                      void *data)
{
  AuditJob *self = trk_job_new (store, &listing, NULL, data);

  self->listed = listed;
  self->before = before;
  self->limit = MIN (limit, TRK_PAGE_MAX);
  trk_job_ask (&self->job);
}
