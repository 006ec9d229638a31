/* cli-fetch.h: a .torrent from wherever a person says it is. */
#pragma once

#include "cli/cli.h"
#include "cli/cli-torrent.h"

/* Reads a .torrent or a magnet link: @text is what cli_source_load() takes, or a URL of http or
 * https, which is asked from @bind (NULL for anywhere). A file of that name wins. Returns an exit
 * code, after the error was reported. */
int cli_fetch_source (CliSource *source, const CliApp *app, const char *text, const char *bind);
