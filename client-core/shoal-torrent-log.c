/* shoal-torrent-log.c: the last events of a torrent, in words for a person. */
#include <glib/gi18n-lib.h>

#include "client-core/shoal-torrent-private.h"

#define EVENTS_MAX 200

static bool
is_last (ShoalTorrent *self, const char *text)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->log));
  g_autoptr (ShoalLogEntry) last
      = n > 0 ? g_list_model_get_item (G_LIST_MODEL (self->log), n - 1) : NULL;

  return last != NULL && g_strcmp0 (shoal_log_entry_get_text (last), text) == 0;
}

static GListStore *
need_log (ShoalTorrent *self)
{
  if (self->log == NULL)
    self->log = g_list_store_new (SHOAL_TYPE_LOG_ENTRY);
  return self->log;
}

void
shoal_torrent_log (ShoalTorrent *self, ShoalLogSeverity severity, const char *text)
{
  GListStore *log = need_log (self);
  g_autoptr (ShoalLogEntry) entry = NULL;

  if (is_last (self, text))
    return;
  entry = shoal_log_entry_new (severity, text);
  if (g_list_model_get_n_items (G_LIST_MODEL (log)) >= EVENTS_MAX)
    g_list_store_remove (log, 0);
  g_list_store_append (log, entry);
}

void
shoal_torrent_log_tracker (ShoalTorrent *self, const char *url, const char *message, bool failed)
{
  g_autofree char *text = failed ? g_strdup_printf (_ ("The tracker %s failed: %s"), url, message)
                                 : g_strdup_printf (_ ("The tracker %s says: %s"), url, message);

  shoal_torrent_log (self, SHOAL_LOG_WARNING, text);
}

void
shoal_torrent_log_spoilt (ShoalTorrent *self, uint32_t piece, const char *senders)
{
  g_autofree char *text = NULL;

  if (*senders == '\0')
    text = g_strdup_printf (_ ("Piece %u is not what it should be, and is fetched again"), piece);
  else
    /* Translators: the number of a piece, and addresses of peers, a comma between them */
    text = g_strdup_printf (
        _ ("Piece %u is not what it should be, and is fetched again; sent by %s"), piece, senders);
  shoal_torrent_log (self, SHOAL_LOG_WARNING, text);
}

void
shoal_torrent_log_banned (ShoalTorrent *self, const char *address)
{
  g_autofree char *text
      = g_strdup_printf (_ ("Banned: %s has sent what does not belong to the torrent"), address);

  shoal_torrent_log (self, SHOAL_LOG_WARNING, text);
}

void
shoal_torrent_log_place (ShoalTorrent *self, const char *sentence, const char *path)
{
  g_autofree char *text = g_strdup_printf ("%s: “%s”", sentence, path);

  shoal_torrent_log (self, SHOAL_LOG_INFO, text);
}

/* What it did before is over. */
static void
log_verified (ShoalTorrent *self, const ShoalTorrentShown *now)
{
  g_autofree char *text
      = g_strdup_printf (_ ("Verified: %.1f %% of what is wanted is here"), 100 * now->progress);

  shoal_torrent_log (self, SHOAL_LOG_INFO, text);
}

void
shoal_torrent_log_changes (ShoalTorrent *self, const ShoalTorrentShown *before)
{
  ShoalTorrentShown now = shoal_torrent_shown (self);

  if (before->state == now.state)
    return;
  if (now.state == SHOAL_TORRENT_STATE_FAULT && self->error != NULL)
    shoal_torrent_log (self, SHOAL_LOG_ERROR, self->error->message);
  else if (now.state == SHOAL_TORRENT_STATE_VERIFYING)
    shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("The files are verified"));
  else if (before->state == SHOAL_TORRENT_STATE_VERIFYING
           && (now.state == SHOAL_TORRENT_STATE_DOWNLOADING
               || now.state == SHOAL_TORRENT_STATE_SEEDING))
    log_verified (self, &now);
}

/**
 * shoal_torrent_dup_log:
 * @self: a torrent
 *
 * What has happened to it in this session: that it was added, verified, paused or completed, what
 * its trackers said, what its disk refused, which pieces were not what they should be and who was
 * banned for it, where its files went. The last 200 events, a list of #ShoalLogEntry, the
 * oldest first; the same event again, right after itself, is not listed twice.
 *
 * Returns: (transfer full): the list, which goes on growing
 */
GListModel *
shoal_torrent_dup_log (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return G_LIST_MODEL (g_object_ref (need_log (self)));
}
