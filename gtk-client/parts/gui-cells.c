/* gui-cells.c: see gui-cells.h. */
#include "gtk-client/parts/gui-cells.h"

#include "gtk-client/parts/gui-cell-private.h"
#include "gtk-client/text/gui-text.h"

#define NAME_CHARS 14u /* of a column of names, however many columns there are */

static gboolean
concerns (const char *property, const char *const *names)
{
  return property == NULL || g_strv_contains (names, property);
}

static const char *const of_state[] = { "state", "paused", "moving", "queued", NULL };
static const char *const of_name[] = { "name", NULL };
static const char *const of_trouble[] = { "state", "paused", "error", "tracker-message", NULL };
static const char *const of_progress[]
    = { "state", "paused", "moving", "queued", "progress", "move-progress", "metadata-progress",
        NULL };

/* --- a figure --- */

static GtkWidget *
make_figure (GuiCell *cell)
{
  return cell->widgets[0] = gui_cell_figure ();
}

static void
update_figure (GuiCell *cell, const char *property)
{
  g_autofree char *text = cell->column->text (cell->torrent);

  gui_cell_set_text (cell->widgets[0], text);
}

/* --- the state --- */

static GtkWidget *
make_state (GuiCell *cell)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  cell->widgets[0] = gtk_image_new ();
  cell->widgets[1] = gui_cell_name ();
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell->widgets[1]),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), cell->widgets[0]);
  gtk_box_append (GTK_BOX (box), cell->widgets[1]);
  return box;
}

static void
update_state (GuiCell *cell, const char *property)
{
  GuiState state;

  if (!concerns (property, of_state))
    return;
  state = gui_state_of (cell->torrent);
  gtk_image_set_from_icon_name (GTK_IMAGE (cell->widgets[0]), gui_state_icon (state));
  gui_cell_set_text (cell->widgets[1], gui_state_word (state));
}

/* --- the name --- */

static GtkWidget *
make_name (GuiCell *cell)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  cell->widgets[0] = gui_cell_name ();
  cell->lines = GTK_BOX (box);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (cell->widgets[0]), NAME_CHARS);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), cell->widgets[0]);
  return box;
}

static void
set_name (GuiCell *cell, GtkWidget *name)
{
  g_autofree char *text = gui_text_name (shoal_torrent_get_name (cell->torrent));

  gui_cell_set_text (name, text);
}

/* Also names the row: of all cells this one is always there. */
static void
update_name (GuiCell *cell, const char *property)
{
  int whole = (int) (gui_text_fraction (cell->torrent) * 100);

  if (concerns (property, of_name))
    set_name (cell, cell->widgets[0]);
  if (concerns (property, of_trouble))
    gui_cell_update_trouble (cell);
  if (concerns (property, of_name) || concerns (property, of_state)
      || concerns (property, of_trouble) || whole != cell->percent)
    gui_cell_name_row (cell);
  cell->percent = whole;
}

/* --- progress --- */

static GtkWidget *
make_progress (GuiCell *cell)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  cell->widgets[0] = gui_progress_new ();
  cell->widgets[1] = gui_cell_figure ();
  gtk_widget_set_hexpand (cell->widgets[0], TRUE);
  gtk_widget_set_valign (cell->widgets[0], GTK_ALIGN_CENTER);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (cell->widgets[1]), 5);
  gtk_box_append (GTK_BOX (box), cell->widgets[0]);
  gtk_box_append (GTK_BOX (box), cell->widgets[1]);
  return box;
}

static void
update_progress (GuiCell *cell, const char *property)
{
  double fraction = gui_text_fraction (cell->torrent);
  g_autofree char *percent = NULL;

  if (!concerns (property, of_progress))
    return;
  percent = gui_text_percent (fraction);
  gui_progress_set (GUI_PROGRESS (cell->widgets[0]), fraction,
                    gui_cell_bar (gui_state_of (cell->torrent)));
  gui_cell_set_text (cell->widgets[1], percent);
}

/* --- one row for all --- */

enum
{
  ROW_ICON,
  ROW_NAME,
  ROW_BAR,
  ROW_DETAILS
};

static GtkWidget *
make_row (GuiCell *cell)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  cell->widgets[ROW_ICON] = gtk_image_new ();
  cell->widgets[ROW_NAME] = gui_cell_name ();
  cell->widgets[ROW_BAR] = gui_progress_new ();
  cell->widgets[ROW_DETAILS] = gui_cell_name ();
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell->widgets[ROW_DETAILS]),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_widget_add_css_class (cell->widgets[ROW_DETAILS], "caption");
  gtk_widget_add_css_class (cell->widgets[ROW_DETAILS], "dim-label");
  gtk_widget_add_css_class (cell->widgets[ROW_DETAILS], "figures");
  gtk_box_append (GTK_BOX (lines), cell->widgets[ROW_NAME]);
  gtk_box_append (GTK_BOX (lines), cell->widgets[ROW_BAR]);
  gtk_box_append (GTK_BOX (lines), cell->widgets[ROW_DETAILS]);
  cell->lines = GTK_BOX (lines);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (row), cell->widgets[ROW_ICON]);
  gtk_box_append (GTK_BOX (row), lines);
  gtk_widget_add_css_class (row, "torrent-row");
  return row;
}

static void
update_row (GuiCell *cell, const char *property)
{
  GuiState state = gui_state_of (cell->torrent);
  int whole = (int) (gui_text_fraction (cell->torrent) * 100);
  g_autofree char *details = gui_text_details (cell->torrent);

  if (concerns (property, of_name))
    set_name (cell, cell->widgets[ROW_NAME]);
  if (concerns (property, of_state))
    gtk_image_set_from_icon_name (GTK_IMAGE (cell->widgets[ROW_ICON]), gui_state_icon (state));
  if (concerns (property, of_trouble))
    gui_cell_update_trouble (cell);
  gui_progress_set (GUI_PROGRESS (cell->widgets[ROW_BAR]), gui_text_fraction (cell->torrent),
                    gui_cell_bar (state));
  gui_cell_set_text (cell->widgets[ROW_DETAILS], details);
  if (concerns (property, of_name) || concerns (property, of_state)
      || concerns (property, of_trouble) || whole != cell->percent)
    gui_cell_name_row (cell);
  cell->percent = whole;
}

/* --- factories --- */

static const GuiCellClass kinds[] = {
  [GUI_COLUMN_FIGURE] = { make_figure, update_figure },
  [GUI_COLUMN_STATE] = { make_state, update_state },
  [GUI_COLUMN_NAME] = { make_name, update_name },
  [GUI_COLUMN_PROGRESS] = { make_progress, update_progress },
};

static const GuiCellClass row_kind = { make_row, update_row };

GtkListItemFactory *
gui_cells_new (const GuiColumn *column)
{
  return gui_cell_factory (&kinds[column->kind], column);
}

GtkListItemFactory *
gui_cells_new_rows (void)
{
  return gui_cell_factory (&row_kind, NULL);
}
