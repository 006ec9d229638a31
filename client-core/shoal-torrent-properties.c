/* shoal-torrent-properties.c: what a row of a list shows of a torrent, as properties.
 *
 * Each picture is compared with the one before it: only what differs is notified, and all of it
 * together at the end of the picture. */
#include "client-core/shoal-torrent-private.h"

#include <string.h>

GType
shoal_torrent_state_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_TORRENT_STATE_VERIFYING, "SHOAL_TORRENT_STATE_VERIFYING", "verifying" },
    { SHOAL_TORRENT_STATE_DOWNLOADING, "SHOAL_TORRENT_STATE_DOWNLOADING", "downloading" },
    { SHOAL_TORRENT_STATE_SEEDING, "SHOAL_TORRENT_STATE_SEEDING", "seeding" },
    { SHOAL_TORRENT_STATE_FAULT, "SHOAL_TORRENT_STATE_FAULT", "fault" },
    { SHOAL_TORRENT_STATE_METADATA, "SHOAL_TORRENT_STATE_METADATA", "metadata" },
    { SHOAL_TORRENT_STATE_REMOVED, "SHOAL_TORRENT_STATE_REMOVED", "removed" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalTorrentState", values));
  return type;
}

enum
{
  PROP_NAME = 1,
  PROP_STATE,
  PROP_TOTAL,
  PROP_WANTED,
  PROP_LEFT,
  PROP_WANTED_LEFT,
  PROP_VERIFIED,
  PROP_HASHED,
  PROP_DOWNLOADED,
  PROP_UPLOADED,
  PROP_RATE_DOWN,
  PROP_RATE_UP,
  PROP_N_PEERS,
  PROP_N_SEEDS,
  PROP_PROGRESS,
  PROP_RATIO,
  PROP_ADDED,
  PROP_COMPLETED_AT,
  PROP_TRACKER_MESSAGE,
  PROP_ERROR,
  PROP_PAUSED,
  PROP_SEQUENTIAL,
  PROP_EDGES_FIRST,
  PROP_CHOSEN,
  PROP_FORCED,
  PROP_QUEUE_RANK,
  PROP_FOLDER,
  PROP_MOVING,
  PROP_MOVE_PROGRESS,
  PROP_QUEUED,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

/* Those that stand in the stats as they are. */
static const struct
{
  guint id;
  const char *name;
  size_t offset;
  size_t size; /* 4: a guint; 8: a guint64 */
} numbers[] = {
#define NUMBER(id, name, field)                                                                    \
  {                                                                                                \
    id, name, offsetof (EngTorrentStats, field), sizeof ((EngTorrentStats *) NULL)->field          \
  }
  NUMBER (PROP_TOTAL, "total", total),
  NUMBER (PROP_WANTED, "wanted", wanted),
  NUMBER (PROP_LEFT, "left", left),
  NUMBER (PROP_WANTED_LEFT, "wanted-left", wanted_left),
  NUMBER (PROP_VERIFIED, "verified", verify_done),
  NUMBER (PROP_HASHED, "hashed", hashed),
  NUMBER (PROP_DOWNLOADED, "downloaded", downloaded),
  NUMBER (PROP_UPLOADED, "uploaded", uploaded),
  NUMBER (PROP_RATE_DOWN, "rate-down", rate_down_Bps),
  NUMBER (PROP_RATE_UP, "rate-up", rate_up_Bps),
  NUMBER (PROP_N_PEERS, "n-peers", n_peers),
  NUMBER (PROP_N_SEEDS, "n-seeds", n_seeds),
#undef NUMBER
};

static uint64_t
number_of (const EngTorrentStats *stats, size_t i)
{
  const char *at = (const char *) stats + numbers[i].offset;
  uint32_t narrow;
  uint64_t wide;

  if (numbers[i].size == sizeof narrow)
    {
      memcpy (&narrow, at, sizeof narrow);
      return narrow;
    }
  memcpy (&wide, at, sizeof wide);
  return wide;
}

/* --- what is shown --- */

static double
progress_of (const EngTorrentStats *stats)
{
  if (stats->state == ENG_TORRENT_VERIFYING)
    return stats->verify_total > 0 ? (double) stats->verify_done / (double) stats->verify_total : 0;
  if (stats->wanted == 0)
    return 1;
  return (double) (stats->wanted - stats->wanted_left) / (double) stats->wanted;
}

static double
ratio_of (const EngTorrentStats *stats)
{
  uint64_t base = stats->downloaded > 0 ? stats->downloaded : stats->total;

  return base > 0 ? (double) stats->uploaded / (double) base : 0;
}

ShoalTorrentShown
shoal_torrent_shown (ShoalTorrent *self)
{
  return (ShoalTorrentShown){ .stats = self->stats,
                              .state = shoal_torrent_get_state (self),
                              .progress = progress_of (&self->stats),
                              .ratio = ratio_of (&self->stats),
                              .error = self->error };
}

static void
notify (ShoalTorrent *self, guint id, bool differs)
{
  if (differs)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

/* No arithmetic comes between the two: equal values are the same bits. */
static bool
differ (double a, double b)
{
  return a < b || a > b;
}

void
shoal_torrent_notify_changes (ShoalTorrent *self, const ShoalTorrentShown *before)
{
  ShoalTorrentShown now = shoal_torrent_shown (self);

  g_object_freeze_notify (G_OBJECT (self));
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    notify (self, numbers[i].id, number_of (&before->stats, i) != number_of (&now.stats, i));
  notify (self, PROP_STATE, before->state != now.state);
  notify (self, PROP_QUEUED, before->stats.queued != now.stats.queued);
  notify (self, PROP_PROGRESS, differ (before->progress, now.progress));
  notify (self, PROP_RATIO, differ (before->ratio, now.ratio));
  notify (self, PROP_COMPLETED_AT, before->stats.completed_at != now.stats.completed_at);
  notify (self, PROP_ERROR, (before->error != NULL) != (now.error != NULL));
  g_object_thaw_notify (G_OBJECT (self));
}

void
shoal_torrent_notify (ShoalTorrent *self, guint property)
{
  notify (self, PROP_PAUSED + property, true);
}

void
shoal_torrent_set_tracker_message (ShoalTorrent *self, const char *message)
{
  if (g_strcmp0 (self->tracker, message) == 0)
    return;
  g_free (self->tracker);
  self->tracker = g_strdup (message);
  notify (self, PROP_TRACKER_MESSAGE, true);
}

/* --- the class --- */

static bool
get_number (ShoalTorrent *self, guint id, GValue *value)
{
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i].id == id)
      {
        uint64_t number = number_of (&self->stats, i);

        if (numbers[i].size == sizeof (uint32_t))
          g_value_set_uint (value, (guint) number);
        else
          g_value_set_uint64 (value, number);
        return true;
      }
  return false;
}

static bool
get_wish (ShoalTorrent *self, guint id, GValue *value)
{
  if (id == PROP_CHOSEN)
    g_value_set_boolean (value, !self->unchosen);
  else if (id == PROP_PAUSED)
    g_value_set_boolean (value, self->wishes.paused);
  else if (id == PROP_SEQUENTIAL)
    g_value_set_boolean (value, self->wishes.sequential);
  else if (id == PROP_EDGES_FIRST)
    g_value_set_boolean (value, self->wishes.edges_first);
  else if (id == PROP_FORCED)
    g_value_set_boolean (value, self->wishes.forced);
  else if (id == PROP_QUEUE_RANK)
    g_value_set_int64 (value, self->wishes.rank);
  else
    return false;
  return true;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ShoalTorrent *self = SHOAL_TORRENT (object);

  if (get_number (self, id, value) || get_wish (self, id, value))
    return;
  if (id == PROP_NAME)
    g_value_set_string (value, shoal_torrent_get_name (self));
  else if (id == PROP_STATE)
    g_value_set_enum (value, (gint) shoal_torrent_get_state (self));
  else if (id == PROP_PROGRESS)
    g_value_set_double (value, progress_of (&self->stats));
  else if (id == PROP_RATIO)
    g_value_set_double (value, ratio_of (&self->stats));
  else if (id == PROP_ADDED)
    g_value_set_int64 (value, self->added);
  else if (id == PROP_COMPLETED_AT)
    g_value_set_int64 (value, self->stats.completed_at);
  else if (id == PROP_TRACKER_MESSAGE)
    g_value_set_string (value, self->tracker);
  else if (id == PROP_ERROR)
    g_value_set_boxed (value, self->error);
  else if (id == PROP_FOLDER)
    g_value_set_string (value, self->folder);
  else if (id == PROP_MOVING)
    g_value_set_boolean (value, shoal_torrent_get_moving (self));
  else if (id == PROP_MOVE_PROGRESS)
    g_value_set_double (value, shoal_torrent_get_move_progress (self));
  else if (id == PROP_QUEUED)
    g_value_set_boolean (value, shoal_torrent_get_queued (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  ShoalTorrent *self = SHOAL_TORRENT (object);

  if (id == PROP_SEQUENTIAL)
    shoal_torrent_set_sequential (self, g_value_get_boolean (value));
  else if (id == PROP_EDGES_FIRST)
    shoal_torrent_set_edges_first (self, g_value_get_boolean (value));
  else if (id == PROP_FORCED)
    shoal_torrent_set_forced (self, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

#define WRITES (READS | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY)
#define READS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
make_numbers (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    properties[numbers[i].id]
        = numbers[i].size == sizeof (uint32_t)
              ? g_param_spec_uint (numbers[i].name, NULL, NULL, 0, G_MAXUINT, 0, READS)
              : g_param_spec_uint64 (numbers[i].name, NULL, NULL, 0, G_MAXUINT64, 0, READS);
}

static void
make_wishes (void)
{
  /**
   * ShoalTorrent:chosen: (getter get_chosen)
   *
   * Whether it has begun; %FALSE while it waits for shoal_torrent_choose().
   */
  properties[PROP_CHOSEN] = g_param_spec_boolean ("chosen", NULL, NULL, TRUE, READS);

  /**
   * ShoalTorrent:paused: (getter get_paused)
   *
   * Whether it is paused; see shoal_torrent_pause().
   */
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, READS);

  /**
   * ShoalTorrent:sequential: (getter get_sequential) (setter set_sequential)
   *
   * Whether pieces are fetched in their order, not the rarest first.
   */
  properties[PROP_SEQUENTIAL] = g_param_spec_boolean ("sequential", NULL, NULL, FALSE, WRITES);

  /**
   * ShoalTorrent:edges-first: (getter get_edges_first) (setter set_edges_first)
   *
   * Whether the first and the last piece of each wanted file come before the others.
   */
  properties[PROP_EDGES_FIRST] = g_param_spec_boolean ("edges-first", NULL, NULL, FALSE, WRITES);
}

static void
make_queue (void)
{
  /**
   * ShoalTorrent:queued: (getter get_queued)
   *
   * Whether it waits for its turn, since as many as may be active at a time are: see
   * #ShoalSession:max-active-downloads. It is neither connected nor announced meanwhile.
   */
  properties[PROP_QUEUED] = g_param_spec_boolean ("queued", NULL, NULL, FALSE, READS);

  /**
   * ShoalTorrent:forced: (getter get_forced) (setter set_forced)
   *
   * Whether it needs no turn; see shoal_torrent_set_forced().
   */
  properties[PROP_FORCED] = g_param_spec_boolean ("forced", NULL, NULL, FALSE, WRITES);

  /**
   * ShoalTorrent:queue-rank: (getter get_queue_rank)
   *
   * Where it is in the queue: see shoal_torrent_get_queue_rank().
   */
  properties[PROP_QUEUE_RANK]
      = g_param_spec_int64 ("queue-rank", NULL, NULL, G_MININT64, G_MAXINT64, 0, READS);
}

static void
make_times (void)
{
  /**
   * ShoalTorrent:added: (getter get_added)
   *
   * When it was added to its session, in seconds since 1970.
   */
  properties[PROP_ADDED] = g_param_spec_int64 ("added", NULL, NULL, 0, G_MAXINT64, 0, READS);

  /**
   * ShoalTorrent:completed-at: (getter get_completed_at)
   *
   * When all that was wanted of it was here for the first time, in seconds since 1970; 0: not yet.
   */
  properties[PROP_COMPLETED_AT]
      = g_param_spec_int64 ("completed-at", NULL, NULL, 0, G_MAXINT64, 0, READS);
}

static void
make_places (void)
{
  /**
   * ShoalTorrent:folder: (getter get_folder)
   *
   * The folder that holds its file or folder.
   */
  properties[PROP_FOLDER] = g_param_spec_string ("folder", NULL, NULL, NULL, READS);

  /**
   * ShoalTorrent:moving: (getter get_moving)
   *
   * Whether its files are on their way to another folder; see shoal_torrent_move_async().
   */
  properties[PROP_MOVING] = g_param_spec_boolean ("moving", NULL, NULL, FALSE, READS);

  /**
   * ShoalTorrent:move-progress: (getter get_move_progress)
   *
   * How much of its files is in the other folder, from 0 to 1; 0 while they are not moved.
   */
  properties[PROP_MOVE_PROGRESS]
      = g_param_spec_double ("move-progress", NULL, NULL, 0, 1, 0, READS);
}

void
shoal_torrent_install_properties (GObjectClass *class)
{
  class->get_property = get_property;
  class->set_property = set_property;
  make_numbers ();
  make_wishes ();
  make_queue ();
  make_places ();
  make_times ();

  /**
   * ShoalTorrent:name: (getter get_name)
   *
   * What the torrent calls itself.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, READS);

  /**
   * ShoalTorrent:state: (getter get_state)
   *
   * What it is doing.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, SHOAL_TYPE_TORRENT_STATE,
                                              SHOAL_TORRENT_STATE_VERIFYING, READS);

  /**
   * ShoalTorrent:progress: (getter get_progress)
   *
   * How much of what is wanted is here, or, while it is verified, was looked at: from 0 to 1.
   */
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, READS);

  /**
   * ShoalTorrent:ratio: (getter get_ratio)
   *
   * Bytes sent for each byte received since it was added; when none was received, for each byte of
   * its files.
   */
  properties[PROP_RATIO] = g_param_spec_double ("ratio", NULL, NULL, 0, G_MAXDOUBLE, 0, READS);

  /**
   * ShoalTorrent:tracker-message: (getter get_tracker_message)
   *
   * What a tracker said last, when it said something.
   */
  properties[PROP_TRACKER_MESSAGE]
      = g_param_spec_string ("tracker-message", NULL, NULL, NULL, READS);

  /**
   * ShoalTorrent:error: (getter get_error)
   *
   * Why it is in %SHOAL_TORRENT_STATE_FAULT.
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, READS);
  g_object_class_install_properties (class, N_PROPERTIES, properties);
}

/**
 * ShoalTorrent:total: (getter get_total)
 *
 * Bytes of its files.
 */

/**
 * ShoalTorrent:wanted: (getter get_wanted)
 *
 * Bytes of the pieces that hold a wanted file.
 */

/**
 * ShoalTorrent:left: (getter get_left)
 *
 * Bytes of the pieces that are not here.
 */

/**
 * ShoalTorrent:wanted-left: (getter get_wanted_left)
 *
 * Bytes of the wanted pieces that are not here.
 */

/**
 * ShoalTorrent:verified: (getter get_verified)
 *
 * Bytes that the verification under way has looked at.
 */

/**
 * ShoalTorrent:hashed: (getter get_hashed)
 *
 * Bytes that the verification had to read and hash.
 */

/**
 * ShoalTorrent:downloaded: (getter get_downloaded)
 *
 * Bytes of blocks received since it was added; in all sessions of a profile.
 */

/**
 * ShoalTorrent:uploaded: (getter get_uploaded)
 *
 * Bytes of blocks sent since it was added; in all sessions of a profile.
 */

/**
 * ShoalTorrent:rate-down: (getter get_rate_down)
 *
 * Bytes per second received.
 */

/**
 * ShoalTorrent:rate-up: (getter get_rate_up)
 *
 * Bytes per second sent.
 */

/**
 * ShoalTorrent:n-peers: (getter get_n_peers)
 *
 * How many peers are connected.
 */

/**
 * ShoalTorrent:n-seeds: (getter get_n_seeds)
 *
 * How many of the connected peers have everything.
 */

/**
 * shoal_torrent_get_progress:
 * @self: a torrent
 *
 * Returns: how much of what is wanted is here, or, while it is verified, was looked at: from 0 to 1
 */
gdouble
shoal_torrent_get_progress (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return progress_of (&self->stats);
}

/**
 * shoal_torrent_get_ratio:
 * @self: a torrent
 *
 * Returns: bytes sent for each byte received since it was added; when none was received, for each
 *   byte of its files
 */
gdouble
shoal_torrent_get_ratio (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return ratio_of (&self->stats);
}

/**
 * shoal_torrent_get_added:
 * @self: a torrent
 *
 * Returns: when it was added to its session, in seconds since 1970
 */
gint64
shoal_torrent_get_added (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->added;
}

/**
 * shoal_torrent_get_completed_at:
 * @self: a torrent
 *
 * Returns: when all that was wanted of it was here for the first time, in seconds since 1970; 0
 *   when it was not yet
 */
gint64
shoal_torrent_get_completed_at (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->stats.completed_at;
}
