/* http-world.c: see the header. Clients are plain blocking sockets that are polled, so that the
 * context of libsoup runs meanwhile. */
#include "http-world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libsoup/soup.h>

#define KEY ((const uint8_t *) "0123456789abcdef")
#define PATIENCE_US (60 * G_USEC_PER_SEC)

static BtEndpoint
loopback (const char *text)
{
  BtEndpoint at;

  g_assert_true (bt_endpoint_parse_address (text, strlen (text), &at));
  return at;
}

/* --- libsoup's side --- */

static void
answer_announce (HttpWorld *w, SoupServerMessage *message, const TrkTarget *target)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  const BtEndpoint source = loopback ("9.9.9.9");
  TrkHttpAsk ask = { .target = *target,
                     .query = query != NULL ? query : "",
                     .query_len = query != NULL ? strlen (query) : 0,
                     .source = &source };
  uint8_t *body = g_malloc (TRK_HTTP_BODY_MAX);
  TrkHttpReply reply;

  trk_worker_begin (w->worker, 1000000);
  trk_http_answer (w->answerer, &ask, body, &reply);
  trk_worker_end (w->worker);
  soup_server_message_set_status (message, reply.status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_TAKE, (char *) body,
                                    reply.len);
}

static void
on_page (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer data)
{
  HttpWorld *w = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  TrkTarget target = trk_target_find (path, strlen (path));
  g_autofree char *page = NULL;

  w->n_body = (size_t) body->length;
  if (target.route != TRK_ROUTE_OTHER
      && g_str_equal (soup_server_message_get_method (message), "GET"))
    {
      answer_announce (w, message, &target);
      return;
    }
  w->n_pages++;
  page = g_strnfill (w->page_len, 'p');
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, page, w->page_len);
}

static void
on_handed (void *data, GIOStream *stream, GSocketAddress *local, GSocketAddress *source)
{
  HttpWorld *w = data;

  soup_server_accept_iostream (w->soup, stream, local, source, NULL);
  g_object_unref (stream);
}

/* --- the tracker --- */

HttpWorld *
http_world_new (void)
{
  HttpWorld *w = g_new0 (HttpWorld, 1);
  TrkSwarmsConfig swarms
      = { .key = "0123456789abcdef", .max_swarms = 1000, .max_empty = 1000, .max_peers = 1000 };

  trk_policy_init (&w->policy);
  w->policy.spread_s = 0;
  swarms.timeout_s = trk_policy_timeout_s (&w->policy);
  w->swarms = trk_swarms_new (&swarms);
  w->lists = trk_lists_new (KEY);
  w->listen.address = loopback ("127.0.0.1");
  trk_http_config_init (&w->config);
  w->config.listens = &w->listen;
  w->config.n_listens = 1;
  w->config.handed = on_handed;
  w->config.data = w;
  w->page_len = 5;
  w->soup = soup_server_new (NULL, NULL);
  soup_server_add_handler (w->soup, NULL, on_page, w, NULL);
  /* It keeps connections alive only while it listens somewhere. */
  g_assert_true (soup_server_listen_local (w->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  return w;
}

void
http_world_start (HttpWorld *w)
{
  g_autoptr (GError) error = NULL;
  TrkServiceParts parts = { .swarms = w->swarms,
                            .lists = w->lists,
                            .limiter = w->limiter,
                            .completed = w->completed,
                            .data = w };

  w->service = trk_service_new (&parts, &w->policy, TRK_MODE_OPEN);
  w->worker = trk_worker_new (w->service, TRK_CARRIER_HTTP);
  w->answerer = trk_answerer_new (w->worker, w->config.full_scrape, w);
  w->http = trk_http_new (w->service, &w->config, &error);
  g_assert_no_error (error);
}

void
http_world_free (HttpWorld *w)
{
  trk_http_free (w->http);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  soup_server_disconnect (w->soup);
  g_object_unref (w->soup);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  trk_answerer_free (w->answerer);
  trk_worker_free (w->worker);
  trk_service_free (w->service);
  trk_limiter_free (w->limiter);
  trk_lists_free (w->lists);
  trk_swarms_free (w->swarms);
  g_free (w);
}

uint64_t
http_world_count (HttpWorld *w, TrkCount count)
{
  uint64_t counts[TRK_COUNTS];

  trk_service_counts (w->service, counts);
  return counts[count];
}

void
http_world_until_connections (HttpWorld *w, uint32_t n)
{
  int64_t end_us = g_get_monotonic_time () + PATIENCE_US;

  while (trk_http_connections (w->http) != n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      if (!g_main_context_iteration (NULL, FALSE))
        poll (NULL, 0, 1);
    }
}

/* --- clients --- */

int
http_world_connect_from (HttpWorld *w, const char *from)
{
  BtEndpoint at = trk_http_local (w->http, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (at.port) };
  struct sockaddr_in own = { .sin_family = AF_INET };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  memcpy (&to.sin_addr, at.addr, 4);
  if (from != NULL)
    {
      g_assert_cmpint (inet_pton (AF_INET, from, &own.sin_addr), ==, 1);
      g_assert_cmpint (bind (fd, (struct sockaddr *) &own, sizeof own), ==, 0);
    }
  g_assert_cmpint (connect (fd, (struct sockaddr *) &to, sizeof to), ==, 0);
  return fd;
}

int
http_world_connect (HttpWorld *w)
{
  return http_world_connect_from (w, NULL);
}

void
http_world_send (int fd, const void *bytes, size_t len)
{
  const char *at = bytes;

  while (len > 0)
    {
      ssize_t n = send (fd, at, len, MSG_NOSIGNAL);

      g_assert_cmpint (n, >, 0);
      at += n;
      len -= (size_t) n;
    }
}

void
http_world_say (int fd, const char *text)
{
  http_world_send (fd, text, strlen (text));
}

/* Waits for something to read, while libsoup runs. */
static void
wait_readable (int fd)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
  int64_t end_us = g_get_monotonic_time () + PATIENCE_US;

  while (poll (&poll_fd, 1, 0) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      if (!g_main_context_iteration (NULL, FALSE))
        poll (&poll_fd, 1, 1);
    }
}

/* Appends what comes, at most @max bytes; 0 at the end. */
static size_t
read_some (int fd, GString *out, size_t max)
{
  char bytes[4096];
  ssize_t n;

  wait_readable (fd);
  n = recv (fd, bytes, MIN (max, sizeof bytes), 0);
  if (n <= 0)
    return 0;
  for (ssize_t i = 0; i < n; i++)
    g_string_append_c (out, bytes[i] != '\0' ? bytes[i] : '0');
  return (size_t) n;
}

char *
http_world_reply (HttpWorld *w, int fd)
{
  GString *text = g_string_new (NULL);
  const char *length;
  size_t left;

  while (!g_str_has_suffix (text->str, "\r\n\r\n"))
    if (read_some (fd, text, 1) == 0)
      {
        g_string_free (text, TRUE);
        return NULL;
      }
  length = strstr (text->str, "Content-Length: ");
  left = length != NULL ? (size_t) g_ascii_strtoull (length + 16, NULL, 10) : 0;
  while (left > 0)
    {
      size_t n = read_some (fd, text, left);

      g_assert_cmpuint (n, >, 0);
      left -= n;
    }
  return g_string_free (text, FALSE);
}

char *
http_world_rest (HttpWorld *w, int fd)
{
  GString *text = g_string_new (NULL);

  while (read_some (fd, text, 4096) > 0)
    ;
  return g_string_free (text, FALSE);
}

char *
http_world_ask (HttpWorld *w, const char *text)
{
  int fd = http_world_connect (w);
  char *reply;

  http_world_say (fd, text);
  reply = http_world_reply (w, fd);
  close (fd);
  return reply;
}
