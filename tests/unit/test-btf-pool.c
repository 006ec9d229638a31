/* test-btf-pool.c: every job runs once, the queue is bounded, waiting and stopping are complete. */
#include <pthread.h>
#include <stdatomic.h>

#include <glib.h>

#include "protocol/files/btf-pool.h"

#define MAX_WORKERS 4

typedef struct
{
  unsigned n_runs; /* written by one worker, read after btf_pool_wait() */
  bool saw_cancel;
} Job;

typedef struct
{
  BtfPool *pool;
  atomic_uint n_done;
  atomic_bool busy[MAX_WORKERS];
} Count;

static void
count_job (unsigned worker, void *data, void *user_data)
{
  Job *job = data;
  Count *count = user_data;

  g_assert_cmpuint (worker, <, MAX_WORKERS);
  g_assert_false (atomic_exchange (&count->busy[worker], true));
  job->n_runs++;
  job->saw_cancel = count->pool != NULL && btf_pool_is_cancelled (count->pool);
  atomic_fetch_add (&count->n_done, 1);
  atomic_store (&count->busy[worker], false);
}

static const struct
{
  const char *name;
  unsigned n_threads;
  size_t queue_max;
  unsigned n_jobs;
} cases[] = {
  { "none", 2, 2, 0 },
  { "one", 1, 1, 1 },
  { "more-threads-than-jobs", MAX_WORKERS, 8, 2 },
  { "short-queue", MAX_WORKERS, 1, 2000 },
  { "long-queue", 2, 64, 2000 },
};

static void
test_every_job_once (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree Job *jobs = g_new0 (Job, cases[i].n_jobs + 1);
      Count count = { 0 };
      g_autoptr (BtfPool) pool
          = btf_pool_new (cases[i].n_threads, cases[i].queue_max, count_job, &count);

      g_test_message ("%s", cases[i].name);
      g_assert_nonnull (pool);
      for (unsigned j = 0; j < cases[i].n_jobs; j++)
        btf_pool_push (pool, &jobs[j]);
      btf_pool_wait (pool);
      g_assert_cmpuint (atomic_load (&count.n_done), ==, cases[i].n_jobs);
      for (unsigned j = 0; j < cases[i].n_jobs; j++)
        g_assert_cmpuint (jobs[j].n_runs, ==, 1);
    }
}

static void
test_wait_again (void)
{
  Job jobs[30] = { 0 };
  Count count = { 0 };
  g_autoptr (BtfPool) pool = btf_pool_new (2, 3, count_job, &count);

  for (unsigned i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      btf_pool_push (pool, &jobs[i]);
      btf_pool_wait (pool);
      g_assert_cmpuint (jobs[i].n_runs, ==, 1);
    }
}

static void
test_free_finishes_jobs (void)
{
  Job jobs[100] = { 0 };
  Count count = { 0 };
  BtfPool *pool = btf_pool_new (3, G_N_ELEMENTS (jobs), count_job, &count);

  for (unsigned i = 0; i < G_N_ELEMENTS (jobs); i++)
    btf_pool_push (pool, &jobs[i]);
  btf_pool_free (pool);
  g_assert_cmpuint (atomic_load (&count.n_done), ==, G_N_ELEMENTS (jobs));
  btf_pool_free (NULL);
}

static void
test_cancel_is_seen (void)
{
  Job job = { 0 };
  Count count = { 0 };
  g_autoptr (BtfPool) pool = btf_pool_new (2, 2, count_job, &count);

  count.pool = pool;
  g_assert_false (btf_pool_is_cancelled (pool));
  btf_pool_cancel (pool);
  btf_pool_push (pool, &job);
  btf_pool_wait (pool);
  g_assert_cmpuint (job.n_runs, ==, 1);
  g_assert_true (job.saw_cancel);
  g_assert_true (btf_pool_is_cancelled (pool));
}

/* A gate keeps the only worker in its first job, so that what is pushed after it stays queued. */
typedef struct
{
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool open;
  bool entered;
} Gate;

static void
gate_job (unsigned worker, void *data, void *user_data)
{
  Gate *gate = data;

  pthread_mutex_lock (&gate->lock);
  gate->entered = true;
  pthread_cond_broadcast (&gate->changed);
  while (!gate->open)
    pthread_cond_wait (&gate->changed, &gate->lock);
  pthread_mutex_unlock (&gate->lock);
  atomic_fetch_add ((atomic_uint *) user_data, 1);
}

typedef struct
{
  Gate *gate;
  BtfPool *pool;
  unsigned n_jobs;
  atomic_uint n_pushed;
} Pusher;

static void *
push_all (void *data)
{
  Pusher *pusher = data;

  for (unsigned i = 0; i < pusher->n_jobs; i++)
    {
      btf_pool_push (pusher->pool, pusher->gate);
      atomic_fetch_add (&pusher->n_pushed, 1);
    }
  return NULL;
}

/* The pusher never gets further than one running job and a full queue while the gate is shut. */
static void
test_push_blocks_while_full (void)
{
  enum
  {
    QUEUE = 3,
    JOBS = 10
  };
  Gate gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
  atomic_uint n_done = 0;
  g_autoptr (BtfPool) pool = btf_pool_new (1, QUEUE, gate_job, &n_done);
  Pusher pusher = { .gate = &gate, .pool = pool, .n_jobs = JOBS };
  pthread_t thread;

  g_assert_cmpint (pthread_create (&thread, NULL, push_all, &pusher), ==, 0);
  while (atomic_load (&pusher.n_pushed) < QUEUE + 1)
    sched_yield ();
  for (int i = 0; i < 1000; i++)
    sched_yield ();
  g_assert_cmpuint (atomic_load (&pusher.n_pushed), ==, QUEUE + 1);
  g_assert_cmpuint (atomic_load (&n_done), ==, 0);

  pthread_mutex_lock (&gate.lock);
  g_assert_true (gate.entered);
  gate.open = true;
  pthread_cond_broadcast (&gate.changed);
  pthread_mutex_unlock (&gate.lock);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
  btf_pool_wait (pool);
  g_assert_cmpuint (atomic_load (&n_done), ==, JOBS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/every-job-once", test_every_job_once);
  g_test_add_func ("/pool/wait-again", test_wait_again);
  g_test_add_func ("/pool/free-finishes-jobs", test_free_finishes_jobs);
  g_test_add_func ("/pool/cancel-is-seen", test_cancel_is_seen);
  g_test_add_func ("/pool/push-blocks-while-full", test_push_blocks_while_full);
  return g_test_run ();
}
