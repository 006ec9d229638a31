/* trk-tokens.c: tokens and the audit log. */
#include <string.h>

#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"
#include "tracker-server/api/trk-token.h"

#define AUDIT_USUAL 50

/* --- tokens --- */

static void
time_or_null (TrkJson *json, const char *name, int64_t time)
{
  if (time != 0)
    trk_json_signed (json, name, time);
  else
    trk_json_null (json, name);
}

static void
on_listed (void *data, const TrkProblem *problem, const TrkToken *tokens, size_t n)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_open_array (&json, "tokens");
  for (size_t i = 0; i < n; i++)
    {
      trk_json_open_object (&json, NULL);
      trk_json_signed (&json, "id", tokens[i].id);
      trk_json_text (&json, "name", tokens[i].name);
      trk_json_text (&json, "scope", trk_scope_names[tokens[i].scope]);
      trk_json_signed (&json, "created_at", tokens[i].created_at);
      time_or_null (&json, "used_at", tokens[i].used_at);
      time_or_null (&json, "expires_at", tokens[i].expires_at);
      time_or_null (&json, "revoked_at", tokens[i].revoked_at);
      trk_json_close_object (&json);
    }
  trk_json_close_array (&json);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
list (TrkCall *call)
{
  trk_store_token_list (call->api->parts.store, on_listed, trk_call_ref (call));
}

static void
secret_free (void *secret)
{
  explicit_bzero (secret, TRK_TOKEN_LEN);
  g_free (secret);
}

static void
on_made (void *data, const TrkProblem *problem, int64_t id)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_signed (&json, "id", id);
  trk_json_text (&json, "token", call->state);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
make (TrkCall *call)
{
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  char *secret = g_malloc0 (TRK_TOKEN_LEN + 1);
  uint8_t hash[TRK_SECRET_HASH_LEN];
  TrkScope scope = (TrkScope) trk_choice (trk_scope_names, trk_call_member (call, "scope"));
  JsonNode *expires = json_object_get_member (trk_call_object (call), "expires_at");
  int64_t until
      = expires != NULL && !JSON_NODE_HOLDS_NULL (expires) ? json_node_get_int (expires) : 0;

  call->state = secret;
  call->drop = secret_free;
  if (!trk_token_make (secret, hash))
    {
      trk_call_fail (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "random",
                     "the system gives no random numbers");
      return;
    }
  trk_store_token_make (call->api->parts.store, trk_call_member (call, "name"), scope, hash, until,
                        &actor, on_made, trk_call_ref (call));
}

static void
on_revoked (void *data, const TrkProblem *problem)
{
  g_autoptr (TrkCall) call = data;

  if (!trk_call_troubled (call, problem))
    trk_call_nothing (call);
}

static void
revoke_token (TrkCall *call)
{
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  gint64 id;

  if (g_ascii_string_to_signed (call->key, 10, 1, INT64_MAX, &id, NULL))
    trk_store_token_revoke (call->api->parts.store, id, &actor, on_revoked, trk_call_ref (call));
  else
    trk_call_fail (call, SOUP_STATUS_NOT_FOUND, "not_found", "there is no such token");
}

/* --- audit --- */

static void
on_audit (void *data, const TrkProblem *problem, const TrkAuditRow *rows, size_t n)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_open_array (&json, "audit");
  for (size_t i = 0; i < n; i++)
    {
      trk_json_open_object (&json, NULL);
      trk_json_signed (&json, "id", rows[i].id);
      trk_json_signed (&json, "at", rows[i].at);
      trk_json_text (&json, "who", rows[i].who != NULL ? rows[i].who : "");
      trk_json_text (&json, "what", rows[i].what != NULL ? rows[i].what : "");
      trk_json_text (&json, "subject", rows[i].subject != NULL ? rows[i].subject : "");
      trk_json_text (&json, "detail", rows[i].detail != NULL ? rows[i].detail : "");
      trk_json_close_object (&json);
    }
  trk_json_close_array (&json);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
audit (TrkCall *call)
{
  trk_store_audit_list (call->api->parts.store, trk_call_number (call, "before", 0),
                        (uint32_t) trk_call_number (call, "limit", AUDIT_USUAL), on_audit,
                        trk_call_ref (call));
}

/* --- the table --- */

static const TrkField audit_query[]
    = { { "before", TRK_TYPE_NUMBER, 0, 0, INT64_MAX, NULL, NULL, "Entries with a smaller id" },
        { "limit", TRK_TYPE_NUMBER, 0, 1, TRK_PAGE_MAX, NULL, NULL, "50 unless told" },
        { .name = NULL } };

const TrkApiRoute trk_routes_tokens[]
    = { { .method = "GET",
          .path = "/api/v1/tokens",
          .name = "listTokens",
          .need = TRK_NEEDS_ADMIN,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_tokens,
          .handle = list,
          .help = "Tokens, without their secrets, which nobody keeps" },
        { .method = "POST",
          .path = "/api/v1/tokens",
          .name = "makeToken",
          .need = TRK_NEEDS_ADMIN,
          .body = TRK_BODY_JSON,
          .input = &trk_object_token_wish,
          .status = 201,
          .type = "application/json",
          .output = &trk_object_secret,
          .others = { 400 },
          .handle = make,
          .help = "Makes a token" },
        { .method = "DELETE",
          .path = "/api/v1/tokens/{id}",
          .name = "revokeToken",
          .need = TRK_NEEDS_ADMIN,
          .status = 204,
          .others = { 404 },
          .handle = revoke_token,
          .help = "Revokes a token at once" },
        { .method = "GET",
          .path = "/api/v1/audit",
          .name = "listAudit",
          .need = TRK_NEEDS_ADMIN,
          .query = audit_query,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_audit,
          .others = { 400 },
          .handle = audit,
          .help = "Who changed what, the newest first" },
        { .method = NULL } };
