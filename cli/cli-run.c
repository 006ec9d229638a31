/* cli-run.c: options and configuration of one verb.
 *
 * Precedence: the command line, then the key file (--config, or shoal/config in the XDG
 * configuration folder), then what is built in. The key file has a group for each verb and one,
 * [profile NAME], for each profile; its keys are the long names of the verb's options. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-help.h"
#include "cli/cli-output.h"
#include "cli/cli-values.h"

/* What one run holds. */
typedef struct
{
  CliApp app;
  void *options;
  GArray *entries;     /* of GOptionEntry: the verb's, then everybody's */
  GPtrArray *defaults; /* what the configuration adds before the command line */
} Run;

void
cli_option (GArray *entries, const char *name, char letter, GOptionArg type, void *place,
            const char *meaning, const char *value)
{
  GOptionEntry entry = { .long_name = name,
                         .short_name = letter,
                         .arg = type,
                         .arg_data = place,
                         .description = meaning,
                         .arg_description = value };

  g_array_append_val (entries, entry);
}

void
cli_globals_describe (CliGlobals *globals, GArray *entries)
{
  cli_option (entries, "quiet", 'q', G_OPTION_ARG_NONE, &globals->quiet,
              N_ ("Say nothing but errors"), NULL);
  cli_option (entries, "verbose", 'v', G_OPTION_ARG_NONE, &globals->verbose,
              N_ ("Say more about what is done"), NULL);
  cli_option (entries, "json", 0, G_OPTION_ARG_NONE, &globals->json,
              N_ ("Write the result, or the error, as JSON to standard output"), NULL);
  cli_option (entries, "plain", 0, G_OPTION_ARG_NONE, &globals->plain,
              N_ ("Write one record a line, fields apart by tabs"), NULL);
  cli_option (entries, "color", 0, G_OPTION_ARG_STRING, &globals->color,
              N_ ("Use colours: auto, always or never"), N_ ("WHEN"));
  cli_option (entries, "no-color", 0, G_OPTION_ARG_NONE, &globals->no_color, N_ ("Use no colours"),
              NULL);
  cli_option (entries, "no-input", 0, G_OPTION_ARG_NONE, &globals->no_input,
              N_ ("Never ask anything"), NULL);
  cli_option (entries, "yes", 'y', G_OPTION_ARG_NONE, &globals->yes,
              N_ ("Answer every question with yes"), NULL);
  cli_option (entries, "config", 0, G_OPTION_ARG_FILENAME, &globals->config,
              N_ ("Read the defaults of options from FILE"), N_ ("FILE"));
  cli_option (entries, "profile", 0, G_OPTION_ARG_STRING, &globals->profile,
              N_ ("Take defaults from [profile NAME] of the configuration, too"), N_ ("NAME"));
  cli_option (entries, "directory", 'C', G_OPTION_ARG_FILENAME, &globals->directory,
              N_ ("Change to DIR before anything else"), N_ ("DIR"));
  cli_option (entries, "help", 'h', G_OPTION_ARG_NONE, &globals->help, N_ ("Show this help"), NULL);
}

const char *const *
cli_choice_values (const CliVerb *verb, const char *name)
{
  static const char *const colors[] = { "auto", "always", "never", NULL };

  if (strcmp (name, "color") == 0)
    return colors;
  for (const CliChoice *c = verb->choices; c != NULL && c->option != NULL; c++)
    if (strcmp (c->option, name) == 0)
      return c->values;
  return NULL;
}

static void
run_init (Run *run, const CliVerb *verb)
{
  *run = (Run){ .entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry)),
                .defaults = g_ptr_array_new_with_free_func (g_free) };
  run->app.verb = verb;
  run->app.json_lines = verb->json_lines;
  run->options = g_malloc0 (MAX (verb->options_size, 1));
  verb->describe (run->options, run->entries);
  cli_globals_describe (&run->app.globals, run->entries);
  cli_option (run->entries, G_OPTION_REMAINING, 0, G_OPTION_ARG_FILENAME_ARRAY, &run->app.arguments,
              NULL, NULL);
}

/* Forgets what the options were set to. */
static void
reset (Run *run)
{
  CliGlobals *globals = &run->app.globals;

  run->app.verb->release (run->options);
  memset (run->options, 0, run->app.verb->options_size);
  g_free (globals->color);
  g_free (globals->config);
  g_free (globals->profile);
  g_free (globals->directory);
  *globals = (CliGlobals){ 0 };
  g_clear_pointer (&run->app.arguments, g_strfreev);
}

static void
run_clear (Run *run)
{
  reset (run);
  g_free (run->options);
  g_array_unref (run->entries);
  g_ptr_array_unref (run->defaults);
}

static const GOptionEntry *
find_entry (const Run *run, const char *name)
{
  for (guint i = 0; i < run->entries->len; i++)
    {
      const GOptionEntry *entry = &g_array_index (run->entries, GOptionEntry, i);

      if (strcmp (entry->long_name, name) == 0 && entry->long_name[0] != '\0')
        return entry;
    }
  return NULL;
}

static bool
is_text (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_STRING || entry->arg == G_OPTION_ARG_STRING_ARRAY;
}

/* GOption refuses what is not in the locale's charset, which is ASCII for many a script, while a
 * torrent's texts are UTF-8 everywhere. So it takes bytes, and settle_text() looks at them. */
static GArray *
bytes_entries (const Run *run)
{
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (guint i = 0; i < run->entries->len; i++)
    {
      GOptionEntry entry = g_array_index (run->entries, GOptionEntry, i);

      if (entry.arg == G_OPTION_ARG_STRING)
        entry.arg = G_OPTION_ARG_FILENAME;
      if (entry.arg == G_OPTION_ARG_STRING_ARRAY)
        entry.arg = G_OPTION_ARG_FILENAME_ARRAY;
      g_array_append_val (entries, entry);
    }
  return entries;
}

/* Makes UTF-8 of a value: it is that already, or text of the locale. */
static bool
settle_text (char **text, const GOptionEntry *entry, GError **error)
{
  char *utf8;

  if (*text == NULL || g_utf8_validate (*text, -1, NULL))
    return true;
  utf8 = g_locale_to_utf8 (*text, -1, NULL, NULL, NULL);
  if (utf8 == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("the text of --%s is not UTF-8"), entry->long_name);
      return false;
    }
  g_free (*text);
  *text = utf8;
  return true;
}

static bool
settle_texts (const Run *run, GError **error)
{
  bool ok = true;

  for (guint i = 0; ok && i < run->entries->len; i++)
    {
      const GOptionEntry *entry = &g_array_index (run->entries, GOptionEntry, i);
      char **text = is_text (entry) ? entry->arg_data : NULL;

      if (text != NULL && entry->arg == G_OPTION_ARG_STRING)
        ok = settle_text (text, entry, error);
      else if (text != NULL)
        for (text = *(char ***) entry->arg_data; ok && text != NULL && *text != NULL; text++)
          ok = settle_text (text, entry, error);
    }
  return ok;
}

static const GOptionEntry *
entry_of_letter (const Run *run, char letter)
{
  for (guint i = 0; i < run->entries->len; i++)
    if (g_array_index (run->entries, GOptionEntry, i).short_name == letter && letter != '\0')
      return &g_array_index (run->entries, GOptionEntry, i);
  return NULL;
}

/* Whether a word is an option that takes the next word for its value. */
static bool
wants_next (const Run *run, const char *word)
{
  const GOptionEntry *entry = NULL;

  if (g_str_has_prefix (word, "--"))
    entry = find_entry (run, word + 2);
  else if (word[0] == '-' && word[1] != '\0')
    entry = entry_of_letter (run, word[strlen (word) - 1]);
  return entry != NULL && entry->arg != G_OPTION_ARG_NONE;
}

/* GOption takes "--private=no" for "--private". */
static bool
check_switches (const Run *run, char **argv, GError **error)
{
  for (size_t i = 1; argv[i] != NULL && strcmp (argv[i], "--") != 0; i++)
    {
      g_autofree char *name = g_strndup (argv[i], strcspn (argv[i], "="));
      const GOptionEntry *entry = g_str_has_prefix (name, "--") && argv[i][strlen (name)] == '='
                                      ? find_entry (run, name + 2)
                                      : NULL;

      if (entry != NULL && entry->arg == G_OPTION_ARG_NONE)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("%s takes no value"),
                       name);
          return false;
        }
      if (wants_next (run, argv[i]) && argv[i + 1] != NULL)
        i++;
    }
  return true;
}

static bool
parse (Run *run, char **argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GArray) entries = bytes_entries (run);
  g_auto (GStrv) copy = g_strdupv (argv);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, (GOptionEntry *) (void *) entries->data, NULL);
  return check_switches (run, argv, error) && g_option_context_parse_strv (context, &copy, error)
         && settle_texts (run, error);
}

/* "--foo" of GOption's complaint, and the option that may have been meant. */
static int
fail_option (Run *run, const GError *error, char **argv)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *nearest = NULL;

  if (g_strv_contains ((const char *const *) argv, "--json"))
    run->app.output = CLI_OUTPUT_JSON; /* GOption forgets what it read before the mistake */
  for (guint i = 0; i < run->entries->len; i++)
    g_ptr_array_add (
        names, g_strconcat ("--", g_array_index (run->entries, GOptionEntry, i).long_name, NULL));
  g_ptr_array_add (names, NULL);
  for (; error->code == G_OPTION_ERROR_UNKNOWN_OPTION && *argv != NULL; argv++)
    if (g_str_has_prefix (*argv, "--") && strstr (error->message, *argv) != NULL)
      nearest = cli_nearest (*argv, (const char *const *) names->pdata);
  if (nearest != NULL)
    return cli_fail_usage (&run->app, _ ("%s; did you mean %s?"), error->message, nearest);
  return cli_fail_usage (&run->app, "%s", error->message);
}

/* --- the key file --- */

static bool
is_array (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_STRING_ARRAY || entry->arg == G_OPTION_ARG_FILENAME_ARRAY;
}

static void
append_values (Run *run, const GOptionEntry *entry, GKeyFile *file, const char *group)
{
  g_auto (GStrv) values = g_key_file_get_string_list (file, group, entry->long_name, NULL, NULL);

  for (size_t i = 0; values != NULL && values[i] != NULL; i++)
    g_ptr_array_add (run->defaults, g_strconcat ("--", entry->long_name, "=", values[i], NULL));
}

/* Turns one key into what a person would have typed. A list on the command line stands in the
 * place of the configuration's. */
static bool
append_key (Run *run, GKeyFile *file, const char *group, const char *key)
{
  const GOptionEntry *entry = find_entry (run, key);
  g_autofree char *value = NULL;

  if (entry == NULL)
    return false;
  if (entry->arg == G_OPTION_ARG_NONE)
    {
      if (g_key_file_get_boolean (file, group, key, NULL))
        g_ptr_array_add (run->defaults, g_strconcat ("--", key, NULL));
      return true;
    }
  if (is_array (entry))
    {
      if (*(char ***) entry->arg_data == NULL)
        append_values (run, entry, file, group);
      return true;
    }
  value = g_key_file_get_string (file, group, key, NULL);
  g_ptr_array_add (run->defaults, g_strconcat ("--", key, "=", value, NULL));
  return true;
}

static int
fail_config (const Run *run, const char *path, const char *message)
{
  g_autofree char *text = g_strdup_printf (_ ("“%s”: %s"), path, message);

  return cli_fail (&run->app, CLI_CONFIG, "config", text, NULL);
}

/* Takes the options of one group. */
static int
take_group (Run *run, GKeyFile *file, const char *path, const char *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (size_t i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!append_key (run, file, group, keys[i]))
      {
        g_autofree char *message
            = g_strdup_printf (_ ("[%s] has the key “%s”, which is no option of “%s”"), group,
                               keys[i], run->app.verb->name);

        return fail_config (run, path, message);
      }
  return CLI_OK;
}

static int
take_profile (Run *run, GKeyFile *file, const char *path)
{
  g_autofree char *group = NULL;

  if (run->app.globals.profile == NULL)
    return CLI_OK;
  group = g_strdup_printf ("profile %s", run->app.globals.profile);
  if (!g_key_file_has_group (file, group))
    {
      g_autofree char *message = g_strdup_printf (_ ("there is no [%s]"), group);

      return fail_config (run, path, message);
    }
  return take_group (run, file, path, group);
}

/* Collects what the key file says of this verb. */
static int
read_config (Run *run)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  const CliGlobals *globals = &run->app.globals;
  g_autofree char *path = globals->config != NULL ? g_strdup (globals->config)
                                                  : g_build_filename (g_get_user_config_dir (),
                                                                      "shoal", "config", NULL);
  bool asked = globals->config != NULL || globals->profile != NULL;
  int code = CLI_OK;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error))
    {
      if (!asked && g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return CLI_OK;
      return fail_config (run, path, error->message);
    }
  if (g_key_file_has_group (file, run->app.verb->name))
    code = take_group (run, file, path, run->app.verb->name);
  return code == CLI_OK ? take_profile (run, file, path) : code;
}

/* Reads the command line once more, behind what the configuration adds. */
static int
parse_with_defaults (Run *run, char **argv)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  if (run->defaults->len == 0)
    return CLI_OK;
  reset (run);
  g_ptr_array_add (all, argv[0]);
  g_ptr_array_extend (all, run->defaults, NULL, NULL);
  for (size_t i = 1; argv[i] != NULL; i++)
    g_ptr_array_add (all, argv[i]);
  g_ptr_array_add (all, NULL);
  if (!parse (run, (char **) all->pdata, &error))
    return fail_option (run, error, argv);
  cli_output_init (&run->app);
  return CLI_OK;
}

static int
change_directory (const Run *run)
{
  const char *directory = run->app.globals.directory;
  BtError why = { .code = BT_ERROR_OPEN, .offset = BT_NOWHERE, .item = BT_NOWHERE };

  if (directory == NULL || chdir (directory) == 0)
    return CLI_OK;
  why.sys_errno = errno;
  return cli_fail_problem (&run->app, &why, directory);
}

static int
run_parsed (Run *run, char **argv)
{
  g_autoptr (GError) error = NULL;
  static char *nothing[] = { NULL };
  int code;

  if (!parse (run, argv, &error))
    return fail_option (run, error, argv);
  if (!cli_output_init (&run->app))
    return cli_fail_usage (&run->app, _ ("--color takes auto, always or never"));
  if (run->app.globals.help)
    return cli_help_put_verb (run->app.verb), CLI_OK;
  code = run->app.verb->without_config ? CLI_OK : read_config (run);
  if (code == CLI_OK)
    code = parse_with_defaults (run, argv);
  if (code == CLI_OK)
    code = change_directory (run);
  if (code != CLI_OK)
    return code;
  if (run->app.arguments == NULL)
    run->app.arguments = g_strdupv (nothing);
  return run->app.verb->run (&run->app, run->options);
}

int
cli_run_verb (const CliVerb *verb, int argc, char **argv)
{
  Run run;
  int code;

  run_init (&run, verb);
  code = run_parsed (&run, argv);
  run_clear (&run);
  return code;
}
