/* gui-profile.c: see gui-profile.h. */
#include "tests/gui/gui-profile.h"

static GuiSession *
open_one (const char *name)
{
  g_autoptr (GError) error = NULL;
  GuiSession *session = gui_session_new (name, &error);

  g_assert_no_error (error);
  shoal_session_set_port_mapping (gui_session_get_shoal (session), FALSE);
  while (!shoal_session_get_loaded (gui_session_get_shoal (session)))
    g_main_context_iteration (NULL, TRUE);
  return session;
}

GuiSession *
gui_profile_open (void)
{
  g_autofree char *name = g_strdup_printf ("test-%u", g_random_int ());

  return open_one (name);
}

GuiSession *
gui_profile_open_damaged (void)
{
  g_autofree char *name = g_strdup_printf ("test-%u", g_random_int ());
  g_autofree char *folder
      = g_build_filename (g_get_user_data_dir (), "shoal", "profiles", name, NULL);
  g_autofree char *path = g_build_filename (folder, "session.db", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "no database", -1, NULL));
  return open_one (name);
}
