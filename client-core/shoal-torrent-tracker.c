/* shoal-torrent-tracker.c: the last picture of a tracker that the engine sent, as an object. */
#include "client-core/shoal-torrent-private.h"

/* How far two times of one announce lie apart, by rounding. */
#define SAME_TIME_S 2

struct _ShoalTorrentTracker
{
  GObject parent;
  char *url;
  char *message;
  guint tier;
  EngTrackerState state;
  gint64 last; /* wall time, seconds; -1 */
  gint64 next; /* likewise */
  gint64 seeders;
  gint64 leechers;
  guint n_peers;
};

enum
{
  PROP_URL = 1,
  PROP_TIER,
  PROP_STATUS,
  PROP_MESSAGE,
  PROP_LAST_ANNOUNCE,
  PROP_NEXT_ANNOUNCE,
  PROP_SEEDERS,
  PROP_LEECHERS,
  PROP_N_PEERS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (ShoalTorrentTracker, shoal_torrent_tracker, G_TYPE_OBJECT)

GType
shoal_tracker_status_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_TRACKER_STATUS_WAITING, "SHOAL_TRACKER_STATUS_WAITING", "waiting" },
    { SHOAL_TRACKER_STATUS_BUSY, "SHOAL_TRACKER_STATUS_BUSY", "busy" },
    { SHOAL_TRACKER_STATUS_WORKING, "SHOAL_TRACKER_STATUS_WORKING", "working" },
    { SHOAL_TRACKER_STATUS_FAILING, "SHOAL_TRACKER_STATUS_FAILING", "failing" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalTrackerStatus", values));
  return type;
}

/**
 * shoal_torrent_tracker_get_url:
 * @self: a tracker
 *
 * Returns: (transfer none): where it is asked
 */
const char *
shoal_torrent_tracker_get_url (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), NULL);
  return self->url;
}

/**
 * shoal_torrent_tracker_get_tier:
 * @self: a tracker
 *
 * Returns: its tier; trackers of a lower tier are asked first
 */
guint
shoal_torrent_tracker_get_tier (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), 0);
  return self->tier;
}

/**
 * shoal_torrent_tracker_get_status:
 * @self: a tracker
 *
 * Returns: how it is with it
 */
ShoalTrackerStatus
shoal_torrent_tracker_get_status (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), SHOAL_TRACKER_STATUS_WAITING);
  return (ShoalTrackerStatus) self->state;
}

/**
 * shoal_torrent_tracker_get_message:
 * @self: a tracker
 *
 * Returns: (transfer none) (nullable): what it said last, when it said something, or why it
 *   could not be asked
 */
const char *
shoal_torrent_tracker_get_message (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), NULL);
  return self->message;
}

/**
 * shoal_torrent_tracker_get_last_announce:
 * @self: a tracker
 *
 * Returns: when it answered or failed the last time, in seconds since 1970; -1 when it was not
 *   asked yet
 */
gint64
shoal_torrent_tracker_get_last_announce (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), -1);
  return self->last;
}

/**
 * shoal_torrent_tracker_get_next_announce:
 * @self: a tracker
 *
 * Returns: when it is asked again, in seconds since 1970; -1 when nobody knows
 */
gint64
shoal_torrent_tracker_get_next_announce (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), -1);
  return self->next;
}

/**
 * shoal_torrent_tracker_get_seeders:
 * @self: a tracker
 *
 * Returns: how many have everything, as it says; -1 when it does not
 */
gint64
shoal_torrent_tracker_get_seeders (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), -1);
  return self->seeders;
}

/**
 * shoal_torrent_tracker_get_leechers:
 * @self: a tracker
 *
 * Returns: how many do not, as it says; -1 when it does not
 */
gint64
shoal_torrent_tracker_get_leechers (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), -1);
  return self->leechers;
}

/**
 * shoal_torrent_tracker_get_n_peers:
 * @self: a tracker
 *
 * Returns: how many peers its last answer named
 */
guint
shoal_torrent_tracker_get_n_peers (ShoalTorrentTracker *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT_TRACKER (self), 0);
  return self->n_peers;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ShoalTorrentTracker *self = SHOAL_TORRENT_TRACKER (object);

  switch (id)
    {
    case PROP_URL:
      g_value_set_string (value, shoal_torrent_tracker_get_url (self));
      break;
    case PROP_TIER:
      g_value_set_uint (value, shoal_torrent_tracker_get_tier (self));
      break;
    case PROP_STATUS:
      g_value_set_enum (value, (gint) shoal_torrent_tracker_get_status (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, shoal_torrent_tracker_get_message (self));
      break;
    case PROP_LAST_ANNOUNCE:
      g_value_set_int64 (value, shoal_torrent_tracker_get_last_announce (self));
      break;
    case PROP_NEXT_ANNOUNCE:
      g_value_set_int64 (value, shoal_torrent_tracker_get_next_announce (self));
      break;
    case PROP_SEEDERS:
      g_value_set_int64 (value, shoal_torrent_tracker_get_seeders (self));
      break;
    case PROP_LEECHERS:
      g_value_set_int64 (value, shoal_torrent_tracker_get_leechers (self));
      break;
    case PROP_N_PEERS:
      g_value_set_uint (value, shoal_torrent_tracker_get_n_peers (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

#define READS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
make_properties (void)
{
  /**
   * ShoalTorrentTracker:url: (getter get_url)
   *
   * Where it is asked.
   */
  properties[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, READS);

  /**
   * ShoalTorrentTracker:tier: (getter get_tier)
   *
   * Its tier; trackers of a lower tier are asked first.
   */
  properties[PROP_TIER] = g_param_spec_uint ("tier", NULL, NULL, 0, G_MAXUINT, 0, READS);

  /**
   * ShoalTorrentTracker:status: (getter get_status)
   *
   * How it is with it.
   */
  properties[PROP_STATUS]
      = g_param_spec_enum ("status", NULL, NULL, SHOAL_TYPE_TRACKER_STATUS, 0, READS);
}

static void
install_properties (GObjectClass *class)
{
  make_properties ();

  /**
   * ShoalTorrentTracker:message: (getter get_message)
   *
   * What it said last, when it said something, or why it could not be asked.
   */
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, READS);

  /**
   * ShoalTorrentTracker:last-announce: (getter get_last_announce)
   *
   * When it answered or failed the last time, in seconds since 1970; -1 when it was not asked yet.
   */
  properties[PROP_LAST_ANNOUNCE]
      = g_param_spec_int64 ("last-announce", NULL, NULL, G_MININT64, G_MAXINT64, 0, READS);

  /**
   * ShoalTorrentTracker:next-announce: (getter get_next_announce)
   *
   * When it is asked again, in seconds since 1970; -1 when nobody knows.
   */
  properties[PROP_NEXT_ANNOUNCE]
      = g_param_spec_int64 ("next-announce", NULL, NULL, G_MININT64, G_MAXINT64, 0, READS);

  /**
   * ShoalTorrentTracker:seeders: (getter get_seeders)
   *
   * How many have everything, as it says; -1 when it does not.
   */
  properties[PROP_SEEDERS]
      = g_param_spec_int64 ("seeders", NULL, NULL, G_MININT64, G_MAXINT64, 0, READS);

  /**
   * ShoalTorrentTracker:leechers: (getter get_leechers)
   *
   * How many do not, as it says; -1 when it does not.
   */
  properties[PROP_LEECHERS]
      = g_param_spec_int64 ("leechers", NULL, NULL, G_MININT64, G_MAXINT64, 0, READS);

  /**
   * ShoalTorrentTracker:n-peers: (getter get_n_peers)
   *
   * How many peers its last answer named.
   */
  properties[PROP_N_PEERS] = g_param_spec_uint ("n-peers", NULL, NULL, 0, G_MAXUINT, 0, READS);

  g_object_class_install_properties (class, N_PROPERTIES, properties);
}

static void
shoal_torrent_tracker_finalize (GObject *object)
{
  ShoalTorrentTracker *self = SHOAL_TORRENT_TRACKER (object);

  g_free (self->url);
  g_free (self->message);
  G_OBJECT_CLASS (shoal_torrent_tracker_parent_class)->finalize (object);
}

static void
shoal_torrent_tracker_class_init (ShoalTorrentTrackerClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_torrent_tracker_finalize;
  G_OBJECT_CLASS (class)->get_property = get_property;
  install_properties (G_OBJECT_CLASS (class));
}

static void
shoal_torrent_tracker_init (ShoalTorrentTracker *self)
{
}

/* --- pictures --- */

/* -1 for the time that is none. */
static gint64
wall_time (uint64_t us, int sign)
{
  return us == UINT64_MAX ? -1 : (g_get_real_time () + sign * (gint64) us) / G_USEC_PER_SEC;
}

static void
take_number (ShoalTorrentTracker *self, guint id, gint64 *kept, gint64 now)
{
  if (*kept == now)
    return;
  *kept = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

/* One announce is one time, whatever it is rounded to. */
static void
take_time (ShoalTorrentTracker *self, guint id, gint64 *kept, gint64 now)
{
  if ((now < 0) != (*kept < 0) || ABS (now - *kept) >= SAME_TIME_S)
    take_number (self, id, kept, now);
}

static void
take_message (ShoalTorrentTracker *self, const char *message)
{
  if (g_strcmp0 (self->message, message) == 0)
    return;
  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

void
shoal_torrent_tracker_take_picture (ShoalTorrentTracker *self, const EngTrackerPicture *now)
{
  gint64 state = self->state;
  gint64 n_peers = self->n_peers;

  g_object_freeze_notify (G_OBJECT (self));
  self->state = now->state;
  self->n_peers = now->n_peers;
  take_number (self, PROP_STATUS, &state, now->state);
  take_number (self, PROP_N_PEERS, &n_peers, now->n_peers);
  take_number (self, PROP_SEEDERS, &self->seeders, now->complete);
  take_number (self, PROP_LEECHERS, &self->leechers, now->incomplete);
  take_time (self, PROP_LAST_ANNOUNCE, &self->last, wall_time (now->since_us, -1));
  take_time (self, PROP_NEXT_ANNOUNCE, &self->next, wall_time (now->wait_us, 1));
  take_message (self, now->message);
  g_object_thaw_notify (G_OBJECT (self));
}

ShoalTorrentTracker *
shoal_torrent_tracker_new (const EngTrackerPicture *picture)
{
  ShoalTorrentTracker *self = g_object_new (SHOAL_TYPE_TORRENT_TRACKER, NULL);

  self->url = g_strdup (picture->url);
  self->tier = picture->tier;
  self->last = self->next = self->seeders = self->leechers = -1;
  shoal_torrent_tracker_take_picture (self, picture);
  return self;
}
