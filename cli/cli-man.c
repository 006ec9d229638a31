/* cli-man.c: man pages from the verbs' tables, in man(7), for whoever builds the package. The same
 * version gives the same bytes: the date is SOURCE_DATE_EPOCH's, or none. */
#include "cli/cli-help.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"

/* Lines of the page are broken at the first blank behind this column. */
#define LINE_WIDTH 64

/* One character as roff takes it: no escape and no hyphen that is not meant. */
static void
append_char (GString *out, gunichar c)
{
  static const struct
  {
    char c;
    const char *escape;
  } escapes[] = { { '\\', "\\e" },  { '-', "\\-" },   { '\'', "\\(aq" },
                  { '~', "\\(ti" }, { '^', "\\(ha" }, { '`', "\\(ga" } };

  for (size_t i = 0; i < G_N_ELEMENTS (escapes); i++)
    if (c == (gunichar) escapes[i].c)
      {
        g_string_append (out, escapes[i].escape);
        return;
      }
  if (c < 0x80)
    g_string_append_c (out, (char) c);
  else
    g_string_append_printf (out, "\\[u%04X]", c);
}

static char *
roff (const char *text, bool wrap)
{
  GString *out = g_string_new (NULL);
  gsize start = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      if (out->len == start && (*text == '.' || *text == '\''))
        g_string_append (out, "\\&"); /* a request otherwise */
      if (wrap && *text == ' ' && out->len - start > LINE_WIDTH)
        {
          g_string_append_c (out, '\n');
          start = out->len;
        }
      else
        append_char (out, g_utf8_get_char (text));
    }
  return g_string_free (out, FALSE);
}

static void
put_text (const char *text)
{
  g_autofree char *words = roff (text, true);

  cli_put (words);
}

/* A command, whose blanks are its own. */
static void
put_literal (const char *text)
{
  g_autofree char *words = roff (text, false);

  cli_putf ("%s\n", words);
}

static void
put_line (const char *text)
{
  put_text (text);
  cli_put ("\n");
}

static void
put_section (const char *title)
{
  cli_putf (".SH %s\n", title);
}

/* "shoal-create", or "shoal" for the command itself. */
static char *
page_name (const CliVerb *verb)
{
  return verb != NULL ? g_strconcat ("shoal-", verb->name, NULL) : g_strdup ("shoal");
}

static void
put_title (const CliVerb *verb)
{
  const char *epoch = g_getenv ("SOURCE_DATE_EPOCH");
  gint64 seconds = epoch != NULL ? g_ascii_strtoll (epoch, NULL, 10) : 0;
  g_autoptr (GDateTime) date = seconds > 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
  g_autofree char *day = date != NULL ? g_date_time_format (date, "%Y-%m-%d") : NULL;
  g_autofree char *name = page_name (verb);
  g_autofree char *title = g_ascii_strup (name, -1);

  cli_putf (".TH %s 1 \"%s\" \"Shoal " CLI_VERSION "\" \"Shoal\"\n", title, day != NULL ? day : "");
  put_section ("NAME");
  put_text (name);
  cli_put (" \\- ");
  put_line (verb != NULL ? _ (verb->summary) : _ ("Share files peer to peer"));
}

/* --- options --- */

static void
put_option (const CliVerb *verb, const GOptionEntry *entry)
{
  const char *const *values = cli_choice_values (verb, entry->long_name);

  cli_put (".TP\n");
  if (entry->short_name != 0)
    cli_putf ("\\fB\\-%c\\fR, ", entry->short_name);
  cli_put ("\\fB\\-\\-");
  put_text (entry->long_name);
  cli_put ("\\fR");
  if (entry->arg_description != NULL)
    {
      cli_put ("=\\fI");
      put_text (_ (entry->arg_description));
      cli_put ("\\fR");
    }
  cli_put ("\n");
  put_text (_ (entry->description));
  cli_put (".\n");
  if (values != NULL)
    {
      g_autofree char *list = g_strjoinv (", ", (char **) values);
      g_autofree char *text = g_strdup_printf (_ ("Values: %s."), list);

      put_line (text);
    }
}

static void
put_options (const CliVerb *verb)
{
  guint n_own;
  g_autoptr (GArray) entries = cli_help_entries (verb, &n_own);

  put_section ("OPTIONS");
  for (guint i = 0; i < entries->len; i++)
    {
      if (i == n_own && n_own > 0)
        cli_putf (".SS %s\n", _ ("Options of every verb"));
      put_option (verb, &g_array_index (entries, GOptionEntry, i));
    }
}

/* --- what every page ends with --- */

static void
put_examples (const CliExample *examples)
{
  put_section ("EXAMPLES");
  for (; examples->command != NULL; examples++)
    {
      put_text (_ (examples->meaning));
      cli_put (":\n.PP\n.nf\n.RS\n");
      put_literal (examples->command);
      cli_put (".RE\n.fi\n");
      if (examples[1].command != NULL)
        cli_put (".PP\n");
    }
}

static void
put_terms (const CliTerm *terms)
{
  for (; terms->term != NULL; terms++)
    {
      cli_put (".TP\n.B ");
      put_line (terms->term);
      put_line (_ (terms->meaning));
    }
}

static void
put_topics (const CliTopic *topics)
{
  for (; topics != NULL && topics->title != NULL; topics++)
    {
      cli_put (".SS ");
      put_line (_ (topics->title));
      put_line (_ (topics->text));
      put_terms (topics->terms);
    }
}

static void
put_common (void)
{
  static const CliTerm codes[] = {
    { "0", N_ ("All is well.") },
    { "1", N_ ("Something else went wrong.") },
    { "2", N_ ("The command line is wrong.") },
    { "3", N_ ("The configuration is wrong.") },
    { "4", N_ ("Something cannot be read, or is not what it should be.") },
    { "5", N_ ("Something cannot be written, or is there already.") },
    { "6", N_ ("Files do not match the torrent.") },
    { "7", N_ ("Something is lacking still: a limit or a condition has ended the transfer.") },
    { "8", N_ ("The network, a server or a tracker failed.") },
    { "9", N_ ("The disk is full.") },
    { "10", N_ ("A lint has refused the torrent; nothing was written.") },
    { "130", N_ ("Stopped by SIGINT.") },
    { "143", N_ ("Stopped by SIGTERM.") },
    { NULL, NULL },
  };
  static const CliTerm files[] = {
    { "$XDG_CONFIG_HOME/shoal/config",
      N_ ("Defaults of options, a key file: a group for each verb, such as [create], and one for "
          "each profile, [profile NAME], which --profile takes. The keys are long names of "
          "options, a list has ; between its values. The command line wins over a profile, a "
          "profile over the verb's group. A list on the command line stands in the place of the "
          "configuration's.") },
    { ".NAME.torrent.*", N_ ("A torrent on its way to its place. One is left there only by a kill "
                             "in that very moment, "
                             "and may be deleted.") },
    { NULL, NULL },
  };
  static const CliTerm variables[] = {
    { "NO_COLOR", N_ ("When set and not empty, no colours are used unless --color=always.") },
    { "TERM", N_ ("When “dumb”, neither colours nor progress are shown.") },
    { "XDG_CONFIG_HOME", N_ ("Where the configuration is; ~/.config when not set.") },
    { NULL, NULL },
  };

  put_section ("EXIT STATUS");
  put_terms (codes);
  put_section ("FILES");
  put_terms (files);
  put_section ("ENVIRONMENT");
  put_terms (variables);
}

static void
put_see_also (const CliVerb *verb)
{
  bool first = true;

  put_section ("SEE ALSO");
  if (verb != NULL)
    cli_put (".BR shoal (1)");
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    if (cli_verbs[i] != verb)
      {
        cli_put (verb != NULL || !first ? ",\n" : "");
        cli_putf (".BR shoal\\-%s (1)", cli_verbs[i]->name);
        first = false;
      }
  cli_put (",\n.BR shoal\\-gtk (1),\n.BR shoal\\-tracker (8)\n");
}

/* --- the pages --- */

static void
put_overview (void)
{
  static const CliExample examples[] = {
    { "shoal create Holiday --tracker udp://tracker.example:6969", N_ ("Make Holiday.torrent") },
    { "shoal show Holiday.torrent", N_ ("Look into it") },
    { "shoal verify Holiday.torrent", N_ ("Compare the files with it") },
    { NULL, NULL },
  };

  put_section ("SYNOPSIS");
  cli_put (".B shoal\n");
  put_line (_ ("VERB [OPTION…] [ARGUMENT…]"));
  cli_put (".br\n.B shoal\n\\fB\\-\\-help\\fR | \\fB\\-\\-version\\fR\n");
  put_section ("DESCRIPTION");
  put_line (_ ("Makes, shows, changes and verifies torrents of v1, v2 and both. Data goes to "
               "standard output, everything else to standard error; --json gives one object, "
               "--plain one record a line. The verbs are:"));
  for (size_t i = 0; cli_verbs[i] != NULL; i++)
    {
      cli_putf (".TP\n.BR shoal\\-%s (1)\n", cli_verbs[i]->name);
      put_text (_ (cli_verbs[i]->summary));
      cli_put (".\n");
    }
  put_examples (examples);
}

static void
put_verb (const CliVerb *verb)
{
  put_section ("SYNOPSIS");
  cli_putf (".B shoal %s\n", verb->name);
  cli_put ("[\\fIOPTION\\fR]...\n");
  put_line (_ (verb->arguments));
  put_section ("DESCRIPTION");
  put_line (_ (verb->description));
  put_topics (verb->topics);
  put_options (verb);
  put_examples (verb->examples);
}

void
cli_man_put (const CliVerb *verb)
{
  put_title (verb);
  if (verb != NULL)
    put_verb (verb);
  else
    put_overview ();
  put_common ();
  put_see_also (verb);
}
