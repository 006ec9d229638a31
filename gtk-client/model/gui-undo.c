/* gui-undo.c: see gui-undo.h. */
#include "gtk-client/model/gui-undo.h"

typedef struct
{
  GuiUndo *list; /* lent: it owns this */
  GuiTakeBack take_back;
  gpointer data;
  GDestroyNotify done;
  guint timeout; /* the source that ends it; 0 while it is ended */
} Offer;

struct _GuiUndo
{
  GObject parent;
  GPtrArray *offers; /* of Offer, the last one last */
  guint seconds;
};

static guint offered_signal;

G_DEFINE_FINAL_TYPE (GuiUndo, gui_undo, G_TYPE_OBJECT)

static void
offer_free (void *data)
{
  Offer *offer = data;

  g_clear_handle_id (&offer->timeout, g_source_remove);
  if (offer->done != NULL)
    offer->done (offer->data);
  g_free (offer);
}

static gboolean
on_time (void *data)
{
  Offer *offer = data;

  offer->timeout = 0;
  g_ptr_array_remove (offer->list->offers, offer);
  return G_SOURCE_REMOVE;
}

static void
forget_same (GuiUndo *self, GuiTakeBack take_back, gconstpointer data)
{
  for (guint i = 0; i < self->offers->len; i++)
    {
      const Offer *offer = self->offers->pdata[i];

      if (offer->take_back != take_back || offer->data != data)
        continue;
      g_ptr_array_remove_index (self->offers, i);
      return;
    }
}

void
gui_undo_offer (GuiUndo *self, const char *words, GuiTakeBack take_back, gpointer data,
                GDestroyNotify done)
{
  Offer *offer = g_new0 (Offer, 1);

  *offer = (Offer){ .list = self, .take_back = take_back, .data = data, .done = done };
  offer->timeout = g_timeout_add_seconds (self->seconds, on_time, offer);
  forget_same (self, take_back, data);
  if (self->offers->len >= GUI_UNDO_MAX)
    g_ptr_array_remove_index (self->offers, 0);
  g_ptr_array_add (self->offers, offer);
  g_signal_emit (self, offered_signal, 0, words);
}

gboolean
gui_undo_take_back (GuiUndo *self)
{
  Offer *offer;
  gboolean taken;

  if (self->offers->len == 0)
    return FALSE;
  offer = g_ptr_array_steal_index (self->offers, self->offers->len - 1);
  taken = offer->take_back (offer->data);
  offer_free (offer);
  return taken;
}

void
gui_undo_set_seconds (GuiUndo *self, guint seconds)
{
  self->seconds = seconds;
}

guint
gui_undo_get_seconds (GuiUndo *self)
{
  return self->seconds;
}

/* --- the object --- */

static void
gui_undo_finalize (GObject *object)
{
  g_ptr_array_unref (GUI_UNDO (object)->offers);
  G_OBJECT_CLASS (gui_undo_parent_class)->finalize (object);
}

static void
gui_undo_class_init (GuiUndoClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_undo_finalize;
  offered_signal = g_signal_new ("offered", GUI_TYPE_UNDO, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
gui_undo_init (GuiUndo *self)
{
  self->offers = g_ptr_array_new_with_free_func (offer_free);
  self->seconds = GUI_UNDO_SECONDS;
}

GuiUndo *
gui_undo_new (void)
{
  return g_object_new (GUI_TYPE_UNDO, NULL);
}
