/* gui-download-list.c: see gui-download-list.h. */
#include "gtk-client/download/gui-download-list.h"

#include "gtk-client/text/gui-keys.h"

struct _GuiDownloadList
{
  GObject parent;
  GListModel *torrents;
  GtkFilter *fits;
  GtkFilterListModel *filtered;
  GuiFilter filter;
  char *query;
  char **words; /* of the query; NULL for none */
};

G_DEFINE_FINAL_TYPE (GuiDownloadList, gui_download_list, G_TYPE_OBJECT)

static gboolean
fits (void *torrent, void *data)
{
  GuiDownloadList *self = data;

  return gui_filters_fit (self->filter, torrent)
         && gui_keys_fit (torrent, (const char *const *) self->words);
}

static guint
count_fitting (GuiDownloadList *self, GListModel *model)
{
  guint n = g_list_model_get_n_items (model);
  guint fitting = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (model, i);

      if (fits (torrent, self))
        fitting++;
    }
  return fitting;
}

/* The list is right when all that it has fits, and as many fit in all. */
void
gui_download_list_tick (GuiDownloadList *self)
{
  guint listed = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));

  if (self->filter == GUI_FILTER_ALL && self->words == NULL)
    return;
  if (count_fitting (self, G_LIST_MODEL (self->filtered)) != listed
      || count_fitting (self, self->torrents) != listed)
    gtk_filter_changed (self->fits, GTK_FILTER_CHANGE_DIFFERENT);
}

GListModel *
gui_download_list_get_model (GuiDownloadList *self)
{
  return G_LIST_MODEL (self->filtered);
}

void
gui_download_list_set_filter (GuiDownloadList *self, GuiFilter filter)
{
  if (self->filter == filter)
    return;
  self->filter = filter;
  gtk_filter_changed (self->fits, GTK_FILTER_CHANGE_DIFFERENT);
}

GuiFilter
gui_download_list_get_filter (GuiDownloadList *self)
{
  return self->filter;
}

void
gui_download_list_set_query (GuiDownloadList *self, const char *query)
{
  if (g_strcmp0 (self->query, query) == 0)
    return;
  g_free (self->query);
  self->query = g_strdup (query);
  g_strfreev (self->words);
  self->words = gui_keys_words (query);
  gtk_filter_changed (self->fits, GTK_FILTER_CHANGE_DIFFERENT);
}

const char *
gui_download_list_get_query (GuiDownloadList *self)
{
  return self->query;
}

/* --- the object --- */

static void
gui_download_list_dispose (GObject *object)
{
  GuiDownloadList *self = GUI_DOWNLOAD_LIST (object);

  if (self->fits != NULL)
    gtk_custom_filter_set_filter_func (GTK_CUSTOM_FILTER (self->fits), NULL, NULL, NULL);
  g_clear_object (&self->filtered);
  g_clear_object (&self->fits);
  g_clear_object (&self->torrents);
  G_OBJECT_CLASS (gui_download_list_parent_class)->dispose (object);
}

static void
gui_download_list_finalize (GObject *object)
{
  GuiDownloadList *self = GUI_DOWNLOAD_LIST (object);

  g_free (self->query);
  g_strfreev (self->words);
  G_OBJECT_CLASS (gui_download_list_parent_class)->finalize (object);
}

static void
gui_download_list_class_init (GuiDownloadListClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_download_list_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_download_list_finalize;
}

static void
gui_download_list_init (GuiDownloadList *self)
{
  self->filter = GUI_FILTER_ALL;
}

GuiDownloadList *
gui_download_list_new (GListModel *torrents)
{
  GuiDownloadList *self = g_object_new (GUI_TYPE_DOWNLOAD_LIST, NULL);

  self->torrents = g_object_ref (torrents);
  self->fits = GTK_FILTER (gtk_custom_filter_new (fits, self, NULL));
  self->filtered = gtk_filter_list_model_new (g_object_ref (torrents), g_object_ref (self->fits));
  return self;
}
