/* gui-speed-graph.c: see gui-speed-graph.h.
 *
 * In a window that is read from right to left the graph is mirrored as its text is: the newest
 * figure is where reading ends. */
#include "gtk-client/draw/gui-speed-graph.h"

#include <glib/gi18n.h>

#include "gtk-client/draw/gui-axis.h"
#include "gtk-client/draw/gui-ink.h"
#include "gtk-client/text/gui-text.h"

#define MINIMUM_WIDTH 120
#define NATURAL_WIDTH 480
#define PLOT_HEIGHT 104 /* pixels, without the figures below */
#define LINES_MAX 4     /* of the grid */
#define MARK_WIDTH 80   /* pixels that a mark of time takes at least */
#define PAD 4.0f
#define PEN 2.0f
#define HOUR 3600

typedef struct
{
  guint32 down;
  guint32 up;
} Rates;

struct _GuiSpeedGraph
{
  GtkWidget parent;
  GBytes *series; /* of Rates */
  guint step;     /* seconds */
  gint64 end;     /* seconds since 1970 */
  guint64 limits[2];
  char *text;
};

G_DEFINE_FINAL_TYPE (GuiSpeedGraph, gui_speed_graph, GTK_TYPE_WIDGET)

/* What one picture is drawn with. */
typedef struct
{
  GuiSpeedGraph *graph;
  GtkSnapshot *snapshot;
  const Rates *rates;
  guint n;
  guint64 step_Bps;
  guint64 top_Bps;
  graphene_rect_t plot; /* as it is read from left to right */
  float width;          /* of the widget, to mirror in */
} Picture;

static const Rates *
rates_of (GuiSpeedGraph *self, guint *n)
{
  gsize len = 0;
  const Rates *rates = self->series != NULL ? g_bytes_get_data (self->series, &len) : NULL;

  *n = (guint) (len / sizeof *rates);
  return rates;
}

static guint
span_of (GuiSpeedGraph *self, guint n)
{
  return n > 1 ? (n - 1) * self->step : 0;
}

static guint64
highest (const Rates *rates, guint n)
{
  guint64 top = 0;

  for (guint i = 0; i < n; i++)
    top = MAX (top, MAX (rates[i].down, rates[i].up));
  return top;
}

/* A limit that is reached, or could be: others would press the curve flat. */
static gboolean
is_near (guint64 limit, guint64 top)
{
  return limit > 0 && limit / 4 <= top;
}

static guint64
top_of (GuiSpeedGraph *self, const Rates *rates, guint n)
{
  guint64 top = highest (rates, n);
  guint64 shown = top;

  for (guint i = 0; i < 2; i++)
    if (is_near (self->limits[i], top))
      shown = MAX (shown, self->limits[i]);
  return shown;
}

/* --- where things are --- */

static float
x_of (const Picture *p, double seconds_ago)
{
  double span = span_of (p->graph, p->n);
  double part = span > 0 ? 1 - seconds_ago / span : 1;

  return p->plot.origin.x + p->plot.size.width * (float) part;
}

static float
y_of (const Picture *p, double Bps)
{
  return p->plot.origin.y + p->plot.size.height * (1 - (float) (Bps / (double) p->top_Bps));
}

static void
fill (const Picture *p, const GdkRGBA *color, float x, float y, float width, float height)
{
  graphene_rect_t area = GRAPHENE_RECT_INIT (x, y, width, height);

  area = gui_ink_mirrored (GTK_WIDGET (p->graph), p->width, area);
  gtk_snapshot_append_color (p->snapshot, color, &area);
}

/* --- figures --- */

static PangoLayout *
make_figure (GuiSpeedGraph *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

static int
figure_height (GuiSpeedGraph *self)
{
  g_autoptr (PangoLayout) layout = make_figure (self, "0");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

/* At @x as it is read from left to right; @anchor is which part of it stands there: 0 its start, 1
 * its end. It is kept inside the widget. */
static void
put_figure (const Picture *p, const char *text, float x, float y, float anchor)
{
  g_autoptr (PangoLayout) layout = make_figure (p->graph, text);
  GdkRGBA color = gui_ink (GTK_WIDGET (p->graph), GUI_INK_DIM);
  graphene_rect_t area;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  x = CLAMP (x - anchor * (float) width, 0, MAX (p->width - (float) width, 0));
  area = GRAPHENE_RECT_INIT (x, y, (float) width, (float) height);
  area = gui_ink_mirrored (GTK_WIDGET (p->graph), p->width, area);
  gtk_snapshot_save (p->snapshot);
  gtk_snapshot_translate (p->snapshot, &area.origin);
  gtk_snapshot_append_layout (p->snapshot, layout, &color);
  gtk_snapshot_restore (p->snapshot);
}

static void
draw_grid (const Picture *p)
{
  GdkRGBA faint = gui_ink (GTK_WIDGET (p->graph), GUI_INK_FAINT);
  float height = (float) figure_height (p->graph);

  for (guint64 Bps = 0; Bps <= p->top_Bps; Bps += p->step_Bps)
    fill (p, &faint, p->plot.origin.x, y_of (p, (double) Bps), p->plot.size.width, 1);
  for (guint64 Bps = p->step_Bps; Bps <= p->top_Bps; Bps += p->step_Bps)
    {
      g_autofree char *figure = gui_text_rate (Bps);

      put_figure (p, figure, p->plot.origin.x + PAD, y_of (p, (double) Bps) - height, 0);
    }
}

/* Short spans are told backwards from now, long ones by the clock. (transfer full) */
static char *
name_time (gint64 at, gint64 end)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;

  if (end - at < 120)
    /* Translators: a mark at the axis of time: so many seconds ago */
    return g_strdup_printf (_ ("−%u s"), (guint) (end - at));
  utc = g_date_time_new_from_unix_utc (at);
  local = g_date_time_to_local (utc);
  return g_date_time_format (local, "%H:%M");
}

/* Where the marks stand: of the clock's full steps, in local time, or so many seconds ago. */
static gint64
first_mark (GuiSpeedGraph *self, guint span, guint step)
{
  g_autoptr (GDateTime) now = NULL;
  gint64 offset;

  if (span < 120)
    return self->end - span / step * step;
  now = g_date_time_new_from_unix_local (self->end);
  offset = g_date_time_get_utc_offset (now) / G_USEC_PER_SEC;
  return (self->end - span + offset + step - 1) / step * step - offset;
}

static void
draw_times (const Picture *p)
{
  GdkRGBA faint = gui_ink (GTK_WIDGET (p->graph), GUI_INK_FAINT);
  guint span = span_of (p->graph, p->n);
  guint n_marks = (guint) MAX (p->plot.size.width / MARK_WIDTH, 1);
  guint step = gui_axis_time_step (span, n_marks);
  float bottom = p->plot.origin.y + p->plot.size.height;

  if (span == 0)
    return;
  for (gint64 at = first_mark (p->graph, span, step); at < p->graph->end; at += step)
    {
      g_autofree char *name = name_time (at, p->graph->end);
      float x = x_of (p, (double) (p->graph->end - at));

      fill (p, &faint, x, p->plot.origin.y, 1, p->plot.size.height);
      put_figure (p, name, x, bottom + 2, 0.5f);
    }
  if (span < 120)
    put_figure (p, _ ("now"), p->width, bottom + 2, 1);
}

/* --- curves --- */

/* The rate between two figures, at a column of pixels. */
static double
rate_at (const Picture *p, int column, gboolean up)
{
  double at = (double) (MIN ((float) column, p->plot.size.width) / p->plot.size.width) * (p->n - 1);
  guint i = MIN ((guint) MAX (at, 0), p->n - 1);
  guint j = MIN (i + 1, p->n - 1);
  double from = up ? p->rates[i].up : p->rates[i].down;
  double to = up ? p->rates[j].up : p->rates[j].down;

  return from + (to - from) * (at - i);
}

/* The first column of pixels whose height differs from that at @from. */
static int
end_of_level (const Picture *p, int from, gboolean up)
{
  float y = y_of (p, rate_at (p, from, up));
  int to = from + 1;

  while ((float) to < p->plot.size.width && y_of (p, rate_at (p, to, up)) == y)
    to++;
  return to;
}

/* A column of pixels is a rectangle that reaches to the height of the next one; what is level is
 * one rectangle. */
static void
draw_curve (const Picture *p, gboolean up)
{
  GdkRGBA pen = gui_ink (GTK_WIDGET (p->graph), up ? GUI_INK_SUCCESS : GUI_INK_ACCENT);
  GdkRGBA area = pen;
  float left = p->plot.origin.x;
  float bottom = p->plot.origin.y + p->plot.size.height;
  int to;

  area.alpha *= 0.3f;
  for (int from = 0; (float) from < p->plot.size.width; from = to)
    {
      float begin = left + (float) from, end;
      float y = y_of (p, rate_at (p, from, up));
      float next;

      to = end_of_level (p, from, up);
      end = left + (float) to;
      next = y_of (p, rate_at (p, to, up));
      if (to - from > 1)
        fill (p, &pen, begin, y - PEN / 2, end - begin - 1, PEN);
      fill (p, &pen, end - 1, MIN (y, next) - PEN / 2, 1, ABS (next - y) + PEN);
      if (!up && y < bottom)
        fill (p, &area, begin, y, end - begin, bottom - y);
    }
}

static void
draw_limit (const Picture *p, gboolean up)
{
  guint64 limit = p->graph->limits[up];
  GdkRGBA color = gui_ink (GTK_WIDGET (p->graph), up ? GUI_INK_SUCCESS : GUI_INK_ACCENT);
  graphene_rect_t line = p->plot;

  if (!is_near (limit, highest (p->rates, p->n)))
    return;
  line.origin.y = y_of (p, (double) limit);
  line.size.height = 1;
  line = gui_ink_mirrored (GTK_WIDGET (p->graph), p->width, line);
  gui_ink_dashes (p->snapshot, &color, &line, 6, 4);
}

static void
gui_speed_graph_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GuiSpeedGraph *self = GUI_SPEED_GRAPH (widget);
  float figures = (float) figure_height (self);
  Picture p
      = { .graph = self, .snapshot = snapshot, .width = (float) gtk_widget_get_width (widget) };
  guint64 top;

  p.rates = rates_of (self, &p.n);
  top = top_of (self, p.rates, p.n);
  p.step_Bps = gui_axis_rate_step (top, LINES_MAX);
  p.top_Bps = gui_axis_rate_top (top, p.step_Bps);
  p.plot = GRAPHENE_RECT_INIT (0, figures, p.width,
                               (float) gtk_widget_get_height (widget) - 2 * figures - PAD);
  draw_grid (&p);
  draw_times (&p);
  if (p.n < 2)
    return;
  draw_curve (&p, FALSE);
  draw_curve (&p, TRUE);
  draw_limit (&p, FALSE);
  draw_limit (&p, TRUE);
}

static void
gui_speed_graph_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  gboolean wide = orientation == GTK_ORIENTATION_HORIZONTAL;
  int height = PLOT_HEIGHT + 2 * figure_height (GUI_SPEED_GRAPH (widget));

  *minimum = wide ? MINIMUM_WIDTH : height;
  *natural = wide ? NATURAL_WIDTH : height;
}

/* --- what it shows --- */

static char *
rate_words (guint64 Bps)
{
  return Bps > 0 ? gui_text_rate (Bps) : g_strdup (_ ("nothing"));
}

static void
say (GuiSpeedGraph *self)
{
  guint n;
  const Rates *rates = rates_of (self, &n);
  guint64 most_down = 0, most_up = 0;
  g_autofree char *span = gui_text_duration (n * (guint64) self->step);
  g_autofree char *words[4] = { NULL };

  for (guint i = 0; i < n; i++)
    {
      most_down = MAX (most_down, rates[i].down);
      most_up = MAX (most_up, rates[i].up);
    }
  words[0] = rate_words (n > 0 ? rates[n - 1].down : 0);
  words[1] = rate_words (most_down);
  words[2] = rate_words (n > 0 ? rates[n - 1].up : 0);
  words[3] = rate_words (most_up);
  g_free (self->text);
  /* Translators: a graph read aloud. %1$s is a time such as "1 min", the others are speeds */
  self->text = g_strdup_printf (_ ("The last %1$s. Down now %2$s, at most %3$s. Up now %4$s, at "
                                   "most %5$s."),
                                span, words[0], words[1], words[2], words[3]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  self->text, -1);
}

void
gui_speed_graph_set_series (GuiSpeedGraph *self, GBytes *rates, guint step_seconds, gint64 end)
{
  g_return_if_fail (GUI_IS_SPEED_GRAPH (self));
  g_clear_pointer (&self->series, g_bytes_unref);
  self->series = rates != NULL ? g_bytes_ref (rates) : NULL;
  self->step = step_seconds;
  self->end = end;
  say (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
gui_speed_graph_set_limits (GuiSpeedGraph *self, guint64 down_Bps, guint64 up_Bps)
{
  g_return_if_fail (GUI_IS_SPEED_GRAPH (self));
  if (self->limits[0] == down_Bps && self->limits[1] == up_Bps)
    return;
  self->limits[0] = down_Bps;
  self->limits[1] = up_Bps;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
gui_speed_graph_get_text (GuiSpeedGraph *self)
{
  g_return_val_if_fail (GUI_IS_SPEED_GRAPH (self), NULL);
  return self->text;
}

static void
gui_speed_graph_finalize (GObject *object)
{
  GuiSpeedGraph *self = GUI_SPEED_GRAPH (object);

  g_clear_pointer (&self->series, g_bytes_unref);
  g_free (self->text);
  G_OBJECT_CLASS (gui_speed_graph_parent_class)->finalize (object);
}

static void
gui_speed_graph_class_init (GuiSpeedGraphClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = gui_speed_graph_finalize;
  widget->measure = gui_speed_graph_measure;
  widget->snapshot = gui_speed_graph_snapshot;
  gtk_widget_class_set_accessible_role (widget, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget, "graph");
}

static void
gui_speed_graph_init (GuiSpeedGraph *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Speed"),
                                  -1);
  say (self);
}

GtkWidget *
gui_speed_graph_new (void)
{
  return g_object_new (GUI_TYPE_SPEED_GRAPH, NULL);
}
