/* trk-verb-config.c: `shoal-tracker init` and `check-config`. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-link.h"
#include "tracker-server/server/trk-verb.h"

/* --- init --- */

typedef struct
{
  gboolean sample;
} InitOptions;

static void
describe_init (void *data, GArray *entries)
{
  trk_option (entries, "sample", 0, G_OPTION_ARG_NONE, &((InitOptions *) data)->sample,
              N_ ("Print a configuration with every setting explained, and make nothing"), NULL);
}

static int
put_sample (void)
{
  g_autofree char *text = trk_config_sample ();

  fputs (text, stdout);
  return TRK_EXIT_OK;
}

/* Writes the sample where nothing is yet. Returns errno. */
static int
write_sample (const char *path)
{
  g_autofree char *text = trk_config_sample ();
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  ssize_t len = (ssize_t) strlen (text);
  int problem = 0;

  if (fd < 0)
    return errno;
  if (write (fd, text, (size_t) len) != len || fsync (fd) != 0)
    problem = errno != 0 ? errno : ENOSPC;
  if (close (fd) != 0 && problem == 0)
    problem = errno;
  if (problem != 0)
    (void) unlink (path); /* half a file is none */
  return problem;
}

static int
check_absent (const TrkApp *app, const char *folder)
{
  static const TrkPath paths[] = { TRK_PATH_CONFIG, TRK_PATH_DATABASE };

  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *path = trk_path (folder, paths[i]);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return trk_fail (app, TRK_EXIT_WRITE, _ ("%s is there already; nothing was changed"), path);
    }
  return TRK_EXIT_OK;
}

static JsonNode *
first_token (void)
{
  return json_from_string ("{\"do\":\"token-make\",\"name\":\"first\",\"scope\":\"admin\"}", NULL);
}

static void
show_made (const TrkApp *app, const char *folder, const char *token)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();

  if (!app->globals.json)
    {
      printf (_ ("Made %s\nToken of the administrator, shown this once: %s\n"), folder, token);
      trk_say (app, _ ("“shoal-tracker run --folder %s” serves from it"), folder);
      return;
    }
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "schema");
  json_builder_add_int_value (b, 1);
  json_builder_set_member_name (b, "folder");
  json_builder_add_string_value (b, folder);
  json_builder_set_member_name (b, "token");
  json_builder_add_string_value (b, token);
  json_builder_end_object (b);
  trk_put_json (json_builder_get_root (b));
}

static int
make (TrkApp *app, const char *folder)
{
  g_autofree char *config = trk_path (folder, TRK_PATH_CONFIG);
  g_autoptr (JsonNode) request = first_token ();
  g_autoptr (JsonNode) reply = NULL;
  g_autoptr (TrkLink) ask = NULL;
  g_autoptr (GError) error = NULL;
  int problem;

  if (!trk_path_make (folder))
    return trk_fail (app, TRK_EXIT_WRITE, "%s: %s", folder, g_strerror (errno));
  problem = write_sample (config);
  if (problem != 0)
    return trk_fail (app, TRK_EXIT_WRITE, "%s: %s", config, g_strerror (problem));
  ask = trk_link_open (folder, true, &error);
  if (ask != NULL)
    reply = trk_link_ask (ask, request, &error);
  if (reply == NULL)
    return trk_fail_error (app, g_steal_pointer (&error));
  show_made (app, folder, json_object_get_string_member (json_node_get_object (reply), "token"));
  return TRK_EXIT_OK;
}

static int
run_init (TrkApp *app, void *options)
{
  g_autofree char *folder = NULL;
  int code;

  if (((const InitOptions *) options)->sample)
    return put_sample ();
  if (app->arguments[0] != NULL && app->arguments[1] != NULL)
    return trk_fail (app, TRK_EXIT_USAGE, _ ("“init” takes one folder"));
  if (app->arguments[0] != NULL)
    {
      g_free (app->globals.options.folder);
      app->globals.options.folder = g_strdup (app->arguments[0]);
    }
  folder = trk_app_folder (app, &code);
  if (folder != NULL)
    code = check_absent (app, folder);
  return code == TRK_EXIT_OK ? make (app, folder) : code;
}

static const TrkExample init_examples[] = {
  { "shoal-tracker init /srv/tracker", N_ ("Make a folder for a tracker") },
  { "shoal-tracker init --sample > tracker.conf", N_ ("Have a configuration alone") },
  { NULL, NULL },
};

const TrkVerb trk_init_verb = {
  .name = "init",
  .arguments = N_ ("[FOLDER]"),
  .summary = N_ ("Make a folder with a configuration, a database and a token"),
  .description
  = N_ ("Makes the folder, for its owner alone, with shoal-tracker.conf, where every setting is "
        "explained, and an empty database. Prints the token of the administrator, which is not "
        "kept and cannot be shown again. Nothing that is there is overwritten."),
  .examples = init_examples,
  .options_size = sizeof (InitOptions),
  .describe = describe_init,
  .run = run_init,
};

/* --- check-config --- */

/* Settings that were changed while it ran; NULL when nobody can be asked. (transfer full) */
static JsonObject *
kept_settings (const char *folder)
{
  g_autoptr (TrkLink) ask = trk_link_open (folder, false, NULL);
  g_autoptr (JsonNode) request = trk_link_request ("settings");
  g_autoptr (JsonNode) reply = ask != NULL ? trk_link_ask (ask, request, NULL) : NULL;

  if (reply == NULL)
    return NULL;
  return json_object_ref (json_object_get_object_member (json_node_get_object (reply), "settings"));
}

static void
add_texts (JsonBuilder *b, const char *name, const GPtrArray *texts)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
  for (guint i = 0; i < texts->len; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (g_ptr_array_index (texts, i), -1);

      json_builder_add_string_value (b, valid);
    }
  json_builder_end_array (b);
}

static void
put_json (const TrkConfigReport *report, const TrkSettings *settings, JsonObject *kept)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "schema");
  json_builder_add_int_value (b, 1);
  add_texts (b, "errors", report->errors);
  add_texts (b, "warnings", report->warnings);
  json_builder_set_member_name (b, "settings");
  json_builder_begin_object (b);
  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *value = trk_settings_get (settings, table[i].name);

      json_builder_set_member_name (b, table[i].name);
      json_builder_add_string_value (b, value);
    }
  json_builder_end_object (b);
  json_builder_set_member_name (b, "changed");
  if (kept != NULL)
    json_builder_add_value (b, json_node_init_object (json_node_alloc (), kept));
  else
    json_builder_add_null_value (b);
  json_builder_end_object (b);
  trk_put_json (json_builder_get_root (b));
}

static void
put_lines (const char *kind, const GPtrArray *texts)
{
  for (guint i = 0; i < texts->len; i++)
    {
      g_autofree char *escaped = trk_log_escape (g_ptr_array_index (texts, i));

      printf ("%s: %s\n", kind, escaped);
    }
}

static void
put_kept (const TrkSettings *settings, JsonObject *kept)
{
  g_autoptr (GList) names = kept != NULL ? json_object_get_members (kept) : NULL;

  for (GList *at = names; at != NULL; at = at->next)
    {
      const char *name = at->data;
      g_autofree char *here = trk_settings_get (settings, name);

      printf (_ ("changed while it ran: %s is “%s”, and “%s” in the configuration\n"), name,
              json_object_get_string_member (kept, name), here != NULL ? here : "");
    }
}

static int
run_check (TrkApp *app, void *options)
{
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) settings = { 0 };
  g_autoptr (JsonObject) kept = NULL;
  bool ok;

  if (app->arguments[0] != NULL && app->globals.options.config == NULL)
    app->globals.options.config = g_strdup (app->arguments[0]);
  else if (app->arguments[0] != NULL)
    return trk_fail (app, TRK_EXIT_USAGE, _ ("“check-config” takes one file"));
  trk_config_report_init (&report);
  ok = trk_options_load (&app->globals.options, &settings, &report);
  ok = trk_config_check (&settings, &report) && ok;
  kept = kept_settings (settings.folder);
  if (app->globals.json)
    put_json (&report, &settings, kept);
  else
    {
      put_lines (_ ("error"), report.errors);
      put_lines (_ ("warning"), report.warnings);
      put_kept (&settings, kept);
      if (ok)
        trk_say (app, _ ("The configuration is right."));
    }
  return ok ? TRK_EXIT_OK : TRK_EXIT_CONFIG;
}

static const TrkExample check_examples[] = {
  { "shoal-tracker check-config /etc/shoal-tracker.conf", N_ ("Look at a file") },
  { "shoal-tracker check-config --folder /srv/tracker",
    N_ ("Look at what “run” would take, and say what was changed while it ran") },
  { NULL, NULL },
};

const TrkVerb trk_check_config_verb = {
  .name = "check-config",
  .arguments = N_ ("[FILE]"),
  .summary = N_ ("Say whether a configuration is right"),
  .description
  = N_ ("Reads the configuration as “run” would, and prints everything that is wrong with it or "
        "looks wrong, with its line; and settings that were changed while the tracker ran, which "
        "win over the file. Ends with 3 when “run” would refuse it."),
  .examples = check_examples,
  .run = run_check,
};
