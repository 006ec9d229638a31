/* cli-transfer.h: moving one torrent, for `shoal download` and `shoal seed`. */
#pragma once

#include "cli/cli.h"
#include "protocol/torrent/bt-metainfo.h"

/* The options of both verbs. */
typedef struct
{
  int port;
  char *bind;
  char **peers;
  gboolean no_trackers;
  gboolean many_per_address;
  char *until_ratio;
  char *seed_for;
  gboolean trust_resume;
} CliTransferOptions;

void cli_transfer_describe (CliTransferOptions *options, GArray *entries);
void cli_transfer_clear (CliTransferOptions *options);

typedef struct
{
  const CliApp *app;
  const CliTransferOptions *options;
  const BtMetainfo *metainfo;
  const char *folder; /* that holds the torrent's file or folder */
  bool seed_only;     /* it must be whole already */
  bool seed_after;    /* go on when it is */
  bool preallocate;
} CliTransfer;

/* Runs until the transfer is done, its condition is met, or it is interrupted. The exit code. */
int cli_transfer_run (const CliTransfer *transfer);
