/* gui-file-rows.c: see gui-file-rows.h. */
#include "gtk-client/parts/gui-file-rows.h"

struct _GuiFileRows
{
  GObject parent;
  GuiFileNodes *nodes;
  GHashTable *held; /* node to GuiFileRow, no references: each leaves when it ends */
};

struct _GuiFileRow
{
  GObject parent;
  GuiFileRows *rows; /* a reference */
  guint node;
};

enum
{
  SIGNAL_CHOSEN,
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GuiFileRows, gui_file_rows, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (GuiFileRow, gui_file_row, G_TYPE_OBJECT)

/* --- a row --- */

static void
gui_file_row_finalize (GObject *object)
{
  GuiFileRow *self = GUI_FILE_ROW (object);

  g_hash_table_remove (self->rows->held, GUINT_TO_POINTER (self->node));
  g_object_unref (self->rows);
  G_OBJECT_CLASS (gui_file_row_parent_class)->finalize (object);
}

static void
gui_file_row_class_init (GuiFileRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_file_row_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", GUI_TYPE_FILE_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
gui_file_row_init (GuiFileRow *self)
{
}

guint
gui_file_row_get_node (GuiFileRow *self)
{
  return self->node;
}

GuiFileRows *
gui_file_row_get_rows (GuiFileRow *self)
{
  return self->rows;
}

/* (transfer full) */
static GuiFileRow *
need_row (GuiFileRows *self, guint node)
{
  GuiFileRow *row = g_hash_table_lookup (self->held, GUINT_TO_POINTER (node));

  if (row != NULL)
    return g_object_ref (row);
  row = g_object_new (GUI_TYPE_FILE_ROW, NULL);
  row->rows = g_object_ref (self);
  row->node = node;
  g_hash_table_insert (self->held, GUINT_TO_POINTER (node), row);
  return row;
}

/* --- a list of rows --- */

#define GUI_TYPE_FILE_LIST (gui_file_list_get_type ())
G_DECLARE_FINAL_TYPE (GuiFileList, gui_file_list, GUI, FILE_LIST, GObject)

struct _GuiFileList
{
  GObject parent;
  GuiFileRows *rows; /* a reference */
  GArray *found;     /* of guint; NULL: the children of a folder */
  const guint *nodes;
  guint n;
};

static GType
list_item_type (GListModel *model)
{
  return GUI_TYPE_FILE_ROW;
}

static guint
list_n_items (GListModel *model)
{
  return GUI_FILE_LIST (model)->n;
}

static void *
list_item (GListModel *model, guint at)
{
  GuiFileList *self = GUI_FILE_LIST (model);

  return at < self->n ? need_row (self->rows, self->nodes[at]) : NULL;
}

static void
gui_file_list_model_init (GListModelInterface *model)
{
  model->get_item_type = list_item_type;
  model->get_n_items = list_n_items;
  model->get_item = list_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GuiFileList, gui_file_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, gui_file_list_model_init))

static void
gui_file_list_finalize (GObject *object)
{
  GuiFileList *self = GUI_FILE_LIST (object);

  g_clear_pointer (&self->found, g_array_unref);
  g_object_unref (self->rows);
  G_OBJECT_CLASS (gui_file_list_parent_class)->finalize (object);
}

static void
gui_file_list_class_init (GuiFileListClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_file_list_finalize;
}

static void
gui_file_list_init (GuiFileList *self)
{
}

GListModel *
gui_file_rows_list_folder (GuiFileRows *self, guint folder)
{
  GuiFileList *list = g_object_new (GUI_TYPE_FILE_LIST, NULL);

  list->rows = g_object_ref (self);
  list->nodes = gui_file_nodes_get_children (self->nodes, folder, &list->n);
  return G_LIST_MODEL (list);
}

GListModel *
gui_file_rows_list_found (GuiFileRows *self, const char *query)
{
  GuiFileList *list = g_object_new (GUI_TYPE_FILE_LIST, NULL);

  list->rows = g_object_ref (self);
  list->found = gui_file_nodes_find (self->nodes, query);
  list->nodes = (const guint *) (const void *) list->found->data;
  list->n = list->found->len;
  return G_LIST_MODEL (list);
}

/* --- all of them --- */

static void
gui_file_rows_finalize (GObject *object)
{
  GuiFileRows *self = GUI_FILE_ROWS (object);

  g_hash_table_unref (self->held);
  gui_file_nodes_free (self->nodes);
  G_OBJECT_CLASS (gui_file_rows_parent_class)->finalize (object);
}

static void
gui_file_rows_class_init (GuiFileRowsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_file_rows_finalize;
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", GUI_TYPE_FILE_ROWS, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
gui_file_rows_init (GuiFileRows *self)
{
  self->held = g_hash_table_new (NULL, NULL);
}

GuiFileRows *
gui_file_rows_new (GuiFileNodes *nodes)
{
  GuiFileRows *self = g_object_new (GUI_TYPE_FILE_ROWS, NULL);

  self->nodes = nodes;
  return self;
}

const GuiFileNodes *
gui_file_rows_get_nodes (GuiFileRows *self)
{
  return self->nodes;
}

/* What is told of a row may end another. */
static void
tell_held (GuiFileRows *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  void *row;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    g_ptr_array_add (rows, g_object_ref (row));
  for (guint i = 0; i < rows->len; i++)
    g_signal_emit (rows->pdata[i], signals[SIGNAL_CHANGED], 0);
}

static void
tell_chosen (GuiFileRows *self)
{
  tell_held (self);
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0);
}

void
gui_file_rows_choose (GuiFileRows *self, guint node, gboolean chosen)
{
  gui_file_nodes_choose (self->nodes, node, chosen);
  tell_chosen (self);
}

void
gui_file_rows_choose_only (GuiFileRows *self, GuiFileKind kind)
{
  gui_file_nodes_choose_kind (self->nodes, kind);
  tell_chosen (self);
}

void
gui_file_rows_set_priority (GuiFileRows *self, const guint *nodes, guint n, guint priority)
{
  for (guint i = 0; i < n; i++)
    gui_file_nodes_set_priority (self->nodes, nodes[i], priority);
  tell_chosen (self);
}

void
gui_file_rows_take_done (GuiFileRows *self, const guint64 *done, gsize n)
{
  if (gui_file_nodes_take_done (self->nodes, done, n))
    tell_held (self);
}

void
gui_file_rows_rename (GuiFileRows *self, guint node, const char *name)
{
  gui_file_nodes_set_name (self->nodes, node, name);
  tell_held (self);
}
