/* test-trk-http-faults.c: the system refuses one call after the other while the HTTP side begins,
 * or while a connection comes: nothing is left behind, and whoever comes next is answered. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"
#include "http-world.h"

#define ASK "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SH0001-abcdefghijkl&port=6881&left=7"
#define GET(target) "GET " target " HTTP/1.1\r\nHost: t\r\n\r\n"

static void
test_beginning (void)
{
  bool failed = true;

  for (unsigned nth = 1; failed; nth++)
    {
      HttpWorld *w = http_world_new ();
      unsigned before = faults_count_descriptors ();
      TrkServiceParts parts = { .swarms = w->swarms, .lists = w->lists };
      g_autoptr (GError) error = NULL;

      w->config.n_threads = 2;
      w->service = trk_service_new (&parts, &w->policy, TRK_MODE_OPEN);
      faults_begin (nth, EMFILE);
      w->http = trk_http_new (w->service, &w->config, &error);
      failed = faults_end ();
      g_assert_true (w->http != NULL || failed);
      if (w->http == NULL)
        g_assert_nonnull (error);
      trk_http_free (w->http);
      w->http = NULL;
      g_assert_cmpuint (faults_count_descriptors (), ==, before);
      http_world_free (w);
    }
}

static void
test_connections (void)
{
  static const char *const requests[] = { GET ("/announce?" ASK), GET ("/page") };

  for (size_t i = 0; i < 2 * G_N_ELEMENTS (requests); i++)
    for (unsigned nth = 1; nth < 6; nth++)
      {
        HttpWorld *w = http_world_new ();
        g_autofree char *reply = NULL;
        int fd;

        w->config.idle_ms = 50;
        http_world_start (w);
        faults_begin (nth + 2, i % 2 == 0 ? EMFILE : ENOMEM); /* behind our socket and connect */
        fd = http_world_connect (w);
        http_world_say (fd, requests[i / 2]);
        g_free (http_world_rest (w, fd)); /* whatever became of it, it ends */
        (void) faults_end ();             /* there may be fewer calls */
        close (fd);
        reply = http_world_ask (w, requests[i / 2]);
        g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 OK"));
        http_world_until_connections (w, 0);
        http_world_free (w);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-faults/beginning", test_beginning);
  g_test_add_func ("/http-faults/connections", test_connections);
  return g_test_run ();
}
