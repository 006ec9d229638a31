/* cli-help.c: what `shoal help`, `shoal VERB --help` and `shoal --version` print. */
#include "cli/cli-help.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"

void
cli_help_version (void)
{
  cli_put ("shoal " CLI_VERSION "\n");
}

void
cli_help_overview (FILE *to)
{
  fprintf (to, _ ("Shoal shares files peer to peer.\n\n"
                  "  shoal create FOLDER            make FOLDER.torrent\n"
                  "  shoal show FILE.torrent        look into it\n"
                  "  shoal verify FILE.torrent      compare files with it\n\n"
                  "Verbs:\n"));
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    fprintf (to, "  %-12s %s\n", cli_verbs[i]->name, _ (cli_verbs[i]->summary));
  fprintf (to, _ ("\n“shoal help VERB” says more, “shoal --version” which version this is.\n"));
}

/* "-o, --output=FILE" */
static char *
option_text (const GOptionEntry *entry)
{
  GString *text = g_string_new (NULL);

  if (entry->short_name != 0)
    g_string_append_printf (text, "-%c, ", entry->short_name);
  else
    g_string_append (text, "    ");
  g_string_append_printf (text, "--%s", entry->long_name);
  if (entry->arg_description != NULL)
    g_string_append_printf (text, "=%s", _ (entry->arg_description));
  return g_string_free (text, FALSE);
}

static void
put_options (const GArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const GOptionEntry *entry = &g_array_index (entries, GOptionEntry, i);
      g_autofree char *text = option_text (entry);
      glong width = g_utf8_strlen (text, -1);

      cli_putf ("  %s%*s %s\n", text, (int) MAX (0, 30 - width), "", _ (entry->description));
    }
}

void
cli_help_verb (const CliVerb *verb)
{
  g_autoptr (GArray) own = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autoptr (GArray) all = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autofree void *options = g_malloc0 (MAX (verb->options_size, 1));
  CliGlobals globals = { 0 };

  verb->describe (options, own);
  cli_globals_describe (&globals, all);
  cli_putf (_ ("Usage: shoal %s [OPTION…] %s\n\n%s\n"), verb->name, _ (verb->arguments),
            _ (verb->description));
  cli_put (_ ("\nExamples:\n"));
  for (const CliExample *e = verb->examples; e->command != NULL; e++)
    cli_putf ("  %s\n      %s\n", e->command, _ (e->meaning));
  if (own->len > 0)
    cli_put (_ ("\nOptions:\n"));
  put_options (own);
  cli_put (_ ("\nOptions of every verb:\n"));
  put_options (all);
}
