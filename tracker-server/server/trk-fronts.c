/* trk-fronts.c: listeners by the settings. */
#include "tracker-server/server/trk-fronts.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/front/trk-http.h"
#include "tracker-server/front/trk-udp.h"
#include "tracker-server/server/trk-doors.h"
#include "tracker-server/server/trk-exit.h"
#include "tracker-server/server/trk-secret.h"

/* Connections that the administration's door has at once. */
#define ADMIN_CONNECTIONS 64u

struct TrkFronts
{
  TrkFrontsParts parts;
  TrkUdp *udp;
  size_t n_udp;
  TrkHttp *http;
  GArray *listens; /* of TrkHttpListen: of the public front */
  TrkHttp *admin;
  GArray *admin_listens;
  TrkDoors *doors;
  char **paths; /* of Unix sockets */
};

/* --- addresses --- */

/* Whether this system has IPv6 at all. */
static bool
has_ipv6 (void)
{
  struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool has = fd >= 0 && bind (fd, (struct sockaddr *) &any, sizeof any) == 0;

  if (fd >= 0)
    (void) close (fd); /* nothing was sent */
  return has;
}

/* [::] is among the usual addresses, also where there is no IPv6. */
static bool
is_to_be_had (const BtEndpoint *endpoint)
{
  if (endpoint->family != BT_FAMILY_V6 || bt_endpoint_range (endpoint) != BT_RANGE_UNSPECIFIED
      || has_ipv6 ())
    return true;
  g_warning (_ ("this system has no IPv6: [::] is left out"));
  return false;
}

static GArray *
endpoints_of (char *const *list)
{
  GArray *endpoints = g_array_new (FALSE, FALSE, sizeof (BtEndpoint));
  BtEndpoint endpoint;

  for (; list != NULL && *list != NULL; list++)
    if (trk_settings_endpoint (*list, &endpoint) && is_to_be_had (&endpoint))
      g_array_append_val (endpoints, endpoint);
  return endpoints;
}

/* What the operator can do about an address that cannot be had; @setting is where it comes from. */
static char *
advice_of (int code, const char *setting)
{
  switch (code)
    {
    case EADDRINUSE:
      return g_strdup_printf (
          _ ("; another program has that port: end it, or set %s to another one"), setting);
    case EACCES:
      return g_strdup_printf (_ ("; ports below 1024 are for root and for who has "
                                 "CAP_NET_BIND_SERVICE: set %s to another one"),
                              setting);
    case EADDRNOTAVAIL:
      return g_strdup_printf (_ ("; this machine has no such address: set %s to one of its own"),
                              setting);
    case EAGAIN:
      return g_strdup (_ ("; the system lets this user have no more threads: raise “ulimit -u”, "
                          "or TasksMax= of the service"));
    default:
      return g_strdup ("");
    }
}

static bool
open_udp (TrkFronts *self, const TrkSettings *settings, GError **error)
{
  g_autoptr (GArray) endpoints = endpoints_of (settings->udp);
  TrkUdpConfig config = { .addresses = (const BtEndpoint *) (void *) endpoints->data,
                          .n_addresses = endpoints->len,
                          .n_workers = settings->udp_threads,
                          .buffer_len = TRK_UDP_BUFFER_LEN };
  uint8_t key[BT_SIPHASH_KEY_LEN];
  char address[BT_ENDPOINT_TEXT] = "any address";
  g_autofree char *advice = NULL;
  TrkUdpFault fault;

  if (endpoints->len == 0)
    return true;
  if (endpoints->len > TRK_UDP_ADDRESSES_MAX || !trk_secret_random (key, sizeof key))
    {
      g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_CONFIG,
                   _ ("listen.udp has more than %u addresses"), TRK_UDP_ADDRESSES_MAX);
      return false;
    }
  bt_connection_ids_init (&config.rules.ids, key, false);
  self->n_udp = endpoints->len;
  self->udp = trk_udp_new (&config, self->parts.service, &fault);
  if (self->udp != NULL)
    return true;
  if (fault.address.family != BT_FAMILY_NONE)
    (void) bt_endpoint_write (&fault.address, address); /* its length is not needed */
  advice = advice_of (fault.code, "listen.udp");
  g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_NETWORK, _ ("UDP cannot be served at %s: %s%s"),
               address, g_strerror (fault.code), advice);
  return false;
}

/* --- HTTP --- */

static void
add_listens (GArray *listens, char *const *list, bool tls)
{
  g_autoptr (GArray) endpoints = endpoints_of (list);

  for (guint i = 0; i < endpoints->len; i++)
    {
      TrkHttpListen listen = { g_array_index (endpoints, BtEndpoint, i), tls };

      g_array_append_val (listens, listen);
    }
}

static GArray *
networks_of (char *const *list)
{
  GArray *networks = g_array_new (FALSE, FALSE, sizeof (TrkNetwork));
  TrkNetwork network;

  for (; list != NULL && *list != NULL; list++)
    if (trk_network_parse (*list, strlen (*list), &network))
      g_array_append_val (networks, network);
  return networks;
}

/* No endpoint when it is no address of the internet. */
static BtEndpoint
endpoint_from (GSocketAddress *address)
{
  GInetAddress *inet;
  const uint8_t *bytes;
  uint16_t port;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return (BtEndpoint){ 0 };
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  bytes = g_inet_address_to_bytes (inet);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  return g_inet_address_get_native_size (inet) == 4 ? bt_endpoint_v4 (bytes, port)
                                                    : bt_endpoint_v6 (bytes, port);
}

/* The stream is ours, and libsoup's once it has taken a reference. */
static void
hand_on (TrkFronts *self, GIOStream *stream, GSocketAddress *local, GSocketAddress *source,
         TrkDoor door)
{
  BtEndpoint here = endpoint_from (local);
  BtEndpoint there = endpoint_from (source);

  trk_api_accept (self->parts.api, stream, &here, &there, door);
  g_object_unref (stream);
}

static void
accept_public (void *data, GIOStream *stream, GSocketAddress *local, GSocketAddress *source)
{
  hand_on (data, stream, local, source, TRK_DOOR_PUBLIC);
}

static void
accept_admin (void *data, GIOStream *stream, GSocketAddress *local, GSocketAddress *source)
{
  hand_on (data, stream, local, source, TRK_DOOR_ADMIN);
}

static GBytes *
full_scrape (void *data, const BtEndpoint *source, bool *gzip)
{
  return trk_all_get (((TrkFronts *) data)->parts.all, source, gzip);
}

/* What fails here is the network's: an address or the certificate. */
static bool
check (const TrkHttp *http, int code, const char *setting, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *advice = advice_of (code, setting);

  if (http != NULL)
    return true;
  problem = g_steal_pointer (error);
  g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_NETWORK, _ ("HTTP cannot be served at %s%s"),
               problem->message, advice);
  return false;
}

static bool
open_http (TrkFronts *self, const TrkSettings *settings, GError **error)
{
  g_autoptr (GArray) proxies = networks_of (settings->trusted_proxies);
  g_autoptr (GArray) speakers = networks_of (settings->proxy_protocol);
  TrkHttpConfig config;

  add_listens (self->listens, settings->http, false);
  add_listens (self->listens, settings->https, true);
  if (self->listens->len == 0)
    return true;
  trk_http_config_init (&config);
  config.n_threads = settings->http_threads;
  config.listens = (const TrkHttpListen *) (void *) self->listens->data;
  config.n_listens = self->listens->len;
  config.proxies = (TrkNetworks){ (const TrkNetwork *) (void *) proxies->data, proxies->len };
  config.proxy_protocol
      = (TrkNetworks){ (const TrkNetwork *) (void *) speakers->data, speakers->len };
  config.certificate = settings->certificate[0] != '\0' ? settings->certificate : NULL;
  config.key = settings->key[0] != '\0' ? settings->key : NULL;
  config.max_connections = settings->max_connections;
  config.max_per_source = settings->max_connections_per_address;
  config.full_scrape = full_scrape;
  config.handed = accept_public;
  config.data = self;
  errno = 0;
  self->http = trk_http_new (self->parts.service, &config, error);
  return check (self->http, errno, "listen.http", error);
}

/* --- administration --- */

static bool
open_doors (TrkFronts *self, GError **error)
{
  bool ok = true;

  if (self->paths[0] == NULL)
    return true;
  self->doors = trk_doors_new (self->parts.api);
  for (char **path = self->paths; ok && *path != NULL; path++)
    ok = trk_doors_add (self->doors, *path, error);
  return ok;
}

static bool
open_admin (TrkFronts *self, const TrkSettings *settings, GError **error)
{
  GStrvBuilder *paths = g_strv_builder_new ();
  TrkHttpConfig config;

  for (char *const *door = settings->admin; *door != NULL; door++)
    if ((*door)[0] == '/')
      g_strv_builder_add (paths, *door);
  self->paths = g_strv_builder_end (paths);
  g_strv_builder_unref (paths);
  add_listens (self->admin_listens, settings->admin, false); /* paths are no endpoints */
  if (self->admin_listens->len == 0)
    return open_doors (self, error);
  trk_http_config_init (&config);
  config.listens = (const TrkHttpListen *) (void *) self->admin_listens->data;
  config.n_listens = self->admin_listens->len;
  config.max_connections = ADMIN_CONNECTIONS;
  config.max_per_source = ADMIN_CONNECTIONS;
  config.handed = accept_admin;
  config.data = self;
  errno = 0;
  self->admin = trk_http_new (self->parts.service, &config, error);
  return check (self->admin, errno, "listen.admin", error) && open_doors (self, error);
}

/* --- all of them --- */

TrkFronts *
trk_fronts_new (const TrkSettings *settings, const TrkFrontsParts *parts, GError **error)
{
  TrkFronts *self = g_new0 (TrkFronts, 1);

  self->parts = *parts;
  self->listens = g_array_new (FALSE, TRUE, sizeof (TrkHttpListen));
  self->admin_listens = g_array_new (FALSE, TRUE, sizeof (TrkHttpListen));
  if (open_http (self, settings, error) && open_udp (self, settings, error)
      && open_admin (self, settings, error))
    return self;
  trk_fronts_free (self);
  return NULL;
}

void
trk_fronts_free (TrkFronts *self)
{
  if (self == NULL)
    return;
  if (self->udp != NULL)
    trk_udp_stop (self->udp); /* they end while HTTP does */
  trk_doors_free (self->doors);
  trk_http_free (self->admin);
  trk_http_free (self->http);
  trk_udp_free (self->udp);
  g_strfreev (self->paths);
  g_array_unref (self->listens);
  g_array_unref (self->admin_listens);
  g_free (self);
}

bool
trk_fronts_reload (TrkFronts *self, const TrkSettings *settings, GError **error)
{
  if (self->http == NULL || settings->certificate[0] == '\0')
    return true;
  return trk_http_set_certificate (self->http, settings->certificate,
                                   settings->key[0] != '\0' ? settings->key : NULL, error);
}

void
trk_fronts_hold (TrkFronts *self, bool hold)
{
  if (self->http != NULL)
    trk_http_hold (self->http, hold);
  trk_api_hold (self->parts.api, hold);
}

uint32_t
trk_fronts_connections (TrkFronts *self)
{
  return (self->http != NULL ? trk_http_connections (self->http) : 0)
         + (self->admin != NULL ? trk_http_connections (self->admin) : 0);
}

static void
add_url (GStrvBuilder *urls, const char *scheme, BtEndpoint at)
{
  char text[BT_ENDPOINT_TEXT];
  g_autofree char *url = NULL;

  (void) bt_endpoint_write (&at, text); /* its length is not needed */
  url = g_strconcat (scheme, "://", text, NULL);
  g_strv_builder_add (urls, url);
}

static void
add_http_urls (GStrvBuilder *urls, const TrkHttp *http, const GArray *listens)
{
  for (guint i = 0; i < listens->len; i++)
    add_url (urls, g_array_index (listens, TrkHttpListen, i).tls ? "https" : "http",
             trk_http_local (http, i));
}

char **
trk_fronts_urls (TrkFronts *self, bool admin)
{
  GStrvBuilder *urls = g_strv_builder_new ();
  char **list;

  add_http_urls (urls, admin ? self->admin : self->http,
                 admin ? self->admin_listens : self->listens);
  for (char **path = self->paths; admin && *path != NULL; path++)
    g_strv_builder_add (urls, *path);
  for (size_t i = 0; !admin && i < self->n_udp; i++)
    add_url (urls, "udp", trk_udp_address (self->udp, i));
  list = g_strv_builder_end (urls);
  g_strv_builder_unref (urls);
  return list;
}
