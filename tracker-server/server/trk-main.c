/* trk-main.c: the `shoal-tracker` command: finds the verb, reads its options, and hands over. */
#include <fcntl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-help.h"
#include "tracker-server/server/trk-nearest.h"

const TrkVerb *const trk_verbs[] = {
  &trk_run_verb,     &trk_init_verb,    &trk_check_config_verb, &trk_reload_verb,
  &trk_stats_verb,   &trk_token_verb,   &trk_import_verb,       &trk_backup_verb,
  &trk_restore_verb, &trk_version_verb, &trk_help_verb,         NULL,
};

const TrkVerb *
trk_verb_find (const char *name)
{
  for (size_t i = 0; trk_verbs[i] != NULL; i++)
    if (strcmp (trk_verbs[i]->name, name) == 0)
      return trk_verbs[i];
  return NULL;
}

char **
trk_verb_names (void)
{
  GStrvBuilder *names = g_strv_builder_new ();
  char **list;

  for (size_t i = 0; trk_verbs[i] != NULL; i++)
    g_strv_builder_add (names, trk_verbs[i]->name);
  list = g_strv_builder_end (names);
  g_strv_builder_unref (names);
  return list;
}

/* --- options --- */

void
trk_option (GArray *entries, const char *name, char letter, GOptionArg type, void *place,
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
trk_globals_describe (TrkGlobals *globals, GArray *entries)
{
  trk_option (entries, "config", 'c', G_OPTION_ARG_FILENAME, &globals->options.config,
              N_ ("Read the settings from FILE"), N_ ("FILE"));
  trk_option (entries, "folder", 'f', G_OPTION_ARG_FILENAME, &globals->options.folder,
              N_ ("Folder of the database and what lies beside it"), N_ ("DIR"));
  trk_option (entries, "set", 's', G_OPTION_ARG_STRING_ARRAY, &globals->options.set,
              N_ ("Change a setting, such as announce.interval=900 (may repeat)"),
              N_ ("NAME=VALUE"));
  trk_option (entries, "json", 0, G_OPTION_ARG_NONE, &globals->json,
              N_ ("Write the result, or the error, as JSON to standard output"), NULL);
  trk_option (entries, "quiet", 'q', G_OPTION_ARG_NONE, &globals->quiet,
              N_ ("Say nothing but warnings and errors"), NULL);
  trk_option (entries, "verbose", 'v', G_OPTION_ARG_NONE, &globals->verbose,
              N_ ("Say more about what is done"), NULL);
  trk_option (entries, "help", 'h', G_OPTION_ARG_NONE, &globals->help, N_ ("Show this help"), NULL);
}

/* --- words for people --- */

static void
put_error (const TrkApp *app, TrkExit code, const char *message)
{
  g_autofree char *clean = NULL;
  JsonBuilder *b;

  if (!app->globals.json)
    {
      g_auto (GStrv) lines = g_strsplit (message, "\n", -1);

      for (char **line = lines; *line != NULL; line++)
        {
          g_autofree char *escaped = trk_log_escape (*line);

          fprintf (stderr, "shoal-tracker: %s\n", escaped);
        }
      return;
    }
  b = json_builder_new ();
  clean = g_utf8_make_valid (message, -1);
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "schema");
  json_builder_add_int_value (b, 1);
  json_builder_set_member_name (b, "error");
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "code");
  json_builder_add_int_value (b, code);
  json_builder_set_member_name (b, "message");
  json_builder_add_string_value (b, clean);
  json_builder_end_object (b);
  json_builder_end_object (b);
  trk_put_json (json_builder_get_root (b));
  g_object_unref (b);
}

int
trk_fail (const TrkApp *app, TrkExit code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  put_error (app, code, message);
  return (int) code;
}

int
trk_fail_error (const TrkApp *app, GError *error)
{
  TrkExit code = error->domain == TRK_EXIT_ERROR ? (TrkExit) error->code : TRK_EXIT_FAILED;

  put_error (app, code, error->message);
  g_error_free (error);
  return (int) code;
}

void
trk_say (const TrkApp *app, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;
  va_list args;

  if (app->globals.quiet)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  escaped = trk_log_escape (text);
  fprintf (stderr, "%s\n", escaped);
}

void
trk_put_json (JsonNode *root)
{
  g_autofree char *text = json_to_string (root, TRUE);

  puts (text);
  json_node_unref (root);
}

char *
trk_app_folder (const TrkApp *app, int *code)
{
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) settings = { 0 };
  g_autofree char *text = NULL;

  *code = TRK_EXIT_OK;
  trk_config_report_init (&report);
  if (trk_options_load (&app->globals.options, &settings, &report)
      || app->globals.options.folder != NULL)
    return g_strdup (settings.folder);
  g_ptr_array_add (report.errors, NULL);
  text = g_strjoinv ("\n", (char **) report.errors->pdata);
  *code = trk_fail (app, TRK_EXIT_CONFIG, "%s", text);
  return NULL;
}

/* --- one verb --- */

/* "; did you mean --folder?", or nothing. (transfer full) */
static char *
meant (const GArray *entries, const char *message)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *dashes = strstr (message, "--");
  const char *nearest;

  if (dashes == NULL)
    return g_strdup ("");
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (names,
                     g_strconcat ("--", g_array_index (entries, GOptionEntry, i).long_name, NULL));
  g_ptr_array_add (names, NULL);
  nearest = trk_nearest (dashes, (const char *const *) names->pdata);
  return nearest != NULL ? g_strdup_printf (_ ("; did you mean %s?"), nearest) : g_strdup ("");
}

static bool
parse (TrkApp *app, GArray *entries, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  trk_globals_describe (&app->globals, entries);
  trk_option (entries, G_OPTION_REMAINING, 0, G_OPTION_ARG_FILENAME_ARRAY, &app->arguments, NULL,
              NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, (GOptionEntry *) (void *) entries->data, NULL);
  return g_option_context_parse_strv (context, argv, error);
}

static int
run_verb (TrkApp *app, char **argv)
{
  const TrkVerb *verb = app->verb;
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autofree void *options = g_malloc0 (MAX (verb->options_size, 1));
  g_auto (GStrv) copy = g_strdupv (argv);
  g_autoptr (GError) error = NULL;
  int code;

  if (verb->describe != NULL)
    verb->describe (options, entries);
  if (!parse (app, entries, &copy, &error))
    {
      g_autofree char *hint = meant (entries, error->message);

      app->globals.json = g_strv_contains ((const char *const *) argv, "--json");
      code = trk_fail (app, TRK_EXIT_USAGE, "%s%s", error->message, hint);
    }
  else if (app->globals.help)
    {
      trk_help_put_verb (verb);
      code = TRK_EXIT_OK;
    }
  else
    {
      if (app->arguments == NULL)
        app->arguments = g_new0 (char *, 1);
      trk_log_begin (&app->log, app->globals.verbose ? 1 : app->globals.quiet ? -1 : 0);
      code = verb->run (app, options);
    }
  if (verb->release != NULL)
    verb->release (options);
  return code;
}

static int
unknown_verb (TrkApp *app, const char *name)
{
  g_auto (GStrv) names = trk_verb_names ();
  const char *nearest = trk_nearest (name, (const char *const *) names);

  if (nearest != NULL)
    return trk_fail (app, TRK_EXIT_USAGE, _ ("there is no “%s”; did you mean “%s”?"), name,
                     nearest);
  return trk_fail (app, TRK_EXIT_USAGE,
                   _ ("there is no “%s”; “shoal-tracker help” lists the verbs"), name);
}

/* A file that is opened must not take the number of a standard stream that is closed. */
static void
fill_closed_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      (void) !open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* as well as it can */
}

/* What was printed may not have reached its place. */
static int
flush (int code)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return code;
  fprintf (stderr, _ ("shoal-tracker: standard output cannot be written\n"));
  return code == TRK_EXIT_OK ? TRK_EXIT_WRITE : code;
}

int
main (int argc, char **argv)
{
  TrkApp app = { 0 };
  const char *catalogues = g_getenv ("SHOAL_LOCALEDIR"); /* of a program that is not installed */
  int code;

  fill_closed_streams ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, catalogues != NULL ? catalogues : SHOAL_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("shoal-tracker");
  if (argc < 2)
    return trk_help_put_overview (stderr), TRK_EXIT_USAGE;
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    return trk_help_put_overview (stdout), flush (TRK_EXIT_OK);
  if (strcmp (argv[1], "--version") == 0 || strcmp (argv[1], "-V") == 0)
    app.verb = &trk_version_verb;
  else
    app.verb = trk_verb_find (argv[1]);
  if (app.verb == NULL)
    return unknown_verb (&app, argv[1]);
  code = flush (run_verb (&app, argv + 1));
  g_strfreev (app.arguments);
  trk_options_clear (&app.globals.options);
  return code;
}
