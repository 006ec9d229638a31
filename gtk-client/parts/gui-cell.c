/* gui-cell.c: see gui-cell-private.h. */
#include "gtk-client/parts/gui-cell-private.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-cells.h"
#include "gtk-client/parts/gui-row-menu.h"
#include "gtk-client/parts/gui-tooltip.h"
#include "gtk-client/text/gui-text.h"
#include "gtk-client/text/gui-trouble.h"

#define NAME_CHARS 8u   /* that a name keeps in a narrow column */
#define FIGURE_CHARS 3u /* that a figure keeps */

/* --- binding --- */

static GuiCell *
cell_of (GtkListItem *item)
{
  return g_object_get_data (G_OBJECT (item), "gui-cell");
}

static void
on_change (ShoalTorrent *torrent, GParamSpec *property, GuiCell *cell)
{
  cell->class->update (cell, g_param_spec_get_name (property));
}

static void
follow (GuiCell *cell)
{
  const char *changes = cell->column != NULL ? cell->column->changes : NULL;
  g_autofree char *signal
      = changes != NULL ? g_strdup_printf ("notify::%s", changes) : g_strdup ("notify");

  cell->percent = -1;
  cell->handler = g_signal_connect (cell->torrent, signal, G_CALLBACK (on_change), cell);
  cell->class->update (cell, NULL);
}

static void
fill (GuiCell *cell)
{
  GtkWidget *child = cell->class->make (cell);

  gui_row_menu_mark (child, cell->item);
  gtk_list_item_set_child (cell->item, child);
  if (cell->torrent != NULL)
    follow (cell);
}

static void
setup (GtkListItemFactory *factory, GtkListItem *item, GuiCellKind *kind)
{
  GuiCell *cell = g_new0 (GuiCell, 1);

  cell->class = kind->class;
  cell->column = kind->column;
  cell->item = item;
  g_object_set_data_full (G_OBJECT (item), "gui-cell", cell, g_free);
  if (kind->hidden != NULL)
    g_ptr_array_add (kind->hidden, cell);
  else
    fill (cell);
}

static void
bind (GtkListItemFactory *factory, GtkListItem *item, GuiCellKind *kind)
{
  GuiCell *cell = cell_of (item);

  cell->torrent = gtk_list_item_get_item (item);
  if (gtk_list_item_get_child (item) != NULL)
    follow (cell);
}

static void
unbind (GtkListItemFactory *factory, GtkListItem *item, GuiCellKind *kind)
{
  GuiCell *cell = cell_of (item);

  g_clear_signal_handler (&cell->handler, cell->torrent);
  cell->torrent = NULL;
}

static void
teardown (GtkListItemFactory *factory, GtkListItem *item, GuiCellKind *kind)
{
  if (kind->hidden != NULL)
    g_ptr_array_remove_fast (kind->hidden, cell_of (item));
}

static void
kind_free (gpointer data, GClosure *closure)
{
  GuiCellKind *kind = data;

  g_clear_pointer (&kind->hidden, g_ptr_array_unref);
  g_free (kind);
}

GtkListItemFactory *
gui_cell_factory (const GuiCellClass *class, const GuiColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GuiCellKind *kind = g_new0 (GuiCellKind, 1);

  kind->class = class;
  kind->column = column;
  g_object_set_data (G_OBJECT (factory), "gui-cell-kind", kind);
  g_signal_connect_data (factory, "setup", G_CALLBACK (setup), kind, kind_free, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), kind);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind), kind);
  g_signal_connect (factory, "teardown", G_CALLBACK (teardown), kind);
  return factory;
}

void
gui_cells_set_shown (GtkListItemFactory *factory, gboolean shown)
{
  GuiCellKind *kind = g_object_get_data (G_OBJECT (factory), "gui-cell-kind");
  g_autoptr (GPtrArray) hidden = shown ? g_steal_pointer (&kind->hidden) : NULL;

  if (!shown && kind->hidden == NULL)
    kind->hidden = g_ptr_array_new ();
  for (guint i = 0; hidden != NULL && i < hidden->len; i++)
    fill (hidden->pdata[i]);
}

/* --- what several kinds have --- */

/* What is cut off is there when it is asked for. A tooltip that is set at once asks the display
 * where the pointer is, for each row that is bound. */
static gboolean
tell_all (GtkWidget *widget, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip, void *data)
{
  const char *text = gtk_inscription_get_text (GTK_INSCRIPTION (widget));

  gtk_tooltip_set_text (tooltip, text);
  return text != NULL && *text != '\0';
}

/* An inscription asks for no size of its text: that of ten thousand rows is never measured. */
GtkWidget *
gui_cell_name (void)
{
  GtkWidget *name = gtk_inscription_new (NULL);

  gtk_inscription_set_min_chars (GTK_INSCRIPTION (name), NAME_CHARS);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (name), NAME_CHARS);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (name),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_set_has_tooltip (name, TRUE);
  g_signal_connect (name, "query-tooltip", G_CALLBACK (tell_all), NULL);
  return name;
}

GtkWidget *
gui_cell_figure (void)
{
  GtkWidget *figure = gtk_inscription_new (NULL);

  gtk_inscription_set_min_chars (GTK_INSCRIPTION (figure), FIGURE_CHARS);
  g_object_set_data (G_OBJECT (figure), "gui-end", GINT_TO_POINTER (TRUE));
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (figure),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_widget_add_css_class (figure, "figures");
  return figure;
}

/* An inscription lets a text of the other direction begin at its own side: a column of names begins
 * at one. */
static float
align (GtkWidget *inscription, const char *text)
{
  gboolean end = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (inscription), "gui-end"));
  int direction = text != NULL ? gui_text_direction (text) : 0;
  gboolean mirrored = gtk_widget_get_direction (inscription) == GTK_TEXT_DIR_RTL;

  return direction == 0 || (direction < 0) == mirrored ? end : !end;
}

void
gui_cell_set_text (GtkWidget *inscription, const char *text)
{
  if (g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (inscription)), text) == 0)
    return;
  gtk_inscription_set_xalign (GTK_INSCRIPTION (inscription), align (inscription, text));
  gtk_inscription_set_text (GTK_INSCRIPTION (inscription), text);
}

static void
ask_for_help (GtkButton *button, GuiCell *cell)
{
  if (cell->torrent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (button), "torrents.help", "u",
                                gtk_list_item_get_position (cell->item));
}

static void
make_trouble (GuiCell *cell)
{
  cell->trouble = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  cell->words = gui_cell_name ();
  cell->help = gtk_button_new ();
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell->words),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_widget_add_css_class (cell->words, "caption");
  gtk_widget_add_css_class (cell->words, "error");
  gtk_widget_add_css_class (cell->help, "help-button");
  gtk_widget_set_valign (cell->help, GTK_ALIGN_CENTER);
  g_signal_connect (cell->help, "clicked", G_CALLBACK (ask_for_help), cell);
  gtk_box_append (GTK_BOX (cell->trouble), cell->words);
  gtk_box_append (GTK_BOX (cell->trouble), cell->help);
  gtk_box_append (cell->lines, cell->trouble);
}

void
gui_cell_update_trouble (GuiCell *cell)
{
  GuiHelp help;
  g_autofree char *text = gui_trouble_text (cell->torrent, &help);

  if (text != NULL && cell->trouble == NULL)
    make_trouble (cell);
  if (cell->trouble != NULL)
    gtk_widget_set_visible (cell->trouble, text != NULL);
  if (text == NULL)
    return;
  gui_cell_set_text (cell->words, text);
  gui_tooltip_set (cell->words, text);
  gtk_widget_set_visible (cell->help, help != GUI_HELP_NONE);
  if (help != GUI_HELP_NONE)
    gtk_button_set_label (GTK_BUTTON (cell->help), gui_trouble_help (help));
}

GuiProgressState
gui_cell_bar (GuiState state)
{
  switch (state)
    {
    case GUI_STATE_ERROR:
      return GUI_PROGRESS_ERROR;
    case GUI_STATE_CHECKING:
    case GUI_STATE_MOVING:
      return GUI_PROGRESS_CHECK;
    case GUI_STATE_PAUSED:
    case GUI_STATE_WAITING:
    case GUI_STATE_REMOVED:
      return GUI_PROGRESS_PAUSED;
    case GUI_STATE_SHARING:
      return GUI_PROGRESS_DONE;
    case GUI_STATE_DOWNLOADING:
    case GUI_STATE_METADATA:
    case GUI_STATE_LAYERS:
    case GUI_N_STATES:
      break;
    }
  return GUI_PROGRESS_ACTIVE;
}

/* The row is what the list puts its items into: of a column view the cell's parent is between. */
void
gui_cell_name_row (GuiCell *cell)
{
  GtkWidget *row = gtk_widget_get_parent (gtk_list_item_get_child (cell->item));
  g_autofree char *sentence = NULL;
  g_autofree char *trouble = NULL;
  g_autofree char *whole = NULL;
  GuiHelp help;

  if (row != NULL && cell->column != NULL)
    row = gtk_widget_get_parent (row);
  if (row == NULL)
    return;
  sentence = gui_text_sentence (cell->torrent);
  trouble = gui_trouble_text (cell->torrent, &help);
  if (trouble != NULL)
    /* Translators: a row read aloud: what is said of every torrent, and what is wrong with this one
     */
    whole = g_strdup_printf (_ ("%s. %s"), sentence, trouble);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  whole != NULL ? whole : sentence, -1);
}
