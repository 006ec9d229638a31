/* gui-patience.c: see gui-patience.h. */
#include "gtk-client/model/gui-patience.h"

#define LONGER 6u

guint
gui_patience_of (GSettings *settings)
{
  return g_settings_get_boolean (settings, "long-messages") ? LONGER : 1;
}
