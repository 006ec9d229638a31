/* test-trk-http-limits.c: who may come in, for how long, and whom the tracker takes them for. */
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-world.h"

#define END "\r\n"
#define HOST "Host: t" END
#define ASK "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SH0001-abcdefghijkl&port=6881&left=7"
#define GET(target) "GET " target " HTTP/1.1" END HOST END
#define LINE "GET /announce?" ASK " HTTP/1.1" END HOST

/* A deadline that is waited for: no client that hurries on a busy machine may miss it. */
#define SHORT_MS 500

static bool
is_answered (HttpWorld *w, int fd)
{
  g_autofree char *reply = NULL;

  if (send (fd, GET ("/announce?" ASK), strlen (GET ("/announce?" ASK)), MSG_NOSIGNAL) < 0)
    return false;
  reply = http_world_reply (w, fd);
  return reply != NULL && strstr (reply, "d8:complete") != NULL;
}

static void
test_of_one_source (void)
{
  HttpWorld *w = http_world_new ();
  int fds[6];
  int other;

  w->config.max_per_source = 5;
  http_world_start (w);
  for (int i = 0; i < 6; i++)
    {
      fds[i] = http_world_connect (w);
      g_assert_cmpint (is_answered (w, fds[i]), ==, i < 5);
    }
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_TURNED_AWAY), ==, 1);
  other = http_world_connect_from (w, "127.0.0.2");
  g_assert_true (is_answered (w, other));
  close (other);
  close (fds[0]);
  close (fds[5]);
  http_world_until_connections (w, 4);
  fds[0] = http_world_connect (w);
  g_assert_true (is_answered (w, fds[0]));
  for (int i = 0; i < 5; i++)
    close (fds[i]);
  http_world_free (w);
}

/* All places are taken by heads that have just begun, most of them of one source: it makes room for
 * others, and nobody does for it. */
static void
test_crowd (void)
{
  HttpWorld *w = http_world_new ();
  int fds[12];
  int other;

  w->config.max_connections = 12;
  http_world_start (w);
  for (int i = 0; i < 12; i++)
    {
      fds[i] = http_world_connect_from (w, i < 3 ? "127.0.0.3" : "127.0.0.2");
      http_world_say (fds[i], "GET /announce HT");
    }
  http_world_until_connections (w, 12);
  other = http_world_connect_from (w, "127.0.0.4");
  g_assert_true (is_answered (w, other));
  close (other);
  http_world_until_connections (w, 11);
  other = http_world_connect_from (w, "127.0.0.2");
  http_world_say (other, "GET /announce HT");
  http_world_until_connections (w, 12);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_EVICTED), ==, 1);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_TURNED_AWAY), ==, 0);
  close (other);
  for (int i = 0; i < 12; i++)
    close (fds[i]);
  http_world_free (w);
}

/* All places are taken: whoever has been idle longest goes. */
static void
test_eviction (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *rest = NULL;
  int fds[5];

  w->config.max_connections = 4;
  http_world_start (w);
  for (int i = 0; i < 5; i++)
    {
      fds[i] = http_world_connect (w);
      g_assert_true (is_answered (w, fds[i]));
    }
  rest = http_world_rest (w, fds[0]);
  g_assert_cmpstr (rest, ==, "");
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_EVICTED), ==, 1);
  g_assert_true (is_answered (w, fds[1]));
  for (int i = 0; i < 5; i++)
    close (fds[i]);
  http_world_free (w);
}

/* Nobody is idle: who comes is turned away. */
static void
test_full (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *rest = NULL;
  int fds[4];
  int late;

  w->config.max_connections = 4;
  http_world_start (w);
  for (int i = 0; i < 4; i++)
    {
      fds[i] = http_world_connect (w);
      http_world_say (fds[i], "GET");
    }
  http_world_until_connections (w, 4);
  late = http_world_connect (w);
  rest = http_world_rest (w, late);
  g_assert_cmpstr (rest, ==, "");
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_TURNED_AWAY), ==, 1);
  close (late);
  for (int i = 0; i < 4; i++)
    close (fds[i]);
  http_world_free (w);
}

static void
test_deadlines (void)
{
  static const struct
  {
    const char *text;
    uint32_t head_ms, idle_ms;
    bool answered, counted;
  } cases[] = {
    { "", SHORT_MS, 100000, false, true }, /* not even a byte */
    { "GET /ann", SHORT_MS, 100000, false, true },
    { GET ("/announce?" ASK), 100000, SHORT_MS, true, false },
    { GET ("/announce?" ASK) "G", SHORT_MS, 100000, true, true },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HttpWorld *w = http_world_new ();
      g_autofree char *rest = NULL;
      int fd;

      w->config.head_ms = cases[i].head_ms;
      w->config.idle_ms = cases[i].idle_ms;
      http_world_start (w);
      fd = http_world_connect (w);
      http_world_say (fd, cases[i].text);
      rest = http_world_rest (w, fd);
      g_assert_cmpint (strstr (rest, "d8:complete") != NULL, ==, cases[i].answered);
      http_world_until_connections (w, 0);
      g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_TIMED_OUT), ==, cases[i].counted);
      close (fd);
      http_world_free (w);
    }
}

/* A head that comes at a byte a time is not longer in coming for that. */
static void
test_slowloris (void)
{
  HttpWorld *w = http_world_new ();
  int fd;

  w->config.head_ms = 60;
  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, "GET / HTTP/1.1" END "X: ");
  http_world_until_connections (w, 1);
  while (trk_http_connections (w->http) > 0)
    (void) !send (fd, "x", 1, MSG_NOSIGNAL); /* refused at last */
  close (fd);
  http_world_free (w);
}

static GBytes *
large (void *data, const BtEndpoint *source, bool *gzip)
{
  *gzip = false;
  return g_bytes_new_take (g_malloc0 (16 * 1024 * 1024), 16 * 1024 * 1024);
}

/* Asks for more than the socket holds and reads nothing. */
static void
test_slow_reader (void)
{
  HttpWorld *w = http_world_new ();
  int fd;

  w->config.reply_ms = 60;
  w->config.full_scrape = large;
  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, GET ("/scrape"));
  http_world_until_connections (w, 1);
  http_world_until_connections (w, 0);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_TIMED_OUT), ==, 1);
  close (fd);
  http_world_free (w);
}

/* --- who asks --- */

/* How many peers a swarm has after announces from where the texts say. */
static void
test_forwarded (void)
{
  static const struct
  {
    const char *from, *headers, *external;
  } cases[] = {
    { "127.0.0.1", "X-Forwarded-For: 1.2.3.4" END, "\x01\x02\x03\x04" },
    { "127.0.0.1", "X-Forwarded-For: 9.9.9.9, 1.2.3.4" END, "\x01\x02\x03\x04" },
    { "127.0.0.1", "X-Forwarded-For: 9.9.9.9, 1.2.3.4, 10.1.1.1 " END, "\x01\x02\x03\x04" },
    { "127.0.0.1", "X-Forwarded-For: 1.2.3.4" END "X-Forwarded-For: 10.0.0.1" END,
      "\x01\x02\x03\x04" },
    { "127.0.0.1", "X-Forwarded-For: ::ffff:1.2.3.4" END, "\x01\x02\x03\x04" },
    { "127.0.0.1", "X-Forwarded-For: 1.2.3.4:5" END, "\x01\x02\x03\x04" },
    { "127.0.0.1", "X-Forwarded-For: 1.2.3.4, junk" END, "\x7f\x00\x00\x01" },
    { "127.0.0.1", "", "\x7f\x00\x00\x01" },
    { "127.0.0.2", "X-Forwarded-For: 1.2.3.4" END, "\x7f\x00\x00\x02" },
  };
  static const TrkNetwork proxies[]
      = { { { { 127, 0, 0, 1 }, 0, BT_FAMILY_V4 }, 32 }, { { { 10 }, 0, BT_FAMILY_V4 }, 8 } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HttpWorld *w = http_world_new ();
      g_autofree char *text = g_strconcat (LINE, cases[i].headers, END, NULL);
      const char mark[] = "external ip4:";
      char found[512];
      const char *at;
      ssize_t n;
      int fd;

      w->config.proxies = (TrkNetworks){ proxies, G_N_ELEMENTS (proxies) };
      http_world_start (w);
      fd = http_world_connect_from (w, cases[i].from);
      http_world_say (fd, text);
      n = recv (fd, found, sizeof found, 0);
      g_assert_cmpint (n, >, 0);
      at = memmem (found, (size_t) n, mark, sizeof mark - 1);
      g_assert_nonnull (at);
      g_assert_cmpmem (at + sizeof mark - 1, 4, cases[i].external, 4);
      close (fd);
      http_world_free (w);
    }
}

static void
test_proxy_protocol (void)
{
  static const struct
  {
    const char *header;
    size_t len;
    const char *external; /* NULL: closed */
  } cases[] = {
#define BYTES(text) text, sizeof (text) - 1
    { BYTES ("PROXY TCP4 1.2.3.4 5.6.7.8 1000 80\r\n"), "\x01\x02\x03\x04" },
    { BYTES ("PROXY UNKNOWN\r\n"), "\x7f\x00\x00\x01" },
    { BYTES ("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\1\2\3\4\5\6\7\x8\3\xe8\0\x50"),
      "\x01\x02\x03\x04" },
    { BYTES (""), NULL },
    { BYTES ("PROXY TCP4 1.2.3.4\r\n"), NULL },
  };
  static const TrkNetwork local[] = { { { { 127, 0, 0, 1 }, 0, BT_FAMILY_V4 }, 32 } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HttpWorld *w = http_world_new ();
      g_autofree char *rest = NULL;
      int fd;

      w->config.proxy_protocol = (TrkNetworks){ local, 1 };
      http_world_start (w);
      fd = http_world_connect (w);
      http_world_send (fd, cases[i].header, cases[i].len);
      http_world_say (fd, LINE "Connection: close" END END);
      if (cases[i].external != NULL)
        {
          char found[512];
          ssize_t n = recv (fd, found, sizeof found, 0);

          g_assert_cmpint (n, >, 0);
          g_assert_nonnull (memmem (found, (size_t) n, cases[i].external, 4));
        }
      else
        {
          rest = http_world_rest (w, fd);
          g_assert_cmpstr (rest, ==, "");
        }
      close (fd);
      http_world_free (w);
    }
}

/* --- descriptors --- */

#define CYCLES 20
#define CONNECTS 40

/* Lets the process have @spare descriptors more than it has now. */
static void
set_spare (const struct rlimit *before, rlim_t spare)
{
  int last = dup (0);
  struct rlimit low = { (rlim_t) last + spare, before->rlim_max };

  close (last);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);
}

static void
connect_all (HttpWorld *w, const int *fds)
{
  BtEndpoint at = trk_http_local (w->http, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (at.port) };

  memcpy (&to.sin_addr, at.addr, 4);
  for (int i = 0; i < CONNECTS; i++)
    g_assert_cmpint (connect (fds[i], (struct sockaddr *) &to, sizeof to), ==, 0);
}

/* Connections come until there are no descriptors left, and go: each time it accepts again. */
static void
test_out_of_descriptors (void)
{
  HttpWorld *w = http_world_new ();
  struct rlimit before;
  int fds[CONNECTS];

  w->config.max_per_source = 10 * CONNECTS;
  http_world_start (w);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  for (int cycle = 0; cycle < CYCLES; cycle++)
    {
      g_autofree char *rest = NULL;

      for (int i = 0; i < CONNECTS; i++)
        fds[i] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      set_spare (&before, CONNECTS / 4);
      connect_all (w, fds);
      rest = http_world_rest (w, fds[CONNECTS - 1]); /* the last one finds nothing left */
      g_assert_cmpstr (rest, ==, "");
      for (int i = 0; i < CONNECTS; i++)
        close (fds[i]);
      fds[0] = http_world_connect (w);
      g_assert_true (is_answered (w, fds[0]));
      close (fds[0]);
      http_world_until_connections (w, 0);
      g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
    }
  http_world_free (w);
}

/* --- how often --- */

static void
test_too_often (void)
{
  const TrkLimiterConfig config
      = { .key = "0123456789abcdef", .rate = 1, .burst = 2, .n_buckets = 1024 };
  HttpWorld *w = http_world_new ();
  g_autofree char *reply = NULL;
  int fd;

  w->limiter = trk_limiter_new (&config);
  http_world_start (w);
  fd = http_world_connect (w);
  for (int i = 0; i < 10 && (reply == NULL || strstr (reply, " 200 ") != NULL); i++)
    {
      g_free (reply);
      http_world_say (fd, GET ("/announce?" ASK));
      reply = http_world_reply (w, fd);
    }
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_LIMITED), ==, 1);
  g_assert_cmpstr (reply, ==,
                   "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\n"
                   "Content-Length: 87\r\nRetry-After: 300\r\n\r\n"
                   "d14:failure reason17:too many requests8:intervali300e"
                   "12:min intervali300e8:retry ini5ee");
  close (fd);
  http_world_free (w);
}

/* --- several threads --- */

/* Several threads listen at one port. */
static void
test_threads (void)
{
  HttpWorld *w = http_world_new ();

  w->config.n_threads = 4;
  http_world_start (w);
  for (int i = 0; i < 50; i++)
    {
      g_autofree char *reply
          = http_world_ask (w, i % 5 > 0 ? GET ("/announce?" ASK) : GET ("/page"));

      g_assert_nonnull (strstr (reply, i % 5 > 0 ? "d8:complete" : "ppppp"));
    }
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_ANNOUNCES_HTTP), ==, 40);
  http_world_until_connections (w, 0);
  http_world_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-limits/of-one-source", test_of_one_source);
  g_test_add_func ("/http-limits/eviction", test_eviction);
  g_test_add_func ("/http-limits/crowd", test_crowd);
  g_test_add_func ("/http-limits/full", test_full);
  g_test_add_func ("/http-limits/deadlines", test_deadlines);
  g_test_add_func ("/http-limits/slowloris", test_slowloris);
  g_test_add_func ("/http-limits/slow-reader", test_slow_reader);
  g_test_add_func ("/http-limits/forwarded", test_forwarded);
  g_test_add_func ("/http-limits/proxy-protocol", test_proxy_protocol);
  g_test_add_func ("/http-limits/out-of-descriptors", test_out_of_descriptors);
  g_test_add_func ("/http-limits/too-often", test_too_often);
  g_test_add_func ("/http-limits/threads", test_threads);
  return g_test_run ();
}
