/* gui-side-by-side.c: see gui-side-by-side.h. In a .ui file its children are its two <child>s. */
#include "gtk-client/details/gui-side-by-side.h"

#define ROOM 680 /* pixels from which both stand beside each other */
#define SPACE 24 /* pixels between them */

struct _GuiSideBySide
{
  GtkWidget parent;
};

static void gui_side_by_side_buildable_init (GtkBuildableIface *buildable);

static GtkBuildableIface *parent_buildable;

G_DEFINE_FINAL_TYPE_WITH_CODE (GuiSideBySide, gui_side_by_side, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                      gui_side_by_side_buildable_init))

/* --- layout --- */

static void
measure_child (GtkWidget *child, GtkOrientation orientation, int for_size, int *minimum,
               int *natural)
{
  *minimum = *natural = 0;
  if (child != NULL)
    gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
gui_side_by_side_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  gboolean across = orientation == GTK_ORIENTATION_HORIZONTAL;
  gboolean beside = for_size >= ROOM;
  int width = across ? -1 : beside ? (for_size - SPACE) / 2 : for_size;
  int minima[2], naturals[2];

  measure_child (gtk_widget_get_first_child (widget), orientation, width, &minima[0], &naturals[0]);
  measure_child (gtk_widget_get_last_child (widget), orientation, width, &minima[1], &naturals[1]);
  *minimum = across || beside ? MAX (minima[0], minima[1]) : minima[0] + SPACE + minima[1];
  *natural = across   ? 2 * MAX (naturals[0], naturals[1]) + SPACE
             : beside ? MAX (naturals[0], naturals[1])
                      : naturals[0] + SPACE + naturals[1];
}

static int
height_of (GtkWidget *child, int width)
{
  int minimum, natural;

  measure_child (child, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural);
  return natural;
}

static void
gui_side_by_side_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *start = gtk_widget_get_first_child (widget);
  GtkWidget *end = gtk_widget_get_last_child (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int half = (width - SPACE) / 2;
  int above, below;

  if (start == NULL || end == start)
    return;
  if (width >= ROOM)
    {
      GtkAllocation left = { .width = half, .height = height };
      GtkAllocation right = { .x = width - half, .width = half, .height = height };

      gtk_widget_size_allocate (start, mirrored ? &right : &left, -1);
      gtk_widget_size_allocate (end, mirrored ? &left : &right, -1);
      return;
    }
  above = height_of (start, width);
  gtk_widget_size_allocate (start, &(GtkAllocation){ 0, 0, width, above }, -1);
  below = MAX (height - above - SPACE, 0);
  gtk_widget_size_allocate (end, &(GtkAllocation){ 0, above + SPACE, width, below }, -1);
}

static GtkSizeRequestMode
gui_side_by_side_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* --- the object --- */

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  if (GTK_IS_WIDGET (child))
    gtk_widget_set_parent (GTK_WIDGET (child), GTK_WIDGET (buildable));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
gui_side_by_side_buildable_init (GtkBuildableIface *buildable)
{
  parent_buildable = g_type_interface_peek_parent (buildable);
  buildable->add_child = add_child;
}

static void
gui_side_by_side_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (gui_side_by_side_parent_class)->dispose (object);
}

static void
gui_side_by_side_class_init (GuiSideBySideClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_side_by_side_dispose;
  widget->get_request_mode = gui_side_by_side_get_request_mode;
  widget->measure = gui_side_by_side_measure;
  widget->size_allocate = gui_side_by_side_size_allocate;
}

static void
gui_side_by_side_init (GuiSideBySide *self)
{
}
