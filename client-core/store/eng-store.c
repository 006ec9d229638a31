/* eng-store.c: the queue, the thread, and the way back.
 *
 * A job is the engine's until it is queued, then the thread's, and the engine's again in the done
 * list. The thread ends after the job that closes. */
#include "eng-store-private.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

typedef enum
{
  JOB_LOAD,
  JOB_SAVE,
  JOB_NAME,
  JOB_SHARE,
  JOB_CLOSE
} JobKind;

typedef struct Job Job;

struct Job
{
  Job *next;
  JobKind kind;
  EngStoreOwnKey key;
  bool has_resume;
  EngResume resume;
  EngName name;
  EngStoreFault fault;
  EngStoreLoaded loaded;
  EngStoreSaved saved;
  void (*closed) (void *data);
  void *data;
};

typedef struct
{
  Job *first;
  Job *last;
} JobList;

struct EngStore
{
  BtioWatch watch; /* first: ready() casts back */
  int event_fd;
  pthread_t thread;
  bool closing; /* the engine's thread */

  pthread_mutex_t lock;
  pthread_cond_t work;
  JobList waiting; /* under the lock */
  JobList done;

  /* What to open; the store's thread, as the database. */
  char *path;         /* NULL for a transfer */
  char *state_folder; /* of a transfer */
  EngStoreOwnKey key;
  bool writes;
  EngStoreDb db;
};

static void
append (JobList *list, Job *job)
{
  job->next = NULL;
  if (list->last != NULL)
    list->last->next = job;
  else
    list->first = job;
  list->last = job;
}

static Job *
take_first (JobList *list)
{
  Job *job = list->first;

  list->first = job->next;
  if (list->first == NULL)
    list->last = NULL;
  return job;
}

/* --- keys --- */

void
eng_store_key_copy (EngStoreOwnKey *out, const EngStoreKey *from)
{
  out->key = *from;
  out->key.name = g_strdup (from->name);
  out->key.folder = g_strdup (from->folder);
  if (from->v1 != NULL)
    out->key.v1 = memcpy (out->v1, from->v1, sizeof out->v1);
  if (from->v2 != NULL)
    out->key.v2 = memcpy (out->v2, from->v2, sizeof out->v2);
}

static void
clear_string (const char **string)
{
  g_free ((char *) (uintptr_t) *string);
  *string = NULL;
}

void
eng_store_key_clear (EngStoreOwnKey *key)
{
  clear_string (&key->key.name);
  clear_string (&key->key.folder);
}

/* One folder has one name: the database's and the rows'. What cannot be resolved keeps its own. */
static void
resolve_folder (EngStoreOwnKey *key)
{
  char *resolved = realpath (key->key.folder, NULL);

  if (resolved == NULL)
    return;
  clear_string (&key->key.folder);
  key->key.folder = g_strdup (resolved);
  free (resolved);
}

/* --- the store's thread --- */

static void
open_db (EngStore *store)
{
  if (store->path != NULL)
    {
      eng_store_db_open (&store->db, store->path, false);
      return;
    }
  resolve_folder (&store->key);
  eng_store_db_open_transfer (&store->db, store->state_folder, &store->key.key, store->writes);
}

/* What stands in the way of every request, or the notice that is told once. */
static bool
may_run (EngStore *store, Job *job)
{
  EngStoreDb *db = &store->db;

  if (db->notice.is_set)
    {
      job->fault = db->notice;
      db->notice = (EngStoreFault){ 0 };
    }
  if (db->db == NULL && !job->fault.is_set)
    eng_store_fault_copy (&job->fault, &db->fault);
  return db->db != NULL;
}

static void
run_load (EngStore *store, Job *job)
{
  int result = eng_store_rows_load (store->db.db, &job->key.key, &job->resume);

  job->has_resume = result == SQLITE_ROW;
  if (result != SQLITE_ROW && result != SQLITE_DONE)
    eng_store_db_explain (&store->db, result, &job->fault);
}

static void
run_save (EngStore *store, Job *job)
{
  int result = eng_store_rows_save (store->db.db, &job->key.key, &job->resume);

  if (result != SQLITE_OK)
    eng_store_db_explain (&store->db, result, &job->fault);
}

static void
run_name (EngStore *store, Job *job)
{
  int result = eng_store_rows_name (store->db.db, &job->key.key, &job->name);

  if (result != SQLITE_OK)
    eng_store_db_explain (&store->db, result, &job->fault);
}

static void
run_row (EngStore *store, Job *job)
{
  resolve_folder (&job->key);
  if (!may_run (store, job))
    return;
  if (job->kind == JOB_LOAD)
    run_load (store, job);
  else if (job->kind == JOB_SAVE)
    run_save (store, job);
  else
    run_name (store, job);
}

static void
run_job (EngStore *store, Job *job)
{
  switch (job->kind)
    {
    case JOB_LOAD:
    case JOB_SAVE:
    case JOB_NAME:
      run_row (store, job);
      break;
    case JOB_SHARE:
      if (store->db.files != NULL)
        eng_lock_share (store->db.files);
      break;
    case JOB_CLOSE:
      eng_store_db_close (&store->db);
      break;
    }
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
      Job *job;

      while (store->waiting.first == NULL)
        pthread_cond_wait (&store->work, &store->lock);
      job = take_first (&store->waiting);
      pthread_mutex_unlock (&store->lock);
      goes_on = job->kind != JOB_CLOSE;
      run_job (store, job);
      pthread_mutex_lock (&store->lock);
      append (&store->done, job);
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
  g_free (store->path);
  g_free (store->state_folder);
  g_free (store);
}

static void
free_job (Job *job)
{
  eng_store_key_clear (&job->key);
  eng_resume_clear (&job->resume);
  eng_name_clear (&job->name);
  eng_store_fault_clear (&job->fault);
  g_free (job);
}

/* Returns false when the store is gone. */
static bool
answer (EngStore *store, Job *job)
{
  const EngStoreProblem problem = { .trouble = job->fault.trouble,
                                    .sys_errno = job->fault.sys_errno,
                                    .path = job->fault.path,
                                    .aside = job->fault.aside };
  const EngStoreProblem *told = job->fault.is_set ? &problem : NULL;

  if (job->kind == JOB_LOAD)
    job->loaded (job->data, told, job->has_resume ? &job->resume : NULL);
  else if (job->kind == JOB_SAVE || job->kind == JOB_NAME)
    job->saved (job->data, told);
  else if (job->kind == JOB_CLOSE)
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
  JobList done;

  (void) !read (store->event_fd, &count, sizeof count); /* nobody else reads it */
  pthread_mutex_lock (&store->lock);
  done = store->done;
  store->done = (JobList){ 0 };
  pthread_mutex_unlock (&store->lock);
  while (done.first != NULL && is_there)
    {
      Job *job = take_first (&done);

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

static void
queue_job (EngStore *store, Job *job)
{
  bt_assert (!store->closing);
  store->closing = job->kind == JOB_CLOSE;
  pthread_mutex_lock (&store->lock);
  append (&store->waiting, job);
  pthread_cond_signal (&store->work);
  pthread_mutex_unlock (&store->lock);
}

void
eng_store_close (EngStore *store, void (*closed) (void *data), void *data)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){ .kind = JOB_CLOSE, .closed = closed, .data = data };
  queue_job (store, job);
}

void
eng_store_share (EngStore *store)
{
  Job *job = g_new0 (Job, 1);

  job->kind = JOB_SHARE;
  queue_job (store, job);
}

void
eng_store_load (EngStore *store, const EngStoreKey *key, EngStoreLoaded loaded, void *data)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){ .kind = JOB_LOAD, .loaded = loaded, .data = data };
  eng_store_key_copy (&job->key, key);
  queue_job (store, job);
}

void
eng_store_save (EngStore *store, const EngStoreKey *key, const EngResume *resume,
                EngStoreSaved saved, void *data)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){ .kind = JOB_SAVE, .saved = saved, .data = data };
  eng_store_key_copy (&job->key, key);
  eng_resume_init_copy (&job->resume, resume);
  queue_job (store, job);
}

void
eng_store_name (EngStore *store, const EngStoreKey *key, const EngName *name, EngStoreSaved saved,
                void *data)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){ .kind = JOB_NAME, .saved = saved, .data = data };
  eng_store_key_copy (&job->key, key);
  eng_name_init_copy (&job->name, name);
  queue_job (store, job);
}
