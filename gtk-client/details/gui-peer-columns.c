/* gui-peer-columns.c: see gui-peer-columns.h. */
#include "gtk-client/details/gui-peer-columns.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-row-menu.h"
#include "gtk-client/parts/gui-title.h"
#include "gtk-client/parts/gui-width.h"
#include "gtk-client/text/gui-text-peer.h"
#include "gtk-client/text/gui-text.h"

#define AROUND_TEXT 18 /* pixels of a cell beside its text */

typedef struct
{
  const char *title;
  const char *changes;             /* the signal of a change; NULL: it stays as it is */
  char *(*text) (ShoalPeer *peer); /* (transfer full) */
  char *(*tip) (ShoalPeer *peer);  /* likewise; NULL for none */
  int (*compare) (ShoalPeer *a, ShoalPeer *b);
  int (*widest) (GtkWidget *view); /* pixels that its longest text needs; NULL: not known */
  int width;                       /* pixels at first; 0: what is left, by its share */
  gboolean is_figure;              /* digits of equal width, at the end of the line */
  gboolean when_wide;              /* there is no room for it in a narrow window */
} Column;

/* --- texts --- */

static char *
text_limits (ShoalPeer *peer)
{
  return gui_text_peer_limits (shoal_peer_get_limit_down (peer), shoal_peer_get_limit_up (peer));
}

static char *
text_address (ShoalPeer *peer)
{
  g_autofree char *limits = text_limits (peer);

  if (*limits == '\0')
    return g_strdup (shoal_peer_get_address (peer));
  return g_strconcat ("\u2068", shoal_peer_get_address (peer), "\u2069", _ (", "), limits, NULL);
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
text_source (ShoalPeer *peer)
{
  g_autofree char *sources = gui_text_sources (shoal_peer_get_sources (peer));

  /* Translators: %s is who told of a peer, such as "a tracker, another peer" */
  return *sources != '\0' ? g_strdup_printf (_ ("Its address is from: %s"), sources) : NULL;
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

/* --- widths --- */

static int
widest_connection (GtkWidget *view)
{
  int widest = 0;

  for (ShoalPeerEncryption kind = SHOAL_PEER_ENCRYPTION_NONE; kind <= SHOAL_PEER_ENCRYPTION_ALL;
       kind++)
    for (gboolean incoming = FALSE; incoming <= TRUE; incoming++)
      {
        g_autofree char *text = gui_text_connection (incoming, kind);

        widest = MAX (widest, gui_width_of (view, text));
      }
  return widest;
}

static int
widest_rate (GtkWidget *view)
{
  g_autofree char *text = gui_text_rate (G_GUINT64_CONSTANT (888) << 10);

  return gui_width_of (view, text);
}

static const Column columns[] = {
  { N_ ("Address"), NULL, text_address, text_source, compare_address, NULL, 0, FALSE, FALSE },
  { N_ ("Client"), "notify::client", text_client, NULL, compare_client, NULL, 0, FALSE, TRUE },
  { N_ ("Connection"), NULL, text_connection, NULL, compare_connection, widest_connection, 150,
    FALSE, TRUE },
  { N_ ("Flags"), "notify::flags", text_letters, text_words, compare_flags, NULL, 64, FALSE, TRUE },
  { N_ ("Has"), "notify::progress", text_percent, NULL, compare_progress, NULL, 64, TRUE, TRUE },
  { N_ ("Down"), "notify::rate-down", text_down, NULL, compare_down, widest_rate, 84, TRUE, FALSE },
  { N_ ("Up"), "notify::rate-up", text_up, NULL, compare_up, widest_rate, 84, TRUE, FALSE },
};

/* --- cells --- */

static const Column *
column_of (GtkListItem *item)
{
  return g_object_get_data (G_OBJECT (item), "column");
}

static void
show_cell (GtkListItem *item)
{
  GtkInscription *cell = GTK_INSCRIPTION (gtk_list_item_get_child (item));
  g_autofree char *text = column_of (item)->text (gtk_list_item_get_item (item));

  gtk_inscription_set_text (cell, text);
}

static gboolean
tell_more (GtkWidget *cell, int x, int y, gboolean by_keys, GtkTooltip *tooltip, GtkListItem *item)
{
  ShoalPeer *peer = gtk_list_item_get_item (item);
  g_autofree char *tip = peer != NULL ? column_of (item)->tip (peer) : NULL;

  gtk_tooltip_set_text (tooltip, tip);
  return tip != NULL;
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

/* The first column tells of them. */
static const char *const limits[] = { "notify::limit-down", "notify::limit-up" };

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const Column *column = column_of (item);
  GObject *peer = gtk_list_item_get_item (item);

  show_cell (item);
  if (column->changes != NULL)
    g_signal_connect_swapped (peer, column->changes, G_CALLBACK (show_cell), item);
  if (column != &columns[0])
    return;
  name_row (item);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    g_signal_connect_swapped (peer, limits[i], G_CALLBACK (show_cell), item);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    g_signal_connect_swapped (peer, limits[i], G_CALLBACK (name_row), item);
  g_signal_connect_swapped (peer, "notify::progress", G_CALLBACK (name_row), item);
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (item), item);
}

/* Inscriptions ask for the same room whatever they say: a list is not laid out anew each second. */
static void
setup_cell (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  GtkWidget *cell = gtk_inscription_new (NULL);

  g_object_set_data (G_OBJECT (item), "column", (gpointer) column);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_lines (GTK_INSCRIPTION (cell), 1);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (cell), column->is_figure ? 1 : 0);
  gtk_widget_add_css_class (cell, "figures");
  if (column->tip != NULL)
    {
      gtk_widget_set_has_tooltip (cell, TRUE);
      g_signal_connect (cell, "query-tooltip", G_CALLBACK (tell_more), item);
    }
  gui_row_menu_mark (cell, item);
  gtk_list_item_set_child (item, cell);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Column *column = data;

  return column->compare (SHOAL_PEER ((gpointer) a), SHOAL_PEER ((gpointer) b));
}

/* A view takes the width of columns that are hidden off that of what expands. */
static void
show_column (GtkColumnView *view, GtkColumnViewColumn *made, const Column *column, gboolean shown)
{
  int width = gui_width_of_column (GTK_WIDGET (view), column->width, _ (column->title));

  if (column->widest != NULL)
    width = MAX (width, column->widest (GTK_WIDGET (view)) + AROUND_TEXT);
  gtk_column_view_column_set_visible (made, shown);
  if (column->width > 0)
    gtk_column_view_column_set_fixed_width (made, shown ? width : 0);
}

void
gui_peer_columns_add (GtkColumnView *view)
{
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      gpointer data = (gpointer) &columns[i];
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column
          = gtk_column_view_column_new (_ (columns[i].title), factory);
      g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare, data, NULL));

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), data);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), NULL);
      g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), NULL);
      gtk_column_view_column_set_sorter (column, sorter);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_column_set_expand (column, columns[i].width == 0);
      show_column (view, column, &columns[i], TRUE);
      gtk_column_view_append_column (view, column);
      if (columns[i].is_figure)
        gui_title_over_figures (view);
    }
}

void
gui_peer_columns_set_narrow (GtkColumnView *view, gboolean narrow)
{
  GListModel *all = gtk_column_view_get_columns (view);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (all, i);

      show_column (view, column, &columns[i], !narrow || !columns[i].when_wide);
    }
}
