/* cli-progress.h: one line on stderr that says how far a long piece of work is.
 *
 * Shown on a terminal alone, and only when the work takes longer than half a second. */
#pragma once

#include "cli/cli.h"
#include "protocol/files/btf-control.h"

typedef struct
{
  const CliApp *app;
  const char *what; /* "Hashing" */
  int64_t start_us;
  int64_t shown_us;
  bool visible;
} CliProgress;

/* Fills @control so that the work draws the line and stops at a signal. Both live until it ends. */
void cli_progress_init (CliProgress *progress, const CliApp *app, const char *what,
                        BtfControl *control);

/* Appends "[#####   ] ", in eighths of a cell where the locale has them; @part is 0 to 1. */
void cli_append_bar (GString *line, const CliApp *app, double part, unsigned cells);

/* "3 m 5 s", to two units. (transfer full) */
char *cli_duration_text (double seconds);

/* Takes the line away. */
void cli_progress_end (CliProgress *progress);
