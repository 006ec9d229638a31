/* eng-crew.c: two lists under one lock, and an eventfd. */
#include "eng-crew-private.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

typedef struct
{
  EngTask *first;
  EngTask *last;
  size_t n;
} TaskList;

struct EngCrew
{
  BtioWatch watch; /* first: ready() casts back */
  int event_fd;
  void (*settled) (void *data);
  void *data;

  pthread_mutex_t lock;
  pthread_cond_t work;
  TaskList ready; /* under the lock, as the rest down to the threads */
  TaskList done;
  bool stopping;

  pthread_t *threads;
  unsigned n_threads; /* that were started */
};

static void
append (TaskList *list, EngTask *task)
{
  task->next = NULL;
  if (list->last != NULL)
    list->last->next = task;
  else
    list->first = task;
  list->last = task;
  list->n++;
}

static EngTask *
take_first (TaskList *list)
{
  EngTask *task = list->first;

  list->first = task->next;
  if (list->first == NULL)
    list->last = NULL;
  list->n--;
  return task;
}

/* --- the threads --- */

/* Takes a thread's fair share of the tasks that may run together, or what they ask for. */
static size_t
take_batch (EngCrew *crew, EngTask **tasks)
{
  size_t share = MAX (1 + crew->ready.n / crew->n_threads, crew->ready.first->least);
  size_t n = 0;

  do
    tasks[n++] = take_first (&crew->ready);
  while (n < share && n < tasks[0]->batch && crew->ready.first != NULL
         && crew->ready.first->run == tasks[0]->run);
  return n;
}

/* The caller holds the lock. */
static void
settle (EngCrew *crew, EngTask *task)
{
  if (task->finished)
    {
      append (&crew->done, task);
      return;
    }
  task->active = task->again;
  if (task->again)
    append (&crew->ready, task);
  task->again = false;
}

static void *
work (void *data)
{
  EngCrew *crew = data;
  EngTask *tasks[ENG_CREW_BATCH];

  pthread_mutex_lock (&crew->lock);
  for (;;)
    {
      while (crew->ready.first == NULL && !crew->stopping)
        pthread_cond_wait (&crew->work, &crew->lock);
      if (crew->ready.first == NULL)
        break;
      size_t n = take_batch (crew, tasks);
      if (crew->ready.first != NULL)
        pthread_cond_signal (&crew->work);
      pthread_mutex_unlock (&crew->lock);
      tasks[0]->run (tasks, n);
      pthread_mutex_lock (&crew->lock);
      bool silent = crew->done.first == NULL;
      for (size_t i = 0; i < n; i++)
        settle (crew, tasks[i]);
      if (silent && crew->done.first != NULL)
        eng_crew_poke (crew);
    }
  pthread_mutex_unlock (&crew->lock);
  return NULL;
}

/* No signal is for a disk thread; a file that grows beyond its limit is then an error and no
 * SIGXFSZ. */
static bool
start_thread (EngCrew *crew)
{
  sigset_t all;
  sigset_t before;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  int failure = pthread_create (&crew->threads[crew->n_threads], NULL, work, crew);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  errno = failure;
  return failure == 0;
}

/* --- the engine's thread --- */

static void
on_event (BtioWatch *watch, uint32_t events)
{
  EngCrew *crew = (EngCrew *) (void *) watch;
  uint64_t count;
  TaskList done;

  (void) !read (crew->event_fd, &count, sizeof count); /* nobody else reads it */
  pthread_mutex_lock (&crew->lock);
  done = crew->done;
  crew->done = (TaskList){ 0 };
  pthread_mutex_unlock (&crew->lock);
  while (done.first != NULL)
    {
      EngTask *task = take_first (&done);

      task->done (task);
    }
  crew->settled (crew->data);
}

EngCrew *
eng_crew_new (BtioReactor *reactor, unsigned n_threads, void (*settled) (void *data), void *data)
{
  EngCrew *crew = g_new0 (EngCrew, 1);
  bool ok;

  crew->settled = settled;
  crew->data = data;
  crew->threads = g_new0 (pthread_t, n_threads);
  crew->watch.ready = on_event;
  pthread_mutex_init (&crew->lock, NULL);
  pthread_cond_init (&crew->work, NULL);
  crew->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  ok = crew->event_fd >= 0 && btio_watch_start (&crew->watch, reactor, crew->event_fd, EPOLLIN);
  pthread_mutex_lock (&crew->lock); /* the threads divide by their number */
  while (ok && crew->n_threads < n_threads)
    {
      ok = start_thread (crew);
      crew->n_threads += ok;
    }
  pthread_mutex_unlock (&crew->lock);
  if (ok)
    return crew;
  int saved = errno;
  eng_crew_free (crew);
  errno = saved;
  return NULL;
}

void
eng_crew_free (EngCrew *crew)
{
  if (crew == NULL)
    return;
  pthread_mutex_lock (&crew->lock);
  crew->stopping = true;
  pthread_cond_broadcast (&crew->work);
  pthread_mutex_unlock (&crew->lock);
  for (unsigned i = 0; i < crew->n_threads; i++)
    pthread_join (crew->threads[i], NULL);
  bt_assert (crew->done.first == NULL);
  btio_watch_stop (&crew->watch);
  if (crew->event_fd >= 0)
    close (crew->event_fd);
  pthread_cond_destroy (&crew->work);
  pthread_mutex_destroy (&crew->lock);
  g_free (crew->threads);
  g_free (crew);
}

/* --- any thread --- */

void
eng_crew_queue_all (EngCrew *crew, EngTask *const *tasks, size_t n)
{
  pthread_mutex_lock (&crew->lock);
  for (size_t i = 0; i < n; i++)
    {
      if (!tasks[i]->active)
        append (&crew->ready, tasks[i]);
      tasks[i]->again = tasks[i]->active;
      tasks[i]->active = true;
    }
  if (crew->ready.first != NULL)
    pthread_cond_signal (&crew->work);
  pthread_mutex_unlock (&crew->lock);
}

void
eng_crew_queue (EngCrew *crew, EngTask *task)
{
  eng_crew_queue_all (crew, &task, 1);
}

void
eng_crew_post (EngCrew *crew, EngTask *task)
{
  pthread_mutex_lock (&crew->lock);
  if (crew->done.first == NULL)
    eng_crew_poke (crew);
  append (&crew->done, task);
  pthread_mutex_unlock (&crew->lock);
}

void
eng_crew_renew (EngCrew *crew, EngTask *task)
{
  pthread_mutex_lock (&crew->lock);
  bt_assert (task->finished);
  task->finished = task->active = task->again = false;
  pthread_mutex_unlock (&crew->lock);
}

void
eng_crew_poke (EngCrew *crew)
{
  const uint64_t one = 1;

  (void) !write (crew->event_fd, &one, sizeof one); /* a full counter wakes just as well */
}
