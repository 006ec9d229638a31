/* cli-edit-lists.h: adding, taking out and replacing trackers and web seeds of a torrent. */
#pragma once

#include "cli/cli.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct
{
  char **add_trackers;
  char **remove_trackers;
  char **replace_trackers; /* OLD=NEW */
  char **add_seeds;
  char **remove_seeds;
} CliListChanges;

/* The lists as they are to be; texts belong to the metainfo or to @texts. */
typedef struct
{
  GArray *trackers; /* of BtTracker, by tier */
  GArray *seeds;    /* of BtWebSeed */
  GStringChunk *texts;
  bool trackers_changed;
  bool seeds_changed;
} CliLists;

void cli_list_changes_describe (CliListChanges *changes, GArray *entries);
void cli_list_changes_clear (CliListChanges *changes);

/* Applies the changes to the lists of @metainfo: out, then in another's place, then in. False after
 * the mistake was reported. Clear @out in any case. */
bool cli_lists_change (CliLists *out, const CliListChanges *changes, const CliApp *app,
                       const BtMetainfo *metainfo);
void cli_lists_clear (CliLists *lists);
