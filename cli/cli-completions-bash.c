/* cli-completions-bash.c: the script for bash. It needs no other script. */
#include "cli/cli-completions.h"
#include "cli/cli-help.h"
#include "cli/cli-output.h"

static const char head[]
    = "# bash completion for shoal\n\n"
      "_shoal_files ()\n"
      "{\n"
      "  local IFS=$'\\n'\n"
      "  compopt -o filenames 2> /dev/null\n"
      "  case $1 in\n"
      "    folders) COMPREPLY=($(compgen -d -- \"$cur\")) ;;\n"
      "    torrents) COMPREPLY=($(compgen -d -- \"$cur\"; "
      "compgen -f -X '!*.torrent' -- \"$cur\")) ;;\n"
      "    *) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
      "  esac\n"
      "}\n\n"
      "_shoal ()\n"
      "{\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  local verb=${COMP_WORDS[1]}\n"
      "  COMPREPLY=()\n"
      "  # bash takes the = of --option=value for a word of its own.\n"
      "  if [[ $cur == = ]]; then\n"
      "    cur=\n"
      "  elif [[ $prev == = ]]; then\n"
      "    prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
      "  fi\n";

static void
put_pattern (const CliVerb *verb, const GOptionEntry *entry)
{
  cli_putf ("    %s:--%s", verb->name, entry->long_name);
  if (entry->short_name != 0)
    cli_putf (" | %s:-%c", verb->name, entry->short_name);
  cli_put (") ");
}

/* What follows an option that takes a value. */
static void
put_values (const CliVerb *verb, const GArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const GOptionEntry *entry = &g_array_index (entries, GOptionEntry, i);
      CliFill fill = cli_fill_of_option (verb, entry);
      g_autofree char *words = cli_fill_words (verb, entry->long_name);

      if (fill == CLI_FILL_NOTHING)
        continue;
      put_pattern (verb, entry);
      if (fill == CLI_FILL_WORDS)
        cli_putf ("COMPREPLY=($(compgen -W '%s' -- \"$cur\")); ", words);
      else if (fill != CLI_FILL_TEXT)
        cli_putf ("_shoal_files %s; ", fill == CLI_FILL_FOLDERS ? "folders" : "files");
      cli_put ("return ;;\n");
    }
}

static void
put_options (const CliVerb *verb, const GArray *entries)
{
  cli_putf ("      %s) COMPREPLY=($(compgen -W '", verb->name);
  for (guint i = 0; i < entries->len; i++)
    {
      const GOptionEntry *entry = &g_array_index (entries, GOptionEntry, i);

      if (entry->short_name != 0)
        cli_putf ("-%c ", entry->short_name);
      cli_putf ("--%s%s", entry->long_name, i + 1 < entries->len ? " " : "");
    }
  cli_put ("' -- \"$cur\")) ;;\n");
}

static void
put_arguments (const CliVerb *verb)
{
  g_autofree char *words = cli_fill_words (verb, NULL);

  cli_putf ("    %s) ", verb->name);
  if (verb->takes == CLI_TAKES_PATHS)
    cli_put ("_shoal_files files ;;\n");
  else if (verb->takes == CLI_TAKES_TORRENT)
    cli_put ("_shoal_files torrents ;;\n");
  else if (verb->takes == CLI_TAKES_TORRENT_AND_PATH)
    cli_put ("if [[ ${COMP_WORDS[*]:2:COMP_CWORD - 2} == *.torrent* ]]; then _shoal_files files; "
             "else _shoal_files torrents; fi ;;\n");
  else if (verb->takes == CLI_TAKES_WORD_AND_TORRENT)
    cli_putf ("if ((COMP_CWORD == 2)); then COMPREPLY=($(compgen -W '%s' -- \"$cur\")); "
              "else _shoal_files torrents; fi ;;\n",
              words);
  else
    cli_putf ("COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n", words);
}

void
cli_completions_put_bash (void)
{
  g_autofree char *verbs = cli_fill_verbs ();
  guint n_own;

  cli_put (head);
  cli_putf ("  if ((COMP_CWORD == 1)); then\n"
            "    COMPREPLY=($(compgen -W '%s --help --version' -- \"$cur\"))\n"
            "    return\n"
            "  fi\n"
            "  case $verb:$prev in\n",
            verbs);
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    {
      g_autoptr (GArray) entries = cli_help_entries (cli_verbs[i], &n_own);

      put_values (cli_verbs[i], entries);
    }
  cli_put ("  esac\n"
           "  if [[ $cur == -* ]]; then\n"
           "    case $verb in\n");
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    {
      g_autoptr (GArray) entries = cli_help_entries (cli_verbs[i], &n_own);

      put_options (cli_verbs[i], entries);
    }
  cli_put ("    esac\n"
           "    return\n"
           "  fi\n"
           "  case $verb in\n");
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    put_arguments (cli_verbs[i]);
  cli_put ("  esac\n"
           "}\n\n"
           "complete -F _shoal shoal\n");
}
