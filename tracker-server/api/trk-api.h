/* trk-api.h: what the tracker serves over HTTP beside its fast announces and scrapes: the JSON API,
 * the catalogue, metrics and health, on libsoup.
 *
 *     front (own accept loop) -> hand-over -> trk_api_accept() -> libsoup -> route -> store, swarms
 *
 * A connection comes in by a door, which says what it may ask for: administration is served at the
 * administration's door, and at the public one only where the operator says so. Everything is on
 * the thread of the default main context. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <gio/gio.h>

#include "protocol/core/bt-endpoint.h"
#include "tracker-server/front/trk-http-answer.h"
#include "tracker-server/settings/trk-settings.h"
#include "tracker-server/store/trk-store-admin.h"

typedef enum
{
  TRK_DOOR_PUBLIC,
  TRK_DOOR_ADMIN
} TrkDoor;

/* What the server alone knows, for metrics and statistics. */
typedef struct
{
  uint64_t started_s; /* wall time, seconds since 1970 */
  uint64_t uptime_s;
  uint64_t connections; /* HTTP, open now */
  uint64_t snapshot_s;  /* wall time of the last one, or 0 */
  uint64_t backup_s;    /* likewise */
} TrkServerFigures;

/* What became of a change of settings: problem and trouble of what was not done. */
typedef struct
{
  TrkSettingProblem problem; /* of the setting @name: the first that is wrong */
  const char *name;          /* lent, as is the trouble */
  const TrkProblem *trouble; /* of the store; (nullable) */
} TrkChanged;

/* Answers once, at once or later. */
typedef void (*TrkChangeDone) (void *data, const TrkChanged *changed);

/* Lent for as long as the API lives. */
typedef struct
{
  TrkStore *store;
  TrkSwarms *swarms;
  TrkLists *lists;
  TrkService *service;
  const TrkSettings *settings; /* the ones in force; the owner changes them on this thread alone */

  /* Checks, keeps and applies live settings, all or none; a value of NULL goes back to the file's.
   * Rows and actor are lent for the call. */
  void (*change) (void *data, const TrkSettingRow *rows, size_t n, const TrkActor *actor,
                  TrkChangeDone done, void *done_data);
  TrkFullScrape full_scrape; /* (nullable) */
  void *full_scrape_data;

  void (*figures) (void *data, TrkServerFigures *figures);
  void (*reload) (void *data);
  void *data;
} TrkApiParts;

typedef struct TrkApi TrkApi;

/* NULL and @error when libsoup cannot be started. (transfer full) */
TrkApi *trk_api_new (const TrkApiParts *parts, GError **error);

/* Ends what is under way. Accepts NULL. */
void trk_api_free (TrkApi *self);

/* Memory is short: bodies and answers together get a sixteenth of what they may have else. */
void trk_api_hold (TrkApi *self, bool hold);

/* Serves a connection whose first request is neither announce nor scrape; @stream is kept by a
 * reference. @local and @remote have no family where the door is a Unix socket. */
void trk_api_accept (TrkApi *self, GIOStream *stream, const BtEndpoint *local,
                     const BtEndpoint *remote, TrkDoor door);
