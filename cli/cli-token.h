/* cli-token.h: the secret that lets a person administer a tracker. It comes from a file or from
 * standard input, never from the command line or the environment, where others could read it. */
#pragma once

#include "cli/cli.h"

/* Reads the first line of @path, or of standard input for "-"; NULL for no path is no token. False
 * after the error was reported and *exit_code set. *out is (transfer full) (nullable). */
bool cli_token_read (const CliApp *app, const char *path, char **out, int *exit_code);
