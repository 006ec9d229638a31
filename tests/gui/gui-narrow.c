/* gui-narrow.c: see gui-narrow.h. */
#include "tests/gui/gui-narrow.h"

static int
min_width (GtkWidget *widget)
{
  int min;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  return min;
}

/* What scrolls may be wider than what it scrolls in, and asks for less. */
static gboolean
blame (GtkWidget *widget)
{
  gboolean found = FALSE;

  if (min_width (widget) <= GUI_PHONE_WIDTH)
    return FALSE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found |= blame (child);
  if (!found)
    g_test_message ("%s \"%s\" asks for %d pixels", G_OBJECT_TYPE_NAME (widget),
                    GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget))
                                          : gtk_widget_get_name (widget),
                    min_width (widget));
  return TRUE;
}

void
gui_assert_fits_phone (GtkWidget *widget)
{
  if (blame (widget))
    g_test_fail ();
}
