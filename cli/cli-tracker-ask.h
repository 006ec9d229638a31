/* cli-tracker-ask.h: asking trackers, all of them at once, and showing what they said. */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/cli-torrent.h"
#include "cli/cli.h"
#include "client-core/shoal.h"

typedef struct
{
  const CliApp *app;
  bool scrape; /* otherwise an announce */
  const char *bind;
  int port; /* that trackers are told */
  unsigned timeout_ms;
  const char *const *info_hashes; /* ends with NULL; of an announce the first */
  ShoalTrackerEvent event;
  uint64_t left;
  int want_peers; /* below 0: as many as the tracker likes */
  bool stay;      /* on the tracker's list */
} CliTrackerQuestion;

/* What came of one tracker: one of the two. */
typedef struct
{
  char *url;
  ShoalTrackerReply *reply;
  GError *error;
} CliTrackerAnswer;

/* Asks; the answers are in the order of @urls, which end with NULL. Whoever was announced to takes
 * us off its list again, unless we are to stay. NULL after the error was reported and *exit_code
 * set. (transfer full) */
GPtrArray *cli_tracker_ask (const CliTrackerQuestion *question, const char *const *urls,
                            int *exit_code);

/* How many have answered. */
unsigned cli_tracker_count (const GPtrArray *answers);

/* For people and lines of --plain; the errors of trackers go to stderr. */
void cli_tracker_put (const CliApp *app, const GPtrArray *answers);
/* The member @name of a document, and "error" when none has answered. */
void cli_tracker_put_json (JsonBuilder *b, const char *name, const GPtrArray *answers);

/* The URLs of a torrent's trackers; not terminated. (transfer full) */
GPtrArray *cli_tracker_urls (const CliSource *source);

/* Its info-hash of v1 or, without one, of v2. (transfer full) */
char *cli_tracker_hash (const CliSource *source);

#define CLI_TRACKER_TIMEOUT_MS 20000u
