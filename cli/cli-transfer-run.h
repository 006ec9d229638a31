/* cli-transfer-run.h: one run of a transfer, which cli-transfer.c drives, and what it says. */
#pragma once

#include "cli/cli-hook.h"
#include "cli/cli-transfer-events.h"
#include "cli/cli-transfer-limits.h"
#include "cli/cli-transfer-line.h"
#include "cli/cli-transfer-peers.h"
#include "cli/cli-transfer.h"

typedef enum
{
  CLI_TRANSFER_RUNNING,
  CLI_TRANSFER_LEAVING, /* shoal_torrent_remove() was called */
  CLI_TRANSFER_GONE
} CliTransferPhase;

/* One run. */
typedef struct
{
  const CliTransfer *transfer;
  const CliApp *app;
  CliTransferLimits limits;
  GMainLoop *loop;
  ShoalSession *session;
  ShoalTorrent *torrent;
  BtMetainfo *metainfo; /* NULL until a magnet's is known */
  CliPeers *peers;
  CliHook *hook; /* while it runs */
  CliTransferLine line;
  GHashTable *told; /* what trackers have said */
  char *told_port;
  unsigned n_renaming; /* files that are being given their names of --rename */
  ShoalTorrentState state;
  CliTransferPhase phase;
  const char *reason; /* why it ends */
  int exit_code;
  int64_t start_us;
  int64_t state_us; /* since when it is in its state */
  int64_t got_us;   /* when something came last */
  uint64_t downloaded;
  double metadata; /* how much of it is here */
  bool loneliness_told;
} CliTransferRun;

/* An event with members of its own, where events are written. */
void cli_transfer_event (const CliTransferRun *run, const char *event, const CliEventText *texts);

/* A sentence for a person, where none is. */
void cli_transfer_say (CliTransferRun *run, const char *sentence);

/* What went wrong, in either way; returns @exit_code. */
int cli_transfer_fail (CliTransferRun *run, int exit_code, const char *code, const char *message,
                       const char *hint);

void cli_transfer_say_complete (CliTransferRun *run);

/* What a magnet stands for; @output: the .torrent that was written, or NULL. */
void cli_transfer_say_metadata (CliTransferRun *run, const char *output);

/* A file is called so from now on, or was already. */
void cli_transfer_say_renamed (CliTransferRun *run, unsigned number, const char *path);

/* What was given to others, at the end. */
void cli_transfer_say_shared (CliTransferRun *run);

/* A handler of ShoalTorrent::tracker-said; @data is the run. */
void cli_transfer_say_tracker (ShoalTorrent *torrent, const char *url, const char *message,
                               gboolean failed, void *data);
