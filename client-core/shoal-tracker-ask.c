/* shoal-tracker-ask.c: from a tracker's address to a URL of its API, and from a status of HTTP to
 * an error that a program can act on. */
#include "client-core/shoal-tracker-ask-private.h"

#include <string.h>

#include "client-core/shoal-tracker-json-private.h"
#include "protocol/core/bt-error.h"
#include "protocol/core/bt-limits.h"
#include "shoal-error.h"

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

#define API "api/v1/"
#define ANNOUNCE "/announce"
#define MESSAGE_MAX 300 /* characters of a server's own words */

typedef struct
{
  GTask *task;
  ShoalTrackerTake take;
  char *server;
  bool may_fail;
} Asked;

static void
asked_free (Asked *asked)
{
  g_free (asked->server);
  g_free (asked);
}

/* --- where to --- */

/* The path under which the API stands: that of the tracker's pages, also when the address is the
 * one that is announced to. (transfer full) */
static char *
prefix_of (const char *path)
{
  const char *end = path + strlen (path);

  for (const char *at = path; (at = strstr (at, ANNOUNCE)) != NULL; at++)
    if (strchr ("/.", at[strlen (ANNOUNCE)]) != NULL)
      {
        end = at; /* strchr finds the NUL at the end, too */
        break;
      }
  while (end > path && end[-1] == '/')
    end--;
  return g_strdup_printf ("%.*s/" API, (int) (end - path), path);
}

static GUri *
uri_of (const char *server, const char *rest)
{
  g_autoptr (GUri) uri = g_uri_parse (server, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *prefix = NULL;
  g_auto (GStrv) parts = g_strsplit (rest, "?", 2);
  g_autofree char *path = NULL;

  if (uri == NULL || strlen (server) > BT_LIMIT_URL || g_uri_get_host (uri) == NULL
      || *g_uri_get_host (uri) == '\0' || g_uri_get_userinfo (uri) != NULL
      || (strcmp (g_uri_get_scheme (uri), "http") != 0
          && strcmp (g_uri_get_scheme (uri), "https") != 0))
    return NULL;
  prefix = prefix_of (g_uri_get_path (uri));
  path = g_strconcat (prefix, parts[0], NULL);
  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                      g_uri_get_port (uri), path, parts[1], NULL);
}

/* What a header may hold. */
static bool
is_token (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text <= ' ' || *text >= 0x7f)
      return false;
  return true;
}

/* --- what it means --- */

static GError *
problem_new (const char *server, ShoalError code, const char *text)
{
  return g_error_new (SHOAL_ERROR, (gint) code, _ ("“%s”: %s"), server, text);
}

static ShoalError
code_of (unsigned status)
{
  switch (status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
      return SHOAL_ERROR_UNAUTHORIZED;
    case SOUP_STATUS_FORBIDDEN:
      return SHOAL_ERROR_FORBIDDEN;
    case SOUP_STATUS_NOT_FOUND:
      return SHOAL_ERROR_NOT_FOUND;
    case SOUP_STATUS_CONFLICT:
      return SHOAL_ERROR_CONFLICT;
    case SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE:
      return SHOAL_ERROR_LIMIT;
    case SOUP_STATUS_BAD_REQUEST:
    case SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE:
      return SHOAL_ERROR_INVALID;
    default:
      return SHOAL_ERROR_NETWORK;
    }
}

/* What a server says without being one of ours is no verdict about the request. */
static GError *
refusal_new (const char *server, const ShoalExchangeReply *reply, JsonObject *root)
{
  JsonObject *said = root != NULL ? shoal_tracker_json_object (root, "error") : NULL;
  const char *message = said != NULL ? shoal_tracker_json_text (said, "message") : NULL;
  g_autofree char *text = NULL;

  if (message != NULL)
    {
      text = g_utf8_substring (message, 0, MIN (g_utf8_strlen (message, -1), MESSAGE_MAX));
      return problem_new (server, code_of (reply->status), text);
    }
  text = g_strdup_printf (_ ("The server answered with %u %s"), reply->status,
                          reply->reason != NULL ? reply->reason : "");
  return problem_new (server, SHOAL_ERROR_NETWORK, text);
}

void
shoal_tracker_ask_garbage (const char *server, GTask *task)
{
  g_task_return_error (task, problem_new (server, SHOAL_ERROR_NETWORK,
                                          _ ("The answer is none that a tracker's API gives")));
  g_object_unref (task);
}

/* Whether the tracker names the torrent that is there. */
static bool
is_there (unsigned status, JsonObject *root)
{
  JsonObject *said = status == SOUP_STATUS_CONFLICT && root != NULL
                         ? shoal_tracker_json_object (root, "error")
                         : NULL;

  return said != NULL && shoal_tracker_json_number (said, "id") > 0;
}

static void
judge (const Asked *asked, const ShoalExchangeReply *reply)
{
  g_autoptr (JsonObject) root = shoal_tracker_json_parse (reply->body);
  bool is_whole = root != NULL || g_bytes_get_size (reply->body) == 0;
  bool is_done = SOUP_STATUS_IS_SUCCESSFUL (reply->status) && is_whole;

  if (is_done || (!asked->may_fail && is_there (reply->status, root)))
    asked->take (asked->task, reply->status, root);
  else if (asked->may_fail)
    asked->take (asked->task, 0, NULL);
  else if (SOUP_STATUS_IS_SUCCESSFUL (reply->status))
    shoal_tracker_ask_garbage (asked->server, asked->task);
  else
    {
      g_task_return_error (asked->task, refusal_new (asked->server, reply, root));
      g_object_unref (asked->task);
    }
}

static void
on_reply (GObject *source, GAsyncResult *result, void *data)
{
  Asked *asked = data;
  GError *error = NULL;
  g_autoptr (ShoalExchangeReply) reply = shoal_exchange_finish (result, &error);

  if (reply != NULL)
    judge (asked, reply);
  else if (asked->may_fail)
    {
      g_error_free (error);
      asked->take (asked->task, 0, NULL);
    }
  else
    {
      g_task_return_error (asked->task, error);
      g_object_unref (asked->task);
    }
  asked_free (asked);
}

/* --- asking --- */

void
shoal_tracker_ask (const ShoalTrackerPlace *place, const ShoalTrackerAsk *ask, bool may_fail,
                   GTask *task, ShoalTrackerTake take)
{
  const char *server = place->server != NULL ? place->server : "";
  g_autoptr (GUri) uri = uri_of (server, ask->path);
  Asked *asked;

  if (uri == NULL || (place->token != NULL && !is_token (place->token)))
    {
      g_task_return_error (task, problem_new (server, SHOAL_ERROR_INVALID,
                                              uri == NULL
                                                  ? _ ("This is no address of a tracker over http")
                                                  : _ ("The token is none that could be sent")));
      g_object_unref (task);
      return;
    }
  asked = g_new0 (Asked, 1);
  *asked = (Asked){ .task = task, .take = take, .server = g_strdup (server), .may_fail = may_fail };
  shoal_exchange_async (place->session,
                        &(ShoalExchange){ .method = ask->method,
                                          .uri = uri,
                                          .token = place->token,
                                          .body = ask->body,
                                          .type = ask->type,
                                          .reply_max = BT_LIMIT_JSON_REPLY,
                                          .timeout_ms = place->timeout_ms },
                        g_task_get_cancellable (task), on_reply, asked);
}
