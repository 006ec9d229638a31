/* gui-filter-bar.c: see gui-filter-bar.h. */
#include "gtk-client/download/gui-filter-bar.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *button;
  GtkWidget *count;
  guint shown; /* the count that is shown */
} Choice;

struct _GuiFilterBar
{
  AdwBin parent;
  Choice choices[GUI_N_FILTERS];
  GuiFilter filter;
};

enum
{
  PROP_FILTER = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GuiFilterBar, gui_filter_bar, ADW_TYPE_BIN)

GuiFilter
gui_filter_bar_get_filter (GuiFilterBar *self)
{
  return self->filter;
}

static void
update_visible (GuiFilterBar *self, GuiFilter filter)
{
  const Choice *choice = &self->choices[filter];

  gtk_widget_set_visible (choice->button, choice->shown > 0 || filter == self->filter
                                              || gui_filters_is_permanent (filter));
}

static void
describe (GuiFilter filter, const Choice *choice)
{
  g_autofree char *words
      /* Translators: a filter, and how many torrents it shows: "Paused: 3 torrents" */
      = g_strdup_printf (ngettext ("%s: %u torrent", "%s: %u torrents", choice->shown),
                         gui_filters_title (filter), choice->shown);

  gtk_accessible_update_property (GTK_ACCESSIBLE (choice->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
  gtk_widget_set_tooltip_text (choice->button, words);
}

void
gui_filter_bar_set_counts (GuiFilterBar *self, const guint counts[GUI_N_FILTERS])
{
  for (guint i = 0; i < GUI_N_FILTERS; i++)
    {
      Choice *choice = &self->choices[i];
      g_autofree char *text = NULL;

      if (choice->shown == counts[i])
        continue;
      choice->shown = counts[i];
      text = g_strdup_printf ("%u", counts[i]);
      gtk_label_set_text (GTK_LABEL (choice->count), text);
      describe ((GuiFilter) i, choice);
      update_visible (self, (GuiFilter) i);
    }
}

static void
choose (GuiFilterBar *self, GuiFilter filter)
{
  GuiFilter before = self->filter;

  if (filter == before)
    return;
  self->filter = filter;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->choices[filter].button), TRUE);
  update_visible (self, before);
  update_visible (self, filter);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILTER]);
}

static void
on_toggled (GuiFilterBar *self, GtkToggleButton *button)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  for (guint i = 0; i < GUI_N_FILTERS; i++)
    if (self->choices[i].button == GTK_WIDGET (button))
      choose (self, (GuiFilter) i);
}

static GtkWidget *
make_choice (GuiFilterBar *self, GuiFilter filter)
{
  Choice *choice = &self->choices[filter];
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  choice->button = gtk_toggle_button_new ();
  choice->count = gtk_label_new ("0");
  gtk_box_append (GTK_BOX (box), gtk_label_new (gui_filters_title (filter)));
  gtk_box_append (GTK_BOX (box), choice->count);
  gtk_widget_add_css_class (choice->count, "figures");
  gtk_widget_add_css_class (choice->count, "dim-label");
  gtk_widget_add_css_class (choice->button, "flat");
  gtk_widget_add_css_class (choice->button, "pill-choice");
  if (filter == GUI_FILTER_ERRORS)
    gtk_widget_add_css_class (choice->button, "error");
  gtk_button_set_child (GTK_BUTTON (choice->button), box);
  if (filter != 0)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (choice->button),
                                 GTK_TOGGLE_BUTTON (self->choices[0].button));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (choice->button), filter == self->filter);
  g_signal_connect_swapped (choice->button, "toggled", G_CALLBACK (on_toggled), self);
  describe (filter, choice);
  update_visible (self, filter);
  return choice->button;
}

/* --- the object --- */

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_string (value, gui_filters_id (GUI_FILTER_BAR (object)->filter));
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  choose (GUI_FILTER_BAR (object), gui_filters_find (g_value_get_string (value)));
}

static void
gui_filter_bar_class_init (GuiFilterBarClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);

  object->get_property = get_property;
  object->set_property = set_property;
  properties[PROP_FILTER]
      = g_param_spec_string ("filter", NULL, NULL, "all",
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object, N_PROPERTIES, properties);
}

/* Scrolls by itself where the window is too narrow for all. */
static void
gui_filter_bar_init (GuiFilterBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->filter = GUI_FILTER_ALL;
  for (guint i = 0; i < GUI_N_FILTERS; i++)
    gtk_box_append (GTK_BOX (box), make_choice (self, (GuiFilter) i));
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Filters"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_EXTERNAL,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_widget_set_hexpand (scroller, TRUE);
  adw_bin_set_child (ADW_BIN (self), scroller);
}
