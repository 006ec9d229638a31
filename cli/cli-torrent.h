/* cli-torrent.h: torrents as the verbs read and write them. */
#pragma once

#include "cli/cli.h"
#include "protocol/torrent/bt-magnet.h"
#include "protocol/torrent/bt-metainfo.h"

/* What a verb works on: one of the two. Clear at the end. */
typedef struct
{
  BtMetainfo *metainfo;
  BtMagnet *magnet;
} CliSource;

/* Reads a .torrent or a magnet link: @text is the path of a file, "-" for stdin, a magnet URI or an
 * info-hash of v1 or v2. A file of that name wins over an info-hash. Returns an exit code, after
 * the error was reported. */
int cli_source_load (CliSource *source, const CliApp *app, const char *text);

/* The same of the verb's only argument, which has to be there. */
int cli_source_load_only (CliSource *source, const CliApp *app);

void cli_source_clear (CliSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliSource, cli_source_clear)

/* Reads a .torrent; "-" is stdin. NULL after the error was reported and *exit_code set. (transfer
 * full) */
BtMetainfo *cli_torrent_load (const CliApp *app, const char *path, int *exit_code);

/* Reports why @bytes, or the file at @path when they are NULL, are no torrent, with what that may
 * be instead. Returns the exit code. */
int cli_torrent_fail (const CliApp *app, const BtError *why, const char *path, GBytes *bytes);

/* The torrent's magnet with its name, size, trackers and web seeds. (transfer full) */
BtMagnet *cli_torrent_magnet (const BtMetainfo *metainfo);

/* "v1", "v2", "hybrid"; static. */
const char *cli_format_name (BtFormat format);

/* Lower-case hex, or NULL for no hash. (transfer full) */
char *cli_hex (const uint8_t *bytes, size_t len);

/* Warns about what a lenient reading passed over. */
void cli_torrent_warn (const CliApp *app, const BtMetainfo *metainfo);
