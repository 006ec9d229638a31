/* cli-help.c: `shoal help`, and what `shoal VERB --help` and `shoal --version` print. */
#include "cli/cli-help.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-values.h"

/* Where the meanings of the options begin, and how narrow a terminal may make any text. */
#define MEANING_COLUMN 33
#define NARROWEST 20

typedef struct
{
  gboolean man;
} Options;

void
cli_help_put_version (void)
{
  cli_put ("shoal " CLI_VERSION "\n");
}

void
cli_help_put_overview (FILE *to)
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

static void
take_visible (GArray *from, GArray *to)
{
  for (guint i = 0; i < from->len; i++)
    {
      GOptionEntry entry = g_array_index (from, GOptionEntry, i);

      if ((entry.flags & G_OPTION_FLAG_HIDDEN) != 0)
        continue;
      entry.arg_data = NULL;
      g_array_append_val (to, entry);
    }
}

GArray *
cli_help_entries (const CliVerb *verb, guint *n_own)
{
  GArray *visible = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autoptr (GArray) own = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autoptr (GArray) all = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autofree void *options = g_malloc0 (MAX (verb->options_size, 1));
  CliGlobals globals = { 0 };

  verb->describe (options, own);
  cli_globals_describe (&globals, all);
  take_visible (own, visible);
  *n_own = visible->len;
  take_visible (all, visible);
  return visible;
}

/* --- text in columns --- */

/* Puts a text whose lines all begin at the column @indent, where the cursor stands already, and
 * end within the terminal. */
static void
put_wrapped (const char *text, unsigned indent)
{
  unsigned end = MAX (cli_columns (STDOUT_FILENO), indent + NARROWEST);
  unsigned at = indent;

  for (; *text != '\0'; text += strspn (text, " "))
    {
      size_t len = strcspn (text, " ");
      unsigned columns = cli_text_columns (text, len);

      if (at > indent && at + 1 + columns > end)
        {
          cli_putf ("\n%*s", (int) indent, "");
          at = indent;
        }
      cli_putf ("%s%.*s", at > indent ? " " : "", (int) len, text);
      at += columns + (at > indent);
      text += len;
    }
  cli_put ("\n");
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
put_options (const GArray *entries, guint from, guint end)
{
  for (guint i = from; i < end; i++)
    {
      const GOptionEntry *entry = &g_array_index (entries, GOptionEntry, i);
      g_autofree char *text = option_text (entry);
      unsigned at = 2 + cli_text_columns (text, strlen (text));

      cli_putf ("  %s", text);
      if (at >= MEANING_COLUMN)
        {
          cli_put ("\n");
          at = 0;
        }
      cli_putf ("%*s", (int) (MEANING_COLUMN - at), "");
      put_wrapped (_ (entry->description), MEANING_COLUMN);
    }
}

void
cli_help_put_verb (const CliVerb *verb)
{
  guint n_own;
  g_autoptr (GArray) entries = cli_help_entries (verb, &n_own);

  cli_putf (_ ("Usage: shoal %s [OPTION…] %s\n\n"), verb->name, _ (verb->arguments));
  put_wrapped (_ (verb->description), 0);
  cli_put (_ ("\nExamples:\n"));
  for (const CliExample *e = verb->examples; e->command != NULL; e++)
    {
      cli_putf ("  %s\n      ", e->command);
      put_wrapped (_ (e->meaning), 6);
    }
  if (n_own > 0)
    cli_put (_ ("\nOptions:\n"));
  put_options (entries, 0, n_own);
  cli_put (_ ("\nOptions of every verb:\n"));
  put_options (entries, n_own, entries->len);
}

/* --- the verb --- */

static void
describe (void *data, GArray *entries)
{
  Options *o = data;
  GOptionEntry man = {
    .long_name = "man", .flags = G_OPTION_FLAG_HIDDEN, .arg = G_OPTION_ARG_NONE, .arg_data = &o->man
  };

  g_array_append_val (entries, man);
}

static void
release (void *data)
{
}

int
cli_help_fail_unknown (const CliApp *app, const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *message = NULL;
  const char *nearest;

  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    g_ptr_array_add (names, (void *) cli_verbs[i]->name);
  g_ptr_array_add (names, NULL);
  nearest = cli_nearest (name, (const char *const *) names->pdata);
  if (nearest != NULL)
    message = g_strdup_printf (_ ("there is no “%s”; did you mean “%s”?"), name, nearest);
  else
    message = g_strdup_printf (_ ("there is no “%s”"), name);
  return cli_fail (app, CLI_USAGE, "usage", message,
                   *name == '-' ? _ ("Options stand behind the verb: shoal VERB [OPTION…].")
                                : _ ("shoal help lists what there is."));
}

static int
run (CliApp *app, void *data)
{
  const Options *o = data;
  const char *name = app->arguments[0];
  const CliVerb *verb = name != NULL ? cli_verb_find (name) : NULL;

  if (name != NULL && app->arguments[1] != NULL)
    return cli_fail_usage (app, _ ("one verb at a time"));
  if (name != NULL && verb == NULL)
    return cli_help_fail_unknown (app, name);
  if (o->man)
    cli_man_put (verb);
  else if (verb != NULL)
    cli_help_put_verb (verb);
  else
    cli_help_put_overview (stdout);
  return CLI_OK;
}

static const CliExample examples[] = {
  { "shoal help", N_ ("List the verbs") },
  { "shoal help create", N_ ("Say how one of them is used") },
  { NULL, NULL },
};

const CliVerb cli_help_verb = {
  .name = "help",
  .arguments = N_ ("[VERB]"),
  .takes = CLI_TAKES_VERB,
  .summary = N_ ("Say how a verb is used"),
  .description = N_ ("Prints what a verb does, examples and its options; without VERB a list of "
                     "the verbs."),
  .examples = examples,
  .without_config = true,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
