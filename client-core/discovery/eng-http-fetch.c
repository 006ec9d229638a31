/* eng-http-fetch.c: one exchange: connecting within bounds, following redirects, reading so much
 * and no more. */
#include <string.h>
#include <sys/socket.h>

#include <gio/gio.h>

#include "client-core/discovery/eng-http-private.h"
#include "protocol/core/bt-limits.h"

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

#define REDIRECTS_MAX 5
#define ROOM (16 * 1024)

static void send_request (EngHttpGet *get);
static void read_more (EngHttpGet *get);

/* --- the end --- */

static void
tell (EngHttpGet *get, const EngHttpReply *reply)
{
  EngHttpDone done = get->done;

  btio_timer_stop (&get->deadline);
  get->done = NULL;
  if (done != NULL)
    done (get->owner, reply);
}

static void
tell_problem (EngHttpGet *get, const char *problem)
{
  EngHttpReply reply = { .problem = problem, .remote = get->remote };

  tell (get, &reply);
}

/* Closing must neither wait for the rest of the body nor read it: a cancelled close drops the
 * connection. Only at the end of the body it is kept. */
static void
drop_stream (EngHttpGet *get, bool keep)
{
  g_autoptr (GCancellable) cancelled = keep ? NULL : g_cancellable_new ();

  if (get->stream == NULL)
    return;
  if (cancelled != NULL)
    g_cancellable_cancel (cancelled);
  g_input_stream_close_async (get->stream, G_PRIORITY_DEFAULT, cancelled, NULL, NULL);
  g_clear_object (&get->stream);
}

static void
end (EngHttpGet *get, const char *problem)
{
  drop_stream (get, false);
  tell_problem (get, problem);
  eng_http_release (get);
}

static void
end_with_error (EngHttpGet *get, const GError *error)
{
  end (get, get->refusal != NULL ? get->refusal : error->message);
}

void
eng_http_cut (EngHttpGet *get)
{
  if (!get->busy)
    return; /* it never was on its way */
  get->refusal = _ ("The network connection of this computer was lost");
  g_cancellable_cancel (get->cancellable);
}

/* libsoup gives it back later, cancelled. */
static void
on_deadline (BtioTimer *timer, uint64_t now_us)
{
  EngHttpGet *get = (EngHttpGet *) (void *) ((char *) timer - offsetof (EngHttpGet, deadline));

  if (!get->busy)
    {
      end (get, _ ("This address cannot be fetched"));
      return;
    }
  tell_problem (get, _ ("There was no answer in time"));
  g_cancellable_cancel (get->cancellable);
}

/* --- where to --- */

static bool
read_remote (GSocketAddress *address, BtEndpoint *out)
{
  GInetAddress *inet;
  const guint8 *bytes;
  uint16_t port;

  if (address == NULL || !G_IS_INET_SOCKET_ADDRESS (address))
    return false;
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  bytes = g_inet_address_to_bytes (inet);
  *out = g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV4 ? bt_endpoint_v4 (bytes, port)
                                                                  : bt_endpoint_v6 (bytes, port);
  return true;
}

/* Whether the last part of the path begins with "announce" or "scrape". */
static bool
is_tracker (GUri *uri)
{
  const char *slash = strrchr (g_uri_get_path (uri), '/');

  return slash != NULL
         && (g_str_has_prefix (slash, "/announce") || g_str_has_prefix (slash, "/scrape"));
}

bool
eng_http_may_ask (GUri *uri, const BtEndpoint *remote, bool was_global)
{
  BtRange range = bt_endpoint_range (remote);

  if (range == BT_RANGE_GLOBAL)
    return true;
  if (was_global)
    return false;
  return (range != BT_RANGE_LOOPBACK && range != BT_RANGE_UNSPECIFIED) || is_tracker (uri);
}

static void
check_remote (EngHttpGet *get, GSocketAddress *address)
{
  if (read_remote (address, &get->remote)
      && (eng_http_may_ask (get->uri, &get->remote, get->was_global)
          || (get->http != NULL && get->http->config.by_hand && !get->was_global)))
    return;
  get->refusal = _ ("The address leads into this computer or its network, which is not allowed");
  g_cancellable_cancel (get->cancellable);
}

/* Last before the request goes out: a connection may have been made for another. */
static void
on_starting (SoupMessage *message, void *data)
{
  check_remote (data, soup_message_get_remote_address (message));
}

static void
stay_on_interface (EngHttpGet *get, GSocket *socket)
{
  const char *interface = get->http == NULL ? NULL : get->http->interface;

  if (interface == NULL
      || setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_BINDTODEVICE, interface,
                     (socklen_t) strlen (interface) + 1)
             == 0)
    return;
  get->refusal = _ ("The network interface cannot be used");
  g_cancellable_cancel (get->cancellable);
}

static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, void *data)
{
  EngHttpGet *get = data;
  g_autoptr (GSocketAddress) address = NULL;

  if (event != G_SOCKET_CLIENT_CONNECTING || !G_IS_SOCKET_CONNECTION (connection))
    return;
  address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);
  check_remote (get, address);
  stay_on_interface (get, g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)));
}

/* --- the answer --- */

/* libsoup takes what ends with its connection as whole, whatever length was told. */
static bool
is_cut_short (EngHttpGet *get)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (get->message);
  SoupMessageMetrics *metrics = soup_message_get_metrics (get->message);

  return metrics != NULL
         && soup_message_metrics_get_response_body_bytes_received (metrics)
                < (guint64) MAX (soup_message_headers_get_content_length (headers), 0);
}

static void
end_whole (EngHttpGet *get)
{
  EngHttpReply reply = { .status = soup_message_get_status (get->message),
                         .reason = soup_message_get_reason_phrase (get->message),
                         .body = get->body->data,
                         .len = get->body->len,
                         .remote = get->remote };

  drop_stream (get, true);
  tell (get, &reply);
  eng_http_release (get);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  EngHttpGet *get = data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  get->busy = false;
  if (n < 0)
    end_with_error (get, error);
  else if (n == 0 && is_cut_short (get))
    end (get, _ ("The connection ended in the midst of the answer"));
  else if (n == 0)
    end_whole (get);
  else if (get->body->len + (size_t) n > get->max)
    end (get, _ ("The answer is too large"));
  else
    {
      g_byte_array_append (get->body, get->room, (guint) n);
      read_more (get);
    }
}

static void
read_more (EngHttpGet *get)
{
  get->busy = true;
  g_input_stream_read_async (get->stream, get->room, ROOM, G_PRIORITY_DEFAULT, get->cancellable,
                             on_read, get);
}

/* --- redirects --- */

/* Where the answer sends us; NULL when it does not, or to no place that we go to. */
static GUri *
redirect_of (EngHttpGet *get)
{
  const char *location
      = soup_message_headers_get_one (soup_message_get_response_headers (get->message), "Location");
  g_autoptr (GUri) uri = NULL;

  if (location == NULL || strlen (location) > BT_LIMIT_URL)
    return NULL;
  uri = g_uri_parse_relative (get->uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || (strcmp (g_uri_get_scheme (uri), "http") != 0
          && strcmp (g_uri_get_scheme (uri), "https") != 0))
    return NULL;
  return g_steal_pointer (&uri);
}

static bool
is_redirect (unsigned status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static void
follow (EngHttpGet *get)
{
  GUri *uri = redirect_of (get);

  if (uri == NULL || ++get->redirects > REDIRECTS_MAX)
    {
      end (get, uri == NULL ? _ ("The server sends us on, but not to a web address")
                            : _ ("The server sends us on too often"));
      g_clear_pointer (&uri, g_uri_unref);
      return;
    }
  if (bt_endpoint_range (&get->remote) == BT_RANGE_GLOBAL)
    get->was_global = true;
  drop_stream (get, false);
  g_uri_unref (get->uri);
  get->uri = uri;
  send_request (get);
}

/* --- the request --- */

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  EngHttpGet *get = data;
  g_autoptr (GError) error = NULL;

  get->busy = false;
  get->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (get->stream == NULL)
    end_with_error (get, error);
  else if (get->done == NULL)
    end (get, NULL);
  else if (is_redirect (soup_message_get_status (get->message)))
    follow (get);
  else
    read_more (get);
}

static void
send_request (EngHttpGet *get)
{
  eng_http_forget_message (get);
  get->message = soup_message_new_from_uri ("GET", get->uri);
  soup_message_add_flags (get->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_COLLECT_METRICS);
  g_signal_connect (get->message, "starting", G_CALLBACK (on_starting), get);
  g_signal_connect (get->message, "network-event", G_CALLBACK (on_network_event), get);
  get->busy = true;
  soup_session_send_async (get->http->session, get->message, G_PRIORITY_DEFAULT, get->cancellable,
                           on_sent, get);
}

void
eng_http_fetch (EngHttpGet *get)
{
  EngHttp *http = get->http;
  uint64_t now_us = btio_reactor_now_us (http->reactor);

  get->room = g_malloc (ROOM);
  get->deadline.due = on_deadline;
  if (get->uri == NULL)
    {
      btio_timer_set (&get->deadline, http->reactor, now_us);
      return;
    }
  btio_timer_set (&get->deadline, http->reactor, now_us + http->config.timeout_us);
  send_request (get);
}
