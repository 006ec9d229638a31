/* trk-gate.c: what every request has to pass before a handler sees it. */
#include <string.h>

#include "protocol/core/bt-json-guard.h"
#include "protocol/core/bt-url.h"
#include "protocol/digest/btd.h"
#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-framing.h"
#include "tracker-server/api/trk-host.h"
#include "tracker-server/api/trk-token.h"

#define QUERY_LEN_MAX 8192u
#define QUERY_PAIRS_MAX 32u

static SoupMessageHeaders *
headers_of (const TrkCall *call)
{
  return soup_server_message_get_request_headers (call->message);
}

static const char *
header (const TrkCall *call, const char *name)
{
  return soup_message_headers_get_one (headers_of (call), name);
}

static uint64_t
now_s (void)
{
  return trk_call_now_us () / G_USEC_PER_SEC;
}

/* --- framing, rate, host --- */

static void
take_header (const char *name, const char *value, void *data)
{
  trk_framing_take (data, name, value);
}

static bool
check_framing (TrkCall *call, TrkFraming *framing)
{
  soup_message_headers_foreach (headers_of (call), take_header, framing);
  call->more = framing->n_codings > 0 || framing->length > 0 || framing->odd_length;
  if (trk_framing_is_clear (framing))
    return true;
  call->more = true; /* where it ends nobody knows */
  trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "framing",
                 "the request does not say clearly where it ends");
  return false;
}

static bool
check_rate (TrkCall *call)
{
  TrkLimiter *limiter = call->api->limiter;

  if (limiter == NULL || call->from.remote.family == BT_FAMILY_NONE
      || trk_limiter_take (limiter, &call->from.remote, trk_call_now_us ()))
    return true;
  trk_call_header (call, "Retry-After", "1");
  trk_call_fail (call, TRK_STATUS_TOO_MANY, "too_many", "this address asks too often");
  return false;
}

static bool
is_known_host (const TrkCall *call, const char *text)
{
  TrkHost host;

  return trk_host_parse (text, &host)
         && trk_host_allowed (&host, call->api->parts.settings, &call->from.local);
}

/* Both the header and, of a request that names its whole URL, the URL's. */
static bool
check_host (TrkCall *call)
{
  const char *name = g_uri_get_host (soup_server_message_get_uri (call->message));
  const char *sent = header (call, "Host");
  g_autofree char *host = name != NULL && strchr (name, ':') != NULL
                              ? g_strdup_printf ("[%s]", name)
                              : g_strdup (name);

  if (host != NULL && is_known_host (call, host) && (sent == NULL || is_known_host (call, sent)))
    return true;
  trk_call_fail (call, SOUP_STATUS_MISDIRECTED_REQUEST, "host",
                 "this tracker is not known by that name");
  return false;
}

/* --- route --- */

static bool
check_route (TrkCall *call, const char *path)
{
  const char *method = soup_server_message_get_method (call->message);
  TrkApiRouted routed = trk_route_find (method, path, &call->route, call->key);
  g_autofree char *allow = NULL;

  if (routed == TRK_API_FOUND)
    return true;
  if (routed == TRK_API_UNKNOWN)
    {
      trk_call_fail (call, SOUP_STATUS_NOT_FOUND, "unknown_path", "nothing is served here");
      return false;
    }
  if (strcmp (method, "OPTIONS") == 0)
    {
      trk_headers_add_preflight (call);
      trk_call_answer (call, SOUP_STATUS_NO_CONTENT, NULL, NULL);
      return false;
    }
  allow = trk_route_allow (path);
  trk_call_header (call, "Allow", allow);
  trk_call_fail (call, SOUP_STATUS_METHOD_NOT_ALLOWED, "method",
                 "this is not done with that method");
  return false;
}

/* --- body --- */

static unsigned
body_kind (const char *type)
{
  size_t len = type != NULL ? strcspn (type, "; \t") : 0;

  for (unsigned i = 0; i < TRK_BODIES && len > 0; i++)
    if (len == strlen (trk_body_types[i])
        && g_ascii_strncasecmp (type, trk_body_types[i], len) == 0)
      return 1u << i;
  return 0;
}

/* A file has limits of its own, which whoever takes it looks at. */
static uint64_t
body_max (const TrkCall *call)
{
  if (call->kind == TRK_BODY_FILE)
    return UINT64_MAX;
  return call->kind == TRK_BODY_JSON ? TRK_JSON_BODY_MAX : TRK_FILE_BODY_MAX;
}

static bool
too_large (TrkCall *call)
{
  trk_call_fail (call, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too_large",
                 "the body is longer than this takes");
  return false;
}

static bool
check_body (TrkCall *call, const TrkFraming *framing)
{
  call->kind = body_kind (header (call, "Content-Type")) & call->route->body;
  if (!call->more)
    return true;
  if (call->route->body == 0)
    return too_large (call);
  if (call->kind == 0)
    {
      trk_call_fail (call, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, "media_type",
                     "this does not take a body of that type");
      return false;
    }
  return framing->length <= body_max (call) || too_large (call);
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, void *data)
{
  TrkCall *call = data;
  gsize len;
  const uint8_t *bytes = g_bytes_get_data (chunk, &len);

  if (!trk_call_is_live (call))
    return;
  if (call->kind == TRK_BODY_FILE)
    {
      call->route->take (call, bytes, len);
      return;
    }
  if (call->body->len + len > body_max (call))
    {
      (void) too_large (call);
      return;
    }
  if (call->api->held_len + len > TRK_BODIES_MAX / call->api->share)
    {
      trk_call_header (call, "Retry-After", "10");
      trk_call_fail (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy",
                     "too many bodies are under way");
      return;
    }
  call->api->held_len += len;
  g_byte_array_append (call->body, bytes, (guint) len);
}

static void
forget_chunks (void *call, GClosure *closure)
{
  trk_call_unref (call);
}

bool
trk_gate_head (TrkCall *call, const char *path)
{
  TrkFraming framing = { 0 };

  if (!check_framing (call, &framing) || !check_rate (call) || !check_host (call))
    return false;
  if (!trk_headers_origin_fits (call))
    {
      trk_call_fail (call, SOUP_STATUS_FORBIDDEN, "origin",
                     "pages of that site may not change anything here");
      return false;
    }
  if (!check_route (call, path) || !check_body (call, &framing))
    return false;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (call->message), FALSE);
  g_signal_connect_data (call->message, "got-chunk", G_CALLBACK (on_chunk), trk_call_ref (call),
                         forget_chunks, 0);
  return true;
}

/* --- the query --- */

static void
bad_value (TrkCall *call, const char *where, const char *name)
{
  g_autofree char *message
      = g_strdup_printf ("%s “%.64s” is unknown, missing or out of range", where, name);

  trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "value", message);
}

static char *
decode (const char *text, size_t len)
{
  g_autofree uint8_t *bytes = g_malloc (len + 1);
  size_t n = bt_url_decode_loosely (text, len, true, bytes);

  if (memchr (bytes, '\0', n) != NULL)
    return NULL;
  bytes[n] = '\0';
  return (char *) g_steal_pointer (&bytes);
}

static bool
take_pair (TrkCall *call, const BtUrlPair *pair)
{
  g_autofree char *name = decode (pair->key, pair->key_len);
  g_autofree char *value = decode (pair->value, pair->value_len);
  const TrkField *field = name != NULL ? trk_field_find (call->route->query, name) : NULL;

  if (field == NULL || value == NULL || g_hash_table_contains (call->query, name)
      || !trk_field_fits_text (field, value))
    {
      bad_value (call, "the parameter", name != NULL ? name : "");
      return false;
    }
  g_hash_table_insert (call->query, g_steal_pointer (&name), g_steal_pointer (&value));
  return true;
}

static bool
read_query (TrkCall *call)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (call->message));
  size_t len = query != NULL ? strlen (query) : 0;
  BtUrlQuery it;
  BtUrlPair pair;

  if (call->route->query == trk_any_query)
    return true;
  call->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  bt_url_query_init (&it, query != NULL ? query : "", len, QUERY_PAIRS_MAX);
  while (len <= QUERY_LEN_MAX && bt_url_query_next (&it, &pair))
    if (!take_pair (call, &pair))
      return false;
  if (len > QUERY_LEN_MAX || bt_url_query_cut (&it))
    {
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "query", "the query is too long");
      return false;
    }
  return true;
}

/* --- who asks --- */

static TrkNeed
need_of (const TrkCall *call)
{
  static const TrkNeed by_setting[] = { [TRK_REGISTER_ADMIN] = TRK_NEEDS_ADMIN,
                                        [TRK_REGISTER_TOKEN] = TRK_NEEDS_REGISTER,
                                        [TRK_REGISTER_ANYONE] = TRK_NEEDS_NOTHING };
  TrkNeed need = call->route->need;

  if (need == TRK_NEEDS_BY_SETTING)
    return by_setting[call->api->parts.settings->register_by];
  if (need == TRK_NEEDS_READ_OR_DOOR)
    return call->from.door == TRK_DOOR_ADMIN ? TRK_NEEDS_NOTHING : TRK_NEEDS_READ;
  return need;
}

/* Administration has a door of its own. */
static bool
check_door (TrkCall *call)
{
  if (need_of (call) != TRK_NEEDS_ADMIN || call->from.door == TRK_DOOR_ADMIN
      || call->api->parts.settings->admin_public)
    return true;
  trk_call_fail (call, SOUP_STATUS_FORBIDDEN, "door",
                 "administration is not served at this address");
  return false;
}

static void
refuse_token (TrkCall *call)
{
  trk_backoff_failed (call->api->backoff, &call->from.remote, now_s ());
  trk_call_header (call, "WWW-Authenticate", "Bearer realm=\"shoal\", error=\"invalid_token\"");
  trk_call_fail (call, SOUP_STATUS_UNAUTHORIZED, "token", "the token is not valid");
}

/* What a body that is taken as it comes needs to have beside it has to be known before. */
static void
let_body_come (TrkCall *call)
{
  if (call->kind == TRK_BODY_FILE && call->more)
    {
      if (!read_query (call))
        return;
      call->route->begin (call);
    }
  if (trk_call_is_live (call))
    trk_call_resume (call);
}

static void
check_need (TrkCall *call)
{
  if (call->caller.may >= need_of (call))
    {
      let_body_come (call);
      return;
    }
  if (call->caller.token_id != 0)
    {
      trk_call_header (call, "WWW-Authenticate",
                       "Bearer realm=\"shoal\", error=\"insufficient_scope\"");
      trk_call_fail (call, SOUP_STATUS_FORBIDDEN, "scope", "the token does not allow this");
      return;
    }
  trk_call_header (call, "WWW-Authenticate", "Bearer realm=\"shoal\"");
  trk_call_fail (call, SOUP_STATUS_UNAUTHORIZED, "token_needed", "this needs a token");
}

static void
on_checked (void *data, const TrkProblem *problem, const TrkToken *token)
{
  static const TrkNeed may[] = { [TRK_SCOPE_ADMIN] = TRK_NEEDS_ADMIN,
                                 [TRK_SCOPE_REGISTER] = TRK_NEEDS_REGISTER,
                                 [TRK_SCOPE_READ] = TRK_NEEDS_READ };
  g_autoptr (TrkCall) call = data;

  if (trk_call_troubled (call, problem))
    return;
  if (token == NULL)
    {
      refuse_token (call);
      return;
    }
  call->caller.may = may[token->scope];
  call->caller.token_id = token->id;
  call->caller.name = g_strdup (token->name);
  check_need (call);
}

static bool
check_wait (TrkCall *call)
{
  uint32_t wait_s = trk_backoff_wait_s (call->api->backoff, &call->from.remote, now_s ());
  g_autofree char *text = g_strdup_printf ("%u", wait_s);

  if (wait_s == 0)
    return true;
  trk_call_header (call, "Retry-After", text);
  trk_call_fail (call, TRK_STATUS_TOO_MANY, "too_many_failures",
                 "this address showed too many wrong tokens");
  return false;
}

void
trk_gate_token (TrkCall *call)
{
  const char *credentials = header (call, "Authorization");
  uint8_t hash[TRK_SECRET_HASH_LEN];

  if (!check_door (call))
    return;
  if (credentials == NULL)
    {
      check_need (call);
      return;
    }
  if (!check_wait (call))
    return;
  if (!trk_token_from_header (credentials, hash))
    {
      refuse_token (call);
      return;
    }
  trk_call_pause (call);
  trk_store_token_check (call->api->parts.store, hash, g_get_real_time () / G_USEC_PER_SEC,
                         on_checked, trk_call_ref (call));
}

/* --- the body's values --- */

static bool
parse_json (TrkCall *call)
{
  const char *text = (const char *) call->body->data;
  g_autoptr (JsonParser) parser = NULL;

  if (bt_json_guard (text, call->body->len) != BT_JSON_FINE)
    {
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "json_limits",
                     "the JSON is not UTF-8, too deep or too long");
      return false;
    }
  parser = json_parser_new_immutable ();
  if (json_parser_load_from_data (parser, text, (gssize) call->body->len, NULL))
    call->json = json_parser_steal_root (parser);
  if (call->json != NULL)
    return true;
  trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "json", "the body is not JSON");
  return false;
}

static bool
check_members (TrkCall *call)
{
  char *bad = NULL;

  if (call->route->input == NULL || trk_object_fits (call->route->input, call->json, &bad))
    return true;
  bad_value (call, "the member", bad);
  g_free (bad);
  return false;
}

static bool
read_json (TrkCall *call)
{
  if (call->body->len == 0)
    {
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "body", "a body is needed");
      return false;
    }
  return parse_json (call) && check_members (call);
}

bool
trk_gate_values (TrkCall *call)
{
  if (call->query == NULL && !read_query (call))
    return false;
  if (call->route->body == TRK_BODY_JSON || call->kind == TRK_BODY_JSON)
    return read_json (call);
  if (call->state != NULL) /* of a file that was taken */
    return true;
  if (call->route->body != 0 && call->body->len == 0)
    {
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "body", "a body is needed");
      return false;
    }
  return true;
}
