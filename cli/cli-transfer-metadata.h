/* cli-transfer-metadata.h: what a transfer does once the metadata of its magnet link is here. Each
 * returns an exit code, after the error was reported. */
#pragma once

#include "cli/cli-transfer.h"
#include "client-core/shoal.h"

/* (transfer full) */
int cli_transfer_read_metadata (const CliTransfer *transfer, ShoalTorrent *torrent,
                                BtMetainfo **out);

/* Writes the .torrent where it is to be; the path in *output. (transfer full) */
int cli_transfer_write_torrent (const CliTransfer *transfer, ShoalTorrent *torrent, char **output);
