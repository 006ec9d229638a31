/* cli-words.h: the options for what stands around a torrent's files: trackers, web seeds, nodes,
 * comment, source, private. */
#pragma once

#include "cli/cli.h"
#include "protocol/torrent/bt-builder.h"

typedef struct
{
  char **trackers;
  char **web_seeds;
  char **nodes;
  gboolean is_private;
  char *source;
  char *comment;

  /* Made of the above by cli_words_read(). */
  GArray *tracker_list; /* of BtTracker */
  GArray *seed_list;    /* of BtWebSeed */
  GArray *node_list;    /* of BtNode */
  GStringChunk *texts;
} CliWords;

void cli_words_describe (CliWords *words, GArray *entries);
void cli_words_clear (CliWords *words);

/* Checks the words and fills @out, which borrows from @words. False after the mistake was
 * reported. */
bool cli_words_read (CliWords *words, const CliApp *app, BtBuilder *out);
