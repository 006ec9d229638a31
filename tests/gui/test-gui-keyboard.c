/* test-gui-keyboard.c: every control of every window is reached by the keyboard, and is seen to be.
 */
#include <adwaita.h>
#include <glib/gstdio.h>

#include "gtk-client/details/gui-details.h"
#include "gtk-client/download/gui-add-sheet.h"
#include "gtk-client/parts/gui-question.h"
#include "gtk-client/parts/gui-sheet.h"
#include "gtk-client/preferences/gui-preferences.h"
#include "gtk-client/shell/gui-speed-pill.h"
#include "gtk-client/shell/gui-window.h"
#include "gtk-client/upload/gui-share-card.h"
#include "gtk-client/upload/gui-upload-page.h"
#include "tests/gui/gui-profile.h"
#include "tests/gui/gui-torrents.h"
#include "tests/gui/gui-walk.h"

#define MANY 30u /* torrents: Tab is not to walk over each */
#define MAGNET "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567"

/* --- a window and what is in it --- */

static GBytes *
make (const char *name)
{
  static const GuiTestFile files[] = { { "a", 100000 }, { "folder/b", 50000 } };

  return gui_torrents_make (name, files, G_N_ELEMENTS (files), "http://127.0.0.1:9/announce");
}

static ShoalTorrent *
add (GuiSession *session, const char *name)
{
  g_autoptr (GBytes) bytes = make (name);
  g_autoptr (GError) error = NULL;
  ShoalTorrent *torrent = shoal_session_add (gui_session_get_shoal (session), bytes,
                                             g_get_tmp_dir (), NULL, 0, &error);

  g_assert_no_error (error);
  shoal_torrent_pause (torrent); /* nothing changes while it is walked */
  return torrent;
}

static GtkWindow *
present (GuiSession *session)
{
  GtkWindow *window = GTK_WINDOW (gui_window_new (NULL, session));

  gtk_window_present (window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  return window;
}

/* The first widget of a type that is shown; NULL for none. */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static void
show_tab (GtkWidget *within, const char *name)
{
  GtkWidget *tabs = find (within, ADW_TYPE_VIEW_STACK);

  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (tabs), name);
  gtk_test_widget_wait_for_draw (within);
}

/* --- the window --- */

static void
test_empty (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWindow *window = present (session);

  show_tab (GTK_WIDGET (window), "upload");
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "upload, empty");
  show_tab (GTK_WIDGET (window), "download");
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "download, empty");
  gtk_window_destroy (window);
}

static void
test_download (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWindow *window;

  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("torrent %02u", i);

      add (session, name);
    }
  window = present (session);
  show_tab (GTK_WIDGET (window), "download");
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "list");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.search", NULL);
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "list, with search");
  gtk_window_destroy (window);
}

static void
test_details (void)
{
  static const char *const tabs[] = { "overview", "files", "peers", "trackers", "log" };
  g_autoptr (GuiSession) session = gui_profile_open ();
  ShoalTorrent *torrent = add (session, "with details");
  GtkWindow *window = present (session);
  GtkWidget *details;

  gui_window_show_torrent (GUI_WINDOW (window), torrent);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-details", "b", TRUE);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "window with details");
  details = find (GTK_WIDGET (window), GUI_TYPE_DETAILS);
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      show_tab (details, tabs[i]);
      gui_assert_tab_reaches_all (details, tabs[i]);
    }
  gtk_window_destroy (window);
}

/* Whether each button below @widget that does an action can be pressed. */
static void
assert_pressable (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) && gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) != NULL
      && !gtk_widget_is_sensitive (widget))
    {
      g_test_message ("%s cannot be done",
                      gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)));
      g_test_fail ();
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_pressable (child);
}

static void
test_narrow (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  ShoalTorrent *torrent;
  GtkWindow *window;
  GtkWidget *details;

  g_settings_set (gui_session_get_settings (session), "window-size", "(ii)", 360, 640);
  torrent = add (session, "with details");
  window = present (session);
  gui_window_show_torrent (GUI_WINDOW (window), torrent);
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "rows");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-details", "b", TRUE);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  details = find (GTK_WIDGET (window), GUI_TYPE_DETAILS);
  assert_pressable (details); /* also after it was moved there */
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "details as a page");
  gtk_window_destroy (window);
}

static void
test_limits (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWindow *window = present (session);
  GtkWidget *pill = find (GTK_WIDGET (window), GUI_TYPE_SPEED_PILL);
  GtkMenuButton *button = GTK_MENU_BUTTON (find (pill, GTK_TYPE_MENU_BUTTON));
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (button));

  gtk_menu_button_popup (button);
  while (!gtk_widget_get_mapped (popover))
    g_main_context_iteration (NULL, TRUE);
  gui_assert_tab_reaches_all (popover, "limits");
  gtk_menu_button_popdown (button);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  gtk_window_destroy (window);
}

/* --- sharing --- */

static char *
make_file (const char *folder)
{
  char *path = g_build_filename (folder, "shared.bin", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "content", -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_share (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = make_file (folder);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  const char *uris[] = { uri, NULL };
  GtkWindow *window = present (session);
  GtkWidget *page;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.create-of", "^as", uris);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "card that asks");
  page = find (GTK_WIDGET (window), GUI_TYPE_UPLOAD_PAGE);
  gui_upload_page_show (GUI_UPLOAD_PAGE (page), add (session, "shared"));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  gui_assert_tab_reaches_all (GTK_WIDGET (window), "cards");
  gtk_window_destroy (window);
  g_unlink (path);
  g_rmdir (folder);
}

/* --- what had the keyboard goes away --- */

/* Waits until something that is shown has the keyboard, after all was drawn. */
static void
wait_for_keyboard (GtkWindow *window, const char *what)
{
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  g_test_message ("%s: where is the keyboard?", what);
  while (gtk_window_get_focus (window) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gtk_widget_get_mapped (gtk_window_get_focus (window)));
}

/* The last widget of a type below @widget that is shown and can have the keyboard. */
static GtkWidget *
find_last (GtkWidget *widget, GType type)
{
  for (GtkWidget *child = gtk_widget_get_last_child (widget); child != NULL;
       child = gtk_widget_get_prev_sibling (child))
    {
      GtkWidget *found = gtk_widget_get_mapped (child) ? find_last (child, type) : NULL;

      if (found != NULL)
        return found;
    }
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_focusable (widget) ? widget
                                                                                        : NULL;
}

static void
test_torrents_go (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  ShoalTorrent *first = add (session, "first");
  ShoalTorrent *second = add (session, "second");
  GtkWindow *window = present (session);

  gui_window_show_torrent (GUI_WINDOW (window), second);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  gtk_widget_child_focus (find (GTK_WIDGET (window), GTK_TYPE_COLUMN_VIEW), GTK_DIR_TAB_FORWARD);
  wait_for_keyboard (window, "two torrents");
  shoal_torrent_remove (second);
  wait_for_keyboard (window, "one torrent");
  shoal_torrent_remove (first);
  wait_for_keyboard (window, "no torrent");
  gtk_window_destroy (window);
}

static void
test_cards_go (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWindow *window = present (session);
  GuiUploadPage *page;

  show_tab (GTK_WIDGET (window), "upload");
  page = GUI_UPLOAD_PAGE (find (GTK_WIDGET (window), GUI_TYPE_UPLOAD_PAGE));
  gui_upload_page_show (page, add (session, "one"));
  gui_upload_page_show (page, add (session, "another"));
  for (GtkWidget *card; (card = find (GTK_WIDGET (window), GUI_TYPE_SHARE_CARD)) != NULL;)
    {
      GtkWidget *button = find_last (card, GTK_TYPE_BUTTON);

      gtk_widget_grab_focus (button);
      wait_for_keyboard (window, "a card");
      g_signal_emit_by_name (card, "closed");
      wait_for_keyboard (window, "a card less");
    }
  gtk_window_destroy (window);
}

/* --- windows over the window --- */

static GtkWindow *
find_window (GType type)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *at = windows; at != NULL; at = at->next)
    if (G_TYPE_CHECK_INSTANCE_TYPE (at->data, type))
      return at->data;
  return NULL;
}

static void
test_sheet (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "one.torrent", NULL);
  g_autoptr (GBytes) bytes = make ("one");
  const char *uris[] = { path, MAGNET, "<b>no & such</b>", NULL };
  GtkWindow *window = present (session);
  GtkWindow *sheet;

  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       NULL);
  gui_add_sheet_present (window, session, uris);
  sheet = find_window (GUI_TYPE_SHEET);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (sheet));
  gui_assert_tab_reaches_all (GTK_WIDGET (sheet), "sheet");
  gui_sheet_close (GUI_SHEET (sheet));
  gtk_window_destroy (window);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_preferences (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWidget *window = gui_preferences_new (session);
  static const char *const pages[] = { "general", "speed", "network", "sharing" };

  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), pages[i]);
      gtk_test_widget_wait_for_draw (window);
      gui_assert_tab_reaches_all (window, pages[i]);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* As an application finds it: what shows that something has the keyboard is in it. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (style, "/org/shoal/Shoal/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/* --- a question --- */

static gboolean
has_focus (GtkWindow *window, const char *label)
{
  GtkWidget *focus = gtk_window_get_focus (window);

  return GTK_IS_BUTTON (focus) && gtk_widget_get_mapped (focus)
         && g_str_equal (gtk_button_get_label (GTK_BUTTON (focus)), label);
}

static void
await_focus (GtkWindow *window, const char *label)
{
  while (!has_focus (window, label))
    g_main_context_iteration (NULL, TRUE);
}

/* What cannot be undone does not get the keyboard when the answers come to lie one above the other.
 */
static void
test_question (void)
{
  GtkWidget *parent = gtk_window_new ();
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (GTK_WINDOW (parent), "Delete Files?", "They are gone then."));
  GtkWindow *window = GTK_WINDOW (dialog);
  GtkWidget *beside;

  adw_message_dialog_add_responses (dialog, "cancel", "Cancel", "keep", "Keep", "delete", "Delete",
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  gtk_window_present (GTK_WINDOW (parent));
  gui_question_present (dialog);
  await_focus (window, "Cancel");
  beside = gtk_window_get_focus (window);
  adw_message_dialog_set_response_label (dialog, "keep", "Keep the files where they are now");
  adw_message_dialog_set_response_label (dialog, "cancel", "Cancel, and remove nothing at all");
  while (gtk_widget_get_mapped (beside))
    g_main_context_iteration (NULL, TRUE);
  await_focus (window, "Cancel, and remove nothing at all");
  gtk_window_destroy (window);
  gtk_window_destroy (GTK_WINDOW (parent));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  load_style ();
  g_test_add_func ("/keyboard/empty", test_empty);
  g_test_add_func ("/keyboard/download", test_download);
  g_test_add_func ("/keyboard/details", test_details);
  g_test_add_func ("/keyboard/narrow", test_narrow);
  g_test_add_func ("/keyboard/limits", test_limits);
  g_test_add_func ("/keyboard/share", test_share);
  g_test_add_func ("/keyboard/torrents-go", test_torrents_go);
  g_test_add_func ("/keyboard/cards-go", test_cards_go);
  g_test_add_func ("/keyboard/sheet", test_sheet);
  g_test_add_func ("/keyboard/preferences", test_preferences);
  g_test_add_func ("/keyboard/question", test_question);
  return g_test_run ();
}
