/* cli-completions.h: what the scripts for the shells are made of. */
#pragma once

#include "cli/cli.h"

/* What can be proposed for a value. */
typedef enum
{
  CLI_FILL_NOTHING, /* there is no value */
  CLI_FILL_TEXT,    /* anything: nothing to propose */
  CLI_FILL_WORDS,
  CLI_FILL_FILES,
  CLI_FILL_FOLDERS
} CliFill;

CliFill cli_fill_of_option (const CliVerb *verb, const GOptionEntry *entry);

/* Whether an option may stand more than once. */
bool cli_may_repeat (const GOptionEntry *entry);

/* The words of an option, of the verb's arguments when @option is NULL, or all verbs; with a blank
 * between. (transfer full) */
char *cli_fill_words (const CliVerb *verb, const char *option);
char *cli_fill_verbs (void);

/* Text for single quotes: a backslash before each of @special, and @escape for a quote. (transfer
 * full) */
char *cli_quote (const char *text, const char *special, const char *escape);

/* The scripts, to stdout. */
void cli_completions_put_bash (void);
void cli_completions_put_zsh (void);
void cli_completions_put_fish (void);
