/* btf-pool.c: the queue is a ring under one lock; three conditions tell what its waiters wait for.
 */
#include "protocol/files/btf-pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "protocol/core/bt-assert.h"

typedef struct
{
  BtfPool *pool;
  unsigned index;
  pthread_t thread;
} BtfWorker;

struct BtfPool
{
  BtfPoolFunc func;
  void *user_data;
  atomic_bool cancelled;

  pthread_mutex_t lock;
  pthread_cond_t not_empty; /* workers wait for a job, or for the end */
  pthread_cond_t not_full;  /* the owner waits for a place */
  pthread_cond_t idle;      /* the owner waits for the last job */

  /* Under the lock. */
  void **ring;
  size_t ring_len;
  size_t first;
  size_t n_waiting;
  unsigned n_running;
  bool stopping;

  BtfWorker *workers;
  unsigned n_workers; /* threads that were started */
};

/* Takes the next job, the caller holding the lock; false when there will be none any more. */
static bool
take_job (BtfPool *pool, void **job)
{
  while (pool->n_waiting == 0 && !pool->stopping)
    pthread_cond_wait (&pool->not_empty, &pool->lock);
  if (pool->n_waiting == 0)
    return false;

  *job = pool->ring[pool->first];
  pool->first = (pool->first + 1) % pool->ring_len;
  pool->n_waiting--;
  pool->n_running++;
  pthread_cond_signal (&pool->not_full);
  return true;
}

static void *
work (void *data)
{
  const BtfWorker *worker = data;
  BtfPool *pool = worker->pool;
  void *job;

  pthread_mutex_lock (&pool->lock);
  while (take_job (pool, &job))
    {
      pthread_mutex_unlock (&pool->lock);
      pool->func (worker->index, job, pool->user_data);
      pthread_mutex_lock (&pool->lock);
      if (--pool->n_running == 0 && pool->n_waiting == 0)
        pthread_cond_signal (&pool->idle);
    }
  pthread_mutex_unlock (&pool->lock);
  return NULL;
}

/* Timed waits on it count by the clock that nobody sets. */
static void
init_idle (BtfPool *pool)
{
  pthread_condattr_t attributes;

  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&pool->idle, &attributes);
  pthread_condattr_destroy (&attributes);
}

BtfPool *
btf_pool_new (unsigned n_threads, size_t queue_max, BtfPoolFunc func, void *user_data)
{
  bt_assert (n_threads > 0 && queue_max > 0);
  BtfPool *pool = g_new0 (BtfPool, 1);

  pool->func = func;
  pool->user_data = user_data;
  pool->ring = g_new (void *, queue_max);
  pool->ring_len = queue_max;
  pool->workers = g_new0 (BtfWorker, n_threads);
  pthread_mutex_init (&pool->lock, NULL);
  pthread_cond_init (&pool->not_empty, NULL);
  pthread_cond_init (&pool->not_full, NULL);
  init_idle (pool);

  while (pool->n_workers < n_threads)
    {
      BtfWorker *worker = &pool->workers[pool->n_workers];

      *worker = (BtfWorker){ .pool = pool, .index = pool->n_workers };
      int failure = pthread_create (&worker->thread, NULL, work, worker);
      if (failure != 0)
        {
          btf_pool_free (pool);
          errno = failure;
          return NULL;
        }
      pool->n_workers++;
    }
  return pool;
}

void
btf_pool_push (BtfPool *pool, void *job)
{
  pthread_mutex_lock (&pool->lock);
  while (pool->n_waiting == pool->ring_len)
    pthread_cond_wait (&pool->not_full, &pool->lock);
  pool->ring[(pool->first + pool->n_waiting) % pool->ring_len] = job;
  pool->n_waiting++;
  pthread_cond_signal (&pool->not_empty);
  pthread_mutex_unlock (&pool->lock);
}

void
btf_pool_wait (BtfPool *pool)
{
  pthread_mutex_lock (&pool->lock);
  while (pool->n_waiting > 0 || pool->n_running > 0)
    pthread_cond_wait (&pool->idle, &pool->lock);
  pthread_mutex_unlock (&pool->lock);
}

bool
btf_pool_wait_for (BtfPool *pool, unsigned timeout_ms)
{
  struct timespec until;
  bool idle;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += timeout_ms / 1000;
  until.tv_nsec += (long) (timeout_ms % 1000) * 1000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;

  pthread_mutex_lock (&pool->lock);
  while (!(idle = pool->n_waiting == 0 && pool->n_running == 0))
    if (pthread_cond_timedwait (&pool->idle, &pool->lock, &until) != 0)
      break;
  pthread_mutex_unlock (&pool->lock);
  return idle;
}

void
btf_pool_cancel (BtfPool *pool)
{
  atomic_store (&pool->cancelled, true);
}

bool
btf_pool_is_cancelled (const BtfPool *pool)
{
  return atomic_load (&pool->cancelled);
}

void
btf_pool_free (BtfPool *pool)
{
  if (pool == NULL)
    return;

  pthread_mutex_lock (&pool->lock);
  pool->stopping = true;
  pthread_cond_broadcast (&pool->not_empty);
  pthread_mutex_unlock (&pool->lock);
  for (unsigned i = 0; i < pool->n_workers; i++)
    pthread_join (pool->workers[i].thread, NULL);

  pthread_cond_destroy (&pool->idle);
  pthread_cond_destroy (&pool->not_full);
  pthread_cond_destroy (&pool->not_empty);
  pthread_mutex_destroy (&pool->lock);
  g_free (pool->workers);
  g_free (pool->ring);
  g_free (pool);
}
