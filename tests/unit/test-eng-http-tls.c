/* test-eng-http-tls.c: a server with a certificate that nobody vouches for is told nothing.
 *
 * A program of its own: the leak detector of clang 14 crashes in a process that has loaded GnuTLS.
 */
#include "client-core/discovery/eng-http.h"
#include "tests/unit/tracker-maker.h"

/* What LeakSanitizer asks for. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

static void
on_done (void *owner, const EngHttpReply *reply)
{
  char **problem = owner;

  *problem = g_strdup (reply->problem != NULL ? reply->problem : "");
}

static void
test_bad_certificate (void)
{
  const EngHttpConfig config
      = { .user_agent = "Shoal/test", .at_once = 1, .at_once_a_host = 1, .timeout_us = 5000000 };
  TrackerWorld *w = tracker_world_new ();
  g_autofree char *url = tracker_world_tls_url (w);
  EngHttp *http = eng_http_new (w->reactor, &config);
  g_autofree char *problem = NULL;

  if (url == NULL)
    g_test_skip ("GIO has no TLS backend here");
  else
    {
      eng_http_get (http, url, 1000, false, on_done, &problem);
      while (problem == NULL)
        g_main_context_iteration (w->context, TRUE);
      g_assert_cmpstr (problem, !=, "");
      g_assert_cmpuint (w->n_hits, ==, 0);
    }
  eng_http_free (http);
  tracker_world_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/bad-certificate", test_bad_certificate);
  return g_test_run ();
}
