/* cli-tracker-admin.h: administering a tracker: the words of `shoal tracker` for it, and what
 * `shoal create --register` uses. */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/cli.h"
#include "client-core/shoal.h"

typedef struct
{
  char *server;
  char *token_file;
  char *query;
  char *state;
  char *sort;
  char *page;
  char *per_page;
  char *note;
} CliTrackerAdminOptions;

/* What --sort and --state know. */
extern const char *const cli_tracker_sorts[];
extern const char *const cli_tracker_states[];

void cli_tracker_admin_describe (CliTrackerAdminOptions *options, GArray *entries);
/* --server and --token-file alone. */
void cli_tracker_admin_describe_server (CliTrackerAdminOptions *options, GArray *entries);
void cli_tracker_admin_clear (CliTrackerAdminOptions *options);

/* Whether `shoal tracker` @word is one of administration. */
bool cli_tracker_admin_knows (const char *word);

/* Runs the word that is the first argument. The exit code. */
int cli_tracker_admin_run (const CliApp *app, const CliTrackerAdminOptions *options,
                           unsigned timeout_ms);

/* What --server and --token-file lead to; @server is taken without --server. NULL after the error
 * was reported and *exit_code set. (transfer full) */
ShoalTrackerAdmin *cli_tracker_admin_open (const CliApp *app, const CliTrackerAdminOptions *options,
                                           const char *server, unsigned timeout_ms, int *exit_code);

/* Registers; NULL after the error was reported, with @hint unless there is a better one, and
 * *exit_code set. (transfer full) */
ShoalTrackerAdded *cli_tracker_admin_register (const CliApp *app, ShoalTrackerAdmin *admin,
                                               GBytes *torrent, const char *hint, int *exit_code);

/* --- cli-tracker-admin-show.c --- */

/* A page of the catalogue. */
typedef struct
{
  GListModel *entries;
  guint64 total;
  unsigned page;
  unsigned per_page;
} CliTrackerPage;

void cli_tracker_put_page (const CliApp *app, const CliTrackerPage *page);
void cli_tracker_put_stats (const CliApp *app, GVariant *stats);
/* @path may be NULL. */
void cli_tracker_put_added (const CliApp *app, const char *path, ShoalTrackerAdded *added);
/* As an element of an array, or as the value of a member. */
void cli_tracker_add_added (JsonBuilder *b, const char *path, ShoalTrackerAdded *added);
