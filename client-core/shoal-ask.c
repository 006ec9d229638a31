/* shoal-ask.c: questions that end once, by their answer or by their cancellable. */
#include "client-core/shoal-ask-private.h"

#include <errno.h>
#include <sys/random.h>

#include <glib/gi18n-lib.h>

#include "client-core/shoal-session-private.h"
#include "protocol/core/bt-error.h"
#include "shoal-error.h"

gboolean
shoal_ask_place_init (ShoalAskPlace *place, const char *address, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  const char *at = address != NULL ? address : ":0";

  *place = (ShoalAskPlace){ 0 };
  if (!shoal_parse_bind (at, &place->bind, &place->interface))
    {
      shoal_ask_place_clear (place);
      g_propagate_error (error, shoal_bind_error (at));
      return FALSE;
    }
  place->reactor = btio_reactor_new (context);
  if (place->reactor != NULL
      && getrandom (place->random, sizeof place->random, 0) == (ssize_t) sizeof place->random)
    return TRUE;
  g_set_error_literal (error, SHOAL_ERROR, SHOAL_ERROR_FAILED, g_strerror (errno));
  shoal_ask_place_clear (place);
  return FALSE;
}

void
shoal_ask_place_clear (ShoalAskPlace *place)
{
  btio_reactor_free (place->reactor);
  g_free (place->interface);
  *place = (ShoalAskPlace){ 0 };
}

GError *
shoal_ask_problem (const char *url, const char *problem)
{
  return g_error_new (SHOAL_ERROR, SHOAL_ERROR_NETWORK, _ ("“%s”: %s"), url, problem);
}

/* --- the end --- */

static gboolean
hand_over (void *data)
{
  ShoalAsk *ask = data;

  if (ask->result != NULL)
    g_task_return_pointer (ask->task, g_steal_pointer (&ask->result), ask->forget);
  else
    g_task_return_error (ask->task, g_steal_pointer (&ask->error));
  return G_SOURCE_REMOVE;
}

/* The task goes last: it may hold all that the question stands on. */
static void
ask_free (void *data)
{
  ShoalAsk *ask = data;
  GTask *task = g_steal_pointer (&ask->task);

  if (ask->result != NULL)
    ask->forget (ask->result);
  g_clear_error (&ask->error);
  ask->free (ask);
  g_object_unref (task);
}

static void
forget_cancellable (ShoalAsk *ask)
{
  if (ask->cancelled == NULL)
    return;
  g_source_destroy (ask->cancelled);
  g_clear_pointer (&ask->cancelled, g_source_unref);
}

void
shoal_ask_end (ShoalAsk *ask, void *result, GDestroyNotify forget, GError *error)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  forget_cancellable (ask);
  ask->result = result;
  ask->forget = forget;
  ask->error = error;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, hand_over, ask, ask_free);
  g_source_attach (source, g_task_get_context (ask->task));
}

/* --- the beginning --- */

static gboolean
on_cancelled (GCancellable *cancellable, void *data)
{
  ShoalAsk *ask = data;

  ask->cancel (ask);
  shoal_ask_end (
      ask, NULL, NULL,
      shoal_error_new_problem (BT_ERROR_CANCELLED, 0, BT_NOWHERE, BT_NOWHERE, NULL, NULL));
  return G_SOURCE_REMOVE;
}

void
shoal_ask_begin (ShoalAsk *ask, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  ask->task = task;
  g_task_set_check_cancellable (task, FALSE); /* the answer says it itself */
  if (cancellable == NULL)
    return;
  ask->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (ask->cancelled, G_SOURCE_FUNC (on_cancelled), ask, NULL);
  g_source_attach (ask->cancelled, g_task_get_context (task));
}
