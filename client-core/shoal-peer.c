/* shoal-peer.c: the last picture of a peer that the engine sent, as an object. */
#include "client-core/shoal-torrent-private.h"

struct _ShoalPeer
{
  GObject parent;
  EngPeerPicture picture;
  char address[BT_ENDPOINT_TEXT];
  uint32_t n_pieces;
};

enum
{
  PROP_ADDRESS = 1,
  PROP_CLIENT,
  PROP_ENCRYPTION,
  PROP_INCOMING,
  PROP_FLAGS,
  PROP_SOURCES,
  PROP_PROGRESS,
  PROP_RATE_DOWN,
  PROP_RATE_UP,
  PROP_LIMIT_DOWN,
  PROP_LIMIT_UP,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (ShoalPeer, shoal_peer, G_TYPE_OBJECT)

GType
shoal_peer_encryption_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_PEER_ENCRYPTION_NONE, "SHOAL_PEER_ENCRYPTION_NONE", "none" },
    { SHOAL_PEER_ENCRYPTION_OPENING, "SHOAL_PEER_ENCRYPTION_OPENING", "opening" },
    { SHOAL_PEER_ENCRYPTION_ALL, "SHOAL_PEER_ENCRYPTION_ALL", "all" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalPeerEncryption", values));
  return type;
}

GType
shoal_peer_flags_get_type (void)
{
  static gsize type;
  static const GFlagsValue values[] = {
    { SHOAL_PEER_NONE, "SHOAL_PEER_NONE", "none" },
    { SHOAL_PEER_INTERESTING, "SHOAL_PEER_INTERESTING", "interesting" },
    { SHOAL_PEER_CHOKES, "SHOAL_PEER_CHOKES", "chokes" },
    { SHOAL_PEER_INTERESTED, "SHOAL_PEER_INTERESTED", "interested" },
    { SHOAL_PEER_CHOKED, "SHOAL_PEER_CHOKED", "choked" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("ShoalPeerFlags", values));
  return type;
}

GType
shoal_peer_sources_get_type (void)
{
  static gsize type;
  static const GFlagsValue values[] = {
    { SHOAL_PEER_SOURCE_NONE, "SHOAL_PEER_SOURCE_NONE", "none" },
    { SHOAL_PEER_SOURCE_TRACKER, "SHOAL_PEER_SOURCE_TRACKER", "tracker" },
    { SHOAL_PEER_SOURCE_EXCHANGE, "SHOAL_PEER_SOURCE_EXCHANGE", "exchange" },
    { SHOAL_PEER_SOURCE_INCOMING, "SHOAL_PEER_SOURCE_INCOMING", "incoming" },
    { SHOAL_PEER_SOURCE_PERSON, "SHOAL_PEER_SOURCE_PERSON", "person" },
    { SHOAL_PEER_SOURCE_EARLIER, "SHOAL_PEER_SOURCE_EARLIER", "earlier" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("ShoalPeerSources", values));
  return type;
}

static ShoalPeerSources
sources_of (const EngPeerPicture *picture)
{
  static const struct
  {
    EngSource inside;
    ShoalPeerSources outside;
  } sources[] = {
    { ENG_SOURCE_TRACKER, SHOAL_PEER_SOURCE_TRACKER },
    { ENG_SOURCE_PEX, SHOAL_PEER_SOURCE_EXCHANGE },
    { ENG_SOURCE_INCOMING, SHOAL_PEER_SOURCE_INCOMING },
    { ENG_SOURCE_GIVEN, SHOAL_PEER_SOURCE_PERSON },
    { ENG_SOURCE_RESUME, SHOAL_PEER_SOURCE_EARLIER },
  };
  unsigned out = SHOAL_PEER_SOURCE_NONE;

  for (size_t i = 0; i < G_N_ELEMENTS (sources); i++)
    if ((picture->sources & sources[i].inside) != 0)
      out |= sources[i].outside;
  return (ShoalPeerSources) out;
}

static ShoalPeerFlags
flags_of (const EngPeerPicture *picture)
{
  return (ShoalPeerFlags) ((picture->am_interested ? SHOAL_PEER_INTERESTING : 0)
                           | (picture->peer_choking ? SHOAL_PEER_CHOKES : 0)
                           | (picture->peer_interested ? SHOAL_PEER_INTERESTED : 0)
                           | (picture->am_choking ? SHOAL_PEER_CHOKED : 0));
}

static double
progress_of (const ShoalPeer *self)
{
  return self->n_pieces > 0 ? (double) self->picture.n_have / self->n_pieces : 0;
}

/**
 * shoal_peer_get_address:
 * @self: a peer
 *
 * Returns: (transfer none): where it is, as in "192.0.2.1:6881"
 */
const char *
shoal_peer_get_address (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), NULL);
  return self->address;
}

/**
 * shoal_peer_get_client:
 * @self: a peer
 *
 * Returns: (transfer none): the program that it says it is; what a stranger claims
 */
const char *
shoal_peer_get_client (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), NULL);
  return self->picture.client;
}

/**
 * shoal_peer_get_encryption:
 * @self: a peer
 *
 * Returns: how much of the connection is encrypted
 */
ShoalPeerEncryption
shoal_peer_get_encryption (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), SHOAL_PEER_ENCRYPTION_NONE);
  return (ShoalPeerEncryption) self->picture.encryption;
}

/**
 * shoal_peer_get_incoming:
 * @self: a peer
 *
 * Returns: whether it connected to us
 */
gboolean
shoal_peer_get_incoming (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), FALSE);
  return self->picture.incoming;
}

/**
 * shoal_peer_get_flags:
 * @self: a peer
 *
 * Returns: who is interested, and who is choked
 */
ShoalPeerFlags
shoal_peer_get_flags (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), SHOAL_PEER_NONE);
  return flags_of (&self->picture);
}

/**
 * shoal_peer_get_sources:
 * @self: a peer
 *
 * Returns: who has told of it
 */
ShoalPeerSources
shoal_peer_get_sources (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), SHOAL_PEER_SOURCE_NONE);
  return sources_of (&self->picture);
}

/**
 * shoal_peer_get_progress:
 * @self: a peer
 *
 * Returns: how much of the pieces it has, from 0 to 1
 */
gdouble
shoal_peer_get_progress (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), 0);
  return progress_of (self);
}

/**
 * shoal_peer_get_rate_down:
 * @self: a peer
 *
 * Returns: bytes per second received from it
 */
guint64
shoal_peer_get_rate_down (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), 0);
  return self->picture.rate_down_Bps;
}

/**
 * shoal_peer_get_rate_up:
 * @self: a peer
 *
 * Returns: bytes per second sent to it
 */
guint64
shoal_peer_get_rate_up (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), 0);
  return self->picture.rate_up_Bps;
}

/**
 * shoal_peer_get_limit_down:
 * @self: a peer
 *
 * Returns: bytes per second that may be received from it, as shoal_torrent_limit_peer() has it; 0
 *   for no limit of its own
 */
guint64
shoal_peer_get_limit_down (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), 0);
  return self->picture.limit_down_Bps;
}

/**
 * shoal_peer_get_limit_up:
 * @self: a peer
 *
 * Returns: bytes per second that may be sent to it, as shoal_torrent_limit_peer() has it; 0 for no
 *   limit of its own
 */
guint64
shoal_peer_get_limit_up (ShoalPeer *self)
{
  g_return_val_if_fail (SHOAL_IS_PEER (self), 0);
  return self->picture.limit_up_Bps;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ShoalPeer *self = SHOAL_PEER (object);

  switch (id)
    {
    case PROP_ADDRESS:
      g_value_set_string (value, shoal_peer_get_address (self));
      break;
    case PROP_CLIENT:
      g_value_set_string (value, shoal_peer_get_client (self));
      break;
    case PROP_ENCRYPTION:
      g_value_set_enum (value, (gint) shoal_peer_get_encryption (self));
      break;
    case PROP_INCOMING:
      g_value_set_boolean (value, shoal_peer_get_incoming (self));
      break;
    case PROP_FLAGS:
      g_value_set_flags (value, shoal_peer_get_flags (self));
      break;
    case PROP_SOURCES:
      g_value_set_flags (value, shoal_peer_get_sources (self));
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, shoal_peer_get_progress (self));
      break;
    case PROP_RATE_DOWN:
      g_value_set_uint64 (value, shoal_peer_get_rate_down (self));
      break;
    case PROP_RATE_UP:
      g_value_set_uint64 (value, shoal_peer_get_rate_up (self));
      break;
    case PROP_LIMIT_DOWN:
      g_value_set_uint64 (value, shoal_peer_get_limit_down (self));
      break;
    case PROP_LIMIT_UP:
      g_value_set_uint64 (value, shoal_peer_get_limit_up (self));
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
   * ShoalPeer:address: (getter get_address)
   *
   * Where it is, as in "192.0.2.1:6881".
   */
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, READS);

  /**
   * ShoalPeer:client: (getter get_client)
   *
   * The program that it says it is; what a stranger claims.
   */
  properties[PROP_CLIENT] = g_param_spec_string ("client", NULL, NULL, NULL, READS);

  /**
   * ShoalPeer:encryption: (getter get_encryption)
   *
   * How much of the connection is encrypted.
   */
  properties[PROP_ENCRYPTION]
      = g_param_spec_enum ("encryption", NULL, NULL, SHOAL_TYPE_PEER_ENCRYPTION, 0, READS);

  /**
   * ShoalPeer:incoming: (getter get_incoming)
   *
   * Whether it connected to us.
   */
  properties[PROP_INCOMING] = g_param_spec_boolean ("incoming", NULL, NULL, FALSE, READS);
}

static void
make_limits (void)
{
  /**
   * ShoalPeer:limit-down: (getter get_limit_down)
   *
   * Bytes per second that may be received from it, as shoal_torrent_limit_peer() has it; 0 for no
   * limit of its own.
   */
  properties[PROP_LIMIT_DOWN]
      = g_param_spec_uint64 ("limit-down", NULL, NULL, 0, G_MAXUINT64, 0, READS);

  /**
   * ShoalPeer:limit-up: (getter get_limit_up)
   *
   * Bytes per second that may be sent to it, as shoal_torrent_limit_peer() has it; 0 for no limit
   * of its own.
   */
  properties[PROP_LIMIT_UP]
      = g_param_spec_uint64 ("limit-up", NULL, NULL, 0, G_MAXUINT64, 0, READS);
}

static void
install_properties (GObjectClass *class)
{
  make_properties ();
  make_limits ();

  /**
   * ShoalPeer:flags: (getter get_flags)
   *
   * Who is interested, and who is choked.
   */
  properties[PROP_FLAGS]
      = g_param_spec_flags ("flags", NULL, NULL, SHOAL_TYPE_PEER_FLAGS, 0, READS);

  /**
   * ShoalPeer:sources: (getter get_sources)
   *
   * Who has told of it.
   */
  properties[PROP_SOURCES]
      = g_param_spec_flags ("sources", NULL, NULL, SHOAL_TYPE_PEER_SOURCES, 0, READS);

  /**
   * ShoalPeer:progress: (getter get_progress)
   *
   * How much of the pieces it has, from 0 to 1.
   */
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, READS);

  /**
   * ShoalPeer:rate-down: (getter get_rate_down)
   *
   * Bytes per second received from it.
   */
  properties[PROP_RATE_DOWN]
      = g_param_spec_uint64 ("rate-down", NULL, NULL, 0, G_MAXUINT64, 0, READS);

  /**
   * ShoalPeer:rate-up: (getter get_rate_up)
   *
   * Bytes per second sent to it.
   */
  properties[PROP_RATE_UP] = g_param_spec_uint64 ("rate-up", NULL, NULL, 0, G_MAXUINT64, 0, READS);

  g_object_class_install_properties (class, N_PROPERTIES, properties);
}

static void
shoal_peer_class_init (ShoalPeerClass *class)
{
  G_OBJECT_CLASS (class)->get_property = get_property;
  install_properties (G_OBJECT_CLASS (class));
}

static void
shoal_peer_init (ShoalPeer *self)
{
}

/* --- pictures --- */

ShoalPeer *
shoal_peer_new (const EngPeerPicture *picture, uint32_t n_pieces)
{
  ShoalPeer *self = g_object_new (SHOAL_TYPE_PEER, NULL);

  self->picture = *picture;
  self->n_pieces = n_pieces;
  (void) bt_endpoint_write (&picture->remote, self->address); /* the length is not needed */
  return self;
}

uint32_t
shoal_peer_id (const ShoalPeer *self)
{
  return self->picture.id;
}

static void
notify (ShoalPeer *self, guint id, bool differs)
{
  if (differs)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

void
shoal_peer_take_picture (ShoalPeer *self, const EngPeerPicture *now)
{
  EngPeerPicture before = self->picture;

  self->picture = *now;
  g_object_freeze_notify (G_OBJECT (self));
  notify (self, PROP_CLIENT, g_strcmp0 (before.client, now->client) != 0);
  notify (self, PROP_FLAGS, flags_of (&before) != flags_of (now));
  notify (self, PROP_SOURCES, sources_of (&before) != sources_of (now));
  notify (self, PROP_PROGRESS, before.n_have != now->n_have);
  notify (self, PROP_RATE_DOWN, before.rate_down_Bps != now->rate_down_Bps);
  notify (self, PROP_RATE_UP, before.rate_up_Bps != now->rate_up_Bps);
  notify (self, PROP_LIMIT_DOWN, before.limit_down_Bps != now->limit_down_Bps);
  notify (self, PROP_LIMIT_UP, before.limit_up_Bps != now->limit_up_Bps);
  g_object_thaw_notify (G_OBJECT (self));
}
