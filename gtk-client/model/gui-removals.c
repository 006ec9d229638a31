/* gui-removals.c: see gui-removals.h. */
#include "gtk-client/model/gui-removals.h"

#include <glib/gi18n.h>

#include "gtk-client/model/gui-trash.h"
#include "gtk-client/text/gui-text.h"

/* A torrent that can be taken back. */
typedef struct
{
  ShoalTorrent *torrent;
  GuiRemove how;
} Waiting;

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
  GHashTable *hidden; /* of ShoalTorrent, lent: while it waits, or until the session lets it go */
  GArray *waiting;    /* of Waiting */
  guint timeout;      /* the source after which they leave; 0: nothing waits */
  guint seconds;      /* for which they wait */
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
  g_autofree char *name = gui_text_name_within (shoal_torrent_get_name (torrent));
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
  if (--self->n_leaving == 0 && self->waiting->len == 0)
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
waiting_clear (Waiting *waiting)
{
  g_object_unref (waiting->torrent);
}

static GArray *
new_waiting (void)
{
  GArray *waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));

  g_array_set_clear_func (waiting, (GDestroyNotify) waiting_clear);
  return waiting;
}

void
gui_removals_flush (GuiRemovals *self)
{
  g_autoptr (GArray) due = g_steal_pointer (&self->waiting);

  self->waiting = new_waiting ();
  g_clear_handle_id (&self->timeout, g_source_remove);
  for (guint i = 0; i < due->len; i++)
    {
      const Waiting *waiting = &g_array_index (due, Waiting, i);

      leave (self, waiting->torrent, waiting->how);
    }
}

static gboolean
is_due (void *data)
{
  GuiRemovals *self = data;

  self->timeout = 0;
  gui_removals_flush (self);
  return G_SOURCE_REMOVE;
}

/* What waits already waits as long as what comes: one offer is for all. */
guint
gui_removals_add (GuiRemovals *self, GPtrArray *torrents, GuiRemove how)
{
  for (guint i = 0; i < torrents->len; i++)
    if (g_hash_table_add (self->hidden, torrents->pdata[i]))
      {
        Waiting waiting = { g_object_ref (torrents->pdata[i]), how };

        g_array_append_val (self->waiting, waiting);
      }
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add_seconds (self->seconds, is_due, self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return self->waiting->len;
}

gboolean
gui_removals_undo (GuiRemovals *self)
{
  if (self->waiting->len == 0)
    return FALSE;
  for (guint i = 0; i < self->waiting->len; i++)
    g_hash_table_remove (self->hidden, g_array_index (self->waiting, Waiting, i).torrent);
  g_array_set_size (self->waiting, 0);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

gboolean
gui_removals_hides (GuiRemovals *self, ShoalTorrent *torrent)
{
  return g_hash_table_contains (self->hidden, torrent);
}

gboolean
gui_removals_is_busy (GuiRemovals *self)
{
  return self->waiting->len > 0 || self->n_leaving > 0;
}

void
gui_removals_set_seconds (GuiRemovals *self, guint seconds)
{
  self->seconds = seconds;
}

/* --- the object --- */

static void
gui_removals_finalize (GObject *object)
{
  GuiRemovals *self = GUI_REMOVALS (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_array_unref (self->waiting);
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
  self->waiting = new_waiting ();
  self->seconds = GUI_UNDO_SECONDS;
}

GuiRemovals *
gui_removals_new (void)
{
  return g_object_new (GUI_TYPE_REMOVALS, NULL);
}
