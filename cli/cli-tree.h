/* cli-tree.h: the files of a torrent as a tree of lines, and those that one was made of. */
#pragma once

#include "cli/cli.h"
#include "client-core/shoal.h"
#include "protocol/files/btf-tree.h"
#include "protocol/torrent/bt-metainfo.h"

/* Prints folders and files with their sizes; at most @max_lines lines, then how many files more
 * there are; 0 for all. */
void cli_tree_put (const CliApp *app, const BtMetainfo *metainfo, size_t max_lines);

/* The files of which a torrent was made just now, for whoever seeds them. (transfer full) */
ShoalHashedFiles *cli_tree_hashed (const BtfTree *tree);
