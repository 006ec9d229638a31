/* gui-width.c: see gui-width.h. */
#include "gtk-client/parts/gui-width.h"

#define USUAL_DIGIT 9   /* pixels: a digit of GNOME's font at its usual size */
#define AROUND_TITLE 28 /* pixels beside a title: its margins, and the arrow of the order */

int
gui_width_of (GtkWidget *widget, const char *text)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

int
gui_width_scale (GtkWidget *widget, int pixels)
{
  PangoFontMetrics *metrics
      = pango_context_get_metrics (gtk_widget_get_pango_context (widget), NULL, NULL);
  int digit = PANGO_PIXELS (pango_font_metrics_get_approximate_digit_width (metrics));

  pango_font_metrics_unref (metrics);
  return pixels * MAX (digit, USUAL_DIGIT) / USUAL_DIGIT;
}

int
gui_width_of_column (GtkWidget *widget, int pixels, const char *title)
{
  return MAX (gui_width_scale (widget, pixels), gui_width_of (widget, title) + AROUND_TITLE);
}

void
gui_width_let_shrink (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_END);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gui_width_let_shrink (child);
}
