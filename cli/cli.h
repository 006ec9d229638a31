/* cli.h: what every verb of the `shoal` command shares.
 *
 * A verb is a table entry: its words for the help, a description of its options, and a function.
 * Help, man pages and completions are made from the same entries, so they cannot disagree.
 * Flow: cli-main finds the verb -> cli-run reads the configuration and the options -> the verb
 * works -> data to stdout, everything else to stderr -> exit code. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/files/btf-error.h"

/* Exit codes; the first seven as torf has them, so that scripts carry over. */
typedef enum
{
  CLI_OK = 0,
  CLI_FAILED = 1,
  CLI_USAGE = 2,
  CLI_CONFIG = 3,
  CLI_READ = 4, /* a file cannot be read, or is not what it should be */
  CLI_WRITE = 5,
  CLI_VERIFY = 6,
  CLI_INCOMPLETE = 7,
  CLI_NETWORK = 8,
  CLI_NO_SPACE = 9,
  CLI_LINT = 10,
  CLI_SIGINT = 130,
  CLI_SIGTERM = 143
} CliExit;

typedef enum
{
  CLI_OUTPUT_HUMAN,
  CLI_OUTPUT_PLAIN, /* one record a line, fields apart by tabs */
  CLI_OUTPUT_JSON
} CliOutput;

/* Options that every verb has. */
typedef struct
{
  gboolean quiet;
  gboolean verbose;
  gboolean json;
  gboolean plain;
  gboolean no_color;
  gboolean no_input;
  gboolean yes;
  char *color; /* auto, always, never */
  char *config;
  char *profile;
  char *directory; /* -C */
  gboolean help;
} CliGlobals;

typedef struct
{
  CliGlobals globals;
  CliOutput output;
  bool json_lines; /* --json gives one object a line, as long as the verb runs */
  bool color_out;  /* stdout takes colours */
  bool color_err;
  bool utf8;        /* the locale can show more than ASCII */
  char **arguments; /* what is left when the options are read; NULL-terminated */
  const struct CliVerb *verb;
} CliApp;

typedef struct
{
  const char *command;
  const char *meaning; /* translatable */
} CliExample;

/* A word of its own, such as the name of an event, and what it means. */
typedef struct
{
  const char *term;
  const char *meaning; /* translatable */
} CliTerm;

/* What a man page says beside the options, and the help does not. */
typedef struct
{
  const char *title; /* translatable, like the next */
  const char *text;
  const CliTerm *terms; /* ends with { NULL } */
} CliTopic;

/* What the words behind the options are, for the completions. */
typedef enum
{
  CLI_TAKES_WORDS,   /* one of CliVerb.words */
  CLI_TAKES_VERB,    /* the name of a verb */
  CLI_TAKES_PATHS,   /* files and folders */
  CLI_TAKES_TORRENT, /* a .torrent */
  CLI_TAKES_TORRENT_AND_PATH,
  CLI_TAKES_WORD_AND_TORRENT /* one of CliVerb.words, then a .torrent */
} CliTakes;

/* The values of an option that knows a few words only. */
typedef struct
{
  const char *option;        /* its long name */
  const char *const *values; /* ends with NULL */
} CliChoice;

typedef struct CliVerb
{
  const char *name;
  const char *arguments; /* "FILE [PATH]" */
  CliTakes takes;
  const char *const *words; /* ends with NULL; NULL unless they are taken */
  const CliChoice *choices; /* ends with { NULL }; NULL for none */
  const char *summary;      /* one line; translatable, like the next */
  const char *description;
  const CliExample *examples; /* ends with { NULL } */
  const CliTopic *topics;     /* ends with { NULL }; NULL for none */
  bool without_config;        /* works whatever the configuration says */
  bool json_lines;            /* --json gives events, one object a line */
  size_t options_size;
  /* Appends GOptionEntry that point into @options, a zeroed block of options_size. */
  void (*describe) (void *options, GArray *entries);
  /* Frees what @options holds. */
  void (*release) (void *options);
  int (*run) (CliApp *app, void *options);
} CliVerb;

extern const CliVerb cli_completions_verb;
extern const CliVerb cli_create_verb;
extern const CliVerb cli_edit_verb;
extern const CliVerb cli_help_verb;
extern const CliVerb cli_magnet_verb;
extern const CliVerb cli_download_verb;
extern const CliVerb cli_resolve_verb;
extern const CliVerb cli_seed_verb;
extern const CliVerb cli_show_verb;
extern const CliVerb cli_tracker_verb;
extern const CliVerb cli_verify_verb;

/* All verbs, in the order of the help; ends with NULL. */
extern const CliVerb *const cli_verbs[];

/* Set by SIGINT and SIGTERM; a second signal ends the process at once. */
extern atomic_bool cli_interrupted;

/* The verb of that name, or NULL. */
const CliVerb *cli_verb_find (const char *name);

/* Runs a verb on what follows its name; returns the exit code. */
int cli_run_verb (const CliVerb *verb, int argc, char **argv);

/* The words that the option @name of @verb takes, ends with NULL; NULL when it takes any text. */
const char *const *cli_choice_values (const CliVerb *verb, const char *name);

/* The entries of the options that every verb has, pointing into @globals. */
void cli_globals_describe (CliGlobals *globals, GArray *entries);

/* Appends one option: a shorter way to write a GOptionEntry. */
void cli_option (GArray *entries, const char *name, char letter, GOptionArg type, void *place,
                 const char *meaning, const char *value);
