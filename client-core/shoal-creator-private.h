/* shoal-creator-private.h: what a torrent is to be made of, for making it and for estimating it. */
#pragma once

#include "client-core/shoal-work-private.h"
#include "protocol/files/btf-tree.h"
#include "protocol/torrent/bt-builder.h"
#include "shoal-creator.h"

/* What is asked for. A work has a copy of its own. */
typedef struct
{
  char *name; /* strings may be NULL */
  char *source;
  char *comment;
  char *output;
  BtFormat format;
  uint64_t piece_length;
  bool is_private;
  bool hidden;
  bool dated;
  bool overwrite;
  GPtrArray *paths;
  GPtrArray *excludes;
  GPtrArray *web_seeds;
  GArray *trackers; /* of BtTracker, sorted by tier; the URLs are in @urls */
  GPtrArray *urls;
} ShoalWanted;

void shoal_wanted_init (ShoalWanted *wanted);
void shoal_wanted_init_copy (ShoalWanted *wanted, const ShoalWanted *from);
void shoal_wanted_clear (ShoalWanted *wanted);
/* Behind those of its tier. */
void shoal_wanted_add_tracker (ShoalWanted *wanted, const char *url, unsigned tier);

/* The files as they are now; on a work's thread. NULL and @error. (transfer full) */
BtfTree *shoal_wanted_walk (const ShoalWanted *wanted, const BtfControl *control, BtfError *error);
/* For shoal_wanted_words(), which lends them. (transfer container) */
BtWebSeed *shoal_wanted_web_seeds (const ShoalWanted *wanted);
/* All that stands around the files. */
BtBuilder shoal_wanted_words (const ShoalWanted *wanted, const BtWebSeed *seeds);

const ShoalWanted *shoal_creator_peek_wanted (ShoalCreator *self);
/* False, and @task is answered and released, when there is nothing to share. */
bool shoal_creator_has_paths (ShoalCreator *self, GTask *task);
