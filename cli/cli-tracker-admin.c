/* cli-tracker-admin.c: requests to a tracker's administration, one after the other. */
#include "cli/cli-tracker-admin.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-input.h"
#include "cli/cli-json.h"
#include "cli/cli-output.h"
#include "cli/cli-token.h"
#include "cli/cli-torrent.h"
#include "cli/cli-values.h"
#include "cli/cli-wait.h"
#include "protocol/core/bt-digest.h"
#include "protocol/digest/btd.h"

#define PER_PAGE_USUAL 50
#define PAGES_MAX 1000000
#define ID_DIGITS 18

const char *const cli_tracker_sorts[] = { "added", "name", "size", "completed", NULL };
/* In the order of ShoalTrackerState. */
const char *const cli_tracker_states[] = { "any", "allowed", "pending", "denied", NULL };

/* One run. */
typedef struct
{
  const CliApp *app;
  const CliTrackerAdminOptions *options;
  ShoalTrackerAdmin *admin;
} Run;

void
cli_tracker_admin_describe_server (CliTrackerAdminOptions *o, GArray *entries)
{
  cli_option (entries, "server", 0, G_OPTION_ARG_STRING, &o->server,
              N_ ("The tracker to administer, such as https://tracker.example/"), N_ ("URL"));
  cli_option (entries, "token-file", 0, G_OPTION_ARG_FILENAME, &o->token_file,
              N_ ("Read the tracker's token from FILE; - for standard input"), N_ ("FILE"));
}

void
cli_tracker_admin_describe (CliTrackerAdminOptions *o, GArray *entries)
{
  cli_tracker_admin_describe_server (o, entries);
  cli_option (entries, "query", 'Q', G_OPTION_ARG_STRING, &o->query,
              N_ ("List torrents with words that begin like these"), N_ ("WORDS"));
  cli_option (entries, "state", 0, G_OPTION_ARG_STRING, &o->state,
              N_ ("List those that are allowed, pending or denied (default: any)"), N_ ("STATE"));
  cli_option (entries, "sort", 0, G_OPTION_ARG_STRING, &o->sort,
              N_ ("List by added (default), name, size or completed"), N_ ("ORDER"));
  cli_option (entries, "page", 0, G_OPTION_ARG_STRING, &o->page,
              N_ ("Which page of the list (default: 1)"), N_ ("N"));
  cli_option (entries, "per-page", 0, G_OPTION_ARG_STRING, &o->per_page,
              N_ ("How many torrents on a page, up to 200 (default: 50)"), N_ ("N"));
  cli_option (entries, "note", 0, G_OPTION_ARG_STRING, &o->note,
              N_ ("Why an info-hash is allowed or denied"), N_ ("TEXT"));
}

void
cli_tracker_admin_clear (CliTrackerAdminOptions *o)
{
  g_free (o->server);
  g_free (o->token_file);
  g_free (o->query);
  g_free (o->state);
  g_free (o->sort);
  g_free (o->page);
  g_free (o->per_page);
  g_free (o->note);
}

/* --- one request --- */

typedef struct
{
  CliWait wait;
  GAsyncResult *result;
} Request;

static void
on_over (GObject *source, GAsyncResult *result, void *data)
{
  Request *request = data;

  request->result = g_object_ref (result);
  request->wait.open--;
}

static void
request_init (Request *request)
{
  *request = (Request){ .result = NULL };
  cli_wait_init (&request->wait);
  request->wait.open = 1;
}

static void
request_wait (Request *request)
{
  cli_wait_run (&request->wait, 0, true);
}

static void
request_clear (Request *request)
{
  g_clear_object (&request->result);
  cli_wait_clear (&request->wait);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

/* A short name for programs. */
static const char *
code_name (const GError *error)
{
  switch ((ShoalError) error->code)
    {
    case SHOAL_ERROR_UNAUTHORIZED:
      return "unauthorized";
    case SHOAL_ERROR_FORBIDDEN:
      return "forbidden";
    case SHOAL_ERROR_NOT_FOUND:
      return "not_found";
    case SHOAL_ERROR_CONFLICT:
      return "conflict";
    case SHOAL_ERROR_LIMIT:
      return "too_large";
    case SHOAL_ERROR_INVALID:
      return "invalid";
    case SHOAL_ERROR_CANCELLED:
      return "cancelled";
    case SHOAL_ERROR_FAILED:
    case SHOAL_ERROR_UNSUPPORTED:
    case SHOAL_ERROR_READ:
    case SHOAL_ERROR_WRITE:
    case SHOAL_ERROR_NO_SPACE:
    case SHOAL_ERROR_EXISTS:
    case SHOAL_ERROR_CHANGED:
    case SHOAL_ERROR_UNFIT:
    case SHOAL_ERROR_IN_USE:
    case SHOAL_ERROR_NETWORK:
    default:
      return "tracker";
    }
}

/* Takes @error. */
static int
fail (const CliApp *app, GError *error, const char *hint)
{
  g_autoptr (GError) owned = error;
  const int exit_code = owned->code == SHOAL_ERROR_CANCELLED ? CLI_SIGINT : CLI_NETWORK;

  if (owned->code == SHOAL_ERROR_UNAUTHORIZED)
    hint = _ ("--token-file names a file with a token of the tracker's operator.");
  return cli_fail (app, exit_code, code_name (owned), owned->message, hint);
}

/* --- the tracker --- */

/* Whether a host is this machine, for which nothing needs to be encrypted. */
static bool
is_here (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (host, "localhost") == 0;
}

static void
warn_if_plain (const CliApp *app, const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);

  if (uri != NULL && strcmp (g_uri_get_scheme (uri), "http") == 0
      && !is_here (g_uri_get_host (uri)))
    cli_warn (app, _ ("the token goes to “%s” without encryption"), g_uri_get_host (uri));
}

ShoalTrackerAdmin *
cli_tracker_admin_open (const CliApp *app, const CliTrackerAdminOptions *options,
                        const char *server, unsigned timeout_ms, int *exit_code)
{
  const char *url = options->server != NULL ? options->server : server;
  g_autofree char *token = NULL;

  if (url == NULL || !cli_is_http_url (url))
    {
      *exit_code = url == NULL
                       ? cli_fail_usage (app, _ ("--server is to say which tracker is meant"))
                       : cli_fail_usage (app,
                                         _ ("--server takes an address of http or https, not "
                                            "“%s”"),
                                         url);
      return NULL;
    }
  if (!cli_token_read (app, options->token_file, &token, exit_code))
    return NULL;
  if (token != NULL)
    warn_if_plain (app, url);
  return g_object_new (SHOAL_TYPE_TRACKER_ADMIN, "server", url, "token", token, "timeout",
                       timeout_ms, NULL);
}

/* --- add --- */

ShoalTrackerAdded *
cli_tracker_admin_register (const CliApp *app, ShoalTrackerAdmin *admin, GBytes *torrent,
                            const char *hint, int *exit_code)
{
  g_auto (Request) request = { 0 };
  ShoalTrackerAdded *added;
  GError *error = NULL;

  request_init (&request);
  shoal_tracker_admin_register_async (admin, torrent, request.wait.cancellable, on_over, &request);
  request_wait (&request);
  added = shoal_tracker_admin_register_finish (admin, request.result, &error);
  if (added == NULL)
    *exit_code = fail (app, error, hint);
  return added;
}

static int
add_one (const Run *run, const char *path, JsonBuilder *b)
{
  BtError why = { 0 };
  g_autoptr (GBytes) torrent = NULL;
  g_autoptr (BtMetainfo) info = NULL;
  g_autoptr (ShoalTrackerAdded) added = NULL;
  int code = CLI_OK;

  torrent = cli_input_read (path, &why);
  if (torrent != NULL)
    info = bt_metainfo_parse (torrent, BT_ORIGIN_STRANGER, btd_ops (), &why);
  if (info == NULL)
    return cli_torrent_fail (run->app, &why, path, torrent);
  added = cli_tracker_admin_register (run->app, run->admin, torrent, NULL, &code);
  if (added == NULL)
    return code;
  if (b != NULL)
    cli_tracker_add_added (b, path, added);
  else
    cli_tracker_put_added (run->app, path, added);
  return CLI_OK;
}

/* Of several files those before one that fails are registered, and shown unless it is one document
 * that was to be printed. */
static int
add (const Run *run)
{
  const bool json = run->app->output == CLI_OUTPUT_JSON;
  g_autoptr (JsonBuilder) b = json ? cli_json_begin () : NULL;
  int code = CLI_OK;

  if (json)
    cli_json_open_array (b, "torrents");
  for (char **path = run->app->arguments + 1; *path != NULL && code == CLI_OK; path++)
    code = add_one (run, *path, b);
  if (json && code == CLI_OK)
    {
      json_builder_end_array (b);
      cli_json_end (g_steal_pointer (&b));
    }
  return code;
}

/* --- remove, allow, deny, unmark --- */

typedef void (*Ask) (ShoalTrackerAdmin *admin, const char *key, const char *note,
                     GCancellable *cancellable, GAsyncReadyCallback callback, void *data);
typedef gboolean (*Finish) (ShoalTrackerAdmin *admin, GAsyncResult *result, GError **error);

static void
ask_remove (ShoalTrackerAdmin *admin, const char *key, const char *note, GCancellable *cancellable,
            GAsyncReadyCallback callback, void *data)
{
  shoal_tracker_admin_remove_async (admin, key, cancellable, callback, data);
}

static void
ask_unmark (ShoalTrackerAdmin *admin, const char *key, const char *note, GCancellable *cancellable,
            GAsyncReadyCallback callback, void *data)
{
  shoal_tracker_admin_unmark_async (admin, key, cancellable, callback, data);
}

static void
ask_reload (ShoalTrackerAdmin *admin, const char *key, const char *note, GCancellable *cancellable,
            GAsyncReadyCallback callback, void *data)
{
  shoal_tracker_admin_reload_async (admin, cancellable, callback, data);
}

static const struct
{
  const char *word;
  Ask ask;
  Finish finish;
} deeds[] = {
  { "remove", ask_remove, shoal_tracker_admin_remove_finish },
  { "allow", shoal_tracker_admin_allow_async, shoal_tracker_admin_allow_finish },
  { "deny", shoal_tracker_admin_deny_async, shoal_tracker_admin_deny_finish },
  { "unmark", ask_unmark, shoal_tracker_admin_unmark_finish },
  { "reload", ask_reload, shoal_tracker_admin_reload_finish },
};

static int
do_one (const Run *run, size_t deed, const char *key)
{
  g_auto (Request) request = { 0 };
  GError *error = NULL;

  request_init (&request);
  deeds[deed].ask (run->admin, key, run->options->note, request.wait.cancellable, on_over,
                   &request);
  request_wait (&request);
  return deeds[deed].finish (run->admin, request.result, &error) ? CLI_OK
                                                                 : fail (run->app, error, NULL);
}

/* The names of one torrent: a number, or info-hashes; a hybrid has two, of which the catalogue
 * needs one and the lists need both. */
static int
add_keys (const Run *run, const char *text, bool both, GPtrArray *keys)
{
  g_auto (CliSource) source = { 0 };
  const size_t len = strlen (text);
  const uint8_t *v1;
  const uint8_t *v2;
  int code;

  if (len <= ID_DIGITS && len > 0 && strspn (text, "0123456789") == len)
    {
      g_ptr_array_add (keys, g_strdup (text));
      return CLI_OK;
    }
  code = cli_source_load (&source, run->app, text);
  if (code != CLI_OK)
    return code;
  v1 = source.metainfo != NULL        ? bt_metainfo_info_hash_v1 (source.metainfo)
       : source.magnet->hashes.has_v1 ? source.magnet->hashes.v1
                                      : NULL;
  v2 = source.metainfo != NULL        ? bt_metainfo_info_hash_v2 (source.metainfo)
       : source.magnet->hashes.has_v2 ? source.magnet->hashes.v2
                                      : NULL;
  if (v1 != NULL)
    g_ptr_array_add (keys, cli_hex (v1, BT_SHA1_LEN));
  if (v2 != NULL && (both || v1 == NULL))
    g_ptr_array_add (keys, cli_hex (v2, BT_SHA256_LEN));
  return CLI_OK;
}

static void
put_done (const Run *run, const char *word, const GPtrArray *keys)
{
  JsonBuilder *b;

  if (run->app->output == CLI_OUTPUT_JSON)
    {
      b = cli_json_begin ();
      cli_json_text (b, "done", word);
      cli_json_texts (b, "keys", (const char *const *) keys->pdata, keys->len);
      cli_json_end (b);
      return;
    }
  for (guint i = 0; i < keys->len && run->app->output == CLI_OUTPUT_PLAIN; i++)
    cli_row (run->app, word, word, keys->pdata[i]);
  if (run->app->output == CLI_OUTPUT_HUMAN)
    cli_say (run->app, "%s", _ ("Done."));
}

static int
do_deed (const Run *run, size_t deed)
{
  const char *word = deeds[deed].word;
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  int code = CLI_OK;

  for (char **text = run->app->arguments + 1; *text != NULL && code == CLI_OK; text++)
    code = add_keys (run, *text, strcmp (word, "remove") != 0, keys);
  for (guint i = 0; i < keys->len && code == CLI_OK; i++)
    code = do_one (run, deed, keys->pdata[i]);
  if (code == CLI_OK && strcmp (word, "reload") == 0)
    code = do_one (run, deed, NULL);
  if (code == CLI_OK)
    put_done (run, word, keys);
  return code;
}

/* --- list --- */

/* The place of @text in @words; 0 for no text. False when it is none of them. */
static bool
read_choice (const CliApp *app, const char *option, const char *text, const char *const *words,
             unsigned *out)
{
  g_autofree char *known = NULL;

  *out = 0;
  for (unsigned i = 0; text != NULL && words[i] != NULL; i++)
    if (strcmp (words[i], text) == 0)
      {
        *out = i;
        return true;
      }
  if (text == NULL)
    return true;
  known = g_strjoinv (", ", (char **) words);
  return cli_fail_usage (app, _ ("--%s takes one of %s, not “%s”"), option, known, text), false;
}

static bool
read_page (const CliApp *app, const CliTrackerAdminOptions *o, CliTrackerPage *page)
{
  uint64_t number = 1;
  uint64_t per_page = PER_PAGE_USUAL;

  if (o->page != NULL && !cli_parse_uint (o->page, 1, PAGES_MAX, &number))
    return cli_fail_usage (app, _ ("--page takes a number from 1, not “%s”"), o->page), false;
  if (o->per_page != NULL && !cli_parse_uint (o->per_page, 1, SHOAL_TRACKER_PAGE_MAX, &per_page))
    return cli_fail_usage (app, _ ("--per-page takes a number from 1 to 200, not “%s”"),
                           o->per_page),
           false;
  page->page = (unsigned) number;
  page->per_page = (unsigned) per_page;
  return true;
}

static int
list (const Run *run)
{
  const CliTrackerAdminOptions *o = run->options;
  g_auto (Request) request = { 0 };
  g_autoptr (GListModel) entries = NULL;
  CliTrackerPage page = { 0 };
  GError *error = NULL;
  unsigned sort;
  unsigned state;

  if (!read_choice (run->app, "sort", o->sort, cli_tracker_sorts, &sort)
      || !read_choice (run->app, "state", o->state, cli_tracker_states, &state)
      || !read_page (run->app, o, &page))
    return CLI_USAGE;
  request_init (&request);
  shoal_tracker_admin_list_async (run->admin, o->query, (ShoalTrackerState) state,
                                  (ShoalTrackerSort) sort, page.page, page.per_page,
                                  request.wait.cancellable, on_over, &request);
  request_wait (&request);
  entries = shoal_tracker_admin_list_finish (run->admin, request.result, &page.total, &error);
  if (entries == NULL)
    return fail (run->app, error, NULL);
  page.entries = entries;
  cli_tracker_put_page (run->app, &page);
  return CLI_OK;
}

/* --- stats --- */

static int
stats (const Run *run)
{
  g_auto (Request) request = { 0 };
  g_autoptr (GVariant) numbers = NULL;
  GError *error = NULL;

  request_init (&request);
  shoal_tracker_admin_stats_async (run->admin, request.wait.cancellable, on_over, &request);
  request_wait (&request);
  numbers = shoal_tracker_admin_stats_finish (run->admin, request.result, &error);
  if (numbers == NULL)
    return fail (run->app, error, NULL);
  cli_tracker_put_stats (run->app, numbers);
  return CLI_OK;
}

/* --- words --- */

/* How many arguments a word takes behind it. */
static const struct
{
  const char *word;
  bool takes_torrents;
} admin_words[] = {
  { "list", false }, { "add", true },    { "remove", true }, { "allow", true },
  { "deny", true },  { "unmark", true }, { "stats", false }, { "reload", false },
};

bool
cli_tracker_admin_knows (const char *word)
{
  for (size_t i = 0; i < G_N_ELEMENTS (admin_words); i++)
    if (strcmp (admin_words[i].word, word) == 0)
      return true;
  return false;
}

static bool
check_arguments (const CliApp *app, const CliTrackerAdminOptions *options)
{
  const char *word = app->arguments[0];
  const bool some = app->arguments[1] != NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (admin_words); i++)
    if (strcmp (admin_words[i].word, word) == 0 && admin_words[i].takes_torrents != some)
      return cli_fail_usage (app,
                             some ? _ ("“%s” takes nothing behind it")
                                  : _ ("say which torrents “%s” is about"),
                             word),
             false;
  if (g_strcmp0 (options->token_file, "-") == 0
      && g_strv_contains ((const char *const *) app->arguments, "-"))
    return cli_fail_usage (app, _ ("standard input has the token or a torrent, not both")), false;
  return true;
}

int
cli_tracker_admin_run (const CliApp *app, const CliTrackerAdminOptions *options,
                       unsigned timeout_ms)
{
  const char *word = app->arguments[0];
  g_autoptr (ShoalTrackerAdmin) admin = NULL;
  Run run = { .app = app, .options = options };
  int code = CLI_USAGE;

  if (!check_arguments (app, options))
    return CLI_USAGE;
  admin = cli_tracker_admin_open (app, options, NULL, timeout_ms, &code);
  if (admin == NULL)
    return code;
  run.admin = admin;
  for (size_t i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (strcmp (deeds[i].word, word) == 0)
      return do_deed (&run, i);
  if (strcmp (word, "add") == 0)
    return add (&run);
  return strcmp (word, "list") == 0 ? list (&run) : stats (&run);
}
