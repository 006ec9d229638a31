/* bench-tracker-http.c: the HTTP side of the tracker as a program, to be driven by a load
 * generator.
 *
 *   bench-tracker-http IP PORT [THREADS [CONNECTIONS [CERTIFICATE]]]
 *
 * Open mode, no limit on how often an address asks; CONNECTIONS of one address, 0 for any; with a
 * certificate, TLS at the port behind. What is neither announce nor scrape is answered by libsoup,
 * which keeps connections alive only while it listens somewhere itself.
 * Ends with SIGTERM or SIGINT. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib-unix.h>
#include <libsoup/soup.h>

#include "tracker-server/front/trk-http.h"

#define TORRENTS 2000000u
#define PEERS 20000000u

typedef struct
{
  GMainLoop *loop;
  SoupServer *soup;
} Bench;

static void
on_handed (void *data, GIOStream *stream, GSocketAddress *local, GSocketAddress *source)
{
  const Bench *b = data;

  soup_server_accept_iostream (b->soup, stream, local, source, NULL);
  g_object_unref (stream);
}

static void
on_page (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer data)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "page\n", 5);
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static BtEndpoint
endpoint (const char *ip, const char *port)
{
  BtEndpoint at;

  if (!bt_endpoint_parse_address (ip, strlen (ip), &at)
      || !bt_port_parse (port, strlen (port), &at.port))
    {
      fprintf (stderr, "not an address and a port: %s %s\n", ip, port);
      exit (2);
    }
  return at;
}

static uint32_t
number (const char *text)
{
  return (uint32_t) g_ascii_strtoull (text, NULL, 10);
}

static void
print_counts (TrkService *service)
{
  uint64_t counts[TRK_COUNTS];

  trk_service_counts (service, counts);
  for (int i = 0; i < TRK_COUNTS; i++)
    if (counts[i] > 0)
      printf ("%s %" G_GUINT64_FORMAT "\n", trk_service_count_name ((TrkCount) i), counts[i]);
}

static int
serve (Bench *b, TrkService *service, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TrkHttp) http = NULL;
  TrkHttpListen listens[2] = { { .address = endpoint (argv[1], argv[2]) } };
  TrkHttpConfig config;

  trk_http_config_init (&config);
  listens[1] = listens[0];
  listens[1].address.port++;
  listens[1].tls = true;
  config.listens = listens;
  config.n_listens = argc > 5 ? 2 : 1;
  config.certificate = argc > 5 ? argv[5] : NULL;
  config.n_threads = argc > 3 ? number (argv[3]) : 1;
  config.max_per_source = argc > 4 ? number (argv[4]) : 0;
  if (config.max_per_source == 0)
    config.max_per_source = UINT32_MAX;
  config.handed = on_handed;
  config.data = b;
  http = trk_http_new (service, &config, &error);
  if (http == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  g_main_loop_run (b->loop);
  print_counts (service);
  return 0;
}

int
main (int argc, char **argv)
{
  Bench b = { g_main_loop_new (NULL, FALSE), soup_server_new (NULL, NULL) };
  TrkPolicy policy;
  TrkSwarmsConfig swarms = {
    .key = "0123456789abcdef", .max_swarms = TORRENTS, .max_empty = TORRENTS, .max_peers = PEERS
  };
  TrkServiceParts parts = { 0 };
  TrkService *service;
  int status;

  if (argc < 3)
    return 2;
  soup_server_add_handler (b.soup, NULL, on_page, NULL, NULL);
  (void) soup_server_listen_local (b.soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY,
                                   NULL); /* without it they close */
  g_unix_signal_add (SIGTERM, on_signal, b.loop);
  g_unix_signal_add (SIGINT, on_signal, b.loop);
  trk_policy_init (&policy);
  swarms.timeout_s = trk_policy_timeout_s (&policy);
  parts.swarms = trk_swarms_new (&swarms);
  parts.lists = trk_lists_new ((const uint8_t *) "0123456789abcdef");
  service = trk_service_new (&parts, &policy, TRK_MODE_OPEN);
  status = serve (&b, service, argc, argv);
  trk_service_free (service);
  trk_swarms_free (parts.swarms);
  trk_lists_free (parts.lists);
  g_object_unref (b.soup);
  g_main_loop_unref (b.loop);
  return status;
}
