/* trk-verb-ask.c: `shoal-tracker reload`, `stats` and `token`: one question each. */
#include <stdio.h>
#include <string.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-link.h"
#include "tracker-server/server/trk-verb.h"

static const char *const nothing[] = { NULL };

/* Finds the folder and asks there. On failure it was said, and @code is what to end with. (transfer
 * full) (nullable) */
static JsonObject *
ask_folder (TrkApp *app, JsonNode *request, int *code)
{
  g_autofree char *folder = trk_app_folder (app, code);
  g_autoptr (GError) error = NULL;
  g_autoptr (TrkLink) ask = NULL;
  g_autoptr (JsonNode) reply = NULL;

  if (folder == NULL)
    return NULL;
  ask = trk_link_open (folder, false, &error);
  if (ask != NULL)
    reply = trk_link_ask (ask, request, &error);
  if (reply == NULL)
    {
      *code = trk_fail_error (app, g_steal_pointer (&error));
      return NULL;
    }
  return json_node_dup_object (reply);
}

/* The reply as it is, with the schema's version. */
static void
put_reply (JsonObject *reply)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_int_member (reply, "schema", 1);
  json_node_set_object (node, reply);
  trk_put_json (node);
}

static int
refuse_arguments (const TrkApp *app)
{
  return trk_fail (app, TRK_EXIT_USAGE, _ ("“%s” takes options alone, not “%s”"), app->verb->name,
                   app->arguments[0]);
}

/* --- reload --- */

static int
run_reload (TrkApp *app, void *options)
{
  g_autoptr (JsonNode) request = trk_link_request ("reload");
  g_autoptr (JsonObject) reply = NULL;
  int code;

  if (app->arguments[0] != NULL)
    return refuse_arguments (app);
  reply = ask_folder (app, request, &code);
  if (reply == NULL)
    return code;
  trk_say (app, _ ("The configuration was read again."));
  return TRK_EXIT_OK;
}

static const TrkExample reload_examples[] = {
  { "shoal-tracker reload --folder /srv/tracker", N_ ("Let the server there read its files anew") },
  { NULL, NULL },
};

const TrkVerb trk_reload_verb = {
  .name = "reload",
  .arguments = "",
  .words = nothing,
  .summary = N_ ("Let the running server read its configuration anew"),
  .description
  = N_ ("Finds the server of the folder, has it read configuration and certificate again as SIGHUP "
        "does, and waits until that is done. When something is wrong with the configuration, the "
        "server goes on with the old one, and this ends with 3."),
  .examples = reload_examples,
  .run = run_reload,
};

/* --- stats --- */

static void
put_member (JsonObject *object, const char *name, JsonNode *node, gpointer data)
{
  const char *prefix = data;

  if (JSON_NODE_HOLDS_OBJECT (node))
    json_object_foreach_member (json_node_get_object (node), put_member, (gpointer) name);
  else if (JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      printf ("%s\t%s\n", name, json_array_get_string_element (json_node_get_array (node), i));
  else
    {
      g_autofree char *value = json_node_get_value_type (node) == G_TYPE_STRING
                                   ? trk_log_escape (json_node_get_string (node))
                                   : json_to_string (node, FALSE);

      printf ("%s%s%s\t%s\n", prefix, prefix[0] != '\0' ? "." : "", name, value);
    }
}

static int
run_stats (TrkApp *app, void *options)
{
  g_autoptr (JsonNode) request = trk_link_request ("stats");
  g_autoptr (JsonObject) reply = NULL;
  int code;

  if (app->arguments[0] != NULL)
    return refuse_arguments (app);
  reply = ask_folder (app, request, &code);
  if (reply == NULL)
    return code;
  if (app->globals.json)
    put_reply (reply);
  else
    json_object_foreach_member (reply, put_member, (gpointer) "");
  return TRK_EXIT_OK;
}

static const TrkExample stats_examples[] = {
  { "shoal-tracker stats --folder /srv/tracker", N_ ("Say how many torrents, peers, announces") },
  { "shoal-tracker stats --json", N_ ("The same as JSON") },
  { NULL, NULL },
};

const TrkVerb trk_stats_verb = {
  .name = "stats",
  .arguments = "",
  .words = nothing,
  .summary = N_ ("Say what a tracker knows and has done"),
  .description
  = N_ ("Asks the server of the folder; when none runs, says what its database has. One record a "
        "line, name and value with a tab between. Settings that were changed while it ran stand "
        "under “changed”."),
  .examples = stats_examples,
  .run = run_stats,
};

/* --- token --- */

typedef struct
{
  char *name;
  char *scope;
  char *days;
} TokenOptions;

static void
describe_token (void *data, GArray *entries)
{
  TokenOptions *o = data;

  trk_option (entries, "name", 'n', G_OPTION_ARG_STRING, &o->name,
              N_ ("Of a new token: what it is called in lists and in the audit log"), N_ ("NAME"));
  trk_option (entries, "scope", 0, G_OPTION_ARG_STRING, &o->scope,
              N_ ("Of a new token: what it may do, each what the next one may, too"), N_ ("SCOPE"));
  trk_option (entries, "days", 0, G_OPTION_ARG_STRING, &o->days,
              N_ ("Of a new token: for how many days it is good; else for ever"), N_ ("DAYS"));
}

static void
release_token (void *data)
{
  TokenOptions *o = data;

  g_free (o->name);
  g_free (o->scope);
  g_free (o->days);
}

static int
make_token (TrkApp *app, const TokenOptions *o)
{
  g_autoptr (JsonNode) request = trk_link_request ("token-make");
  JsonObject *object = json_node_get_object (request);
  g_autoptr (JsonObject) reply = NULL;
  guint64 days = 0;
  int code;

  if (o->days != NULL && !g_ascii_string_to_unsigned (o->days, 10, 1, 36500, &days, NULL))
    return trk_fail (app, TRK_EXIT_USAGE, _ ("--days takes a number from 1 to 36500"));
  json_object_set_string_member (object, "name", o->name != NULL ? o->name : "token");
  json_object_set_string_member (object, "scope", o->scope != NULL ? o->scope : "register");
  json_object_set_int_member (object, "days", (gint64) days);
  reply = ask_folder (app, request, &code);
  if (reply == NULL)
    return code;
  if (app->globals.json)
    put_reply (reply);
  else
    {
      trk_say (app, _ ("Token %d, shown this once:"),
               (int) json_object_get_int_member (reply, "id"));
      puts (json_object_get_string_member (reply, "token"));
    }
  return TRK_EXIT_OK;
}

/* "2026-01-02", or what stands for never. (transfer full) */
static char *
day_of (JsonObject *token, const char *name)
{
  gint64 at = json_object_get_int_member (token, name);
  g_autoptr (GDateTime) time = at != 0 ? g_date_time_new_from_unix_utc (at) : NULL;

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("-");
}

static void
put_token (JsonArray *tokens, guint i, JsonNode *node, gpointer data)
{
  JsonObject *token = json_node_get_object (node);
  g_autofree char *name = trk_log_escape (json_object_get_string_member (token, "name"));
  g_autofree char *created = day_of (token, "created_at");
  g_autofree char *used = day_of (token, "used_at");
  g_autofree char *expires = day_of (token, "expires_at");
  const char *state = json_object_get_int_member (token, "revoked_at") != 0 ? "revoked" : "good";

  printf ("%d\t%s\t%s\t%s\t%s\t%s\t%s\n", (int) json_object_get_int_member (token, "id"), name,
          json_object_get_string_member (token, "scope"), state, created, used, expires);
}

static int
list_tokens (TrkApp *app)
{
  g_autoptr (JsonNode) request = trk_link_request ("token-list");
  g_autoptr (JsonObject) reply = NULL;
  int code;

  reply = ask_folder (app, request, &code);
  if (reply == NULL)
    return code;
  if (app->globals.json)
    put_reply (reply);
  else
    json_array_foreach_element (json_object_get_array_member (reply, "tokens"), put_token, NULL);
  return TRK_EXIT_OK;
}

static int
revoke_token (TrkApp *app)
{
  g_autoptr (JsonNode) request = trk_link_request ("token-revoke");
  g_autoptr (JsonObject) reply = NULL;
  guint64 id = 0;
  int code;

  if (app->arguments[1] == NULL
      || !g_ascii_string_to_unsigned (app->arguments[1], 10, 1, INT64_MAX, &id, NULL))
    return trk_fail (app, TRK_EXIT_USAGE, _ ("“token revoke” takes the number of a token"));
  json_object_set_int_member (json_node_get_object (request), "id", (gint64) id);
  reply = ask_folder (app, request, &code);
  if (reply == NULL)
    return code;
  trk_say (app, _ ("Token %d is good for nothing any more."), (int) id);
  return TRK_EXIT_OK;
}

static int
run_token (TrkApp *app, void *data)
{
  const char *what = app->arguments[0];

  if (g_strcmp0 (what, "make") == 0)
    return make_token (app, data);
  if (g_strcmp0 (what, "list") == 0)
    return list_tokens (app);
  if (g_strcmp0 (what, "revoke") == 0)
    return revoke_token (app);
  return trk_fail (app, TRK_EXIT_USAGE, _ ("“token” takes make, list or revoke"));
}

static const char *const token_words[] = { "make", "list", "revoke", NULL };
static const char *const scopes[] = { "admin", "register", "read", NULL };
static const TrkChoice token_choices[] = { { "scope", scopes }, { NULL, NULL } };

static const TrkExample token_examples[] = {
  { "shoal-tracker token make --name uploads --scope register --days 90",
    N_ ("Make one that may register torrents") },
  { "shoal-tracker token list", N_ ("Say which there are, without their secrets") },
  { "shoal-tracker token revoke 3", N_ ("Make one useless at once") },
  { NULL, NULL },
};

const TrkVerb trk_token_verb = {
  .name = "token",
  .arguments = N_ ("make|list|revoke [NUMBER]"),
  .words = token_words,
  .choices = token_choices,
  .summary = N_ ("Make, list and revoke the tokens of the API"),
  .description
  = N_ ("A token is a secret by which somebody may use the API. It is printed once, to standard "
        "output, and only its hash is kept. “list” prints number, name, scope, whether it is good, "
        "and the days when it was made, was last used, and ends. Works with the server that runs, "
        "and without one."),
  .examples = token_examples,
  .options_size = sizeof (TokenOptions),
  .describe = describe_token,
  .release = release_token,
  .run = run_token,
};
