/* test-trk-http-tls.c: announces and pages over TLS, silent clients, and certificates that change.
 *
 * A program of its own: the leak detector of clang 14 crashes in a process that has loaded GnuTLS.
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "http-world.h"

#define END "\r\n"
#define HOST "Host: t" END
#define ASK "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SH0001-abcdefghijkl&port=6881&left=7"
#define GET(target) "GET " target " HTTP/1.1" END HOST END

/* What LeakSanitizer asks for. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

/* For 127.0.0.1, signed by itself. */
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

typedef struct
{
  HttpWorld *world;
  char *certificate; /* the file */
  bool skipped;
} TlsWorld;

static TlsWorld
tls_world_new (void)
{
  TlsWorld t = { .world = http_world_new () };
  g_autofree char *folder = g_dir_make_tmp ("shoal-XXXXXX", NULL);

  t.certificate = g_build_filename (folder, "tls.pem", NULL);
  g_assert_true (g_file_set_contents (t.certificate, self_signed, -1, NULL));
  t.world->listen.tls = true;
  t.world->config.certificate = t.certificate;
  t.skipped = !g_tls_backend_supports_tls (g_tls_backend_get_default ());
  if (t.skipped)
    g_test_skip ("GIO has no TLS backend here");
  return t;
}

static void
tls_world_clear (TlsWorld *t)
{
  g_autofree char *folder = g_path_get_dirname (t->certificate);

  if (!t->skipped)
    http_world_free (t->world);
  g_assert_cmpint (unlink (t->certificate), ==, 0);
  g_assert_cmpint (rmdir (folder), ==, 0);
  g_free (t->certificate);
}

static gboolean
accept_any (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors,
            gpointer data)
{
  return TRUE;
}

/* One client, in a thread of its own, so that libsoup runs meanwhile. */
typedef struct
{
  BtEndpoint at;
  unsigned n; /* requests, one after the other */
  const char *request;
  char *replies;
  char *protocol; /* that ALPN agreed on */
  int done;       /* atomic */
} Client;

/* Reads a head and its body. */
static bool
read_reply (GInputStream *input, GString *out)
{
  gsize start = out->len;
  uint64_t left;
  char byte;

  while (strstr (out->str + start, END END) == NULL)
    {
      if (g_input_stream_read (input, &byte, 1, NULL, NULL) <= 0)
        return false;
      g_string_append_c (out, byte == '\0' ? '0' : byte);
    }
  for (left = g_ascii_strtoull (strstr (out->str + start, "Content-Length: ") + 16, NULL, 10);
       left > 0; left--)
    {
      if (g_input_stream_read (input, &byte, 1, NULL, NULL) <= 0)
        return false;
      g_string_append_c (out, byte == '\0' ? '0' : byte);
    }
  return true;
}

static void
talk (Client *client, GSocketConnection *tcp)
{
  static const char *const offered[] = { "h2", "http/1.1", NULL };
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (G_IO_STREAM (tcp), NULL, NULL);
  g_autoptr (GString) replies = g_string_new (NULL);

  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any), NULL);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), (const char *const *) offered);
  for (unsigned i = 0; i < client->n; i++)
    {
      gsize done;

      if (!g_output_stream_write_all (g_io_stream_get_output_stream (tls), client->request,
                                      strlen (client->request), &done, NULL, NULL)
          || !read_reply (g_io_stream_get_input_stream (tls), replies))
        break;
    }
  client->protocol = g_strdup (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (tls)));
  client->replies = g_strdup (replies->str);
  g_io_stream_close (tls, NULL, NULL);
}

static gpointer
run_client (gpointer data)
{
  Client *client = data;
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketConnection) tcp = NULL;

  g_socket_client_set_enable_proxy (connector, FALSE);
  tcp = g_socket_client_connect_to_host (connector, "127.0.0.1", client->at.port, NULL, NULL);
  if (tcp != NULL)
    talk (client, tcp);
  g_atomic_int_set (&client->done, 1);
  return NULL;
}

static Client
ask (TlsWorld *t, unsigned n, const char *request)
{
  Client client = { .at = trk_http_local (t->world->http, 0), .n = n, .request = request };
  GThread *thread = g_thread_new ("client", run_client, &client);

  while (g_atomic_int_get (&client.done) == 0)
    if (!g_main_context_iteration (NULL, FALSE))
      poll (NULL, 0, 1);
  g_thread_join (thread);
  return client;
}

static void
client_clear (Client *client)
{
  g_free (client->replies);
  g_free (client->protocol);
}

static void
test_announces (void)
{
  TlsWorld t = tls_world_new ();
  Client client;

  if (!t.skipped)
    {
      http_world_start (t.world);
      client = ask (&t, 30, GET ("/announce?" ASK));
      g_assert_nonnull (strstr (client.replies, "d8:completei0e"));
      g_assert_cmpstr (client.protocol, ==, "http/1.1");
      g_assert_cmpuint (http_world_count (t.world, TRK_COUNT_ANNOUNCES_HTTP), ==, 30);
      g_assert_cmpuint (http_world_count (t.world, TRK_COUNT_HTTP_OPENED), ==, 1);
      client_clear (&client);
      http_world_until_connections (t.world, 0);
    }
  tls_world_clear (&t);
}

static void
test_pages (void)
{
  TlsWorld t = tls_world_new ();
  Client client;

  if (!t.skipped)
    {
      t.world->page_len = 100000;
      http_world_start (t.world);
      client = ask (&t, 5, GET ("/page"));
      g_assert_cmpuint (t.world->n_pages, ==, 5);
      g_assert_cmpuint (strlen (client.replies), >, 500000);
      client_clear (&client);
      http_world_until_connections (t.world, 0);
    }
  tls_world_clear (&t);
}

/* Who says nothing, something else, or half of a hello, is gone in time; meanwhile others are
 * served. */
static void
test_bad_clients (void)
{
  static const char *const texts[] = { "", "\x16\x03\x01\x02", "GET / HTTP/1.1\r\n\r\n" };
  TlsWorld t = tls_world_new ();
  int fds[G_N_ELEMENTS (texts)];
  Client client;

  if (!t.skipped)
    {
      t.world->config.head_ms = 2000;
      http_world_start (t.world);
      for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
        {
          fds[i] = http_world_connect (t.world);
          http_world_say (fds[i], texts[i]);
        }
      client = ask (&t, 1, GET ("/announce?" ASK));
      g_assert_nonnull (client.replies);
      client_clear (&client);
      http_world_until_connections (t.world, 0);
      for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
        close (fds[i]);
    }
  tls_world_clear (&t);
}

/* The end comes while a handshake is under way: a hello that nothing follows. */
static void
test_end_in_handshake (void)
{
  static const uint8_t hello[] = {
    0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x13, 0xb6, 0x86, 0x84, 0xee,
    0x7a, 0xf3, 0x8b, 0x6e, 0xb7, 0x6c, 0xc0, 0x17, 0x6a, 0x88, 0x50, 0x22, 0xb3, 0x04, 0xc2, 0x23,
    0xce, 0xe7, 0x31, 0xcd, 0x2b, 0xae, 0xcf, 0xb1, 0x87, 0x65, 0xec, 0x20, 0x84, 0x5d, 0xa7, 0x94,
    0xc2, 0xba, 0x4a, 0x86, 0xfa, 0x5f, 0xb0, 0x2a, 0xda, 0x07, 0x1c, 0xb2, 0xea, 0xc5, 0xac, 0xbf,
    0x32, 0x1f, 0xac, 0xb6, 0xea, 0x9b, 0x8f, 0x18, 0x28, 0x5c, 0x68, 0xab, 0x00, 0x24, 0x13, 0x02,
    0x13, 0x03, 0x13, 0x01, 0xc0, 0x2c, 0xc0, 0x30, 0xc0, 0x2b, 0xc0, 0x2f, 0xcc, 0xa9, 0xcc, 0xa8,
    0xc0, 0x24, 0xc0, 0x28, 0xc0, 0x23, 0xc0, 0x27, 0x00, 0x9f, 0x00, 0x9e, 0x00, 0x6b, 0x00, 0x67,
    0x00, 0xff, 0x01, 0x00, 0x01, 0x8f, 0x00, 0x0b, 0x00, 0x04, 0x03, 0x00, 0x01, 0x02, 0x00, 0x0a,
    0x00, 0x16, 0x00, 0x14, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x1e, 0x00, 0x19, 0x00, 0x18, 0x01, 0x00,
    0x01, 0x01, 0x01, 0x02, 0x01, 0x03, 0x01, 0x04, 0x00, 0x23, 0x00, 0x00, 0x00, 0x16, 0x00, 0x00,
    0x00, 0x17, 0x00, 0x00, 0x00, 0x0d, 0x00, 0x2a, 0x00, 0x28, 0x04, 0x03, 0x05, 0x03, 0x06, 0x03,
    0x08, 0x07, 0x08, 0x08, 0x08, 0x09, 0x08, 0x0a, 0x08, 0x0b, 0x08, 0x04, 0x08, 0x05, 0x08, 0x06,
    0x04, 0x01, 0x05, 0x01, 0x06, 0x01, 0x03, 0x03, 0x03, 0x01, 0x03, 0x02, 0x04, 0x02, 0x05, 0x02,
    0x06, 0x02, 0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03, 0x00, 0x2d, 0x00, 0x02, 0x01,
    0x01, 0x00, 0x33, 0x00, 0x26, 0x00, 0x24, 0x00, 0x1d, 0x00, 0x20, 0x64, 0x25, 0x15, 0x40, 0xe5,
    0xeb, 0x0a, 0xa8, 0x0b, 0xa0, 0xf6, 0xbd, 0xf3, 0x98, 0xea, 0x6e, 0x64, 0x38, 0x1a, 0x92, 0xb0,
    0xb0, 0x69, 0x6c, 0x42, 0xeb, 0xb2, 0x2d, 0xb8, 0x43, 0x3f, 0x7a, 0x00, 0x15, 0x00, 0xf6, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00,
  };
  TlsWorld t = tls_world_new ();
  int fds[20];

  if (!t.skipped)
    {
      http_world_start (t.world);
      for (size_t i = 0; i < G_N_ELEMENTS (fds); i++)
        {
          char byte;

          fds[i] = http_world_connect (t.world);
          http_world_send (fds[i], hello, sizeof hello);
          if (i == 0)
            g_assert_cmpint (read (fds[i], &byte, 1), ==, 1); /* the handshake has begun */
        }
    }
  tls_world_clear (&t);
  for (size_t i = 0; i < G_N_ELEMENTS (fds) && !t.skipped; i++)
    close (fds[i]);
}

static void
test_certificates (void)
{
  TlsWorld t = tls_world_new ();
  g_autoptr (GError) error = NULL;
  Client client;

  if (!t.skipped)
    {
      http_world_start (t.world);
      g_assert_false (
          trk_http_set_certificate (t.world->http, "/proc/nonexistent.pem", NULL, &error));
      g_assert_nonnull (error);
      g_assert_true (trk_http_set_certificate (t.world->http, t.certificate, t.certificate, NULL));
      client = ask (&t, 1, GET ("/announce?" ASK));
      g_assert_nonnull (strstr (client.replies, "d8:complete"));
      client_clear (&client);
    }
  tls_world_clear (&t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-tls/announces", test_announces);
  g_test_add_func ("/http-tls/pages", test_pages);
  g_test_add_func ("/http-tls/bad-clients", test_bad_clients);
  g_test_add_func ("/http-tls/end-in-handshake", test_end_in_handshake);
  g_test_add_func ("/http-tls/certificates", test_certificates);
  return g_test_run ();
}
