/* test-gui-add.c: torrents that are added: read, judged and chosen, without a window and with the
 * sheet. Nothing begins without a click. */
#include <adwaita.h>
#include <glib/gstdio.h>

#include "gtk-client/download/gui-add-item.h"
#include "gtk-client/download/gui-add-sheet.h"
#include "gtk-client/parts/gui-sheet.h"
#include "gtk-client/text/gui-state.h"
#include "tests/gui/gui-narrow.h"
#include "tests/gui/gui-profile.h"
#include "tests/gui/gui-torrents.h"

#define HASH "0123456789abcdef0123456789abcdef01234567"
#define MAGNET "magnet:?xt=urn:btih:" HASH "&dn=Some+film&tr=http://127.0.0.1:9/announce"

static const GuiTestFile films[] = { { "one.mkv", 20000 }, { "two/three.txt", 300 } };

typedef struct
{
  GuiSession *session;
  char *folder;  /* where downloads go */
  char *torrent; /* a .torrent */
  GtkWindow *window;
} Scene;

static char *
write_torrent (const char *folder, const char *name, const char *announce)
{
  g_autoptr (GBytes) bytes = gui_torrents_make ("films", films, G_N_ELEMENTS (films), announce);
  char *path = g_build_filename (folder, name, NULL);
  GError *error = NULL;
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  g_file_set_contents (path, data, (gssize) len, &error);
  g_assert_no_error (error);
  return path;
}

static void
scene_open (Scene *s)
{
  GError *error = NULL;

  s->session = gui_profile_open ();
  s->folder = g_dir_make_tmp ("shoal-add-XXXXXX", &error);
  g_assert_no_error (error);
  s->torrent = write_torrent (s->folder, "films.torrent", "http://127.0.0.1:9/announce");
  g_settings_set_string (gui_session_get_settings (s->session), "download-folder", s->folder);
  s->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (s->window, 900, 700);
  gtk_window_present (s->window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s->window));
}

static guint
n_kept (Scene *s)
{
  return g_list_model_get_n_items (gui_session_get_torrents (s->session));
}

static guint
n_all (Scene *s)
{
  return g_list_model_get_n_items (G_LIST_MODEL (gui_session_get_shoal (s->session)));
}

static void
empty_session (Scene *s)
{
  while (n_all (s) > 0)
    {
      g_autoptr (ShoalTorrent) torrent
          = g_list_model_get_item (G_LIST_MODEL (gui_session_get_shoal (s->session)), 0);

      shoal_torrent_remove (torrent);
      while (shoal_torrent_get_state (torrent) != SHOAL_TORRENT_STATE_REMOVED)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
scene_close (Scene *s)
{
  empty_session (s);
  gtk_window_destroy (s->window);
  g_object_unref (s->session);
  g_unlink (s->torrent);
  g_rmdir (s->folder);
  g_free (s->torrent);
  g_free (s->folder);
}

static GuiAddItem *
add (Scene *s, const char *source, GuiAddState wanted)
{
  GuiAddItem *item = gui_add_item_new (s->session, source);
  g_autofree char *words = NULL;

  while (gui_add_item_get_state (item) == GUI_ADD_LOADING)
    g_main_context_iteration (NULL, TRUE);
  words = gui_add_item_describe (item);
  if (gui_add_item_get_state (item) != wanted)
    g_test_message ("%s: %s", source, words);
  g_assert_cmpint (gui_add_item_get_state (item), ==, wanted);
  g_assert_cmpstr (words, !=, "");
  return item;
}

/* --- items --- */

static void
test_sources (void)
{
  Scene s;
  g_autofree char *uri = NULL;

  scene_open (&s);
  uri = g_filename_to_uri (s.torrent, NULL, NULL);
  g_object_unref (add (&s, s.torrent, GUI_ADD_READY));
  empty_session (&s);
  g_object_unref (add (&s, uri, GUI_ADD_READY));
  empty_session (&s);
  g_object_unref (add (&s, MAGNET, GUI_ADD_METADATA));
  empty_session (&s);
  g_object_unref (add (&s, "  " HASH "\n", GUI_ADD_METADATA));
  empty_session (&s);
  g_object_unref (add (&s, "/nowhere/at.torrent", GUI_ADD_FAILED));
  g_object_unref (add (&s, s.folder, GUI_ADD_FAILED));
  g_object_unref (add (&s, "magnet:?dn=nothing", GUI_ADD_FAILED));
  g_object_unref (add (&s, "http://127.0.0.1:9/x.torrent", GUI_ADD_FAILED));
  g_object_unref (add (&s, "/dev/zero", GUI_ADD_FAILED));
  scene_close (&s);
}

/* What is dropped leaves the session, and was never shown. */
static void
test_drop (void)
{
  Scene s;
  GuiAddItem *item;

  scene_open (&s);
  item = add (&s, s.torrent, GUI_ADD_READY);
  g_assert_cmpuint (n_all (&s), ==, 1);
  g_assert_cmpuint (n_kept (&s), ==, 0);
  g_object_unref (item);
  while (n_all (&s) > 0)
    g_main_context_iteration (NULL, TRUE);
  scene_close (&s);
}

static void
test_choose (void)
{
  Scene s;
  GuiAddItem *item;
  g_autoptr (GBytes) second = g_bytes_new_static ("\0\4", 2);
  ShoalTorrent *torrent;

  scene_open (&s);
  item = add (&s, s.torrent, GUI_ADD_READY);
  torrent = gui_add_item_get_torrent (item);
  gui_add_item_choose (item, s.folder, second, FALSE, TRUE);
  g_assert_cmpint (gui_add_item_get_state (item), ==, GUI_ADD_CHOSEN);
  g_assert_true (shoal_torrent_get_paused (torrent));
  g_assert_true (shoal_torrent_get_sequential (torrent));
  g_assert_cmpuint (n_kept (&s), ==, 1);
  g_object_unref (item); /* what was chosen stays */
  g_assert_cmpuint (n_kept (&s), ==, 1);
  scene_close (&s);
}

/* A torrent of v2 without piece layers is chosen like any other, and then says what it waits for.
 */
static void
test_without_layers (void)
{
  static const char bare[]
      = "d4:infod9:file treed1:ad0:d6:lengthi20000e11:pieces root32:0123456789abcdef"
        "0123456789abcdefee1:bd0:d6:lengthi5e11:pieces root32:0123456789abcdef"
        "0123456789abcdefeee12:meta versioni2e4:name1:n12:piece lengthi16384eee";
  g_autofree char *path = NULL;
  g_autoptr (GuiAddItem) item = NULL;
  ShoalTorrent *torrent;
  Scene s;

  scene_open (&s);
  path = g_build_filename (s.folder, "bare.torrent", NULL);
  g_assert_true (g_file_set_contents (path, bare, sizeof bare - 1, NULL));
  item = add (&s, path, GUI_ADD_READY);
  torrent = gui_add_item_get_torrent (item);
  g_assert_cmpuint (shoal_torrent_get_n_files (torrent), ==, 2);
  gui_add_item_choose (item, s.folder, NULL, TRUE, FALSE);
  g_assert_cmpuint (n_kept (&s), ==, 1);
  while (gui_state_of (torrent) != GUI_STATE_LAYERS)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (gui_state_word (GUI_STATE_LAYERS), ==, "Getting the hashes of its pieces");
  g_unlink (path);
  scene_close (&s);
}

static void
test_duplicate (void)
{
  Scene s;
  g_autofree char *other = NULL;

  scene_open (&s);
  other = write_torrent (s.folder, "other.torrent", "http://127.0.0.1:9/other");
  {
    g_autoptr (GuiAddItem) first = add (&s, s.torrent, GUI_ADD_READY);
    g_autoptr (GuiAddItem) twice = add (&s, s.torrent, GUI_ADD_FAILED);

    gui_add_item_choose (first, s.folder, NULL, FALSE, FALSE);
  }
  {
    g_autoptr (GuiAddItem) same = add (&s, s.torrent, GUI_ADD_DUPLICATE);
    g_autoptr (GuiAddItem) more = add (&s, other, GUI_ADD_DUPLICATE);

    g_assert_cmpuint (gui_add_item_merge (same), ==, 0);
    g_assert_cmpuint (gui_add_item_merge (more), ==, 1);
    g_assert_cmpint (gui_add_item_get_state (more), ==, GUI_ADD_CHOSEN);
  }
  g_assert_cmpuint (n_kept (&s), ==, 1);
  g_unlink (other);
  scene_close (&s);
}

static GuiSession *
open_loaded (const char *profile)
{
  GError *error = NULL;
  GuiSession *session = gui_session_new (profile, &error);

  g_assert_no_error (error);
  shoal_session_set_port_mapping (gui_session_get_shoal (session), FALSE);
  while (!shoal_session_get_loaded (gui_session_get_shoal (session)))
    g_main_context_iteration (NULL, TRUE);
  return session;
}

static void
take_flushed (GObject *source, GAsyncResult *result, void *flushed)
{
  g_assert_true (shoal_session_flush_finish (SHOAL_SESSION (source), result, NULL));
  *(gboolean *) flushed = TRUE;
}

static void
note (guint *n)
{
  ++*n;
}

/* A program that was killed while its sheet asked does not keep what nobody can see. */
static void
test_left_over (void)
{
  g_autoptr (GBytes) bytes = gui_torrents_make ("films", films, G_N_ELEMENTS (films), NULL);
  GuiSession *session = open_loaded ("left-over");
  GListModel *torrents = G_LIST_MODEL (gui_session_get_shoal (session));
  gboolean flushed = FALSE;
  guint n_changes = 0;
  GError *error = NULL;

  g_object_unref (shoal_session_add (SHOAL_SESSION (torrents), bytes, g_get_tmp_dir (), NULL,
                                     SHOAL_ADD_CHOOSE, &error));
  g_assert_no_error (error);
  shoal_session_flush_async (SHOAL_SESSION (torrents), NULL, take_flushed, &flushed);
  while (!flushed)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (session);
  session = gui_session_new ("left-over", &error);
  g_assert_no_error (error);
  shoal_session_set_port_mapping (gui_session_get_shoal (session), FALSE);
  torrents = G_LIST_MODEL (gui_session_get_shoal (session));
  g_signal_connect_swapped (torrents, "items-changed", G_CALLBACK (note), &n_changes);
  while (n_changes < 2) /* it comes, and it goes */
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (torrents), ==, 0);
  g_object_unref (session);
}

/* --- the sheet --- */

static GuiSheet *
find_sheet (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (GUI_IS_SHEET (window) && gtk_widget_get_visible (window))
        return GUI_SHEET (window);
    }
  return NULL;
}

static GuiSheet *
present (Scene *s, const char *const *uris)
{
  GuiSheet *sheet;

  gui_add_sheet_present (s->window, s->session, uris);
  sheet = find_sheet ();
  g_assert_nonnull (sheet);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (sheet));
  return sheet;
}

/* Tries until the sheet lets it: what is added has to be read first. */
static void
act_until_kept (Scene *s, GuiSheet *sheet, guint n)
{
  while (n_kept (s) < n)
    {
      if (find_sheet () == sheet)
        gtk_widget_activate_action (GTK_WIDGET (sheet), "sheet.act", NULL);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_sheet (void)
{
  Scene s;
  g_auto (GStrv) recent = NULL;
  g_autoptr (ShoalTorrent) torrent = NULL;

  scene_open (&s);
  g_settings_set_boolean (gui_session_get_settings (s.session), "start-added", FALSE);
  act_until_kept (&s, present (&s, (const char *const[]){ s.torrent, NULL }), 1);
  torrent = g_list_model_get_item (gui_session_get_torrents (s.session), 0);
  g_assert_cmpstr (shoal_torrent_get_folder (torrent), ==, s.folder);
  g_assert_true (shoal_torrent_get_paused (torrent));
  while (find_sheet () != NULL)
    g_main_context_iteration (NULL, TRUE);
  recent = g_settings_get_strv (gui_session_get_settings (s.session), "recent-folders");
  g_assert_cmpstr (recent[0], ==, s.folder);
  scene_close (&s);
}

static void
test_sheet_is_closed (void)
{
  Scene s;
  GuiSheet *sheet;

  scene_open (&s);
  sheet = present (&s, (const char *const[]){ s.torrent, MAGNET, "<b>no & such</b>", NULL });
  while (n_all (&s) < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_kept (&s), ==, 0);
  gui_sheet_close (sheet);
  while (n_all (&s) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (find_sheet ());
  scene_close (&s);
}

/* What cannot be added is left out, and the rest begins. */
static void
test_sheet_of_several (void)
{
  Scene s;

  scene_open (&s);
  g_settings_set_boolean (gui_session_get_settings (s.session), "start-added", FALSE);
  act_until_kept (
      &s, present (&s, (const char *const[]){ MAGNET, "/nowhere.torrent", s.torrent, NULL }), 2);
  scene_close (&s);
}

static void
test_fits_phone (void)
{
  Scene s;
  GuiSheet *sheet;

  scene_open (&s);
  sheet = present (&s, (const char *const[]){ s.torrent, MAGNET, NULL });
  gui_assert_fits_phone (GTK_WIDGET (sheet));
  gui_sheet_close (sheet);
  scene_close (&s);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/gui-add/sources", test_sources);
  g_test_add_func ("/gui-add/drop", test_drop);
  g_test_add_func ("/gui-add/choose", test_choose);
  g_test_add_func ("/gui-add/without-layers", test_without_layers);
  g_test_add_func ("/gui-add/duplicate", test_duplicate);
  g_test_add_func ("/gui-add/left-over", test_left_over);
  g_test_add_func ("/gui-add/sheet", test_sheet);
  g_test_add_func ("/gui-add/sheet-is-closed", test_sheet_is_closed);
  g_test_add_func ("/gui-add/sheet-of-several", test_sheet_of_several);
  g_test_add_func ("/gui-add/fits-phone", test_fits_phone);
  return g_test_run ();
}
