/* cli-transfer-peers.c: addresses and names. */
#include "cli/cli-transfer-peers.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "protocol/core/bt-host-port.h"

struct CliPeers
{
  const CliApp *app;
  ShoalTorrent *torrent;
  GCancellable *cancellable;
};

/* One name; it may outlive its peers, cancelled. */
typedef struct
{
  CliPeers *peers;
  GCancellable *cancellable;
  char *name;
  uint16_t port;
} Lookup;

static bool
has_tracker (const BtMetainfo *metainfo, const BtMagnet *magnet)
{
  size_t n = 0;

  if (metainfo != NULL)
    (void) bt_metainfo_trackers (metainfo, &n);
  return n > 0 || (magnet != NULL && magnet->trackers->len > 0);
}

bool
cli_peers_are_named (const CliTransferOptions *options, const BtMetainfo *metainfo,
                     const BtMagnet *magnet)
{
  if (options->peers != NULL && *options->peers != NULL)
    return true;
  if (options->trackers != NULL && *options->trackers != NULL)
    return true;
  return (magnet != NULL && magnet->peers->len > 0)
         || (!options->no_trackers && has_tracker (metainfo, magnet));
}

bool
cli_peers_check (const CliApp *app, char **peers)
{
  BtHostPort parsed;

  for (; peers != NULL && *peers != NULL; peers++)
    if (!bt_host_port_parse (*peers, strlen (*peers), &parsed))
      return cli_fail_usage (app, _ ("--peer takes HOST:PORT, not “%s”"), *peers), false;
  return true;
}

static void
add_found (const Lookup *lookup, GInetAddress *found)
{
  g_autofree char *address = g_inet_address_to_string (found);
  bool v6 = g_inet_address_get_family (found) == G_SOCKET_FAMILY_IPV6;
  g_autofree char *text = g_strdup_printf (v6 ? "[%s]:%u" : "%s:%u", address, lookup->port);

  (void) shoal_torrent_add_peer (lookup->peers->torrent, text, NULL); /* a link-local one is none */
}

static void
on_found (GObject *source, GAsyncResult *result, void *data)
{
  Lookup *lookup = data;
  g_autoptr (GError) error = NULL;
  GList *found = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);

  if (!g_cancellable_is_cancelled (lookup->cancellable))
    {
      for (GList *at = found; at != NULL; at = at->next)
        add_found (lookup, at->data);
      if (error != NULL)
        cli_warn (lookup->peers->app, _ ("“%s”: %s"), lookup->name, error->message);
    }
  g_resolver_free_addresses (found);
  g_object_unref (lookup->cancellable);
  g_free (lookup->name);
  g_free (lookup);
}

static void
look_up (CliPeers *self, const BtHostPort *peer)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->peers = self;
  lookup->cancellable = g_object_ref (self->cancellable);
  lookup->name = g_strndup (peer->host, peer->host_len);
  lookup->port = peer->port;
  g_resolver_lookup_by_name_async (resolver, lookup->name, self->cancellable, on_found, lookup);
}

CliPeers *
cli_peers_add (const CliApp *app, char **peers, ShoalTorrent *torrent)
{
  CliPeers *self = g_new0 (CliPeers, 1);
  BtHostPort peer;

  self->app = app;
  self->torrent = torrent;
  self->cancellable = g_cancellable_new ();
  for (; peers != NULL && *peers != NULL; peers++)
    if (!bt_host_port_parse (*peers, strlen (*peers), &peer))
      continue;
    else if (peer.endpoint.family != BT_FAMILY_NONE)
      (void) shoal_torrent_add_peer (torrent, *peers, NULL); /* it is an address */
    else
      look_up (self, &peer);
  return self;
}

void
cli_peers_free (CliPeers *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_free (self);
}
