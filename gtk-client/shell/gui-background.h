/* gui-background.h: asks the desktop whether the program may go on while no window is shown.
 *
 * By org.freedesktop.portal.Background, where there is a portal: a desktop that knows of it does
 * not end the program, and lists it for the person. A desktop without one has nothing against it.
 * Main thread. */
#pragma once

#include <gio/gio.h>

/* Nothing limits how long the desktop may ask the person first; until then it is not asked again.
 */
void gui_background_ask_async (GDBusConnection *bus, GAsyncReadyCallback callback, void *data);
/* FALSE: it was refused. */
gboolean gui_background_ask_finish (GAsyncResult *result);
