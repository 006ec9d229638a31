/* trk-answer.c: answers, errors, and the headers of both. */
#include <errno.h>
#include <string.h>

#include "tracker-server/api/trk-call-private.h"

#define CORS_AGE_S "600"

/* An answer as short as this is given whatever else waits: every error is. */
#define ALWAYS_LEN 4096u

/* --- headers --- */

void
trk_call_header (TrkCall *call, const char *name, const char *value)
{
  if (call->message != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (call->message), name,
                                  value);
}

static const char *
request_header (const TrkCall *call, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (call->message),
                                       name);
}

static bool
is_listed (const TrkCall *call, const char *origin)
{
  const TrkSettings *settings = call->api->parts.settings;

  for (char **entry = settings->origins; entry != NULL && *entry != NULL; entry++)
    if (strcmp (*entry, "*") == 0 || strcmp (*entry, origin) == 0)
      return true;
  return false;
}

/* A page of this very server; the Host header was looked at before. */
static bool
is_own (const TrkCall *call, const char *origin)
{
  const char *host = request_header (call, "Host");
  const char *rest = strstr (origin, "://");

  return host != NULL && rest != NULL && g_ascii_strcasecmp (rest + 3, host) == 0
         && (g_str_has_prefix (origin, "http:") || g_str_has_prefix (origin, "https:"));
}

bool
trk_headers_origin_fits (const TrkCall *call)
{
  const char *origin = request_header (call, "Origin");
  const char *method = soup_server_message_get_method (call->message);

  return origin == NULL || strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0
         || strcmp (method, "OPTIONS") == 0 || is_own (call, origin) || is_listed (call, origin);
}

void
trk_headers_add (TrkCall *call, unsigned status)
{
  const char *origin = request_header (call, "Origin");

  trk_call_header (call, "Connection", "close"); /* a connection carries one request */
  trk_call_header (call, "X-Content-Type-Options", "nosniff");
  trk_call_header (call, "Referrer-Policy", "no-referrer");
  trk_call_header (call, "X-Frame-Options", "DENY");
  trk_call_header (call, "Cross-Origin-Resource-Policy", "cross-origin");
  if (soup_message_headers_get_one (soup_server_message_get_response_headers (call->message),
                                    "Content-Security-Policy")
      == NULL)
    trk_call_header (call, "Content-Security-Policy",
                     "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
                     "form-action 'none'");
  trk_call_header (call, "Cache-Control", "no-store");
  trk_call_header (call, "Vary", "Origin, Authorization");
  if (origin != NULL && is_listed (call, origin))
    {
      trk_call_header (call, "Access-Control-Allow-Origin", origin);
      trk_call_header (call, "Access-Control-Expose-Headers",
                       "Content-Disposition, Retry-After, WWW-Authenticate");
    }
}

void
trk_headers_add_preflight (TrkCall *call)
{
  const char *origin = request_header (call, "Origin");
  GUri *uri = soup_server_message_get_uri (call->message);
  g_autofree char *allow = trk_route_allow (g_uri_get_path (uri));

  trk_call_header (call, "Allow", allow);
  if (origin == NULL || !is_listed (call, origin)
      || request_header (call, "Access-Control-Request-Method") == NULL)
    return;
  trk_call_header (call, "Access-Control-Allow-Methods", allow);
  trk_call_header (call, "Access-Control-Allow-Headers", "Authorization, Content-Type");
  trk_call_header (call, "Access-Control-Max-Age", CORS_AGE_S);
}

/* --- answers --- */

static void
send_whole (TrkCall *call, unsigned status, GBytes *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (call->message);
  SoupMessageBody *out = soup_server_message_get_response_body (call->message);

  if (body != NULL)
    soup_message_body_append_bytes (out, body);
  soup_message_headers_set_content_length (headers,
                                           body != NULL ? (goffset) g_bytes_get_size (body) : 0);
  soup_server_message_set_status (call->message, status, NULL);
  trk_call_resume (call);
}

static void
send (TrkCall *call, unsigned status, const char *type, GBytes *body)
{
  call->done = true;
  call->api->classes[MIN (status / 100, 5u)]++;
  if (type != NULL)
    trk_call_header (call, "Content-Type", type);
  trk_headers_add (call, status);
  if (call->more)
    trk_refuse (call, status, body);
  else
    send_whole (call, status, body);
}

/* Whether the answer may wait in memory until it is read; then it is counted. */
static bool
may_wait (TrkCall *call, size_t len)
{
  TrkApi *api = call->api;

  if (len > ALWAYS_LEN && api->answers_len + len > TRK_ANSWERS_MAX / api->share)
    return false;
  call->answer_len = len;
  api->answers_len += len;
  return true;
}

void
trk_call_answer (TrkCall *call, unsigned status, const char *type, GBytes *body)
{
  g_autoptr (GBytes) bytes = body;

  if (!trk_call_is_live (call))
    return;
  if (may_wait (call, bytes != NULL ? g_bytes_get_size (bytes) : 0))
    {
      send (call, status, type, bytes);
      return;
    }
  trk_call_header (call, "Retry-After", "1");
  trk_call_fail (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy",
                 "too many read their answers slowly: ask again");
}

void
trk_call_share (TrkCall *call, GBytes *body)
{
  if (trk_call_is_live (call))
    send (call, call->route->status, call->route->type, body);
}

void
trk_call_json (TrkCall *call, TrkJson *json)
{
  trk_call_answer (call, call->route->status, "application/json", trk_json_end (json));
}

void
trk_call_nothing (TrkCall *call)
{
  trk_call_answer (call, call->route->status, NULL, NULL);
}

/* --- errors --- */

static void
open_error (TrkJson *json, const char *code, const char *message)
{
  trk_json_init (json);
  trk_json_open_object (json, NULL);
  trk_json_open_object (json, "error");
  trk_json_text (json, "code", code);
  trk_json_text (json, "message", message);
}

static GBytes *
end_error (TrkJson *json)
{
  trk_json_close_object (json);
  trk_json_close_object (json);
  return trk_json_end (json);
}

void
trk_call_fail (TrkCall *call, unsigned status, const char *code, const char *message)
{
  TrkJson json;

  open_error (&json, code, message);
  trk_call_answer (call, status, "application/json", end_error (&json));
}

void
trk_call_fail_there (TrkCall *call, int64_t id)
{
  TrkJson json;

  open_error (&json, "exists", "this torrent is there already");
  trk_json_signed (&json, "id", id);
  trk_call_answer (call, SOUP_STATUS_CONFLICT, "application/json", end_error (&json));
}

static void
fail_system (TrkCall *call, const TrkProblem *problem)
{
  if (problem->sys_errno == ENOSPC || problem->sys_errno == EDQUOT)
    trk_call_fail (call, SOUP_STATUS_INSUFFICIENT_STORAGE, "disk_full",
                   "the tracker's disk is full: nothing more is kept until there is room");
  else
    trk_call_fail (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "store_failed",
                   "the database cannot do this now");
}

bool
trk_call_troubled (TrkCall *call, const TrkProblem *problem)
{
  if (!trk_call_is_live (call))
    return true;
  if (problem == NULL)
    return false;
  switch (problem->trouble)
    {
    case TRK_TROUBLE_NOT_FOUND:
      trk_call_fail (call, SOUP_STATUS_NOT_FOUND, "not_found", "there is no such thing");
      break;
    case TRK_TROUBLE_INVALID:
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "invalid", "a value is over its limit");
      break;
    case TRK_TROUBLE_CONFLICT:
      trk_call_fail (call, SOUP_STATUS_CONFLICT, "conflict",
                     "one of its hashes belongs to another torrent");
      break;
    case TRK_TROUBLE_SYSTEM:
      fail_system (call, problem);
      break;
    case TRK_TROUBLE_IN_USE:
    case TRK_TROUBLE_CORRUPT:
    case TRK_TROUBLE_FOREIGN:
    case TRK_TROUBLE_NEWER:
    case TRK_TROUBLE_SUSPECT:
    default:
      trk_call_fail (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "store_failed",
                     "the database cannot do this now");
      break;
    }
  return true;
}
