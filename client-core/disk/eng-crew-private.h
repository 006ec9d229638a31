/* eng-crew-private.h: the threads that wait for disks, and the way back to the engine's thread.
 *
 *     engine thread: queue -> [ready] -> a thread: run() -> [done] -> eventfd -> done()
 *
 * A task is never run by two threads at once: queued again while it runs, it runs once more behind
 * the others. That is what keeps the jobs of a piece in order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "protocol/io/btio-reactor.h"

/* The most tasks that are run together. */
#define ENG_CREW_BATCH 16

typedef struct EngCrew EngCrew;
typedef struct EngTask EngTask;

/* Embedded in its owner. */
struct EngTask
{
  /* On a thread of the crew: several tasks with the same function at once, up to @batch. */
  void (*run) (EngTask *const *tasks, size_t n);
  /* On the engine's thread, after a run that set @finished, or eng_crew_post(); may free the task.
   */
  void (*done) (EngTask *task);
  unsigned batch; /* 1 up to ENG_CREW_BATCH */
  unsigned least; /* so many go to one thread, though another is free */
  bool finished;  /* whoever runs it sets it; the task is not run again before eng_crew_renew() */

  /* The crew's, under its lock. */
  EngTask *next;
  bool active; /* waits, runs, or is finished */
  bool again;  /* was queued while it ran */
};

/* @settled is called on the engine's thread after each round of done(). NULL and errno when threads
 * or descriptors cannot be had. */
EngCrew *eng_crew_new (BtioReactor *reactor, unsigned n_threads, void (*settled) (void *data),
                       void *data);

/* No task may be under way. Accepts NULL. */
void eng_crew_free (EngCrew *crew);

/* Has the task run, from any thread. */
void eng_crew_queue (EngCrew *crew, EngTask *task);

/* The same for several, which stay together. */
void eng_crew_queue_all (EngCrew *crew, EngTask *const *tasks, size_t n);

/* Has done() called without a run, from any thread; not again before that. */
void eng_crew_post (EngCrew *crew, EngTask *task);

/* In done(): the task may be queued again. */
void eng_crew_renew (EngCrew *crew, EngTask *task);

/* Has settled() called, from any thread. */
void eng_crew_poke (EngCrew *crew);
