/* gui-formats.c: see gui-formats.h. */
#include "gtk-client/parts/gui-formats.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

static const struct
{
  ShoalFormat format;
  const char *words;
} rows[] = {
  { SHOAL_FORMAT_HYBRID, N_ ("Hybrid: every client") },
  { SHOAL_FORMAT_V1, N_ ("v1: every client, private trackers") },
  { SHOAL_FORMAT_V2, N_ ("v2: new clients only") },
};

GListModel *
gui_formats_new_model (void)
{
  GtkStringList *model = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_string_list_append (model, _ (rows[i].words));
  return G_LIST_MODEL (model);
}

ShoalFormat
gui_formats_at (guint row)
{
  return rows[row < G_N_ELEMENTS (rows) ? row : 0].format;
}

guint
gui_formats_find (ShoalFormat format)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].format == format)
      return i;
  return 0;
}
