/* cli-completions.c: `shoal completions`: what a shell proposes, from the verbs' tables. */
#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-completions.h"
#include "cli/cli-output.h"

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static void
describe (void *data, GArray *entries)
{
}

static void
release (void *data)
{
}

CliFill
cli_fill_of_option (const CliVerb *verb, const GOptionEntry *entry)
{
  if (entry->arg == G_OPTION_ARG_NONE)
    return CLI_FILL_NOTHING;
  if (cli_choice_values (verb, entry->long_name) != NULL)
    return CLI_FILL_WORDS;
  if (entry->arg != G_OPTION_ARG_FILENAME && entry->arg != G_OPTION_ARG_FILENAME_ARRAY)
    return CLI_FILL_TEXT;
  return g_strcmp0 (entry->arg_description, "DIR") == 0 ? CLI_FILL_FOLDERS : CLI_FILL_FILES;
}

bool
cli_may_repeat (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_STRING_ARRAY || entry->arg == G_OPTION_ARG_FILENAME_ARRAY;
}

char *
cli_fill_words (const CliVerb *verb, const char *option)
{
  const char *const *words = option != NULL ? cli_choice_values (verb, option) : verb->words;
  GString *text;

  if (option == NULL && verb->takes == CLI_TAKES_VERB)
    return cli_fill_verbs ();
  text = g_string_new (NULL);
  for (; words != NULL && *words != NULL; words++)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", *words);
  return g_string_free (text, FALSE);
}

char *
cli_fill_verbs (void)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", cli_verbs[i]->name);
  return g_string_free (text, FALSE);
}

char *
cli_quote (const char *text, const char *special, const char *escape)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      if (*text == '\'')
        {
          g_string_append (out, escape);
          continue;
        }
      if (strchr (special, *text) != NULL)
        g_string_append_c (out, '\\');
      g_string_append_c (out, *text);
    }
  return g_string_free (out, FALSE);
}

static int
run (CliApp *app, void *data)
{
  const char *shell = app->arguments[0];

  if (shell == NULL)
    return cli_fail_usage (app, _ ("no shell was given: bash, zsh or fish"));
  if (app->arguments[1] != NULL)
    return cli_fail_usage (app, _ ("one shell at a time"));
  if (strcmp (shell, "bash") == 0)
    cli_completions_put_bash ();
  else if (strcmp (shell, "zsh") == 0)
    cli_completions_put_zsh ();
  else if (strcmp (shell, "fish") == 0)
    cli_completions_put_fish ();
  else
    return cli_fail_usage (app, _ ("bash, zsh and fish are known, not “%s”"), shell);
  return CLI_OK;
}

static const CliExample examples[] = {
  { "shoal completions bash > ~/.local/share/bash-completion/completions/shoal",
    N_ ("Install them for bash") },
  { "shoal completions fish > ~/.config/fish/completions/shoal.fish",
    N_ ("Install them for fish") },
  { NULL, NULL },
};

const CliVerb cli_completions_verb = {
  .name = "completions",
  .arguments = N_ ("bash|zsh|fish"),
  .takes = CLI_TAKES_WORDS,
  .words = shells,
  .summary = N_ ("Print what a shell needs to complete shoal commands"),
  .description = N_ ("The script knows the verbs, their options, the values of options that have "
                     "few of them, and which words are files. Packages install it already."),
  .examples = examples,
  .without_config = true,
  .options_size = 0,
  .describe = describe,
  .release = release,
  .run = run,
};
