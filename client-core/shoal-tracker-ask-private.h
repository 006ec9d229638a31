/* shoal-tracker-ask-private.h: one request to a tracker's API: where it goes, and what its answer
 * means. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "client-core/shoal-exchange-private.h"

/* Whom to ask. All is lent. */
typedef struct
{
  SoupSession *session;
  const char *server; /* as a person wrote it */
  const char *token;  /* (nullable) */
  unsigned timeout_ms;
} ShoalTrackerPlace;

/* What is asked: @path is what follows "/api/v1/", with its query. */
typedef struct
{
  const char *method;
  const char *path;
  GBytes *body;     /* (nullable) */
  const char *type; /* of the body */
} ShoalTrackerAsk;

/* Takes over @task, which ends with it or with another request. @status is 2xx, or 409 of what is
 * there already, or 0 when a request that may fail has failed; @root is NULL where the answer is
 * empty, and for 0. */
typedef void (*ShoalTrackerTake) (GTask *task, unsigned status, JsonObject *root);

/* Takes @task, which ends with an error of SHOAL_ERROR unless @take gets it. @may_fail: that
 * matters little. */
void shoal_tracker_ask (const ShoalTrackerPlace *place, const ShoalTrackerAsk *ask, bool may_fail,
                        GTask *task, ShoalTrackerTake take);

/* Ends @task: the answer is of no form that is known. */
void shoal_tracker_ask_garbage (const char *server, GTask *task);
