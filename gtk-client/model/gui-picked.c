/* gui-picked.c: see gui-picked.h. */
#include "gtk-client/model/gui-picked.h"

#include <string.h>

struct _GuiPicked
{
  GObject parent;
  GListModel *source; /* NULL: stopped */
  GuiPickedFits fits;
  void *data;
  GByteArray *kept; /* of each of the source's items whether it is picked */
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

/* --- what fits --- */

static guint
count_kept (GuiPicked *self, guint from, guint to)
{
  guint n = 0;

  for (guint i = from; i < to; i++)
    n += self->kept->data[i];
  return n;
}

/* Puts those of the source's items in a range that fit to @at of the picked ones. */
static guint
pick (GuiPicked *self, guint from, guint to, guint at)
{
  guint n = 0;

  for (guint i = from; i < to; i++)
    if (self->kept->data[i] != 0)
      g_ptr_array_insert (self->items, (int) (at + n++), g_list_model_get_item (self->source, i));
  return n;
}

static gboolean
fits (GuiPicked *self, guint position)
{
  g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (self->source, position);

  return self->fits (torrent, self->data);
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
  guint come;

  if (gone > 0)
    g_ptr_array_remove_range (self->items, at, gone);
  resize_kept (self, position, removed, added);
  for (guint i = position; i < position + added; i++)
    self->kept->data[i] = (guint8) (fits (self, i) ? 1 : 0);
  come = pick (self, position, position + added, at);
  if (gone > 0 || come > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at, gone, come);
}

void
gui_picked_update (GuiPicked *self)
{
  guint first = G_MAXUINT, end = 0, at = 0, gone = 0, come = 0;

  for (guint i = 0; self->source != NULL && i < self->kept->len; i++)
    {
      guint8 now = (guint8) (fits (self, i) ? 1 : 0);

      if (now == self->kept->data[i])
        continue;
      if (first == G_MAXUINT)
        first = i;
      end = i + 1;
      self->kept->data[i] ^= 1;
      come += now;
      gone += 1u - now;
    }
  if (first == G_MAXUINT)
    return;
  /* Between the first and the last that differ, those that stay are replaced by themselves. */
  at = count_kept (self, 0, first);
  gone += count_kept (self, first, end) - come;
  g_ptr_array_remove_range (self->items, at, gone);
  come = pick (self, first, end, at);
  g_list_model_items_changed (G_LIST_MODEL (self), at, gone, come);
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

  g_byte_array_unref (self->kept);
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
