/* cli-completions-zsh.c: the script for zsh, on its own _arguments. */
#include <glib/gi18n.h>

#include "cli/cli-completions.h"
#include "cli/cli-help.h"
#include "cli/cli-output.h"

#define SPECIAL "[]:\\"
#define QUOTE "'\\''"

/* ":FILE:_files", what follows the description of an option. */
static void
put_value (const CliVerb *verb, const GOptionEntry *entry)
{
  g_autofree char *name = cli_quote (
      entry->arg_description != NULL ? _ (entry->arg_description) : "", SPECIAL, QUOTE);
  g_autofree char *words = cli_fill_words (verb, entry->long_name);

  switch (cli_fill_of_option (verb, entry))
    {
    case CLI_FILL_WORDS:
      cli_putf (":%s:(%s)", name, words);
      break;
    case CLI_FILL_FILES:
      cli_putf (":%s:_files", name);
      break;
    case CLI_FILL_FOLDERS:
      cli_putf (":%s:_files -/", name);
      break;
    case CLI_FILL_TEXT:
      cli_putf (":%s: ", name);
      break;
    case CLI_FILL_NOTHING:
    default:
      break;
    }
}

/* '(-o --output)'{-o+,--output=}'[Write to FILE]:FILE:_files' */
static void
put_option (const CliVerb *verb, const GOptionEntry *entry)
{
  g_autofree char *meaning = cli_quote (_ (entry->description), SPECIAL, QUOTE);
  bool value = entry->arg != G_OPTION_ARG_NONE;
  const char *name = entry->long_name;

  cli_put ("    ");
  if (cli_may_repeat (entry))
    cli_put ("'*'");
  else if (entry->short_name != 0)
    cli_putf ("'(-%c --%s)'", entry->short_name, name);
  if (entry->short_name != 0)
    cli_putf ("{-%c%s,--%s%s}", entry->short_name, value ? "+" : "", name, value ? "=" : "");
  else
    cli_putf ("--%s%s", name, value ? "=" : "");
  cli_putf ("'[%s]", meaning);
  put_value (verb, entry);
  cli_put ("' \\\n");
}

static void
put_arguments (const CliVerb *verb)
{
  g_autofree char *words = cli_fill_words (verb, NULL);

  if (verb->takes == CLI_TAKES_PATHS)
    cli_put ("    '*:path:_files'\n");
  else if (verb->takes == CLI_TAKES_TORRENT)
    cli_put ("    '1:torrent:_files -g \"*.torrent(-.)\"'\n");
  else if (verb->takes == CLI_TAKES_TORRENT_AND_PATH)
    cli_put ("    '1:torrent:_files -g \"*.torrent(-.)\"' '2:path:_files'\n");
  else if (verb->takes == CLI_TAKES_WORD_AND_TORRENT)
    cli_putf ("    '1:word:(%s)' '2:torrent:_files -g \"*.torrent(-.)\"'\n", words);
  else
    cli_putf ("    '1:word:(%s)'\n", words);
}

static void
put_verb (const CliVerb *verb)
{
  guint n_own;
  g_autoptr (GArray) entries = cli_help_entries (verb, &n_own);

  cli_putf ("_shoal_%s ()\n{\n  _arguments -s -S \\\n", verb->name);
  for (guint i = 0; i < entries->len; i++)
    put_option (verb, &g_array_index (entries, GOptionEntry, i));
  put_arguments (verb);
  cli_put ("}\n\n");
}

void
cli_completions_put_zsh (void)
{
  cli_put ("#compdef shoal\n\n");
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    put_verb (cli_verbs[i]);
  cli_put ("_shoal ()\n{\n  local -a verbs\n  verbs=(\n");
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    {
      g_autofree char *summary = cli_quote (_ (cli_verbs[i]->summary), "\\", QUOTE);

      cli_putf ("    '%s:%s'\n", cli_verbs[i]->name, summary);
    }
  cli_put ("  )\n"
           "  if (( CURRENT == 2 )); then\n"
           "    _describe -t verbs verb verbs\n"
           "    return\n"
           "  fi\n"
           "  local verb=$words[2]\n"
           "  shift words\n"
           "  (( CURRENT-- ))\n"
           "  (( $+functions[_shoal_$verb] )) && _shoal_$verb\n"
           "}\n\n"
           "if [[ $funcstack[1] == _shoal ]]; then\n"
           "  _shoal \"$@\"\n"
           "else\n"
           "  compdef _shoal shoal\n"
           "fi\n");
}
