/* gui-download-list.c: see gui-download-list.h. */
#include "gtk-client/download/gui-download-list.h"

#include "gtk-client/model/gui-picked.h"
#include "gtk-client/text/gui-keys.h"

struct _GuiDownloadList
{
  GObject parent;
  GuiPicked *fitting;
  GuiFilter filter;
  char *query;
  char **words; /* of the query; NULL for none */
};

G_DEFINE_FINAL_TYPE (GuiDownloadList, gui_download_list, G_TYPE_OBJECT)

static gboolean
fits (ShoalTorrent *torrent, void *data)
{
  GuiDownloadList *self = data;

  return gui_filters_fit (self->filter, torrent)
         && gui_keys_fit (torrent, (const char *const *) self->words);
}

void
gui_download_list_tick (GuiDownloadList *self)
{
  if (self->filter != GUI_FILTER_ALL || self->words != NULL)
    gui_picked_update (self->fitting);
}

GListModel *
gui_download_list_get_model (GuiDownloadList *self)
{
  return G_LIST_MODEL (self->fitting);
}

void
gui_download_list_set_filter (GuiDownloadList *self, GuiFilter filter)
{
  if (self->filter == filter)
    return;
  self->filter = filter;
  gui_picked_update (self->fitting);
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
  gui_picked_update (self->fitting);
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

  if (self->fitting != NULL)
    gui_picked_stop (self->fitting);
  g_clear_object (&self->fitting);
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

  self->fitting = gui_picked_new (torrents, fits, self);
  return self;
}
