/* eng-http.c: who fetches when: a queue for each host, and a bound for all. */
#include "client-core/discovery/eng-http.h"

#include <string.h>

#include "client-core/discovery/eng-http-private.h"
#include "protocol/core/bt-assert.h"

#define IDLE_CONNECTION_S 60
#define SPARE_CONNECTIONS 16 /* for redirects */

static void
host_free (EngHttpHost *host)
{
  g_free (host->name);
  g_free (host);
}

void
eng_http_forget_message (EngHttpGet *get)
{
  if (get->message != NULL)
    g_signal_handlers_disconnect_by_data (get->message, get);
  g_clear_object (&get->message);
}

static void
get_free (EngHttpGet *get)
{
  btio_timer_stop (&get->deadline);
  g_clear_pointer (&get->uri, g_uri_unref);
  eng_http_forget_message (get);
  g_clear_object (&get->stream);
  g_clear_object (&get->cancellable);
  g_clear_pointer (&get->body, g_byte_array_unref);
  g_free (get->room);
  g_free (get);
}

/* --- the queue --- */

static uint64_t
draw_gap (EngHttp *self)
{
  /* Any generator will do (Knuth's MMIX constants): nothing secret hangs on it. */
  self->random = self->random * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
  return (self->random >> 33) % (self->config.gap_us + 1);
}

static void
start_next (EngHttp *self, EngHttpHost *host, uint64_t now_us)
{
  EngHttpGet *get = g_queue_pop_head (&host->waiting);

  host->active++;
  if (host->waiting.length > 0)
    host->not_before_us = now_us + draw_gap (self);
  g_queue_push_tail (&self->under_way, get);
  eng_http_fetch (get);
}

/* Starts what may start of one host; when to look again. */
static uint64_t
pump_host (EngHttp *self, EngHttpHost *host, uint64_t now_us)
{
  while (host->waiting.length > 0 && host->active < self->config.at_once_a_host
         && self->under_way.length < self->config.at_once)
    {
      if (now_us < host->not_before_us)
        return host->not_before_us;
      start_next (self, host, now_us);
    }
  return BTIO_NEVER;
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer data)
{
  const EngHttpHost *host = value;

  return host->active == 0 && host->waiting.length == 0;
}

/* No answer comes out of this: what starts here ends in a later turn. */
static void
pump (EngHttp *self)
{
  uint64_t now_us = btio_reactor_now_us (self->reactor);
  uint64_t wake_us = BTIO_NEVER;
  GHashTableIter iter;
  gpointer host;

  (void) g_hash_table_foreach_remove (self->hosts, is_idle, NULL); /* how many matters not */
  g_hash_table_iter_init (&iter, self->hosts);
  while (g_hash_table_iter_next (&iter, NULL, &host))
    wake_us = MIN (wake_us, pump_host (self, host, now_us));
  btio_timer_set (&self->wake, self->reactor, wake_us);
}

static void
on_pump (BtioTurn *turn)
{
  pump ((EngHttp *) (void *) ((char *) turn - offsetof (EngHttp, pump)));
}

static void
on_wake (BtioTimer *timer, uint64_t now_us)
{
  pump ((EngHttp *) (void *) ((char *) timer - offsetof (EngHttp, wake)));
}

void
eng_http_release (EngHttpGet *get)
{
  EngHttp *self = get->http;

  if (self != NULL)
    {
      get->host->active--;
      (void) g_queue_remove (&self->under_way, get); /* it is there */
      btio_turn_ask (&self->pump, self->reactor);
    }
  get_free (get);
}

/* --- gets --- */

/* A URL of http or https with a host; NULL otherwise. */
static GUri *
parse_url (const char *url)
{
  GUri *uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  if (uri == NULL)
    return NULL;
  if ((strcmp (g_uri_get_scheme (uri), "http") == 0
       || strcmp (g_uri_get_scheme (uri), "https") == 0)
      && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0')
    return uri;
  g_uri_unref (uri);
  return NULL;
}

static EngHttpHost *
host_of (EngHttp *self, GUri *uri)
{
  g_autofree char *name
      = uri == NULL ? g_strdup ("")
                    : g_strdup_printf ("%s:%d", g_uri_get_host (uri), g_uri_get_port (uri));
  EngHttpHost *host = g_hash_table_lookup (self->hosts, name);

  if (host == NULL)
    {
      host = g_new0 (EngHttpHost, 1);
      host->name = g_steal_pointer (&name);
      g_queue_init (&host->waiting);
      g_hash_table_insert (self->hosts, host->name, host);
    }
  return host;
}

EngHttpGet *
eng_http_get (EngHttp *self, const char *url, size_t max, bool first, EngHttpDone done, void *owner)
{
  EngHttpGet *get = g_new0 (EngHttpGet, 1);

  get->http = self;
  get->uri = parse_url (url);
  get->host = host_of (self, get->uri);
  get->cancellable = g_cancellable_new ();
  get->body = g_byte_array_new ();
  get->max = max;
  get->done = done;
  get->owner = owner;
  if (first)
    g_queue_push_head (&get->host->waiting, get);
  else
    g_queue_push_tail (&get->host->waiting, get);
  btio_turn_ask (&self->pump, self->reactor);
  return get;
}

void
eng_http_cancel (EngHttpGet *get)
{
  if (get == NULL)
    return;
  get->done = NULL;
  btio_timer_stop (&get->deadline);
  if (get->room == NULL)
    {
      (void) g_queue_remove (&get->host->waiting, get); /* it is there */
      get_free (get);
    }
  else if (get->busy)
    g_cancellable_cancel (get->cancellable);
  else
    eng_http_release (get);
}

/* --- all of it --- */

/* NULL for anywhere. (transfer full) */
static GSocketAddress *
local_address (const BtEndpoint *from)
{
  g_autoptr (GInetAddress) address = NULL;

  if (from->family == BT_FAMILY_NONE)
    return NULL;
  address = g_inet_address_new_from_bytes (
      from->addr, from->family == BT_FAMILY_V6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);
  return g_inet_socket_address_new (address, 0);
}

static SoupSession *
make_session (const EngHttpConfig *config)
{
  g_autoptr (GSocketAddress) from = local_address (&config->bind.address);

  return soup_session_new_with_options (
      "local-address", from, "user-agent", config->user_agent, "max-conns",
      (int) (config->at_once + SPARE_CONNECTIONS), "max-conns-per-host",
      (int) config->at_once_a_host, "idle-timeout", IDLE_CONNECTION_S, "timeout",
      (unsigned) (config->timeout_us / 1000000) + 1, "proxy-resolver", NULL, NULL);
}

EngHttp *
eng_http_new (BtioReactor *reactor, const EngHttpConfig *config)
{
  EngHttp *self = g_new0 (EngHttp, 1);

  self->reactor = reactor;
  self->config = *config;
  self->config.user_agent = self->config.bind.interface = NULL;
  self->interface = g_strdup (config->bind.interface);
  self->random = config->seed;
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) host_free);
  self->pump.run = on_pump;
  self->wake.due = on_wake;
  g_queue_init (&self->under_way);
  self->session = make_session (config);
  return self;
}

/* libsoup keeps the old session for the requests that are under way. */
void
eng_http_move (EngHttp *self, const BtioBind *bind)
{
  g_autoptr (SoupSession) old = NULL;
  g_autofree char *interface = g_strdup (bind->interface);
  EngHttpConfig config = self->config;

  config.bind = *bind;
  config.bind.address.port = self->config.bind.address.port; /* it does not count */
  if (bt_endpoint_equal (&config.bind.address, &self->config.bind.address)
      && g_strcmp0 (interface, self->interface) == 0)
    return;
  old = g_steal_pointer (&self->session);
  config.user_agent = soup_session_get_user_agent (old);
  self->session = make_session (&config);
  self->config.bind.address = config.bind.address;
  g_free (self->interface);
  self->interface = g_steal_pointer (&interface);
}

void
eng_http_cut_off (EngHttp *self)
{
  g_autoptr (SoupSession) old = g_steal_pointer (&self->session);
  EngHttpConfig config = self->config;

  for (GList *at = self->under_way.head; at != NULL; at = at->next)
    eng_http_cut (at->data);
  config.user_agent = soup_session_get_user_agent (old);
  self->session = make_session (&config);
}

/* What is over and held by libsoup frees itself, without the queue. */
void
eng_http_free (EngHttp *self)
{
  if (self == NULL)
    return;
  for (EngHttpGet *get; (get = g_queue_pop_head (&self->under_way)) != NULL;)
    {
      bt_assert (get->done == NULL);
      get->http = NULL;
      get->host = NULL;
    }
  btio_turn_stop (&self->pump);
  btio_timer_stop (&self->wake);
  soup_session_abort (self->session);
  g_object_unref (self->session);
  g_hash_table_unref (self->hosts);
  g_free (self->interface);
  g_free (self);
}
