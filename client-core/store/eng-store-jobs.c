/* eng-store-jobs.c: what the store's thread does: jobs in their order, those that write in
 * transactions that they share. */
#include "eng-store-private.h"

#include <glib.h>

/* What stands in the way of every request, or the notice that is told once. */
static bool
may_run (EngStoreWorker *self, EngStoreJob *job)
{
  EngStoreDb *db = &self->db;

  if (db->notice.is_set)
    {
      job->fault = db->notice;
      db->notice = (EngStoreFault){ 0 };
    }
  if (db->db == NULL && !job->fault.is_set)
    eng_store_fault_copy (&job->fault, &db->fault);
  return db->db != NULL;
}

/* --- jobs --- */

static void
note_failure (EngStoreWorker *self, int result, EngStoreFault *fault)
{
  eng_store_db_explain (&self->db, result, fault);
  self->is_damaged = self->is_damaged || fault->trouble == ENG_STORE_CORRUPT;
}

static bool
is_write (const EngStoreJob *job)
{
  return job->kind == ENG_JOB_SAVE || job->kind == ENG_JOB_NAME
         || (job->kind == ENG_JOB_TASK && job->task.writes);
}

static int
run_load (EngStoreWorker *self, EngStoreJob *job)
{
  int result = eng_store_rows_load (self->db.db, &job->key.key, &job->resume);

  job->has_resume = result == SQLITE_ROW;
  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

/* A result of SQLite. */
static int
run_one (EngStoreWorker *self, EngStoreJob *job)
{
  if (job->kind == ENG_JOB_LOAD)
    return run_load (self, job);
  if (job->kind == ENG_JOB_SAVE)
    return eng_store_rows_save (self->db.db, &job->key.key, &job->resume);
  if (job->kind == ENG_JOB_NAME)
    return eng_store_rows_name (self->db.db, &job->key.key, &job->name);
  return job->task.run (self->db.db, job->task_data);
}

/* --- transactions --- */

static int
exec (EngStoreWorker *self, const char *sql)
{
  return sqlite3_exec (self->db.db, sql, NULL, NULL, NULL);
}

/* The writes from @first on are not on the device. */
static void
fail_writes (EngStoreJob *first, const EngStoreFault *fault)
{
  for (EngStoreJob *job = first; job != NULL; job = job->next)
    if (is_write (job) && job->has_run && !job->fault.is_set)
      eng_store_fault_copy (&job->fault, fault);
}

static int
begin (EngStoreWorker *self)
{
  int result = exec (self, "BEGIN IMMEDIATE");

  if (result != SQLITE_OK || !self->is_profile || self->is_soiled)
    return result;
  return eng_store_put_setting_row (self->db.db, ENG_STORE_CLEAN, 0);
}

/* After a failure that SQLite could not undo alone nothing of the transaction is left. */
static void
run_write (EngStoreWorker *self, EngStoreJob *job, EngStoreJob **first)
{
  int result = *first == NULL ? begin (self) : SQLITE_OK;
  bool is_new = *first == NULL;

  if (is_new && result == SQLITE_OK)
    *first = job;
  if (result == SQLITE_OK)
    result = exec (self, "SAVEPOINT job");
  if (result == SQLITE_OK)
    result = run_one (self, job);
  job->has_run = true;
  if (result == SQLITE_OK)
    result = exec (self, "RELEASE job");
  if (result == SQLITE_OK)
    return;
  note_failure (self,
                sqlite3_extended_errcode (self->db.db) != SQLITE_OK
                    ? sqlite3_extended_errcode (self->db.db)
                    : result,
                &job->fault);
  if (*first != NULL && sqlite3_get_autocommit (self->db.db) == 0)
    {
      (void) exec (self, "ROLLBACK TO job; RELEASE job"); /* the first failure is the one told */
      return;
    }
  if (sqlite3_get_autocommit (self->db.db) == 0)
    (void) exec (self, "ROLLBACK"); /* likewise */
  fail_writes (*first, &job->fault);
  *first = NULL;
}

static void
commit (EngStoreWorker *self, EngStoreJob **first)
{
  EngStoreFault fault = { 0 };
  int result;

  if (*first == NULL)
    return;
  result = exec (self, "COMMIT");
  if (result != SQLITE_OK)
    {
      note_failure (self, sqlite3_extended_errcode (self->db.db), &fault);
      if (sqlite3_get_autocommit (self->db.db) == 0)
        (void) exec (self, "ROLLBACK"); /* the first failure is the one told */
      fail_writes (*first, &fault);
      eng_store_fault_clear (&fault);
    }
  self->is_soiled = self->is_soiled || result == SQLITE_OK;
  *first = NULL;
}

/* --- the end, and what comes together --- */

static void
close_db (EngStoreWorker *self)
{
  if (self->db.db != NULL && self->is_soiled && !self->is_damaged)
    (void) eng_store_put_setting_row (self->db.db, ENG_STORE_CLEAN, 1); /* or it is read whole */
  eng_store_db_close (&self->db);
}

static void
run_question (EngStoreWorker *self, EngStoreJob *job)
{
  int result = run_one (self, job);

  if (result != SQLITE_OK)
    note_failure (self, result, &job->fault);
}

/* @first is the first write of the transaction under way, or NULL. */
static void
run_job (EngStoreWorker *self, EngStoreJob *job, EngStoreJob **first)
{
  switch (job->kind)
    {
    case ENG_JOB_LOAD:
    case ENG_JOB_SAVE:
    case ENG_JOB_NAME:
    case ENG_JOB_TASK:
      if (job->kind != ENG_JOB_TASK)
        eng_store_key_resolve (&job->key);
      if (may_run (self, job) && is_write (job))
        run_write (self, job, first);
      else if (self->db.db != NULL)
        run_question (self, job);
      break;
    case ENG_JOB_SHARE:
      if (self->db.files != NULL)
        eng_lock_share (self->db.files);
      break;
    case ENG_JOB_FLUSH:
      commit (self, first);
      break;
    case ENG_JOB_CLOSE:
      commit (self, first);
      close_db (self);
      break;
    }
}

/* What could not be kept is told to the next who flushes. */
static void
note_unkept (EngStoreWorker *self, EngStoreJobs *jobs)
{
  for (EngStoreJob *job = jobs->first; job != NULL; job = job->next)
    if (job->kind == ENG_JOB_FLUSH)
      {
        job->fault = self->unkept;
        self->unkept = (EngStoreFault){ 0 };
      }
    else if (is_write (job) && job->fault.is_set)
      {
        eng_store_fault_clear (&self->unkept);
        eng_store_fault_copy (&self->unkept, &job->fault);
      }
}

/* False when the last of them closed the store. */
bool
eng_store_run_jobs (EngStoreWorker *self, EngStoreJobs *jobs)
{
  EngStoreJob *first = NULL;
  bool goes_on = true;

  for (EngStoreJob *job = jobs->first; job != NULL; job = job->next)
    {
      goes_on = job->kind != ENG_JOB_CLOSE;
      run_job (self, job, &first);
    }
  commit (self, &first);
  note_unkept (self, jobs);
  return goes_on;
}
