/* trk-api.c: libsoup's server, its connections, and the way of a request through the gate. */
#include "tracker-server/api/trk-api.h"

#include <string.h>
#include <sys/random.h>

#include <glib/gi18n.h>

#include "tracker-server/api/trk-call-private.h"

/* Buckets of the limiter of requests. */
#define LIMITER_BUCKETS 16384u

#define ORIGIN_KEY "trk-origin"
#define CALL_KEY "trk-call"

/* --- connections --- */

static GSocketAddress *
socket_address (const BtEndpoint *endpoint)
{
  static const uint8_t loopback[4] = { 127, 0, 0, 1 };
  bool v6 = endpoint != NULL && endpoint->family == BT_FAMILY_V6;
  bool none = endpoint == NULL || endpoint->family == BT_FAMILY_NONE;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_bytes (
      none ? loopback : endpoint->addr, v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, none ? 0 : endpoint->port);
}

void
trk_api_accept (TrkApi *self, GIOStream *stream, const BtEndpoint *local, const BtEndpoint *remote,
                TrkDoor door)
{
  g_autoptr (GSocketAddress) here = socket_address (local);
  g_autoptr (GSocketAddress) there = socket_address (remote);
  TrkOrigin *origin = g_new0 (TrkOrigin, 1);

  origin->door = door;
  if (local != NULL)
    origin->local = *local;
  if (remote != NULL)
    origin->remote = *remote;
  g_object_set_data_full (G_OBJECT (here), ORIGIN_KEY, origin, g_free);
  (void) soup_server_accept_iostream (self->server, stream, here, there, NULL); /* never fails */
}

static const TrkOrigin *
origin_of (SoupServerMessage *message)
{
  GSocketAddress *here = soup_server_message_get_local_address (message);

  return here != NULL ? g_object_get_data (G_OBJECT (here), ORIGIN_KEY) : NULL;
}

/* --- requests --- */

static TrkCall *
call_of (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (message), CALL_KEY);
}

static void
on_finished (SoupServerMessage *message, void *data)
{
  TrkCall *call = call_of (message);

  if (call != NULL)
    trk_call_end (call);
}

static void
on_head (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         void *data)
{
  TrkApi *self = data;
  const TrkOrigin *origin = origin_of (message);
  TrkCall *call;

  if (origin == NULL)
    {
      soup_server_message_set_status (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL);
      return;
    }
  call = trk_call_new (self, message, origin);
  g_object_set_data_full (G_OBJECT (message), CALL_KEY, trk_call_ref (call),
                          (GDestroyNotify) trk_call_unref);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), NULL);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_finished), NULL);
  if (trk_gate_head (call, path))
    trk_gate_token (call);
  trk_call_unref (call);
}

static void
on_body (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         void *data)
{
  TrkCall *call = call_of (message);

  if (call == NULL || !trk_call_is_live (call))
    return;
  trk_call_ref (call);
  call->more = false;
  trk_call_pause (call);
  if (trk_gate_values (call))
    call->route->handle (call);
  trk_call_unref (call);
}

/* --- life --- */

static bool
fail (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, why);
  return false;
}

static bool
set_up (TrkApi *self, GError **error)
{
  const TrkSettings *settings = self->parts.settings;
  uint8_t key[BT_SIPHASH_KEY_LEN];
  TrkLimiterConfig limits
      = { .rate = settings->rate, .burst = settings->burst, .n_buckets = LIMITER_BUCKETS };

  if (getrandom (key, sizeof key, 0) != (ssize_t) sizeof key
      || getrandom (limits.key, sizeof limits.key, 0) != (ssize_t) sizeof limits.key)
    return fail (error, _ ("the system gives no random numbers"));
  self->uploads = trk_uploads_new ();
  if (self->uploads == NULL)
    return fail (error, _ ("the system lets this user have no more threads: raise “ulimit -u”, or "
                           "TasksMax= of the service"));
  self->backoff = trk_backoff_new (key);
  self->limiter = trk_limiter_new (&limits);
  self->worker = trk_worker_new (self->parts.service, TRK_CARRIER_HTTP);
  self->answerer
      = trk_answerer_new (self->worker, self->parts.full_scrape, self->parts.full_scrape_data);
  return true;
}

TrkApi *
trk_api_new (const TrkApiParts *parts, GError **error)
{
  TrkApi *self = g_new0 (TrkApi, 1);

  self->parts = *parts;
  self->share = 1;
  g_queue_init (&self->calls);
  if (!set_up (self, error))
    {
      trk_api_free (self);
      return NULL;
    }
  /* Paths stay as they were sent: nothing is decoded twice. */
  self->server = soup_server_new ("raw-paths", TRUE, "server-header", "Shoal", NULL);
  soup_server_add_early_handler (self->server, NULL, on_head, self, NULL);
  soup_server_add_handler (self->server, NULL, on_body, self, NULL);
  return self;
}

void
trk_api_hold (TrkApi *self, bool hold)
{
  self->share = hold ? 16 : 1;
}

void
trk_api_free (TrkApi *self)
{
  if (self == NULL)
    return;
  while (self->calls.head != NULL)
    {
      g_autoptr (TrkCall) call = trk_call_ref (self->calls.head->data);

      trk_call_end (call);
    }
  if (self->server != NULL)
    {
      soup_server_remove_handler (self->server, NULL);
      soup_server_disconnect (self->server);
    }
  g_clear_object (&self->server);
  trk_answerer_free (self->answerer);
  if (self->worker != NULL)
    trk_worker_free (self->worker);
  if (self->limiter != NULL)
    trk_limiter_free (self->limiter);
  trk_backoff_free (self->backoff);
  trk_uploads_free (self->uploads);
  g_clear_pointer (&self->openapi, g_bytes_unref);
  g_clear_pointer (&self->docs, g_bytes_unref);
  g_free (self);
}
