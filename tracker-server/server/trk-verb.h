/* trk-verb.h: what every verb of the `shoal-tracker` command shares.
 *
 * A verb is a table entry: its words for the help, its options and a function. Help, man pages and
 * completions are made from the same entries (trk-help.h). Data goes to standard output, everything
 * else to standard error. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <json-glib/json-glib.h>

#include "tracker-server/server/trk-exit.h"
#include "tracker-server/server/trk-log.h"
#include "tracker-server/server/trk-options.h"

/* Options that every verb has. */
typedef struct
{
  gboolean quiet;
  gboolean verbose;
  gboolean json;
  gboolean help;
  TrkOptions options;
} TrkGlobals;

typedef struct
{
  TrkGlobals globals;
  char **arguments; /* what is left when the options are read; ends with NULL */
  const struct TrkVerb *verb;
  TrkLog log;
} TrkApp;

typedef struct
{
  const char *command;
  const char *meaning; /* translatable */
} TrkExample;

/* The values of an option that knows a few words only. */
typedef struct
{
  const char *option;        /* its long name */
  const char *const *values; /* ends with NULL */
} TrkChoice;

typedef struct TrkVerb
{
  const char *name;
  const char *arguments;    /* "FILE..." */
  const char *const *words; /* that the first argument may be, ends with NULL; NULL: files */
  const TrkChoice *choices; /* ends with { NULL }; NULL for none */
  const char *summary;      /* one line; translatable, like the next */
  const char *description;
  const TrkExample *examples; /* ends with { NULL } */
  size_t options_size;
  /* Appends GOptionEntry that point into @options, a zeroed block of options_size. (nullable) */
  void (*describe) (void *options, GArray *entries);
  void (*release) (void *options); /* frees what @options holds. (nullable) */
  int (*run) (TrkApp *app, void *options);
} TrkVerb;

extern const TrkVerb trk_backup_verb;
extern const TrkVerb trk_check_config_verb;
extern const TrkVerb trk_help_verb;
extern const TrkVerb trk_import_verb;
extern const TrkVerb trk_init_verb;
extern const TrkVerb trk_reload_verb;
extern const TrkVerb trk_restore_verb;
extern const TrkVerb trk_run_verb;
extern const TrkVerb trk_stats_verb;
extern const TrkVerb trk_token_verb;
extern const TrkVerb trk_version_verb;

/* All verbs, in the order of the help; ends with NULL. */
extern const TrkVerb *const trk_verbs[];

/* The verb of that name, or NULL. */
const TrkVerb *trk_verb_find (const char *name);

/* All names, ending with NULL. (transfer full) */
char **trk_verb_names (void);

/* Appends one option: a shorter way to write a GOptionEntry. */
void trk_option (GArray *entries, const char *name, char letter, GOptionArg type, void *place,
                 const char *meaning, const char *value);

/* The entries of the options that every verb has, pointing into @globals. */
void trk_globals_describe (TrkGlobals *globals, GArray *entries);

/* Says why the command ends, on standard error or as JSON; returns @code. */
int trk_fail (const TrkApp *app, TrkExit code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The same of an error, which is freed; those of another domain end with TRK_EXIT_FAILED. */
int trk_fail_error (const TrkApp *app, GError *error);

/* A sentence on standard error, unless --quiet. */
void trk_say (const TrkApp *app, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A document on standard output; takes @root. */
void trk_put_json (JsonNode *root);

/* The folder that the command works on. What is wrong with the configuration counts only when that
 * has to name it; then it was said, and @code is what to end with. (transfer full) (nullable) */
char *trk_app_folder (const TrkApp *app, int *code);
