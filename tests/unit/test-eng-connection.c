/* test-eng-connection.c: how a connection ends: what a peer says or leaves unsaid, how long that is
 * borne, and with which reason the owner hears of it. The clock is the test's. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "client-core/peer/eng-connection.h"
#include "protocol/core/bt-limits.h"
#include "protocol/io/btio-tcp.h"

static const uint8_t loopback[] = { 127, 0, 0, 1 };
static const EngConnectionConfig config
    = { .handshake
        = { .features = BT_FEATURE_FAST, .info_hash = "info-hash-of-ours", .peer_id = "us" },
        .geometry = { .n_pieces = 8, .piece_length = 16384, .last_length = 1 } };
static const BtHandshake theirs
    = { .features = BT_FEATURE_FAST, .info_hash = "info-hash-of-ours", .peer_id = "them" };
static const BtHandshake stranger = { .info_hash = "another-info-hash", .peer_id = "them" };

/* --- the clock --- */

static uint64_t ahead_ms;

int __real_clock_gettime (clockid_t clock, struct timespec *now);
int __wrap_clock_gettime (clockid_t clock, struct timespec *now);

int
__wrap_clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = __real_clock_gettime (clock, now);

  now->tv_sec += (time_t) (ahead_ms / 1000);
  return result;
}

/* --- a connection, and a peer that is a plain socket --- */

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  BtioListener *listener;
  BtioTurn turn;
  EngCrypt *crypt; /* NULL: plain */
  EngConnection *connection;
  int peer;
  unsigned n_opened;
  unsigned n_closed;
  EngClosure closure;
} World;

static void
on_opened (void *owner, EngConnection *connection, const BtHandshake *said)
{
  World *w = owner;

  w->n_opened++;
  g_assert_cmpmem (said->peer_id, BT_PEER_ID_LEN, theirs.peer_id, BT_PEER_ID_LEN);
}

static void
on_event (void *owner, EngConnection *connection, const BtWireEvent *event)
{
}

static void
on_closed (void *owner, EngConnection *connection, const EngClosure *closure)
{
  World *w = owner;

  w->n_closed++;
  w->closure = *closure;
  w->connection = NULL;
}

static bool on_identify (void *owner, EngConnection *connection, const uint8_t info_hash[20]);

static const EngConnectionEvents events
    = { .identify = on_identify, .opened = on_opened, .event = on_event, .closed = on_closed };

static bool
on_identify (void *owner, EngConnection *connection, const uint8_t info_hash[20])
{
  if (memcmp (info_hash, config.handshake.info_hash, BT_SHA1_LEN) != 0)
    return false;
  eng_connection_adopt (connection, &config, &events, owner);
  return true;
}

static void
on_accepted (void *owner, BtioStream *stream)
{
  World *w = owner;

  w->connection = eng_connection_new_incoming (w->reactor, stream, w->crypt, &events, w);
}

static void
on_turn (BtioTurn *turn)
{
}

/* One turn, whether there is something to do or not. */
static void
turn (World *w)
{
  btio_turn_ask (&w->turn, w->reactor);
  g_main_context_iteration (w->context, TRUE);
}

static struct sockaddr_in
address_of (uint16_t port)
{
  return (struct sockaddr_in){ .sin_family = AF_INET,
                               .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                               .sin_port = htons (port) };
}

static void
world_init (World *w)
{
  BtioBind bind = { .address = bt_endpoint_v4 (loopback, 0) };

  *w = (World){ .context = g_main_context_new (), .peer = -1, .turn.run = on_turn };
  w->reactor = btio_reactor_new (w->context);
  w->listener = btio_tcp_listen (w->reactor, &bind, on_accepted, w);
}

/* The peer connects to us. */
static void
come_in (World *w)
{
  struct sockaddr_in at = address_of (btio_listener_local (w->listener).port);

  w->peer = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_cmpint (connect (w->peer, (struct sockaddr *) &at, sizeof at), ==, 0);
  while (w->connection == NULL)
    turn (w);
}

/* Bytes that are not read turn a farewell into a reset. */
static void
hear_handshake (World *w)
{
  uint8_t bytes[BT_HANDSHAKE_LEN];

  g_assert_cmpint (recv (w->peer, bytes, sizeof bytes, MSG_WAITALL), ==, sizeof bytes);
  g_assert_cmpmem (bytes + 28, BT_SHA1_LEN, config.handshake.info_hash, BT_SHA1_LEN);
}

/* We connect to the peer, and speak first. */
static void
go_out (World *w)
{
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = address_of (0);
  socklen_t len = sizeof at;
  BtEndpoint to;

  g_assert_cmpint (bind (listener, (struct sockaddr *) &at, len), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &at, &len), ==, 0);
  to = bt_endpoint_v4 (loopback, ntohs (at.sin_port));
  w->connection = eng_connection_new_outgoing (w->reactor, btio_tcp_connect (w->reactor, &to, NULL),
                                               &config, &events, w);
  w->peer = accept (listener, NULL, NULL);
  close (listener);
  while (eng_connection_state (w->connection) == ENG_CONNECTION_CONNECTING)
    turn (w);
  hear_handshake (w);
}

static void
world_clear (World *w)
{
  if (w->connection != NULL)
    eng_connection_close (w->connection);
  while (w->connection != NULL)
    turn (w);
  g_assert_cmpuint (w->n_closed, ==, 1);
  if (w->peer >= 0)
    close (w->peer);
  btio_listener_free (w->listener);
  btio_turn_stop (&w->turn);
  btio_reactor_free (w->reactor);
  g_main_context_unref (w->context);
}

/* --- what a peer does --- */

static void
say (World *w, const void *bytes, size_t len)
{
  g_assert_cmpint (send (w->peer, bytes, len, MSG_NOSIGNAL), ==, (ssize_t) len);
}

static void
say_handshake (World *w, const BtHandshake *handshake)
{
  uint8_t bytes[BT_HANDSHAKE_LEN];

  bt_handshake_write (handshake, bytes);
  say (w, bytes, sizeof bytes);
}

static void
open_up (World *w)
{
  say_handshake (w, &theirs);
  while (w->n_opened == 0)
    turn (w);
  if (eng_connection_is_incoming (w->connection))
    hear_handshake (w);
}

static void
leave (World *w)
{
  close (w->peer);
  w->peer = -1;
}

/* The end of a connection without the usual farewell. */
static void
break_off (World *w)
{
  const struct linger at_once = { .l_onoff = 1 };

  setsockopt (w->peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  leave (w);
}

static void
be_silent (World *w)
{
  turn (w);
  ahead_ms += BT_LIMIT_HANDSHAKE_MS;
}

static void
say_half (World *w)
{
  say (w,
       "\x13"
       "BitTorrent protocol",
       20);
  leave (w);
}

static void
say_half_slowly (World *w)
{
  say (w,
       "\x13"
       "BitTorrent protocol",
       20);
  be_silent (w);
}

static void
say_garbage (World *w)
{
  say (w, "GET / HTTP/1.1\r\n\r\n", 18);
}

static void
want_another (World *w)
{
  say_handshake (w, &stranger);
}

static void
open_and_leave (World *w)
{
  open_up (w);
  leave (w);
}

static void
open_and_break_off (World *w)
{
  open_up (w);
  break_off (w);
}

static void
open_and_be_silent (World *w)
{
  open_up (w);
  ahead_ms += BT_LIMIT_IDLE_PEER_MS;
}

static void
open_and_say_too_much (World *w)
{
  open_up (w);
  say (w, "\xff\xff\xff\xff", 4);
}

/* A whole message behind the handshake, in the same bytes. */
static void
open_and_break_a_rule (World *w)
{
  uint8_t bytes[BT_HANDSHAKE_LEN + 9];

  bt_handshake_write (&theirs, bytes);
  memcpy (bytes + BT_HANDSHAKE_LEN, "\0\0\0\5\4\0\0\0\x63", 9); /* have 99 of 8 */
  say (w, bytes, sizeof bytes);
}

typedef struct
{
  const char *name;
  void (*act) (World *w);
  EngClosed why;
  BtWireError wire_error;
  int sys_errno;
} Case;

static const Case cases[] = {
  { "silent", be_silent, ENG_CLOSED_HANDSHAKE, BT_WIRE_OK, 0 },
  { "leaves", leave, ENG_CLOSED_BY_PEER, BT_WIRE_OK, 0 },
  { "half", say_half, ENG_CLOSED_BY_PEER, BT_WIRE_OK, 0 },
  { "half-slowly", say_half_slowly, ENG_CLOSED_HANDSHAKE, BT_WIRE_OK, 0 },
  { "garbage", say_garbage, ENG_CLOSED_HANDSHAKE, BT_WIRE_OK, 0 },
  { "another-torrent", want_another, ENG_CLOSED_HANDSHAKE, BT_WIRE_OK, 0 },
  { "opens-and-leaves", open_and_leave, ENG_CLOSED_BY_PEER, BT_WIRE_OK, 0 },
  { "opens-and-breaks-off", open_and_break_off, ENG_CLOSED_SYSTEM, BT_WIRE_OK, ECONNRESET },
  { "opens-and-is-silent", open_and_be_silent, ENG_CLOSED_WIRE, BT_WIRE_ERROR_IDLE, 0 },
  { "too-long", open_and_say_too_much, ENG_CLOSED_WIRE, BT_WIRE_ERROR_TOO_LONG, 0 },
  { "wrong-index", open_and_break_a_rule, ENG_CLOSED_WIRE, BT_WIRE_ERROR_INDEX, 0 },
};

static void
test_case (const Case *c, void (*begin) (World *w))
{
  World w;

  world_init (&w);
  begin (&w);
  c->act (&w);
  while (w.n_closed == 0)
    turn (&w);
  g_assert_cmpint (w.closure.why, ==, c->why);
  g_assert_cmpint (w.closure.wire_error, ==, c->wire_error);
  g_assert_cmpint (w.closure.sys_errno, ==, c->sys_errno);
  world_clear (&w);
}

static void
test_incoming (const void *data)
{
  test_case (data, come_in);
}

static void
test_outgoing (const void *data)
{
  test_case (data, go_out);
}

/* --- what keeps one open, and what never opens it --- */

/* We say that we are there, and hear the same, for as long as one likes. */
static void
test_keep_alive (void)
{
  World w;
  uint8_t bytes[4];

  world_init (&w);
  come_in (&w);
  open_up (&w);
  for (unsigned i = 0; i < 5; i++)
    {
      say (&w, "\0\0\0\0", 4);
      turn (&w);
      ahead_ms += BT_LIMIT_KEEP_ALIVE_MS;
      turn (&w);
      g_assert_cmpint (recv (w.peer, bytes, 4, MSG_WAITALL), ==, 4);
      g_assert_cmpmem (bytes, 4, "\0\0\0\0", 4);
      g_assert_cmpuint (w.n_closed, ==, 0);
    }
  g_assert_true (eng_connection_is_incoming (w.connection));
  g_assert_cmpint (eng_connection_state (w.connection), ==, ENG_CONNECTION_OPEN);
  world_clear (&w);
  g_assert_cmpint (w.closure.why, ==, ENG_CLOSED_BY_US);
}

/* Nobody listens where somebody did. */
static void
test_refused (void)
{
  World w;
  BtEndpoint to;

  world_init (&w);
  to = btio_listener_local (w.listener);
  g_clear_pointer (&w.listener, btio_listener_free);
  w.connection = eng_connection_new_outgoing (w.reactor, btio_tcp_connect (w.reactor, &to, NULL),
                                              &config, &events, &w);
  while (w.n_closed == 0)
    turn (&w);
  g_assert_cmpint (w.closure.why, ==, ENG_CLOSED_SYSTEM);
  g_assert_cmpint (w.closure.sys_errno, ==, ECONNREFUSED);
  world_clear (&w);
}

/* While it is held nothing is read, and time does not count against the peer when that ends. */
static void
test_held (void)
{
  World w;

  world_init (&w);
  come_in (&w);
  open_up (&w);
  eng_connection_hold (w.connection, true);
  say (&w, "\xff\xff\xff\xff", 4);
  turn (&w);
  g_assert_cmpuint (w.n_closed, ==, 0);
  eng_connection_hold (w.connection, false);
  while (w.n_closed == 0)
    turn (&w);
  g_assert_cmpint (w.closure.wire_error, ==, BT_WIRE_ERROR_TOO_LONG);
  world_clear (&w);
}

/* A peer that says more than the limit lets in is not taken for dead; what it said is read as soon
 * as the limit has gone, however long there was to wait. */
static void
test_throttled (void)
{
  World w;
  EngThrottle down;
  EngThrottleWait other = { 0 };

  world_init (&w);
  come_in (&w);
  open_up (&w);
  eng_throttle_init (&down, NULL, w.reactor);
  eng_throttle_set_rate (&down, 1);
  while (eng_throttle_take (&down, &other, BT_BLOCK_LEN) > 0)
    continue;
  eng_throttle_leave (&other);
  eng_connection_set_limits (w.connection, &down, NULL);
  say (&w, "\xff\xff\xff\xff", 4);
  while (!eng_connection_is_throttled (w.connection))
    turn (&w);
  for (unsigned i = 0; i < 5; i++)
    {
      ahead_ms += BT_LIMIT_IDLE_PEER_MS;
      turn (&w);
      g_assert_cmpuint (w.n_closed, ==, 0);
    }
  eng_throttle_set_rate (&down, 0);
  while (w.n_closed == 0)
    turn (&w);
  g_assert_cmpint (w.closure.wire_error, ==, BT_WIRE_ERROR_TOO_LONG);
  eng_throttle_clear (&down);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *in = g_strconcat ("/connection/incoming/", cases[i].name, NULL);
      g_autofree char *out = g_strconcat ("/connection/outgoing/", cases[i].name, NULL);

      g_test_add_data_func (in, &cases[i], test_incoming);
      g_test_add_data_func (out, &cases[i], test_outgoing);
    }
  g_test_add_func ("/connection/keep-alive", test_keep_alive);
  g_test_add_func ("/connection/refused", test_refused);
  g_test_add_func ("/connection/held", test_held);
  g_test_add_func ("/connection/throttled", test_throttled);
  return g_test_run ();
}
