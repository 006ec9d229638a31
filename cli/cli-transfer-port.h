/* cli-transfer-port.h: telling whether strangers reach a transfer, and by what port of the router.
 */
#pragma once

#include "cli/cli.h"
#include "client-core/shoal.h"

/* Tells it as an event, or with --verbose as a sentence. Each is told once in a row: @told is what
 * was told last, freed by the caller, NULL at first. */
void cli_transfer_tell_port (const CliApp *app, ShoalSession *session, ShoalTorrent *torrent,
                             int64_t start_us, char **told);
