/* shoal-session-port.c: what the engine says of its port, as properties. */
#include "shoal-session-port.h"

#include <glib/gi18n-lib.h>

#include "client-core/shoal-post-private.h"
#include "client-core/shoal-session-private.h"

#define SETTING "no-port-mapping"

GType
shoal_port_state_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_PORT_STATE_UNKNOWN, "SHOAL_PORT_STATE_UNKNOWN", "unknown" },
    { SHOAL_PORT_STATE_OPEN, "SHOAL_PORT_STATE_OPEN", "open" },
    { SHOAL_PORT_STATE_CLOSED, "SHOAL_PORT_STATE_CLOSED", "closed" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalPortState", values));
  return type;
}

GType
shoal_port_mapper_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_PORT_MAPPER_NONE, "SHOAL_PORT_MAPPER_NONE", "none" },
    { SHOAL_PORT_MAPPER_NAT_PMP, "SHOAL_PORT_MAPPER_NAT_PMP", "nat-pmp" },
    { SHOAL_PORT_MAPPER_UPNP, "SHOAL_PORT_MAPPER_UPNP", "upnp" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalPortMapper", values));
  return type;
}

/* --- what the engine says --- */

static bool
is_public (const BtEndpoint *address)
{
  return address->family == BT_FAMILY_NONE || bt_endpoint_range (address) == BT_RANGE_GLOBAL;
}

static ShoalPortState
judge (const EngPortPicture *picture)
{
  const EngMapping *mapping = &picture->mapping;

  if (picture->is_reached)
    return SHOAL_PORT_STATE_OPEN;
  if (mapping->state == ENG_MAPPING_FAILED
      || (mapping->state == ENG_MAPPING_MAPPED && !is_public (&mapping->address)))
    return SHOAL_PORT_STATE_CLOSED;
  return SHOAL_PORT_STATE_UNKNOWN;
}

/* (transfer full) (nullable) */
static char *
problem_text (const EngMapping *mapping, guint port)
{
  if (mapping->state == ENG_MAPPING_MAPPED && !is_public (&mapping->address))
    return g_strdup (_ ("The router has no public address: another one stands before it, perhaps "
                        "the provider's"));
  switch (mapping->problem)
    {
    case ENG_MAPPING_NO_ROUTE:
      return g_strdup (_ ("This computer knows no router that leads to the internet"));
    case ENG_MAPPING_SILENCE:
      return g_strdup_printf (
          _ ("The router opens no ports by itself: switch on UPnP or NAT-PMP in "
             "its settings, or let it forward TCP port %u to this computer"),
          port);
    case ENG_MAPPING_REFUSED:
      return g_strdup_printf (_ ("The router refuses to open a port (its error %u)"),
                              mapping->code);
    case ENG_MAPPING_TAKEN:
      return g_strdup (_ ("Other computers have all the ports that the router was asked for"));
    case ENG_MAPPING_NONSENSE:
      return g_strdup (_ ("What the router answers cannot be understood"));
    case ENG_MAPPING_SYSTEM:
      return g_strdup (_ ("The program that asks the router cannot be run: install Shoal again"));
    case ENG_MAPPING_FINE:
      break;
    }
  return NULL;
}

static char *
address_text (const BtEndpoint *address)
{
  char text[BT_ENDPOINT_TEXT];

  if (address->family == BT_FAMILY_NONE)
    return NULL;
  (void) bt_endpoint_write_address (address, text); /* its length is not asked for */
  return g_strdup (text);
}

/* Takes @text over. */
static void
set_text (ShoalSession *self, char **which, char *text, ShoalSessionProp property)
{
  bool same = g_strcmp0 (*which, text) == 0;

  g_free (*which);
  *which = text;
  if (!same)
    shoal_session_notify (self, property);
}

static void
set_number (ShoalSession *self, guint *which, guint value, ShoalSessionProp property)
{
  if (*which == value)
    return;
  *which = value;
  shoal_session_notify (self, property);
}

static void
take_port (void *owner, void *letter)
{
  static const ShoalPortMapper mappers[] = { [ENG_MAPPED_BY_NOBODY] = SHOAL_PORT_MAPPER_NONE,
                                             [ENG_MAPPED_BY_NAT_PMP] = SHOAL_PORT_MAPPER_NAT_PMP,
                                             [ENG_MAPPED_BY_UPNP] = SHOAL_PORT_MAPPER_UPNP };
  ShoalSession *self = owner;
  const EngPortPicture *picture = letter;
  ShoalReach *reach = &self->reach;

  g_object_freeze_notify (G_OBJECT (self));
  set_number (self, &reach->state, judge (picture), SHOAL_SESSION_PROP_PORT_STATE);
  set_number (self, &reach->mapper, mappers[picture->mapping.by], SHOAL_SESSION_PROP_PORT_MAPPER);
  set_number (self, &reach->port, picture->mapping.port, SHOAL_SESSION_PROP_EXTERNAL_PORT);
  set_text (self, &reach->address, address_text (&picture->mapping.address),
            SHOAL_SESSION_PROP_EXTERNAL_ADDRESS);
  set_text (self, &reach->problem, problem_text (&picture->mapping, self->port),
            SHOAL_SESSION_PROP_PORT_PROBLEM);
  g_object_thaw_notify (G_OBJECT (self));
}

void
shoal_session_on_port (void *post, const EngPortPicture *picture)
{
  shoal_post_send (post, take_port, g_memdup2 (picture, sizeof *picture), g_free);
}

void
shoal_session_clear_port (ShoalSession *self)
{
  g_free (self->reach.address);
  g_free (self->reach.problem);
}

/* --- the setting --- */

void
shoal_session_read_mapping (ShoalSession *self, EngProfile *profile)
{
  self->no_mapping = eng_profile_setting (profile, SETTING, 0) != 0;
  eng_engine_set_mapping (self->engine, !self->no_mapping);
}

/**
 * shoal_session_get_port_mapping:
 * @self: a session
 *
 * Returns: whether the router may be asked to lead a port to us
 */
gboolean
shoal_session_get_port_mapping (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), FALSE);
  return !self->no_mapping;
}

/**
 * shoal_session_set_port_mapping:
 * @self: a session
 * @mapping: whether the router may be asked
 *
 * Says whether the router is asked, by NAT-PMP (RFC 6886) and by UPnP (Internet Gateway Device), to
 * lead a TCP port of its own to that of the session; it may be at first. It is asked in the
 * background, from the first torrent on, and only when the session listens at an address of a
 * private network, of IPv4. The mapping is renewed, trackers and peers are told its port, and it is
 * taken back when the session ends or this is switched off: then nothing is sent. A profile keeps
 * it.
 */
void
shoal_session_set_port_mapping (ShoalSession *self, gboolean mapping)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  if (self->no_mapping == !mapping)
    return;
  self->no_mapping = !mapping;
  eng_engine_set_mapping (self->engine, mapping);
  shoal_session_keep_setting (self, SETTING, !mapping);
  shoal_session_notify (self, SHOAL_SESSION_PROP_PORT_MAPPING);
}

/* --- what came of it --- */

/**
 * shoal_session_get_port_state:
 * @self: a session
 *
 * Returns: whether strangers reach the session
 */
ShoalPortState
shoal_session_get_port_state (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), SHOAL_PORT_STATE_UNKNOWN);
  return (ShoalPortState) self->reach.state;
}

/**
 * shoal_session_get_port_mapper:
 * @self: a session
 *
 * Returns: how the router was asked that leads a port to us
 */
ShoalPortMapper
shoal_session_get_port_mapper (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), SHOAL_PORT_MAPPER_NONE);
  return (ShoalPortMapper) self->reach.mapper;
}

/**
 * shoal_session_get_external_port:
 * @self: a session
 *
 * Returns: the router's port that leads to us, or 0 when none does that we asked for
 */
guint
shoal_session_get_external_port (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->reach.port;
}

/**
 * shoal_session_get_external_address:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the router's own address outside, such as "203.0.113.7", or
 *   %NULL while it is not known
 */
const char *
shoal_session_get_external_address (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  return self->reach.address;
}

/**
 * shoal_session_get_port_problem:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): why no port leads to us, a translated sentence with what to
 *   do where something can be done; %NULL: nothing is known to be wrong
 */
const char *
shoal_session_get_port_problem (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  return self->reach.problem;
}
