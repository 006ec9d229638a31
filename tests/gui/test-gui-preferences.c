/* test-gui-preferences.c: trackers as text, their sets, and preferences that take effect at once.
 */
#include <adwaita.h>

#include "gtk-client/parts/gui-tracker-editor.h"
#include "gtk-client/parts/gui-tracker-text.h"
#include "gtk-client/preferences/gui-preferences.h"
#include "tests/gui/gui-profile.h"

/* --- trackers as text --- */

static void
test_text (void)
{
  static const struct
  {
    const char *text;
    const char *list; /* joined by '|'; NULL: an error */
    guint line;       /* of the error */
  } cases[] = {
    { "", "", 0 },
    { "\n \n\t\n", "", 0 },
    { "http://a.example/x", "http://a.example/x", 0 },
    { "  http://a.example/x  \r\nudp://b.example:1\n", "http://a.example/x|udp://b.example:1", 0 },
    { "http://a.example/x\n\n\n\nudp://b.example:1", "http://a.example/x||udp://b.example:1", 0 },
    { "\n\nhttp://a.example/x\n\nhttp://a.example/x\n", "http://a.example/x", 0 },
    { "http://a.example/x\nnot a tracker\n", NULL, 2 },
    { "http://a.example/x\n\nftp://a.example/", NULL, 3 },
    { "http://a.example/<b>\xff", NULL, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint line = 0;
      GError *error = NULL;
      g_auto (GStrv) list = gui_tracker_text_parse (cases[i].text, &line, &error);
      g_autofree char *joined = list != NULL ? g_strjoinv ("|", list) : NULL;

      g_assert_cmpstr (joined, ==, cases[i].list);
      g_assert_cmpuint (line, ==, cases[i].line);
      g_assert_true ((error == NULL) == (list != NULL));
      g_clear_error (&error);
    }
}

static void
test_limits (void)
{
  GString *text = g_string_new (NULL);
  guint line = 0;
  GError *error = NULL;

  for (guint i = 0; i <= GUI_TRACKERS_MAX; i++)
    g_string_append_printf (text, "http://a.example/%u\n", i);
  g_assert_null (gui_tracker_text_parse (text->str, &line, &error));
  g_assert_cmpuint (line, ==, GUI_TRACKERS_MAX + 1);
  g_clear_error (&error);
  g_string_set_size (text, GUI_TRACKER_TEXT_MAX + 1);
  memset (text->str, ' ', text->len);
  g_assert_null (gui_tracker_text_parse (text->str, &line, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_string_free (text, TRUE);
}

static void
test_sets (void)
{
  static const char *const list[]
      = { "http://a.example/x", "http://b.example/x", "", "udp://c.example:1", NULL };
  static const char *const one[] = { "http://a.example/x", NULL };
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) back = NULL;
  g_auto (GStrv) left = NULL;

  gui_tracker_sets_put (settings, "mine", list);
  gui_tracker_sets_put (settings, "& <b>", one);
  gui_tracker_sets_put (settings, "mine", list);
  names = gui_tracker_sets_list (settings);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  back = gui_tracker_sets_get (settings, "mine");
  g_assert_cmpstrv (back, list);
  g_assert_null (gui_tracker_sets_get (settings, "no such"));
  gui_tracker_sets_put (settings, "mine", NULL);
  gui_tracker_sets_put (settings, "& <b>", NULL);
  left = gui_tracker_sets_list (settings);
  g_assert_cmpuint (g_strv_length (left), ==, 0);
}

static void
test_editor (void)
{
  static const char *const one[] = { "http://a.example/x", NULL };
  static const char *const bad[] = { "http://a.example/x", "nonsense", NULL };
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  GtkWidget *editor = g_object_ref_sink (gui_tracker_editor_new (settings));
  g_auto (GStrv) list = NULL;
  g_auto (GStrv) none = NULL;

  g_assert_true (gui_tracker_editor_is_valid (GUI_TRACKER_EDITOR (editor)));
  gui_tracker_editor_set_list (GUI_TRACKER_EDITOR (editor), bad);
  g_assert_false (gui_tracker_editor_is_valid (GUI_TRACKER_EDITOR (editor)));
  g_assert_null (gui_tracker_editor_dup_list (GUI_TRACKER_EDITOR (editor)));
  gui_tracker_sets_put (settings, "one", one);
  gtk_widget_activate_action (editor, "trackers.use", "s", "one");
  list = gui_tracker_editor_dup_list (GUI_TRACKER_EDITOR (editor));
  g_assert_cmpstrv (list, one);
  gui_tracker_editor_set_list (GUI_TRACKER_EDITOR (editor), NULL);
  none = gui_tracker_editor_dup_list (GUI_TRACKER_EDITOR (editor));
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  gui_tracker_sets_put (settings, "one", NULL);
  g_object_unref (editor);
}

/* --- the window --- */

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  GtkWidget *found = NULL;

  if (ADW_IS_PREFERENCES_ROW (widget)
      && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_row (child, title);
  return found;
}

static GtkWidget *
suffix_of (GtkWidget *window, const char *title)
{
  GtkWidget *row = find_row (window, title);

  g_assert_nonnull (row);
  return adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row));
}

static void
test_window (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  ShoalSession *shoal = gui_session_get_shoal (session);
  GtkWidget *window = gui_preferences_new (session);
  guint64 down_Bps, up_Bps;

  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  gtk_switch_set_active (GTK_SWITCH (suffix_of (window, "_Notifications")), FALSE);
  g_assert_false (g_settings_get_boolean (settings, "notify"));
  gtk_switch_set_active (GTK_SWITCH (suffix_of (window, "E_xchange of peers")), FALSE);
  g_assert_false (shoal_session_get_exchange (shoal));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (suffix_of (window, "Dow_nloads")), 3);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (suffix_of (window, "Shar_ed")), 7);
  g_assert_cmpuint (shoal_session_get_max_active_downloads (shoal), ==, 3);
  g_assert_cmpuint (shoal_session_get_max_active_seeds (shoal), ==, 7);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (suffix_of (window, "_Download")), 300);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (suffix_of (window, "U_pload")), 20);
  g_settings_get (settings, "first-limits", "(tt)", &down_Bps, &up_Bps);
  g_assert_cmpuint (down_Bps, ==, 300 * 1024);
  g_assert_cmpuint (up_Bps, ==, 0);
  gtk_switch_set_active (GTK_SWITCH (suffix_of (window, "Slow limits _hold")), TRUE);
  shoal_session_get_limits (shoal, &down_Bps, &up_Bps);
  g_assert_cmpuint (down_Bps, ==, 128 * 1024);
  g_assert_cmpuint (up_Bps, ==, 20 * 1024);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (suffix_of (window, "Ask the _router"))));
  gtk_switch_set_active (GTK_SWITCH (suffix_of (window, "Ask the _router")), TRUE);
  g_assert_true (shoal_session_get_port_mapping (shoal));
  shoal_session_set_port_mapping (shoal, FALSE);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (suffix_of (window, "Ask the _router"))));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (find_row (window, "Reachable"))),
                   ==, "Nobody has come in by this port yet.");
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_row (window, "_Encryption")), 1);
  g_assert_cmpint (shoal_session_get_encryption (shoal), ==, SHOAL_ENCRYPTION_REQUIRE);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_row (window, "_Format")), 2);
  g_assert_cmpint (g_settings_get_enum (settings, "format"), ==, SHOAL_FORMAT_V2);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What is typed into a row of numbers: what it says then, and how much that is. */
static void
test_numbers (void)
{
  static const struct
  {
    const char *typed;
    const char *said;
    double value; /* after 300 */
  } cases[] = {
    { "20", "20 KiB/s", 20 },
    { " 20 KiB/s ", "20 KiB/s", 20 },
    { "\u06f2\u06f0", "20 KiB/s", 20 },
    { "", "No limit", 0 },
    { "0", "No limit", 0 },
    { "No limit", "No limit", 0 },
    { "99999999999999999999999999", "10000000 KiB/s", 10000000 },
    { "fast", "300 KiB/s", 300 },
    { "-5", "300 KiB/s", 300 },
    { "1.5", "300 KiB/s", 300 },
    { "5x", "300 KiB/s", 300 },
  };
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWidget *window = gui_preferences_new (session);
  GtkSpinButton *spin = GTK_SPIN_BUTTON (suffix_of (window, "_Download"));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 down_Bps, up_Bps;

      gtk_spin_button_set_value (spin, 300);
      gtk_editable_set_text (GTK_EDITABLE (spin), cases[i].typed);
      gtk_spin_button_update (spin);
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, cases[i].said);
      g_assert_cmpfloat (gtk_spin_button_get_value (spin), ==, cases[i].value);
      shoal_session_get_limits (gui_session_get_shoal (session), &down_Bps, &up_Bps);
      g_assert_cmpuint (down_Bps, ==, (guint64) cases[i].value * 1024);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Each row by its title, and what it changes: a setting that is true or false. */
static void
test_switches (void)
{
  static const struct
  {
    const char *row;
    const char *key;
  } cases[] = {
    { "_Start at once", "start-added" },
    { "_Play while downloading", "sequential" },
    { "_Notifications", "notify" },
    { "_Keep sharing", "keep-sharing" },
    { "Keep _awake", "keep-awake" },
    { "Slow limits _hold", "limited" },
    { "_Messages stay longer", "long-messages" },
  };
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  GtkWidget *window = gui_preferences_new (session);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkSwitch *widget = GTK_SWITCH (suffix_of (window, cases[i].row));
      gboolean before = g_settings_get_boolean (settings, cases[i].key);

      g_assert_cmpint (gtk_switch_get_active (widget), ==, before);
      gtk_switch_set_active (widget, !before);
      g_assert_cmpint (g_settings_get_boolean (settings, cases[i].key), ==, !before);
      g_settings_set_boolean (settings, cases[i].key, before);
      g_assert_cmpint (gtk_switch_get_active (widget), ==, before);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What was done can be taken back for longer, from now on. */
static void
test_long_messages (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  GuiUndo *undo = gui_session_get_undo (session);
  guint usual = gui_undo_get_seconds (undo);

  g_assert_cmpuint (usual, ==, GUI_UNDO_SECONDS);
  g_settings_set_boolean (settings, "long-messages", TRUE);
  g_assert_cmpuint (gui_undo_get_seconds (undo), ==, 6 * usual);
  g_settings_set_boolean (settings, "long-messages", FALSE);
  g_assert_cmpuint (gui_undo_get_seconds (undo), ==, usual);
}

/* --- the port --- */

static guint16
free_port (GSocketListener *taken)
{
  GError *error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (taken, NULL, &error);

  g_assert_no_error (error);
  return port;
}

static void
enter_port (GtkWidget *window, guint port)
{
  GtkWidget *entry = suffix_of (window, "_Port");
  g_autofree char *text = g_strdup_printf ("%u", port);

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  g_signal_emit_by_name (entry, "activate");
}

static void
wait_error (GtkWidget *window, gboolean error)
{
  while (gtk_widget_has_css_class (suffix_of (window, "_Port"), "error") != error)
    g_main_context_iteration (NULL, TRUE);
}

/* Digits alone change nothing; a port that another has is told, and the old one stays. */
static void
test_port (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  ShoalSession *shoal = gui_session_get_shoal (session);
  GtkWidget *window = gui_preferences_new (session);
  AdwActionRow *row = ADW_ACTION_ROW (find_row (window, "_Port"));
  g_autoptr (GSocketListener) taken = g_socket_listener_new ();
  guint before = shoal_session_get_port (shoal);
  guint16 port = free_port (taken);
  g_autofree char *number = g_strdup_printf ("%u", port);

  gtk_editable_set_text (GTK_EDITABLE (suffix_of (window, "_Port")), "1");
  g_assert_cmpstr (shoal_session_get_address (shoal), ==, ":0");
  enter_port (window, 65536);
  wait_error (window, TRUE);
  enter_port (window, 0);
  wait_error (window, FALSE);
  enter_port (window, port);
  wait_error (window, TRUE);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), number));
  g_assert_cmpuint (shoal_session_get_port (shoal), ==, before);
  g_socket_listener_close (taken);
  enter_port (window, port);
  wait_error (window, FALSE);
  g_assert_cmpuint (shoal_session_get_port (shoal), ==, port);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), number));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What was typed and not confirmed is kept by who closes the window, or quits: both hide it first.
 */
static void
test_typed_and_left (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  ShoalSession *shoal = gui_session_get_shoal (session);
  GtkWidget *window = gui_preferences_new (session);
  g_autoptr (GSocketListener) taken = g_socket_listener_new ();
  g_autofree char *port = g_strdup_printf ("%u", free_port (taken));
  g_auto (GStrv) patterns = NULL;
  guint64 down_Bps, up_Bps;

  g_socket_listener_close (taken);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "speed");
  gtk_test_widget_wait_for_draw (window);
  gtk_editable_set_text (GTK_EDITABLE (suffix_of (window, "_Download")), "300");
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "network");
  gtk_test_widget_wait_for_draw (window);
  gtk_editable_set_text (GTK_EDITABLE (suffix_of (window, "_Port")), port);
  gtk_editable_set_text (GTK_EDITABLE (find_row (window, "Leave out, with commas between")),
                         "*.tmp; *.bak");
  gtk_widget_set_visible (window, FALSE);
  g_settings_get (settings, "first-limits", "(tt)", &down_Bps, &up_Bps);
  g_assert_cmpuint (down_Bps, ==, 300 * 1024);
  patterns = g_settings_get_strv (settings, "exclude");
  g_assert_cmpuint (g_strv_length (patterns), ==, 2);
  g_assert_cmpstr (patterns[1], ==, "*.bak");
  while (!g_str_has_suffix (shoal_session_get_address (shoal), port))
    g_main_context_iteration (NULL, TRUE);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/gui-preferences/text", test_text);
  g_test_add_func ("/gui-preferences/limits", test_limits);
  g_test_add_func ("/gui-preferences/sets", test_sets);
  g_test_add_func ("/gui-preferences/editor", test_editor);
  g_test_add_func ("/gui-preferences/window", test_window);
  g_test_add_func ("/gui-preferences/numbers", test_numbers);
  g_test_add_func ("/gui-preferences/switches", test_switches);
  g_test_add_func ("/gui-preferences/long-messages", test_long_messages);
  g_test_add_func ("/gui-preferences/port", test_port);
  g_test_add_func ("/gui-preferences/typed-and-left", test_typed_and_left);
  return g_test_run ();
}
