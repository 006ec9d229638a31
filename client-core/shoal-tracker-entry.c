/* shoal-tracker-entry.c: a row of a tracker's catalogue. */
#include "client-core/shoal-tracker-entry-private.h"

#include "client-core/shoal-tracker-json-private.h"

enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_INFO_HASH,
  PROP_INFO_HASH_V2,
  PROP_STATE,
  PROP_SIZE,
  PROP_N_FILES,
  PROP_SEEDERS,
  PROP_LEECHERS,
  PROP_COMPLETED,
  PROP_REGISTERED_AT,
  N_PROPERTIES
};

/**
 * ShoalTrackerEntry:
 *
 * A torrent of a tracker's catalogue, as it was when the tracker was asked.
 */
struct _ShoalTrackerEntry
{
  GObject parent;
  guint64 id;
  char *name;
  char *info_hash;
  char *info_hash_v2;
  ShoalTrackerState state;
  guint64 size;
  guint64 n_files;
  guint64 seeders;
  guint64 leechers;
  guint64 completed;
  guint64 registered_at;
};

G_DEFINE_FINAL_TYPE (ShoalTrackerEntry, shoal_tracker_entry, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPERTIES];

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const ShoalTrackerEntry *self = SHOAL_TRACKER_ENTRY (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_uint64 (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_INFO_HASH:
      g_value_set_string (value, self->info_hash);
      break;
    case PROP_INFO_HASH_V2:
      g_value_set_string (value, self->info_hash_v2);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->size);
      break;
    case PROP_N_FILES:
      g_value_set_uint64 (value, self->n_files);
      break;
    case PROP_SEEDERS:
      g_value_set_uint64 (value, self->seeders);
      break;
    case PROP_LEECHERS:
      g_value_set_uint64 (value, self->leechers);
      break;
    case PROP_COMPLETED:
      g_value_set_uint64 (value, self->completed);
      break;
    case PROP_REGISTERED_AT:
      g_value_set_uint64 (value, self->registered_at);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  ShoalTrackerEntry *self = SHOAL_TRACKER_ENTRY (object);

  g_free (self->name);
  g_free (self->info_hash);
  g_free (self->info_hash_v2);
  G_OBJECT_CLASS (shoal_tracker_entry_parent_class)->finalize (object);
}

#define READ_ONLY (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
specify_names (void)
{
  /**
   * ShoalTrackerEntry:id:
   *
   * Its number at the tracker, which is never used again.
   */
  properties[PROP_ID] = g_param_spec_uint64 ("id", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);
  /**
   * ShoalTrackerEntry:name:
   *
   * What the torrent calls itself; the words are a stranger's.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, READ_ONLY);
  /**
   * ShoalTrackerEntry:info-hash:
   *
   * The info-hash of v1 in hexadecimal.
   */
  properties[PROP_INFO_HASH] = g_param_spec_string ("info-hash", NULL, NULL, NULL, READ_ONLY);
  /**
   * ShoalTrackerEntry:info-hash-v2:
   *
   * The info-hash of v2 in hexadecimal.
   */
  properties[PROP_INFO_HASH_V2] = g_param_spec_string ("info-hash-v2", NULL, NULL, NULL, READ_ONLY);
  /**
   * ShoalTrackerEntry:state:
   *
   * What the tracker does with it.
   */
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, SHOAL_TYPE_TRACKER_STATE, 0, READ_ONLY);
}

static void
specify_numbers (void)
{
  /**
   * ShoalTrackerEntry:size:
   *
   * How large its files are, in bytes.
   */
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);
  /**
   * ShoalTrackerEntry:n-files:
   *
   * How many files it has.
   */
  properties[PROP_N_FILES]
      = g_param_spec_uint64 ("n-files", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);
  /**
   * ShoalTrackerEntry:seeders:
   *
   * How many peers have everything.
   */
  properties[PROP_SEEDERS]
      = g_param_spec_uint64 ("seeders", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);
  /**
   * ShoalTrackerEntry:leechers:
   *
   * How many peers lack something.
   */
  properties[PROP_LEECHERS]
      = g_param_spec_uint64 ("leechers", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);
  /**
   * ShoalTrackerEntry:completed:
   *
   * How often it was fetched to its end.
   */
  properties[PROP_COMPLETED]
      = g_param_spec_uint64 ("completed", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);
  /**
   * ShoalTrackerEntry:registered-at:
   *
   * When it was registered, in seconds since 1970.
   */
  properties[PROP_REGISTERED_AT]
      = g_param_spec_uint64 ("registered-at", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);
}

static void
shoal_tracker_entry_class_init (ShoalTrackerEntryClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);

  object->get_property = get_property;
  object->finalize = finalize;
  specify_names ();
  specify_numbers ();
  g_object_class_install_properties (object, N_PROPERTIES, properties);
}

static void
shoal_tracker_entry_init (ShoalTrackerEntry *self)
{
}

/* --- states --- */

/* In the order of ShoalTrackerState. */
static const GEnumValue states[] = {
  { SHOAL_TRACKER_STATE_UNKNOWN, "SHOAL_TRACKER_STATE_UNKNOWN", "unknown" },
  { SHOAL_TRACKER_STATE_ALLOWED, "SHOAL_TRACKER_STATE_ALLOWED", "allowed" },
  { SHOAL_TRACKER_STATE_PENDING, "SHOAL_TRACKER_STATE_PENDING", "pending" },
  { SHOAL_TRACKER_STATE_DENIED, "SHOAL_TRACKER_STATE_DENIED", "denied" },
  { 0, NULL, NULL },
};

GType
shoal_tracker_state_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalTrackerState", states));
  return (GType) type;
}

const char *
shoal_tracker_state_name (ShoalTrackerState state)
{
  return states[state].value_nick;
}

ShoalTrackerState
shoal_tracker_state_read (JsonObject *object)
{
  const char *text = shoal_tracker_json_text (object, "state");

  for (const GEnumValue *state = &states[SHOAL_TRACKER_STATE_ALLOWED];
       text != NULL && state->value_name != NULL; state++)
    if (g_str_equal (state->value_nick, text))
      return (ShoalTrackerState) state->value;
  return SHOAL_TRACKER_STATE_UNKNOWN;
}

/* --- reading --- */

ShoalTrackerEntry *
shoal_tracker_entry_read (JsonObject *object)
{
  const char *name = shoal_tracker_json_text (object, "name");
  const guint64 id = shoal_tracker_json_number (object, "id");
  ShoalTrackerEntry *self;

  if (name == NULL || id == 0)
    return NULL;
  self = g_object_new (SHOAL_TYPE_TRACKER_ENTRY, NULL);
  self->id = id;
  self->name = g_strdup (name);
  self->info_hash = g_strdup (shoal_tracker_json_hash (object, "info_hash"));
  self->info_hash_v2 = g_strdup (shoal_tracker_json_hash (object, "info_hash_v2"));
  self->state = shoal_tracker_state_read (object);
  self->size = shoal_tracker_json_number (object, "size");
  self->n_files = shoal_tracker_json_number (object, "files");
  self->seeders = shoal_tracker_json_number (object, "seeders");
  self->leechers = shoal_tracker_json_number (object, "leechers");
  self->completed = shoal_tracker_json_number (object, "completed");
  self->registered_at = shoal_tracker_json_number (object, "registered_at");
  return self;
}

/* --- getters --- */

/**
 * shoal_tracker_entry_get_id:
 * @self: an entry
 *
 * Returns: its number at the tracker, which is never used again
 */
guint64
shoal_tracker_entry_get_id (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), 0);
  return self->id;
}

/**
 * shoal_tracker_entry_get_name:
 * @self: an entry
 *
 * Returns: (transfer none): what the torrent calls itself; the words are a stranger's
 */
const char *
shoal_tracker_entry_get_name (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), NULL);
  return self->name;
}

/**
 * shoal_tracker_entry_get_info_hash:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): the info-hash of v1 in hexadecimal
 */
const char *
shoal_tracker_entry_get_info_hash (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), NULL);
  return self->info_hash;
}

/**
 * shoal_tracker_entry_get_info_hash_v2:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): the info-hash of v2 in hexadecimal
 */
const char *
shoal_tracker_entry_get_info_hash_v2 (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), NULL);
  return self->info_hash_v2;
}

/**
 * shoal_tracker_entry_get_state:
 * @self: an entry
 *
 * Returns: what the tracker does with it
 */
ShoalTrackerState
shoal_tracker_entry_get_state (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), SHOAL_TRACKER_STATE_UNKNOWN);
  return self->state;
}

/**
 * shoal_tracker_entry_get_size:
 * @self: an entry
 *
 * Returns: how large its files are, in bytes
 */
guint64
shoal_tracker_entry_get_size (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), 0);
  return self->size;
}

/**
 * shoal_tracker_entry_get_n_files:
 * @self: an entry
 *
 * Returns: how many files it has
 */
guint64
shoal_tracker_entry_get_n_files (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), 0);
  return self->n_files;
}

/**
 * shoal_tracker_entry_get_seeders:
 * @self: an entry
 *
 * Returns: how many peers have everything
 */
guint64
shoal_tracker_entry_get_seeders (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), 0);
  return self->seeders;
}

/**
 * shoal_tracker_entry_get_leechers:
 * @self: an entry
 *
 * Returns: how many peers lack something
 */
guint64
shoal_tracker_entry_get_leechers (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), 0);
  return self->leechers;
}

/**
 * shoal_tracker_entry_get_completed:
 * @self: an entry
 *
 * Returns: how often it was fetched to its end
 */
guint64
shoal_tracker_entry_get_completed (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), 0);
  return self->completed;
}

/**
 * shoal_tracker_entry_get_registered_at:
 * @self: an entry
 *
 * Returns: when it was registered, in seconds since 1970
 */
guint64
shoal_tracker_entry_get_registered_at (ShoalTrackerEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_ENTRY (self), 0);
  return self->registered_at;
}
