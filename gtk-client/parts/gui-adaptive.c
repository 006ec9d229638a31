/* gui-adaptive.c: see gui-adaptive.h. */
#include "gtk-client/parts/gui-adaptive.h"

#include "gtk-client/parts/gui-width.h"

#define THRESHOLD 600 /* in pixels: below it columns do not fit */

struct _GuiAdaptive
{
  GtkWidget parent;
  GtkWidget *child;
  int threshold;
  gboolean narrow;
  gboolean soon; /* what narrow is about to be */
  guint idle;
};

enum
{
  PROP_CHILD = 1,
  PROP_THRESHOLD,
  PROP_NARROW,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GuiAdaptive, gui_adaptive, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static gboolean
tell (void *data)
{
  GuiAdaptive *self = data;

  self->idle = 0;
  if (self->narrow != self->soon)
    {
      self->narrow = self->soon;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
    }
  return G_SOURCE_REMOVE;
}

/* Who reads large letters has as little room in a wide window. */
static gboolean
is_too_narrow (GuiAdaptive *self, int width)
{
  return width < gui_width_scale (GTK_WIDGET (self), self->threshold);
}

static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GuiAdaptive *self = GUI_ADAPTIVE (widget);

  if (self->child != NULL && gtk_widget_should_layout (self->child))
    gtk_widget_allocate (self->child, width, height, baseline, NULL);
  self->soon = is_too_narrow (self, width);
  if (self->soon != self->narrow && self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, tell, self, NULL);
}

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *min, int *nat,
         int *min_baseline, int *nat_baseline)
{
  GuiAdaptive *self = GUI_ADAPTIVE (widget);

  if (self->child != NULL && gtk_widget_should_layout (self->child))
    gtk_widget_measure (self->child, orientation, for_size, min, nat, min_baseline, nat_baseline);
}

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  GuiAdaptive *self = GUI_ADAPTIVE (widget);

  return self->child != NULL ? gtk_widget_get_request_mode (self->child)
                             : GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
set_child (GuiAdaptive *self, GtkWidget *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  set_child (GUI_ADAPTIVE (buildable), GTK_WIDGET (child));
}

static void
buildable_init (GtkBuildableIface *iface)
{
  iface->add_child = add_child;
}

gboolean
gui_adaptive_get_narrow (GuiAdaptive *self)
{
  return self->narrow;
}

void
gui_adaptive_expect (GuiAdaptive *self, int width)
{
  if (self->narrow == is_too_narrow (self, width))
    return;
  self->narrow = !self->narrow;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

/* --- the object --- */

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GuiAdaptive *self = GUI_ADAPTIVE (object);

  if (id == PROP_CHILD)
    g_value_set_object (value, self->child);
  else if (id == PROP_THRESHOLD)
    g_value_set_int (value, self->threshold);
  else
    g_value_set_boolean (value, self->narrow);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GuiAdaptive *self = GUI_ADAPTIVE (object);

  if (id == PROP_CHILD)
    set_child (self, g_value_get_object (value));
  else
    self->threshold = g_value_get_int (value);
}

static void
gui_adaptive_dispose (GObject *object)
{
  GuiAdaptive *self = GUI_ADAPTIVE (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  set_child (self, NULL);
  G_OBJECT_CLASS (gui_adaptive_parent_class)->dispose (object);
}

static void
gui_adaptive_class_init (GuiAdaptiveClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->dispose = gui_adaptive_dispose;
  object->get_property = get_property;
  object->set_property = set_property;
  widget->measure = measure;
  widget->size_allocate = size_allocate;
  widget->get_request_mode = get_request_mode;
  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_THRESHOLD]
      = g_param_spec_int ("threshold", NULL, NULL, 0, G_MAXINT, THRESHOLD, flags);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object, N_PROPERTIES, properties);
}

static void
gui_adaptive_init (GuiAdaptive *self)
{
  self->threshold = THRESHOLD;
}
