/* trk-verb-import.c: `shoal-tracker import`. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "protocol/core/bt-hex.h"
#include "tracker-server/server/trk-link.h"
#include "tracker-server/server/trk-import.h"
#include "tracker-server/server/trk-verb.h"

/* A longer file is no list. */
#define FILE_LEN_MAX (256u << 20)

/* Hashes of one request. */
#define BATCH 10000u

typedef struct
{
  char *as;
} Options;

/* One run. */
typedef struct
{
  TrkApp *app;
  TrkLink *ask;
  GPtrArray *settings; /* of char *: "NAME=VALUE" */
  uint64_t n_new;
  uint64_t n_changed;
  uint64_t n_hashes;
} Run;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  trk_option (entries, "as", 0, G_OPTION_ARG_STRING, &o->as,
              N_ ("What the torrents of a list become; allowed when not said"), N_ ("MARK"));
}

static void
release (void *data)
{
  g_free (((Options *) data)->as);
}

/* (transfer full) (nullable) */
static char *
read_text (const char *path, GError **error)
{
  struct stat about;
  g_autofree char *text = NULL;
  gsize len;

  if (stat (path, &about) == 0 && (!S_ISREG (about.st_mode) || about.st_size > FILE_LEN_MAX))
    {
      g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_READ, _ ("%s: this is no list"), path);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &len, error))
    {
      (*error)->domain = TRK_EXIT_ERROR;
      (*error)->code = TRK_EXIT_READ;
      return NULL;
    }
  if (strlen (text) != len)
    {
      g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_READ, _ ("%s: this is no text"), path);
      return NULL;
    }
  return g_steal_pointer (&text);
}

static const char *
word_of (TrkMark mark)
{
  return mark == TRK_MARK_ALLOWED ? "allowed" : mark == TRK_MARK_DENIED ? "denied" : "none";
}

/* A part of a list, in one transaction. */
static bool
send_batch (Run *run, const uint8_t *hashes, size_t n, TrkMark mark, GError **error)
{
  g_autoptr (JsonNode) request = trk_link_request ("import");
  g_autofree char *hex = g_malloc (2 * n * BT_INFO_HASH_LEN + 1);
  JsonObject *object = json_node_get_object (request);
  g_autoptr (JsonNode) reply = NULL;

  bt_hex_write (hashes, n * BT_INFO_HASH_LEN, hex);
  json_object_set_string_member (object, "mark", word_of (mark));
  json_object_set_string_member (object, "hashes", hex);
  reply = trk_link_ask (run->ask, request, error);
  if (reply == NULL)
    return false;
  run->n_new += (uint64_t) json_object_get_int_member (json_node_get_object (reply), "new");
  run->n_changed += (uint64_t) json_object_get_int_member (json_node_get_object (reply), "changed");
  return true;
}

static bool
send_hashes (Run *run, const GByteArray *hashes, TrkMark mark, GError **error)
{
  size_t n = hashes->len / BT_INFO_HASH_LEN;
  bool ok = true;

  run->n_hashes += n;
  for (size_t at = 0; ok && at < n; at += BATCH)
    ok = send_batch (run, hashes->data + at * BT_INFO_HASH_LEN, MIN (n - at, BATCH), mark, error);
  return ok;
}

static void
say_notes (const Run *run, const TrkImport *import)
{
  for (guint i = 0; i < import->notes->len; i++)
    trk_say (run->app, "%s", (const char *) g_ptr_array_index (import->notes, i));
  if (import->n_notes > import->notes->len)
    trk_say (run->app, _ ("and %u more lines"), import->n_notes - import->notes->len);
}

static bool
import_list (Run *run, const char *path, const char *text, TrkMark mark, GError **error)
{
  g_auto (TrkImport) import = { 0 };

  trk_import_init (&import);
  trk_import_hashes (&import, path, text);
  say_notes (run, &import);
  return send_hashes (run, import.hashes, mark, error);
}

static bool
import_opentracker (Run *run, const char *path, const char *text, GError **error)
{
  g_auto (TrkImport) import = { 0 };
  g_autofree char *full = g_canonicalize_filename (path, NULL);
  bool ok = true;

  trk_import_init (&import);
  trk_import_opentracker (&import, full, text);
  say_notes (run, &import);
  for (guint i = 0; ok && i < import.lists->len; i++)
    {
      const TrkImportList *list = &g_array_index (import.lists, TrkImportList, i);
      g_autofree char *words = read_text (list->path, error);

      ok = words != NULL && import_list (run, list->path, words, list->mark, error);
    }
  for (guint i = 0; i < import.settings->len; i++)
    g_ptr_array_add (run->settings, g_strdup (g_ptr_array_index (import.settings, i)));
  return ok;
}

static bool
import_file (Run *run, const char *path, TrkMark mark, GError **error)
{
  g_autofree char *text = read_text (path, error);

  if (text == NULL)
    return false;
  if (trk_import_is_opentracker (text))
    return import_opentracker (run, path, text, error);
  return import_list (run, path, text, mark, error);
}

/* --- settings --- */

/* As lines of a configuration file, each group once. (transfer full) */
static char *
settings_text (const GPtrArray *settings)
{
  GString *out = g_string_new (NULL);
  g_autofree char *group = g_strdup ("");

  for (guint i = 0; i < settings->len; i++)
    {
      const char *pair = g_ptr_array_index (settings, i);
      size_t len = strcspn (pair, ".");
      const char *equals = strchr (pair, '=');

      if (strlen (group) != len || strncmp (group, pair, len) != 0)
        g_string_append_printf (out, "%s[%.*s]\n", out->len > 0 ? "\n" : "", (int) len, pair);
      g_free (group);
      group = g_strndup (pair, len);
      g_string_append_printf (out, "%.*s = %s\n", (int) (equals - pair - (ptrdiff_t) len - 1),
                              pair + len + 1, equals + 1);
    }
  return g_string_free (out, FALSE);
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What was found goes to a new file, or is shown to be put into the one that is there. */
static int
keep_settings (Run *run, const char *folder)
{
  g_autofree char *path = trk_path (folder, TRK_PATH_CONFIG);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (run->settings->len == 0)
    return TRK_EXIT_OK;
  g_ptr_array_sort (run->settings, by_name);
  for (guint i = 1; i < run->settings->len; i++) /* two lists say the mode twice */
    if (strcmp (g_ptr_array_index (run->settings, i), g_ptr_array_index (run->settings, i - 1))
        == 0)
      g_ptr_array_remove_index (run->settings, i--);
  text = settings_text (run->settings);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      trk_say (run->app, _ ("These settings are to be put into %s:"), path);
      fputs (text, stdout);
      return TRK_EXIT_OK;
    }
  if (!g_file_set_contents_full (path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 S_IRUSR | S_IWUSR, &error))
    return trk_fail (run->app, TRK_EXIT_WRITE, "%s", error->message);
  trk_say (run->app, _ ("The settings are in %s."), path);
  return TRK_EXIT_OK;
}

/* --- the verb --- */

static bool
mark_of (const char *word, TrkMark *mark)
{
  *mark = TRK_MARK_ALLOWED;
  if (word == NULL || strcmp (word, "allowed") == 0)
    return true;
  *mark = strcmp (word, "denied") == 0 ? TRK_MARK_DENIED : TRK_MARK_NONE;
  return strcmp (word, "denied") == 0 || strcmp (word, "none") == 0;
}

static void
put_sums (const Run *run)
{
  if (run->app->globals.json)
    printf ("{\"schema\": 1, \"hashes\": %lu, \"new\": %lu, \"changed\": %lu}\n",
            (unsigned long) run->n_hashes, (unsigned long) run->n_new,
            (unsigned long) run->n_changed);
  else
    trk_say (run->app, _ ("%lu hashes were read; %lu are new, %lu were changed."),
             (unsigned long) run->n_hashes, (unsigned long) run->n_new,
             (unsigned long) run->n_changed);
}

static int
import_all (Run *run, const char *folder, TrkMark mark)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TrkLink) ask = NULL;
  bool ok = trk_path_make (folder);
  int code = TRK_EXIT_OK;

  if (!ok)
    return trk_fail (run->app, TRK_EXIT_WRITE, "%s: %s", folder, g_strerror (errno));
  ask = trk_link_open (folder, true, &error);
  run->ask = ask;
  ok = ask != NULL;
  for (char **path = run->app->arguments; ok && *path != NULL; path++)
    ok = import_file (run, *path, mark, &error);
  if (ok)
    code = keep_settings (run, folder);
  else
    code = trk_fail_error (run->app, g_steal_pointer (&error));
  if (ok)
    put_sums (run);
  return code;
}

static int
run (TrkApp *app, void *data)
{
  const Options *o = data;
  g_autofree char *folder = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  Run run = { .app = app, .settings = found };
  TrkMark mark;
  int code;

  if (app->arguments[0] == NULL)
    return trk_fail (app, TRK_EXIT_USAGE, _ ("“import” takes files"));
  if (!mark_of (o->as, &mark))
    return trk_fail (app, TRK_EXIT_USAGE, _ ("--as takes allowed, denied or none"));
  folder = trk_app_folder (app, &code);
  return folder != NULL ? import_all (&run, folder, mark) : code;
}

static const char *const marks[] = { "allowed", "denied", "none", NULL };
static const TrkChoice choices[] = { { "as", marks }, { NULL, NULL } };

static const TrkExample examples[] = {
  { "shoal-tracker import --as denied blacklist.txt", N_ ("Deny the torrents of a list") },
  { "shoal-tracker import --folder /srv/tracker /etc/opentracker/opentracker.conf",
    N_ ("Take over opentracker's configuration and the lists that it names") },
  { NULL, NULL },
};

const TrkVerb trk_import_verb = {
  .name = "import",
  .arguments = N_ ("FILE..."),
  .choices = choices,
  .summary = N_ ("Take over lists of torrents, or opentracker's configuration"),
  .description
  = N_ ("A list has an info-hash of 40 or 64 hexadecimal digits in each line; # begins a comment. "
        "A configuration of opentracker is known by its words: the lists that it names are read, "
        "and its settings become a configuration file in the folder, or are printed when there is "
        "one. What is not understood is said. Works with the server that runs, and without one."),
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
