/* gui-tab-stop.c: see gui-tab-stop.h. */
#include "gtk-client/parts/gui-tab-stop.h"

struct _GuiTabStop
{
  AdwBin parent;
};

G_DEFINE_FINAL_TYPE (GuiTabStop, gui_tab_stop, ADW_TYPE_BIN)

/* The row that has the keyboard, or what in it has; NULL when it is elsewhere. */
static GtkWidget *
focused_row (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *at = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (at == NULL || !gtk_widget_is_ancestor (at, widget))
    return NULL;
  while (at != widget && !GTK_IS_LIST_VIEW (gtk_widget_get_parent (at)))
    at = gtk_widget_get_parent (at);
  return at != widget ? at : NULL;
}

/* Of a view of columns the list is a child. */
static GtkListView *
list_around (GtkWidget *row)
{
  return GTK_LIST_VIEW (gtk_widget_get_parent (row));
}

static gboolean
is_nothing_selected (GtkListView *list)
{
  GtkSelectionModel *model = gtk_list_view_get_model (list);
  g_autoptr (GtkBitset) selected = model != NULL ? gtk_selection_model_get_selection (model) : NULL;

  return selected != NULL && gtk_bitset_is_empty (selected);
}

static gboolean
gui_tab_stop_focus (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean by_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;
  GtkWidget *row = focused_row (widget);

  if (by_tab && row != NULL)
    return gtk_widget_child_focus (row, direction);
  if (!GTK_WIDGET_CLASS (gui_tab_stop_parent_class)->focus (widget, direction))
    return FALSE;
  row = focused_row (widget);
  if (by_tab && row != NULL && is_nothing_selected (list_around (row)))
    gtk_widget_activate_action (row, "listitem.select", "(bb)", FALSE, FALSE);
  return TRUE;
}

static void
gui_tab_stop_class_init (GuiTabStopClass *class)
{
  GTK_WIDGET_CLASS (class)->focus = gui_tab_stop_focus;
}

static void
gui_tab_stop_init (GuiTabStop *self)
{
}

GtkWidget *
gui_tab_stop_new (GtkWidget *scroller)
{
  return g_object_new (GUI_TYPE_TAB_STOP, "child", scroller, NULL);
}
