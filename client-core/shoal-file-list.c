/* shoal-file-list.c: see the header. */
#include "client-core/shoal-file-list-private.h"

struct _ShoalFileList
{
  GObject parent;
  ShoalTorrent *torrent; /* a reference */
  const BtLayout *layout;
  uint32_t *shown; /* the files that are no pads, by their place in the layout */
  guint n_shown;
  GHashTable *held; /* index to ShoalFile, no references: each leaves when it ends */
  uint64_t *done;   /* one a file; NULL before the first picture */
};

static void shoal_file_list_model_init (GListModelInterface *model);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalFileList, shoal_file_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      shoal_file_list_model_init))

/* --- the model --- */

static GType
model_item_type (GListModel *model)
{
  return SHOAL_TYPE_FILE;
}

static guint
model_n_items (GListModel *model)
{
  return SHOAL_FILE_LIST (model)->n_shown;
}

static void *
model_item (GListModel *model, guint at)
{
  ShoalFileList *self = SHOAL_FILE_LIST (model);
  ShoalFile *file;
  guint index;

  if (at >= self->n_shown)
    return NULL;
  index = self->shown[at];
  file = g_hash_table_lookup (self->held, GUINT_TO_POINTER (index));
  if (file != NULL)
    return g_object_ref (file);
  file = shoal_file_new (self, index);
  g_hash_table_insert (self->held, GUINT_TO_POINTER (index), file);
  return file;
}

static void
shoal_file_list_model_init (GListModelInterface *model)
{
  model->get_item_type = model_item_type;
  model->get_n_items = model_n_items;
  model->get_item = model_item;
}

/* --- the object --- */

static void
shoal_file_list_finalize (GObject *object)
{
  ShoalFileList *self = SHOAL_FILE_LIST (object);

  g_object_unref (self->torrent);
  g_hash_table_unref (self->held);
  g_free (self->shown);
  g_free (self->done);
  G_OBJECT_CLASS (shoal_file_list_parent_class)->finalize (object);
}

static void
shoal_file_list_class_init (ShoalFileListClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_file_list_finalize;
}

static void
shoal_file_list_init (ShoalFileList *self)
{
  self->held = g_hash_table_new (NULL, NULL);
}

ShoalFileList *
shoal_file_list_new (ShoalTorrent *torrent)
{
  ShoalFileList *self = g_object_new (SHOAL_TYPE_FILE_LIST, NULL);
  const BtLayout *layout = bt_metainfo_layout (shoal_torrent_metainfo (torrent));

  self->torrent = g_object_ref (torrent);
  self->layout = layout;
  self->shown = g_new (uint32_t, layout->n_files);
  for (size_t i = 0; i < layout->n_files; i++)
    if ((layout->files[i].attr & BT_FILE_PAD) == 0)
      self->shown[self->n_shown++] = (uint32_t) i;
  return self;
}

/* --- pictures --- */

/* References to those that are held: what is told of them may end them. (transfer full) */
static GPtrArray *
held_files (ShoalFileList *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  void *file;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &file))
    g_ptr_array_add (files, g_object_ref (file));
  return files;
}

void
shoal_file_list_take_done (ShoalFileList *self, uint64_t *done)
{
  g_autoptr (GPtrArray) files = held_files (self);

  g_free (self->done);
  self->done = done;
  for (guint i = 0; i < files->len; i++)
    shoal_file_look (files->pdata[i]);
}

GBytes *
shoal_file_list_dup_done (ShoalFileList *self)
{
  if (self->done == NULL)
    return NULL;
  return g_bytes_new (self->done, self->layout->n_files * sizeof *self->done);
}

void
shoal_file_list_tell_priorities (ShoalFileList *self)
{
  g_autoptr (GPtrArray) files = held_files (self);

  for (guint i = 0; i < files->len; i++)
    shoal_file_tell_priority (files->pdata[i]);
}

void
shoal_file_list_tell_path (ShoalFileList *self, guint index)
{
  ShoalFile *file = g_hash_table_lookup (self->held, GUINT_TO_POINTER (index));

  if (file != NULL)
    shoal_file_tell_path (file);
}

/* --- for the files --- */

const char *
shoal_file_list_path (ShoalFileList *self, guint index)
{
  return shoal_torrent_file_name (self->torrent, index);
}

char *
shoal_file_list_place (ShoalFileList *self, guint index)
{
  return shoal_torrent_file_place (self->torrent, index);
}

uint64_t
shoal_file_list_size (ShoalFileList *self, guint index)
{
  return self->layout->files[index].length;
}

uint64_t
shoal_file_list_done (ShoalFileList *self, guint index)
{
  return self->done != NULL ? self->done[index] : 0;
}

guint
shoal_file_list_priority (ShoalFileList *self, guint index)
{
  return shoal_torrent_priority (self->torrent, index);
}

void
shoal_file_list_set_priority (ShoalFileList *self, guint index, guint priority)
{
  ShoalFile *file = g_hash_table_lookup (self->held, GUINT_TO_POINTER (index));

  if (shoal_torrent_priority (self->torrent, index) == priority)
    return;
  shoal_torrent_set_priority (self->torrent, index, (uint8_t) priority);
  if (file != NULL)
    shoal_file_tell_priority (file);
}

void
shoal_file_list_forget (ShoalFileList *self, guint index)
{
  g_hash_table_remove (self->held, GUINT_TO_POINTER (index));
}
