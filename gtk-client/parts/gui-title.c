/* gui-title.c: see gui-title.h. GTK has all titles begin where their columns begin, and gives no
 * way to say otherwise: of a title's own widget the one child holds its words and the arrow of the
 * order. What is not as GTK 4.8 has it is left as it is. */
#include "gtk-client/parts/gui-title.h"

void
gui_title_over_figures (GtkColumnView *view)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (view));
  GtkWidget *title = header != NULL ? gtk_widget_get_last_child (header) : NULL;
  GtkWidget *box = title != NULL ? gtk_widget_get_first_child (title) : NULL;

  if (!GTK_IS_BOX (box))
    return;
  gtk_widget_set_halign (box, GTK_ALIGN_END);
  gtk_box_reorder_child_after (GTK_BOX (box), gtk_widget_get_first_child (box),
                               gtk_widget_get_last_child (box));
}
