/* cli-help.h: the help and the man pages, made from the verbs' own tables. */
#pragma once

#include <stdio.h>

#include "cli/cli.h"

void cli_help_put_overview (FILE *to);
void cli_help_put_version (void);
void cli_help_put_verb (const CliVerb *verb);
/* There is no verb of that name; says which one it may have been meant to be. */
int cli_help_fail_unknown (const CliApp *app, const char *name);

/* The options of a verb that people see, then those of every verb; how many are its own goes to
 * @n_own. For their words only: nothing may be parsed with them. (transfer full) */
GArray *cli_help_entries (const CliVerb *verb, guint *n_own);

/* The man page of a verb, or of the command itself for NULL, in man(7) to stdout. */
void cli_man_put (const CliVerb *verb);
