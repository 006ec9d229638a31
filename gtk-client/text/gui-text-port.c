/* gui-text-port.c: see gui-text-port.h. */
#include "gtk-client/text/gui-text-port.h"

#include <glib/gi18n.h>

char *
gui_text_port (ShoalSession *session)
{
  guint port = shoal_session_get_port (session);

  switch (shoal_session_get_port_state (session))
    {
    case SHOAL_PORT_STATE_OPEN:
      /* Translators: the TCP port by which other clients come in, and have come */
      return g_strdup_printf (_ ("Port %u, open"), port);
    case SHOAL_PORT_STATE_CLOSED:
      /* Translators: the TCP port by which other clients cannot come in */
      return g_strdup_printf (_ ("Port %u, closed"), port);
    case SHOAL_PORT_STATE_UNKNOWN:
    default:
      /* Translators: the TCP port by which other clients come in */
      return g_strdup_printf (_ ("Port %u"), port);
    }
}

static const char *
state_words (ShoalPortState state)
{
  switch (state)
    {
    case SHOAL_PORT_STATE_OPEN:
      return _ ("Others reach you at this port.");
    case SHOAL_PORT_STATE_CLOSED:
      return _ ("Nobody can reach you at this port: you meet only those whom you call.");
    case SHOAL_PORT_STATE_UNKNOWN:
    default:
      return _ ("Nobody has come in by this port yet.");
    }
}

static void
add_mapping (GPtrArray *lines, ShoalSession *session)
{
  guint outside = shoal_session_get_external_port (session);
  ShoalPortMapper mapper = shoal_session_get_port_mapper (session);

  if (outside > 0 && mapper != SHOAL_PORT_MAPPER_NONE)
    /* Translators: a port, and the protocol by which the router was asked: UPnP or NAT-PMP */
    g_ptr_array_add (lines,
                     g_strdup_printf (_ ("The router leads its port %u here (%s)."), outside,
                                      mapper == SHOAL_PORT_MAPPER_UPNP ? "UPnP" : "NAT-PMP"));
}

char *
gui_text_port_sentences (ShoalSession *session)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  ShoalPortState state = shoal_session_get_port_state (session);
  const char *problem = shoal_session_get_port_problem (session);

  g_ptr_array_add (lines, g_strdup (state_words (state)));
  add_mapping (lines, session);
  if (problem != NULL && state != SHOAL_PORT_STATE_OPEN)
    g_ptr_array_add (lines, g_strdup (problem));
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}
