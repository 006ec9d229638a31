/* trk-store-threads.c: what the threads of a store wait for: one writes, the others read.
 *
 * The writer opens and closes everything, and is the last one to end. It wakes up for changes, and
 * once in a while for what was counted; changes that wait together are committed together. */
#include <time.h>
#include <unistd.h>

#include "trk-store-private.h"

#define COMMIT_MS_USUAL 1000u

/* So many changes at most share a transaction: so long an answer may have to wait for others. */
#define BATCH_MAX 64u

static void
post_done (TrkStore *store, TrkJobList *jobs)
{
  const uint64_t one = 1;
  TrkJob *job;

  if (jobs->first == NULL)
    return;
  pthread_mutex_lock (&store->lock);
  while ((job = trk_jobs_take (jobs)) != NULL)
    trk_jobs_append (&store->done, job);
  /* Under the lock: once it is let go, the owner may free the store. A full counter wakes too. */
  (void) !write (store->event_fd, &one, sizeof one);
  pthread_mutex_unlock (&store->lock);
}

/* --- the writer --- */

static struct timespec
after_ms (struct timespec from, uint32_t ms)
{
  from.tv_sec += ms / 1000;
  from.tv_nsec += (long) (ms % 1000) * 1000000;
  if (from.tv_nsec >= 1000000000)
    {
      from.tv_sec++;
      from.tv_nsec -= 1000000000;
    }
  return from;
}

static bool
is_past (const struct timespec *when)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec > when->tv_sec || (now.tv_sec == when->tv_sec && now.tv_nsec >= when->tv_nsec);
}

static void
open_all (TrkStore *store)
{
  TrkFault fault = { 0 };
  TrkStoreFound found = { 0 };
  bool ok = trk_writer_open (&store->writer, &store->config, &found, &fault);

  pthread_mutex_lock (&store->lock);
  store->fault = fault;
  store->found = found;
  store->is_open = true;
  if (ok)
    atomic_store (&store->journal, store->writer.journal);
  pthread_cond_broadcast (&store->reading);
  pthread_mutex_unlock (&store->lock);
}

/* The fault is (nullable). */
static void
count (TrkStore *store, TrkFault *fault)
{
  TrkFault own = { 0 };
  GArray *uses;

  atomic_store (&store->counted, false);
  pthread_mutex_lock (&store->lock);
  uses = store->uses;
  store->uses = g_array_new (FALSE, FALSE, sizeof (TrkTokenUse));
  pthread_mutex_unlock (&store->lock);
  if (trk_writer_count (&store->writer, (const TrkTokenUse *) (void *) uses->data, uses->len, &own))
    atomic_fetch_add (&store->n_commits, 1);
  else
    {
      atomic_fetch_add (&store->n_failed, 1);
      atomic_store (&store->counted, true);
    }
  g_array_unref (uses);
  if (fault != NULL)
    trk_fault_copy (fault, &own);
  trk_fault_clear (&own);
}

/* Those that only wait for the counts, and the others, in the order of each. */
static void
run_changes (TrkStore *store, TrkJobList *jobs)
{
  TrkJobList changes = { 0 };
  TrkJobList done = { 0 };
  TrkJob *job;

  while ((job = trk_jobs_take (jobs)) != NULL)
    {
      if (store->fault.is_set)
        trk_fault_copy (&job->fault, &store->fault);
      else if (job->kind->run == NULL)
        count (store, &job->fault);
      else if (!job->fault.is_set)
        {
          trk_jobs_append (&changes, job);
          continue;
        }
      trk_jobs_append (&done, job);
    }
  if (changes.first != NULL)
    atomic_fetch_add (
        trk_writer_run (&store->writer, &changes) ? &store->n_commits : &store->n_failed, 1);
  while ((job = trk_jobs_take (&changes)) != NULL)
    trk_jobs_append (&done, job);
  post_done (store, &done);
}

/* Waits for something to do, under the lock. Returns whether counts are due. */
static bool
wait_for_work (TrkStore *store, const struct timespec *due)
{
  while (store->changes.first == NULL && !store->ending)
    {
      if (!atomic_load (&store->counted))
        pthread_cond_wait (&store->work, &store->lock);
      else if (is_past (due))
        break;
      else
        (void) pthread_cond_timedwait (&store->work, &store->lock, due); /* is_past() says */
    }
  return atomic_load (&store->counted) && is_past (due);
}

static TrkJobList
take_changes (TrkStore *store)
{
  TrkJobList jobs = { 0 };
  TrkJob *job;

  for (unsigned i = 0; i < BATCH_MAX && (job = trk_jobs_take (&store->changes)) != NULL; i++)
    trk_jobs_append (&jobs, job);
  return jobs;
}

static void
serve_changes (TrkStore *store)
{
  uint32_t ms = store->config.commit_ms != 0 ? store->config.commit_ms : COMMIT_MS_USUAL;
  struct timespec due;
  bool goes_on = true;

  clock_gettime (CLOCK_MONOTONIC, &due);
  due = after_ms (due, ms);
  pthread_mutex_lock (&store->lock);
  while (goes_on)
    {
      bool is_due = wait_for_work (store, &due);
      TrkJobList jobs = take_changes (store);

      goes_on = jobs.first != NULL || !store->ending;
      pthread_mutex_unlock (&store->lock);
      if (is_due && !store->fault.is_set)
        {
          count (store, NULL);
          clock_gettime (CLOCK_MONOTONIC, &due);
          due = after_ms (due, ms);
        }
      run_changes (store, &jobs);
      pthread_mutex_lock (&store->lock);
    }
  while (store->n_readers_left > 0)
    pthread_cond_wait (&store->work, &store->lock);
  pthread_mutex_unlock (&store->lock);
}

void *
trk_store_write (void *data)
{
  TrkStore *store = data;
  const uint64_t one = 1;

  open_all (store);
  serve_changes (store);
  atomic_store (&store->journal, NULL);
  if (!store->fault.is_set)
    count (store, NULL);
  trk_writer_close (&store->writer);
  pthread_mutex_lock (&store->lock);
  store->has_ended = true;
  (void) !write (store->event_fd, &one, sizeof one); /* a full counter wakes just as well */
  pthread_mutex_unlock (&store->lock);
  return NULL;
}

/* --- readers --- */

/* What a question sees is one state of the database. */
static void
run_question (TrkStore *store, TrkDb *db, TrkJob *job)
{
  bool ok = db->db != NULL || (trk_db_open (db, store->path) && trk_db_settle (db, false));

  ok = ok && trk_db_run (db, "BEGIN", NULL);
  ok = ok && job->kind->run (db, job) && db->failure == SQLITE_OK;
  if (!ok && !job->fault.is_set)
    trk_db_explain (db, &job->fault);
  if (job->fault.is_set && job->fault.trouble == TRK_TROUBLE_CORRUPT)
    atomic_store (&store->writer.unsound, true);
  db->failure = SQLITE_OK;
  if (db->db != NULL && sqlite3_get_autocommit (db->db) == 0)
    (void) trk_db_run (db, "COMMIT", NULL); /* nothing was changed */
  db->failure = SQLITE_OK;
}

void *
trk_store_read (void *data)
{
  TrkStore *store = data;
  TrkDb db = { 0 };

  pthread_mutex_lock (&store->lock);
  while (!store->is_open)
    pthread_cond_wait (&store->reading, &store->lock);
  while (true)
    {
      TrkJob *job = trk_jobs_take (&store->questions);
      TrkJobList done = { 0 };

      if (job == NULL && store->ending)
        break;
      if (job == NULL)
        {
          pthread_cond_wait (&store->reading, &store->lock);
          continue;
        }
      pthread_mutex_unlock (&store->lock);
      if (store->fault.is_set)
        trk_fault_copy (&job->fault, &store->fault);
      else if (!job->fault.is_set)
        run_question (store, &db, job);
      trk_jobs_append (&done, job);
      post_done (store, &done);
      pthread_mutex_lock (&store->lock);
    }
  pthread_mutex_unlock (&store->lock);
  trk_db_close (&db);
  pthread_mutex_lock (&store->lock);
  store->n_readers_left--;
  pthread_cond_signal (&store->work);
  pthread_mutex_unlock (&store->lock);
  return NULL;
}
