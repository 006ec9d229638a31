/* trk-fronts.h: everything that listens: UDP workers, HTTP, HTTPS, the administration's doors.
 *
 * Opens what the settings name and closes it in order. Main thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <gio/gio.h>

#include "tracker-server/api/trk-api.h"
#include "tracker-server/front/trk-service.h"
#include "tracker-server/server/trk-all.h"
#include "tracker-server/settings/trk-settings.h"

/* Lent for as long as the fronts live. */
typedef struct
{
  TrkService *service;
  TrkApi *api;
  TrkAll *all; /* of full scrapes */
} TrkFrontsParts;

typedef struct TrkFronts TrkFronts;

/* NULL and @error (TRK_EXIT_ERROR) that names the address in question. (transfer full) */
TrkFronts *trk_fronts_new (const TrkSettings *settings, const TrkFrontsParts *parts,
                           GError **error);

/* Answers what has arrived, ends the rest, closes; half a second at most. Accepts NULL. */
void trk_fronts_free (TrkFronts *self);

/* Reads the certificate anew; on failure the old one stays. True when there is none. */
bool trk_fronts_reload (TrkFronts *self, const TrkSettings *settings, GError **error);

/* Memory is short: no more connections, and small bodies and answers alone. */
void trk_fronts_hold (TrkFronts *self, bool hold);

/* Open HTTP connections. */
uint32_t trk_fronts_connections (TrkFronts *self);

/* What it listens on, as URLs with the ports that the system chose: "http://[::]:6969",
 * "udp://0.0.0.0:6969"; with @admin the doors of administration. Ends with NULL. (transfer full) */
char **trk_fronts_urls (TrkFronts *self, bool admin);
