/* cli-fetch.h: a .torrent from wherever a person says it is. */
#pragma once

#include "cli/cli.h"
#include "protocol/torrent/bt-metainfo.h"

/* Reads a .torrent: @text is the path of a file, "-" for stdin, or a URL of http or https, which is
 * asked from @bind (NULL for anywhere). A file of that name wins. NULL after the error was reported
 * and *exit_code set. (transfer full) */
BtMetainfo *cli_fetch_torrent (const CliApp *app, const char *text, const char *bind,
                               int *exit_code);
