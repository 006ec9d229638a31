/* gui-about.c: see gui-about.h. */
#include "gtk-client/shell/gui-about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/shell/gui-application.h"

void
gui_about_present (GtkWindow *parent)
{
  GtkWidget *about = adw_about_window_new ();
  AdwAboutWindow *window = ADW_ABOUT_WINDOW (about);

  adw_about_window_set_application_name (window, _ ("Shoal"));
  adw_about_window_set_application_icon (window, GUI_APPLICATION_ID);
  adw_about_window_set_version (window, SHOAL_PACKAGE_VERSION);
  adw_about_window_set_developer_name (window, _ ("The Shoal contributors"));
  adw_about_window_set_comments (
      window, _ ("Share files peer to peer: make a torrent, share it, find it, fetch it."));
  adw_about_window_set_license_type (window, GTK_LICENSE_MIT_X11);
  /* Translators: your names, one a line, with addresses if you like */
  adw_about_window_set_translator_credits (window, _ ("translator-credits"));
  gtk_window_set_transient_for (GTK_WINDOW (about), parent);
  gtk_window_present (GTK_WINDOW (about));
}
