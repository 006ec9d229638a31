/* test-bt-http-request.c: heads that are read, heads that are refused, and heads in pieces. */
#include <string.h>

#include <glib.h>

#include "protocol/tracker/bt-http-request.h"

#define HOST "Host: t\r\n"
#define GET "GET / HTTP/1.1\r\n" HOST
#define END "\r\n"

/* Reads a text that lies in an allocation of its size. */
static BtHttpResult
read_exact (BtHttpRequest *head, const char *text, size_t len)
{
  g_autofree char *exact = g_memdup2 (text, len);

  memset (head, 0, sizeof *head);
  return bt_http_request_read (head, exact, len);
}

static void
assert_span (const char *text, const BtHttpSpan *span, const char *expected)
{
  g_autofree char *found = g_strndup (text + span->at, span->len);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_targets (void)
{
  static const struct
  {
    const char *line, *path, *query, *host;
  } cases[] = {
    { "GET / HTTP/1.1", "/", "", "t" },
    { "GET /announce?a=b HTTP/1.1", "/announce", "a=b", "t" },
    { "GET /announce ?a=b HTTP/1.1", "/announce", "a=b", "t" },
    { "GET /announce  ?a=b HTTP/1.0", "/announce", "a=b", "t" },
    { "GET /x/announce.php?a=b?c HTTP/1.1", "/x/announce.php", "a=b?c", "t" },
    { "GET /a?\x80\xff%00 HTTP/1.1", "/a", "\x80\xff%00", "t" },
    { "GET http://h.example:81/a?b HTTP/1.1", "/a", "b", "h.example:81" },
    { "GET HTTPS://[::1]/ HTTP/1.1", "/", "", "[::1]" },
    { "GET http://h?b HTTP/1.1", "", "b", "h" },
    { "GET http://h HTTP/1.1", "", "", "h" },
    { "OPTIONS * HTTP/1.1", "*", "", "t" },
    { "GET //x HTTP/1.9", "//x", "", "t" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (cases[i].line, END, HOST, END, NULL);
      BtHttpRequest head;

      g_assert_cmpint (read_exact (&head, text, strlen (text)), ==, BT_HTTP_HEAD);
      g_assert_cmpuint (head.len, ==, strlen (text));
      assert_span (text, &head.path, cases[i].path);
      assert_span (text, &head.query, cases[i].query);
      assert_span (text, &head.host, cases[i].host);
    }
}

static const struct
{
  const char *text;
  unsigned status;
} refused[] = {
  { "GET /" END, 400 }, /* HTTP/0.9 */
  { "GET" END, 400 },
  { "GET  HTTP/1.1" END HOST END, 400 },
  { "GET / HTTP/2.0" END HOST END, 505 },
  { "PRI * HTTP/2.0" END END "SM" END END, 505 },
  { "GET / HTTP/1" END HOST END, 400 },
  { "GET / http/1.1" END HOST END, 400 },
  { "GET / HTTP/1.1 " END HOST END, 400 },
  { "G\x7fT / HTTP/1.1" END HOST END, 400 },
  { "GET a HTTP/1.1" END HOST END, 400 },
  { "GET ftp://t/ HTTP/1.1" END HOST END, 400 },
  { "GET http:///x HTTP/1.1" END HOST END, 400 },
  { "GET http://u@t/x HTTP/1.1" END HOST END, 400 },
  { "CONNECT t:80 HTTP/1.1" END HOST END, 400 },
  { "GET /a b HTTP/1.1" END HOST END, 400 },
  { "GET /a?b c HTTP/1.1" END HOST END, 400 },
  { "GET /a\tb HTTP/1.1" END HOST END, 400 },
  { "GET / HTTP/1.1\n" HOST END, 400 },
  { "GET /\r HTTP/1.1" END HOST END, 400 },
  { "\n", 400 },
  { " GET / HTTP/1.1" END, 400 },
  { "\x16\x03\x01", 400 },
  { "GET / HTTP/1.1" END END, 400 }, /* no Host */
  { GET HOST END, 400 },             /* two */
  { "GET / HTTP/1.1" END "Host: a b" END END, 400 },
  { "GET / HTTP/1.1" END "Host: u@t" END END, 400 },
  { "GET / HTTP/1.1" END "Host: t/x" END END, 400 },
  { GET "X : y" END END, 400 },
  { GET " y" END END, 400 }, /* obs-fold */
  { GET "X: a" END "\tb" END END, 400 },
  { GET "X" END END, 400 },
  { GET ": y" END END, 400 },
  { GET "X: a\rb" END END, 400 },
  { GET "X: a\n" END, 400 },
  { GET "X: a\x01" END END, 400 },
  { GET "X: a\x7f" END END, 400 },
  { GET "Content-Length: -1" END END, 400 },
  { GET "Content-Length: +1" END END, 400 },
  { GET "Content-Length:" END END, 400 },
  { GET "Content-Length: 0x5" END END, 400 },
  { GET "Content-Length: 5, 5" END END, 400 },
  { GET "Content-Length: 18446744073709551617" END END, 400 },
  { GET "Content-Length: 5" END "Content-Length: 6" END END, 400 },
  { GET "Content-Length: 5" END "content-length: 5" END END, 400 },
  { GET "Content-Length: 0" END "Content-Length: 0" END END, 400 },
  { GET "Content-Length: 5" END "Transfer-Encoding: chunked" END END, 400 },
  { GET "Transfer-Encoding: chunked" END "Content-Length: 0" END END, 400 },
  { GET "Transfer-Encoding: chunked" END "Transfer-Encoding: chunked" END END, 400 },
  { GET "Transfer-Encoding: gzip, chunked" END END, 501 },
  { GET "Transfer-Encoding: identity" END END, 501 },
  { GET "Transfer-Encoding: xchunked" END END, 501 },
  { "POST / HTTP/1.0" END "Transfer-Encoding: chunked" END END, 400 },
};

static void
test_refused (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      BtHttpRequest head;

      g_test_message ("%s", refused[i].text);
      g_assert_cmpint (read_exact (&head, refused[i].text, strlen (refused[i].text)), ==,
                       BT_HTTP_BAD);
      g_assert_cmpuint (head.status, ==, refused[i].status);
    }
}

static void
test_nul (void)
{
  static const char in_target[] = "GET /\0 HTTP/1.1" END HOST END;
  static const char in_value[] = GET "X: a\0b" END END;
  BtHttpRequest head;

  g_assert_cmpint (read_exact (&head, in_target, sizeof in_target - 1), ==, BT_HTTP_BAD);
  g_assert_cmpint (read_exact (&head, in_value, sizeof in_value - 1), ==, BT_HTTP_BAD);
}

static void
test_headers (void)
{
  static const struct
  {
    const char *text;
    BtHttpMethod method;
    uint64_t length;
    bool chunked, keep_alive, gzip, upgrades, expects;
  } cases[] = {
    { GET, BT_HTTP_GET, 0, false, true, false, false, false },
    { "GET / HTTP/1.0" END, BT_HTTP_GET, 0, false, false, false, false, false },
    { "GET / HTTP/1.0" END "Connection: keep-alive" END, BT_HTTP_GET, .keep_alive = false },
    { "HEAD / HTTP/1.1" END HOST, BT_HTTP_HEAD_ONLY, .keep_alive = true },
    { "head / HTTP/1.1" END HOST, BT_HTTP_OTHER, .keep_alive = true },
    { GET "connection: x , Close" END, BT_HTTP_GET, .keep_alive = false },
    { GET "Connection: close-not" END, BT_HTTP_GET, .keep_alive = true },
    { GET "Content-Length: 0012 " END, BT_HTTP_GET, 12, .keep_alive = true },
    { GET "Transfer-Encoding:\tChunked" END, BT_HTTP_GET, .chunked = true, .keep_alive = true },
    { GET "Accept-Encoding: br, GZIP" END, BT_HTTP_GET, .gzip = true, .keep_alive = true },
    { GET "Accept-Encoding: gzip;q=0.5" END, BT_HTTP_GET, .gzip = true, .keep_alive = true },
    { GET "Accept-Encoding: gzip; q=0.00" END, BT_HTTP_GET, .keep_alive = true },
    { GET "Accept-Encoding: *" END, BT_HTTP_GET, .keep_alive = true },
    { GET "Accept-Encoding:" END, BT_HTTP_GET, .keep_alive = true },
    { GET "Upgrade: h2c" END, BT_HTTP_GET, .upgrades = true, .keep_alive = true },
    { GET "EXPECT: 100-continue" END, BT_HTTP_GET, .expects = true, .keep_alive = true },
    { "\r\n\r\n" GET, BT_HTTP_GET, .keep_alive = true },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (cases[i].text, END, NULL);
      BtHttpRequest head;

      g_test_message ("%s", text);
      g_assert_cmpint (read_exact (&head, text, strlen (text)), ==, BT_HTTP_HEAD);
      g_assert_cmpint (head.method, ==, cases[i].method);
      g_assert_cmpuint (head.length, ==, cases[i].length);
      g_assert_cmpint (head.chunked, ==, cases[i].chunked);
      g_assert_cmpint (head.keep_alive, ==, cases[i].keep_alive);
      g_assert_cmpint (head.gzip, ==, cases[i].gzip);
      g_assert_cmpint (head.upgrades, ==, cases[i].upgrades);
      g_assert_cmpint (head.expects, ==, cases[i].expects);
      g_assert_cmpint (bt_http_request_has_body (&head), ==,
                       cases[i].length > 0 || cases[i].chunked);
    }
}

static void
test_forwarded (void)
{
  static const char text[]
      = GET "X-Forwarded-For: 1.2.3.4, 5.6.7.8" END "x-forwarded-for: ::1 " END END;
  GString *many = g_string_new (GET);
  BtHttpRequest head;

  g_assert_cmpint (read_exact (&head, text, sizeof text - 1), ==, BT_HTTP_HEAD);
  g_assert_cmpuint (head.n_forwarded, ==, 2);
  assert_span (text, &head.forwarded[0], "1.2.3.4, 5.6.7.8");
  assert_span (text, &head.forwarded[1], "::1");
  for (unsigned i = 0; i <= BT_HTTP_FORWARDED_MAX; i++)
    g_string_append (many, "X-Forwarded-For: 1.2.3.4" END);
  g_string_append (many, END);
  g_assert_cmpint (read_exact (&head, many->str, many->len), ==, BT_HTTP_BAD);
  g_string_free (many, TRUE);
}

static void
test_pieces (void)
{
  static const char text[] = "\r\nGET /announce?x HTTP/1.1" END HOST "Connection: close" END END
                             "GET /next HTTP/1.1" END;
  const size_t whole = sizeof text - 1 - strlen ("GET /next HTTP/1.1" END);
  BtHttpRequest head = { 0 };

  for (size_t len = 0; len < whole; len++)
    {
      g_autofree char *exact = g_memdup2 (text, len);

      g_assert_cmpint (bt_http_request_read (&head, len > 0 ? exact : text, len), ==, BT_HTTP_MORE);
    }
  g_assert_cmpint (bt_http_request_read (&head, text, sizeof text - 1), ==, BT_HTTP_HEAD);
  g_assert_cmpuint (head.len, ==, whole);
  assert_span (text, &head.path, "/announce");
  g_assert_false (head.keep_alive);
}

/* So many bytes of a query, or so many lines of headers. */
static BtHttpResult
read_large (size_t query, unsigned lines, unsigned *status)
{
  g_autoptr (GString) text = g_string_new ("GET /announce?");
  BtHttpResult result;
  BtHttpRequest head;

  for (size_t i = 0; i < query; i++)
    g_string_append_c (text, 'a');
  g_string_append (text, " HTTP/1.1" END HOST);
  for (unsigned i = 3; i < lines; i++)
    g_string_append (text, "X: y" END);
  g_string_append (text, END);
  result = read_exact (&head, text->str, text->len);
  *status = head.status;
  return result;
}

static void
test_limits (void)
{
  unsigned status;

  g_assert_cmpint (read_large (8192, 4, &status), ==, BT_HTTP_HEAD);
  g_assert_cmpint (read_large (16000, 4, &status), ==, BT_HTTP_HEAD);
  g_assert_cmpint (read_large (BT_LIMIT_HTTP_HEAD - 10, 4, &status), ==, BT_HTTP_BAD);
  g_assert_cmpuint (status, ==, 414);
  g_assert_cmpint (read_large (BT_LIMIT_HTTP_HEAD - 40, 4, &status), ==, BT_HTTP_BAD);
  g_assert_cmpuint (status, ==, 431);
  g_assert_cmpint (read_large (10, BT_LIMIT_HTTP_LINES, &status), ==, BT_HTTP_HEAD);
  g_assert_cmpint (read_large (10, BT_LIMIT_HTTP_LINES + 1, &status), ==, BT_HTTP_BAD);
  g_assert_cmpuint (status, ==, 431);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-request/targets", test_targets);
  g_test_add_func ("/http-request/refused", test_refused);
  g_test_add_func ("/http-request/nul", test_nul);
  g_test_add_func ("/http-request/headers", test_headers);
  g_test_add_func ("/http-request/forwarded", test_forwarded);
  g_test_add_func ("/http-request/pieces", test_pieces);
  g_test_add_func ("/http-request/limits", test_limits);
  return g_test_run ();
}
