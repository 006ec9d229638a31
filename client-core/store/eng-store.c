/* eng-store.c: the queue, the thread, and the way back.
 *
 * A job is the engine's until it is queued, then the thread's, and the engine's again in the done
 * list. What waits when the thread comes back goes on the device in one transaction, so that the
 * more there is to keep, the less each of it costs; a job that fails is undone alone. The thread
 * ends after the job that closes. */
#include "eng-store-private.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

struct EngStore
{
  BtioWatch watch; /* first: ready() casts back */
  int event_fd;
  pthread_t thread;
  bool closing; /* the engine's thread */

  pthread_mutex_t lock;
  pthread_cond_t work;
  EngStoreJobs waiting; /* under the lock */
  EngStoreJobs done;

  /* What to open; the store's thread, as the database. */
  char *path;         /* NULL for a transfer */
  char *state_folder; /* of a transfer */
  EngStoreOwnKey key;
  bool writes;
  EngStoreWorker worker;
};

static void
append (EngStoreJobs *list, EngStoreJob *job)
{
  job->next = NULL;
  if (list->last != NULL)
    list->last->next = job;
  else
    list->first = job;
  list->last = job;
}

static void
append_all (EngStoreJobs *list, const EngStoreJobs *more)
{
  if (list->last != NULL)
    list->last->next = more->first;
  else
    list->first = more->first;
  list->last = more->last;
}

static EngStoreJob *
take_first (EngStoreJobs *list)
{
  EngStoreJob *job = list->first;

  list->first = job->next;
  if (list->first == NULL)
    list->last = NULL;
  return job;
}

/* --- the store's thread --- */

static void
open_db (EngStore *store)
{
  if (store->worker.is_profile)
    return;
  if (store->path != NULL)
    {
      eng_store_db_open (&store->worker.db, store->path, false, true);
      return;
    }
  eng_store_key_resolve (&store->key);
  eng_store_db_open_transfer (&store->worker.db, store->state_folder, &store->key.key,
                              store->writes);
}

static void *
work (void *data)
{
  EngStore *store = data;
  const uint64_t one = 1;
  bool goes_on = true;

  open_db (store);
  pthread_mutex_lock (&store->lock);
  while (goes_on)
    {
      EngStoreJobs jobs;

      while (store->waiting.first == NULL)
        pthread_cond_wait (&store->work, &store->lock);
      jobs = store->waiting;
      store->waiting = (EngStoreJobs){ 0 };
      pthread_mutex_unlock (&store->lock);
      goes_on = eng_store_run_jobs (&store->worker, &jobs);
      pthread_mutex_lock (&store->lock);
      append_all (&store->done, &jobs);
      (void) !write (store->event_fd, &one, sizeof one); /* a full counter wakes just as well */
    }
  pthread_mutex_unlock (&store->lock);
  return NULL;
}

/* --- the engine's thread --- */

static void
free_store (EngStore *store)
{
  btio_watch_stop (&store->watch);
  if (store->event_fd >= 0)
    close (store->event_fd);
  pthread_cond_destroy (&store->work);
  pthread_mutex_destroy (&store->lock);
  eng_store_key_clear (&store->key);
  eng_store_fault_clear (&store->worker.unkept);
  g_free (store->path);
  g_free (store->state_folder);
  g_free (store);
}

static void
free_job (EngStoreJob *job)
{
  eng_store_key_clear (&job->key);
  eng_resume_clear (&job->resume);
  eng_name_clear (&job->name);
  eng_store_fault_clear (&job->fault);
  if (job->task.forget != NULL)
    job->task.forget (job->task_data);
  g_free (job);
}

/* Returns false when the store is gone. */
static bool
answer (EngStore *store, EngStoreJob *job)
{
  const EngStoreProblem problem = eng_store_fault_problem (&job->fault);
  const EngStoreProblem *told = job->fault.is_set ? &problem : NULL;

  if (job->kind == ENG_JOB_LOAD)
    job->loaded (job->data, told, job->has_resume ? &job->resume : NULL);
  else if (job->kind == ENG_JOB_SAVE || job->kind == ENG_JOB_NAME || job->kind == ENG_JOB_FLUSH)
    job->saved (job->data, told);
  else if (job->kind == ENG_JOB_TASK && job->task.answer != NULL)
    job->task.answer (job->task_data, told);
  else if (job->kind == ENG_JOB_CLOSE)
    {
      pthread_join (store->thread, NULL); /* it has nothing left to do */
      free_store (store);
      job->closed (job->data);
      return false;
    }
  return true;
}

static void
on_event (BtioWatch *watch, uint32_t events)
{
  EngStore *store = (EngStore *) (void *) watch;
  bool is_there = true;
  uint64_t count;
  EngStoreJobs done;

  (void) !read (store->event_fd, &count, sizeof count); /* nobody else reads it */
  pthread_mutex_lock (&store->lock);
  done = store->done;
  store->done = (EngStoreJobs){ 0 };
  pthread_mutex_unlock (&store->lock);
  while (done.first != NULL && is_there)
    {
      EngStoreJob *job = take_first (&done);

      is_there = answer (store, job);
      free_job (job);
    }
}

/* No signal is for the thread: a file that grows beyond its limit is an error and no SIGXFSZ. */
static bool
start_thread (EngStore *store)
{
  sigset_t all;
  sigset_t before;
  int failure;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  failure = pthread_create (&store->thread, NULL, work, store);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  errno = failure;
  return failure == 0;
}

/* Takes over a store of which the place is set. */
static EngStore *
start (EngStore *store, BtioReactor *reactor)
{
  int saved;

  store->watch.ready = on_event;
  pthread_mutex_init (&store->lock, NULL);
  pthread_cond_init (&store->work, NULL);
  store->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (store->event_fd >= 0 && btio_watch_start (&store->watch, reactor, store->event_fd, EPOLLIN)
      && start_thread (store))
    return store;
  saved = errno;
  free_store (store);
  errno = saved;
  return NULL;
}

EngStore *
eng_store_new (BtioReactor *reactor, const char *path)
{
  EngStore *store = g_new0 (EngStore, 1);

  store->path = g_strdup (path);
  return start (store, reactor);
}

EngStore *
eng_store_new_transfer (BtioReactor *reactor, const char *state_folder, const EngStoreKey *key,
                        bool writes)
{
  EngStore *store = g_new0 (EngStore, 1);

  store->state_folder = g_strdup (state_folder);
  eng_store_key_copy (&store->key, key);
  store->writes = writes;
  return start (store, reactor);
}

EngStore *
eng_store_new_open (BtioReactor *reactor, EngStoreDb *db)
{
  EngStore *store = g_new0 (EngStore, 1);
  EngStoreDb taken = *db;

  *db = (EngStoreDb){ 0 };
  store->worker.is_profile = true;
  store->worker.db = taken;
  store = start (store, reactor);
  if (store == NULL)
    {
      int saved = errno;

      eng_store_db_close (&taken);
      errno = saved;
    }
  return store;
}

static void
queue_job (EngStore *store, EngStoreJob *job)
{
  bt_assert (!store->closing);
  store->closing = job->kind == ENG_JOB_CLOSE;
  pthread_mutex_lock (&store->lock);
  append (&store->waiting, job);
  pthread_cond_signal (&store->work);
  pthread_mutex_unlock (&store->lock);
}

void
eng_store_close (EngStore *store, void (*closed) (void *data), void *data)
{
  EngStoreJob *job = g_new0 (EngStoreJob, 1);

  *job = (EngStoreJob){ .kind = ENG_JOB_CLOSE, .closed = closed, .data = data };
  queue_job (store, job);
}

void
eng_store_share (EngStore *store)
{
  EngStoreJob *job = g_new0 (EngStoreJob, 1);

  job->kind = ENG_JOB_SHARE;
  queue_job (store, job);
}

void
eng_store_load (EngStore *store, const EngStoreKey *key, EngStoreLoaded loaded, void *data)
{
  EngStoreJob *job = g_new0 (EngStoreJob, 1);

  *job = (EngStoreJob){ .kind = ENG_JOB_LOAD, .loaded = loaded, .data = data };
  eng_store_key_copy (&job->key, key);
  queue_job (store, job);
}

void
eng_store_save (EngStore *store, const EngStoreKey *key, const EngResume *resume,
                EngStoreSaved saved, void *data)
{
  EngStoreJob *job = g_new0 (EngStoreJob, 1);

  *job = (EngStoreJob){ .kind = ENG_JOB_SAVE, .saved = saved, .data = data };
  eng_store_key_copy (&job->key, key);
  eng_resume_init_copy (&job->resume, resume);
  queue_job (store, job);
}

void
eng_store_name (EngStore *store, const EngStoreKey *key, const EngName *name, EngStoreSaved saved,
                void *data)
{
  EngStoreJob *job = g_new0 (EngStoreJob, 1);

  *job = (EngStoreJob){ .kind = ENG_JOB_NAME, .saved = saved, .data = data };
  eng_store_key_copy (&job->key, key);
  eng_name_init_copy (&job->name, name);
  queue_job (store, job);
}

EngClaims *
eng_store_claims (EngStore *store)
{
  return store->worker.db.claims;
}

void
eng_store_do (EngStore *store, const EngStoreTask *task, void *data)
{
  EngStoreJob *job = g_new0 (EngStoreJob, 1);

  *job = (EngStoreJob){ .kind = ENG_JOB_TASK, .task = *task, .task_data = data };
  queue_job (store, job);
}

void
eng_store_flush (EngStore *store, EngStoreSaved saved, void *data)
{
  EngStoreJob *job = g_new0 (EngStoreJob, 1);

  *job = (EngStoreJob){ .kind = ENG_JOB_FLUSH, .saved = saved, .data = data };
  queue_job (store, job);
}
