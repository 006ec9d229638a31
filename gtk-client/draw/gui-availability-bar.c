/* gui-availability-bar.c: see gui-availability-bar.h. */
#include "gtk-client/draw/gui-availability-bar.h"

#include <glib/gi18n.h>

#include "gtk-client/draw/gui-buckets.h"
#include "gtk-client/draw/gui-ink.h"

#define HEIGHT 16
#define NATURAL_WIDTH 240
#define SLOT 2.0f /* pixels of a column; neighbours of one height become one rectangle */
#define BASE 2.0f /* pixels of the line where a piece is with nobody */

struct _GuiAvailabilityBar
{
  GtkWidget parent;
  GuiPieces pieces;
  char *text;
};

G_DEFINE_FINAL_TYPE (GuiAvailabilityBar, gui_availability_bar, GTK_TYPE_WIDGET)

/* A column of the picture. */
typedef struct
{
  float height;     /* pixels */
  gboolean is_torn; /* a piece of it is with nobody, nor here */
} Column;

/* As high as its pieces are frequent in the mean. A column that has no piece of its own shows the
 * one it lies in. */
static Column
column_of (GuiAvailabilityBar *self, guint n_columns, guint most, guint column)
{
  guint n = self->pieces.n;
  GuiBucket bucket
      = n >= n_columns ? gui_bucket (&self->pieces, n_columns, column)
                       : gui_bucket (&self->pieces, n, (guint) ((guint64) column * n / n_columns));
  float mean = (float) bucket.n_copies / (float) (bucket.end - bucket.first);

  return (Column){ .height = most > 0 ? HEIGHT * mean / (float) most : 0,
                   .is_torn = bucket.n_nowhere > 0 };
}

static void
draw_run (GuiAvailabilityBar *self, GtkSnapshot *snapshot, float from, float to,
          const Column *column)
{
  GtkWidget *widget = GTK_WIDGET (self);
  float width = (float) gtk_widget_get_width (widget);
  GdkRGBA color = gui_ink (widget, GUI_INK_ACCENT);
  graphene_rect_t run
      = GRAPHENE_RECT_INIT (from, HEIGHT - column->height, MIN (to, width) - from, column->height);

  run = gui_ink_mirrored (widget, width, run);
  gtk_snapshot_append_color (snapshot, &color, &run);
  if (!column->is_torn)
    return;
  color = gui_ink (widget, GUI_INK_ERROR);
  run.origin.y = HEIGHT - BASE;
  run.size.height = BASE;
  gtk_snapshot_append_color (snapshot, &color, &run);
}

static void
gui_availability_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GuiAvailabilityBar *self = GUI_AVAILABILITY_BAR (widget);
  guint width = (guint) gtk_widget_get_width (widget);
  guint n_columns = (guint) ((float) width / SLOT);
  guint most = gui_bucket_of_all (&self->pieces).most;
  GdkRGBA faint = gui_ink (widget, GUI_INK_FAINT);
  guint from = 0;
  Column run;

  gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (0, 0, (float) width, HEIGHT));
  if (n_columns == 0 || self->pieces.n == 0 || self->pieces.availability == NULL)
    return;
  run = column_of (self, n_columns, most, 0);
  for (guint i = 1; i <= n_columns; i++)
    {
      Column next = i < n_columns ? column_of (self, n_columns, most, i) : (Column){ -1, FALSE };

      if (next.height == run.height && next.is_torn == run.is_torn)
        continue;
      draw_run (self, snapshot, (float) from * SLOT, (float) i * SLOT, &run);
      run = next;
      from = i;
    }
}

static void
gui_availability_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                              int *minimum, int *natural, int *minimum_baseline,
                              int *natural_baseline)
{
  gboolean wide = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = wide ? 0 : HEIGHT;
  *natural = wide ? NATURAL_WIDTH : HEIGHT;
}

static void
say (GuiAvailabilityBar *self)
{
  g_free (self->text);
  self->text = gui_copies_words (&self->pieces);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  self->text, -1);
}

void
gui_availability_bar_set (GuiAvailabilityBar *self, guint n_pieces, GBytes *have,
                          GBytes *availability)
{
  g_return_if_fail (GUI_IS_AVAILABILITY_BAR (self));
  if (!gui_pieces_take (&self->pieces, n_pieces, have, availability, NULL))
    return;
  say (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
gui_availability_bar_get_text (GuiAvailabilityBar *self)
{
  g_return_val_if_fail (GUI_IS_AVAILABILITY_BAR (self), NULL);
  return self->text;
}

static void
gui_availability_bar_finalize (GObject *object)
{
  GuiAvailabilityBar *self = GUI_AVAILABILITY_BAR (object);

  gui_pieces_clear (&self->pieces);
  g_free (self->text);
  G_OBJECT_CLASS (gui_availability_bar_parent_class)->finalize (object);
}

static void
gui_availability_bar_class_init (GuiAvailabilityBarClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = gui_availability_bar_finalize;
  widget->measure = gui_availability_bar_measure;
  widget->snapshot = gui_availability_bar_snapshot;
  gtk_widget_class_set_accessible_role (widget, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget, "availability");
}

static void
gui_availability_bar_init (GuiAvailabilityBar *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Availability of the pieces"), -1);
  say (self);
}

GtkWidget *
gui_availability_bar_new (void)
{
  return g_object_new (GUI_TYPE_AVAILABILITY_BAR, NULL);
}
