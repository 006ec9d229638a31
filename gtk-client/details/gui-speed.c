/* gui-speed.c: see gui-speed.h. */
#include "gtk-client/details/gui-speed.h"

#include <glib/gi18n.h>

#include "gtk-client/draw/gui-speed-graph.h"
#include "gtk-client/draw/gui-swatch.h"
#include "gtk-client/text/gui-text.h"

struct _GuiSpeed
{
  GtkWidget parent;
  GtkWidget *box;
  GtkBox *legend;
  GtkToggleButton *spans[3]; /* as in the table */
  GuiSpeedGraph *graph;
  GtkLabel *down;
  GtkLabel *up;
  GtkWidget *limit;
  ShoalTorrent *torrent;
  GSettings *settings; /* NULL until there are any */
};

G_DEFINE_FINAL_TYPE (GuiSpeed, gui_speed, GTK_TYPE_WIDGET)

/* How far back, and seconds from one figure to the next. */
typedef struct
{
  const char *name; /* in the settings */
  ShoalRatesSpan span;
  guint step;
} Span;

static const Span spans[] = { { "minute", SHOAL_RATES_MINUTE, 1 },
                              { "hour", SHOAL_RATES_HOUR, 60 },
                              { "day", SHOAL_RATES_DAY, 15 * 60 } };

static const Span *
chosen (GuiSpeed *self)
{
  for (gsize i = G_N_ELEMENTS (spans) - 1; i > 0; i--)
    if (gtk_toggle_button_get_active (self->spans[i]))
      return &spans[i];
  return &spans[0];
}

/* Of the legend: a name and, while something moves, the speed of now. */
static void
show_rate (GtkLabel *label, const char *name, guint64 rate_Bps)
{
  g_autofree char *rate = gui_text_rate (rate_Bps);
  /* Translators: "Down" or "Up", and a speed */
  g_autofree char *words = g_strdup_printf (_ ("%s %s"), name, rate);

  gtk_label_set_text (label, rate_Bps > 0 ? words : name);
}

static void
draw (GuiSpeed *self)
{
  const Span *span = chosen (self);
  g_autoptr (GBytes) rates = shoal_torrent_dup_rates (self->torrent, span->span);

  gui_speed_graph_set_series (self->graph, rates, span->step, g_get_real_time () / G_USEC_PER_SEC);
}

static void
on_span (GuiSpeed *self, GtkToggleButton *button)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "graph-span", chosen (self)->name);
  if (self->torrent != NULL)
    draw (self);
}

void
gui_speed_set_settings (GuiSpeed *self, GSettings *settings)
{
  g_autofree char *name = g_settings_get_string (settings, "graph-span");

  g_return_if_fail (GUI_IS_SPEED (self));
  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    if (g_str_equal (spans[i].name, name))
      gtk_toggle_button_set_active (self->spans[i], TRUE);
  g_set_object (&self->settings, settings);
}

void
gui_speed_show (GuiSpeed *self, ShoalTorrent *torrent)
{
  guint64 down, up;

  g_return_if_fail (GUI_IS_SPEED (self));
  g_set_object (&self->torrent, torrent);
  if (torrent == NULL)
    return;
  shoal_torrent_get_limits (torrent, &down, &up);
  show_rate (self->down, _ ("Down"), shoal_torrent_get_rate_down (torrent));
  show_rate (self->up, _ ("Up"), shoal_torrent_get_rate_up (torrent));
  gtk_widget_set_visible (self->limit, down > 0 || up > 0);
  gui_speed_graph_set_limits (self->graph, down, up);
  draw (self);
}

static void
gui_speed_dispose (GObject *object)
{
  GuiSpeed *self = GUI_SPEED (object);

  g_clear_object (&self->torrent);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (gui_speed_parent_class)->dispose (object);
}

static void
bind_span (GtkWidgetClass *widget, const char *name, gsize at)
{
  gtk_widget_class_bind_template_child_full (widget, name, FALSE,
                                             G_STRUCT_OFFSET (GuiSpeed, spans)
                                                 + (gssize) (at * sizeof (GtkToggleButton *)));
}

static void
gui_speed_class_init (GuiSpeedClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_speed_dispose;
  g_type_ensure (GUI_TYPE_SPEED_GRAPH);
  gtk_widget_class_set_layout_manager_type (widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/details/gui-speed.ui");
  gtk_widget_class_bind_template_child (widget, GuiSpeed, box);
  gtk_widget_class_bind_template_child (widget, GuiSpeed, legend);
  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    bind_span (widget, spans[i].name, i);
  gtk_widget_class_bind_template_child (widget, GuiSpeed, graph);
  gtk_widget_class_bind_template_callback (widget, on_span);
}

static void
gui_speed_init (GuiSpeed *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_box_append (self->legend, gui_swatch_new_with_words (GUI_MARK_DOWN, _ ("Down"), &self->down));
  gtk_box_append (self->legend, gui_swatch_new_with_words (GUI_MARK_UP, _ ("Up"), &self->up));
  self->limit = gui_swatch_new_with_words (GUI_MARK_LIMIT, _ ("Limit"), NULL);
  gtk_box_append (self->legend, self->limit);
}
