/* cli-main.c: the `shoal` command: finds the verb and hands over. */
#include <fcntl.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-help.h"
#include "cli/cli-output.h"
#include "cli/cli-values.h"

const CliVerb *const cli_verbs[] = {
  &cli_create_verb,  &cli_download_verb,    &cli_seed_verb,   &cli_show_verb,
  &cli_edit_verb,    &cli_verify_verb,      &cli_magnet_verb, &cli_resolve_verb,
  &cli_tracker_verb, &cli_completions_verb, &cli_help_verb,   NULL,
};

atomic_bool cli_interrupted;

/* The signal that came; 0 while none did. */
static atomic_int caught;

/* What the first one says: a handler may not ask for the translation. */
static const char *notice;

static void
on_signal (int number)
{
  int saved = errno;

  if (atomic_exchange (&caught, number) != 0)
    _exit (128 + number);
  atomic_store (&cli_interrupted, true);
  if (isatty (STDERR_FILENO))
    (void) !write (STDERR_FILENO, notice, strlen (notice)); /* nobody could be told */
  errno = saved;
}

static void
catch_signals (void)
{
  struct sigaction action = { .sa_handler = on_signal };
  struct sigaction ignore = { .sa_handler = SIG_IGN };

  notice = _ ("\nshoal: stopping; once more to stop at once\n");
  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  sigaction (SIGPIPE, &ignore, NULL); /* a closed pipe is an error of the write */
}

/* A file that is opened must not take the number of a standard stream that is closed, or messages
 * would land in it. What stands in fails like a closed one: it is open for the other direction. */
static void
fill_closed_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      (void) !open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

const CliVerb *
cli_verb_find (const char *name)
{
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    if (strcmp (cli_verbs[i]->name, name) == 0)
      return cli_verbs[i];
  return NULL;
}

/* The first word is no verb: says which one it may have been meant to be. */
static int
unknown_verb (char **argv)
{
  CliApp app = { .globals.json = g_strv_contains ((const char *const *) argv, "--json") };

  cli_output_init (&app);
  return cli_flush (cli_help_fail_unknown (&app, argv[1]));
}

/* A stopped command says so with the shell's codes, whatever it was about to return. */
static int
exit_code_after (int code)
{
  int number = atomic_load (&caught);

  return number != 0 && code != CLI_OK ? 128 + number : code;
}

int
main (int argc, char **argv)
{
  const CliVerb *verb;
  const char *catalogues = g_getenv ("SHOAL_LOCALEDIR"); /* of a command that is not installed */

  fill_closed_streams ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, catalogues != NULL ? catalogues : SHOAL_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("shoal");
  catch_signals ();

  if (argc < 2)
    return cli_help_put_overview (stderr), CLI_USAGE;
  if (strcmp (argv[1], "--version") == 0 || strcmp (argv[1], "-V") == 0)
    return cli_help_put_version (), cli_flush (CLI_OK);
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    return cli_help_put_overview (stdout), cli_flush (CLI_OK);
  verb = cli_verb_find (argv[1]);
  if (verb == NULL)
    return unknown_verb (argv);
  return exit_code_after (cli_flush (cli_run_verb (verb, argc - 1, argv + 1)));
}
