/* cli-transfer.h: moving one torrent, for `shoal download`, `shoal seed` and `shoal create --seed`.
 */
#pragma once

#include "cli/cli-select.h"
#include "cli/cli.h"
#include "client-core/shoal.h"
#include "protocol/torrent/bt-metainfo.h"

/* The options of these verbs. */
typedef struct
{
  int port;
  char *bind;
  char *encryption;
  char **peers;
  char **trackers; /* beside the torrent's; not of `create`, which puts them into it */
  gboolean no_trackers;
  gboolean many_per_address;
  gboolean no_port_mapping;
  gboolean super_seed;
  char *limit_down;
  char *limit_up;
  char *until_ratio;
  char *seed_for;
  gboolean trust_resume;
} CliTransferOptions;

/* What --encryption knows, in the order of ShoalEncryption, and the choices of a verb that has no
 * others. */
extern const char *const cli_encryptions[];
extern const CliChoice cli_transfer_choices[];

/* Where peers come from, and one tracker more, for `resolve`; */
void cli_transfer_describe_peers (CliTransferOptions *options, GArray *entries);
void cli_transfer_describe_tracker (CliTransferOptions *options, GArray *entries);
/* The network's, which all have that move files, and those of `download` and `seed` alone. */
void cli_transfer_describe_network (CliTransferOptions *options, GArray *entries);
void cli_transfer_describe (CliTransferOptions *options, GArray *entries);
void cli_transfer_clear (CliTransferOptions *options);

typedef struct
{
  const CliApp *app;
  const CliTransferOptions *options;
  BtMetainfo *metainfo;       /* lent; NULL: it is a magnet */
  const char *magnet;         /* its URI */
  CliSelection selection;     /* of a magnet: the files */
  char **renames;             /* of files, see cli-rename.h; checked; ends with NULL, or is it */
  bool stop_on_metadata;      /* of a magnet: write the .torrent, and no more */
  const char *torrent_output; /* ... there, "-" for stdout; NULL: beside the files, by its name */
  bool overwrite;             /* ... over what is there */
  ShoalHashedFiles *hashed;   /* lent: what was read of its files just now; NULL: nothing was */
  const char *folder;         /* that holds the torrent's file or folder */
  bool nobody_named;          /* neither a tracker nor a peer: cli_peers_are_named() */
  bool seed_only;             /* it must be whole already */
  bool seed_after;            /* go on when it is */
  bool preallocate;
  bool sequential;
  bool edges_first;
  GBytes *priorities;      /* one byte a file; NULL: all are wanted */
  const char *on_complete; /* a command, or NULL */
  uint64_t patience_us;    /* without progress, before it ends incomplete; 0: any */
} CliTransfer;

/* Runs until the transfer is done, its condition is met, or it is interrupted. The exit code. */
int cli_transfer_run (const CliTransfer *transfer);

/* Whether the values of the options can be used; says which cannot. To be asked before the work
 * begins that a transfer stands behind. */
bool cli_transfer_check (const CliApp *app, const CliTransferOptions *options);
