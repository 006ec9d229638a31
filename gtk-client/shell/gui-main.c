/* gui-main.c: starts the desktop client. A client that is not installed finds its translations
 * where SHOAL_LOCALEDIR says. */
#include <locale.h>

#include <glib/gi18n.h>

#include "gtk-client/shell/gui-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (GuiApplication) application = NULL;
  const char *catalogues = g_getenv ("SHOAL_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, catalogues != NULL ? catalogues : SHOAL_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  application = gui_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
