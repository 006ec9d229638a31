/* shoal-session-port.h: whether strangers reach a session, and what the router was asked for that.
 * The application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"
#include "shoal-session.h"

G_BEGIN_DECLS

/**
 * ShoalPortState:
 * @SHOAL_PORT_STATE_UNKNOWN: nothing speaks for one or the other yet
 * @SHOAL_PORT_STATE_OPEN: somebody from outside of the local network has connected to us
 * @SHOAL_PORT_STATE_CLOSED: nobody has, and a router stands before us that leads no port to us
 *
 * Whether strangers reach the port of a session. Without that it works, but finds fewer peers.
 */
typedef enum
{
  SHOAL_PORT_STATE_UNKNOWN,
  SHOAL_PORT_STATE_OPEN,
  SHOAL_PORT_STATE_CLOSED
} ShoalPortState;

/**
 * ShoalPortMapper:
 * @SHOAL_PORT_MAPPER_NONE: the router leads no port to us that we asked for
 * @SHOAL_PORT_MAPPER_NAT_PMP: it was asked by NAT-PMP (RFC 6886)
 * @SHOAL_PORT_MAPPER_UPNP: it was asked by UPnP (Internet Gateway Device)
 *
 * How a router was asked to lead a port to us.
 */
typedef enum
{
  SHOAL_PORT_MAPPER_NONE,
  SHOAL_PORT_MAPPER_NAT_PMP,
  SHOAL_PORT_MAPPER_UPNP
} ShoalPortMapper;

SHOAL_API GType shoal_port_state_get_type (void);
SHOAL_API GType shoal_port_mapper_get_type (void);

#define SHOAL_TYPE_PORT_STATE (shoal_port_state_get_type ())
#define SHOAL_TYPE_PORT_MAPPER (shoal_port_mapper_get_type ())

SHOAL_API gboolean shoal_session_get_port_mapping (ShoalSession *self);
SHOAL_API void shoal_session_set_port_mapping (ShoalSession *self, gboolean mapping);
SHOAL_API ShoalPortState shoal_session_get_port_state (ShoalSession *self);
SHOAL_API ShoalPortMapper shoal_session_get_port_mapper (ShoalSession *self);
SHOAL_API guint shoal_session_get_external_port (ShoalSession *self);
SHOAL_API const char *shoal_session_get_external_address (ShoalSession *self);
SHOAL_API const char *shoal_session_get_port_problem (ShoalSession *self);

G_END_DECLS
