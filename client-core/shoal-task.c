/* shoal-task.c: see the header. */
#include "client-core/shoal-task-private.h"

#include "protocol/core/bt-error.h"
#include "shoal-error.h"

/* Takes @found. */
static void
hand_on (GError *found, GError **error)
{
  if (g_error_matches (found, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (found);
      found = shoal_error_new_problem (BT_ERROR_CANCELLED, 0, BT_NOWHERE, BT_NOWHERE, NULL, NULL);
    }
  if (found != NULL)
    g_propagate_error (error, found);
}

gboolean
shoal_task_take_boolean (GAsyncResult *result, GError **error)
{
  GError *found = NULL;
  gboolean value = g_task_propagate_boolean (G_TASK (result), &found);

  hand_on (found, error);
  return value;
}

void *
shoal_task_take_pointer (GAsyncResult *result, GError **error)
{
  GError *found = NULL;
  void *value = g_task_propagate_pointer (G_TASK (result), &found);

  hand_on (found, error);
  return value;
}
