/* trk-doors.h: Unix sockets at which administration is served. Main thread. */
#pragma once

#include <gio/gio.h>

#include "tracker-server/api/trk-api.h"

typedef struct TrkDoors TrkDoors;

/* @api is lent. (transfer full) */
TrkDoors *trk_doors_new (TrkApi *api);
/* Closes the sockets and takes their files away. Accepts NULL. */
void trk_doors_free (TrkDoors *self);

/* Listens at @path, for the server's user and group. A socket that was left there is replaced,
 * anything else is an error (TRK_EXIT_ERROR). */
bool trk_doors_add (TrkDoors *self, const char *path, GError **error);
