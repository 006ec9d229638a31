/* gui-log.c: see gui-log.h. */
#include "gtk-client/details/gui-log.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-tab-stop.h"
#include "gtk-client/text/gui-text.h"

struct _GuiLog
{
  GuiTab parent;
  GtkStack *cases;
  GtkListView *view;
  GtkSortListModel *newest_first;
};

G_DEFINE_FINAL_TYPE (GuiLog, gui_log, GUI_TYPE_TAB)

/* --- rows --- */

/* An event never changes: a row is filled when it is bound. */
typedef struct
{
  GtkImage *icon;
  GtkLabel *text;
  GtkLabel *time;
} Row;

static const struct
{
  const char *icon;
  const char *word;
} severities[] = {
  [SHOAL_LOG_INFO] = { NULL, N_ ("Information") }, /* most are: no symbol stands out */
  [SHOAL_LOG_WARNING] = { "dialog-warning-symbolic", N_ ("Warning") },
  [SHOAL_LOG_ERROR] = { "dialog-error-symbolic", N_ ("Error") },
};

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *text = gtk_label_new (NULL);
  GtkWidget *time = gtk_label_new (NULL);
  const Row row = { GTK_IMAGE (icon), GTK_LABEL (text), GTK_LABEL (time) };

  gtk_label_set_xalign (row.text, 0);
  gtk_label_set_wrap (row.text, TRUE);
  gtk_label_set_wrap_mode (row.text, PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_add_css_class (time, "dim-label");
  gtk_widget_add_css_class (time, "caption");
  gtk_widget_add_css_class (time, "figures");
  g_object_set (box, "margin-start", 12, "margin-end", 12, "margin-top", 6, "margin-bottom", 6,
                NULL);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), time);
  g_object_set_data_full (G_OBJECT (item), "row", g_memdup2 (&row, sizeof row), g_free);
  gtk_list_item_set_child (item, box);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const Row *row = g_object_get_data (G_OBJECT (item), "row");
  ShoalLogEntry *entry = gtk_list_item_get_item (item);
  ShoalLogSeverity severity = shoal_log_entry_get_severity (entry);
  GtkWidget *whole = gtk_widget_get_parent (gtk_list_item_get_child (item));
  g_autofree char *text = gui_text_line (shoal_log_entry_get_text (entry));
  g_autofree char *time = gui_text_moment (shoal_log_entry_get_time (entry));
  /* Translators: an event read aloud: how bad it is, when it was, and what */
  g_autofree char *sentence
      = g_strdup_printf (_ ("%s, %s: %s"), _ (severities[severity].word), time, text);

  gtk_image_set_from_icon_name (row->icon, severities[severity].icon);
  gtk_label_set_text (row->text, text);
  gtk_label_set_text (row->time, time);
  if (whole != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (whole), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                    -1);
}

/* --- the tab --- */

static void
show_case (GuiLog *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->newest_first));

  gtk_stack_set_visible_child_name (self->cases, n > 0 ? "list" : "empty");
}

static void
gui_log_begin (GuiTab *tab, ShoalTorrent *torrent)
{
  GuiLog *self = GUI_LOG (tab);
  g_autoptr (GListModel) log = shoal_torrent_dup_log (torrent);

  gtk_sort_list_model_set_model (self->newest_first, log);
  show_case (self);
}

static void
gui_log_end (GuiTab *tab)
{
  gtk_sort_list_model_set_model (GUI_LOG (tab)->newest_first, NULL);
}

static void
gui_log_dispose (GObject *object)
{
  G_OBJECT_CLASS (gui_log_parent_class)->dispose (object);
  g_clear_object (&GUI_LOG (object)->newest_first);
}

static void
gui_log_class_init (GuiLogClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);
  GuiTabClass *tab = GUI_TAB_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_log_dispose;
  tab->begin = gui_log_begin;
  tab->end = gui_log_end;
  g_type_ensure (GUI_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/details/gui-log.ui");
  gtk_widget_class_bind_template_child (widget, GuiLog, cases);
  gtk_widget_class_bind_template_child (widget, GuiLog, view);
}

/* Whether an event stands behind another one in the log. O(events). */
static int
compare_places (GListModel *log, gconstpointer a, gconstpointer b)
{
  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (log, i);

      if (entry == a || entry == b)
        return entry == a ? 1 : -1;
    }
  return 0;
}

/* Several events may be of one second. */
static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  GuiLog *self = data;
  gint64 first = shoal_log_entry_get_time (SHOAL_LOG_ENTRY ((gpointer) a));
  gint64 second = shoal_log_entry_get_time (SHOAL_LOG_ENTRY ((gpointer) b));

  if (first == second && a != b)
    return compare_places (gtk_sort_list_model_get_model (self->newest_first), a, b);
  return (first < second) - (first > second);
}

static void
gui_log_init (GuiLog *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) rows = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->newest_first
      = gtk_sort_list_model_new (NULL, GTK_SORTER (gtk_custom_sorter_new (compare, self, NULL)));
  rows = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->newest_first)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (rows));
  g_signal_connect_object (self->newest_first, "items-changed", G_CALLBACK (show_case), self,
                           G_CONNECT_SWAPPED);
}
