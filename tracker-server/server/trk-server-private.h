/* trk-server-private.h: the tracker's parts. */
#pragma once

#include <json-glib/json-glib.h>

#include "tracker-server/server/trk-control.h"
#include "tracker-server/server/trk-exit.h"
#include "tracker-server/server/trk-fronts.h"
#include "tracker-server/server/trk-jobs.h"
#include "tracker-server/server/trk-memory.h"
#include "tracker-server/server/trk-server.h"

typedef struct
{
  TrkServerConfig config;
  TrkSettings base;     /* of defaults, file and command line */
  TrkSettings settings; /* those in force: the base, and what is kept of changes */
  GHashTable *kept;     /* names of changed settings, to their values */
  GQueue changes;       /* of TrkChange; the first one is on its way to the store */
  char *folder;
  int lock;
  int64_t started_s;   /* wall time */
  uint64_t started_us; /* of the reactor's clock */

  BtioReactor *reactor;
  TrkLists *lists;
  TrkSwarms *swarms;
  TrkMemory *memory;
  TrkLimiter *limiter;
  TrkService *service;
  TrkStore *store;
  TrkAll *all;
  TrkApi *api;
  TrkFronts *fronts;
  TrkOperator operator_;
  TrkControl *control;
  TrkJobs *jobs;

  guint signals[3];
  bool asked_to_stop;
  bool ready;
  bool opened; /* the store has said so */
  bool listed; /* the kept settings are read */
  bool answered;
  bool closed;
  bool all_kept; /* the last snapshot, too */
  bool has_tokens;
  GError *error; /* of the store, while it opens */
} TrkServer;

/* --- trk-server-swarms.c --- */

/* Sets @error to what the system said of @what, with what to do, and is false. */
bool trk_server_fail (GError **error, TrkExit code, const char *what);

/* Swarms, lists and the watch over memory. */
bool trk_server_make_swarms (TrkServer *self, GError **error);
void trk_server_read_snapshot (TrkServer *self);

/* --- trk-server-settings.c --- */

/* Works out what is in force from base and kept, and applies it; settings that hold from the start
 * stay what they are once the server is ready. */
void trk_server_settle (TrkServer *self);

/* What the settings say of announces. */
void trk_server_policy (const TrkSettings *settings, TrkPolicy *policy);

/* For TrkApiParts and TrkOperator; @self is a TrkServer. */
char *trk_server_reload (void *self);

/* --- trk-server-change.c --- */

/* For TrkApiParts; @self is a TrkServer. */
void trk_server_change (void *data, const TrkSettingRow *rows, size_t n, const TrkActor *actor,
                        TrkChangeDone done, void *done_data);

/* --- trk-server-figures.c --- */

void trk_server_figures (void *self, TrkServerFigures *figures);
void trk_server_describe (void *self, JsonBuilder *stats);

/* One line for people. (transfer full) */
char *trk_server_status (void *self);
