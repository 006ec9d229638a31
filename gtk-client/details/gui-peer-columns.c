/* gui-peer-columns.c: see gui-peer-columns.h. */
#include "gtk-client/details/gui-peer-columns.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text-peer.h"
#include "gtk-client/text/gui-text.h"

typedef struct
{
  const char *title;
  char *(*text) (ShoalPeer *peer); /* (transfer full) */
  char *(*tip) (ShoalPeer *peer);  /* likewise; NULL for none */
  int (*compare) (ShoalPeer *a, ShoalPeer *b);
  gboolean is_figure;
  gboolean expands;
  gboolean when_wide; /* there is no room for it in a narrow window */
} Column;

/* --- texts --- */

static char *
text_address (ShoalPeer *peer)
{
  return g_strdup (shoal_peer_get_address (peer));
}

static char *
text_client (ShoalPeer *peer)
{
  return gui_text_name (shoal_peer_get_client (peer));
}

static char *
text_connection (ShoalPeer *peer)
{
  return gui_text_connection (shoal_peer_get_incoming (peer), shoal_peer_get_encryption (peer));
}

static char *
text_letters (ShoalPeer *peer)
{
  return gui_text_peer_letters (shoal_peer_get_flags (peer), shoal_peer_get_incoming (peer),
                                shoal_peer_get_encryption (peer));
}

static char *
text_words (ShoalPeer *peer)
{
  return gui_text_peer_words (shoal_peer_get_flags (peer), shoal_peer_get_incoming (peer),
                              shoal_peer_get_encryption (peer));
}

static char *
text_percent (ShoalPeer *peer)
{
  return gui_text_percent (shoal_peer_get_progress (peer));
}

static char *
text_down (ShoalPeer *peer)
{
  return gui_text_rate (shoal_peer_get_rate_down (peer));
}

static char *
text_up (ShoalPeer *peer)
{
  return gui_text_rate (shoal_peer_get_rate_up (peer));
}

/* --- order --- */

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int
compare_address (ShoalPeer *a, ShoalPeer *b)
{
  return g_strcmp0 (shoal_peer_get_address (a), shoal_peer_get_address (b));
}

static int
compare_client (ShoalPeer *a, ShoalPeer *b)
{
  return g_strcmp0 (shoal_peer_get_client (a), shoal_peer_get_client (b));
}

static int
compare_connection (ShoalPeer *a, ShoalPeer *b)
{
  return COMPARE (shoal_peer_get_encryption (a), shoal_peer_get_encryption (b));
}

static int
compare_flags (ShoalPeer *a, ShoalPeer *b)
{
  return COMPARE (shoal_peer_get_flags (a), shoal_peer_get_flags (b));
}

static int
compare_progress (ShoalPeer *a, ShoalPeer *b)
{
  return COMPARE (shoal_peer_get_progress (a), shoal_peer_get_progress (b));
}

static int
compare_down (ShoalPeer *a, ShoalPeer *b)
{
  return COMPARE (shoal_peer_get_rate_down (a), shoal_peer_get_rate_down (b));
}

static int
compare_up (ShoalPeer *a, ShoalPeer *b)
{
  return COMPARE (shoal_peer_get_rate_up (a), shoal_peer_get_rate_up (b));
}

static const Column columns[] = {
  { N_ ("Address"), text_address, NULL, compare_address, TRUE, TRUE, FALSE },
  { N_ ("Client"), text_client, NULL, compare_client, FALSE, TRUE, TRUE },
  { N_ ("Connection"), text_connection, NULL, compare_connection, FALSE, FALSE, TRUE },
  { N_ ("Flags"), text_letters, text_words, compare_flags, FALSE, FALSE, TRUE },
  { N_ ("Has"), text_percent, NULL, compare_progress, TRUE, FALSE, FALSE },
  { N_ ("Down"), text_down, NULL, compare_down, TRUE, FALSE, FALSE },
  { N_ ("Up"), text_up, NULL, compare_up, TRUE, FALSE, FALSE },
};

/* --- cells --- */

static void
show_cell (GtkListItem *item, const Column *column)
{
  GtkLabel *label = GTK_LABEL (gtk_list_item_get_child (item));
  ShoalPeer *peer = gtk_list_item_get_item (item);
  g_autofree char *text = column->text (peer);

  if (g_strcmp0 (text, gtk_label_get_text (label)) != 0)
    gtk_label_set_text (label, text);
  if (column->tip != NULL)
    {
      g_autofree char *tip = column->tip (peer);

      gtk_widget_set_tooltip_text (GTK_WIDGET (label), tip);
    }
}

/* The row has its words from the cell of the first column. */
static void
name_row (GtkListItem *item)
{
  GtkWidget *cell = gtk_widget_get_parent (gtk_list_item_get_child (item));
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;
  g_autofree char *sentence = gui_text_peer_sentence (gtk_list_item_get_item (item));

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                    -1);
}

static const Column *
column_of (GtkListItem *item)
{
  return g_object_get_data (G_OBJECT (item), "column");
}

static void
on_changed (GtkListItem *item)
{
  show_cell (item, column_of (item));
  if (column_of (item) == &columns[0])
    name_row (item);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  g_signal_connect_swapped (gtk_list_item_get_item (item), "notify", G_CALLBACK (on_changed), item);
  on_changed (item);
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (item), item);
}

static void
setup_cell (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  GtkWidget *label = gtk_label_new (NULL);
  GuiRowMenu *menu = g_object_get_data (G_OBJECT (factory), "menu");

  g_object_set_data (G_OBJECT (item), "column", (gpointer) column);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (column->is_figure)
    gtk_widget_add_css_class (label, "figures");
  if (column->is_figure && !column->expands)
    gtk_label_set_xalign (GTK_LABEL (label), 1);
  gui_row_menu_add_cell (menu, label, item);
  gtk_list_item_set_child (item, label);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Column *column = data;

  return column->compare (SHOAL_PEER ((gpointer) a), SHOAL_PEER ((gpointer) b));
}

void
gui_peer_columns_add (GtkColumnView *view, GuiRowMenu *menu)
{
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      gpointer data = (gpointer) &columns[i];
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column
          = gtk_column_view_column_new (_ (columns[i].title), factory);
      g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare, data, NULL));

      g_object_set_data (G_OBJECT (factory), "menu", menu);
      g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), data);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), NULL);
      g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), NULL);
      gtk_column_view_column_set_sorter (column, sorter);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_column_set_expand (column, columns[i].expands);
      gtk_column_view_append_column (view, column);
    }
}

void
gui_peer_columns_set_narrow (GtkColumnView *view, gboolean narrow)
{
  GListModel *all = gtk_column_view_get_columns (view);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (all, i);

      gtk_column_view_column_set_visible (column, !narrow || !columns[i].when_wide);
    }
}
