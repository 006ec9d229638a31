/* trk-http.c: the HTTP side as a whole: its limits, certificate and threads. */
#include "tracker-server/front/trk-http.h"

#include <errno.h>
#include <sys/resource.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "tracker-server/front/trk-http-private.h"

void
trk_http_config_init (TrkHttpConfig *config)
{
  *config = (TrkHttpConfig){ .n_threads = 1,
                             .max_connections = BT_LIMIT_HTTP_CONNECTIONS,
                             .max_per_source = BT_LIMIT_HTTP_PER_SOURCE,
                             .max_handed = BT_LIMIT_HTTP_HANDED,
                             .max_on_their_way = BT_LIMIT_HTTP_ON_THEIR_WAY,
                             .head_ms = BT_LIMIT_HTTP_HEAD_MS,
                             .reply_ms = BT_LIMIT_HTTP_REPLY_MS,
                             .idle_ms = BT_LIMIT_HTTP_IDLE_MS,
                             .body_ms = BT_LIMIT_HTTP_BODY_MS };
}

/* --- certificates --- */

bool
trk_http_set_certificate (TrkHttp *self, const char *certificate, const char *key, GError **error)
{
  GTlsCertificate *made
      = g_tls_certificate_new_from_files (certificate, key != NULL ? key : certificate, error);

  if (made == NULL)
    return false;
  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  g_set_object (&self->certificate, made);
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
  g_object_unref (made);
  return true;
}

static bool
speaks_tls (const TrkHttpConfig *config)
{
  for (size_t i = 0; i < config->n_listens; i++)
    if (config->listens[i].tls)
      return true;
  return false;
}

static bool
prepare_tls (TrkHttp *self, const TrkHttpConfig *config, GError **error)
{
  if (config->certificate != NULL)
    return trk_http_set_certificate (self, config->certificate, config->key, error);
  if (!speaks_tls (config))
    return true;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "TLS without a certificate");
  return false;
}

/* --- beginning --- */

/* What the process may have open is shared with journal, database and pages. */
static uint32_t
connections_at_most (const TrkHttpConfig *config)
{
  struct rlimit limit;
  uint64_t three_quarters;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return config->max_connections;
  three_quarters = (uint64_t) limit.rlim_cur / 4 * 3;
  return (uint32_t) MIN (config->max_connections, MAX (three_quarters, 1));
}

static TrkHandedDesk *
desk_new (const TrkHttpConfig *config, TrkPlaces *places)
{
  const TrkHandedLimits limits = { .max = config->max_handed,
                                   .head_ms = config->head_ms,
                                   .body_ms = config->body_ms,
                                   .idle_ms = config->idle_ms,
                                   .rate_Bps = BT_LIMIT_HTTP_BODY_RATE };

  return trk_handed_desk_new (places, &limits);
}

static TrkNetwork *
own_networks (TrkNetworks *networks)
{
  TrkNetwork *copy = g_memdup2 (networks->networks, networks->n * sizeof *copy);

  networks->networks = copy;
  return copy;
}

static bool
start (TrkHttp *self, const TrkHttpConfig *config, GError **error)
{
  if (!prepare_tls (self, config, error))
    return false;
  if (!trk_http_hand_start (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "eventfd");
      return false;
    }
  for (unsigned i = 0; i < config->n_threads; i++)
    {
      self->lanes[i] = trk_http_lane_new (self, config, self->lanes[0], error);
      if (self->lanes[i] == NULL)
        return false;
    }
  for (unsigned i = 0; i < config->n_threads; i++)
    if (!trk_http_lane_start (self->lanes[i], error))
      return false;
  return true;
}

TrkHttp *
trk_http_new (TrkService *service, const TrkHttpConfig *config, GError **error)
{
  TrkHttp *self = g_new0 (TrkHttp, 1);
  int saved;

  bt_assert (config->n_threads > 0 && config->max_handed > 0);
  self->service = service;
  self->config = *config;
  self->config.listens = NULL;
  self->config.certificate = self->config.key = NULL;
  self->proxies = own_networks (&self->config.proxies);
  self->proxy_protocol = own_networks (&self->config.proxy_protocol);
  bt_assert (pthread_mutex_init (&self->lock, NULL) == 0);
  self->places
      = trk_places_new (connections_at_most (config), config->max_per_source, config->places_key);
  self->desk = desk_new (config, self->places);
  self->lanes = g_new0 (TrkHttpLane *, config->n_threads);
  if (start (self, config, error))
    return self;
  saved = errno;
  trk_http_free (self);
  errno = saved;
  return NULL;
}

/* --- end --- */

void
trk_http_free (TrkHttp *self)
{
  if (self == NULL)
    return;
  atomic_store (&self->stopping, true);
  for (unsigned i = self->config.n_threads; i > 0; i--)
    trk_http_lane_free (self->lanes[i - 1]);
  trk_http_hand_stop (self);
  trk_handed_desk_free (self->desk);
  g_clear_object (&self->certificate);
  (void) pthread_mutex_destroy (&self->lock); /* nobody holds it */
  g_free (self->lanes);
  g_free (self->proxies);
  g_free (self->proxy_protocol);
  g_free (self);
}

BtEndpoint
trk_http_local (const TrkHttp *self, size_t listen)
{
  bt_assert (listen < self->config.n_listens);
  return btio_listener_local (self->lanes[0]->doors[listen].listener);
}

void
trk_http_hold (TrkHttp *self, bool hold)
{
  trk_places_hold (self->places, hold);
}

uint32_t
trk_http_connections (TrkHttp *self)
{
  return trk_places_taken (self->places);
}
