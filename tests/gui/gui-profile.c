/* gui-profile.c: see gui-profile.h. */
#include "tests/gui/gui-profile.h"

GuiSession *
gui_profile_open (void)
{
  g_autofree char *name = g_strdup_printf ("test-%u", g_random_int ());
  g_autoptr (GError) error = NULL;
  GuiSession *session = gui_session_new (name, &error);

  g_assert_no_error (error);
  while (!shoal_session_get_loaded (gui_session_get_shoal (session)))
    g_main_context_iteration (NULL, TRUE);
  return session;
}
