/* trk-exit.h: how a command ends, and errors that say so. */
#pragma once

#include <glib.h>

/* The same codes as those of `shoal`; also the codes of TRK_EXIT_ERROR. */
typedef enum
{
  TRK_EXIT_OK = 0,
  TRK_EXIT_FAILED = 1,
  TRK_EXIT_USAGE = 2,
  TRK_EXIT_CONFIG = 3,
  TRK_EXIT_READ = 4,
  TRK_EXIT_WRITE = 5,
  TRK_EXIT_NETWORK = 8,
  TRK_EXIT_NO_SPACE = 9
} TrkExit;

/* Messages are sentences without a full stop, for a person. */
#define TRK_EXIT_ERROR (trk_exit_error_quark ())
GQuark trk_exit_error_quark (void);
