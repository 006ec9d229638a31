/* cli-completions-fish.c: the script for fish. */
#include <glib/gi18n.h>

#include "cli/cli-completions.h"
#include "cli/cli-help.h"
#include "cli/cli-output.h"

#define SPECIAL "\\"
#define QUOTE "\\'"

static const char head[] = "# fish completion for shoal\n\n"
                           "function __shoal_verb_is\n"
                           "  set -l words (commandline -opc)\n"
                           "  test (count $words) -ge 2; and test $words[2] = $argv[1]\n"
                           "end\n\n"
                           "function __shoal_no_verb\n"
                           "  test (count (commandline -opc)) -eq 1\n"
                           "end\n\n"
                           "complete -c shoal -f\n"
                           "complete -c shoal -n __shoal_no_verb -l help -d 'Show the help'\n"
                           "complete -c shoal -n __shoal_no_verb -l version -d 'Say the version'\n";

static void
put_option (const CliVerb *verb, const GOptionEntry *entry)
{
  g_autofree char *meaning = cli_quote (_ (entry->description), SPECIAL, QUOTE);
  g_autofree char *words = cli_fill_words (verb, entry->long_name);
  CliFill fill = cli_fill_of_option (verb, entry);

  cli_putf ("complete -c shoal -n '__shoal_verb_is %s'", verb->name);
  if (entry->short_name != 0)
    cli_putf (" -s %c", entry->short_name);
  cli_putf (" -l %s", entry->long_name);
  if (fill == CLI_FILL_WORDS)
    cli_putf (" -x -a '%s'", words);
  else if (fill == CLI_FILL_FOLDERS)
    cli_put (" -x -a '(__fish_complete_directories)'");
  else if (fill == CLI_FILL_FILES)
    cli_put (" -r -F");
  else if (fill == CLI_FILL_TEXT)
    cli_put (" -x");
  cli_putf (" -d '%s'\n", meaning);
}

static void
put_arguments (const CliVerb *verb)
{
  g_autofree char *words = cli_fill_words (verb, NULL);

  cli_putf ("complete -c shoal -n '__shoal_verb_is %s' ", verb->name);
  if (verb->takes == CLI_TAKES_PATHS)
    cli_put ("-F\n");
  else if (verb->takes == CLI_TAKES_TORRENT)
    cli_put ("-k -a '(__fish_complete_suffix .torrent)'\n");
  else if (verb->takes == CLI_TAKES_TORRENT_AND_PATH)
    cli_put ("-F -k -a '(__fish_complete_suffix .torrent)'\n");
  else if (verb->takes == CLI_TAKES_WORD_AND_TORRENT)
    cli_putf ("-k -a '%s (__fish_complete_suffix .torrent)'\n", words);
  else
    cli_putf ("-a '%s'\n", words);
}

void
cli_completions_put_fish (void)
{
  cli_put (head);
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    {
      const CliVerb *verb = cli_verbs[i];
      g_autofree char *summary = cli_quote (_ (verb->summary), SPECIAL, QUOTE);
      guint n_own;
      g_autoptr (GArray) entries = cli_help_entries (verb, &n_own);

      cli_putf ("\ncomplete -c shoal -n __shoal_no_verb -a %s -d '%s'\n", verb->name, summary);
      for (guint k = 0; k < entries->len; k++)
        put_option (verb, &g_array_index (entries, GOptionEntry, k));
      put_arguments (verb);
    }
}
