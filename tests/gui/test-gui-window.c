/* test-gui-window.c: the window as a whole, as its widgets tell it to a screen reader. */
#include "gtk-client/shell/gui-window.h"

#include "gtk-client/details/gui-details.h"
#include "gtk-client/parts/gui-adaptive.h"
#include "gtk-client/parts/gui-sheet.h"
#include "gtk-client/upload/gui-reach-hint.h"
#include "tests/gui/gui-narrow.h"
#include "tests/gui/gui-profile.h"
#include "tests/gui/gui-torrents.h"

#define USUAL_DPI 96

/* The text below @widget that a label shows, or NULL. */
static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  GtkWidget *child;
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return widget;
  for (child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_label (child, text);
  return found;
}

static GuiWindow *
present (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GuiWindow *window;

  window = gui_window_new (NULL, session);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  return window;
}

static void
test_role (void)
{
  GuiWindow *window = present ();

  gtk_test_accessible_assert_role (window, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A message may hold what a stranger wrote: it is shown letter by letter. */
static void
test_message_is_no_markup (void)
{
  static const char hostile[] = "<b>bold</b> & <span";
  GuiWindow *window = present ();

  gtk_widget_activate_action (GTK_WIDGET (window), "win.say", "s", hostile);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  g_assert_nonnull (find_label (GTK_WIDGET (window), hostile));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The dialog above @window. */
static GtkWindow *
find_dialog (GuiWindow *window)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) one = g_list_model_get_item (all, i);

      if (gtk_window_get_transient_for (one) == GTK_WINDOW (window))
        return one;
    }
  return NULL;
}

/* A list that was damaged is told once, with where it lies now. */
static void
test_rescue (void)
{
  g_autoptr (GuiSession) session = gui_profile_open_damaged ();
  const char *words = shoal_session_get_rescue (gui_session_get_shoal (session));
  GuiWindow *window;

  for (int shown = 0; shown < 2; shown++)
    {
      window = gui_window_new (NULL, session);
      gtk_window_present (GTK_WINDOW (window));
      gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
      g_assert_true ((find_dialog (window) != NULL) == (shown == 0));
      if (shown == 0)
        g_assert_nonnull (find_label (GTK_WIDGET (find_dialog (window)), words));
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

/* A tooltip was set: anew, or once more. */
static void
on_tooltip (GtkWidget *widget, GParamSpec *property, guint *n_same)
{
  const char *now = gtk_widget_get_tooltip_text (widget);

  if (g_strcmp0 (g_object_get_data (G_OBJECT (widget), "test-tooltip"), now) == 0)
    ++*n_same;
  g_object_set_data_full (G_OBJECT (widget), "test-tooltip", g_strdup (now), g_free);
}

static void
watch_tooltips (GtkWidget *widget, guint *n_same)
{
  g_object_set_data_full (G_OBJECT (widget), "test-tooltip",
                          g_strdup (gtk_widget_get_tooltip_text (widget)), g_free);
  g_signal_connect (widget, "notify::tooltip-text", G_CALLBACK (on_tooltip), n_same);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    watch_tooltips (child, n_same);
}

/* A second in which nothing happens asks nothing of the display: each tooltip that is set asks for
 * the pointer. */
static void
test_rest (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWidget *window = GTK_WIDGET (gui_window_new (NULL, session));
  guint n_same = 0;

  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  watch_tooltips (window, &n_same);
  for (guint i = 0; i < 10; i++)
    g_signal_emit_by_name (session, "tick");
  g_assert_cmpuint (n_same, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The first bin below @widget that may be narrow. */
static GuiAdaptive *
find_adaptive (GtkWidget *widget)
{
  GuiAdaptive *found = NULL;

  if (GUI_IS_ADAPTIVE (widget))
    return GUI_ADAPTIVE (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_adaptive (child);
  return found;
}

/* Letters of twice the size leave no room for columns in a window that has it otherwise. */
static void
test_large_text (void)
{
  for (int scale = 1; scale <= 2; scale++)
    {
      GuiWindow *window;

      g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", scale * USUAL_DPI * PANGO_SCALE,
                    NULL);
      window = present ();
      g_assert_cmpint (gui_adaptive_get_narrow (find_adaptive (GTK_WIDGET (window))), ==,
                       scale == 2);
      gtk_window_destroy (GTK_WINDOW (window));
    }
  gtk_settings_reset_property (gtk_settings_get_default (), "gtk-xft-dpi");
}

/* A sheet has room for as many letters when they are of twice the size, if the window below has. */
static void
test_large_text_in_sheet (void)
{
  GtkWindow *below = GTK_WINDOW (gtk_window_new ());
  int widths[2], height;

  gtk_window_set_default_size (below, 1000, 800);
  gtk_window_present (below);
  for (int scale = 1; scale <= 2; scale++)
    {
      GtkWidget *sheet;

      g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", scale * USUAL_DPI * PANGO_SCALE,
                    NULL);
      sheet = gui_sheet_new ("Sheet", gtk_label_new (NULL));
      gui_sheet_present (GUI_SHEET (sheet), below, 460, 300);
      gtk_window_get_default_size (GTK_WINDOW (sheet), &widths[scale - 1], &height);
      gtk_window_destroy (GTK_WINDOW (sheet));
    }
  g_assert_cmpint (widths[1], >, widths[0] * 3 / 2);
  g_assert_cmpint (widths[1], <, 1000);
  gtk_settings_reset_property (gtk_settings_get_default (), "gtk-xft-dpi");
  gtk_window_destroy (below);
}

static AdwViewStack *
find_tabs (GtkWidget *widget)
{
  AdwViewStack *found = ADW_IS_VIEW_STACK (widget) ? ADW_VIEW_STACK (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_tabs (child);
  return found;
}

/* Whatever is shown fits a phone with letters of twice the size: nothing is cut off without being
 * scrolled to. */
static void
test_large_text_on_a_phone (void)
{
  static const char *const tabs[] = { "overview", "files", "peers", "trackers", "log" };
  static const GuiTestFile files[] = { { "a", 100000 }, { "folder/b", 50000 } };
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autoptr (GBytes) bytes = gui_torrents_make ("one", files, 2, "http://127.0.0.1:9/announce");
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autoptr (GError) error = NULL;
  ShoalTorrent *torrent = shoal_session_add (gui_session_get_shoal (session), bytes, folder, NULL,
                                             SHOAL_ADD_NO_TRACKERS, &error);
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  GtkWidget *details;

  g_assert_no_error (error);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 2 * USUAL_DPI * PANGO_SCALE, NULL);
  details = GTK_WIDGET (gui_details_new (session));
  gtk_window_set_default_size (window, GUI_PHONE_WIDTH, 640);
  gtk_window_set_child (window, details);
  gui_details_set_torrent (GUI_DETAILS (details), torrent);
  gtk_window_present (window);
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      g_test_message ("%s", tabs[i]);
      adw_view_stack_set_visible_child_name (find_tabs (details), tabs[i]);
      for (guint frame = 0; frame < 3; frame++)
        gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
      gui_assert_fits_phone (details);
    }
  g_test_message ("hint");
  gtk_window_set_child (window, gui_reach_hint_new (gui_session_get_shoal (session)));
  gtk_widget_set_visible (gtk_window_get_child (window), TRUE);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  gui_assert_fits_phone (gtk_window_get_child (window));
  gtk_window_destroy (window);
  window = GTK_WINDOW (gui_window_new (NULL, session));
  gtk_window_set_default_size (window, GUI_PHONE_WIDTH, 640);
  gtk_window_present (window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  gui_assert_fits_phone (GTK_WIDGET (window));
  g_test_message ("upload");
  adw_view_stack_set_visible_child_name (find_tabs (GTK_WIDGET (window)), "upload");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  gui_assert_fits_phone (GTK_WIDGET (window));
  gtk_window_destroy (window);
  gtk_settings_reset_property (gtk_settings_get_default (), "gtk-xft-dpi");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/window/role", test_role);
  g_test_add_func ("/window/message-is-no-markup", test_message_is_no_markup);
  g_test_add_func ("/window/rest", test_rest);
  g_test_add_func ("/window/rescue", test_rescue);
  g_test_add_func ("/window/large-text", test_large_text);
  g_test_add_func ("/window/large-text-in-sheet", test_large_text_in_sheet);
  g_test_add_func ("/window/large-text-on-a-phone", test_large_text_on_a_phone);
  return g_test_run ();
}
