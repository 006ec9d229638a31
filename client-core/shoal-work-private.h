/* shoal-work-private.h: a long piece of work over files on a thread of its own, and its answer on
 * the thread that asked for it. */
#pragma once

#include <pthread.h>

#include <gio/gio.h>

#include "client-core/shoal-post-private.h"
#include "protocol/files/btf-control.h"
#include "protocol/files/btf-error.h"

/* Embedded at the start of what the work needs. */
typedef struct ShoalWork ShoalWork;
struct ShoalWork
{
  /* On the work's thread: sets the result or the error; looks at @control. */
  void (*run) (ShoalWork *work);
  /* On the asking thread: how far it is. */
  void (*progress) (ShoalWork *work, const BtfProgress *progress);
  /* On the asking thread, at the end. */
  void (*free) (ShoalWork *work);
  BtfControl control;

  GTask *task;
  ShoalPost *post;
  pthread_t thread;
  atomic_bool cancelled;
  gulong handler; /* of the cancellable */
  void *result;   /* one of the two, at the end */
  GDestroyNotify forget;
  GError *error;
};

/* Takes @task, and the work itself, whose functions are set. */
void shoal_work_start (ShoalWork *work, GTask *task);

/* What the protocol library reported; @error is cleared. (transfer full) */
GError *shoal_work_problem (BtfError *error);
