/* gui-file-nodes.c: see gui-file-nodes.h. */
#include "gtk-client/parts/gui-file-nodes.h"

#include <string.h>

#include "gtk-client/parts/gui-file-order.h"

typedef struct
{
  const char *name; /* in the names */
  guint64 size;
  guint64 done;
  guint64 chosen_bytes; /* of a folder */
  guint32 parent;
  guint32 first_child; /* 0: none; the root is nobody's child */
  guint32 next;        /* sibling; 0: none */
  guint32 index;       /* of a file, like the next */
  guint32 position;
  guint32 folder;  /* in the folders, and G_MAXUINT32 for a file */
  guint8 priority; /* of a file */
  guint8 kind;     /* of a file */
} Node;

/* What a folder knows of the files below it. */
typedef struct
{
  guint n_by_priority[GUI_FILE_PRIORITY_MAX + 1];
  guint n_files;
  guint n_children;
  guint *children; /* sorted; NULL until somebody looks */
} Folder;

struct GuiFileNodes
{
  GArray *nodes;   /* of Node */
  GArray *folders; /* of Folder */
  GArray *files;   /* of guint32: nodes, as they were added */
  GStringChunk *names;
  GHashTable *by_path; /* of folders: path in the names to node */
  GString *last_path;  /* the folder of the file before: most often the next one's too */
  guint last_folder;
  guint n_by_kind[GUI_FILE_N_KINDS];
  gboolean done_known; /* it was told what is here */
};

static Node *
node_at (const GuiFileNodes *self, guint node)
{
  return &g_array_index (self->nodes, Node, node);
}

static Folder *
folder_of (const GuiFileNodes *self, guint node)
{
  return &g_array_index (self->folders, Folder, node_at (self, node)->folder);
}

gboolean
gui_file_nodes_is_folder (const GuiFileNodes *self, guint node)
{
  return node_at (self, node)->folder != G_MAXUINT32;
}

/* --- making it --- */

static void
clear_folder (void *folder)
{
  g_free (((Folder *) folder)->children);
}

static guint
add_node (GuiFileNodes *self, const char *name, guint parent, gboolean is_folder)
{
  Node node = { .name = name, .parent = parent, .folder = G_MAXUINT32 };
  guint id = self->nodes->len;

  if (is_folder)
    {
      Folder folder = { .children = NULL };

      node.folder = self->folders->len;
      g_array_append_val (self->folders, folder);
    }
  if (id != GUI_FILE_ROOT)
    {
      node.next = node_at (self, parent)->first_child;
      node_at (self, parent)->first_child = id;
      folder_of (self, parent)->n_children++;
    }
  g_array_append_val (self->nodes, node);
  return id;
}

GuiFileNodes *
gui_file_nodes_new (void)
{
  GuiFileNodes *self = g_new0 (GuiFileNodes, 1);

  self->nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  self->folders = g_array_new (FALSE, FALSE, sizeof (Folder));
  g_array_set_clear_func (self->folders, clear_folder);
  self->files = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->names = g_string_chunk_new (64 * 1024);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->last_path = g_string_new (NULL);
  add_node (self, "", GUI_FILE_ROOT, TRUE);
  return self;
}

void
gui_file_nodes_free (GuiFileNodes *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_path);
  g_string_free (self->last_path, TRUE);
  g_string_chunk_free (self->names);
  g_array_unref (self->files);
  g_array_unref (self->folders);
  g_array_unref (self->nodes);
  g_free (self);
}

/* The folder at the first @len bytes of the path, which are made with all above them. */
static guint
need_folder (GuiFileNodes *self, const char *path, gsize len)
{
  g_autofree char *wanted = g_strndup (path, len);
  char *kept;
  const char *slash;
  void *found;
  guint parent, node;

  if (len == 0)
    return GUI_FILE_ROOT;
  if (g_hash_table_lookup_extended (self->by_path, wanted, NULL, &found))
    return GPOINTER_TO_UINT (found);
  kept = g_string_chunk_insert (self->names, wanted);
  slash = strrchr (kept, '/');
  parent = slash != NULL ? need_folder (self, kept, (gsize) (slash - kept)) : GUI_FILE_ROOT;
  node = add_node (self, slash != NULL ? slash + 1 : kept, parent, TRUE);
  g_hash_table_insert (self->by_path, kept, GUINT_TO_POINTER (node));
  return node;
}

static guint
folder_of_path (GuiFileNodes *self, const char *path, gsize len)
{
  if (len == self->last_path->len && memcmp (path, self->last_path->str, len) == 0)
    return self->last_folder;
  self->last_folder = need_folder (self, path, len);
  g_string_truncate (self->last_path, 0);
  g_string_append_len (self->last_path, path, (gssize) len);
  return self->last_folder;
}

/* Adds a file to the sums above it, or takes it out of them. */
static void
count (GuiFileNodes *self, const Node *file, gboolean in)
{
  guint step = in ? 1u : -1u;
  guint64 bytes = in ? file->size : -file->size;

  for (guint at = file->parent;; at = node_at (self, at)->parent)
    {
      folder_of (self, at)->n_by_priority[file->priority] += step;
      if (file->priority > GUI_FILE_PRIORITY_SKIP)
        node_at (self, at)->chosen_bytes += bytes;
      if (at == GUI_FILE_ROOT)
        return;
    }
}

/* Sums that do not change with what is wanted. */
static void
count_file (GuiFileNodes *self, const Node *file)
{
  for (guint at = file->parent;; at = node_at (self, at)->parent)
    {
      folder_of (self, at)->n_files++;
      node_at (self, at)->size += file->size;
      if (at == GUI_FILE_ROOT)
        return;
    }
}

void
gui_file_nodes_add (GuiFileNodes *self, const char *path, guint64 size, guint index, guint priority)
{
  const char *slash = strrchr (path, '/');
  const char *name = g_string_chunk_insert (self->names, slash != NULL ? slash + 1 : path);
  guint folder = folder_of_path (self, path, slash != NULL ? (gsize) (slash - path) : 0);
  guint id = add_node (self, name, folder, FALSE);
  Node *file = node_at (self, id);

  file->size = size;
  file->index = index;
  file->priority = (guint8) MIN (priority, GUI_FILE_PRIORITY_MAX);
  file->kind = (guint8) gui_file_order_kind (name);
  file->position = self->files->len;
  self->n_by_kind[file->kind]++;
  g_array_append_val (self->files, id);
  g_clear_pointer (&folder_of (self, folder)->children, g_free);
  count_file (self, file);
  count (self, file, TRUE);
}

/* --- a node --- */

guint
gui_file_nodes_get_n_files (const GuiFileNodes *self)
{
  return self->files->len;
}

const char *
gui_file_nodes_get_name (const GuiFileNodes *self, guint node)
{
  return node_at (self, node)->name;
}

char *
gui_file_nodes_dup_path (const GuiFileNodes *self, guint node)
{
  GString *path = g_string_new (NULL);

  for (guint at = node; at != GUI_FILE_ROOT; at = node_at (self, at)->parent)
    {
      if (at != node)
        g_string_prepend_c (path, '/');
      g_string_prepend (path, node_at (self, at)->name);
    }
  return g_string_free (path, FALSE);
}

guint
gui_file_nodes_get_parent (const GuiFileNodes *self, guint node)
{
  return node_at (self, node)->parent;
}

guint
gui_file_nodes_get_index (const GuiFileNodes *self, guint node)
{
  return node_at (self, node)->index;
}

guint
gui_file_nodes_get_position (const GuiFileNodes *self, guint node)
{
  return node_at (self, node)->position;
}

guint64
gui_file_nodes_get_size (const GuiFileNodes *self, guint node)
{
  return node_at (self, node)->size;
}

guint64
gui_file_nodes_get_done (const GuiFileNodes *self, guint node)
{
  return node_at (self, node)->done;
}

GuiFileKind
gui_file_nodes_get_kind (const GuiFileNodes *self, guint node)
{
  return (GuiFileKind) node_at (self, node)->kind;
}

guint
gui_file_nodes_first_position (const GuiFileNodes *self, guint node)
{
  while (gui_file_nodes_is_folder (self, node) && node_at (self, node)->first_child != 0)
    node = node_at (self, node)->first_child;
  return node_at (self, node)->position;
}

guint
gui_file_nodes_find_index (const GuiFileNodes *self, guint index)
{
  for (guint i = 0; i < self->files->len; i++)
    if (node_at (self, g_array_index (self->files, guint32, i))->index == index)
      return g_array_index (self->files, guint32, i);
  return GUI_FILE_ROOT;
}

void
gui_file_nodes_set_name (GuiFileNodes *self, guint node, const char *name)
{
  node_at (self, node)->name = g_string_chunk_insert (self->names, name);
}

const guint *
gui_file_nodes_get_children (GuiFileNodes *self, guint node, guint *n)
{
  Folder *folder = folder_of (self, node);
  guint at = 0;
  g_autofree GuiFileOrder *order = NULL;

  *n = folder->n_children;
  if (folder->children != NULL || folder->n_children == 0)
    return folder->children;
  order = g_new (GuiFileOrder, folder->n_children);
  for (guint child = node_at (self, node)->first_child; child != 0;
       child = node_at (self, child)->next)
    order[at++] = (GuiFileOrder){ .name = node_at (self, child)->name,
                                  .node = child,
                                  .is_folder = gui_file_nodes_is_folder (self, child) };
  gui_file_order_sort (order, at);
  folder->children = g_new (guint, at);
  for (guint i = 0; i < at; i++)
    folder->children[i] = order[i].node;
  return folder->children;
}

/* --- search --- */

static gboolean
is_in_path (const GuiFileNodes *self, guint node, const char *query, GHashTable *known)
{
  void *found;
  gboolean matches;

  if (node == GUI_FILE_ROOT)
    return FALSE;
  if (g_hash_table_lookup_extended (known, GUINT_TO_POINTER (node), NULL, &found))
    return GPOINTER_TO_INT (found);
  matches = gui_file_order_matches (node_at (self, node)->name, query)
            || is_in_path (self, node_at (self, node)->parent, query, known);
  g_hash_table_insert (known, GUINT_TO_POINTER (node), GINT_TO_POINTER (matches));
  return matches;
}

GArray *
gui_file_nodes_find (const GuiFileNodes *self, const char *query)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *folded = gui_file_order_fold (query);
  g_autoptr (GHashTable) folders = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < self->files->len; i++)
    {
      guint id = g_array_index (self->files, guint32, i);
      const Node *file = node_at (self, id);

      if (gui_file_order_matches (file->name, folded)
          || is_in_path (self, file->parent, folded, folders))
        g_array_append_val (found, id);
    }
  return found;
}

/* --- what is wanted --- */

guint
gui_file_nodes_get_chosen_files (const GuiFileNodes *self, guint node)
{
  const Folder *folder;

  if (!gui_file_nodes_is_folder (self, node))
    return node_at (self, node)->priority > GUI_FILE_PRIORITY_SKIP ? 1 : 0;
  folder = folder_of (self, node);
  return folder->n_files - folder->n_by_priority[GUI_FILE_PRIORITY_SKIP];
}

GuiChoice
gui_file_nodes_get_choice (const GuiFileNodes *self, guint node)
{
  guint n = gui_file_nodes_is_folder (self, node) ? folder_of (self, node)->n_files : 1;
  guint chosen = gui_file_nodes_get_chosen_files (self, node);

  if (chosen == 0)
    return GUI_CHOICE_NONE;
  return chosen == n ? GUI_CHOICE_ALL : GUI_CHOICE_SOME;
}

guint
gui_file_nodes_get_priority (const GuiFileNodes *self, guint node)
{
  const Folder *folder;
  guint chosen = gui_file_nodes_get_chosen_files (self, node);

  if (!gui_file_nodes_is_folder (self, node))
    return node_at (self, node)->priority;
  folder = folder_of (self, node);
  for (guint i = GUI_FILE_PRIORITY_SKIP + 1; chosen > 0 && i <= GUI_FILE_PRIORITY_MAX; i++)
    if (folder->n_by_priority[i] > 0)
      return folder->n_by_priority[i] == chosen ? i : GUI_FILE_MIXED;
  return GUI_FILE_PRIORITY_SKIP;
}

guint64
gui_file_nodes_get_chosen_bytes (const GuiFileNodes *self, guint node)
{
  const Node *at = node_at (self, node);

  if (gui_file_nodes_is_folder (self, node))
    return at->chosen_bytes;
  return at->priority > GUI_FILE_PRIORITY_SKIP ? at->size : 0;
}

static void
set_file (GuiFileNodes *self, Node *file, guint priority)
{
  if (file->priority == priority)
    return;
  count (self, file, FALSE);
  file->priority = (guint8) priority;
  count (self, file, TRUE);
}

/* The priority that a file gets which is asked to have @priority, or to be chosen. */
static guint
wanted_priority (const Node *file, guint priority, gboolean keeps)
{
  return keeps && file->priority > GUI_FILE_PRIORITY_SKIP ? file->priority : priority;
}

/* @keeps: a file that is chosen already stays as it is. As deep as the torrent's paths, which its
 * parser bounds. */
static void
set_below (GuiFileNodes *self, guint id, guint priority, gboolean keeps)
{
  Node *node = node_at (self, id);

  if (!gui_file_nodes_is_folder (self, id))
    {
      set_file (self, node, wanted_priority (node, priority, keeps));
      return;
    }
  for (guint child = node->first_child; child != 0; child = node_at (self, child)->next)
    set_below (self, child, priority, keeps);
}

void
gui_file_nodes_set_priority (GuiFileNodes *self, guint node, guint priority)
{
  set_below (self, node, MIN (priority, GUI_FILE_PRIORITY_MAX), FALSE);
}

void
gui_file_nodes_choose (GuiFileNodes *self, guint node, gboolean chosen)
{
  set_below (self, node, chosen ? GUI_FILE_PRIORITY_NORMAL : GUI_FILE_PRIORITY_SKIP, chosen);
}

void
gui_file_nodes_choose_kind (GuiFileNodes *self, GuiFileKind kind)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      guint id = g_array_index (self->files, guint32, i);

      gui_file_nodes_choose (self, id, node_at (self, id)->kind == kind);
    }
}

gboolean
gui_file_nodes_has_kind (const GuiFileNodes *self, GuiFileKind kind)
{
  return self->n_by_kind[kind] > 0;
}

/* --- what is here --- */

static void
add_done (GuiFileNodes *self, Node *file, guint64 done)
{
  guint64 more = done - file->done;

  file->done = done;
  for (guint at = file->parent;; at = node_at (self, at)->parent)
    {
      node_at (self, at)->done += more;
      if (at == GUI_FILE_ROOT)
        return;
    }
}

gboolean
gui_file_nodes_is_done_known (const GuiFileNodes *self)
{
  return self->done_known;
}

gboolean
gui_file_nodes_take_done (GuiFileNodes *self, const guint64 *done, gsize n)
{
  gboolean changed = !self->done_known;

  self->done_known = TRUE;
  for (guint i = 0; i < self->files->len; i++)
    {
      Node *file = node_at (self, g_array_index (self->files, guint32, i));

      if (file->index >= n || file->done == done[file->index])
        continue;
      add_done (self, file, done[file->index]);
      changed = TRUE;
    }
  return changed;
}

void
gui_file_nodes_write_priorities (const GuiFileNodes *self, guint8 *out, gsize n)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      const Node *file = node_at (self, g_array_index (self->files, guint32, i));

      if (file->index < n)
        out[file->index] = file->priority;
    }
}
