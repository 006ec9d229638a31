/* shoal-work.c: see the header. The work reads files for minutes: it has no thread of a pool that
 * others wait for. */
#include "client-core/shoal-work-private.h"

#include "shoal-error.h"

GError *
shoal_work_problem (BtfError *error)
{
  GError *problem
      = shoal_error_new_problem (error->why.code, error->why.sys_errno, error->why.offset,
                                 error->why.item, error->why.key, error->path);

  btf_error_clear (error);
  return problem;
}

/* --- the asking thread --- */

static void
take_progress (void *owner, void *letter)
{
  ShoalWork *work = owner;

  work->progress (work, letter);
}

static void
end (ShoalWork *work)
{
  GTask *task = work->task;
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (work->handler != 0)
    g_cancellable_disconnect (cancellable, work->handler);
  shoal_post_close (work->post);
  shoal_post_unref (work->post);
  if (work->error != NULL)
    g_task_return_error (task, work->error);
  else
    g_task_return_pointer (task, work->result, work->forget);
  work->free (work);
  g_object_unref (task);
}

static void
take_end (void *owner, void *letter)
{
  ShoalWork *work = owner;

  pthread_join (work->thread, NULL);
  end (work);
}

static void
on_cancelled (GCancellable *cancellable, ShoalWork *work)
{
  atomic_store (&work->cancelled, true);
}

/* --- the work's thread --- */

static void
on_progress (void *data, const BtfProgress *progress)
{
  ShoalWork *work = data;

  shoal_post_send (work->post, take_progress, g_memdup2 (progress, sizeof *progress), g_free);
}

static void *
run (void *data)
{
  ShoalWork *work = data;

  work->run (work);
  shoal_post_send (work->post, take_end, NULL, g_free);
  return NULL;
}

void
shoal_work_start (ShoalWork *work, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  int failure;

  work->task = task;
  g_task_set_check_cancellable (task, FALSE); /* it ends with an error of our own */
  work->post = shoal_post_new (work);
  atomic_init (&work->cancelled, false);
  work->control = (BtfControl){ .progress = on_progress, .data = work, .cancel = &work->cancelled };
  if (cancellable != NULL)
    work->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), work, NULL);
  failure = pthread_create (&work->thread, NULL, run, work);
  if (failure == 0)
    return;
  g_set_error_literal (&work->error, SHOAL_ERROR, SHOAL_ERROR_FAILED, g_strerror (failure));
  end (work);
}
