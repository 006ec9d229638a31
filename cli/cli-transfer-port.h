/* cli-transfer-port.h: telling where others find a transfer: whether strangers reach it, by what
 * port of the router, and by what link. */
#pragma once

#include "cli/cli.h"
#include "client-core/shoal.h"

/* Tells it as an event, or with --verbose as a sentence. Each is told once in a row: @told is what
 * was told last, freed by the caller, NULL at first. */
void cli_transfer_tell_port (const CliApp *app, ShoalSession *session, ShoalTorrent *torrent,
                             int64_t start_us, char **told);

/* It seeds from now on: the event has the link to hand out; a person sees it where nothing but
 * our own addresses leads to us. */
void cli_transfer_tell_seeding (const CliApp *app, ShoalSession *session, ShoalTorrent *torrent,
                                int64_t start_us);
