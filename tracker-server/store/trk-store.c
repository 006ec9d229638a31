/* trk-store.c: the owner's side of a store: requests, answers, beginning and end; and what is asked
 * of the store as a whole. */
#include "trk-store-private.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/core/bt-assert.h"

/* --- answers --- */

static void
answer (TrkJob *job)
{
  const TrkProblem problem = { .trouble = job->fault.trouble,
                               .sys_errno = job->fault.sys_errno,
                               .sqlite = job->fault.sqlite,
                               .path = job->fault.path };

  job->kind->answer (job, job->fault.is_set ? &problem : NULL);
  trk_job_free (job);
}

static void
free_store (TrkStore *store)
{
  btio_watch_stop (&store->watch);
  if (store->event_fd >= 0)
    close (store->event_fd);
  pthread_cond_destroy (&store->reading);
  pthread_cond_destroy (&store->work);
  pthread_mutex_destroy (&store->lock);
  g_array_unref (store->uses);
  trk_fault_clear (&store->fault);
  g_free (store->path);
  g_free (store);
}

static void
join (TrkStore *store)
{
  for (unsigned i = 0; i < store->n_threads; i++)
    pthread_join (store->threads[i], NULL); /* they have nothing left to do */
  store->n_threads = 0;
}

static void
on_event (BtioWatch *watch, uint32_t events)
{
  TrkStore *store = (TrkStore *) (void *) watch;
  void (*closed) (void *data);
  void *data;
  TrkJobList done;
  TrkJob *job;
  bool has_ended;
  uint64_t count;

  (void) !read (store->event_fd, &count, sizeof count); /* nobody else reads it */
  pthread_mutex_lock (&store->lock);
  done = store->done;
  store->done = (TrkJobList){ 0 };
  has_ended = store->has_ended;
  pthread_mutex_unlock (&store->lock);
  while ((job = trk_jobs_take (&done)) != NULL)
    answer (job);
  if (!has_ended)
    return;
  closed = store->closed;
  data = store->closed_data;
  join (store);
  free_store (store);
  closed (data);
}

/* --- requests --- */

void
trk_job_ask (TrkJob *job)
{
  TrkStore *store = job->store;

  bt_assert (!store->closing);
  pthread_mutex_lock (&store->lock);
  trk_jobs_append (job->kind->writes ? &store->changes : &store->questions, job);
  pthread_cond_signal (job->kind->writes ? &store->work : &store->reading);
  pthread_mutex_unlock (&store->lock);
}

/* --- beginning and end --- */

static bool
nothing (TrkDb *db, TrkJob *job)
{
  return true;
}

static void
answer_opened (TrkJob *job, const TrkProblem *problem)
{
  TrkStore *store = job->store;

  if (store->config.opened != NULL)
    store->config.opened (store->config.data, problem, &store->found);
}

static const TrkJobKind opening
    = { .size = sizeof (TrkJob), .writes = true, .run = nothing, .answer = answer_opened };

/* No signal is for the threads: a file that grows beyond its limit is an error and no SIGXFSZ. */
static bool
start_threads (TrkStore *store)
{
  sigset_t all;
  sigset_t before;
  int failure = 0;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  for (unsigned i = 0; i < G_N_ELEMENTS (store->threads) && failure == 0; i++)
    {
      failure = pthread_create (&store->threads[i], NULL, i == 0 ? trk_store_write : trk_store_read,
                                store);
      store->n_threads += failure == 0;
    }
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  errno = failure;
  return failure == 0;
}

/* Ends the threads that were started before one could not be. */
static void
stop_threads (TrkStore *store)
{
  pthread_mutex_lock (&store->lock);
  store->n_readers_left = store->n_threads > 0 ? store->n_threads - 1 : 0;
  store->ending = true;
  pthread_cond_broadcast (&store->work);
  pthread_cond_broadcast (&store->reading);
  pthread_mutex_unlock (&store->lock);
  join (store);
}

static void
init_work (pthread_cond_t *cond)
{
  pthread_condattr_t attr;

  pthread_condattr_init (&attr);
  pthread_condattr_setclock (&attr, CLOCK_MONOTONIC);
  pthread_cond_init (cond, &attr);
  pthread_condattr_destroy (&attr);
}

TrkStore *
trk_store_new (BtioReactor *reactor, const TrkStoreConfig *config)
{
  TrkStore *store = g_new0 (TrkStore, 1);
  int failure;

  store->config = *config;
  store->path = g_strdup (config->path);
  store->config.path = store->path;
  store->watch.ready = on_event;
  store->uses = g_array_new (FALSE, FALSE, sizeof (TrkTokenUse));
  store->n_readers_left = G_N_ELEMENTS (store->threads) - 1;
  pthread_mutex_init (&store->lock, NULL);
  pthread_cond_init (&store->reading, NULL);
  init_work (&store->work);
  trk_job_ask (trk_job_new (store, &opening, NULL, NULL));
  store->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (store->event_fd >= 0 && btio_watch_start (&store->watch, reactor, store->event_fd, EPOLLIN)
      && start_threads (store))
    return store;
  failure = errno;
  stop_threads (store);
  for (TrkJob *job; (job = trk_jobs_take (&store->changes)) != NULL
                    || (job = trk_jobs_take (&store->done)) != NULL;)
    trk_job_free (job);
  free_store (store);
  errno = failure;
  return NULL;
}

void
trk_store_close (TrkStore *store, void (*closed) (void *data), void *data)
{
  bt_assert (!store->closing);
  store->closing = true;
  store->closed = closed;
  store->closed_data = data;
  pthread_mutex_lock (&store->lock);
  store->ending = true;
  pthread_cond_broadcast (&store->work);
  pthread_cond_broadcast (&store->reading);
  pthread_mutex_unlock (&store->lock);
}

/* --- counts --- */

/* The writer is woken when there was nothing to count before. */
static void
wake_for_counts (TrkStore *store)
{
  if (atomic_exchange (&store->counted, true))
    return;
  pthread_mutex_lock (&store->lock);
  pthread_cond_signal (&store->work);
  pthread_mutex_unlock (&store->lock);
}

bool
trk_store_completed (void *data, const uint8_t *hashes, size_t n)
{
  TrkStore *store = data;
  TrkJournal *journal = atomic_load (&store->journal);
  bool ok = journal != NULL && trk_journal_append (journal, hashes, n);

  if (journal != NULL)
    wake_for_counts (store);
  return ok;
}

void
trk_store_note_use (TrkStore *store, int64_t id, int64_t at)
{
  const TrkTokenUse use = { id, at };
  TrkTokenUse *last;

  pthread_mutex_lock (&store->lock);
  last = store->uses->len > 0 ? &g_array_index (store->uses, TrkTokenUse, store->uses->len - 1)
                              : NULL;
  if (last != NULL && last->id == id)
    last->at = MAX (last->at, at);
  else
    g_array_append_val (store->uses, use);
  pthread_mutex_unlock (&store->lock);
  wake_for_counts (store);
}

/* --- the store as a whole --- */

typedef struct
{
  TrkJob job;
  TrkDone done;
  const char *path;
  TrkSwarms *swarms;
  TrkInstant now;
} WholeJob;

static void
answer_done (TrkJob *job, const TrkProblem *problem)
{
  ((WholeJob *) (void *) job)->done (job->data, problem);
}

static bool
run_backup (TrkDb *db, TrkJob *job)
{
  return trk_store_copy (db->path, ((WholeJob *) (void *) job)->path, &job->fault);
}

static bool
run_check (TrkDb *db, TrkJob *job)
{
  return trk_db_is_sound (db, true);
}

static bool
run_snapshot (TrkDb *db, TrkJob *job)
{
  WholeJob *self = (WholeJob *) (void *) job;
  TrkProblem problem;

  if (trk_snapshot_write (self->path, self->swarms, &self->now, &problem))
    return true;
  trk_fault_set (&job->fault, problem.trouble, problem.sys_errno, problem.path);
  return false;
}

/* It has nothing to run: the writer knows it by that. */
static const TrkJobKind flushing
    = { .size = sizeof (WholeJob), .writes = true, .answer = answer_done };
static const TrkJobKind backing_up
    = { .size = sizeof (WholeJob), .run = run_backup, .answer = answer_done };
static const TrkJobKind checking
    = { .size = sizeof (WholeJob), .run = run_check, .answer = answer_done };
static const TrkJobKind taking_snapshot
    = { .size = sizeof (WholeJob), .run = run_snapshot, .answer = answer_done };

static WholeJob *
whole_job_new (TrkStore *store, const TrkJobKind *kind, TrkDone done, void *data)
{
  WholeJob *self = trk_job_new (store, kind, NULL, data);

  self->done = done;
  return self;
}

void
trk_store_flush (TrkStore *store, TrkDone done, void *data)
{
  trk_job_ask (&whole_job_new (store, &flushing, done, data)->job);
}

void
trk_store_backup (TrkStore *store, const char *path, TrkDone done, void *data)
{
  WholeJob *self = whole_job_new (store, &backing_up, done, data);

  self->path = trk_job_keep_text (&self->job, path);
  trk_job_ask (&self->job);
}

void
trk_store_check (TrkStore *store, TrkDone done, void *data)
{
  trk_job_ask (&whole_job_new (store, &checking, done, data)->job);
}

void
trk_store_snapshot (TrkStore *store, const char *path, TrkSwarms *swarms, const TrkInstant *now,
                    TrkDone done, void *data)
{
  WholeJob *self = whole_job_new (store, &taking_snapshot, done, data);

  self->path = trk_job_keep_text (&self->job, path);
  self->swarms = swarms;
  self->now = *now;
  trk_job_ask (&self->job);
}

/* --- figures --- */

typedef struct
{
  TrkJob job;
  TrkStoreMeasured measured;
  TrkStoreFigures figures;
} MeasureJob;

static const char states_sql[] = "SELECT state, count (*) FROM torrents GROUP BY state";

static const struct
{
  const char *sql;
  size_t offset; /* of the figure */
} numbers[] = {
  { "SELECT count (*) FROM marks", offsetof (TrkStoreFigures, marks) },
  { "SELECT count (*) FROM completions", offsetof (TrkStoreFigures, completions) },
  { "SELECT count (*) FROM tokens WHERE revoked_at = 0", offsetof (TrkStoreFigures, tokens) },
};

static uint64_t
file_len (const char *path, const char *suffix)
{
  g_autofree char *name = g_strconcat (path, suffix, NULL);
  struct stat st;

  return stat (name, &st) == 0 ? (uint64_t) st.st_size : 0;
}

static void
measure_files (MeasureJob *self, const TrkStore *store)
{
  TrkStoreFigures *f = &self->figures;

  f->db_len = file_len (store->path, "");
  f->wal_len = file_len (store->path, "-wal");
  f->journal_len = file_len (store->path, ".completions");
  f->commits = atomic_load (&store->n_commits);
  f->failed = atomic_load (&store->n_failed);
}

static bool
run_measure (TrkDb *db, TrkJob *job)
{
  MeasureJob *self = (MeasureJob *) (void *) job;
  sqlite3_stmt *s = trk_db_query (db, states_sql, NULL);

  while (trk_db_step (db, s))
    {
      uint64_t n = (uint64_t) sqlite3_column_int64 (s, 1);

      self->figures.torrents[sqlite3_column_int (s, 0) & 3] = n;
      self->figures.torrents[TRK_MARK_NONE] += n;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      int64_t n = 0;

      if (!trk_db_number (db, numbers[i].sql, NULL, &n))
        return false;
      *(uint64_t *) (void *) ((char *) &self->figures + numbers[i].offset) = (uint64_t) n;
    }
  measure_files (self, job->store);
  return true;
}

/* The journal is there as long as the writer is: the owner's thread ends that. */
static void
answer_measured (TrkJob *job, const TrkProblem *problem)
{
  MeasureJob *self = (MeasureJob *) (void *) job;
  TrkJournal *journal = job->store->closing ? NULL : atomic_load (&job->store->journal);

  if (journal != NULL)
    self->figures.waiting = trk_journal_waiting (journal);
  self->measured (job->data, problem, &self->figures);
}

static const TrkJobKind measuring
    = { .size = sizeof (MeasureJob), .run = run_measure, .answer = answer_measured };

void
trk_store_measure (TrkStore *store, TrkStoreMeasured measured, void *data)
{
  MeasureJob *self = trk_job_new (store, &measuring, NULL, data);

  self->measured = measured;
  trk_job_ask (&self->job);
}
