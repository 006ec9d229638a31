/* gui-portion.c: see gui-portion.h. */
#include "gtk-client/parts/gui-portion.h"

struct _GuiPortion
{
  GObject parent;
  GListModel *source;
  guint limit;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GuiPortion, gui_portion, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* --- the list --- */

static GType
get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (GUI_PORTION (model)->source);
}

static guint
get_n_items (GListModel *model)
{
  GuiPortion *self = GUI_PORTION (model);

  return MIN (g_list_model_get_n_items (self->source), self->limit);
}

static void *
get_item (GListModel *model, guint position)
{
  GuiPortion *self = GUI_PORTION (model);

  return position < self->limit ? g_list_model_get_item (self->source, position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* Below the limit what came or went moves what is behind it over the limit, one way or the other.
 */
static void
on_items_changed (GuiPortion *self, guint position, guint removed, guint added)
{
  guint n = g_list_model_get_n_items (self->source);
  guint before = MIN (n - added + removed, self->limit);
  guint now = MIN (n, self->limit);

  if (position >= self->limit)
    return;
  if (removed == added)
    removed = added = MIN (removed, self->limit - position);
  else if (before == self->limit || now == self->limit)
    {
      removed = before - position;
      added = now - position;
    }
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

guint
gui_portion_get_limit (GuiPortion *self)
{
  return self->limit;
}

void
gui_portion_set_limit (GuiPortion *self, guint limit)
{
  guint before = get_n_items (G_LIST_MODEL (self));
  guint now;

  self->limit = limit;
  now = get_n_items (G_LIST_MODEL (self));
  if (now != before)
    g_list_model_items_changed (G_LIST_MODEL (self), MIN (before, now), before - MIN (before, now),
                                now - MIN (before, now));
}

/* --- the object --- */

static void
gui_portion_dispose (GObject *object)
{
  GuiPortion *self = GUI_PORTION (object);

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  G_OBJECT_CLASS (gui_portion_parent_class)->dispose (object);
}

static void
gui_portion_finalize (GObject *object)
{
  g_object_unref (GUI_PORTION (object)->source);
  G_OBJECT_CLASS (gui_portion_parent_class)->finalize (object);
}

static void
gui_portion_class_init (GuiPortionClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_portion_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_portion_finalize;
}

static void
gui_portion_init (GuiPortion *self)
{
}

GuiPortion *
gui_portion_new (GListModel *source)
{
  GuiPortion *self = g_object_new (GUI_TYPE_PORTION, NULL);

  self->source = g_object_ref (source);
  g_signal_connect_swapped (source, "items-changed", G_CALLBACK (on_items_changed), self);
  return self;
}
