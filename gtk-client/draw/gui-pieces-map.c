/* gui-pieces-map.c: see gui-pieces-map.h. The cells are a render node that is kept until pieces,
 * size or colours change; the cursor is drawn over it. */
#include "gtk-client/draw/gui-pieces-map.h"

#include <glib/gi18n.h>

#include "gtk-client/draw/gui-buckets.h"
#include "gtk-client/draw/gui-ink.h"
#include "gtk-client/draw/gui-swatch.h"

#define GAP 2.0f
#define NATURAL_WIDTH 480
#define MINIMUM_WIDTH 96
#define NOWHERE G_MAXUINT /* no cell */

struct _GuiPiecesMap
{
  GtkWidget parent;
  GuiPieces pieces; /* references of its own */
  GuiGrid grid;     /* at the width that it has */
  guint cursor;     /* cell, or NOWHERE */
  char *cursor_text;
  char *text;
  GuiPiecesWords words;
  gpointer words_data;
  GskRenderNode *cells; /* NULL: to be drawn */
  GdkRGBA inks[2];      /* of the cells as they were drawn */
};

enum
{
  PROP_CURSOR_TEXT = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GuiPiecesMap, gui_pieces_map, GTK_TYPE_WIDGET)

/* --- words --- */

static char *
describe (GuiPiecesMap *self, guint cell)
{
  GuiBucket bucket = gui_bucket (&self->pieces, self->grid.n_cells, cell);
  g_autofree char *words = gui_bucket_words (&self->pieces, &bucket);
  g_autofree char *more
      = self->words != NULL ? self->words (bucket.first, bucket.end, self->words_data) : NULL;

  return more != NULL ? g_strdup_printf ("%s · %s", words, more) : g_steal_pointer (&words);
}

static void
take_cursor_text (GuiPiecesMap *self, char *text)
{
  g_autofree char *words = NULL;

  if (g_strcmp0 (text, self->cursor_text) == 0)
    {
      g_free (text);
      return;
    }
  g_free (self->cursor_text);
  self->cursor_text = text;
  words = text != NULL ? g_strdup_printf ("%s. %s", text, self->text) : g_strdup (self->text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURSOR_TEXT]);
}

static void
set_cursor (GuiPiecesMap *self, guint cell)
{
  self->cursor = cell < self->grid.n_cells ? cell : NOWHERE;
  take_cursor_text (self, self->cursor != NOWHERE ? describe (self, self->cursor) : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- where a cell is --- */

static graphene_rect_t
area_of (GuiPiecesMap *self, guint cell)
{
  float pitch = (float) self->grid.pitch;
  float side = pitch - GAP;
  guint column = cell % self->grid.n_columns, row = cell / self->grid.n_columns;
  graphene_rect_t area
      = GRAPHENE_RECT_INIT ((float) column * pitch, (float) row * pitch, side, side);

  return gui_ink_mirrored (GTK_WIDGET (self), (float) gtk_widget_get_width (GTK_WIDGET (self)),
                           area);
}

static guint
cell_at (GuiPiecesMap *self, double x, double y)
{
  guint column, cell;

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x;
  if (x < 0 || y < 0 || self->grid.pitch == 0)
    return NOWHERE;
  column = (guint) x / self->grid.pitch;
  cell = (guint) y / self->grid.pitch * self->grid.n_columns + column;
  return column < self->grid.n_columns && cell < self->grid.n_cells ? cell : NOWHERE;
}

/* --- drawing --- */

static void
draw_cell (GuiPiecesMap *self, GtkSnapshot *snapshot, guint cell)
{
  GuiBucket bucket = gui_bucket (&self->pieces, self->grid.n_cells, cell);
  guint n = bucket.end - bucket.first;
  GuiMark mark = bucket.n_have == n         ? GUI_MARK_HERE
                 : bucket.n_requested > 0   ? GUI_MARK_REQUESTED
                 : bucket.n_nowhere > n / 2 ? GUI_MARK_NOWHERE
                                            : GUI_MARK_MISSING;

  gui_mark_draw (GTK_WIDGET (self), snapshot, mark, area_of (self, cell),
                 (float) bucket.n_have / (float) n);
}

static void
drop_cells (GuiPiecesMap *self)
{
  g_clear_pointer (&self->cells, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
keep_cells (GuiPiecesMap *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const GdkRGBA inks[2] = { gui_ink (widget, GUI_INK_FAINT), gui_ink (widget, GUI_INK_ACCENT) };
  GtkSnapshot *snapshot;

  if (self->cells != NULL && gdk_rgba_equal (&inks[0], &self->inks[0])
      && gdk_rgba_equal (&inks[1], &self->inks[1]))
    return;
  g_clear_pointer (&self->cells, gsk_render_node_unref);
  snapshot = gtk_snapshot_new ();
  for (guint i = 0; i < self->grid.n_cells; i++)
    draw_cell (self, snapshot, i);
  self->cells = gtk_snapshot_free_to_node (snapshot);
  memcpy (self->inks, inks, sizeof inks);
}

static void
draw_cursor (GuiPiecesMap *self, GtkSnapshot *snapshot)
{
  GdkRGBA color = gui_ink (GTK_WIDGET (self), GUI_INK_TEXT);
  graphene_rect_t area = area_of (self, self->cursor);
  const float widths[4] = { 2, 2, 2, 2 };
  const GdkRGBA colors[4] = { color, color, color, color };
  GskRoundedRect outline;

  graphene_rect_inset (&area, -GAP, -GAP);
  gsk_rounded_rect_init_from_rect (&outline, &area, 2);
  gtk_snapshot_append_border (snapshot, &outline, widths, colors);
}

static void
gui_pieces_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GuiPiecesMap *self = GUI_PIECES_MAP (widget);

  if (self->grid.n_cells == 0)
    return;
  keep_cells (self);
  gtk_snapshot_append_node (snapshot, self->cells);
  if (self->cursor != NOWHERE)
    draw_cursor (self, snapshot);
}

static GtkSizeRequestMode
gui_pieces_map_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
gui_pieces_map_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  GuiPiecesMap *self = GUI_PIECES_MAP (widget);
  GuiGrid grid;

  *minimum = MINIMUM_WIDTH;
  *natural = NATURAL_WIDTH;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  grid
      = gui_grid (gui_cells_of (self->pieces.n), (guint) (for_size > 0 ? for_size : NATURAL_WIDTH));
  *minimum = *natural = (int) (grid.n_rows * grid.pitch);
}

static void
gui_pieces_map_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GuiPiecesMap *self = GUI_PIECES_MAP (widget);

  self->grid = gui_grid (gui_cells_of (self->pieces.n), (guint) MAX (width, 0));
  drop_cells (self);
}

/* --- pointer and keys --- */

static void
on_motion (GtkEventControllerMotion *motion, double x, double y, GuiPiecesMap *self)
{
  guint cell = cell_at (self, x, y);

  if (cell != NOWHERE && cell != self->cursor)
    set_cursor (self, cell);
}

static void
on_leave (GtkEventControllerMotion *motion, GuiPiecesMap *self)
{
  if (!gtk_widget_has_focus (GTK_WIDGET (self)))
    set_cursor (self, NOWHERE);
}

static void
on_pressed (GtkGestureClick *click, int n_press, double x, double y, GuiPiecesMap *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  set_cursor (self, cell_at (self, x, y));
}

static void
on_focus (GtkEventControllerFocus *focus, GuiPiecesMap *self)
{
  if (self->cursor == NOWHERE)
    set_cursor (self, 0);
}

static void
on_focus_left (GtkEventControllerFocus *focus, GuiPiecesMap *self)
{
  set_cursor (self, NOWHERE);
}

/* How far a key moves the cursor, in cells; 0 for none that does. */
static int
step_of (GuiPiecesMap *self, guint key)
{
  int row = (int) self->grid.n_columns;
  int forward = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -1 : 1;

  switch (key)
    {
    case GDK_KEY_Left:
      return -forward;
    case GDK_KEY_Right:
      return forward;
    case GDK_KEY_Up:
      return -row;
    case GDK_KEY_Down:
      return row;
    case GDK_KEY_Home:
      return -(int) GUI_CELLS_MAX;
    case GDK_KEY_End:
      return (int) GUI_CELLS_MAX;
    default:
      return 0;
    }
}

/* At the first and the last row Up and Down leave the map, so that it is no trap. */
static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state,
        GuiPiecesMap *self)
{
  int step = step_of (self, key);
  int at, last = (int) self->grid.n_cells - 1;

  if (step == 0 || self->grid.n_cells == 0)
    return GDK_EVENT_PROPAGATE;
  at = (int) (self->cursor != NOWHERE ? self->cursor : 0) + step;
  if ((key == GDK_KEY_Up || key == GDK_KEY_Down) && (at < 0 || at > last))
    return GDK_EVENT_PROPAGATE;
  set_cursor (self, (guint) CLAMP (at, 0, last));
  return GDK_EVENT_STOP;
}

/* --- what it shows --- */

static void
say (GuiPiecesMap *self)
{
  g_free (self->text);
  self->text = gui_pieces_words (&self->pieces);
  if (self->cursor_text == NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    self->text, -1);
}

void
gui_pieces_map_set_pieces (GuiPiecesMap *self, guint n_pieces, GBytes *have, GBytes *availability,
                           GBytes *requested)
{
  guint before;

  g_return_if_fail (GUI_IS_PIECES_MAP (self));
  before = self->pieces.n;
  if (!gui_pieces_take (&self->pieces, n_pieces, have, availability, requested))
    return;
  if (n_pieces != before)
    {
      self->grid = gui_grid (gui_cells_of (n_pieces),
                             (guint) MAX (gtk_widget_get_width (GTK_WIDGET (self)), 0));
      self->cursor = NOWHERE;
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  drop_cells (self);
  say (self);
  set_cursor (self, self->cursor);
}

void
gui_pieces_map_set_words (GuiPiecesMap *self, GuiPiecesWords words, gpointer data)
{
  g_return_if_fail (GUI_IS_PIECES_MAP (self));
  self->words = words;
  self->words_data = data;
}

const char *
gui_pieces_map_get_cursor_text (GuiPiecesMap *self)
{
  g_return_val_if_fail (GUI_IS_PIECES_MAP (self), NULL);
  return self->cursor_text;
}

const char *
gui_pieces_map_get_text (GuiPiecesMap *self)
{
  g_return_val_if_fail (GUI_IS_PIECES_MAP (self), NULL);
  return self->text;
}

/* --- the object --- */

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_string (value, GUI_PIECES_MAP (object)->cursor_text);
}

static void
gui_pieces_map_finalize (GObject *object)
{
  GuiPiecesMap *self = GUI_PIECES_MAP (object);

  gui_pieces_clear (&self->pieces);
  g_clear_pointer (&self->cells, gsk_render_node_unref);
  g_free (self->cursor_text);
  g_free (self->text);
  G_OBJECT_CLASS (gui_pieces_map_parent_class)->finalize (object);
}

static void
gui_pieces_map_class_init (GuiPiecesMapClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->get_property = get_property;
  G_OBJECT_CLASS (class)->finalize = gui_pieces_map_finalize;
  widget->get_request_mode = gui_pieces_map_get_request_mode;
  widget->measure = gui_pieces_map_measure;
  widget->size_allocate = gui_pieces_map_size_allocate;
  widget->snapshot = gui_pieces_map_snapshot;
  gtk_widget_class_set_accessible_role (widget, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget, "pieces");
  properties[PROP_CURSOR_TEXT] = g_param_spec_string ("cursor-text", NULL, NULL, NULL,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPERTIES, properties);
}

static void
add_controllers (GuiPiecesMap *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (focus, "enter", G_CALLBACK (on_focus), self);
  g_signal_connect (focus, "leave", G_CALLBACK (on_focus_left), self);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, keys);
  gtk_widget_add_controller (widget, focus);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
}

static void
gui_pieces_map_init (GuiPiecesMap *self)
{
  self->cursor = NOWHERE;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Map of the pieces"), -1);
  add_controllers (self);
  say (self);
}

GtkWidget *
gui_pieces_map_new (void)
{
  return g_object_new (GUI_TYPE_PIECES_MAP, NULL);
}
