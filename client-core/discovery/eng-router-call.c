/* eng-router-call.c: see the header. */
#include "client-core/discovery/eng-router-call.h"

#include <gio/gio.h>

#define PROGRAM "shoal-map-port"

/*     under way -> over (done is NULL), held by GLib -> gone */
struct EngRouterCall
{
  GSubprocess *process;
  GCancellable *cancellable;
  BtioTimer deadline;
  char text[ENG_ROUTER_TEXT_MAX];
  EngRouterDone done;
  void *owner;
};

static void
call_free (EngRouterCall *call)
{
  btio_timer_stop (&call->deadline);
  g_clear_object (&call->process);
  g_clear_object (&call->cancellable);
  g_free (call);
}

/* What it has said when its output ends, or it says more than an answer. */
static void
on_said (GObject *source, GAsyncResult *result, gpointer data)
{
  EngRouterCall *call = data;
  EngRouterDone done = call->done;
  void *owner = call->owner;
  EngRouterAnswer answer;
  gsize len = 0;

  /* What was read before an error counts as well. */
  (void) g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &len, NULL);
  eng_router_answer_parse (call->text, len, &answer);
  g_subprocess_force_exit (call->process);
  call_free (call);
  if (done != NULL)
    done (owner, &answer);
}

static void
on_deadline (BtioTimer *timer, uint64_t now_us)
{
  EngRouterCall *call
      = (EngRouterCall *) (void *) ((char *) timer - offsetof (EngRouterCall, deadline));

  g_subprocess_force_exit (call->process); /* which ends its output */
}

/* (transfer full) (nullable) */
static GSubprocess *
start (const EngRouterOrder *order)
{
  const char *folder = g_getenv ("SHOAL_LIBEXECDIR"); /* of a library that is not installed */
  g_autofree char *path
      = g_build_filename (folder != NULL ? folder : SHOAL_LIBEXECDIR, PROGRAM, NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autofree GStrv of_order = eng_router_order_write (order);

  g_ptr_array_add (words, g_steal_pointer (&path));
  for (char **word = of_order; *word != NULL; word++)
    g_ptr_array_add (words, *word);
  g_ptr_array_add (words, NULL);
  return g_subprocess_newv ((const char *const *) words->pdata,
                            G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                            NULL);
}

EngRouterCall *
eng_router_call (BtioReactor *reactor, const EngRouterOrder *order, uint64_t limit_us,
                 EngRouterDone done, void *owner)
{
  GSubprocess *process = start (order);
  EngRouterCall *call;

  if (process == NULL)
    return NULL;
  call = g_new0 (EngRouterCall, 1);
  call->process = process;
  call->cancellable = g_cancellable_new ();
  call->deadline.due = on_deadline;
  call->done = done;
  call->owner = owner;
  btio_timer_set (&call->deadline, reactor, btio_reactor_now_us (reactor) + limit_us);
  g_input_stream_read_all_async (g_subprocess_get_stdout_pipe (process), call->text,
                                 sizeof call->text, G_PRIORITY_DEFAULT, call->cancellable, on_said,
                                 call);
  return call;
}

void
eng_router_end (EngRouterCall *call)
{
  g_subprocess_force_exit (call->process);
}

void
eng_router_cancel (EngRouterCall *call)
{
  if (call == NULL)
    return;
  call->done = NULL;
  btio_timer_stop (&call->deadline);
  g_subprocess_force_exit (call->process);
  g_cancellable_cancel (call->cancellable);
}
