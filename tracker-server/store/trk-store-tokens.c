/* trk-store-tokens.c: tokens, by the hash of their secret. */
#include <string.h>

#include "tracker-server/store/trk-store-admin.h"
#include "trk-store-private.h"

typedef struct
{
  TrkJob job;
  TrkToken token; /* its name is kept by the job */
  uint8_t secret[TRK_SECRET_HASH_LEN];
  int64_t now;
  bool is_there;
  GArray *tokens; /* owned; of TrkToken */
  TrkTokenMade made;
  TrkTokenChecked checked;
  TrkTokensListed listed;
  TrkDone done;
} TokenJob;

#define COLUMNS "id, name, scope, created_at, used_at, expires_at, revoked_at"

static const char make_sql[]
    = "INSERT INTO tokens (name, scope, secret, created_at, used_at, expires_at, revoked_at)"
      " VALUES (?1, ?2, ?3, ?4, 0, ?5, 0)";
static const char revoke_sql[]
    = "UPDATE tokens SET revoked_at = iif (revoked_at = 0, ?2, revoked_at) WHERE id = ?1";
static const char check_sql[]
    = "SELECT " COLUMNS " FROM tokens WHERE secret = ?1 AND revoked_at = 0"
      " AND (expires_at = 0 OR expires_at > ?2)";
static const char list_sql[] = "SELECT " COLUMNS " FROM tokens ORDER BY id";

static TokenJob *
self_of (TrkJob *job)
{
  return (TokenJob *) (void *) job;
}

static void
read_token (TrkJob *job, sqlite3_stmt *s, TrkToken *out)
{
  *out = (TrkToken){ .id = sqlite3_column_int64 (s, 0),
                     .name = trk_job_keep_column (job, s, 1),
                     .scope = (TrkScope) sqlite3_column_int (s, 2),
                     .created_at = sqlite3_column_int64 (s, 3),
                     .used_at = sqlite3_column_int64 (s, 4),
                     .expires_at = sqlite3_column_int64 (s, 5),
                     .revoked_at = sqlite3_column_int64 (s, 6) };
}

static bool
audit (TrkDb *db, TrkJob *job, const char *what, int64_t id)
{
  g_autofree char *subject = g_strdup_printf ("%" G_GINT64_FORMAT, id);

  return trk_job_audit (db, job, what, subject);
}

/* --- making --- */

static bool
run_make (TrkDb *db, TrkJob *job)
{
  TokenJob *self = self_of (job);
  const TrkToken *t = &self->token;

  if (!trk_db_run (db, make_sql,
                   TRK_VALUES (TRK_TEXT (t->name), TRK_INT (t->scope),
                               TRK_BLOB (self->secret, sizeof self->secret), TRK_INT (trk_now_s ()),
                               TRK_INT (t->expires_at))))
    return false;
  self->token.id = sqlite3_last_insert_rowid (db->db);
  return audit (db, job, "token.make", self->token.id);
}

static void
answer_make (TrkJob *job, const TrkProblem *problem)
{
  self_of (job)->made (job->data, problem, problem == NULL ? self_of (job)->token.id : 0);
}

static const TrkJobKind making
    = { .size = sizeof (TokenJob), .writes = true, .run = run_make, .answer = answer_make };

void
trk_store_token_make (TrkStore *store, const char *name, TrkScope scope,
                      const uint8_t secret_sha256[TRK_SECRET_HASH_LEN], int64_t expires_at,
                      const TrkActor *actor, TrkTokenMade made, void *data)
{
  TokenJob *self = trk_job_new (store, &making, actor, data);

  self->made = made;
  memcpy (self->secret, secret_sha256, sizeof self->secret);
  self->token = (TrkToken){ .scope = scope, .expires_at = expires_at };
  if (name == NULL || scope > TRK_SCOPE_READ)
    trk_job_fail (&self->job, TRK_TROUBLE_INVALID);
  if (trk_job_check_text (&self->job, name, TRK_WHO_MAX))
    self->token.name = trk_job_keep_text (&self->job, name);
  trk_job_ask (&self->job);
}

/* --- revoking --- */

static bool
run_revoke (TrkDb *db, TrkJob *job)
{
  TokenJob *self = self_of (job);

  if (!trk_db_run (db, revoke_sql, TRK_VALUES (TRK_INT (self->token.id), TRK_INT (trk_now_s ()))))
    return false;
  if (sqlite3_changes (db->db) == 0)
    return trk_job_fail (job, TRK_TROUBLE_NOT_FOUND);
  return audit (db, job, "token.revoke", self->token.id);
}

static void
answer_revoke (TrkJob *job, const TrkProblem *problem)
{
  self_of (job)->done (job->data, problem);
}

static const TrkJobKind revoking
    = { .size = sizeof (TokenJob), .writes = true, .run = run_revoke, .answer = answer_revoke };

void
trk_store_token_revoke (TrkStore *store, int64_t id, const TrkActor *actor, TrkDone done,
                        void *data)
{
  TokenJob *self = trk_job_new (store, &revoking, actor, data);

  self->done = done;
  self->token.id = id;
  trk_job_ask (&self->job);
}

/* --- checking --- */

static bool
run_check (TrkDb *db, TrkJob *job)
{
  TokenJob *self = self_of (job);
  sqlite3_stmt *s = trk_db_query (
      db, check_sql,
      TRK_VALUES (TRK_BLOB (self->secret, sizeof self->secret), TRK_INT (self->now)));

  for (; trk_db_step (db, s); self->is_there = true)
    read_token (job, s, &self->token);
  if (self->is_there)
    trk_store_note_use (job->store, self->token.id, self->now);
  return true;
}

static void
answer_check (TrkJob *job, const TrkProblem *problem)
{
  TokenJob *self = self_of (job);

  self->checked (job->data, problem, problem == NULL && self->is_there ? &self->token : NULL);
}

static const TrkJobKind checking
    = { .size = sizeof (TokenJob), .run = run_check, .answer = answer_check };

void
trk_store_token_check (TrkStore *store, const uint8_t secret_sha256[TRK_SECRET_HASH_LEN],
                       int64_t now, TrkTokenChecked checked, void *data)
{
  TokenJob *self = trk_job_new (store, &checking, NULL, data);

  self->checked = checked;
  self->now = now;
  memcpy (self->secret, secret_sha256, sizeof self->secret);
  trk_job_ask (&self->job);
}

/* --- all of them --- */

static bool
run_list (TrkDb *db, TrkJob *job)
{
  TokenJob *self = self_of (job);
  sqlite3_stmt *s = trk_db_query (db, list_sql, NULL);

  while (trk_db_step (db, s))
    {
      TrkToken token;

      read_token (job, s, &token);
      g_array_append_val (self->tokens, token);
    }
  return true;
}

static void
answer_list (TrkJob *job, const TrkProblem *problem)
{
  GArray *tokens = self_of (job)->tokens;

  self_of (job)->listed (job->data, problem, (const TrkToken *) (void *) tokens->data, tokens->len);
}

static void
clear_list (TrkJob *job)
{
  g_array_unref (self_of (job)->tokens);
}

static const TrkJobKind listing
    = { .size = sizeof (TokenJob), .run = run_list, .answer = answer_list, .clear = clear_list };

void
trk_store_token_list (TrkStore *store, TrkTokensListed listed, void *data)
{
  TokenJob *self = trk_job_new (store, &listing, NULL, data);

  self->tokens = g_array_new (FALSE, FALSE, sizeof (TrkToken));
  self->listed = listed;
  trk_job_ask (&self->job);
}
