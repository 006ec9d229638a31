/* test-trk-http-hand.c: connections that go to libsoup: pages, bodies, request after request, slow
 * clients, and announces that arrive there. */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-world.h"

#define END "\r\n"
#define HOST "Host: t" END
#define ASK "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SH0001-abcdefghijkl&port=6881&left=7"
#define GET(target) "GET " target " HTTP/1.1" END HOST END
/* A deadline that is waited for: no client that hurries on a busy machine may miss it. */
#define SHORT_MS 500

#define PAGE "\r\n\r\nppppp"

/* What is said to whoever asks for a page while too many do. */
#define BUSY                                                                                       \
  "HTTP/1.1 503 Service Unavailable" END "Content-Type: text/plain" END "Content-Length: 20" END   \
  "Retry-After: 1" END "Connection: close" END END "Service Unavailable\n"

static void
test_page (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *reply = NULL;

  http_world_start (w);
  reply = http_world_ask (w, GET ("/page"));
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 OK"));
  g_assert_true (g_str_has_suffix (reply, PAGE));
  g_assert_cmpuint (w->n_pages, ==, 1);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_HANDED_OVER), ==, 1);
  http_world_until_connections (w, 0);
  http_world_free (w);
}

/* Behind announces, with a pipelined request behind it, and kept alive. */
static void
test_request_after_request (void)
{
  HttpWorld *w = http_world_new ();
  int fd;

  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, GET ("/announce?" ASK) GET ("/announce?" ASK) GET ("/page") GET ("/page"));
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *reply = http_world_reply (w, fd);

      g_assert_nonnull (strstr (reply, "d8:complete"));
    }
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *reply = http_world_reply (w, fd);

      g_assert_true (g_str_has_suffix (reply, PAGE));
    }
  for (int i = 0; i < 20; i++)
    {
      g_autofree char *reply = NULL;

      http_world_say (fd, i % 2 == 0 ? GET ("/page") : GET ("/announce?" ASK));
      reply = http_world_reply (w, fd);
      g_assert_nonnull (strstr (reply, i % 2 == 0 ? PAGE : "d8:completei0e"));
    }
  g_assert_cmpuint (w->n_pages, ==, 12);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_ANNOUNCES_HTTP), ==, 12);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_OPENED), ==, 1);
  g_assert_cmpuint (trk_http_connections (w->http), ==, 1);
  close (fd);
  http_world_until_connections (w, 0);
  http_world_free (w);
}

static void
test_body (void)
{
  static const size_t lengths[] = { 0, 1, 5000, 3 * 1024 * 1024 };
  HttpWorld *w = http_world_new ();

  http_world_start (w);
  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *head = g_strdup_printf (
          "POST /page HTTP/1.1" END HOST "Content-Length: %" G_GSIZE_FORMAT END END, lengths[i]);
      g_autofree char *body = g_strnfill (lengths[i], 'b');
      g_autofree char *reply = NULL;
      int fd = http_world_connect (w);
      size_t at = 0;

      http_world_say (fd, head);
      while (at < lengths[i])
        {
          size_t n = MIN (lengths[i] - at, 60000);

          http_world_send (fd, body + at, n);
          at += n;
          while (g_main_context_iteration (NULL, FALSE))
            ;
        }
      reply = http_world_reply (w, fd);
      g_assert_true (g_str_has_suffix (reply, PAGE));
      g_assert_cmpuint (w->n_body, ==, lengths[i]);
      close (fd);
    }
  http_world_free (w);
}

static void
test_chunked (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *reply = NULL;

  http_world_start (w);
  reply = http_world_ask (w, "POST /page HTTP/1.1" END HOST "Transfer-Encoding: chunked" END END
                             "5" END "hello" END "0" END END);
  g_assert_true (g_str_has_suffix (reply, PAGE));
  g_assert_cmpuint (w->n_body, ==, 5);
  http_world_free (w);
}

/* What two readers might understand differently: libsoup does not see it. */
static void
test_unclear (void)
{
#define REPLY(status, length, reason)                                                              \
  "HTTP/1.1 " status " " reason END "Content-Type: text/plain" END "Content-Length: " length END   \
  "Connection: close" END END reason "\n"
  static const char bad[] = REPLY ("400", "12", "Bad Request");
  static const char unknown[] = REPLY ("501", "16", "Not Implemented");
#undef REPLY
  static const struct
  {
    const char *headers;
    const char *reply;
  } cases[] = {
    { "Transfer-Encoding: gzip, chunked" END, unknown },
    { "Transfer-Encoding: chunked, gzip" END, unknown },
    { "Transfer-Encoding: identity" END, unknown },
    { "Transfer-Encoding: xchunked" END, unknown },
    { "Transfer-Encoding:" END, unknown },
    { "Transfer-Encoding: chunked;q=1" END, unknown },
    { "Transfer-Encoding: chunked" END "Transfer-Encoding: chunked" END, bad },
    { "Transfer-Encoding: chunked" END "Content-Length: 5" END, bad },
    { "Content-Length: 5" END "Transfer-Encoding: chunked" END, bad },
    { "Content-Length: 5" END "Content-Length: 5" END, bad },
    { "Content-Length: 5" END "Content-Length: 6" END, bad },
    { "Content-Length: 5, 5" END, bad },
    { "Content-Length: -1" END, bad },
    { "Content-Length: 5" END " 5" END, bad },
    { "Transfer-Encoding : chunked" END, bad },
  };
  HttpWorld *w = http_world_new ();

  http_world_start (w);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *request
          = g_strconcat ("POST /page HTTP/1.1" END HOST, cases[i].headers, END, NULL);
      g_autofree char *reply = http_world_ask (w, request);

      g_assert_cmpstr (reply, ==, cases[i].reply);
    }
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_HANDED_OVER), ==, 0);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_BAD_REQUESTS), ==, G_N_ELEMENTS (cases));
  g_assert_cmpuint (w->n_pages, ==, 0);
  http_world_free (w);
}

/* A large page to somebody who reads it late. */
static void
test_large_page (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *reply = NULL;

  w->page_len = 4 * 1024 * 1024;
  http_world_start (w);
  reply = http_world_ask (w, GET ("/page"));
  g_assert_cmpuint (strlen (strstr (reply, END END)), ==, w->page_len + 4);
  http_world_free (w);
}

/* What is said, and then nothing: each ends, by whoever it was that waited. */
static void
test_slow (void)
{
  static const struct
  {
    const char *text;
    bool answered;
  } cases[] = {
    { GET ("/page"), true }, /* idle behind a reply */
    { GET ("/page") "GET /page HT", true },
    { "POST /page HTTP/1.1" END HOST "Content-Length: 5" END END "hel", false },
    { "POST /page HTTP/1.1" END HOST "Transfer-Encoding: chunked" END END "5" END "h", false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HttpWorld *w = http_world_new ();
      g_autofree char *rest = NULL;
      int fd;

      w->config.head_ms = w->config.body_ms = w->config.idle_ms = SHORT_MS;
      http_world_start (w);
      fd = http_world_connect (w);
      http_world_say (fd, cases[i].text);
      rest = http_world_rest (w, fd);
      g_assert_cmpint (g_str_has_suffix (rest, PAGE), ==, cases[i].answered);
      http_world_until_connections (w, 0);
      close (fd);
      http_world_free (w);
    }
}

/* A page that nobody reads. */
static void
test_slow_reader (void)
{
  HttpWorld *w = http_world_new ();
  int fd;

  w->page_len = 16 * 1024 * 1024;
  w->config.body_ms = 60;
  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, GET ("/page"));
  while (w->n_pages == 0)
    g_main_context_iteration (NULL, TRUE);
  http_world_until_connections (w, 0);
  close (fd);
  http_world_free (w);
}

/* A body that comes at a byte a millisecond: it moves all the time, and is too slow on the whole.
 */
static void
test_trickle (void)
{
  HttpWorld *w = http_world_new ();
  int fd;

  w->config.head_ms = 60;
  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, "POST /page HTTP/1.1" END HOST "Content-Length: 1000000" END END);
  http_world_until_connections (w, 1);
  while (trk_http_connections (w->http) > 0)
    {
      (void) !send (fd, "b", 1, MSG_NOSIGNAL); /* refused at last */
      while (g_main_context_iteration (NULL, FALSE))
        ;
      poll (NULL, 0, 1);
    }
  g_assert_cmpuint (w->n_pages, ==, 0);
  close (fd);
  http_world_free (w);
}

/* The one that has been idle longest makes room. */
static void
test_most_handed (void)
{
  HttpWorld *w = http_world_new ();
  int fds[4];
  g_autofree char *rest = NULL;

  w->config.max_handed = 3;
  http_world_start (w);
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *reply = NULL;

      fds[i] = http_world_connect (w);
      http_world_say (fds[i], GET ("/page"));
      reply = http_world_reply (w, fds[i]);
      g_assert_true (g_str_has_suffix (reply, PAGE));
    }
  rest = http_world_rest (w, fds[0]);
  g_assert_cmpstr (rest, ==, "");
  http_world_until_connections (w, 3);
  for (int i = 0; i < 4; i++)
    close (fds[i]);
  http_world_until_connections (w, 0);
  http_world_free (w);
}

/* Reads to the end while nobody takes what is on its way. (transfer full) */
static char *
read_alone (int fd)
{
  char text[1024] = "";
  size_t len = 0;
  ssize_t n;

  while ((n = recv (fd, text + len, sizeof text - 1 - len, 0)) > 0)
    len += (size_t) n;
  return g_strdup (text);
}

/* Waits for an answer to any of them, and takes it out. */
static int
next_answered (struct pollfd *asked, size_t n)
{
  size_t at = 0;
  int fd;

  g_assert_cmpint (poll (asked, n, 20000), >, 0);
  while (asked[at].revents == 0)
    at++;
  fd = asked[at].fd;
  asked[at].fd = -1;
  return fd;
}

/* While nobody takes them no more are on their way than may be: the others are told so, whoever
 * announces has room, and those on their way get their page. */
static void
test_most_on_their_way (void)
{
  HttpWorld *w = http_world_new ();
  struct pollfd asked[5];
  g_autofree char *announced = NULL;
  int fd;

  w->config.max_on_their_way = 3;
  http_world_start (w);
  for (size_t i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      asked[i] = (struct pollfd){ .fd = http_world_connect (w), .events = POLLIN };
      http_world_say (asked[i].fd, GET ("/page"));
    }
  for (int n_busy = 0; n_busy < 2; n_busy++)
    {
      g_autofree char *reply = read_alone (fd = next_answered (asked, G_N_ELEMENTS (asked)));

      g_assert_cmpstr (reply, ==, BUSY);
      close (fd);
    }
  fd = http_world_connect (w);
  http_world_say (fd, "GET /announce?" ASK " HTTP/1.1" END HOST "Connection: close" END END);
  announced = read_alone (fd);
  g_assert_nonnull (strstr (announced, "d8:complete"));
  close (fd);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_TURNED_AWAY), ==, 2);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_HANDED_OVER), ==, 3);
  for (size_t i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_autofree char *reply = asked[i].fd >= 0 ? http_world_reply (w, asked[i].fd) : NULL;

      g_assert_true (asked[i].fd < 0 || g_str_has_suffix (reply, PAGE));
      if (asked[i].fd >= 0)
        close (asked[i].fd);
    }
  http_world_until_connections (w, 0);
  http_world_free (w);
}

/* Far more than may be on their way at once in the same moment: each gets its page, or is told that
 * there is no time for it. */
static void
test_flood (void)
{
  enum
  {
    N = 300
  };
  HttpWorld *w = http_world_new ();
  int fds[N];
  int n_pages = 0;

  w->config.max_on_their_way = 20;
  w->config.max_per_source = N;
  w->config.max_handed = N;
  http_world_start (w);
  for (int i = 0; i < N; i++)
    {
      fds[i] = http_world_connect (w);
      http_world_say (fds[i], "GET /page HTTP/1.1" END HOST "Connection: close" END END);
    }
  for (int i = 0; i < N; i++)
    {
      g_autofree char *reply = http_world_rest (w, fds[i]);
      bool is_page = g_str_has_suffix (reply, PAGE);

      g_assert_true (is_page || g_str_equal (reply, BUSY));
      n_pages += is_page;
      close (fds[i]);
    }
  g_assert_cmpint (n_pages, >=, 20);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_HTTP_TURNED_AWAY), ==, N - n_pages);
  http_world_until_connections (w, 0);
  http_world_free (w);
}

/* The end comes while connections are on their way and in libsoup's hands. */
static void
test_end (void)
{
  HttpWorld *w = http_world_new ();
  int fds[8];

  http_world_start (w);
  for (int i = 0; i < 8; i++)
    {
      fds[i] = http_world_connect (w);
      http_world_say (fds[i], i % 2 == 0 ? GET ("/page") : "POST /page HTTP/1.1" END "H");
    }
  http_world_until_connections (w, 8);
  http_world_free (w);
  for (int i = 0; i < 8; i++)
    close (fds[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-hand/page", test_page);
  g_test_add_func ("/http-hand/request-after-request", test_request_after_request);
  g_test_add_func ("/http-hand/body", test_body);
  g_test_add_func ("/http-hand/chunked", test_chunked);
  g_test_add_func ("/http-hand/unclear", test_unclear);
  g_test_add_func ("/http-hand/large-page", test_large_page);
  g_test_add_func ("/http-hand/slow", test_slow);
  g_test_add_func ("/http-hand/slow-reader", test_slow_reader);
  g_test_add_func ("/http-hand/trickle", test_trickle);
  g_test_add_func ("/http-hand/most-handed", test_most_handed);
  g_test_add_func ("/http-hand/most-on-their-way", test_most_on_their_way);
  g_test_add_func ("/http-hand/flood", test_flood);
  g_test_add_func ("/http-hand/end", test_end);
  return g_test_run ();
}
