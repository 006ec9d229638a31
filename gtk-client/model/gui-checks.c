/* gui-checks.c: see gui-checks.h. */
#include "gtk-client/model/gui-checks.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text.h"

/* What was asked together; it ends with the last torrent that is waited for. */
typedef struct
{
  guint waiting;
  guint ended;
  guint64 left;       /* bytes that are wanted and not there, of those that have ended */
  ShoalTorrent *last; /* that has ended, or NULL */
} Batch;

struct _GuiChecks
{
  GObject parent;
  GHashTable *batches; /* of ShoalTorrent that is waited for to its Batch */
};

static guint told_signal;

G_DEFINE_FINAL_TYPE (GuiChecks, gui_checks, G_TYPE_OBJECT)

/* --- words --- */

/* (transfer full) */
static char *
words_of_one (ShoalTorrent *torrent)
{
  g_autofree char *name = gui_text_name_within (shoal_torrent_get_name (torrent));
  g_autofree char *left = gui_text_size (shoal_torrent_get_wanted_left (torrent));
  g_autofree char *here = gui_text_percent (shoal_torrent_get_progress (torrent));

  if (shoal_torrent_get_wanted_left (torrent) == 0)
    /* Translators: the name of a torrent */
    return g_strdup_printf (_ ("Everything that is wanted of “%s” is here and right"), name);
  /* Translators: the name of a torrent, a percentage, and a size */
  return g_strdup_printf (_ ("“%s”: %s is here and right, %s are missing"), name, here, left);
}

/* (transfer full) */
static char *
words_of (const Batch *batch)
{
  g_autofree char *left = gui_text_size (batch->left);

  if (batch->ended == 1)
    return words_of_one (batch->last);
  if (batch->left == 0)
    return g_strdup_printf (
        ngettext ("%u torrent is checked: everything that is wanted is here and right",
                  "%u torrents are checked: everything that is wanted is here and right",
                  batch->ended),
        batch->ended);
  /* Translators: the second is a size */
  return g_strdup_printf (ngettext ("%u torrent is checked: %s are missing",
                                    "%u torrents are checked: %s are missing in all", batch->ended),
                          batch->ended, left);
}

/* --- one torrent --- */

/* The batch waits for one less, and is freed with the last: then, (transfer full), what is to be
 * told, or NULL. */
static char *
end_one (Batch *batch)
{
  char *words;

  batch->waiting--;
  if (batch->waiting > 0)
    return NULL;
  words = batch->ended > 0 ? words_of (batch) : NULL;
  g_clear_object (&batch->last);
  g_free (batch);
  return words;
}

static void
tell_end_of_one (GuiChecks *self, Batch *batch)
{
  g_autofree char *words = end_one (batch);

  if (words != NULL)
    g_signal_emit (self, told_signal, 0, words);
}

/* It is not waited for any more. */
static void
leave (GuiChecks *self, ShoalTorrent *torrent)
{
  Batch *batch = g_hash_table_lookup (self->batches, torrent);

  if (batch == NULL)
    return;
  g_signal_handlers_disconnect_by_data (torrent, self);
  g_hash_table_remove (self->batches, torrent);
  tell_end_of_one (self, batch);
}

static void
on_verified (ShoalTorrent *torrent, GuiChecks *self)
{
  Batch *batch = g_hash_table_lookup (self->batches, torrent);

  batch->ended++;
  batch->left += shoal_torrent_get_wanted_left (torrent);
  g_set_object (&batch->last, torrent);
  leave (self, torrent);
}

/* Other states may be news of what was before it was asked. */
static void
on_state (ShoalTorrent *torrent, GParamSpec *property, GuiChecks *self)
{
  ShoalTorrentState state = shoal_torrent_get_state (torrent);

  if (state == SHOAL_TORRENT_STATE_FAULT || state == SHOAL_TORRENT_STATE_REMOVED)
    leave (self, torrent);
}

/* Of one that had stopped: it goes on after its files were looked at, though none of them may have
 * had to be read, and then no verification is told of. */
static void
on_state_after_fault (ShoalTorrent *torrent, GParamSpec *property, GuiChecks *self)
{
  ShoalTorrentState state = shoal_torrent_get_state (torrent);

  if (state == SHOAL_TORRENT_STATE_DOWNLOADING || state == SHOAL_TORRENT_STATE_SEEDING)
    on_verified (torrent, self);
  else
    on_state (torrent, property, self);
}

static void
wait_for (GuiChecks *self, ShoalTorrent *torrent, Batch *batch)
{
  gboolean had_stopped = shoal_torrent_get_state (torrent) == SHOAL_TORRENT_STATE_FAULT;

  leave (self, torrent);
  g_hash_table_insert (self->batches, g_object_ref (torrent), batch);
  batch->waiting++;
  g_signal_connect (torrent, "verification-ended", G_CALLBACK (on_verified), self);
  g_signal_connect (torrent, "notify::state",
                    had_stopped ? G_CALLBACK (on_state_after_fault) : G_CALLBACK (on_state), self);
}

void
gui_checks_ask (GuiChecks *self, GPtrArray *torrents, void (*verify) (ShoalTorrent *))
{
  Batch *batch = g_new0 (Batch, 1);

  batch->waiting = 1; /* until all are asked */
  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalTorrent *torrent = torrents->pdata[i];

      if (shoal_torrent_get_state (torrent) != SHOAL_TORRENT_STATE_METADATA)
        wait_for (self, torrent, batch);
      verify (torrent);
    }
  tell_end_of_one (self, batch);
}

/* --- the object --- */

static void
gui_checks_dispose (GObject *object)
{
  GuiChecks *self = GUI_CHECKS (object);
  GHashTableIter iter;
  void *torrent, *batch;

  g_hash_table_iter_init (&iter, self->batches);
  while (g_hash_table_iter_next (&iter, &torrent, &batch))
    {
      g_signal_handlers_disconnect_by_data (torrent, self);
      g_hash_table_iter_remove (&iter);
      g_free (end_one (batch));
    }
  G_OBJECT_CLASS (gui_checks_parent_class)->dispose (object);
}

static void
gui_checks_finalize (GObject *object)
{
  g_hash_table_unref (GUI_CHECKS (object)->batches);
  G_OBJECT_CLASS (gui_checks_parent_class)->finalize (object);
}

static void
gui_checks_class_init (GuiChecksClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_checks_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_checks_finalize;
  told_signal = g_signal_new ("told", GUI_TYPE_CHECKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
gui_checks_init (GuiChecks *self)
{
  self->batches = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

GuiChecks *
gui_checks_new (void)
{
  return g_object_new (GUI_TYPE_CHECKS, NULL);
}
