/* test-gui-messages.c: messages make room for each other, offers stay, and none takes the keyboard.
 */
#include "gtk-client/shell/gui-messages.h"

#include "gtk-client/parts/gui-tab-stop.h"

typedef struct
{
  GtkWindow *window;
  GuiMessages *messages;
  GtkStringList *rows;
  GtkWidget *list;
} World;

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_label_new ("row"));
}

static GtkWidget *
new_list (World *w)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  static const char *const one[] = { "one", NULL };

  w->rows = gtk_string_list_new (one);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  return gtk_list_view_new (
      GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (g_object_ref (w->rows)))),
      factory);
}

static World
world_new (void)
{
  World w = { .window = GTK_WINDOW (adw_window_new ()) };
  GtkWidget *overlay = adw_toast_overlay_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  w.list = new_list (&w);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), w.list);
  gtk_box_append (GTK_BOX (box), gui_tab_stop_new (scroller));
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), box);
  adw_window_set_content (ADW_WINDOW (w.window), overlay);
  w.messages = gui_messages_new (w.window, ADW_TOAST_OVERLAY (overlay));
  gtk_window_set_default_size (w.window, 400, 300);
  gtk_window_present (w.window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (w.window));
  return w;
}

static void
world_clear (World *w)
{
  g_object_unref (w->messages);
  g_object_unref (w->rows);
  gtk_window_destroy (w->window);
}

/* Whether a label that is shown says that. */
static gboolean
says (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_child_visible (widget) || !gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

static void
wait_until (World *w, const char *text, gboolean shown)
{
  while (says (GTK_WIDGET (w->window), text) != shown)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_replace (void)
{
  World w = world_new ();

  gui_messages_say (w.messages, "first");
  wait_until (&w, "first", TRUE);
  gui_messages_say (w.messages, "second");
  wait_until (&w, "first", FALSE);
  wait_until (&w, "second", TRUE);
  world_clear (&w);
}

/* Long words are still there when short ones of the same moment have gone. */
static void
test_long (void)
{
  static const char words[]
      = "Not everything that is said in a window can be read in the time that suits "
        "two or three words, as may be seen here";
  World w = world_new (), other = world_new ();

  gui_messages_say (w.messages, words);
  gui_messages_say (other.messages, "short");
  wait_until (&w, words, TRUE);
  wait_until (&other, "short", TRUE);
  wait_until (&other, "short", FALSE);
  g_assert_true (says (GTK_WIDGET (w.window), words));
  world_clear (&other);
  world_clear (&w);
}

static void
test_offer (void)
{
  World w = world_new ();

  gui_messages_say (w.messages, "before");
  gui_messages_offer (w.messages, "one is gone", "_Undo", "window.close", 10);
  wait_until (&w, "before", FALSE);
  wait_until (&w, "one is gone", TRUE);
  gui_messages_say (w.messages, "after");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (w.window));
  g_assert_true (says (GTK_WIDGET (w.window), "one is gone"));
  g_assert_false (says (GTK_WIDGET (w.window), "after"));
  gui_messages_offer (w.messages, "two are gone", "_Undo", "window.close", 10);
  wait_until (&w, "one is gone", FALSE);
  wait_until (&w, "two are gone", TRUE);
  g_assert_true (says (GTK_WIDGET (w.window), "Undo"));
  world_clear (&w);
}

/* What has to be read lets others be said before it. */
static void
test_to_be_read (void)
{
  World w = world_new ();

  gui_messages_say_to_be_read (w.messages, "trouble");
  wait_until (&w, "trouble", TRUE);
  gui_messages_say (w.messages, "news");
  wait_until (&w, "news", TRUE);
  world_clear (&w);
}

static void
test_hostile (void)
{
  World w = world_new ();
  g_autofree char *long_words = g_strnfill (1000000, 'w');
  const char *const words[] = { "<b>x</b> & <span", "one\ntwo\x01\xe2\x80\xae", long_words };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gui_messages_say (w.messages, words[i]);
      wait_until (&w, words[i], TRUE);
      gtk_test_widget_wait_for_draw (GTK_WIDGET (w.window));
      g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (w.window)), <, 600);
    }
  world_clear (&w);
}

static gboolean
is_in_toast (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget"))
      return TRUE;
  return FALSE;
}

/* The row that has the keyboard goes, and a message says so. */
static void
test_keyboard (void)
{
  World w = world_new ();

  while (!gtk_window_is_active (w.window))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gtk_widget_grab_focus (w.list));
  gui_messages_offer (w.messages, "it goes", "_Undo", "window.close", 10);
  wait_until (&w, "it goes", TRUE);
  gtk_string_list_remove (w.rows, 0);
  for (guint i = 0; i < 3; i++)
    gtk_test_widget_wait_for_draw (GTK_WIDGET (w.window));
  g_assert_false (is_in_toast (gtk_window_get_focus (w.window)));
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/messages/replace", test_replace);
  g_test_add_func ("/messages/long", test_long);
  g_test_add_func ("/messages/offer", test_offer);
  g_test_add_func ("/messages/to-be-read", test_to_be_read);
  g_test_add_func ("/messages/hostile", test_hostile);
  g_test_add_func ("/messages/keyboard", test_keyboard);
  return g_test_run ();
}
