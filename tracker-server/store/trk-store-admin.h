/* trk-store-admin.h: settings, tokens and the audit log. See trk-store.h for threads.
 *
 * No secret comes here: of a token the SHA-256 of its secret alone. */
#pragma once

#include "tracker-server/store/trk-store.h"

#define TRK_SETTING_KEY_MAX 128u
#define TRK_SETTING_VALUE_MAX 65536u
#define TRK_SECRET_HASH_LEN 32u

/* --- settings --- */

#define TRK_SETTINGS_AT_ONCE 1000u

typedef struct
{
  const char *key;
  const char *value;
} TrkSettingRow;

/* Sets all or none; a value of NULL takes the setting away. At most TRK_SETTINGS_AT_ONCE. An entry
 * of the audit log for each names the key, and not the value. */
void trk_store_setting_set (TrkStore *store, const TrkSettingRow *rows, size_t n,
                            const TrkActor *actor, TrkDone done, void *data);

/* @value is NULL when it is not set. */
typedef void (*TrkSettingGot) (void *data, const TrkProblem *problem, const char *value);
void trk_store_setting_get (TrkStore *store, const char *key, TrkSettingGot got, void *data);

/* In the order of their keys. */
typedef void (*TrkSettingsListed) (void *data, const TrkProblem *problem,
                                   const TrkSettingRow *settings, size_t n);
void trk_store_setting_list (TrkStore *store, TrkSettingsListed listed, void *data);

/* --- tokens --- */

/* Each may do what the next one may. */
typedef enum
{
  TRK_SCOPE_ADMIN,
  TRK_SCOPE_REGISTER,
  TRK_SCOPE_READ
} TrkScope;

/* Times are seconds since 1970; 0: never. */
typedef struct
{
  int64_t id;
  const char *name; /* at most TRK_WHO_MAX bytes */
  TrkScope scope;
  int64_t created_at;
  int64_t used_at; /* the last time, a second behind at most */
  int64_t expires_at;
  int64_t revoked_at;
} TrkToken;

typedef void (*TrkTokenMade) (void *data, const TrkProblem *problem, int64_t id);
void trk_store_token_make (TrkStore *store, const char *name, TrkScope scope,
                           const uint8_t secret_sha256[TRK_SECRET_HASH_LEN], int64_t expires_at,
                           const TrkActor *actor, TrkTokenMade made, void *data);

/* All, the revoked ones too, in the order of their ids. */
typedef void (*TrkTokensListed) (void *data, const TrkProblem *problem, const TrkToken *tokens,
                                 size_t n);
void trk_store_token_list (TrkStore *store, TrkTokensListed listed, void *data);

/* TRK_TROUBLE_NOT_FOUND. A check that is asked for after the answer fails. */
void trk_store_token_revoke (TrkStore *store, int64_t id, const TrkActor *actor, TrkDone done,
                             void *data);

/* @token is NULL when there is none with this secret, or it is revoked or expired at @now, in
 * seconds since 1970. Else its use is noted. */
typedef void (*TrkTokenChecked) (void *data, const TrkProblem *problem, const TrkToken *token);
void trk_store_token_check (TrkStore *store, const uint8_t secret_sha256[TRK_SECRET_HASH_LEN],
                            int64_t now, TrkTokenChecked checked, void *data);

/* --- audit --- */

typedef struct
{
  int64_t id;
  int64_t at; /* seconds since 1970 */
  const char *who;
  const char *what;    /* "torrent.add", "mark.set", "token.revoke" ... */
  const char *subject; /* a hash in hexadecimal, a key, an id */
  const char *detail;
} TrkAuditRow;

/* Of what is no change to the store: a login, a reload. id and at are not looked at. */
void trk_store_audit_append (TrkStore *store, const TrkAuditRow *row, TrkDone done, void *data);

/* The newest first: those with an id below @before, 0 for all. @limit is at most TRK_PAGE_MAX. */
typedef void (*TrkAuditListed) (void *data, const TrkProblem *problem, const TrkAuditRow *rows,
                                size_t n);
void trk_store_audit_list (TrkStore *store, int64_t before, uint32_t limit, TrkAuditListed listed,
                           void *data);
