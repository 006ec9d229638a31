/* btf-pool.h: a fixed number of threads that work off a bounded queue of jobs.
 *
 * The threads, the lock and the flags are POSIX threads and C11 atomics. A pool belongs to the
 * thread that made it: push, wait and free are called from there alone, never from a job; cancel
 * and is_cancelled may be called from any thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct BtfPool BtfPool;

/* Does one job. Every job that was pushed gets here exactly once, also after btf_pool_cancel(), so
 * that it can release what it owns. @worker is below the number of threads and no two calls with
 * the same @worker overlap, so that it may index a buffer of the worker's own. */
typedef void (*BtfPoolFunc) (unsigned worker, void *job, void *user_data);

/* Starts @n_threads threads, at least 1; at most @queue_max jobs wait, at least 1. NULL with errno
 * set when the system gives no thread. */
BtfPool *btf_pool_new (unsigned n_threads, size_t queue_max, BtfPoolFunc func, void *user_data);

/* Hands over @job; blocks while the queue is full. */
void btf_pool_push (BtfPool *pool, void *job);

/* Blocks until no job waits and none runs. What the jobs wrote is visible to the caller after it.
 */
void btf_pool_wait (BtfPool *pool);

/* The same, for at most @timeout_ms; true when the pool became idle. */
bool btf_pool_wait_for (BtfPool *pool, unsigned timeout_ms);

/* Raises a flag that jobs look at. It stays up; nothing is dropped or interrupted. */
void btf_pool_cancel (BtfPool *pool);
bool btf_pool_is_cancelled (const BtfPool *pool);

/* Waits for the jobs that were pushed, then for the threads. Accepts NULL. */
void btf_pool_free (BtfPool *pool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtfPool, btf_pool_free)
