/* gui-swatch.c: see gui-swatch.h. */
#include "gtk-client/draw/gui-swatch.h"

#include "gtk-client/draw/gui-ink.h"

#define SIDE 12
#define LINE 2.0f

struct _GuiSwatch
{
  GtkWidget parent;
  GuiMark mark;
};

G_DEFINE_FINAL_TYPE (GuiSwatch, gui_swatch, GTK_TYPE_WIDGET)

/* --- marks --- */

static graphene_rect_t
inner (const graphene_rect_t *area, float part)
{
  float width = area->size.width * part;
  float height = area->size.height * part;

  return GRAPHENE_RECT_INIT (area->origin.x + (area->size.width - width) / 2,
                             area->origin.y + (area->size.height - height) / 2, width, height);
}

static void
draw_frame (GtkSnapshot *snapshot, const GdkRGBA *color, const graphene_rect_t *area)
{
  const float widths[4] = { 1, 1, 1, 1 };
  const GdkRGBA colors[4] = { *color, *color, *color, *color };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, area, 0);
  gtk_snapshot_append_border (snapshot, &outline, widths, colors);
}

/* How much of a bucket is here shows as a paler or a fuller colour. */
static void
draw_square (GtkWidget *widget, GtkSnapshot *snapshot, GuiMark mark, const graphene_rect_t *area,
             float shade)
{
  GdkRGBA faint = gui_ink (widget, GUI_INK_FAINT);
  GdkRGBA accent = gui_ink (widget, GUI_INK_ACCENT);
  graphene_rect_t core = inner (area, 0.5f);

  if (mark == GUI_MARK_NOWHERE && shade <= 0)
    {
      GdkRGBA dim = gui_ink (widget, GUI_INK_DIM);

      draw_frame (snapshot, &dim, area);
      return;
    }
  if (shade < 1)
    gtk_snapshot_append_color (snapshot, &faint, area);
  if (shade > 0)
    {
      GdkRGBA part = accent;

      part.alpha *= shade < 1 ? 0.25f + 0.6f * shade : 1;
      gtk_snapshot_append_color (snapshot, &part, area);
    }
  if (mark == GUI_MARK_REQUESTED)
    gtk_snapshot_append_color (snapshot, &accent, &core);
}

static void
draw_line (GtkWidget *widget, GtkSnapshot *snapshot, GuiMark mark, const graphene_rect_t *area)
{
  GdkRGBA color = gui_ink (widget, mark == GUI_MARK_DOWN ? GUI_INK_ACCENT
                                   : mark == GUI_MARK_UP ? GUI_INK_SUCCESS
                                                         : GUI_INK_DIM);
  graphene_rect_t line = *area;

  line.size.height = LINE;
  if (mark != GUI_MARK_DOWN)
    line.origin.y += (area->size.height - LINE) / 2;
  if (mark == GUI_MARK_LIMIT)
    gui_ink_dashes (snapshot, &color, &line, 4, 2);
  else
    gtk_snapshot_append_color (snapshot, &color, &line);
  if (mark == GUI_MARK_DOWN)
    {
      color.alpha *= 0.3f;
      gtk_snapshot_append_color (snapshot, &color, area);
    }
}

void
gui_mark_draw (GtkWidget *widget, GtkSnapshot *snapshot, GuiMark mark, graphene_rect_t area,
               float shade)
{
  if (mark >= GUI_MARK_DOWN)
    draw_line (widget, snapshot, mark, &area);
  else
    draw_square (widget, snapshot, mark, &area, mark == GUI_MARK_HERE ? MAX (shade, 1) : shade);
}

/* --- the widget --- */

static void
gui_swatch_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIDE;
}

static void
gui_swatch_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  graphene_rect_t area
      = GRAPHENE_RECT_INIT ((float) (gtk_widget_get_width (widget) - SIDE) / 2,
                            (float) (gtk_widget_get_height (widget) - SIDE) / 2, SIDE, SIDE);

  gui_mark_draw (widget, snapshot, GUI_SWATCH (widget)->mark, area, 0);
}

static void
gui_swatch_class_init (GuiSwatchClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  widget->measure = gui_swatch_measure;
  widget->snapshot = gui_swatch_snapshot;
  /* The words beside it say what it is. */
  gtk_widget_class_set_accessible_role (widget, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  gtk_widget_class_set_css_name (widget, "swatch");
}

static void
gui_swatch_init (GuiSwatch *self)
{
}

GtkWidget *
gui_swatch_new (GuiMark mark)
{
  GuiSwatch *self = g_object_new (GUI_TYPE_SWATCH, NULL);

  self->mark = mark;
  return GTK_WIDGET (self);
}

GtkWidget *
gui_swatch_new_with_words (GuiMark mark, const char *words, GtkLabel **label_out)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (words);

  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "figures");
  gtk_box_append (GTK_BOX (box), gui_swatch_new (mark));
  gtk_box_append (GTK_BOX (box), label);
  if (label_out != NULL)
    *label_out = GTK_LABEL (label);
  return box;
}
