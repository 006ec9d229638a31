/* trk-exit.c: the domain of errors that end a command. */
#include "tracker-server/server/trk-exit.h"

GQuark
trk_exit_error_quark (void)
{
  return g_quark_from_static_string ("trk-exit-error-quark");
}
