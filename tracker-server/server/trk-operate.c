/* trk-operate.c: requests of commands, each with what it asks of the store. */
#include "tracker-server/server/trk-operate.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "protocol/core/bt-hex.h"
#include "tracker-server/api/trk-token.h"
#include "tracker-server/store/trk-store-admin.h"
#include "tracker-server/store/trk-store-marks.h"

#define DAY_S 86400
#define DAYS_MAX 36500

/* One request under way. */
typedef struct
{
  const TrkOperator *op;
  JsonObject *request; /* owned */
  TrkOperated done;
  void *data;
  char secret[TRK_TOKEN_LEN + 1]; /* of a token that is being made */
  char *path;                     /* of a backup */
} Call;

static const TrkActor actor = { .who = "command line" };

static const char *const scopes[] = { "admin", "register", "read", NULL };

/* --- replies --- */

JsonNode *
trk_operate_error (TrkExit code, const char *message)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "error");
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "code");
  json_builder_add_int_value (b, code);
  json_builder_set_member_name (b, "message");
  json_builder_add_string_value (b, message);
  json_builder_end_object (b);
  json_builder_end_object (b);
  return json_builder_get_root (b);
}

static TrkExit
exit_of (const TrkProblem *problem)
{
  if (problem->trouble == TRK_TROUBLE_SYSTEM && problem->sys_errno == ENOSPC)
    return TRK_EXIT_NO_SPACE;
  if (problem->trouble == TRK_TROUBLE_CORRUPT || problem->trouble == TRK_TROUBLE_FOREIGN
      || problem->trouble == TRK_TROUBLE_NEWER)
    return TRK_EXIT_READ;
  return problem->trouble == TRK_TROUBLE_SUSPECT ? TRK_EXIT_WRITE : TRK_EXIT_FAILED;
}

JsonNode *
trk_operate_problem (const char *what, const TrkProblem *problem)
{
  g_autofree char *text = trk_problem_text (problem);
  g_autofree char *message = g_strdup_printf ("%s: %s", what, text);

  return trk_operate_error (exit_of (problem), message);
}

bool
trk_operate_failed (JsonNode *reply, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (reply) ? json_node_get_object (reply) : NULL;
  JsonObject *wrong;

  if (object == NULL || !json_object_has_member (object, "error"))
    return false;
  wrong = json_object_get_object_member (object, "error");
  g_set_error_literal (error, TRK_EXIT_ERROR,
                       (int) json_object_get_int_member_with_default (wrong, "code", 1),
                       json_object_get_string_member_with_default (wrong, "message", "?"));
  return true;
}

/* Answers with @reply, which is taken, and ends the call. */
static void
finish (Call *call, JsonNode *reply)
{
  call->done (call->data, reply);
  json_node_unref (reply);
  explicit_bzero (call->secret, sizeof call->secret);
  json_object_unref (call->request);
  g_free (call->path);
  g_free (call);
}

static void
refuse (Call *call, TrkExit code, const char *message)
{
  finish (call, trk_operate_error (code, message));
}

/* True when @problem was answered with. */
static bool
failed (Call *call, const char *what, const TrkProblem *problem)
{
  if (problem != NULL)
    finish (call, trk_operate_problem (what, problem));
  return problem != NULL;
}

static JsonBuilder *
begin (void)
{
  JsonBuilder *b = json_builder_new ();

  json_builder_begin_object (b);
  return b;
}

static void
add_number (JsonBuilder *b, const char *name, int64_t value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, value);
}

static void
add_text (JsonBuilder *b, const char *name, const char *value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, value);
}

/* Ends the object that @b, which is taken, has begun, and answers with it. */
static void
finish_built (Call *call, JsonBuilder *b)
{
  json_builder_end_object (b);
  finish (call, json_builder_get_root (b));
  g_object_unref (b);
}

static void
on_done (void *data, const TrkProblem *problem)
{
  Call *call = data;

  if (!failed (call, _ ("the change failed"), problem))
    finish_built (call, begin ());
}

static const char *
text_of (const Call *call, const char *name, const char *usual)
{
  JsonNode *node = json_object_get_member (call->request, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : usual;
}

static int64_t
number_of (const Call *call, const char *name)
{
  JsonNode *node = json_object_get_member (call->request, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node)
                                                                         : 0;
}

static int64_t
wall_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* --- tokens --- */

static void
on_token_made (void *data, const TrkProblem *problem, int64_t id)
{
  Call *call = data;
  JsonBuilder *b;

  if (failed (call, _ ("the token cannot be kept"), problem))
    return;
  b = begin ();
  add_number (b, "id", id);
  add_text (b, "token", call->secret);
  finish_built (call, b);
}

static void
token_make (Call *call)
{
  const char *scope = text_of (call, "scope", "register");
  int64_t days = number_of (call, "days");
  uint8_t sha256[TRK_SECRET_HASH_LEN];
  unsigned which = 0;

  while (scopes[which] != NULL && strcmp (scopes[which], scope) != 0)
    which++;
  if (scopes[which] == NULL)
    refuse (call, TRK_EXIT_USAGE, _ ("a token's scope is admin, register or read"));
  else if (days < 0 || days > DAYS_MAX)
    refuse (call, TRK_EXIT_USAGE, _ ("a token is good for 1 to 36500 days, or 0 for ever"));
  else if (!trk_token_make (call->secret, sha256))
    refuse (call, TRK_EXIT_FAILED, _ ("the system gives no random numbers"));
  else
    trk_store_token_make (call->op->store, text_of (call, "name", "token"), (TrkScope) which,
                          sha256, days > 0 ? wall_s () + days * DAY_S : 0, &actor, on_token_made,
                          call);
}

static void
on_tokens (void *data, const TrkProblem *problem, const TrkToken *tokens, size_t n)
{
  Call *call = data;
  JsonBuilder *b;

  if (failed (call, _ ("the tokens cannot be read"), problem))
    return;
  b = begin ();
  json_builder_set_member_name (b, "tokens");
  json_builder_begin_array (b);
  for (size_t i = 0; i < n; i++)
    {
      json_builder_begin_object (b);
      add_number (b, "id", tokens[i].id);
      add_text (b, "name", tokens[i].name);
      add_text (b, "scope", scopes[tokens[i].scope]);
      add_number (b, "created_at", tokens[i].created_at);
      add_number (b, "used_at", tokens[i].used_at);
      add_number (b, "expires_at", tokens[i].expires_at);
      add_number (b, "revoked_at", tokens[i].revoked_at);
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
  finish_built (call, b);
}

static void
token_list (Call *call)
{
  trk_store_token_list (call->op->store, on_tokens, call);
}

static void
on_revoked (void *data, const TrkProblem *problem)
{
  if (problem != NULL && problem->trouble == TRK_TROUBLE_NOT_FOUND)
    refuse (data, TRK_EXIT_FAILED, _ ("there is no token with this number"));
  else
    on_done (data, problem);
}

static void
token_revoke (Call *call)
{
  trk_store_token_revoke (call->op->store, number_of (call, "id"), &actor, on_revoked, call);
}

/* --- the database --- */

static void
on_backed_up (void *data, const TrkProblem *problem)
{
  Call *call = data;
  JsonBuilder *b;

  if (failed (call, _ ("the backup cannot be written"), problem))
    return;
  b = begin ();
  add_text (b, "path", call->path);
  finish_built (call, b);
}

/* Into the folder, where a confined server may write; whoever asked takes it from there. */
static void
backup (Call *call)
{
  g_autofree char *name = g_strdup_printf ("backup-%" G_GINT64_FORMAT ".part", g_get_real_time ());

  call->path = g_build_filename (call->op->folder, name, NULL);
  trk_store_backup (call->op->store, call->path, on_backed_up, call);
}

static void
on_imported (void *data, const TrkProblem *problem, uint64_t n_new, uint64_t n_changed)
{
  Call *call = data;
  JsonBuilder *b;

  if (failed (call, _ ("the list cannot be kept"), problem))
    return;
  b = begin ();
  add_number (b, "new", (int64_t) n_new);
  add_number (b, "changed", (int64_t) n_changed);
  finish_built (call, b);
}

static void
import (Call *call)
{
  const char *mark = text_of (call, "mark", "");
  const char *hex = text_of (call, "hashes", "");
  size_t n = strlen (hex) / (2 * BT_INFO_HASH_LEN);
  g_autofree uint8_t *hashes = g_malloc0 (MAX (n, 1) * BT_INFO_HASH_LEN);
  TrkMark which = strcmp (mark, "allowed") == 0  ? TRK_MARK_ALLOWED
                  : strcmp (mark, "denied") == 0 ? TRK_MARK_DENIED
                                                 : TRK_MARK_NONE;

  if (!bt_hex_parse (hex, strlen (hex), hashes, n * BT_INFO_HASH_LEN))
    refuse (call, TRK_EXIT_READ, _ ("the hashes are not hexadecimal"));
  else
    trk_store_mark_import (call->op->store, hashes, n, which, text_of (call, "note", NULL), &actor,
                           on_imported, call);
}

/* --- settings --- */

static void
on_settings (void *data, const TrkProblem *problem, const TrkSettingRow *settings, size_t n)
{
  Call *call = data;
  JsonBuilder *b;

  if (failed (call, _ ("the settings cannot be read"), problem))
    return;
  b = begin ();
  json_builder_set_member_name (b, "settings");
  json_builder_begin_object (b);
  for (size_t i = 0; i < n; i++)
    add_text (b, settings[i].key, settings[i].value);
  json_builder_end_object (b);
  finish_built (call, b);
}

static void
settings (Call *call)
{
  trk_store_setting_list (call->op->store, on_settings, call);
}

static void
reload (Call *call)
{
  g_autofree char *wrong = NULL;

  if (call->op->reload == NULL)
    {
      refuse (call, TRK_EXIT_FAILED, _ ("no server runs on this folder"));
      return;
    }
  wrong = call->op->reload (call->op->data);
  if (wrong != NULL)
    refuse (call, TRK_EXIT_CONFIG, wrong);
  else
    finish_built (call, begin ());
}

/* --- statistics --- */

static void
add_store (JsonBuilder *b, const TrkStoreFigures *figures)
{
  add_number (b, "torrents", (int64_t) figures->torrents[TRK_MARK_NONE]);
  add_number (b, "marks", (int64_t) figures->marks);
  add_number (b, "completed_hashes", (int64_t) figures->completions);
  add_number (b, "tokens", (int64_t) figures->tokens);
  add_number (b, "database_bytes", (int64_t) figures->db_len);
  add_number (b, "journal_bytes", (int64_t) figures->journal_len);
}

static void
on_measured (void *data, const TrkProblem *problem, const TrkStoreFigures *figures)
{
  Call *call = data;
  JsonBuilder *b;

  if (failed (call, _ ("the database cannot be read"), problem))
    return;
  b = begin ();
  json_builder_set_member_name (b, "running");
  json_builder_add_boolean_value (b, call->op->describe != NULL);
  if (call->op->describe != NULL)
    call->op->describe (call->op->data, b);
  json_builder_set_member_name (b, "store");
  json_builder_begin_object (b);
  add_store (b, figures);
  json_builder_end_object (b);
  finish_built (call, b);
}

static void
stats (Call *call)
{
  trk_store_measure (call->op->store, on_measured, call);
}

/* --- all of them --- */

static const struct
{
  const char *name;
  void (*run) (Call *call);
} rows[] = {
  { "backup", backup },         { "import", import },
  { "reload", reload },         { "settings", settings },
  { "stats", stats },           { "token-list", token_list },
  { "token-make", token_make }, { "token-revoke", token_revoke },
};

void
trk_operate (const TrkOperator *op, JsonNode *request, TrkOperated done, void *data)
{
  Call *call = g_new0 (Call, 1);
  const char *name;

  call->op = op;
  call->done = done;
  call->data = data;
  call->request
      = JSON_NODE_HOLDS_OBJECT (request) ? json_node_dup_object (request) : json_object_new ();
  name = text_of (call, "do", "");
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].name, name) == 0)
      {
        rows[i].run (call);
        return;
      }
  refuse (call, TRK_EXIT_USAGE, _ ("this request is not known"));
}
