/* cli-help.h: the help, made from the verbs' own tables. */
#pragma once

#include <stdio.h>

#include "cli/cli.h"

void cli_help_overview (FILE *to);
void cli_help_version (void);
void cli_help_verb (const CliVerb *verb);
