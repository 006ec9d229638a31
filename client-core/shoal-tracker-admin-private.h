/* shoal-tracker-admin-private.h: what the requests of a tracker's administration share. The source
 * object of a task is the #ShoalTrackerAdmin. */
#pragma once

#include "client-core/shoal-tracker-ask-private.h"
#include "protocol/core/bt-error.h"
#include "shoal-tracker-admin.h"

/* As shoal_tracker_ask(). Takes @task. */
void shoal_tracker_admin_ask (GTask *task, const ShoalTrackerAsk *what, bool may_fail,
                              ShoalTrackerTake take);

/* Each ends @task and takes it: nothing is asked; the answer is none. */
void shoal_tracker_admin_fail (GTask *task, BtErrorCode code, const char *subject);
void shoal_tracker_admin_garbage (GTask *task);

/* Of requests that are done, or not. */
void shoal_tracker_admin_take_done (GTask *task, unsigned status, JsonObject *root);
gboolean shoal_tracker_admin_finish_done (ShoalTrackerAdmin *self, GAsyncResult *result,
                                          GError **error);
