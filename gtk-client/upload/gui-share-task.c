/* gui-share-task.c: see gui-share-task.h. */
#include "gtk-client/upload/gui-share-task.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-tracker-text.h"

struct _GuiShareTask
{
  GObject parent;
  GuiSession *session;
  GPtrArray *paths;
  char *name; /* of the torrent */
  GuiShareState state;
  char *problem;
  ShoalEstimate *estimate;
  GCancellable *work; /* the looking or the hashing under way */
  guint64 done;
  guint64 total;
  ShoalTorrent *torrent;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (GuiShareTask, gui_share_task, G_TYPE_OBJECT)

static void
enter (GuiShareTask *self, GuiShareState state)
{
  self->state = state;
  g_signal_emit (self, changed_signal, 0);
}

static void
fail (GuiShareTask *self, const char *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
  enter (self, GUI_SHARE_FAILED);
}

static GCancellable *
renew_work (GuiShareTask *self)
{
  g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  self->work = g_cancellable_new ();
  return self->work;
}

/* --- what is asked for --- */

typedef struct
{
  ShoalCreator *creator;
  GError **error;
  gboolean ok;
} Trackers;

static void
take_tracker (const char *url, guint tier, void *data)
{
  Trackers *trackers = data;

  trackers->ok
      = trackers->ok && shoal_creator_add_tracker (trackers->creator, url, tier, trackers->error);
}

static gboolean
take_places (ShoalCreator *creator, const GuiShareWishes *wishes, GError **error)
{
  Trackers trackers = { creator, error, TRUE };

  if (wishes->trackers != NULL)
    gui_tracker_list_foreach (wishes->trackers, take_tracker, &trackers);
  for (guint i = 0; wishes->web_seeds != NULL && wishes->web_seeds[i] != NULL && trackers.ok; i++)
    trackers.ok = shoal_creator_add_web_seed (creator, wishes->web_seeds[i], error);
  return trackers.ok;
}

/* (transfer full) (nullable) */
static ShoalCreator *
make_creator (GuiShareTask *self, const GuiShareWishes *wishes, GError **error)
{
  g_autoptr (ShoalCreator) creator
      = g_object_new (SHOAL_TYPE_CREATOR, "format", wishes->format, "piece-length",
                      wishes->piece_length, "private", wishes->is_private, "hidden", wishes->hidden,
                      "comment", wishes->comment, "source", wishes->source, NULL);

  if (self->paths->len > 1)
    g_object_set (creator, "name", self->name, NULL);
  for (guint i = 0; i < self->paths->len; i++)
    shoal_creator_add_path (creator, self->paths->pdata[i]);
  for (guint i = 0; wishes->exclude != NULL && wishes->exclude[i] != NULL; i++)
    shoal_creator_add_exclude (creator, wishes->exclude[i]);
  return take_places (creator, wishes, error) ? g_steal_pointer (&creator) : NULL;
}

/* --- looking --- */

static void
on_looked (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiShareTask) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalEstimate) estimate
      = shoal_creator_estimate_finish (SHOAL_CREATOR (source), result, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  g_set_object (&self->estimate, estimate);
  if (estimate == NULL)
    fail (self, error->message);
  else
    enter (self, GUI_SHARE_READY);
}

void
gui_share_task_look (GuiShareTask *self, const GuiShareWishes *wishes)
{
  g_autoptr (ShoalCreator) creator = NULL;
  g_autoptr (GError) error = NULL;

  if (self->state == GUI_SHARE_HASHING || self->state == GUI_SHARE_SHARED)
    return;
  creator = make_creator (self, wishes, &error);
  if (creator == NULL)
    return; /* what is written is half a word; it is judged when it is to be made */
  shoal_creator_estimate_async (creator, renew_work (self), on_looked, g_object_ref (self));
  enter (self, GUI_SHARE_LOOKING);
}

/* --- making --- */

static void
seed (GuiShareTask *self, GBytes *torrent, ShoalCreator *creator)
{
  ShoalSession *shoal = gui_session_get_shoal (self->session);
  g_autoptr (GError) error = NULL;
  ShoalTorrent *there = NULL;

  self->torrent
      = shoal_session_add_hashed (shoal, torrent, shoal_creator_get_folder (creator),
                                  shoal_creator_get_hashed_files (creator), SHOAL_ADD_NONE, &error);
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_EXISTS))
    there = shoal_session_find_torrent (shoal, torrent);
  if (there != NULL)
    {
      self->torrent = g_object_ref (there);
      shoal_torrent_merge_torrent (there, torrent);
    }
  if (self->torrent != NULL)
    enter (self, GUI_SHARE_SHARED);
  else
    fail (self, error->message);
}

static void
on_created (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiShareTask) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) torrent = shoal_creator_create_finish (SHOAL_CREATOR (source), result, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return; /* also when it was done already: nobody wants it any more */
  if (torrent != NULL)
    seed (self, torrent, SHOAL_CREATOR (source));
  else
    fail (self, error->message);
}

static void
on_progress (GuiShareTask *self, guint64 files, guint64 done, guint64 total)
{
  self->done = done;
  self->total = total;
  if (self->state == GUI_SHARE_HASHING)
    enter (self, GUI_SHARE_HASHING);
}

gboolean
gui_share_task_start (GuiShareTask *self, const GuiShareWishes *wishes, GError **error)
{
  g_autoptr (ShoalCreator) creator = NULL;

  if (self->state == GUI_SHARE_HASHING || self->state == GUI_SHARE_SHARED)
    return TRUE;
  creator = make_creator (self, wishes, error);
  if (creator == NULL)
    return FALSE;
  self->done = self->total = 0;
  g_signal_connect_object (creator, "progress", G_CALLBACK (on_progress), self, G_CONNECT_SWAPPED);
  shoal_creator_create_async (creator, renew_work (self), on_created, g_object_ref (self));
  enter (self, GUI_SHARE_HASHING);
  return TRUE;
}

void
gui_share_task_cancel (GuiShareTask *self)
{
  g_cancellable_cancel (self->work);
  if (self->state == GUI_SHARE_HASHING)
    enter (self, GUI_SHARE_READY);
}

/* --- what it tells --- */

GuiShareState
gui_share_task_get_state (GuiShareTask *self)
{
  return self->state;
}

const char *
gui_share_task_get_problem (GuiShareTask *self)
{
  return self->problem;
}

const char *
gui_share_task_get_name (GuiShareTask *self)
{
  return self->name;
}

gboolean
gui_share_task_is_folder (GuiShareTask *self)
{
  return self->paths->len > 1
         || (self->estimate != NULL && shoal_estimate_get_n_files (self->estimate) > 1);
}

ShoalEstimate *
gui_share_task_get_estimate (GuiShareTask *self)
{
  return self->estimate;
}

double
gui_share_task_get_progress (GuiShareTask *self)
{
  return self->total > 0 ? (double) self->done / (double) self->total : 0;
}

guint64
gui_share_task_get_hashed (GuiShareTask *self)
{
  return self->done;
}

ShoalTorrent *
gui_share_task_get_torrent (GuiShareTask *self)
{
  return self->torrent;
}

/* --- the object --- */

static void
gui_share_task_dispose (GObject *object)
{
  GuiShareTask *self = GUI_SHARE_TASK (object);

  g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  g_clear_object (&self->estimate);
  g_clear_object (&self->torrent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_share_task_parent_class)->dispose (object);
}

static void
gui_share_task_finalize (GObject *object)
{
  GuiShareTask *self = GUI_SHARE_TASK (object);

  g_ptr_array_unref (self->paths);
  g_free (self->name);
  g_free (self->problem);
  G_OBJECT_CLASS (gui_share_task_parent_class)->finalize (object);
}

static void
gui_share_task_class_init (GuiShareTaskClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_share_task_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_share_task_finalize;
  changed_signal = g_signal_new ("changed", GUI_TYPE_SHARE_TASK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
gui_share_task_init (GuiShareTask *self)
{
  self->paths = g_ptr_array_new_with_free_func (g_free);
}

/* All have a path in the same folder, and that is what the torrent lies in; several lie in what the
 * torrent is called after. */
static gboolean
take_files (GuiShareTask *self, GListModel *files)
{
  g_autoptr (GFile) above = NULL;
  guint n = g_list_model_get_n_items (files);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autoptr (GFile) parent = g_file_get_parent (file);

      if (parent == NULL || g_file_peek_path (file) == NULL
          || (above != NULL && !g_file_equal (parent, above)))
        return FALSE;
      g_set_object (&above, parent);
      g_ptr_array_add (self->paths, g_strdup (g_file_peek_path (file)));
    }
  if (n == 0)
    return FALSE;
  self->name = g_path_get_basename (n == 1 ? self->paths->pdata[0] : g_file_peek_path (above));
  return n == 1 || !g_str_equal (g_file_peek_path (above), "/");
}

GuiShareTask *
gui_share_task_new (GuiSession *session, GListModel *files)
{
  g_autoptr (GuiShareTask) self = g_object_new (GUI_TYPE_SHARE_TASK, NULL);

  self->session = g_object_ref (session);
  return take_files (self, files) ? g_steal_pointer (&self) : NULL;
}
