/* cli-register.h: `shoal create --register`: giving a tracker what was just made. */
#pragma once

#include "cli/cli-tracker-admin.h"
#include "protocol/torrent/bt-builder.h"

typedef struct
{
  gboolean wanted;
  CliTrackerAdminOptions options;
  ShoalTrackerAdmin *admin; /* NULL until it was opened */
  ShoalTrackerAdded *added; /* NULL until it was registered */
} CliRegister;

void cli_register_describe (CliRegister *self, GArray *entries);
void cli_register_clear (CliRegister *self);

/* Finds the tracker and reads the token, so that what is missing is told before the work: --server,
 * or the first of the torrent's trackers that speaks http. The exit code; CLI_OK, too, when it is
 * not wanted. */
int cli_register_open (CliRegister *self, const CliApp *app, const BtBuilder *words);

/* Registers, where it is wanted. @path is where the torrent was written, or NULL. The exit code. */
int cli_register_run (CliRegister *self, const CliApp *app, GBytes *torrent, const char *path);
