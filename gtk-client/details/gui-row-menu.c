/* gui-row-menu.c: see gui-row-menu.h. */
#include "gtk-client/details/gui-row-menu.h"

#define MARK "gui-row-menu"

static void
popup (GuiRowMenu *self, GtkWidget *from, double x, double y)
{
  double at_x, at_y;

  if (gtk_single_selection_get_selected_item (self->rows) == NULL
      || !gtk_widget_translate_coordinates (from, self->owner, x, y, &at_x, &at_y))
    return;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                               &(GdkRectangle){ (int) at_x, (int) at_y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* The keys open it over the row that has the focus. */
static gboolean
on_keys (GtkWidget *list, GVariant *arguments, gpointer data)
{
  GuiRowMenu *self = data;
  GtkWidget *row = gtk_root_get_focus (gtk_widget_get_root (list));

  if (row == NULL || !gtk_widget_is_ancestor (row, list))
    row = list;
  popup (self, row, gtk_widget_get_width (row) / 2.0, gtk_widget_get_height (row) / 2.0);
  return GDK_EVENT_STOP;
}

/* The item of the marked cell that holds @widget, or that it holds; NULL for none. */
static GtkListItem *
item_at (GtkWidget *widget, GtkWidget *list)
{
  for (GtkWidget *at = widget; at != NULL && at != list; at = gtk_widget_get_parent (at))
    {
      GtkWidget *child = gtk_widget_get_first_child (at);
      GtkListItem *item = g_object_get_data (G_OBJECT (at), MARK);

      if (item == NULL && child != NULL)
        item = g_object_get_data (G_OBJECT (child), MARK);
      if (item != NULL)
        return item;
    }
  return NULL;
}

static void
on_pressed (GtkGesture *click, int n_press, double x, double y, GuiRowMenu *self)
{
  GtkWidget *list = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));
  GtkListItem *item = item_at (gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT), list);

  if (item == NULL)
    return;
  gtk_gesture_set_state (click, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_single_selection_set_selected (self->rows, gtk_list_item_get_position (item));
  popup (self, list, x, y);
}

void
gui_row_menu_mark (GtkWidget *cell, GtkListItem *item)
{
  g_object_set_data (G_OBJECT (cell), MARK, item); /* which owns the cell */
}

void
gui_row_menu_init (GuiRowMenu *self, GtkWidget *owner, GtkWidget *list, GtkSingleSelection *rows,
                   GMenuModel *menu)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkShortcutTrigger *trigger = gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10");
  GtkShortcutAction *action = gtk_callback_action_new (on_keys, self, NULL);
  GtkGesture *click = gtk_gesture_click_new ();

  self->owner = owner;
  self->rows = rows;
  self->popover = gtk_popover_menu_new_from_model (menu);
  g_object_unref (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, owner);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (trigger, action));
  gtk_widget_add_controller (list, keys);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (list, GTK_EVENT_CONTROLLER (click));
}

void
gui_row_menu_clear (GuiRowMenu *self)
{
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}
