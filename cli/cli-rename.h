/* cli-rename.h: the names that --rename gives to files of a torrent: "2=film.mkv", where 2 is the
 * number that `shoal show` gives to the file. */
#pragma once

#include "cli/cli.h"
#include "client-core/shoal.h"
#include "protocol/torrent/bt-metainfo.h"

/* Whether each of @texts (ends with NULL; NULL for none) can be read and, unless @metainfo is NULL,
 * is of a file of it. False after the mistake was reported. */
bool cli_rename_check (const CliApp *app, char **texts, const BtMetainfo *metainfo);

/* Called once for each: @number of the file, from 1; its @path in the torrent's folder as it is
 * now;
 * @error is lent, and NULL when it is called so. */
typedef void (*CliRenamed) (void *owner, unsigned number, const char *path, const GError *error);

/* Begins to rename; @texts were checked against what @torrent has. How many answers come. @owner
 * must be there until they have, which is when the torrent has left at the latest. */
unsigned cli_rename_start (char **texts, ShoalTorrent *torrent, CliRenamed done, void *owner);
