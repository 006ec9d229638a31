/* trk-control.h: the server's socket in its folder, by which commands ask it.
 *
 * A Unix socket for the folder's owner and root alone; one request a connection, a line of JSON
 * (trk-operate.h) and one back. Main thread. */
#pragma once

#include <stdbool.h>

#include <gio/gio.h>

#include "tracker-server/server/trk-operate.h"

typedef struct TrkControl TrkControl;

/* Listens in @op's folder, where a socket that was left behind is removed: the caller holds the
 * folder's lock. @op is lent. NULL and @error. (transfer full) */
TrkControl *trk_control_new (const TrkOperator *op, GError **error);

/* Removes the socket; what is under way is no longer answered. Accepts NULL. */
void trk_control_free (TrkControl *self);

/* Asks the server of @folder and waits. NULL and @error. (transfer full) */
JsonNode *trk_control_ask (const char *folder, JsonNode *request, GError **error);
