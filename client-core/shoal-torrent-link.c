/* shoal-torrent-link.c: the magnet link of a torrent, and the one that a person hands out, which
 * leads to somebody. */
#include "client-core/shoal-session-private.h"
#include "client-core/shoal-torrent-private.h"
#include "protocol/io/btio-local.h"

/**
 * shoal_torrent_dup_magnet:
 * @self: a torrent
 *
 * Writes the magnet link that stands for it, with its name, its size, and the trackers that it has
 * now, those that were added included. O(trackers).
 *
 * Returns: (transfer full): a magnet URI
 */
char *
shoal_torrent_dup_magnet (ShoalTorrent *self)
{
  g_autoptr (BtMagnet) magnet = NULL;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  magnet = shoal_torrent_make_magnet (self);
  return bt_magnet_write (magnet);
}

static void
add_peer (BtMagnet *magnet, const BtEndpoint *address, guint port)
{
  BtEndpoint at = *address;
  char text[BT_ENDPOINT_TEXT];
  size_t len;

  at.port = (uint16_t) port;
  len = bt_endpoint_write (&at, text);
  (void) bt_magnet_add_peer (magnet, text, len); /* there is room: it had none */
}

/* Where the router leads to us. */
static void
add_external (BtMagnet *magnet, const ShoalSession *session)
{
  const char *text = session->reach.address;
  BtEndpoint at;

  if (text != NULL && session->reach.port != 0
      && bt_endpoint_parse_address (text, strlen (text), &at))
    add_peer (magnet, &at, session->reach.port);
}

/* This machine's in its network, or, where they are the world's, in that. */
static void
add_local (BtMagnet *magnet, const ShoalSession *session)
{
  g_autofree char *interface = NULL;
  BtioBind bind = { 0 };
  BtEndpoint at;

  if (!shoal_parse_bind (session->address, &bind, &interface))
    return;
  if (btio_local_outward (&bind, BT_FAMILY_V4, &at) && bt_endpoint_range (&at) != BT_RANGE_LOOPBACK)
    add_peer (magnet, &at, session->port);
  if (btio_local_outward (&bind, BT_FAMILY_V6, &at) && bt_endpoint_range (&at) == BT_RANGE_GLOBAL)
    add_peer (magnet, &at, session->port);
}

/**
 * shoal_torrent_dup_link:
 * @self: a torrent
 * @leads: (out) (optional): whether whoever has the link finds somebody by it
 *
 * Writes the magnet link to hand out: that of shoal_torrent_dup_magnet(), and, where it names no
 * tracker, the addresses of this session (`x.pe`, BEP 9), so that it leads to us: the router's,
 * while #ShoalSession:external-port is one, and this machine's own in its network. A private
 * torrent (BEP 27) is found through its trackers alone. The addresses are those of now.
 *
 * Returns: (transfer full): a magnet URI
 */
char *
shoal_torrent_dup_link (ShoalTorrent *self, gboolean *leads)
{
  g_autoptr (BtMagnet) magnet = NULL;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  magnet = shoal_torrent_make_magnet (self);
  if (magnet->trackers->len == 0 && self->session != NULL && !shoal_torrent_get_private (self))
    {
      add_external (magnet, self->session);
      add_local (magnet, self->session);
    }
  if (leads != NULL)
    *leads = magnet->trackers->len > 0 || magnet->peers->len > 0 || magnet->web_seeds->len > 0;
  return bt_magnet_write (magnet);
}
