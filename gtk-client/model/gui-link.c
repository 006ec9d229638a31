/* gui-link.c: see gui-link.h. */
#include "gtk-client/model/gui-link.h"

#include <string.h>

#include <gio/gio.h>

/* An address that belongs to nobody (RFC 5737): the way to it is the way to the internet. */
#define FAR_ADDRESS "192.0.2.1"
#define FAR_PORT 9

static gboolean
has_trackers (ShoalTorrent *torrent)
{
  g_autoptr (GListModel) trackers = shoal_torrent_dup_trackers (torrent);

  return g_list_model_get_n_items (trackers) > 0;
}

/* Ours on the way to the internet: a datagram's socket that is connected sends nothing. NULL: there
 * is no way. */
static char *
dup_local_address (void)
{
  g_autoptr (GSocket) probe
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) far = g_inet_socket_address_new_from_string (FAR_ADDRESS, FAR_PORT);
  g_autoptr (GSocketAddress) here = NULL;

  if (probe != NULL && g_socket_connect (probe, far, NULL, NULL))
    here = g_socket_get_local_address (probe, NULL);
  return here != NULL ? g_inet_address_to_string (
             g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (here)))
                      : NULL;
}

static void
add_peer (GString *link, const char *address, guint port)
{
  if (address != NULL && port != 0)
    g_string_append_printf (link, "&x.pe=%s:%u", address, port);
}

/* Peers of a private torrent are told by its trackers alone. */
static void
add_ourselves (GString *link, ShoalSession *shoal, ShoalTorrent *torrent)
{
  g_autofree char *local = NULL;

  if (shoal_torrent_get_private (torrent) || has_trackers (torrent))
    return;
  local = dup_local_address ();
  add_peer (link, shoal_session_get_external_address (shoal),
            shoal_session_get_external_port (shoal));
  add_peer (link, local, shoal_session_get_port (shoal));
}

char *
gui_link_dup (GuiSession *session, ShoalTorrent *torrent)
{
  g_autofree char *magnet = shoal_torrent_dup_magnet (torrent);
  GString *link = g_string_new (magnet);

  add_ourselves (link, gui_session_get_shoal (session), torrent);
  return g_string_free (link, FALSE);
}

gboolean
gui_link_leads (GuiSession *session, ShoalTorrent *torrent)
{
  g_autofree char *link = NULL;

  if (has_trackers (torrent))
    return TRUE;
  link = gui_link_dup (session, torrent);
  return strstr (link, "&x.pe=") != NULL;
}
