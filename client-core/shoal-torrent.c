/* shoal-torrent.c: the last picture of a torrent that the engine sent, as an object. */
#include "shoal-torrent.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "client-core/shoal-torrent-private.h"
#include "protocol/core/bt-error.h"
#include "shoal-error.h"

enum
{
  SIGNAL_CHANGED,
  SIGNAL_COMPLETED,
  SIGNAL_METADATA,
  SIGNAL_REMOVED,
  SIGNAL_TRACKER_SAID,
  SIGNAL_VERIFICATION_ENDED,
  SIGNAL_WARNING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShoalTorrent, shoal_torrent, G_TYPE_OBJECT)

static void
shoal_torrent_finalize (GObject *object)
{
  ShoalTorrent *self = SHOAL_TORRENT (object);

  shoal_torrent_clear_details (self);
  shoal_torrent_clear_wishes (self);
  shoal_history_free (self->history);
  shoal_torrent_clear_log (self);
  bt_magnet_free (self->magnet);
  bt_metainfo_unref (self->metainfo);
  g_free (self->name);
  g_free (self->info_hash);
  g_free (self->info_hash_v2);
  shoal_torrent_clear_places (self);
  g_array_unref (self->added_trackers);
  g_clear_pointer (&self->dropped, g_hash_table_unref);
  g_clear_pointer (&self->file, g_bytes_unref);
  g_clear_error (&self->undeleted);
  g_free (self->tracker);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (shoal_torrent_parent_class)->finalize (object);
}

static guint
new_signal (const char *name)
{
  return g_signal_new (name, SHOAL_TYPE_TORRENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
install_signals_with_words (void)
{
  /**
   * ShoalTorrent::tracker-said:
   * @self: the torrent
   * @url: which tracker
   * @message: why it failed, or what it warned of
   * @failed: whether it failed
   *
   * A tracker has failed, or has answered with a warning. The same may come again each time that it
   * is asked.
   */
  signals[SIGNAL_TRACKER_SAID]
      = g_signal_new ("tracker-said", SHOAL_TYPE_TORRENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);

  /**
   * ShoalTorrent::warning:
   * @self: a torrent
   * @message: a sentence
   *
   * Something is wrong that does not stop the torrent: its state cannot be kept for the next
   * session.
   */
  signals[SIGNAL_WARNING] = g_signal_new ("warning", SHOAL_TYPE_TORRENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
shoal_torrent_class_init (ShoalTorrentClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_torrent_finalize;
  shoal_torrent_install_properties (G_OBJECT_CLASS (class));

  /**
   * ShoalTorrent::changed:
   *
   * Something that can be asked of the torrent has changed; at most about four times a second,
   * and at once when the state changes.
   */
  signals[SIGNAL_CHANGED] = new_signal ("changed");

  /**
   * ShoalTorrent::completed:
   *
   * The last piece has just been fetched and written.
   */
  signals[SIGNAL_COMPLETED] = new_signal ("completed");

  /**
   * ShoalTorrent::metadata-received:
   *
   * What a magnet stands for is here: its name, its files. Or the piece layers are that a .torrent
   * lacked. See shoal_torrent_get_torrent_file().
   */
  signals[SIGNAL_METADATA] = new_signal ("metadata-received");

  /**
   * ShoalTorrent::removed:
   *
   * The torrent has left its session: trackers were told, everything is on the disk.
   */
  signals[SIGNAL_REMOVED] = new_signal ("removed");

  /**
   * ShoalTorrent::verification-ended:
   *
   * A verification has ended that was asked for, or that had something to compare: what is here is
   * as shoal_torrent_get_left() says. Before its properties are notified; not when it has failed,
   * which is %SHOAL_TORRENT_STATE_FAULT.
   */
  signals[SIGNAL_VERIFICATION_ENDED] = new_signal ("verification-ended");
  install_signals_with_words ();
}

static void
clear_tracker (void *tracker)
{
  g_free ((char *) (uintptr_t) ((BtTracker *) tracker)->url);
}

static void
shoal_torrent_init (ShoalTorrent *self)
{
  self->added_trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker));
  g_array_set_clear_func (self->added_trackers, clear_tracker);
}

static ShoalTorrent *
new_torrent (ShoalSession *session, uint64_t id, const char *folder)
{
  ShoalTorrent *self = g_object_new (SHOAL_TYPE_TORRENT, NULL);

  self->session = session;
  self->engine = session->engine;
  self->id = id;
  self->folder = g_strdup (folder);
  self->added = g_get_real_time () / G_USEC_PER_SEC;
  self->wishes.rank = shoal_session_next_rank (session);
  return self;
}

ShoalTorrent *
shoal_torrent_new (ShoalSession *session, uint64_t id, BtMetainfo *metainfo, const char *folder)
{
  ShoalTorrent *self = new_torrent (session, id, folder);
  const BtMagnetHashes hashes = shoal_hashes_of (metainfo);

  shoal_torrent_set_hashes (self, &hashes);
  self->metainfo = bt_metainfo_ref (metainfo);
  self->name = g_strdup (bt_metainfo_name (metainfo));
  self->file = g_bytes_ref (bt_metainfo_bytes (metainfo));
  self->stats.total = self->stats.left = bt_metainfo_content_size (metainfo);
  self->stats.wanted = self->stats.wanted_left = self->stats.total;
  return self;
}

ShoalTorrent *
shoal_torrent_new_magnet (ShoalSession *session, uint64_t id, BtMagnet *magnet, const char *folder)
{
  ShoalTorrent *self = new_torrent (session, id, folder);

  shoal_torrent_set_hashes (self, &magnet->hashes);
  self->magnet = magnet;
  self->name = shoal_magnet_name (magnet);
  self->stats.state = ENG_TORRENT_METADATA;
  self->stats.total = self->stats.left = magnet->length;
  self->stats.wanted = self->stats.wanted_left = magnet->length;
  return self;
}

static void
take_kept_wishes (ShoalTorrent *self, const EngRosterRow *row)
{
  self->wishes = (EngWishes){ .paused = (row->flags & ENG_ROSTER_PAUSED) != 0,
                              .sequential = (row->flags & ENG_ROSTER_SEQUENTIAL) != 0,
                              .edges_first = (row->flags & ENG_ROSTER_EDGES_FIRST) != 0,
                              .forced = (row->flags & ENG_ROSTER_FORCED) != 0,
                              .rank = row->position,
                              .down_Bps = row->down_Bps,
                              .up_Bps = row->up_Bps };
  for (guint i = 0; row->trackers != NULL && i < row->trackers->len; i++)
    {
      const EngRosterTracker *tracker = &g_array_index (row->trackers, EngRosterTracker, i);

      if (tracker->dropped)
        shoal_torrent_note_dropped (self, tracker->url);
      else
        shoal_torrent_note_tracker (self, tracker->url, tracker->tier);
    }
}

ShoalTorrent *
shoal_torrent_new_kept (ShoalSession *session, const EngRosterRow *row)
{
  ShoalTorrent *self = new_torrent (session, row->id, row->folder);
  BtMagnetHashes hashes = { .has_v1 = row->has_v1, .has_v2 = row->has_v2 };

  memcpy (hashes.v1, row->v1, sizeof hashes.v1);
  memcpy (hashes.v2, row->v2, sizeof hashes.v2);
  shoal_torrent_set_hashes (self, &hashes);
  self->name = g_strdup (row->name);
  self->added = row->added_at;
  self->unchosen = (row->flags & ENG_ROSTER_CHOOSE) != 0;
  self->is_kept = (row->flags & ENG_ROSTER_METADATA) != 0;
  self->removing = (row->flags & ENG_ROSTER_DELETING) != 0;
  self->stats = eng_roster_stats (row);
  take_kept_wishes (self, row);
  shoal_torrent_log_restored (self);
  return self;
}

uint64_t
shoal_torrent_id (ShoalTorrent *self)
{
  return self->id;
}

void
shoal_torrent_take_picture (ShoalTorrent *self, const ShoalPicture *picture)
{
  ShoalTorrentShown before = shoal_torrent_shown (self);

  if (self->session != NULL)
    {
      shoal_session_count (self->session, &self->stats, &picture->stats);
      shoal_history_set (&self->history, self->session, self->id, picture->stats.rate_down_Bps,
                         picture->stats.rate_up_Bps);
    }
  self->stats = picture->stats;
  if (picture->stats.state != ENG_TORRENT_FAULT)
    g_clear_error (&self->error);
  else if (self->error == NULL)
    self->error = shoal_fault_error (picture);
  shoal_torrent_log_changes (self, &before);
  if (self->stats.n_verified != before.stats.n_verified)
    g_signal_emit (self, signals[SIGNAL_VERIFICATION_ENDED], 0);
  g_object_freeze_notify (G_OBJECT (self));
  shoal_torrent_notify_changes (self, &before);
  shoal_torrent_set_tracker_message (self, picture->tracker);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
shoal_torrent_tell_completed (ShoalTorrent *self)
{
  shoal_torrent_log (self, SHOAL_LOG_INFO, _ ("Everything that was wanted is here"));
  g_signal_emit (self, signals[SIGNAL_COMPLETED], 0);
}

void
shoal_torrent_tell_tracker (ShoalTorrent *self, const EngTrackerStatus *status)
{
  gboolean failed = status->state == ENG_TRACKER_FAILING;

  shoal_torrent_log_tracker (self, status);
  if (status->message != NULL)
    g_signal_emit (self, signals[SIGNAL_TRACKER_SAID], 0, status->url, status->message, failed);
}

void
shoal_torrent_tell_metadata (ShoalTorrent *self, BtMetainfo *metainfo)
{
  shoal_torrent_take_metadata (self, metainfo);
  g_signal_emit (self, signals[SIGNAL_METADATA], 0);
}

void
shoal_torrent_tell_warning (ShoalTorrent *self, const char *message)
{
  shoal_torrent_log (self, SHOAL_LOG_WARNING, message);
  g_signal_emit (self, signals[SIGNAL_WARNING], 0, message);
}

/* What it has moved stays. */
static void
leave_totals (ShoalTorrent *self)
{
  EngTorrentStats now = self->stats;

  now.rate_down_Bps = now.rate_up_Bps = now.n_peers = 0;
  if (self->session != NULL)
    shoal_session_count (self->session, &self->stats, &now);
  self->stats = now;
  g_clear_pointer (&self->history, shoal_history_free);
}

void
shoal_torrent_forget_session (ShoalTorrent *self)
{
  ShoalTorrentShown before = shoal_torrent_shown (self);

  shoal_torrent_send_wishes (self);
  leave_totals (self);
  self->removed = true;
  self->session = NULL;
  self->engine = NULL;
  shoal_torrent_notify_changes (self, &before);
  shoal_torrent_forget_askers (self);
  shoal_torrent_forget_tickets (self);
  shoal_torrent_answer_removers (self);
}

void
shoal_torrent_tell_removed (ShoalTorrent *self)
{
  shoal_torrent_forget_session (self);
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0);
}

/**
 * shoal_torrent_get_name:
 * @self: a torrent
 *
 * Returns: (transfer none): its name: the file, or the folder of its files; of a magnet without
 *   metadata the name that it gives, or its info-hash
 */
const char *
shoal_torrent_get_name (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return self->name;
}

/**
 * shoal_torrent_get_state:
 * @self: a torrent
 *
 * Returns: what it is doing
 */
ShoalTorrentState
shoal_torrent_get_state (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), SHOAL_TORRENT_STATE_REMOVED);
  return self->removed ? SHOAL_TORRENT_STATE_REMOVED : (ShoalTorrentState) self->stats.state;
}

/**
 * shoal_torrent_get_total:
 * @self: a torrent
 *
 * Returns: bytes of its files
 */
guint64
shoal_torrent_get_total (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.total;
}

/**
 * shoal_torrent_get_left:
 * @self: a torrent
 *
 * Returns: bytes of the pieces that are not here
 */
guint64
shoal_torrent_get_left (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.left;
}

/**
 * shoal_torrent_get_wanted:
 * @self: a torrent
 *
 * Returns: bytes of the pieces that hold a wanted file
 */
guint64
shoal_torrent_get_wanted (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.wanted;
}

/**
 * shoal_torrent_get_wanted_left:
 * @self: a torrent
 *
 * Returns: bytes of them that are not here
 */
guint64
shoal_torrent_get_wanted_left (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.wanted_left;
}

/**
 * shoal_torrent_get_verified:
 * @self: a torrent
 *
 * Returns: bytes that the verification under way has looked at
 */
guint64
shoal_torrent_get_verified (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.verify_done;
}

/**
 * shoal_torrent_get_hashed:
 * @self: a torrent
 *
 * Returns: bytes that the verification had to read and hash, once it is over; the others were known
 *   from an earlier session, or were not there
 */
guint64
shoal_torrent_get_hashed (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.hashed;
}

/**
 * shoal_torrent_get_downloaded:
 * @self: a torrent
 *
 * Returns: bytes of blocks received since it was added
 */
guint64
shoal_torrent_get_downloaded (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.downloaded;
}

/**
 * shoal_torrent_get_uploaded:
 * @self: a torrent
 *
 * Returns: bytes of blocks sent since it was added
 */
guint64
shoal_torrent_get_uploaded (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.uploaded;
}

/**
 * shoal_torrent_get_rate_down:
 * @self: a torrent
 *
 * Returns: bytes per second received, as a mean of 2 seconds
 */
guint64
shoal_torrent_get_rate_down (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.rate_down_Bps;
}

/**
 * shoal_torrent_get_rate_up:
 * @self: a torrent
 *
 * Returns: bytes per second sent, as a mean of 2 seconds
 */
guint64
shoal_torrent_get_rate_up (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.rate_up_Bps;
}

/**
 * shoal_torrent_get_n_peers:
 * @self: a torrent
 *
 * Returns: how many peers are connected
 */
guint
shoal_torrent_get_n_peers (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.n_peers;
}

/**
 * shoal_torrent_get_n_seeds:
 * @self: a torrent
 *
 * Returns: how many of the connected peers have everything
 */
guint
shoal_torrent_get_n_seeds (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.n_seeds;
}

/**
 * shoal_torrent_get_tracker_message:
 * @self: a torrent
 *
 * Returns: (transfer none) (nullable): what a tracker said last, when it said something
 */
const char *
shoal_torrent_get_tracker_message (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return self->tracker;
}

/**
 * shoal_torrent_get_error:
 * @self: a torrent
 *
 * Returns: (transfer none) (nullable): why it is in %SHOAL_TORRENT_STATE_FAULT
 */
const GError *
shoal_torrent_get_error (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return self->error;
}
