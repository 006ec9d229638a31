/* gui-picked.c: see gui-picked.h. */
#include "gtk-client/parts/gui-picked.h"

#include <string.h>

#include "gtk-client/text/gui-keys.h"

struct _GuiPicked
{
  GObject parent;
  GListModel *source; /* NULL: stopped */
  GuiPickedFits fits; /* NULL: everything does */
  void *data;
  char *query;
  char **words;     /* of the query; NULL for none */
  GPtrArray *all;   /* the source's items, held */
  GByteArray *kept; /* of each of them whether it is picked */
  GPtrArray *items; /* those that are, held */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GuiPicked, gui_picked, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* --- the list --- */

static GType
get_item_type (GListModel *model)
{
  return SHOAL_TYPE_TORRENT;
}

static guint
get_n_items (GListModel *model)
{
  return GUI_PICKED (model)->items->len;
}

static void *
get_item (GListModel *model, guint position)
{
  GuiPicked *self = GUI_PICKED (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

ShoalTorrent *const *
gui_picked_peek (GuiPicked *self, guint *n)
{
  *n = self->items->len;
  return (ShoalTorrent *const *) self->items->pdata;
}

/* --- what fits --- */

/* Lets go of some, and makes room for others in their place. */
static void
make_room (GPtrArray *array, guint at, guint removed, guint added)
{
  guint tail = array->len - at - removed;

  if (removed > 0)
    g_ptr_array_remove_range (array, at, removed);
  if (added == 0)
    return;
  g_ptr_array_set_size (array, (int) (array->len + added));
  memmove (array->pdata + at + added, array->pdata + at, tail * sizeof *array->pdata);
}

static guint
count_kept (GuiPicked *self, guint from, guint to)
{
  guint n = 0;

  for (guint i = from; i < to; i++)
    n += self->kept->data[i];
  return n;
}

/* Replaces what was picked of a range, at @at of the picked ones, by what is now. */
static void
replace (GuiPicked *self, guint from, guint to, guint at, guint gone)
{
  guint come = count_kept (self, from, to);

  make_room (self->items, at, gone, come);
  for (guint i = from; i < to; i++)
    if (self->kept->data[i] != 0)
      self->items->pdata[at++] = g_object_ref (self->all->pdata[i]);
  if (gone > 0 || come > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at - come, gone, come);
}

static guint8
fits (GuiPicked *self, guint position)
{
  ShoalTorrent *torrent = self->all->pdata[position];

  return (self->fits == NULL || self->fits (torrent, self->data))
         && gui_keys_fit (torrent, (const char *const *) self->words);
}

static void
resize_kept (GuiPicked *self, guint position, guint removed, guint added)
{
  guint tail = self->kept->len - position - removed;

  if (added > removed)
    g_byte_array_set_size (self->kept, self->kept->len + added - removed);
  memmove (self->kept->data + position + added, self->kept->data + position + removed, tail);
  g_byte_array_set_size (self->kept, position + added + tail);
}

static void
on_items_changed (GuiPicked *self, guint position, guint removed, guint added)
{
  guint at = count_kept (self, 0, position);
  guint gone = count_kept (self, position, position + removed);

  make_room (self->all, position, removed, added);
  resize_kept (self, position, removed, added);
  for (guint i = position; i < position + added; i++)
    {
      self->all->pdata[i] = g_list_model_get_item (self->source, i);
      self->kept->data[i] = fits (self, i);
    }
  replace (self, position, position + added, at, gone);
}

void
gui_picked_update (GuiPicked *self)
{
  guint first = G_MAXUINT, end = 0, were = 0;

  for (guint i = 0; i < self->all->len; i++)
    {
      guint8 before = self->kept->data[i];
      guint8 now = fits (self, i);

      if (first != G_MAXUINT)
        were += before;
      if (now == before)
        continue;
      if (first == G_MAXUINT)
        {
          first = i;
          were = before;
        }
      self->kept->data[i] = now;
      end = i + 1;
    }
  if (first == G_MAXUINT)
    return;
  /* Between the first and the last that differ, those that stay are replaced by themselves. */
  were -= count_kept (self, end, self->all->len);
  replace (self, first, end, count_kept (self, 0, first), were);
}

void
gui_picked_set_query (GuiPicked *self, const char *query)
{
  if (g_strcmp0 (self->query, query) == 0)
    return;
  g_free (self->query);
  self->query = g_strdup (query);
  g_strfreev (self->words);
  self->words = gui_keys_words (query);
  gui_picked_update (self);
}

const char *
gui_picked_get_query (GuiPicked *self)
{
  return self->query;
}

void
gui_picked_stop (GuiPicked *self)
{
  guint n = self->items->len;

  if (self->source == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->source, self);
  g_clear_object (&self->source);
  g_byte_array_set_size (self->kept, 0);
  g_ptr_array_set_size (self->all, 0);
  g_ptr_array_set_size (self->items, 0);
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

/* --- the object --- */

static void
gui_picked_dispose (GObject *object)
{
  gui_picked_stop (GUI_PICKED (object));
  G_OBJECT_CLASS (gui_picked_parent_class)->dispose (object);
}

static void
gui_picked_finalize (GObject *object)
{
  GuiPicked *self = GUI_PICKED (object);

  g_free (self->query);
  g_strfreev (self->words);
  g_byte_array_unref (self->kept);
  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->items);
  G_OBJECT_CLASS (gui_picked_parent_class)->finalize (object);
}

static void
gui_picked_class_init (GuiPickedClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_picked_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_picked_finalize;
}

static void
gui_picked_init (GuiPicked *self)
{
  self->kept = g_byte_array_new ();
  self->all = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

GuiPicked *
gui_picked_new (GListModel *source, GuiPickedFits condition, void *data)
{
  GuiPicked *self = g_object_new (GUI_TYPE_PICKED, NULL);

  self->source = g_object_ref (source);
  self->fits = condition;
  self->data = data;
  g_signal_connect_swapped (source, "items-changed", G_CALLBACK (on_items_changed), self);
  on_items_changed (self, 0, 0, g_list_model_get_n_items (source));
  return self;
}
