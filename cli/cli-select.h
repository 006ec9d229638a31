/* cli-select.h: the files that --select names, "1,3-5", as `shoal show` numbers them. */
#pragma once

#include "cli/cli.h"
#include "protocol/torrent/bt-metainfo.h"
#include "protocol/torrent/bt-select-only.h"

/* Reads @text into an empty @out, in the torrent's own numbers, which count pads as well. Without a
 * @metainfo (NULL) the two are taken for the same. False after the mistake was reported. */
bool cli_select_parse (const CliApp *app, const char *text, const BtMetainfo *metainfo,
                       BtSelectOnly *out);

/* One byte for each file, as shoal_session_add() takes them. (transfer full) */
GBytes *cli_select_priorities (const BtSelectOnly *selection, const BtMetainfo *metainfo);
