/* test-gui-draw.c: what we draw ourselves, as render nodes in text, compared with what was looked
 * at and found good: from left to right and from right to left, light and dark; what each picture
 * says in words; and the keys of the map.
 *
 * SHOAL_GOLDEN_RENEW=1 writes the golden files anew. They are those of GTK 4.8 and libadwaita 1.2:
 * others print nodes and mix colours in their own ways, so there the comparison is skipped. */
#include <adwaita.h>

#include "gtk-client/draw/gui-availability-bar.h"
#include "gtk-client/draw/gui-code.h"
#include "gtk-client/draw/gui-pieces-map.h"
#include "gtk-client/draw/gui-progress.h"
#include "gtk-client/draw/gui-speed-graph.h"
#include "gtk-client/draw/gui-swatch.h"

#define N_PIECES 40u
#define FONT "DejaVu Sans"

/* --- a window to draw in --- */

static GtkWidget *
show (GtkWidget *widget)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  return window;
}

/* The picture of @widget at a size, as text. (transfer full) */
static char *
draw (GtkWidget *widget, int width, int height)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GBytes) text = NULL;

  gtk_widget_size_allocate (widget, &(GtkAllocation){ 0, 0, width, height }, -1);
  GTK_WIDGET_GET_CLASS (widget)->snapshot (widget, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return g_strdup ("");
  text = gsk_render_node_serialize (node);
  return g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

/* --- pictures --- */

static GBytes *
bits (guint n, guint every, guint from)
{
  guint8 *out = g_malloc0 ((n + 7) / 8);

  for (guint i = from; i < n; i += every)
    out[i / 8] |= (guint8) (0x80 >> (i % 8));
  return g_bytes_new_take (out, (n + 7) / 8);
}

static GBytes *
counts (guint n)
{
  guint16 *out = g_new (guint16, n);

  for (guint i = 0; i < n; i++)
    out[i] = (guint16) (i < n / 2 ? i / 5 : i % 3);
  return g_bytes_new_take (out, n * sizeof *out);
}

static GtkWidget *
make_map (guint n_pieces)
{
  GtkWidget *map = gui_pieces_map_new ();
  g_autoptr (GBytes) have = bits (n_pieces, 2, n_pieces / 4);
  g_autoptr (GBytes) requested = bits (n_pieces, 5, 0);
  g_autoptr (GBytes) availability = counts (n_pieces);

  gui_pieces_map_set_pieces (GUI_PIECES_MAP (map), n_pieces, have, availability, requested);
  return map;
}

static GtkWidget *
make_pieces (void)
{
  return make_map (N_PIECES);
}

static GtkWidget *
make_availability (void)
{
  GtkWidget *bar = gui_availability_bar_new ();
  g_autoptr (GBytes) have = bits (N_PIECES, 2, N_PIECES / 4);
  g_autoptr (GBytes) availability = counts (N_PIECES);

  gui_availability_bar_set (GUI_AVAILABILITY_BAR (bar), N_PIECES, have, availability);
  return bar;
}

static GtkWidget *
make_graph (void)
{
  static const guint32 rates[][2] = { { 0, 0 },           { 0, 50000 },       { 900000, 50000 },
                                      { 900000, 200000 }, { 400000, 200000 }, { 400000, 0 } };
  GtkWidget *graph = gui_speed_graph_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (rates, sizeof rates);

  gui_speed_graph_set_limits (GUI_SPEED_GRAPH (graph), 1000000, 0);
  gui_speed_graph_set_series (GUI_SPEED_GRAPH (graph), bytes, 12, 1800000000);
  return graph;
}

static GtkWidget *
make_progress (void)
{
  GtkWidget *bar = gui_progress_new ();

  gui_progress_set (GUI_PROGRESS (bar), 0.4, GUI_PROGRESS_ACTIVE);
  return bar;
}

static GtkWidget *
make_progress_error (void)
{
  GtkWidget *bar = gui_progress_new ();

  gui_progress_set (GUI_PROGRESS (bar), 0.4, GUI_PROGRESS_ERROR);
  return bar;
}

static GtkWidget *
make_code (void)
{
  GtkWidget *code = gui_code_new ();

  g_assert_true (gui_code_set_text (GUI_CODE (code), "magnet:?xt=urn:btih:1", "A code"));
  return code;
}

typedef struct
{
  const char *name;
  GtkWidget *(*make) (void);
  int width, height;
} Picture;

static const Picture pictures[] = {
  { "availability", make_availability, 160, 16 },
  { "code", make_code, 140, 160 },
  { "graph", make_graph, 180, 100 },
  { "pieces", make_pieces, 200, 80 },
  { "progress", make_progress, 80, 12 },
  { "progress-error", make_progress_error, 80, 12 },
};

/* --- golden files --- */

/* What the heights of figures are measured with. */
static gboolean
has_font (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  g_autoptr (PangoFont) font
      = pango_context_load_font (context, pango_context_get_font_description (context));
  g_autoptr (PangoFontDescription) found = pango_font_describe (font);

  return g_str_equal (pango_font_description_get_family (found), FONT);
}

static gboolean
is_reference (void)
{
  return gtk_get_major_version () == 4 && gtk_get_minor_version () == 8
         && adw_get_major_version () == 1 && adw_get_minor_version () == 2;
}

/* Figures are set in whatever font there is: what they are made of is left out. */
static char *
without_glyphs (const char *text)
{
  g_autoptr (GRegex) fonts
      = g_regex_new ("^ *(font|glyphs|offset): .*\n", G_REGEX_MULTILINE, 0, NULL);

  return g_regex_replace_literal (fonts, text, -1, 0, "", 0, NULL);
}

static void
compare (const char *name, const char *drawn)
{
  g_autofree char *file = g_strconcat (name, ".node", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", file, NULL);
  g_autofree char *text = without_glyphs (drawn);
  g_autofree char *golden = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("SHOAL_GOLDEN_RENEW") != NULL)
    g_file_set_contents (path, text, -1, &error);
  else if (g_file_get_contents (path, &golden, NULL, &error))
    g_assert_cmpstr (text, ==, golden);
  g_assert_no_error (error);
}

static void
test_golden (gconstpointer data)
{
  const Picture *picture = data;

  if (!is_reference ())
    {
      g_test_skip ("the golden files are those of GTK 4.8 and libadwaita 1.2");
      return;
    }
  for (guint i = 0; i < 4; i++)
    {
      gboolean dark = i % 2, mirrored = i / 2;
      g_autofree char *name = g_strdup_printf ("%s-%s-%s", picture->name, mirrored ? "rtl" : "ltr",
                                               dark ? "dark" : "light");
      g_autofree char *drawn = NULL;
      GtkWidget *widget, *window;

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                          dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                               : ADW_COLOR_SCHEME_FORCE_LIGHT);
      widget = picture->make ();
      gtk_widget_set_direction (widget, mirrored ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
      window = show (widget);
      if (!has_font (widget))
        {
          g_test_skip ("the font " FONT " is not installed");
          gtk_window_destroy (GTK_WINDOW (window));
          return;
        }
      drawn = draw (widget, picture->width, picture->height);
      compare (name, drawn);
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

/* --- words --- */

static void
assert_says (GtkWidget *widget, GtkAccessibleProperty property, const char *text)
{
  g_autofree char *other
      = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property, text);

  g_assert_cmpstr (other, ==, NULL);
}

static void
test_words (void)
{
  g_autoptr (GtkWidget) map = g_object_ref_sink (make_pieces ());
  g_autoptr (GtkWidget) bar = g_object_ref_sink (make_availability ());
  g_autoptr (GtkWidget) graph = g_object_ref_sink (make_graph ());
  g_autoptr (GtkWidget) code = g_object_ref_sink (make_code ());
  g_autoptr (GtkWidget) progress = g_object_ref_sink (make_progress ());

  gtk_test_accessible_assert_role (map, GTK_ACCESSIBLE_ROLE_IMG);
  assert_says (map, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "15 of 40 pieces are here");
  assert_says (bar, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
               "0.70 copies at the peers; 0 to 3 peers have each");
  assert_says (graph, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
               gui_speed_graph_get_text (GUI_SPEED_GRAPH (graph)));
  g_assert_nonnull (strstr (gui_speed_graph_get_text (GUI_SPEED_GRAPH (graph)), "390.6"));
  assert_says (code, GTK_ACCESSIBLE_PROPERTY_LABEL, "A code");
  assert_says (code, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "magnet:?xt=urn:btih:1");
  assert_says (progress, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "40 %");
}

/* A text that is too long for a code has none, and takes no room. */
static void
test_code_limits (void)
{
  g_autoptr (GtkWidget) code = g_object_ref_sink (gui_code_new ());
  g_autofree char *longest = g_strnfill (2953, 'a');
  g_autofree char *too_long = g_strnfill (2954, 'a');
  int minimum;

  g_assert_true (gui_code_set_text (GUI_CODE (code), longest, "A code"));
  g_assert_false (gui_code_set_text (GUI_CODE (code), too_long, "A code"));
  g_assert_false (gui_code_set_text (GUI_CODE (code), NULL, "A code"));
  gtk_widget_measure (code, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 0);
}

/* --- the map --- */

static void
press (GtkWidget *map, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (map);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean taken;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &taken);
    }
}

static void
test_keys (void)
{
  static const struct
  {
    guint key;
    const char *text;
  } steps[] = {
    { GDK_KEY_Right, "Piece 2 of 40: nobody has it" },
    { GDK_KEY_Left, "Piece 1 of 40: requested" },
    { GDK_KEY_Left, "Piece 1 of 40: requested" },
    { GDK_KEY_End, "Piece 40 of 40: nobody has it" },
    { GDK_KEY_Right, "Piece 40 of 40: nobody has it" },
    { GDK_KEY_Down, "Piece 40 of 40: nobody has it" },
    { GDK_KEY_Home, "Piece 1 of 40: requested" },
  };
  GtkWidget *map = make_pieces ();
  GtkWidget *window;

  gtk_widget_set_direction (map, GTK_TEXT_DIR_LTR);
  window = show (map);
  g_assert_true (gtk_widget_grab_focus (map));
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      press (map, steps[i].key);
      g_assert_cmpstr (gui_pieces_map_get_cursor_text (GUI_PIECES_MAP (map)), ==, steps[i].text);
    }
  gtk_widget_set_direction (map, GTK_TEXT_DIR_RTL);
  press (map, GDK_KEY_Left); /* forward is where reading goes */
  g_assert_true (
      g_str_has_prefix (gui_pieces_map_get_cursor_text (GUI_PIECES_MAP (map)), steps[0].text));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Other pieces, fewer pieces and none while a cell is chosen. */
static void
test_changes (void)
{
  static const guint sizes[] = { 5000, 3, 0, 2000, 1 };
  GtkWidget *map = make_pieces ();
  GtkWidget *window = show (map);

  gtk_widget_grab_focus (map);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *drawn = NULL;

      press (map, GDK_KEY_End);
      gui_pieces_map_set_pieces (GUI_PIECES_MAP (map), sizes[i], NULL, NULL, NULL);
      drawn = draw (map, 300, 200);
      g_assert_true ((*drawn != '\0') == (sizes[i] > 0));
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-font-name", FONT " 10", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autofree char *path = g_strconcat ("/draw/golden/", pictures[i].name, NULL);

      g_test_add_data_func (path, &pictures[i], test_golden);
    }
  g_test_add_func ("/draw/words", test_words);
  g_test_add_func ("/draw/code-limits", test_code_limits);
  g_test_add_func ("/draw/keys", test_keys);
  g_test_add_func ("/draw/changes", test_changes);
  return g_test_run ();
}
