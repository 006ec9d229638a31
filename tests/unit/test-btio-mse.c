/* test-btio-mse.c: encryption over a line that takes and gives a few bytes at a time, over one that
 * is stuck or breaks, and over TCP. */
#include <errno.h>
#include <string.h>

#include <glib.h>

#include "protocol/io/btio-mse.h"
#include "protocol/io/btio-tcp.h"

#define PAYLOAD 300001

/* --- a line of the test's own --- */

typedef struct
{
  BtioStream stream;
  GByteArray *sent;  /* what was written */
  const uint8_t *in; /* what can be read */
  size_t in_len;
  size_t room;  /* bytes that may be written now */
  size_t piece; /* at a time, both ways */
  int error;
  unsigned wanted;
  bool *closed;
} Line;

static ssize_t
line_readv (BtioStream *stream, const struct iovec *parts, int n)
{
  Line *line = (Line *) (void *) stream;
  size_t got = 0;

  if (line->error != 0 || line->in_len == 0)
    {
      errno = line->error != 0 ? line->error : EAGAIN;
      return -1;
    }
  for (int i = 0; i < n && got < line->piece; i++)
    {
      size_t some = MIN (MIN (parts[i].iov_len, line->in_len), line->piece - got);

      memcpy (parts[i].iov_base, line->in, some);
      line->in += some;
      line->in_len -= some;
      got += some;
    }
  return (ssize_t) got;
}

static ssize_t
line_writev (BtioStream *stream, const struct iovec *parts, int n)
{
  Line *line = (Line *) (void *) stream;
  size_t may = MIN (line->room, line->piece);
  size_t done = 0;

  if (line->error != 0 || may == 0)
    {
      errno = line->error != 0 ? line->error : EAGAIN;
      return -1;
    }
  for (int i = 0; i < n && done < may; i++)
    {
      size_t some = MIN (parts[i].iov_len, may - done);

      g_byte_array_append (line->sent, parts[i].iov_base, (guint) some);
      done += some;
    }
  line->room -= done;
  return (ssize_t) done;
}

static void
line_want (BtioStream *stream, unsigned ready)
{
  ((Line *) (void *) stream)->wanted = ready;
}

static int
line_error (BtioStream *stream)
{
  return ((Line *) (void *) stream)->error;
}

static void
line_close (BtioStream *stream)
{
  Line *line = (Line *) (void *) stream;

  *line->closed = true;
  g_byte_array_unref (line->sent);
  g_free (line);
}

static const BtioStreamClass line_class = { .readv = line_readv,
                                            .writev = line_writev,
                                            .want = line_want,
                                            .error = line_error,
                                            .close = line_close };

static Line *
line_new (size_t piece, bool *closed)
{
  Line *line = g_new0 (Line, 1);

  *closed = false;
  line->stream.class = &line_class;
  line->sent = g_byte_array_new ();
  line->piece = piece;
  line->room = SIZE_MAX;
  line->closed = closed;
  return line;
}

/* What one end has; the other's is turned round. */
static BtMseCiphers
ciphers_of (bool turned, uint64_t in_left, uint64_t out_left)
{
  BtMseCiphers c = { .in_left = in_left, .out_left = out_left };

  bt_arc4_init_mse (turned ? &c.out : &c.in, (const uint8_t *) "one", 3);
  bt_arc4_init_mse (turned ? &c.in : &c.out, (const uint8_t *) "two", 3);
  return c;
}

static uint8_t *
make_payload (void)
{
  uint8_t *bytes = g_malloc (PAYLOAD);

  for (size_t i = 0; i < PAYLOAD; i++)
    bytes[i] = (uint8_t) (i * 7 + i / 251);
  return bytes;
}

/* Writes all of it, each call in three parts. */
static void
write_all (BtioStream *stream, const uint8_t *bytes, size_t len)
{
  for (size_t done = 0; done < len;)
    {
      uint8_t *at = (uint8_t *) (uintptr_t) bytes + done;
      size_t third = (len - done) / 3;
      struct iovec parts[]
          = { { at, third }, { at + third, 0 }, { at + third, len - done - third } };
      ssize_t n = btio_stream_writev (stream, parts, G_N_ELEMENTS (parts));

      g_assert_cmpint (n, !=, 0);
      g_assert_true (n > 0 || errno == EAGAIN);
      done += n > 0 ? (size_t) n : 0;
    }
}

static void
read_all (BtioStream *stream, uint8_t *bytes, size_t len)
{
  for (size_t done = 0; done < len;)
    {
      size_t third = (len - done) / 3;
      struct iovec parts[]
          = { { bytes + done, third }, { bytes + done + third, len - done - third } };
      ssize_t n = btio_stream_readv (stream, parts, G_N_ELEMENTS (parts));

      g_assert_cmpint (n, >, 0);
      done += (size_t) n;
    }
}

/* Lets go what is kept, as the reactor would. */
static void
let_go (Line *line)
{
  line->room = SIZE_MAX;
  while ((line->wanted & BTIO_WRITABLE) != 0)
    line->stream.ready (&line->stream, line->stream.owner, BTIO_WRITABLE);
}

static void
test_pieces (void)
{
  static const size_t pieces[] = { 1, 13, 1000, 65536, SIZE_MAX };
  g_autofree uint8_t *payload = make_payload ();

  for (size_t i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autofree uint8_t *before = g_memdup2 (payload, PAYLOAD);
      g_autofree uint8_t *got = g_malloc (PAYLOAD);
      BtMseCiphers here = ciphers_of (false, UINT64_MAX, UINT64_MAX);
      BtMseCiphers there = ciphers_of (true, UINT64_MAX, UINT64_MAX);
      bool closed[2];
      Line *out = line_new (pieces[i], &closed[0]);
      Line *in = line_new (pieces[i], &closed[1]);
      BtioStream *a = btio_mse_new (&out->stream, &here, (const uint8_t *) "pending", 7);
      BtioStream *b = btio_mse_new (&in->stream, &there, NULL, 0);

      write_all (a, payload, PAYLOAD);
      let_go (out);
      g_assert_cmpmem (payload, PAYLOAD, before, PAYLOAD); /* it is not ours to change */
      g_assert_cmpuint (out->sent->len, ==, PAYLOAD + 7);
      g_assert_cmpmem (out->sent->data, 7, "pending", 7);
      g_assert_cmpint (memcmp (out->sent->data + 7, payload, 16), !=, 0);
      in->in = out->sent->data + 7;
      in->in_len = PAYLOAD;
      read_all (b, got, PAYLOAD);
      g_assert_cmpmem (got, PAYLOAD, payload, PAYLOAD);
      btio_stream_close (a);
      btio_stream_close (b);
      g_assert_true (closed[0] && closed[1]);
    }
}

/* The first bytes encrypted, then none: an incoming connection that agreed on plaintext. */
static void
test_plaintext (void)
{
  uint8_t text[] = "hidden, and not hidden";
  uint8_t got[sizeof text];
  BtMseCiphers here = ciphers_of (false, 6, 0);
  BtMseCiphers there = ciphers_of (true, 0, 0);
  bool closed;
  Line *line = line_new (4, &closed);
  BtioStream *stream = btio_mse_new (&line->stream, &here, NULL, 0);

  write_all (stream, text, sizeof text);
  g_assert_cmpmem (line->sent->data, line->sent->len, text, sizeof text);
  bt_arc4_crypt (&there.out, text, text, 6);
  line->in = text;
  line->in_len = sizeof text;
  read_all (stream, got, sizeof got);
  g_assert_cmpstr ((char *) got, ==, "hidden, and not hidden");
  btio_stream_close (stream);
}

typedef struct
{
  unsigned ready;
  unsigned calls;
} Told;

static void
on_ready (BtioStream *stream, void *owner, unsigned ready)
{
  Told *told = owner;

  told->ready |= ready;
  told->calls++;
}

/* A stuck line keeps a bounded amount, which goes out without the owner. */
static void
test_stuck (void)
{
  g_autofree uint8_t *payload = make_payload ();
  BtMseCiphers here = ciphers_of (false, UINT64_MAX, UINT64_MAX);
  struct iovec part = { payload, PAYLOAD };
  Told told = { 0 };
  bool closed;
  Line *line = line_new (SIZE_MAX, &closed);
  BtioStream *stream = btio_mse_new (&line->stream, &here, NULL, 0);

  stream->ready = on_ready;
  stream->owner = &told;
  btio_stream_want (stream, BTIO_READABLE);
  line->room = 10;
  g_assert_cmpint (btio_stream_writev (stream, &part, 1), ==, BTIO_MSE_BUFFER);
  g_assert_cmpuint (line->wanted, ==, BTIO_READABLE | BTIO_WRITABLE);
  g_assert_cmpint (btio_stream_writev (stream, &part, 1), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  line->room = 20;
  line->stream.ready (&line->stream, line->stream.owner, BTIO_WRITABLE | BTIO_READABLE);
  g_assert_cmpuint (told.ready, ==, BTIO_READABLE);
  g_assert_cmpuint (line->sent->len, ==, 30);
  btio_stream_want (stream, BTIO_WRITABLE);
  g_assert_cmpuint (line->wanted, ==, BTIO_WRITABLE);
  line->room = SIZE_MAX;
  line->stream.ready (&line->stream, line->stream.owner, BTIO_WRITABLE);
  g_assert_cmpuint (told.ready, ==, BTIO_READABLE | BTIO_WRITABLE);
  g_assert_cmpuint (line->sent->len, ==, BTIO_MSE_BUFFER);
  btio_stream_want (stream, 0);
  g_assert_cmpuint (line->wanted, ==, 0);
  btio_stream_close (stream);
  g_assert_true (closed);
}

/* A failure while what is kept is sent is told with its reason, and stays. */
static void
test_broken (void)
{
  BtMseCiphers here = ciphers_of (false, UINT64_MAX, UINT64_MAX);
  struct iovec part = { (uint8_t[]){ 1, 2, 3 }, 3 };
  Told told = { 0 };
  bool closed;
  Line *line = line_new (SIZE_MAX, &closed);
  BtioStream *stream = btio_mse_new (&line->stream, &here, NULL, 0);

  stream->ready = on_ready;
  stream->owner = &told;
  line->room = 1;
  g_assert_cmpint (btio_stream_writev (stream, &part, 1), ==, 3);
  g_assert_cmpint (btio_stream_error (stream), ==, 0);
  line->error = EPIPE;
  line->stream.ready (&line->stream, line->stream.owner, BTIO_WRITABLE);
  line->error = 0;
  g_assert_cmpuint (told.ready, ==, BTIO_BROKEN);
  g_assert_cmpint (btio_stream_error (stream), ==, EPIPE);
  g_assert_cmpint (btio_stream_writev (stream, &part, 1), ==, -1);
  g_assert_cmpint (errno, ==, EPIPE);
  btio_stream_close (stream);
}

/* --- over TCP --- */

typedef struct
{
  BtioStream *stream;
  uint8_t *bytes;
  size_t done;
  size_t piece;
} Side;

static void
send_some (BtioStream *stream, void *owner, unsigned ready)
{
  Side *side = owner;

  while (side->done < PAYLOAD)
    {
      struct iovec part = { side->bytes + side->done, MIN (side->piece, PAYLOAD - side->done) };
      ssize_t n = btio_stream_writev (stream, &part, 1);

      if (n < 0)
        {
          g_assert_cmpint (errno, ==, EAGAIN);
          return;
        }
      side->done += (size_t) n;
    }
  btio_stream_want (stream, 0);
}

static void
receive_some (BtioStream *stream, void *owner, unsigned ready)
{
  Side *side = owner;
  struct iovec part = { side->bytes + side->done, MIN (side->piece, PAYLOAD - side->done) };
  ssize_t n;

  if (part.iov_len == 0)
    return;
  n = btio_stream_readv (stream, &part, 1);
  g_assert_true (n > 0 || errno == EAGAIN);
  side->done += n > 0 ? (size_t) n : 0;
}

static void
on_accepted (void *owner, BtioStream *stream)
{
  *(BtioStream **) owner = stream;
}

static void
stack (Side *side, BtioStream *below, bool turned)
{
  BtMseCiphers ciphers = ciphers_of (turned, UINT64_MAX, UINT64_MAX);

  side->stream = btio_mse_new (below, &ciphers, NULL, 0);
  side->stream->owner = side;
  side->stream->ready = turned ? receive_some : send_some;
  btio_stream_want (side->stream, turned ? BTIO_READABLE : BTIO_WRITABLE);
}

static void
test_tcp (void)
{
  static const size_t pieces[] = { 5, 16384, PAYLOAD };
  static const uint8_t loopback[] = { 127, 0, 0, 1 };
  g_autofree uint8_t *payload = make_payload ();

  for (size_t i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      GMainContext *context = g_main_context_new ();
      BtioReactor *reactor = btio_reactor_new (context);
      BtioBind bind = { .address = bt_endpoint_v4 (loopback, 0) };
      BtioStream *accepted = NULL;
      BtioListener *listener = btio_tcp_listen (reactor, &bind, on_accepted, &accepted);
      BtEndpoint at = btio_listener_local (listener);
      BtioStream *connected = btio_tcp_connect (reactor, &at, NULL);
      Side out = { .bytes = payload, .piece = pieces[i] };
      Side in = { .bytes = g_malloc (PAYLOAD), .piece = pieces[G_N_ELEMENTS (pieces) - 1 - i] };

      while (accepted == NULL)
        g_main_context_iteration (context, TRUE);
      stack (&out, connected, false);
      stack (&in, accepted, true);
      while (in.done < PAYLOAD)
        g_main_context_iteration (context, TRUE);
      g_assert_cmpmem (in.bytes, PAYLOAD, payload, PAYLOAD);
      g_assert_true (bt_endpoint_equal (&out.stream->remote, &at));
      btio_stream_close (out.stream);
      btio_stream_close (in.stream);
      g_free (in.bytes);
      btio_listener_free (listener);
      btio_reactor_free (reactor);
      g_main_context_unref (context);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mse/pieces", test_pieces);
  g_test_add_func ("/mse/plaintext", test_plaintext);
  g_test_add_func ("/mse/stuck", test_stuck);
  g_test_add_func ("/mse/broken", test_broken);
  g_test_add_func ("/mse/tcp", test_tcp);
  return g_test_run ();
}
