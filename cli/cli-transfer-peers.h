/* cli-transfer-peers.h: peers that a person names. */
#pragma once

#include "cli/cli-transfer.h"
#include "client-core/shoal.h"
#include "protocol/torrent/bt-magnet.h"

typedef struct CliPeers CliPeers;

/* Whether there is anybody to ask: trackers or peers of the torrent, of the link or of the options.
 * One of @metainfo and @magnet is NULL. */
bool cli_peers_are_named (const CliTransferOptions *options, const BtMetainfo *metainfo,
                          const BtMagnet *magnet);

/* Whether each of @peers (ends with NULL, or NULL) is HOST:PORT; says which is not. */
bool cli_peers_check (const CliApp *app, char **peers);

/* Hands them to @torrent: addresses at once, names when they are known; one that nobody knows is
 * warned of. (transfer full) */
CliPeers *cli_peers_add (const CliApp *app, char **peers, ShoalTorrent *torrent);

/* Names that are not known yet stay so. Accepts NULL. */
void cli_peers_free (CliPeers *peers);
