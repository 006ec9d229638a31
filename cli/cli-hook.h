/* cli-hook.h: a person's own command, run when a download is complete.
 *
 * It is split as a shell would split it, and run without one: nothing that a stranger named is ever
 * interpreted. In each word %f is where the torrent's file or folder is, %d the folder that holds
 * it, %n its name, %i its info-hash and %% a percent sign; the environment has the same as
 * SHOAL_PATH, SHOAL_DIR, SHOAL_NAME and SHOAL_INFO_HASH. What it prints goes to stderr. */
#pragma once

#include "cli/cli.h"

typedef struct CliHook CliHook;

/* What is handed to it; lent. */
typedef struct
{
  const char *path;
  const char *folder;
  const char *name;
  const char *info_hash;
} CliHookFacts;

/* Called once, when it has ended or could not be started; @problem is NULL when all was well. */
typedef void (*CliHookDone) (void *owner, const char *problem);

/* Whether @command can be split; says what is wrong with it. */
bool cli_hook_check (const CliApp *app, const char *command);

/* Starts @command, which was checked. @done never comes before this returns. (transfer full) */
CliHook *cli_hook_run (const char *command, const CliHookFacts *facts, CliHookDone done,
                       void *owner);

/* Asks it to end: SIGTERM. */
void cli_hook_stop (CliHook *hook);

/* It runs on, if it does, and nothing more is heard of it. Accepts NULL. */
void cli_hook_free (CliHook *hook);
