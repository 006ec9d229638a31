/* shoal-tracker-added.c: the answer to a registration. */
#include "client-core/shoal-tracker-entry-private.h"

#include "client-core/shoal-tracker-json-private.h"

enum
{
  PROP_ID = 1,
  PROP_IS_NEW,
  PROP_STATE,
  PROP_INFO_HASH,
  PROP_INFO_HASH_V2,
  PROP_ANNOUNCE_URLS,
  N_PROPERTIES
};

/**
 * ShoalTrackerAdded:
 *
 * What became of a torrent that a tracker was given.
 */
struct _ShoalTrackerAdded
{
  GObject parent;
  guint64 id;
  gboolean is_new;
  ShoalTrackerState state;
  char *info_hash;
  char *info_hash_v2;
  char **announce_urls;
};

G_DEFINE_FINAL_TYPE (ShoalTrackerAdded, shoal_tracker_added, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPERTIES];

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const ShoalTrackerAdded *self = SHOAL_TRACKER_ADDED (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_uint64 (value, self->id);
      break;
    case PROP_IS_NEW:
      g_value_set_boolean (value, self->is_new);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_INFO_HASH:
      g_value_set_string (value, self->info_hash);
      break;
    case PROP_INFO_HASH_V2:
      g_value_set_string (value, self->info_hash_v2);
      break;
    case PROP_ANNOUNCE_URLS:
      g_value_set_boxed (value, self->announce_urls);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  ShoalTrackerAdded *self = SHOAL_TRACKER_ADDED (object);

  g_free (self->info_hash);
  g_free (self->info_hash_v2);
  g_strfreev (self->announce_urls);
  G_OBJECT_CLASS (shoal_tracker_added_parent_class)->finalize (object);
}

#define READ_ONLY (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
shoal_tracker_added_class_init (ShoalTrackerAddedClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);

  object->get_property = get_property;
  object->finalize = finalize;
  /**
   * ShoalTrackerAdded:id:
   *
   * Its number at the tracker.
   */
  properties[PROP_ID] = g_param_spec_uint64 ("id", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);
  /**
   * ShoalTrackerAdded:is-new:
   *
   * Whether the tracker did not have it before.
   */
  properties[PROP_IS_NEW] = g_param_spec_boolean ("is-new", NULL, NULL, FALSE, READ_ONLY);
  /**
   * ShoalTrackerAdded:state:
   *
   * What the tracker does with it; unknown when it was there and may not be seen.
   */
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, SHOAL_TYPE_TRACKER_STATE, 0, READ_ONLY);
  /**
   * ShoalTrackerAdded:info-hash:
   *
   * The info-hash of v1 in hexadecimal.
   */
  properties[PROP_INFO_HASH] = g_param_spec_string ("info-hash", NULL, NULL, NULL, READ_ONLY);
  /**
   * ShoalTrackerAdded:info-hash-v2:
   *
   * The info-hash of v2 in hexadecimal.
   */
  properties[PROP_INFO_HASH_V2] = g_param_spec_string ("info-hash-v2", NULL, NULL, NULL, READ_ONLY);
  /**
   * ShoalTrackerAdded:announce-urls:
   *
   * Where it is announced to, the URL of the tracker first; none while it is pending.
   */
  properties[PROP_ANNOUNCE_URLS]
      = g_param_spec_boxed ("announce-urls", NULL, NULL, G_TYPE_STRV, READ_ONLY);
  g_object_class_install_properties (object, N_PROPERTIES, properties);
}

static void
shoal_tracker_added_init (ShoalTrackerAdded *self)
{
  self->announce_urls = g_new0 (char *, 1);
}

/* --- making --- */

ShoalTrackerAdded *
shoal_tracker_added_new (const char *v1, const char *v2)
{
  ShoalTrackerAdded *self = g_object_new (SHOAL_TYPE_TRACKER_ADDED, NULL);

  self->info_hash = g_strdup (v1);
  self->info_hash_v2 = g_strdup (v2);
  return self;
}

void
shoal_tracker_added_take_id (ShoalTrackerAdded *self, guint64 id, gboolean is_new)
{
  self->id = id;
  self->is_new = is_new;
}

void
shoal_tracker_added_take_state (ShoalTrackerAdded *self, ShoalTrackerState state)
{
  self->state = state;
}

void
shoal_tracker_added_take_urls (ShoalTrackerAdded *self, char **urls)
{
  g_strfreev (self->announce_urls);
  self->announce_urls = urls;
}

/* --- getters --- */

/**
 * shoal_tracker_added_get_id:
 * @self: a registration
 *
 * Returns: its number at the tracker
 */
guint64
shoal_tracker_added_get_id (ShoalTrackerAdded *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ADDED (self), 0);
  return self->id;
}

/**
 * shoal_tracker_added_is_new:
 * @self: a registration
 *
 * Returns: whether the tracker did not have it before
 */
gboolean
shoal_tracker_added_is_new (ShoalTrackerAdded *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ADDED (self), FALSE);
  return self->is_new;
}

/**
 * shoal_tracker_added_get_state:
 * @self: a registration
 *
 * Returns: what the tracker does with it; unknown when it was there and may not be seen
 */
ShoalTrackerState
shoal_tracker_added_get_state (ShoalTrackerAdded *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ADDED (self), SHOAL_TRACKER_STATE_UNKNOWN);
  return self->state;
}

/**
 * shoal_tracker_added_get_info_hash:
 * @self: a registration
 *
 * Returns: (transfer none) (nullable): the info-hash of v1 in hexadecimal
 */
const char *
shoal_tracker_added_get_info_hash (ShoalTrackerAdded *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ADDED (self), NULL);
  return self->info_hash;
}

/**
 * shoal_tracker_added_get_info_hash_v2:
 * @self: a registration
 *
 * Returns: (transfer none) (nullable): the info-hash of v2 in hexadecimal
 */
const char *
shoal_tracker_added_get_info_hash_v2 (ShoalTrackerAdded *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ADDED (self), NULL);
  return self->info_hash_v2;
}

/**
 * shoal_tracker_added_get_announce_urls:
 * @self: a registration
 *
 * Returns: (transfer none) (array zero-terminated=1): where it is announced to, the URL of the
 * tracker first; none while it is pending
 */
const char *const *
shoal_tracker_added_get_announce_urls (ShoalTrackerAdded *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ADDED (self), NULL);
  return (const char *const *) self->announce_urls;
}
