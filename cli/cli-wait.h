/* cli-wait.h: waiting on the main loop for a few things at once, which Ctrl-C or a deadline ends.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

typedef struct
{
  GCancellable *cancellable; /* for what is waited for */
  unsigned open;             /* how much has not ended */
} CliWait;

void cli_wait_init (CliWait *wait);
void cli_wait_clear (CliWait *wait);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliWait, cli_wait_clear)

/* Runs the loop until nothing is open. After @timeout_ms, 0 for never, or at a signal when
 * @interruptible, all is cancelled, and so ends soon. */
void cli_wait_run (CliWait *wait, unsigned timeout_ms, bool interruptible);
