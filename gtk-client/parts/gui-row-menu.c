/* gui-row-menu.c: see gui-row-menu.h. */
#include "gtk-client/parts/gui-row-menu.h"

#define MARK "gui-row-menu"
#define DEPTH 3u /* from a row to what a column puts into its cell */

static GtkSelectionModel *
selection_of (GtkWidget *list)
{
  return GTK_IS_COLUMN_VIEW (list) ? gtk_column_view_get_model (GTK_COLUMN_VIEW (list))
                                   : gtk_list_view_get_model (GTK_LIST_VIEW (list));
}

static gboolean
is_any_selected (GtkWidget *list)
{
  GtkSelectionModel *model = selection_of (list);
  g_autoptr (GtkBitset) selected = model != NULL ? gtk_selection_model_get_selection (model) : NULL;

  return selected != NULL && !gtk_bitset_is_empty (selected);
}

static void
popup (GuiRowMenu *self, GtkWidget *from, double x, double y)
{
  double at_x, at_y;

  if (self->popover == NULL
      || !gtk_widget_translate_coordinates (from, self->owner, x, y, &at_x, &at_y))
    return;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                               &(GdkRectangle){ (int) at_x, (int) at_y, 1, 1 });
  g_set_weak_pointer (&self->row, gtk_root_get_focus (gtk_widget_get_root (from)));
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* GTK gives it to whatever else is around the list, where the keys of the list do nothing. */
static void
on_closed (GuiRowMenu *self)
{
  if (self->row != NULL)
    gtk_widget_grab_focus (self->row);
  g_clear_weak_pointer (&self->row);
}

/* --- by the keys --- */

/* The keys open it over the row that has the focus, which is what is meant if nothing is selected.
 */
static gboolean
on_keys (GtkWidget *list, GVariant *arguments, gpointer data)
{
  GuiRowMenu *self = data;
  GtkWidget *row = gtk_root_get_focus (gtk_widget_get_root (list));

  if (row == NULL || !gtk_widget_is_ancestor (row, list))
    return GDK_EVENT_PROPAGATE;
  if (!is_any_selected (list))
    gtk_widget_activate_action (row, "listitem.select", "(bb)", FALSE, FALSE);
  if (is_any_selected (list))
    popup (self, row, gtk_widget_get_width (row) / 2.0, gtk_widget_get_height (row) / 2.0);
  return GDK_EVENT_STOP;
}

static GtkEventController *
new_keys (GuiRowMenu *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (on_keys, self, NULL)));
  return keys;
}

/* --- by the pointer --- */

/* The item of the marked cell that is at @widget or below it; NULL for none. */
static GtkListItem *
item_below (GtkWidget *widget)
{
  for (guint depth = 0; widget != NULL && depth < DEPTH; depth++)
    {
      GtkListItem *item = g_object_get_data (G_OBJECT (widget), MARK);

      if (item != NULL)
        return item;
      widget = gtk_widget_get_first_child (widget);
    }
  return NULL;
}

/* The position of the row at a place of a list; GTK_INVALID_LIST_POSITION for none. */
static guint
position_at (GtkWidget *list, double x, double y)
{
  GtkWidget *at = gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT);

  for (; at != NULL && at != list; at = gtk_widget_get_parent (at))
    {
      GtkListItem *item = item_below (at);

      if (item != NULL)
        return gtk_list_item_get_position (item);
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
on_pressed (GtkGesture *click, int n_press, double x, double y, GuiRowMenu *self)
{
  GtkWidget *list = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));
  guint position = position_at (list, x, y);

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  gtk_gesture_set_state (click, GTK_EVENT_SEQUENCE_CLAIMED);
  if (!gtk_selection_model_is_selected (selection_of (list), position))
    gtk_selection_model_select_item (selection_of (list), position, TRUE);
  popup (self, list, x, y);
}

static GtkEventController *
new_click (GuiRowMenu *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  return GTK_EVENT_CONTROLLER (click);
}

/* --- the menu --- */

void
gui_row_menu_mark (GtkWidget *cell, GtkListItem *item)
{
  g_object_set_data (G_OBJECT (cell), MARK, item); /* which owns the cell */
}

void
gui_row_menu_add_list (GuiRowMenu *self, GtkWidget *list)
{
  gtk_widget_add_controller (list, new_keys (self));
  gtk_widget_add_controller (list, new_click (self));
}

void
gui_row_menu_set (GuiRowMenu *self, GMenuModel *menu)
{
  gui_row_menu_clear (self);
  self->popover = gtk_popover_menu_new_from_model (menu);
  g_object_unref (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  g_signal_connect_swapped (self->popover, "closed", G_CALLBACK (on_closed), self);
  gtk_widget_set_parent (self->popover, self->owner);
}

void
gui_row_menu_init (GuiRowMenu *self, GtkWidget *owner)
{
  *self = (GuiRowMenu){ .owner = owner };
}

void
gui_row_menu_clear (GuiRowMenu *self)
{
  g_clear_weak_pointer (&self->row);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}
