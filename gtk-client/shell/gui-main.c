/* gui-main.c: starts the desktop client. */
#include <locale.h>

#include <glib/gi18n.h>

#include "gtk-client/shell/gui-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (GuiApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SHOAL_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  application = gui_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
