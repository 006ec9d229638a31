/* gui-walk.c: see gui-walk.h. */
#include "tests/gui/gui-walk.h"

#define STEPS_MAX 200u /* of a window; more is a trap */
#define AROUND 2u      /* ancestors that may show that the keyboard is in them */

static const char *
label_of (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));
  if (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
    return gtk_button_get_label (GTK_BUTTON (widget));
  return gtk_widget_get_tooltip_text (widget);
}

static void
blame (const char *title, GtkWidget *widget, const char *what)
{
  g_autoptr (GString) path = g_string_new (NULL);

  for (GtkWidget *at = widget; at != NULL; at = gtk_widget_get_parent (at))
    g_string_append_printf (path, " < %s", G_OBJECT_TYPE_NAME (at));
  g_test_message ("%s: %s: \"%s\"%s", title, what, label_of (widget), path->str);
  g_test_fail ();
}

/* --- whether it is seen --- */

static GBytes *
shoot (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) picture = NULL;
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  GskRenderNode *node;
  GBytes *bytes;

  gtk_test_widget_wait_for_draw (widget);
  picture = gtk_widget_paintable_new (widget);
  gdk_paintable_snapshot (picture, snapshot, gtk_widget_get_width (widget),
                          gtk_widget_get_height (widget));
  node = gtk_snapshot_to_node (snapshot);
  if (node == NULL)
    return g_bytes_new (NULL, 0);
  bytes = gsk_render_node_serialize (node);
  gsk_render_node_unref (node);
  return bytes;
}

/* Of an entry it is not the text that shows it, but what is around it. */
static void
assert_seen (GtkWindow *window, GtkWidget *focus, const char *title)
{
  g_autoptr (GBytes) with = NULL;
  g_autoptr (GBytes) without = NULL;
  GtkWidget *around = focus;

  for (guint i = 0; i < AROUND && gtk_widget_get_parent (around) != NULL; i++)
    around = gtk_widget_get_parent (around);
  gtk_window_set_focus_visible (window, TRUE);
  with = shoot (around);
  gtk_window_set_focus (window, NULL);
  without = shoot (around);
  gtk_window_set_focus (window, focus);
  if (g_bytes_equal (with, without))
    blame (title, focus, "nobody sees that it has the keyboard");
}

/* --- what is reached --- */

static gboolean
is_list (GtkWidget *widget)
{
  return GTK_IS_LIST_VIEW (widget) || GTK_IS_COLUMN_VIEW (widget);
}

static gboolean
holds_any (GtkWidget *widget, GPtrArray *reached)
{
  for (guint i = 0; i < reached->len; i++)
    if (reached->pdata[i] == widget || gtk_widget_is_ancestor (reached->pdata[i], widget))
      return TRUE;
  return FALSE;
}

static void
compare (GtkWidget *widget, GPtrArray *reached, const char *title)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_can_focus (widget)
      || !gtk_widget_is_sensitive (widget))
    return;
  if (is_list (widget) && holds_any (widget, reached))
    return;
  if (gtk_widget_get_focusable (widget) && !holds_any (widget, reached))
    blame (title, widget, "the keyboard does not come to it");
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_POPOVER (child)) /* which has the keyboard for itself */
      compare (child, reached, title);
}

/* --- the walk --- */

static void
give_keyboard (GtkWindow *window)
{
  gtk_window_present (window);
  while (!gtk_window_is_active (window))
    {
      gtk_window_present (window); /* where no window manager gives it, once it is shown */
      g_main_context_iteration (NULL, TRUE);
    }
}

void
gui_assert_tab_reaches_all (GtkWidget *within, const char *title)
{
  g_autoptr (GPtrArray) reached = g_ptr_array_new ();
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (within));
  GtkWidget *focus;

  give_keyboard (window);
  gtk_window_set_focus (window, NULL);
  for (;;)
    {
      gboolean moved = gtk_widget_child_focus (within, GTK_DIR_TAB_FORWARD);

      focus = gtk_window_get_focus (window);
      if (!moved || (reached->len > 0 && focus == reached->pdata[0]))
        break;
      if (reached->len == STEPS_MAX || g_ptr_array_find (reached, focus, NULL))
        {
          blame (title, focus, "Tab comes to it again and again");
          break;
        }
      g_ptr_array_add (reached, focus);
      if (g_test_verbose ())
        g_test_message ("%s: %s \"%s\"", title, G_OBJECT_TYPE_NAME (focus), label_of (focus));
      assert_seen (window, focus, title);
    }
  g_assert_cmpuint (reached->len, >, 0);
  compare (within, reached, title);
}
