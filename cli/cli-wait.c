/* cli-wait.c: one look at the signals every tenth of a second. */
#include "cli/cli-wait.h"

#include "cli/cli.h"

#define LOOK_MS 100

void
cli_wait_init (CliWait *wait)
{
  *wait = (CliWait){ .cancellable = g_cancellable_new () };
}

void
cli_wait_clear (CliWait *wait)
{
  g_clear_object (&wait->cancellable);
}

static gboolean
look (void *data)
{
  if (atomic_load (&cli_interrupted))
    g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_timeout (void *data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

void
cli_wait_run (CliWait *wait, unsigned timeout_ms, bool interruptible)
{
  guint looking = interruptible ? g_timeout_add (LOOK_MS, look, wait->cancellable) : 0;
  guint timing = timeout_ms > 0 ? g_timeout_add (timeout_ms, on_timeout, wait->cancellable) : 0;

  while (wait->open > 0)
    g_main_context_iteration (NULL, TRUE);
  if (looking != 0)
    g_source_remove (looking);
  if (timing != 0)
    g_source_remove (timing);
}
