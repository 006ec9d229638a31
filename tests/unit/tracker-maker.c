/* tracker-maker.c: see the header. */
#include "tests/unit/tracker-maker.h"

#include <string.h>

#include <gio/gio.h>

#include "protocol/core/bt-limits.h"
#include "protocol/io/btio-tcp.h"
#include "protocol/tracker/bt-http-announce.h"
#include "protocol/tracker/bt-http-scrape.h"
#include "protocol/tracker/bt-udp-tracker.h"

#define CONNECTION_ID UINT64_C (0x1122334455667788)
#define BOMB (64 * 1024 * 1024)

static const uint8_t loopback_v4[] = { 127, 0, 0, 1 };
static const uint8_t loopback_v6[16] = { [15] = 1 };
static const uint8_t peers_v4[] = { 10, 0, 0, 1, 0x1a, 0xe1, 10, 0, 0, 2, 0x1a, 0xe2 };
static const uint8_t peers_v6[2 * BT_COMPACT_V6_LEN] = {
  [0] = 0xfd, [15] = 1, [16] = 0x1a, [17] = 0xe1, [18] = 0xfd, [33] = 2, [34] = 0x1a, [35] = 0xe2
};

static BtAnnounceReply
make_reply (void)
{
  BtAnnounceReply reply;

  bt_announce_reply_init (&reply);
  reply.interval_s = 1800;
  reply.complete = 5;
  reply.incomplete = 6;
  reply.peers_v4 = (BtLent){ peers_v4, sizeof peers_v4 };
  return reply;
}

/* Of 127.0.0.1, signed by itself; good for nothing else. */
static const char self_signed[]
    = "-----BEGIN CERTIFICATE-----\n"
      "MIIBkTCCATagAwIBAgIUIGrEad/gWQD7GolOcvQhafrmq5MwCgYIKoZIzj0EAwIw\n"
      "FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMDE1MTQxN1oYDzIxMjYxMDI3\n"
      "MTUxNDE3WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO\n"
      "PQMBBwNCAAS/b8O5w9Vjnjs/G0Cg16wt3M8hVhIqnKO2ZzcT77ygCW6hPEDVMATq\n"
      "MqNLaz2g3zMBUgyeN0JwF+hozPTKGP0Xo2QwYjAdBgNVHQ4EFgQUWNZjUaJX46hz\n"
      "zgSJ4TzDGF1MN+owHwYDVR0jBBgwFoAUWNZjUaJX46hzzgSJ4TzDGF1MN+owDwYD\n"
      "VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC\n"
      "IQDKku8Xa8cLHRnY0/l1Ey0fdIlVkxAUz44YUAegna57JAIhAM5a/85839hN2EgR\n"
      "K3TVLYw/Xy+WsnSS5IbObDIqOCAD\n"
      "-----END CERTIFICATE-----\n"
      "-----BEGIN PRIVATE KEY-----\n"
      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpXxNHqgZIo1wrEB1\n"
      "pgzMCR/Lv4ixH38napZapYUJeeKhRANCAAS/b8O5w9Vjnjs/G0Cg16wt3M8hVhIq\n"
      "nKO2ZzcT77ygCW6hPEDVMATqMqNLaz2g3zMBUgyeN0JwF+hozPTKGP0X\n"
      "-----END PRIVATE KEY-----\n";

/* --- HTTP --- */

static void
respond (SoupServerMessage *message, unsigned status, const void *body, size_t len)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, body, len);
}

static void
respond_text (SoupServerMessage *message, unsigned status, const char *body)
{
  respond (message, status, body, strlen (body));
}

static void
announce (TrackerWorld *w, SoupServerMessage *message, const char *query)
{
  BtAnnounceReply reply = make_reply ();
  BtAnnounceRequest request;
  uint8_t out[512];

  g_assert_nonnull (query);
  g_assert_cmpint (bt_http_announce_parse (query, strlen (query), &request), ==, BT_TRACKER_FINE);
  request.tracker_id = (BtLent){ NULL, 0 };
  g_array_append_val (w->requests, request);
  respond (message, 200, out,
           bt_http_announce_write (out, sizeof out, &reply, bt_announce_peers_form (&request)));
}

/* Counts by the place of the hash in the request. */
static size_t
make_entries (const BtScrapeRequest *request, BtScrapeEntry *out)
{
  for (size_t i = 0; i < request->n_hashes; i++)
    {
      out[i] = (BtScrapeEntry){
        .complete = 5 + (uint32_t) i, .downloaded = 70, .incomplete = 6, .downloaders = BT_UNSAID
      };
      memcpy (out[i].info_hash, request->hashes + i * BT_INFO_HASH_LEN, BT_INFO_HASH_LEN);
    }
  return request->n_hashes;
}

static void
scrape (SoupServerMessage *message, const char *query)
{
  uint8_t hashes[BT_LIMIT_SCRAPE_HTTP * BT_INFO_HASH_LEN];
  BtScrapeEntry entries[BT_LIMIT_SCRAPE_HTTP];
  BtScrapeRequest request;
  uint8_t out[8192];
  size_t n;

  g_assert_nonnull (query);
  g_assert_cmpint (bt_http_scrape_parse (query, strlen (query), hashes, &request), ==,
                   BT_TRACKER_FINE);
  n = bt_scrape_sort (entries, make_entries (&request, entries));
  respond (message, 200, out,
           bt_http_scrape_write (out, sizeof out, &(BtScrapeReply){ 0 }, entries, n));
}

/* A small body that becomes a large one. */
static void
respond_bomb (SoupServerMessage *message)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GConverter) gzip
      = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, gzip);
  g_autofree uint8_t *zeros = g_malloc0 (BOMB);

  g_assert_true (g_output_stream_write_all (out, zeros, BOMB, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (out, NULL, NULL));
  soup_message_headers_append (soup_server_message_get_response_headers (message),
                               "Content-Encoding", "gzip");
  respond (message, 200, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
           g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)));
}

static void
respond_large (SoupServerMessage *message)
{
  size_t len = BT_LIMIT_TRACKER_REPLY + 1;
  g_autofree uint8_t *zeros = g_malloc0 (len);

  respond (message, 200, zeros, len);
}

/* @len bytes of a body that does not end. */
static void
respond_endless (TrackerWorld *w, SoupServerMessage *message, size_t len)
{
  g_autofree uint8_t *zeros = g_malloc0 (len);

  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_COPY,
                            zeros, len);
  w->n_silent++;
}

static void
hold (TrackerWorld *w, SoupServerMessage *message)
{
  w->n_silent++;
  g_ptr_array_add (w->paused, g_object_ref (message));
  soup_server_message_pause (message);
}

/* What is said without a thought. */
static const struct
{
  const char *path;
  unsigned status;
  const char *body;
} said[] = {
  { "/announce-failure", 200, "d14:failure reason7:go awaye" },
  { "/announce-failure-raw", 200, "d14:failure reason10:bad \xff bytee" },
  { "/announce-forbidden", 403, "d14:failure reason15:not on the liste" },
  { "/announce-missing", 404, "<html>" },
  { "/announce-garbage", 200, "<html>" },
  { "/announce-empty", 200, "" },
  { "/announce-warning", 200,
    "d8:intervali1800e5:peers0:10:tracker id3:a b15:warning message5:hush\ne" },
  { "/announce-negative", 200, "d8:intervali-1e5:peers0:e" },
  { "/scrape-failure", 200, "d14:failure reason9:too oftene" },
  { "/scrape-garbage", 200, "<html>" },
  { "/scrape-missing", 404, "<html>" },
  { "/file", 200, "any bytes" },
};

static const struct
{
  const char *path;
  const char *to;
} moved[] = {
  { "/announce-loop", "/announce-loop" },
  { "/announce-to-udp", "udp://127.0.0.1:1/announce" },
  { "/announce-to-secret", "/secret" },
  { "/file-moved", "/file" },
};

static void
answer (TrackerWorld *w, SoupServerMessage *message, const char *path, const char *query)
{
  g_autofree char *back = g_strdup_printf ("/announce?%s", query == NULL ? "" : query);

  for (size_t i = 0; i < G_N_ELEMENTS (said); i++)
    if (strcmp (path, said[i].path) == 0)
      {
        respond_text (message, said[i].status, said[i].body);
        return;
      }
  for (size_t i = 0; i < G_N_ELEMENTS (moved); i++)
    if (strcmp (path, moved[i].path) == 0)
      {
        soup_server_message_set_redirect (message, 302, moved[i].to);
        return;
      }
  if (strcmp (path, "/announce") == 0)
    announce (w, message, query);
  else if (strcmp (path, "/scrape") == 0)
    scrape (message, query);
  else if (strcmp (path, "/announce-moved") == 0)
    soup_server_message_set_redirect (message, 301, back);
  else if (strcmp (path, "/announce-large") == 0)
    respond_large (message);
  else if (strcmp (path, "/announce-bomb") == 0)
    respond_bomb (message);
  else if (strcmp (path, "/announce-endless") == 0)
    respond_endless (w, message, 2 * BT_LIMIT_TRACKER_REPLY);
  else if (strcmp (path, "/announce-stalled") == 0)
    respond_endless (w, message, 100);
  else if (strcmp (path, "/announce-silent") == 0)
    hold (w, message);
  else if (strcmp (path, "/announce-reason") == 0)
    soup_server_message_set_status (message, 500, "wrong \xff\x1b[2J");
  else
    w->n_secrets++;
}

static void
on_finished (SoupServerMessage *message, void *data)
{
  ((TrackerWorld *) data)->at_once--;
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  TrackerWorld *w = data;

  w->n_hits++;
  g_free (w->last_query);
  w->last_query = g_strdup (g_uri_get_query (soup_server_message_get_uri (message)));
  w->at_once++;
  w->most_at_once = MAX (w->most_at_once, w->at_once);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), w);
  answer (w, message, path, g_uri_get_query (soup_server_message_get_uri (message)));
}

/* --- UDP --- */

static size_t
answer_announce (TrackerUdp *udp, const uint8_t *data, size_t len, const BtUdpHead *head,
                 uint8_t *out, size_t size)
{
  BtAnnounceReply reply = make_reply ();
  BtLent text = bt_lent_text ("no room");
  BtAnnounceRequest request;
  BtLent options;

  g_assert_cmpuint (head->connection_id, ==, CONNECTION_ID);
  g_assert_cmpint (bt_udp_announce_parse (data, len, &request, &options), ==, BT_TRACKER_FINE);
  if (udp->kind == TRACKER_UDP_REFUSING)
    return bt_udp_error_write (out, size, head->transaction_id, &text);
  g_array_append_val (udp->world->requests, request);
  reply.peers_v6 = (BtLent){ peers_v6, sizeof peers_v6 };
  return bt_udp_announce_reply_write (out, size, head->transaction_id, &reply,
                                      udp->kind == TRACKER_UDP_V6 ? BT_FAMILY_V6 : BT_FAMILY_V4);
}

static size_t
answer_scrape (TrackerUdp *udp, const uint8_t *data, size_t len, const BtUdpHead *head,
               uint8_t *out, size_t size)
{
  BtScrapeEntry entries[BT_LIMIT_SCRAPE_UDP];
  BtLent text = bt_lent_text ("no room");
  BtScrapeRequest request;

  g_assert_cmpuint (head->connection_id, ==, CONNECTION_ID);
  g_assert_cmpint (bt_udp_scrape_parse (data, len, &request), ==, BT_TRACKER_FINE);
  if (udp->kind == TRACKER_UDP_REFUSING)
    return bt_udp_error_write (out, size, head->transaction_id, &text);
  return bt_udp_scrape_reply_write (out, size, head->transaction_id, entries,
                                    make_entries (&request, entries));
}

static void
on_datagram (void *owner, const uint8_t *data, size_t len, const BtEndpoint *from)
{
  TrackerUdp *udp = owner;
  uint8_t out[1024];
  BtUdpHead head;
  BtUdpAction action = bt_udp_request_peek (data, len, &head);

  g_assert_cmpint (action, !=, BT_UDP_JUNK);
  if (udp->kind == TRACKER_UDP_SILENT)
    {
      udp->world->n_silent++;
      return;
    }
  (void) btio_datagram_send (udp->socket, (const uint8_t *) "junk", 4, from); /* or not */
  if (action == BT_UDP_CONNECT)
    len = bt_udp_connect_reply_write (out, sizeof out, head.transaction_id, CONNECTION_ID);
  else if (action == BT_UDP_SCRAPE)
    len = answer_scrape (udp, data, len, &head, out, sizeof out);
  else
    len = answer_announce (udp, data, len, &head, out, sizeof out);
  g_assert_true (btio_datagram_send (udp->socket, out, len, from));
}

/* --- the world --- */

TrackerWorld *
tracker_world_new (void)
{
  TrackerWorld *w = g_new0 (TrackerWorld, 1);

  w->context = g_main_context_new ();
  g_main_context_push_thread_default (w->context);
  w->reactor = btio_reactor_new (w->context);
  w->requests = g_array_new (FALSE, FALSE, sizeof (BtAnnounceRequest));
  w->paused = g_ptr_array_new_with_free_func (g_object_unref);
  w->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (w->server, NULL, on_request, w, NULL);
  g_assert_true (soup_server_listen_local (w->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  for (int i = 0; i < TRACKER_UDP_KINDS; i++)
    {
      BtioBind bind = { .address = i == TRACKER_UDP_V6 ? bt_endpoint_v6 (loopback_v6, 0)
                                                       : bt_endpoint_v4 (loopback_v4, 0) };

      w->udp[i] = (TrackerUdp){ .world = w, .kind = (TrackerUdpKind) i };
      w->udp[i].socket = btio_datagram_new (w->reactor, &bind, on_datagram, &w->udp[i]);
      g_assert_nonnull (w->udp[i].socket);
    }
  return w;
}

void
tracker_world_free (TrackerWorld *w)
{
  while (g_main_context_iteration (w->context, FALSE))
    ;
  soup_server_disconnect (w->server);
  g_ptr_array_unref (w->paused);
  g_object_unref (w->server);
  g_clear_object (&w->tls_server);
  for (int i = 0; i < TRACKER_UDP_KINDS; i++)
    btio_datagram_free (w->udp[i].socket);
  while (g_main_context_iteration (w->context, FALSE))
    ;
  g_array_unref (w->requests);
  g_free (w->last_query);
  btio_reactor_free (w->reactor);
  g_main_context_pop_thread_default (w->context);
  g_main_context_unref (w->context);
  g_free (w);
}

static char *
udp_url (TrackerWorld *w, TrackerUdpKind kind)
{
  BtEndpoint at = btio_datagram_local (w->udp[kind].socket);
  char text[BT_ENDPOINT_TEXT];

  bt_endpoint_write (&at, text);
  return g_strdup_printf ("udp://%s/announce", text);
}

char *
tracker_world_url (TrackerWorld *w, const char *name)
{
  static const char *const udp_names[] = { "udp", "udp-refusing", "udp-silent", "udp-v6" };
  GSList *uris;
  char *url;

  for (int i = 0; i < TRACKER_UDP_KINDS; i++)
    if (strcmp (name, udp_names[i]) == 0)
      return udp_url (w, (TrackerUdpKind) i);
  if (strstr (name, "://") != NULL)
    return g_strdup (name);
  uris = soup_server_get_uris (w->server);
  url = g_strdup_printf ("http://127.0.0.1:%d/%s", g_uri_get_port (uris->data), name);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return url;
}

static void
listen_tls (TrackerWorld *w)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (self_signed, -1, NULL);

  g_assert_nonnull (certificate);
  w->tls_server = soup_server_new (NULL, NULL);
  soup_server_add_handler (w->tls_server, NULL, on_request, w, NULL);
  soup_server_set_tls_certificate (w->tls_server, certificate);
  g_assert_true (soup_server_listen_local (
      w->tls_server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, NULL));
}

char *
tracker_world_tls_url (TrackerWorld *w)
{
  GSList *uris;
  char *url;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return NULL;
  listen_tls (w);
  uris = soup_server_get_uris (w->tls_server);
  url = g_strdup_printf ("https://127.0.0.1:%d/announce", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return url;
}

static void
on_accepted (void *owner, BtioStream *stream)
{
  btio_stream_close (stream);
}

char *
tracker_world_gone (TrackerWorld *w)
{
  BtioBind bind = { .address = bt_endpoint_v4 (loopback_v4, 0) };
  BtioListener *listener = btio_tcp_listen (w->reactor, &bind, on_accepted, NULL);
  uint16_t port = btio_listener_local (listener).port;

  btio_listener_free (listener);
  return g_strdup_printf ("http://127.0.0.1:%u/announce", port);
}
