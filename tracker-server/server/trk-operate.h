/* trk-operate.h: what commands ask of a tracker, as JSON values in and out.
 *
 * The same requests are carried out by the server that runs (trk-control.h) and, when none does, by
 * the command itself on the store that it opens (trk-link.h).
 *
 *     {"do": "token-make", "name": "ci", "scope": "register", "days": 30}
 *     {"id": 3, "token": "shoal_..."} or {"error": {"code": 1, "message": "..."}}
 *
 * Main thread. */
#pragma once

#include <json-glib/json-glib.h>

#include "tracker-server/server/trk-exit.h"
#include "tracker-server/store/trk-store.h"

/* A request is no longer, in bytes. */
#define TRK_OPERATE_LEN_MAX (1u << 20)

/* Lent for as long as something is under way. */
typedef struct
{
  TrkStore *store;
  const char *folder;
  /* What only a running server has; (nullable) without one. */
  void (*describe) (void *data, JsonBuilder *stats); /* adds members to its statistics */
  char *(*reload) (void *data);                      /* what is wrong, or NULL. (transfer full) */
  void *data;
} TrkOperator;

/* @reply is lent. Called once, perhaps before trk_operate() returns. */
typedef void (*TrkOperated) (void *data, JsonNode *reply);

void trk_operate (const TrkOperator *op, JsonNode *request, TrkOperated done, void *data);

/* A reply that says what is wrong. (transfer full) */
JsonNode *trk_operate_error (TrkExit code, const char *message);

/* The same of a problem of the store's, whose @what failed. (transfer full) */
JsonNode *trk_operate_problem (const char *what, const TrkProblem *problem);

/* Whether @reply says what is wrong; then @error takes it. */
bool trk_operate_failed (JsonNode *reply, GError **error);
