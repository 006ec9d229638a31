/* trk-options.h: where the settings come from, and the paths of what lies in the folder.
 *
 *     defaults < file < what is kept of the API's changes < command line
 *
 * The file is the one that is named, or the one in the folder. The folder is the one that is named,
 * or STATE_DIRECTORY of a service, or the file's, or a person's own. */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "tracker-server/server/trk-config.h"

typedef struct
{
  char *config; /* (nullable) */
  char *folder; /* (nullable) */
  char **set;   /* of "NAME=VALUE"; (nullable) */
} TrkOptions;

void trk_options_clear (TrkOptions *self);

/* Reads the settings anew: tracker.folder is always set. @settings was not initialised. False when
 * there is an error; then @settings is to be cleared all the same. */
bool trk_options_load (const TrkOptions *self, TrkSettings *settings, TrkConfigReport *report);

/* Whether the command line sets this setting. */
bool trk_options_sets (const TrkOptions *self, const char *name);

/* What lies in a folder. */
typedef enum
{
  TRK_PATH_DATABASE,
  TRK_PATH_SNAPSHOT,
  TRK_PATH_BACKUPS, /* a folder */
  TRK_PATH_CONFIG,
  TRK_PATH_LOCK,   /* held by the server that runs; has its process id */
  TRK_PATH_CONTROL /* its Unix socket */
} TrkPath;

/* (transfer full) */
char *trk_path (const char *folder, TrkPath path);

/* Makes the folder, for its owner alone, with the folders above it. False and errno. */
bool trk_path_make (const char *folder);
