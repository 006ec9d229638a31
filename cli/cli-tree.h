/* cli-tree.h: the files of a torrent as a tree of lines. */
#pragma once

#include "cli/cli.h"
#include "protocol/torrent/bt-metainfo.h"

/* Prints folders and files with their sizes; at most @max_lines lines, then how many files more
 * there are; 0 for all. */
void cli_tree_put (const CliApp *app, const BtMetainfo *metainfo, size_t max_lines);
