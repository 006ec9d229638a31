/* trk-http-hand.c: connections that go from a lane to the owner's thread, as parcels in a list
 * under a lock, with a descriptor that tells of them. */
#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <glib-unix.h>

#include "protocol/core/bt-assert.h"
#include "tracker-server/front/trk-http-private.h"

/* --- the lane's side --- */

static void
post (TrkHttp *self, TrkHttpParcel *parcel)
{
  const uint64_t one = 1;
  bool first;

  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  first = self->parcels == NULL;
  parcel->next = self->parcels;
  self->parcels = parcel;
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
  if (first)
    (void) !write (self->parcel_fd, &one, sizeof one); /* a full counter wakes as well */
}

/* More than the owner's thread comes to would take the places of those who announce. */
static bool
may_go (TrkHttpLane *lane)
{
  if (atomic_fetch_add (&lane->http->n_parcels, 1) < lane->http->config.max_on_their_way)
    return true;
  atomic_fetch_sub (&lane->http->n_parcels, 1);
  trk_worker_count (lane->worker, TRK_COUNT_HTTP_TURNED_AWAY);
  return false;
}

bool
trk_http_hand_over (TrkHttpConnection *self)
{
  TrkHttpLane *lane = self->lane;
  TrkHttpParcel *parcel;
  BtioStream *stream = self->stream;

  if (!may_go (lane))
    return false;
  parcel = g_new0 (TrkHttpParcel, 1);
  parcel->place = self->place;
  parcel->source = self->source;
  parcel->local = stream->local;
  parcel->read = (uint8_t *) g_steal_pointer (&self->in);
  parcel->read_len = self->in_len;
  parcel->fd = -1;
  if (trk_tls_is (stream))
    parcel->tls = trk_tls_release (stream, &parcel->socket);
  else
    parcel->fd = btio_tcp_release (stream);
  trk_worker_count (lane->worker, TRK_COUNT_HTTP_HANDED_OVER);
  trk_http_connection_forget (self);
  post (lane->http, parcel);
  return true;
}

/* --- the owner's side --- */

static TrkHttpParcel *
steal_parcels (TrkHttp *self)
{
  TrkHttpParcel *parcels;
  TrkHttpParcel *in_order = NULL;
  TrkHttpParcel *next;

  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  parcels = g_steal_pointer (&self->parcels);
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
  for (; parcels != NULL; parcels = next)
    {
      next = parcels->next;
      parcels->next = in_order;
      in_order = parcels;
    }
  return in_order;
}

static void
parcel_drop (TrkHttp *self, TrkHttpParcel *parcel)
{
  trk_places_leave (self->places, &parcel->place);
  if (parcel->fd >= 0)
    close (parcel->fd);
  g_clear_object (&parcel->tls);
  g_clear_object (&parcel->socket);
  g_free (parcel->read);
  g_free (parcel);
}

/* GIO's view of a socket, unless that cannot be had: it is gone already. */
static GIOStream *
wrap (TrkHttpParcel *parcel)
{
  if (parcel->tls != NULL)
    return g_steal_pointer (&parcel->tls);
  parcel->socket = g_socket_new_from_fd (parcel->fd, NULL);
  if (parcel->socket == NULL)
    return NULL;
  parcel->fd = -1;
  g_socket_set_blocking (parcel->socket, FALSE);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (parcel->socket));
}

/* (transfer full) */
static GSocketAddress *
address_of (const BtEndpoint *endpoint)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_bytes (
      endpoint->addr,
      endpoint->family == BT_FAMILY_V6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, endpoint->port);
}

static void
deliver (TrkHttp *self, TrkHttpParcel *parcel)
{
  GIOStream *base = self->config.handed != NULL ? wrap (parcel) : NULL;
  g_autoptr (GSocketAddress) local = address_of (&parcel->local);
  g_autoptr (GSocketAddress) source = address_of (&parcel->source);
  TrkHandedParts parts;

  if (base == NULL)
    {
      parcel_drop (self, parcel);
      return;
    }
  parts = (TrkHandedParts){ .base = base,
                            .socket = parcel->socket,
                            .place = parcel->place,
                            .read = parcel->read,
                            .read_len = parcel->read_len };
  self->config.handed (self->config.data, trk_handed_stream_new (self->desk, &parts), local,
                       source);
  g_free (parcel);
}

static gboolean
on_parcels (int fd, GIOCondition condition, gpointer data)
{
  TrkHttp *self = data;
  TrkHttpParcel *parcels;
  TrkHttpParcel *next;
  uint64_t count;

  (void) !read (fd, &count, sizeof count); /* empties it */
  for (parcels = steal_parcels (self); parcels != NULL; parcels = next)
    {
      next = parcels->next;
      deliver (self, parcels);
      atomic_fetch_sub (&self->n_parcels, 1);
    }
  return G_SOURCE_CONTINUE;
}

bool
trk_http_hand_start (TrkHttp *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  self->parcel_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->parcel_fd < 0)
    return false;
  self->arrivals = g_unix_fd_source_new (self->parcel_fd, G_IO_IN);
  g_source_set_callback (self->arrivals, G_SOURCE_FUNC (on_parcels), self, NULL);
  g_source_attach (self->arrivals, context);
  return true;
}

void
trk_http_hand_stop (TrkHttp *self)
{
  TrkHttpParcel *parcels;
  TrkHttpParcel *next;

  if (self->arrivals == NULL)
    return;
  for (parcels = steal_parcels (self); parcels != NULL; parcels = next)
    {
      next = parcels->next;
      parcel_drop (self, parcels);
    }
  g_source_destroy (self->arrivals);
  g_source_unref (self->arrivals);
  close (self->parcel_fd);
}
