/* test-trk-http.c: requests and replies over real sockets: what is answered, what is refused, and
 * in which pieces it may come. */
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-world.h"

#define END "\r\n"
#define HOST "Host: t" END
#define HASH "info_hash=%00%01%02%03%04%05%06%07%08%09%0a%0b%0c%0d%0e%0f%10%11%12%13"
#define SAME_HASH "info_hash=%00%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F%10%11%12%13"
#define PLUS_HASH "info_hash=++++++++++aaaaaaaaa%2b"
#define ID "&peer_id=-SH0001-abcdefghijkl"
#define ASK HASH ID "&port=6881&left=7"
#define GET(target) "GET " target " HTTP/1.1" END HOST END

#define OK_HEAD(length)                                                                            \
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " length "\r\n"
#define COUNTS(complete, incomplete)                                                               \
  "d8:completei" complete "e10:downloadedi0e11:downloadersi" incomplete                            \
  "e11:external ip4:\x7f\x00\x00\x01"                                                              \
  "10:incompletei" incomplete "e8:intervali1800e12:min intervali900e"
#define FAILURE(reason)                                                                            \
  "d14:failure reason" reason "8:intervali1800e12:min intervali900e8:retry in5:nevere"

/* A body with a NUL in it, as a string literal. */
#define BODY(text) text, sizeof (text) - 1

static const struct
{
  const char *name;
  const char *query;
  const char *body;
  size_t body_len;
} announces[] = {
  { "plain", ASK, BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "no-left", HASH ID "&port=6881", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "seeder", HASH ID "&port=6881&left=0", BODY (COUNTS ("1", "0") "5:peers0:e") },
  { "upper-escapes", SAME_HASH ID "&port=6881&left=7", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "plus-is-plus", PLUS_HASH ID "&port=6881&left=7", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "unknown-event", ASK "&event=dancing", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "empty-event", ASK "&event=", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "event-empty", ASK "&event=empty", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "numwant-0", ASK "&numwant=0", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "numwant-minus", ASK "&numwant=-1", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "numwant-huge", ASK "&numwant=1000000000000", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "left-minus", HASH ID "&port=6881&left=-1", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "uploaded-huge", ASK "&uploaded=9223372036854775808",
    BODY (FAILURE ("33:uploaded is not a number of bytes")) },
  { "key-text", ASK "&key=zzz", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "bare-key", ASK "&a&&b=?", BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "ip-ignored", ASK "&ip=1.2.3.4&ipv4=1.2.3.4:5&ipv6=::5",
    BODY (COUNTS ("0", "1") "5:peers0:e") },
  { "dictionaries", ASK "&compact=0", BODY (COUNTS ("0", "1") "5:peerslee") },
  { "stopped-unknown", ASK "&event=stopped", BODY (COUNTS ("0", "0") "5:peers0:e") },
  { "stopped-port-0", HASH ID "&port=0&event=stopped", BODY (COUNTS ("0", "0") "5:peers0:e") },
  { "paused", ASK "&event=paused",
    BODY ("d8:completei0e10:downloadedi0e11:downloadersi0e11:external ip4:\x7f\x00\x00\x01"
          "10:incompletei1e8:intervali1800e12:min intervali900e5:peers0:e") },
  { "nothing", "", BODY (FAILURE ("20:info_hash is missing")) },
  { "no-hash", ID "&port=1", BODY (FAILURE ("20:info_hash is missing")) },
  { "hash-21", HASH "a" ID "&port=1", BODY (FAILURE ("25:info_hash is not 20 bytes")) },
  { "hash-19", "info_hash=aaaaaaaaaaaaaaaaaaa" ID "&port=1",
    BODY (FAILURE ("25:info_hash is not 20 bytes")) },
  { "hash-escape", "info_hash=%0%a" ID "&port=1", BODY (FAILURE ("25:info_hash is not 20 bytes")) },
  { "two-hashes", HASH "&" HASH ID "&port=1", BODY (FAILURE ("23:more than one info_hash")) },
  { "no-id", HASH "&port=1", BODY (FAILURE ("18:peer_id is missing")) },
  { "short-id", HASH "&peer_id=a&port=1", BODY (FAILURE ("23:peer_id is not 20 bytes")) },
  { "no-port", HASH ID, BODY (FAILURE ("15:port is missing")) },
  { "port-0", HASH ID "&port=0", BODY (FAILURE ("31:port is not between 1 and 65535")) },
  { "port-65536", HASH ID "&port=65536", BODY (FAILURE ("31:port is not between 1 and 65535")) },
};

/* One reply of exactly the usual head and this body. */
static void
assert_reply (int fd, const void *body, size_t body_len)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *found = NULL;
  size_t at = 0;

  g_string_printf (expected, OK_HEAD ("%" G_GSIZE_FORMAT) END, body_len);
  g_string_append_len (expected, body, (gssize) body_len);
  found = g_malloc (expected->len);
  while (at < expected->len)
    {
      ssize_t n = recv (fd, found + at, expected->len - at, 0);

      g_assert_cmpint (n, >, 0);
      at += (size_t) n;
    }
  g_assert_cmpmem (found, at, expected->str, expected->len);
}

static void
test_announces (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (announces); i++)
    {
      HttpWorld *w = http_world_new ();
      g_autofree char *text
          = g_strdup_printf ("GET /announce?%s HTTP/1.1\r\n" HOST END, announces[i].query);
      int fd;

      g_test_message ("%s", announces[i].name);
      http_world_start (w);
      fd = http_world_connect (w);
      http_world_say (fd, text);
      assert_reply (fd, announces[i].body, announces[i].body_len);
      close (fd);
      http_world_free (w);
    }
}

static void
test_paths (void)
{
  static const struct
  {
    const char *line;
    bool announce;
  } cases[] = {
    { "GET /announce?" ASK " HTTP/1.1", true },
    { "GET /announce ?" ASK " HTTP/1.1", true },
    { "GET /x/announce?" ASK " HTTP/1.1", true },
    { "GET /announce.php?" ASK " HTTP/1.1", true },
    { "GET http://t.example/x/announce.php?" ASK " HTTP/1.1", true },
    { "GET /announced?" ASK " HTTP/1.1", false },
    { "GET /x/y/announce?" ASK " HTTP/1.1", false },
    { "GET /announce/?" ASK " HTTP/1.1", false },
    { "POST /announce?" ASK " HTTP/1.1", false },
    { "GET / HTTP/1.1", false },
  };
  HttpWorld *w = http_world_new ();
  uint64_t n = 0;

  http_world_start (w);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (cases[i].line, END HOST END, NULL);
      g_autofree char *reply = NULL;

      g_test_message ("%s", cases[i].line);
      reply = http_world_ask (w, text);
      g_assert_nonnull (reply);
      n += cases[i].announce;
      g_assert_cmpuint (http_world_count (w, TRK_COUNT_ANNOUNCES_HTTP), ==, n);
    }
  http_world_free (w);
}

static void
test_scrapes (void)
{
  static const char two[]
      = "d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei0e10:downloadedi0e11:downloadersi0e"
        "10:incompletei0ee20:bbbbbbbbbbbbbbbbbbbbd8:completei0e10:downloadedi0e11:downloadersi0e"
        "10:incompletei0eeee";
  static const char none[] = "d14:failure reason24:a scrape needs info_hash8:retry in5:nevere";
  static const char bad[] = "d14:failure reason25:info_hash is not 20 bytes8:retry in5:nevere";
  HttpWorld *w = http_world_new ();
  int fd;

  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, GET ("/scrape?info_hash=bbbbbbbbbbbbbbbbbbbb&info_hash=aaaaaaaaaaaaaaaaaaaa"
                           "&info_hash=aaaaaaaaaaaaaaaaaaaa"));
  assert_reply (fd, two, sizeof two - 1);
  http_world_say (fd, GET ("/x/scrape.php?info_hash=a"));
  assert_reply (fd, bad, sizeof bad - 1);
  http_world_say (fd, GET ("/scrape"));
  assert_reply (fd, none, sizeof none - 1);
  close (fd);
  http_world_free (w);
}

static GBytes *
full_scrape (void *data, const BtEndpoint *source, bool *gzip)
{
  size_t len = 3 * 1024 * 1024;
  char *all = g_malloc (len);

  memset (all, 'f', len);
  *gzip = false;
  return g_bytes_new_take (all, len);
}

/* More than a socket takes at once, and another request behind it. */
static void
test_full_scrape (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *reply = NULL;
  g_autofree char *next = NULL;
  g_autofree char *head = NULL;
  int fd;

  w->config.full_scrape = full_scrape;
  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, GET ("/scrape") GET ("/scrape?info_hash=aaaaaaaaaaaaaaaaaaaa"));
  reply = http_world_reply (w, fd);
  g_assert_cmpuint (strlen (reply), ==, strlen (OK_HEAD ("3145728") END) + 3 * 1024 * 1024);
  next = http_world_reply (w, fd);
  g_assert_nonnull (strstr (next, "5:filesd20:aaaa"));
  http_world_say (fd, "HEAD /scrape HTTP/1.0" END END);
  head = http_world_rest (w, fd);
  g_assert_cmpstr (head, ==, OK_HEAD ("3145728") "Connection: close\r\n\r\n");
  close (fd);
  http_world_free (w);
}

static void
test_gzip (void)
{
  HttpWorld *w = http_world_new ();
  g_autoptr (GString) text = g_string_new ("GET /scrape?x");
  g_autofree char *reply = NULL;
  g_autofree char *small = NULL;

  for (unsigned i = 0; i < BT_LIMIT_SCRAPE_HTTP; i++)
    g_string_append_printf (text, "&info_hash=aaaaaaaaaaaaaaaaaa%02u", i);
  g_string_append (text, " HTTP/1.1" END HOST "Accept-Encoding: gzip" END END);
  http_world_start (w);
  reply = http_world_ask (w, text->str);
  g_assert_nonnull (strstr (reply, "\r\nContent-Encoding: gzip\r\n"));
  g_assert_cmpint (memcmp (strstr (reply, "\r\n\r\n") + 4, "\x1f\x8b", 2), ==, 0);
  small = http_world_ask (w, "GET /scrape?info_hash=aaaaaaaaaaaaaaaaaaaa HTTP/1.1" END HOST
                             "Accept-Encoding: gzip" END END);
  g_assert_null (strstr (small, "gzip"));
  http_world_free (w);
}

static void
test_keep_alive (void)
{
  static const struct
  {
    const char *text;
    bool closes;
  } cases[] = {
    { GET ("/announce?" ASK), false },
    { "GET /announce?" ASK " HTTP/1.1" END HOST "Connection: close" END END, true },
    { "GET /announce?" ASK " HTTP/1.0" END END, true },
    { "GET /announce?" ASK " HTTP/1.0" END "Connection: keep-alive" END END, true },
    { "HEAD /announce?" ASK " HTTP/1.1" END HOST "Connection: close" END END, true },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HttpWorld *w = http_world_new ();
      g_autofree char *reply = NULL;
      int fd;

      http_world_start (w);
      fd = http_world_connect (w);
      http_world_say (fd, cases[i].text);
      if (!cases[i].closes)
        http_world_say (fd, "GET /announce?" ASK " HTTP/1.0" END END);
      reply = http_world_rest (w, fd);
      g_assert_nonnull (strstr (reply, "Connection: close\r\n"));
      g_assert_cmpuint (http_world_count (w, TRK_COUNT_ANNOUNCES_HTTP), ==,
                        cases[i].closes ? 1 : 2);
      if (cases[i].text[0] == 'H')
        g_assert_true (g_str_has_suffix (reply, END END));
      close (fd);
      http_world_free (w);
    }
}

static atomic_uint n_journalled;

static bool
on_completed (void *data, const uint8_t *hashes, size_t n)
{
  atomic_fetch_add (&n_journalled, (unsigned) n);
  return true;
}

/* What was completed is in the journal before its reply arrives. */
static void
test_journal_first (void)
{
  static const char id[] = ID "&port=6881&event=";
  HttpWorld *w = http_world_new ();
  int fd;

  w->completed = on_completed;
  http_world_start (w);
  fd = http_world_connect (w);
  for (unsigned i = 0; i < 50; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "GET /announce?info_hash=aaaaaaaaaaaaaaaaaa%02u%sstarted&left=1 HTTP/1.1\r\n" HOST END
          "GET /announce?info_hash=aaaaaaaaaaaaaaaaaa%02u%scompleted&left=0 HTTP/1.1\r\n" HOST END,
          i, id, i, id);
      g_autofree char *started = NULL;
      g_autofree char *completed = NULL;

      http_world_say (fd, text);
      started = http_world_reply (w, fd);
      g_assert_true (g_str_has_prefix (started, "HTTP/1.1 200 OK"));
      completed = http_world_reply (w, fd);
      g_assert_nonnull (strstr (completed, "10:downloadedi1e"));
      g_assert_cmpuint (atomic_load (&n_journalled), ==, i + 1);
    }
  close (fd);
  http_world_free (w);
}

#define PIPELINED 2000u

/* More replies than one turn has room for, and more than the socket takes while nobody reads. */
static void
test_pipelining (void)
{
  HttpWorld *w = http_world_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  int fd;

  for (unsigned i = 0; i < PIPELINED; i++)
    g_string_append (text, GET ("/scrape?info_hash=aaaaaaaaaaaaaaaaaaaa"));
  g_string_append (text, GET ("/announce?" ASK));
  http_world_start (w);
  fd = http_world_connect (w);
  http_world_send (fd, text->str, text->len);
  for (unsigned i = 0; i <= PIPELINED; i++)
    {
      g_autofree char *reply = http_world_reply (w, fd);

      g_assert_nonnull (strstr (reply, i < PIPELINED ? "5:filesd20:" : "d8:complete"));
    }
  close (fd);
  http_world_free (w);
}

static void
test_pieces (void)
{
  static const char text[] = END GET ("/announce?" ASK);
  HttpWorld *w = http_world_new ();
  g_autofree char *reply = NULL;
  int fd;

  http_world_start (w);
  fd = http_world_connect (w);
  for (size_t i = 0; i < sizeof text - 1; i++)
    http_world_send (fd, text + i, 1);
  reply = http_world_reply (w, fd);
  g_assert_nonnull (strstr (reply, "d8:complete"));
  close (fd);
  http_world_free (w);
}

static void
test_long_query (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *fill = g_strnfill (8192 - strlen (ASK) - 3, 'x');
  g_autofree char *text
      = g_strconcat ("GET /announce?" ASK "&x=", fill, " HTTP/1.1" END HOST END, NULL);
  g_autofree char *reply = NULL;

  http_world_start (w);
  reply = http_world_ask (w, text);
  g_assert_nonnull (strstr (reply, "d8:complete"));
  http_world_free (w);
}

/* A client that says all it has to and closes its half is still answered. */
static void
test_half_closed (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *reply = NULL;
  int fd;

  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, GET ("/announce?" ASK));
  shutdown (fd, SHUT_WR);
  reply = http_world_rest (w, fd);
  g_assert_nonnull (strstr (reply, "d8:complete"));
  close (fd);
  http_world_free (w);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    const char *status;
  } cases[] = {
    { "GET /announce HTTP/1.1" END END, "HTTP/1.1 400 " },
    { "GET /announce HTTP/1.1" END HOST HOST END, "HTTP/1.1 400 " },
    { "GET /announce HTTP/1.1" END HOST " x" END END, "HTTP/1.1 400 " },
    { "GET /announce\n", "HTTP/1.1 400 " },
    { "GET /\r\n", "HTTP/1.1 400 " },
    { "\x16\x03\x01\x02", "HTTP/1.1 400 " },
    { "PRI * HTTP/2.0" END END "SM" END END, "HTTP/1.1 505 " },
    { "POST / HTTP/1.1" END HOST "Content-Length: 5" END "Transfer-Encoding: chunked" END END,
      "HTTP/1.1 400 " },
    { "POST / HTTP/1.1" END HOST "Content-Length: 5" END "Content-Length: 6" END END,
      "HTTP/1.1 400 " },
    { "POST / HTTP/1.1" END HOST "Content-Length: -1" END END, "HTTP/1.1 400 " },
    { "POST / HTTP/1.1" END HOST "Transfer-Encoding: gzip" END END, "HTTP/1.1 501 " },
    { "GET /announce HTTP/1.1" END HOST "Content-Length: 5" END END "hello", "HTTP/1.1 413 " },
    { "GET /scrape HTTP/1.1" END HOST "Transfer-Encoding: chunked" END END, "HTTP/1.1 413 " },
  };
  HttpWorld *w = http_world_new ();

  http_world_start (w);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *reply = NULL;
      int fd = http_world_connect (w);

      g_test_message ("%s", cases[i].text);
      http_world_say (fd, cases[i].text);
      reply = http_world_rest (w, fd);
      g_assert_true (g_str_has_prefix (reply, cases[i].status));
      g_assert_nonnull (strstr (reply, "Connection: close\r\n"));
      close (fd);
    }
  g_assert_cmpuint (w->n_pages, ==, 0);
  g_assert_cmpuint (http_world_count (w, TRK_COUNT_BAD_REQUESTS), ==, G_N_ELEMENTS (cases));
  http_world_free (w);
}

/* The reply arrives although more of the request is under way than is ever read. */
static void
test_endless_head (void)
{
  HttpWorld *w = http_world_new ();
  g_autofree char *fill = g_strnfill (90 * 1024, 'x');
  g_autofree char *reply = NULL;
  int fd;

  http_world_start (w);
  fd = http_world_connect (w);
  http_world_say (fd, "GET / HTTP/1.1" END HOST "X: ");
  http_world_say (fd, fill);
  reply = http_world_rest (w, fd);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 431 "));
  close (fd);
  http_world_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/announces", test_announces);
  g_test_add_func ("/http/paths", test_paths);
  g_test_add_func ("/http/scrapes", test_scrapes);
  g_test_add_func ("/http/full-scrape", test_full_scrape);
  g_test_add_func ("/http/gzip", test_gzip);
  g_test_add_func ("/http/keep-alive", test_keep_alive);
  g_test_add_func ("/http/journal-first", test_journal_first);
  g_test_add_func ("/http/pipelining", test_pipelining);
  g_test_add_func ("/http/pieces", test_pieces);
  g_test_add_func ("/http/long-query", test_long_query);
  g_test_add_func ("/http/half-closed", test_half_closed);
  g_test_add_func ("/http/refused", test_refused);
  g_test_add_func ("/http/endless-head", test_endless_head);
  return g_test_run ();
}
