/* gui-progress.c: see gui-progress.h. */
#include "gtk-client/draw/gui-progress.h"

#include "gtk-client/draw/gui-ink.h"
#include "gtk-client/text/gui-text.h"

#define HEIGHT 6
#define NATURAL_WIDTH 80
#define MINIMUM_WIDTH 24
#define STEPS 1000u /* what differs by less is not drawn anew */

struct _GuiProgress
{
  GtkWidget parent;
  guint step; /* of STEPS */
  GuiProgressState state;
};

G_DEFINE_FINAL_TYPE (GuiProgress, gui_progress, GTK_TYPE_WIDGET)

static const struct
{
  GuiInk ink;
  float dash; /* 0: without gaps */
  float gap;
} looks[] = {
  [GUI_PROGRESS_ACTIVE] = { GUI_INK_ACCENT, 0, 0 }, [GUI_PROGRESS_PAUSED] = { GUI_INK_DIM, 0, 0 },
  [GUI_PROGRESS_DONE] = { GUI_INK_SUCCESS, 0, 0 },  [GUI_PROGRESS_CHECK] = { GUI_INK_ACCENT, 3, 2 },
  [GUI_PROGRESS_ERROR] = { GUI_INK_ERROR, 8, 3 },
};

static void
gui_progress_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  gboolean wide = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = wide ? MINIMUM_WIDTH : HEIGHT;
  *natural = wide ? NATURAL_WIDTH : HEIGHT;
}

static void
gui_progress_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GuiProgress *self = GUI_PROGRESS (widget);
  float width = (float) gtk_widget_get_width (widget);
  float top = ((float) gtk_widget_get_height (widget) - HEIGHT) / 2;
  graphene_rect_t track = GRAPHENE_RECT_INIT (0, top, width, HEIGHT);
  graphene_rect_t fill = GRAPHENE_RECT_INIT (0, top, width * (float) self->step / STEPS, HEIGHT);
  GdkRGBA faint = gui_ink (widget, GUI_INK_FAINT);
  GdkRGBA color = gui_ink (widget, looks[self->state].ink);
  GskRoundedRect round;

  fill = gui_ink_mirrored (widget, width, fill);
  gsk_rounded_rect_init_from_rect (&round, &track, HEIGHT / 2.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, &faint, &track);
  if (looks[self->state].dash > 0)
    gui_ink_dashes (snapshot, &color, &fill, looks[self->state].dash, looks[self->state].gap);
  else
    gtk_snapshot_append_color (snapshot, &color, &fill);
  gtk_snapshot_pop (snapshot);
}

static void
speak (GuiProgress *self)
{
  double fraction = (double) self->step / STEPS;
  g_autofree char *percent = gui_text_percent (fraction);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 100.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, fraction * 100,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, percent, -1);
}

void
gui_progress_set (GuiProgress *self, double fraction, GuiProgressState state)
{
  guint step;

  g_return_if_fail (GUI_IS_PROGRESS (self));
  step = (guint) (CLAMP (fraction, 0, 1) * STEPS);
  if (step == self->step && state == self->state)
    return;
  if (step != self->step)
    {
      self->step = step;
      speak (self);
    }
  self->state = state;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
gui_progress_class_init (GuiProgressClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  widget->measure = gui_progress_measure;
  widget->snapshot = gui_progress_snapshot;
  gtk_widget_class_set_accessible_role (widget, GTK_ACCESSIBLE_ROLE_PROGRESS_BAR);
  gtk_widget_class_set_css_name (widget, "progress");
}

static void
gui_progress_init (GuiProgress *self)
{
  speak (self);
}

GtkWidget *
gui_progress_new (void)
{
  return g_object_new (GUI_TYPE_PROGRESS, NULL);
}
