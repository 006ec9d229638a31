/* cli-transfer-line.h: one line on stderr that says how far a transfer is, on a terminal alone. */
#pragma once

#include "cli/cli.h"
#include "client-core/shoal.h"

typedef struct
{
  const CliApp *app;
  bool wanted;
  bool visible;
  int64_t shown_us;
} CliTransferLine;

void cli_transfer_line_init (CliTransferLine *line, const CliApp *app);

/* Draws the line anew, at most ten times a second; its width is that of the terminal at the time.
 */
void cli_transfer_line_show (CliTransferLine *line, ShoalTorrent *torrent);

/* Takes it away, so that something else can be said. */
void cli_transfer_line_clear (CliTransferLine *line);
