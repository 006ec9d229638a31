/* trk-server.h: the tracker as a whole: it owns every part, starts them in order and stops them in
 * the opposite one.
 *
 *     lock -> reactor -> swarms, lists -> store (lists, completions) -> kept settings -> snapshot
 *     -> service -> API -> listeners -> control -> jobs -> ready
 *
 * Main thread, on the default main context. One in a process, for it takes the signals. */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "tracker-server/server/trk-notify.h"
#include "tracker-server/server/trk-options.h"

typedef struct
{
  const TrkOptions *options; /* lent */
  const TrkNotify *notify;   /* lent */
  bool show_token;           /* a new administrator's token may be shown on standard error */
  bool *line;                /* shows a line of statistics there and sets this. (nullable) */
} TrkServerConfig;

/* Runs a tracker until it is asked to stop (SIGTERM, SIGINT) and everything is kept; a second
 * signal ends the process at once. SIGHUP reads the configuration anew. False and @error
 * (TRK_EXIT_ERROR) when it could not be started. */
bool trk_server_run (const TrkServerConfig *config, GError **error);
