/* trk-link.h: carries out a command's requests, by the server that runs on a folder or on its
 * database. */
#pragma once

#include "tracker-server/server/trk-operate.h"

typedef struct TrkLink TrkLink;

/* Finds the server, or opens the database, which must be there unless @make. NULL and @error.
 * (transfer full) */
TrkLink *trk_link_open (const char *folder, bool make, GError **error);
void trk_link_close (TrkLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrkLink, trk_link_close)

/* Whether a server runs, which answers. */
bool trk_link_is_running (const TrkLink *self);

/* Waits for the answer. NULL and @error, also when the answer says what is wrong. (transfer full)
 */
JsonNode *trk_link_ask (TrkLink *self, JsonNode *request, GError **error);

/* A request with one member, "do". (transfer full) */
JsonNode *trk_link_request (const char *what);
