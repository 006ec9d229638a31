/* cli-show.h: what a torrent is, for a person, for a line-based script, and as JSON. */
#pragma once

#include "cli/cli.h"
#include "protocol/files/btf-tree.h"
#include "protocol/torrent/bt-builder.h"
#include "protocol/torrent/bt-magnet.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct
{
  const CliApp *app;
  const BtMetainfo *metainfo;
  const char *path; /* of the .torrent; NULL when it has none */
  bool files;       /* all of them */
  bool trackers;    /* these alone */
  bool link;        /* after the creation: print the magnet link */
  bool qr;
  const GPtrArray *scrape;          /* of CliTrackerAnswer, or NULL */
  struct _ShoalTrackerAdded *added; /* by a tracker; NULL when it was not asked to */
} CliShow;

/* Everything. */
void cli_show_torrent (const CliShow *show);

/* What a magnet link says. */
void cli_show_magnet (const CliShow *show, const BtMagnet *magnet);

/* The short form after `shoal create`. */
void cli_show_made (const CliShow *show);
/* The same as an event, one line of JSON, ahead of those of a transfer. */
void cli_show_made_event (const CliShow *show);

/* Prints the magnet as a QR code; a warning where it is too long. */
void cli_show_qr (const CliApp *app, const char *magnet);

/* The documents of --json; each prints one. */
void cli_show_json (const CliShow *show);
void cli_show_magnet_json (const CliShow *show, const BtMagnet *magnet);
void cli_show_plan_json (const BtfTree *tree, const BtBuilder *words, uint64_t n_pieces,
                         const char *output);
