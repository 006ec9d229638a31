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

static void
append (ShoalTorrent *self, ShoalLogSeverity severity, gint64 time, const char *text)
{
  g_autoptr (ShoalLogEntry) entry = shoal_log_entry_new (severity, time, text);

  g_list_store_append (self->log, entry);
}

static void
append_restored (ShoalTorrent *self)
{
  uint64_t total = self->stats.total;
  g_autofree char *all = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *here
      = g_format_size_full (total - MIN (self->restored_left, total), G_FORMAT_SIZE_IEC_UNITS);
  /* Translators: both are sizes: "1.2 GiB of 4.4 GiB" */
  g_autofree char *text
      = g_strdup_printf (_ ("Taken over from the last session: %s of %s are here"), here, all);

  append (self, SHOAL_LOG_INFO, self->restored_at,
          total > 0 ? text : _ ("Taken over from the last session"));
}

/* Thousands that a profile keeps have none until one is asked for. */
static GListStore *
need_log (ShoalTorrent *self)
{
  if (self->log != NULL)
    return self->log;
  self->log = g_list_store_new (SHOAL_TYPE_LOG_ENTRY);
  if (self->restored_at != 0)
    append_restored (self);
  return self->log;
}

void
shoal_torrent_log_restored (ShoalTorrent *self)
{
  self->restored_at = g_get_real_time () / G_USEC_PER_SEC;
  self->restored_left = self->stats.left;
}

void
shoal_torrent_clear_log (ShoalTorrent *self)
{
  g_clear_object (&self->log);
  g_clear_pointer (&self->outcomes, g_hash_table_unref);
}

void
shoal_torrent_log (ShoalTorrent *self, ShoalLogSeverity severity, const char *text)
{
  GListStore *log = need_log (self);

  if (is_last (self, text))
    return;
  if (g_list_model_get_n_items (G_LIST_MODEL (log)) >= EVENTS_MAX)
    g_list_store_remove (log, 0);
  append (self, severity, g_get_real_time () / G_USEC_PER_SEC, text);
}

/* --- trackers --- */

/* (transfer full) */
static char *
outcome_text (const EngTrackerStatus *status)
{
  const char *url = status->url;

  if (status->state == ENG_TRACKER_FAILING)
    return g_strdup_printf (_ ("The tracker %s failed: %s"), url,
                            status->message != NULL ? status->message : "");
  if (status->message != NULL)
    return g_strdup_printf (_ ("The tracker %s says: %s"), url, status->message);
  if (status->n_peers == 0)
    return g_strdup_printf (_ ("The tracker %s has answered, and names no peers"), url);
  return g_strdup_printf (ngettext ("The tracker %s has answered, and names %u peer",
                                    "The tracker %s has answered, and names %u peers",
                                    status->n_peers),
                          url, status->n_peers);
}

/* Two outcomes are the same when they have the same key: how many peers there are does not count.
 * Lent. */
static const char *
outcome_key (const EngTrackerStatus *status)
{
  if (status->message != NULL)
    return status->message;
  if (status->state == ENG_TRACKER_FAILING)
    return "failed";
  return status->n_peers > 0 ? "peers" : "none";
}

/* A hybrid asks each tracker twice, and one swarm may have what the other lacks. */
static bool
is_news (ShoalTorrent *self, const EngTrackerStatus *status)
{
  const char *key = outcome_key (status);
  g_autofree char *asked = g_strconcat (status->v2 ? "2" : "1", status->url, NULL);

  if (self->outcomes == NULL)
    self->outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (g_strcmp0 (g_hash_table_lookup (self->outcomes, asked), key) == 0)
    return false;
  g_hash_table_insert (self->outcomes, g_steal_pointer (&asked), g_strdup (key));
  return true;
}

void
shoal_torrent_log_tracker (ShoalTorrent *self, const EngTrackerStatus *status)
{
  bool is_well = status->state == ENG_TRACKER_WORKING && status->message == NULL;
  g_autofree char *text = NULL;

  if (!is_news (self, status))
    return;
  text = outcome_text (status);
  shoal_torrent_log (self, is_well ? SHOAL_LOG_INFO : SHOAL_LOG_WARNING, text);
}

/* --- pieces, peers, places --- */

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

  if (now.stats.n_verified != before->stats.n_verified)
    log_verified (self, &now);
  if (before->state == now.state)
    return;
  if (before->state == SHOAL_TORRENT_STATE_FAULT && now.state != SHOAL_TORRENT_STATE_REMOVED)
    shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("What had failed is tried again"));
  if (now.state == SHOAL_TORRENT_STATE_FAULT && self->error != NULL)
    shoal_torrent_log (self, SHOAL_LOG_ERROR, self->error->message);
  else if (now.state == SHOAL_TORRENT_STATE_VERIFYING)
    shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("The files are verified"));
}

/**
 * shoal_torrent_dup_log:
 * @self: a torrent
 *
 * What has happened to it in this session: that it was added or taken over from the last session,
 * verified, paused or completed, what its trackers said when it was not what they had said before,
 * what its disk refused, which pieces were not what they should be and who was
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
