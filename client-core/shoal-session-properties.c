/* shoal-session-properties.c: a session's settings and totals as properties. */
#include "client-core/shoal-session-private.h"
#include "shoal-session-port.h"

#define READS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)
#define WRITES (READS | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY)

static GParamSpec *properties[SHOAL_SESSION_N_PROPS];

void
shoal_session_notify (ShoalSession *self, ShoalSessionProp property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* What is not a number of the totals. */
static bool
get_setting (ShoalSession *self, guint id, GValue *value)
{
  if (id == SHOAL_SESSION_PROP_STATE_FOLDER)
    g_value_set_string (value, self->state_folder);
  else if (id == SHOAL_SESSION_PROP_ENCRYPTION)
    g_value_set_enum (value, self->encryption);
  else if (id == SHOAL_SESSION_PROP_LOADED)
    g_value_set_boolean (value, self->opening == NULL);
  else if (id == SHOAL_SESSION_PROP_PROFILE)
    g_value_set_string (value, self->profile);
  else if (id == SHOAL_SESSION_PROP_MAX_ACTIVE_DOWNLOADS)
    g_value_set_uint (value, self->max_downloads);
  else if (id == SHOAL_SESSION_PROP_MAX_ACTIVE_SEEDS)
    g_value_set_uint (value, self->max_seeds);
  else if (id == SHOAL_SESSION_PROP_RESCUE)
    g_value_set_string (value, self->rescue);
  else
    return false;
  return true;
}

static bool
get_reach (ShoalSession *self, guint id, GValue *value)
{
  if (id == SHOAL_SESSION_PROP_PORT)
    g_value_set_uint (value, shoal_session_get_port (self));
  else if (id == SHOAL_SESSION_PROP_PORT_MAPPING)
    g_value_set_boolean (value, !self->no_mapping);
  else if (id == SHOAL_SESSION_PROP_PORT_STATE)
    g_value_set_enum (value, (gint) self->reach.state);
  else if (id == SHOAL_SESSION_PROP_PORT_MAPPER)
    g_value_set_enum (value, (gint) self->reach.mapper);
  else if (id == SHOAL_SESSION_PROP_PORT_PROBLEM)
    g_value_set_string (value, self->reach.problem);
  else if (id == SHOAL_SESSION_PROP_EXTERNAL_PORT)
    g_value_set_uint (value, self->reach.port);
  else if (id == SHOAL_SESSION_PROP_EXTERNAL_ADDRESS)
    g_value_set_string (value, self->reach.address);
  else
    return false;
  return true;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ShoalSession *self = SHOAL_SESSION (object);

  if (get_setting (self, id, value) || get_reach (self, id, value))
    return;
  if (id == SHOAL_SESSION_PROP_RATE_DOWN)
    g_value_set_uint64 (value, self->totals.rate_down);
  else if (id == SHOAL_SESSION_PROP_RATE_UP)
    g_value_set_uint64 (value, self->totals.rate_up);
  else if (id == SHOAL_SESSION_PROP_DOWNLOADED)
    g_value_set_uint64 (value, self->totals.downloaded);
  else if (id == SHOAL_SESSION_PROP_UPLOADED)
    g_value_set_uint64 (value, self->totals.uploaded);
  else if (id == SHOAL_SESSION_PROP_N_PEERS)
    g_value_set_uint (value, self->totals.n_peers);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == SHOAL_SESSION_PROP_STATE_FOLDER)
    shoal_session_set_state_folder (SHOAL_SESSION (object), g_value_get_string (value));
  else if (id == SHOAL_SESSION_PROP_ENCRYPTION)
    shoal_session_set_encryption (SHOAL_SESSION (object), g_value_get_enum (value));
  else if (id == SHOAL_SESSION_PROP_PORT_MAPPING)
    shoal_session_set_port_mapping (SHOAL_SESSION (object), g_value_get_boolean (value));
  else if (id == SHOAL_SESSION_PROP_MAX_ACTIVE_DOWNLOADS)
    shoal_session_set_max_active_downloads (SHOAL_SESSION (object), g_value_get_uint (value));
  else if (id == SHOAL_SESSION_PROP_MAX_ACTIVE_SEEDS)
    shoal_session_set_max_active_seeds (SHOAL_SESSION (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static GParamSpec *
new_total (const char *name)
{
  return g_param_spec_uint64 (name, NULL, NULL, 0, G_MAXUINT64, 0, READS);
}

static void
make_queue (void)
{
  /**
   * ShoalSession:max-active-downloads:
   *
   * How many torrents may download at a time; 0: no limit.
   */
  properties[SHOAL_SESSION_PROP_MAX_ACTIVE_DOWNLOADS]
      = g_param_spec_uint ("max-active-downloads", NULL, NULL, 0, G_MAXINT, 0, WRITES);

  /**
   * ShoalSession:max-active-seeds:
   *
   * How many torrents may seed at a time; 0: no limit.
   */
  properties[SHOAL_SESSION_PROP_MAX_ACTIVE_SEEDS]
      = g_param_spec_uint ("max-active-seeds", NULL, NULL, 0, G_MAXINT, 0, WRITES);
}

static void
make_totals (void)
{
  /**
   * ShoalSession:rate-down: (getter get_rate_down)
   *
   * Bytes per second that all torrents receive.
   */
  properties[SHOAL_SESSION_PROP_RATE_DOWN] = new_total ("rate-down");

  /**
   * ShoalSession:rate-up: (getter get_rate_up)
   *
   * Bytes per second that all torrents send.
   */
  properties[SHOAL_SESSION_PROP_RATE_UP] = new_total ("rate-up");

  /**
   * ShoalSession:downloaded: (getter get_downloaded)
   *
   * Bytes of blocks that all torrents have received, those that have left included; in all sessions
   * of a profile.
   */
  properties[SHOAL_SESSION_PROP_DOWNLOADED] = new_total ("downloaded");

  /**
   * ShoalSession:uploaded: (getter get_uploaded)
   *
   * Bytes of blocks that all torrents have sent, those that have left included; in all sessions of
   * a profile.
   */
  properties[SHOAL_SESSION_PROP_UPLOADED] = new_total ("uploaded");

  /**
   * ShoalSession:n-peers: (getter get_n_peers)
   *
   * How many peers are connected.
   */
  properties[SHOAL_SESSION_PROP_N_PEERS]
      = g_param_spec_uint ("n-peers", NULL, NULL, 0, G_MAXUINT, 0, READS);
}

static void
make_reach (void)
{
  /**
   * ShoalSession:port: (getter get_port)
   *
   * The port that it listens at. It changes with shoal_session_set_address_async().
   */
  properties[SHOAL_SESSION_PROP_PORT]
      = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, READS);

  /**
   * ShoalSession:port-mapping: (getter get_port_mapping) (setter set_port_mapping)
   *
   * Whether the router may be asked to lead a port to us.
   */
  properties[SHOAL_SESSION_PROP_PORT_MAPPING]
      = g_param_spec_boolean ("port-mapping", NULL, NULL, TRUE, WRITES);

  /**
   * ShoalSession:port-state: (getter get_port_state)
   *
   * Whether strangers reach us.
   */
  properties[SHOAL_SESSION_PROP_PORT_STATE] = g_param_spec_enum (
      "port-state", NULL, NULL, SHOAL_TYPE_PORT_STATE, SHOAL_PORT_STATE_UNKNOWN, READS);

  /**
   * ShoalSession:port-mapper: (getter get_port_mapper)
   *
   * How the router was asked that leads a port to us.
   */
  properties[SHOAL_SESSION_PROP_PORT_MAPPER] = g_param_spec_enum (
      "port-mapper", NULL, NULL, SHOAL_TYPE_PORT_MAPPER, SHOAL_PORT_MAPPER_NONE, READS);

  /**
   * ShoalSession:port-problem: (getter get_port_problem)
   *
   * Why no port leads to us, a translated sentence; %NULL: nothing is known to be wrong.
   */
  properties[SHOAL_SESSION_PROP_PORT_PROBLEM]
      = g_param_spec_string ("port-problem", NULL, NULL, NULL, READS);

  /**
   * ShoalSession:external-port: (getter get_external_port)
   *
   * The router's port that leads to us, which trackers and peers are told; 0: none does.
   */
  properties[SHOAL_SESSION_PROP_EXTERNAL_PORT]
      = g_param_spec_uint ("external-port", NULL, NULL, 0, G_MAXUINT16, 0, READS);

  /**
   * ShoalSession:external-address: (getter get_external_address)
   *
   * The router's own address outside; %NULL: it is not known.
   */
  properties[SHOAL_SESSION_PROP_EXTERNAL_ADDRESS]
      = g_param_spec_string ("external-address", NULL, NULL, NULL, READS);
}

void
shoal_session_install_properties (GObjectClass *class)
{
  class->get_property = get_property;
  class->set_property = set_property;
  make_queue ();
  make_totals ();

  /**
   * ShoalSession:encryption: (getter get_encryption) (setter set_encryption)
   *
   * Whether the connections that begin from now on are obfuscated. Those that stand stay as they
   * are: set it before the first torrent is added.
   */
  properties[SHOAL_SESSION_PROP_ENCRYPTION] = g_param_spec_enum (
      "encryption", NULL, NULL, SHOAL_TYPE_ENCRYPTION, SHOAL_ENCRYPTION_PREFER, WRITES);

  /**
   * ShoalSession:state-folder: (getter get_state_folder) (setter set_state_folder)
   *
   * Where the state of torrents is kept from one session to the next: which pieces are there, and
   * how their files were. %NULL: it is not kept. Torrents that were added already keep theirs, and
   * those of a profile have theirs there.
   */
  properties[SHOAL_SESSION_PROP_STATE_FOLDER]
      = g_param_spec_string ("state-folder", NULL, NULL, NULL, WRITES);

  /**
   * ShoalSession:loaded: (getter get_loaded)
   *
   * Whether the torrents that the profile kept are in the list. It turns %TRUE once, right after
   * the one change that brings them; without a profile it is %TRUE from the beginning.
   */
  properties[SHOAL_SESSION_PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, TRUE, READS);

  /**
   * ShoalSession:profile: (getter get_profile)
   *
   * The folder that keeps the session; %NULL: it is not kept.
   */
  properties[SHOAL_SESSION_PROP_PROFILE] = g_param_spec_string ("profile", NULL, NULL, NULL, READS);

  /**
   * ShoalSession:rescue: (getter get_rescue)
   *
   * What became of the profile, which was damaged, in translated sentences: how many torrents could
   * be read, and where the damaged one lies now. %NULL: it was not damaged. An application shows
   * it. It is known when the session is loaded, and may be before.
   */
  properties[SHOAL_SESSION_PROP_RESCUE] = g_param_spec_string ("rescue", NULL, NULL, NULL, READS);

  make_reach ();
  g_object_class_install_properties (class, SHOAL_SESSION_N_PROPS, properties);
}
