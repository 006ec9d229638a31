/* gui-removals.c: see gui-removals.h. */
#include "gtk-client/model/gui-removals.h"

#include <glib/gi18n.h>

#include "gtk-client/model/gui-trash.h"
#include "gtk-client/text/gui-text.h"

/* Torrents that were removed together. */
typedef struct
{
  GuiRemovals *list; /* that owns it */
  guint number;
  GuiRemove how;
  GPtrArray *torrents; /* of ShoalTorrent */
  guint timeout;
} Removal;

/* One torrent that is on its way out. */
typedef struct
{
  GuiRemovals *list; /* held */
  ShoalTorrent *torrent;
  GuiRemove how;
  GuiTrashJob *job;
} Leaving;

struct _GuiRemovals
{
  GObject parent;
  GHashTable *hidden;  /* of ShoalTorrent, lent: by a removal, or until the session lets it go */
  GPtrArray *removals; /* of Removal: what can be taken back */
  guint last;
  guint n_leaving;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_FAILED,
  SIGNAL_IDLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GuiRemovals, gui_removals, G_TYPE_OBJECT)

/* --- on the way out --- */

static void
fail (GuiRemovals *self, ShoalTorrent *torrent, const GError *error)
{
  g_autofree char *name = gui_text_name (shoal_torrent_get_name (torrent));
  g_autofree char *cause = gui_text_line (error->message);
  /* Translators: the name of a torrent, and why its files could not be thrown away */
  g_autofree char *words
      = g_strdup_printf (_ ("The files of “%s” are still there: %s"), name, cause);

  g_signal_emit (self, signals[SIGNAL_FAILED], 0, words);
}

static void
leaving_end (Leaving *leaving)
{
  GuiRemovals *self = leaving->list;

  g_hash_table_remove (self->hidden, leaving->torrent);
  if (shoal_torrent_get_state (leaving->torrent) != SHOAL_TORRENT_STATE_REMOVED)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  g_object_unref (leaving->torrent);
  gui_trash_job_free (leaving->job);
  g_free (leaving);
  if (--self->n_leaving == 0 && self->removals->len == 0)
    g_signal_emit (self, signals[SIGNAL_IDLE], 0);
  g_object_unref (self);
}

static void
on_trashed (GObject *source, GAsyncResult *result, void *data)
{
  Leaving *leaving = data;
  g_autoptr (GError) error = NULL;

  if (!gui_trash_run_finish (result, &error))
    fail (leaving->list, leaving->torrent, error);
  leaving_end (leaving);
}

static void
on_removed (GObject *source, GAsyncResult *result, void *data)
{
  Leaving *leaving = data;
  g_autoptr (GError) error = NULL;

  if (!shoal_torrent_remove_finish (leaving->torrent, result, &error))
    fail (leaving->list, leaving->torrent, error);
  else if (leaving->job != NULL)
    {
      gui_trash_run_async (g_steal_pointer (&leaving->job), on_trashed, leaving);
      return;
    }
  leaving_end (leaving);
}

static void
remove_from_session (Leaving *leaving)
{
  shoal_torrent_remove_async (leaving->torrent,
                              leaving->how == GUI_REMOVE_DELETE ? SHOAL_REMOVE_DELETE_DATA
                                                                : SHOAL_REMOVE_KEEP_DATA,
                              NULL, on_removed, leaving);
}

static void
on_collected (GObject *source, GAsyncResult *result, void *data)
{
  Leaving *leaving = data;

  leaving->job = gui_trash_collect_finish (result);
  remove_from_session (leaving);
}

static void
leave (GuiRemovals *self, ShoalTorrent *torrent, GuiRemove how)
{
  Leaving *leaving = g_new0 (Leaving, 1);

  leaving->list = g_object_ref (self);
  leaving->torrent = g_object_ref (torrent);
  leaving->how = how;
  self->n_leaving++;
  if (how == GUI_REMOVE_TRASH)
    gui_trash_collect_async (torrent, on_collected, leaving);
  else
    remove_from_session (leaving);
}

/* --- what can be taken back --- */

static void
removal_free (Removal *removal)
{
  g_clear_handle_id (&removal->timeout, g_source_remove);
  g_ptr_array_unref (removal->torrents);
  g_free (removal);
}

static void
carry_out (Removal *removal)
{
  GuiRemovals *self = removal->list;

  for (guint i = 0; i < removal->torrents->len; i++)
    leave (self, removal->torrents->pdata[i], removal->how);
  g_ptr_array_remove (self->removals, removal);
}

static gboolean
is_due (void *data)
{
  Removal *removal = data;

  removal->timeout = 0;
  carry_out (removal);
  return G_SOURCE_REMOVE;
}

guint
gui_removals_add (GuiRemovals *self, GPtrArray *torrents, GuiRemove how)
{
  Removal *removal = g_new0 (Removal, 1);

  removal->list = self;
  removal->number = ++self->last;
  removal->how = how;
  removal->torrents = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < torrents->len; i++)
    if (g_hash_table_add (self->hidden, torrents->pdata[i]))
      g_ptr_array_add (removal->torrents, g_object_ref (torrents->pdata[i]));
  g_ptr_array_add (self->removals, removal);
  removal->timeout = g_timeout_add_seconds (GUI_UNDO_SECONDS, is_due, removal);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return removal->number;
}

static Removal *
find (GuiRemovals *self, guint number)
{
  for (guint i = 0; i < self->removals->len; i++)
    {
      Removal *removal = self->removals->pdata[i];

      if (removal->number == number)
        return removal;
    }
  return NULL;
}

gboolean
gui_removals_undo (GuiRemovals *self, guint number)
{
  Removal *removal = find (self, number);

  if (removal == NULL)
    return FALSE;
  for (guint i = 0; i < removal->torrents->len; i++)
    g_hash_table_remove (self->hidden, removal->torrents->pdata[i]);
  g_ptr_array_remove (self->removals, removal);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

gboolean
gui_removals_hides (GuiRemovals *self, ShoalTorrent *torrent)
{
  return g_hash_table_contains (self->hidden, torrent);
}

void
gui_removals_flush (GuiRemovals *self)
{
  while (self->removals->len > 0)
    carry_out (self->removals->pdata[0]);
}

gboolean
gui_removals_is_busy (GuiRemovals *self)
{
  return self->removals->len > 0 || self->n_leaving > 0;
}

/* --- the object --- */

static void
gui_removals_finalize (GObject *object)
{
  GuiRemovals *self = GUI_REMOVALS (object);

  g_ptr_array_unref (self->removals);
  g_hash_table_unref (self->hidden);
  G_OBJECT_CLASS (gui_removals_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n, GType type)
{
  return g_signal_new (name, GUI_TYPE_REMOVALS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n, type);
}

static void
gui_removals_class_init (GuiRemovalsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_removals_finalize;
  signals[SIGNAL_CHANGED] = new_signal ("changed", 0, G_TYPE_NONE);
  signals[SIGNAL_FAILED] = new_signal ("failed", 1, G_TYPE_STRING);
  signals[SIGNAL_IDLE] = new_signal ("idle", 0, G_TYPE_NONE);
}

static void
gui_removals_init (GuiRemovals *self)
{
  self->hidden = g_hash_table_new (NULL, NULL);
  self->removals = g_ptr_array_new_with_free_func ((GDestroyNotify) removal_free);
}

GuiRemovals *
gui_removals_new (void)
{
  return g_object_new (GUI_TYPE_REMOVALS, NULL);
}
