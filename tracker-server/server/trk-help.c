/* trk-help.c: `shoal-tracker help`, and what --help prints. */
#include "tracker-server/server/trk-help.h"

#include <string.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-nearest.h"

/* Where meanings begin and lines end. */
#define MEANING_COLUMN 28
#define LINE_COLUMN 78

void
trk_help_put_overview (FILE *to)
{
  fprintf (to, _ ("shoal-tracker is a BitTorrent tracker over HTTP and UDP.\n\n"
                  "  shoal-tracker run                     serve at once, with usual settings\n"
                  "  shoal-tracker init FOLDER             make a folder with a configuration\n"
                  "  shoal-tracker run --folder FOLDER     serve from it\n\n"
                  "Verbs:\n"));
  for (size_t i = 0; trk_verbs[i] != NULL; i++)
    fprintf (to, "  %-14s %s\n", trk_verbs[i]->name, _ (trk_verbs[i]->summary));
  fprintf (to, _ ("\n“shoal-tracker help VERB” says more.\n"));
}

/* What stands behind a verb. Of an empty text gettext returns the head of its catalogue. */
static const char *
arguments_of (const TrkVerb *verb)
{
  return verb->arguments[0] != '\0' ? _ (verb->arguments) : "";
}

/* Words, with lines that begin at @indent, where the first one is. */
static void
put_wrapped (const char *text, glong indent)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  glong at = indent;

  for (char **word = words; *word != NULL; word++)
    {
      glong len = g_utf8_strlen (*word, -1);

      if (at > indent && at + 1 + len > LINE_COLUMN)
        {
          printf ("\n%*s", (int) indent, "");
          at = indent;
        }
      printf ("%s%s", at > indent ? " " : "", *word);
      at += len + (at > indent);
    }
  puts ("");
}

static void
put_option (const GOptionEntry *entry)
{
  g_autofree char *letter
      = entry->short_name != 0 ? g_strdup_printf ("-%c, ", entry->short_name) : g_strdup ("    ");
  g_autofree char *text
      = g_strconcat (letter, "--", entry->long_name, entry->arg_description != NULL ? "=" : "",
                     entry->arg_description != NULL ? _ (entry->arg_description) : "", NULL);
  glong len = g_utf8_strlen (text, -1);

  printf ("  %s", text);
  if (len + 2 >= MEANING_COLUMN)
    printf ("\n%*s", MEANING_COLUMN, "");
  else
    printf ("%*s", (int) (MEANING_COLUMN - 2 - len), "");
  put_wrapped (_ (entry->description), MEANING_COLUMN);
}

/* The entries of a verb, its own first. (transfer full) */
static GArray *
entries_of (const TrkVerb *verb, guint *n_own)
{
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autofree void *options = g_malloc0 (MAX (verb->options_size, 1));
  TrkGlobals globals = { 0 };

  if (verb->describe != NULL)
    verb->describe (options, entries);
  *n_own = entries->len;
  trk_globals_describe (&globals, entries);
  for (guint i = 0; i < entries->len; i++)
    g_array_index (entries, GOptionEntry, i).arg_data = NULL; /* those places are gone */
  return entries;
}

void
trk_help_put_verb (const TrkVerb *verb)
{
  guint n_own;
  g_autoptr (GArray) entries = entries_of (verb, &n_own);

  printf (_ ("Usage: shoal-tracker %s [OPTION…] %s\n\n"), verb->name, arguments_of (verb));
  put_wrapped (_ (verb->description), 0);
  puts (_ ("\nExamples:"));
  for (const TrkExample *e = verb->examples; e->command != NULL; e++)
    {
      printf ("  %s\n      ", e->command);
      put_wrapped (_ (e->meaning), 6);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      if (i == 0 && n_own > 0)
        puts (_ ("\nOptions:"));
      if (i == n_own)
        puts (_ ("\nOptions of every verb:"));
      put_option (&g_array_index (entries, GOptionEntry, i));
    }
}

/* --- as JSON --- */

static void
add_text (JsonBuilder *b, const char *name, const char *text)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, text);
}

static void
add_words (JsonBuilder *b, const char *name, const char *const *words)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
  for (; words != NULL && *words != NULL; words++)
    json_builder_add_string_value (b, *words);
  json_builder_end_array (b);
}

static const char *const *
choice_of (const TrkVerb *verb, const char *option)
{
  for (const TrkChoice *c = verb->choices; c != NULL && c->option != NULL; c++)
    if (strcmp (c->option, option) == 0)
      return c->values;
  return NULL;
}

static const char *
kind_of (const GOptionEntry *entry)
{
  if (entry->arg == G_OPTION_ARG_NONE)
    return "switch";
  if (entry->arg != G_OPTION_ARG_FILENAME)
    return entry->arg == G_OPTION_ARG_STRING_ARRAY ? "texts" : "text";
  return g_strcmp0 (entry->arg_description, "DIR") == 0 ? "folder" : "file";
}

static void
add_option (JsonBuilder *b, const TrkVerb *verb, const GOptionEntry *entry)
{
  char letter[2] = { entry->short_name, '\0' };

  json_builder_begin_object (b);
  add_text (b, "name", entry->long_name);
  add_text (b, "letter", letter);
  add_text (b, "kind", kind_of (entry));
  add_text (b, "value", entry->arg_description != NULL ? _ (entry->arg_description) : "");
  add_text (b, "meaning", _ (entry->description));
  add_words (b, "choices", choice_of (verb, entry->long_name));
  json_builder_end_object (b);
}

static void
add_verb (JsonBuilder *b, const TrkVerb *verb)
{
  guint n_own;
  g_autoptr (GArray) entries = entries_of (verb, &n_own);
  g_auto (GStrv) names = trk_verb_names ();
  const char *const *words = verb == &trk_help_verb ? (const char *const *) names : verb->words;

  json_builder_begin_object (b);
  add_text (b, "name", verb->name);
  add_text (b, "arguments", arguments_of (verb));
  add_text (b, "summary", _ (verb->summary));
  add_text (b, "description", _ (verb->description));
  add_words (b, "words", words);
  json_builder_set_member_name (b, "options");
  json_builder_begin_array (b);
  for (guint i = 0; i < entries->len; i++)
    add_option (b, verb, &g_array_index (entries, GOptionEntry, i));
  json_builder_end_array (b);
  json_builder_set_member_name (b, "examples");
  json_builder_begin_array (b);
  for (const TrkExample *e = verb->examples; e->command != NULL; e++)
    {
      json_builder_begin_object (b);
      add_text (b, "command", e->command);
      add_text (b, "meaning", _ (e->meaning));
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
  json_builder_end_object (b);
}

static void
add_setting (JsonBuilder *b, const TrkSetting *setting)
{
  g_autofree char *takes = trk_config_takes (setting);

  json_builder_begin_object (b);
  add_text (b, "name", setting->name);
  add_text (b, "meaning", _ (setting->help));
  add_text (b, "takes", takes);
  add_text (b, "usual", setting->usual);
  json_builder_set_member_name (b, "live");
  json_builder_add_boolean_value (b, setting->live);
  json_builder_end_object (b);
}

void
trk_help_put_json (void)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "schema");
  json_builder_add_int_value (b, 1);
  add_text (b, "version", SHOAL_PACKAGE_VERSION);
  json_builder_set_member_name (b, "verbs");
  json_builder_begin_array (b);
  for (size_t i = 0; trk_verbs[i] != NULL; i++)
    add_verb (b, trk_verbs[i]);
  json_builder_end_array (b);
  json_builder_set_member_name (b, "settings");
  json_builder_begin_array (b);
  for (size_t i = 0; i < n; i++)
    add_setting (b, &table[i]);
  json_builder_end_array (b);
  json_builder_end_object (b);
  trk_put_json (json_builder_get_root (b));
}

/* --- the verbs --- */

static int
run_help (TrkApp *app, void *options)
{
  const char *name = app->arguments[0];
  const TrkVerb *verb = name != NULL ? trk_verb_find (name) : NULL;
  g_auto (GStrv) names = trk_verb_names ();
  const char *nearest;

  if (app->globals.json)
    trk_help_put_json ();
  else if (verb != NULL)
    trk_help_put_verb (verb);
  else if (name == NULL)
    trk_help_put_overview (stdout);
  else
    {
      nearest = trk_nearest (name, (const char *const *) names);
      if (nearest != NULL)
        return trk_fail (app, TRK_EXIT_USAGE, _ ("there is no “%s”; did you mean “%s”?"), name,
                         nearest);
      return trk_fail (app, TRK_EXIT_USAGE, _ ("there is no “%s”"), name);
    }
  return TRK_EXIT_OK;
}

static int
run_version (TrkApp *app, void *options)
{
  puts ("shoal-tracker " SHOAL_PACKAGE_VERSION);
  return TRK_EXIT_OK;
}

static const char *const nothing[] = { NULL };

static const TrkExample help_examples[] = {
  { "shoal-tracker help", N_ ("List the verbs") },
  { "shoal-tracker help run", N_ ("Say how one of them is used") },
  { NULL, NULL },
};

const TrkVerb trk_help_verb = {
  .name = "help",
  .arguments = N_ ("[VERB]"),
  .words = nothing,
  .summary = N_ ("Say how a verb is used"),
  .description = N_ ("Prints what a verb does, examples and its options; without VERB a list of "
                     "the verbs. With --json it prints all verbs and all settings."),
  .examples = help_examples,
  .run = run_help,
};

static const TrkExample version_examples[] = {
  { "shoal-tracker version", N_ ("Say which version this is") },
  { NULL, NULL },
};

const TrkVerb trk_version_verb = {
  .name = "version",
  .arguments = "",
  .words = nothing,
  .summary = N_ ("Say which version this is"),
  .description = N_ ("Prints the name and the version of the program."),
  .examples = version_examples,
  .run = run_version,
};
