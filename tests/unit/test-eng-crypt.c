/* test-eng-crypt.c: encrypted connections between two of ours, under every two policies; those that
 * never come through; and the queue of work that costs. The clock is the test's. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#include "client-core/peer/eng-connection.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd-dh.h"
#include "protocol/digest/btd.h"
#include "protocol/io/btio-tcp.h"

static const uint8_t loopback[] = { 127, 0, 0, 1 };
static const EngConnectionConfig config
    = { .handshake = { .info_hash = "info-hash-of-ours", .peer_id = "us" },
        .geometry = { .n_pieces = 8, .piece_length = 16384, .last_length = 1 } };

/* --- the clock, which stands unless it is moved --- */

static uint64_t now_ms = 1000;

int __real_clock_gettime (clockid_t clock, struct timespec *now);
int __wrap_clock_gettime (clockid_t clock, struct timespec *now);

int
__wrap_clock_gettime (clockid_t clock, struct timespec *now)
{
  if (clock != CLOCK_BOOTTIME)
    return __real_clock_gettime (clock, now);
  *now = (struct timespec){ .tv_sec = (time_t) (now_ms / 1000),
                            .tv_nsec = (long) (now_ms % 1000) * 1000000 };
  return 0;
}

/* --- two ends --- */

typedef struct
{
  EngCrypt *crypt;
  EngConnection *connection;
  bool opened;
  bool closed;
  uint32_t have; /* the last one heard */
  EngEncryption encryption;
  EngConnectionState state; /* when it closed */
  EngClosure closure;
} End;

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  BtioListener *listener;
  BtioTurn turn;
  const uint8_t *torrent; /* that is found by its name */
  End out;
  End in;
} World;

static const uint8_t *
on_find (void *owner, const uint8_t name[BT_SHA1_LEN])
{
  const World *w = owner;
  uint8_t ours[BT_SHA1_LEN];

  bt_mse_name (btd_ops (), w->torrent, ours);
  return memcmp (name, ours, sizeof ours) == 0 ? w->torrent : NULL;
}

static bool on_identify (void *owner, EngConnection *connection, const uint8_t info_hash[20]);

static void
on_opened (void *owner, EngConnection *connection, const BtHandshake *said)
{
  End *end = owner;

  end->opened = true;
  end->encryption = eng_connection_encryption (connection);
  bt_wire_send_have (eng_connection_wire (connection), 5);
  eng_connection_flush (connection);
}

static void
on_event (void *owner, EngConnection *connection, const BtWireEvent *event)
{
  if (event->type == BT_WIRE_HAVE)
    ((End *) owner)->have = event->index;
}

static void
on_closed (void *owner, EngConnection *connection, const EngClosure *closure)
{
  End *end = owner;

  end->closed = true;
  end->closure = *closure;
  end->state = eng_connection_state (connection);
  end->connection = NULL;
}

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

  w->in.connection = eng_connection_new_incoming (w->reactor, stream, w->in.crypt, &events, &w->in);
}

static void
on_turn (BtioTurn *turn)
{
}

static void
turn (World *w)
{
  btio_turn_ask (&w->turn, w->reactor);
  g_main_context_iteration (w->context, TRUE);
}

static EngCrypt *
crypt_new (World *w, EngCryptPolicy policy, uint8_t secret)
{
  EngCryptConfig c = { .reactor = w->reactor,
                       .digests = btd_ops (),
                       .dh = btd_dh_ops (),
                       .secret = { secret },
                       .find = on_find,
                       .owner = w };
  EngCrypt *crypt = eng_crypt_new (&c);

  eng_crypt_set_policy (crypt, policy);
  return crypt;
}

static void
world_init (World *w, EngCryptPolicy out, EngCryptPolicy in)
{
  BtioBind bind = { .address = bt_endpoint_v4 (loopback, 0) };

  *w = (World){ .context = g_main_context_new (),
                .turn.run = on_turn,
                .torrent = config.handshake.info_hash };
  w->reactor = btio_reactor_new (w->context);
  w->listener = btio_tcp_listen (w->reactor, &bind, on_accepted, w);
  w->out.crypt = crypt_new (w, out, 1);
  w->in.crypt = crypt_new (w, in, 2);
}

static BtioStream *
call (World *w)
{
  BtEndpoint at = btio_listener_local (w->listener);

  return btio_tcp_connect (w->reactor, &at, NULL);
}

static void
connect_out (World *w, bool encrypted)
{
  EngConnectionConfig c = config;

  c.crypt = encrypted ? w->out.crypt : NULL;
  w->out.connection = eng_connection_new_outgoing (w->reactor, call (w), &c, &events, &w->out);
}

static void
world_clear (World *w)
{
  End *const ends[] = { &w->out, &w->in };

  for (size_t i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      if (ends[i]->connection != NULL)
        eng_connection_close (ends[i]->connection);
      while (ends[i]->connection != NULL)
        turn (w);
      eng_crypt_free (ends[i]->crypt);
    }
  btio_listener_free (w->listener);
  btio_turn_stop (&w->turn);
  btio_reactor_free (w->reactor);
  g_main_context_unref (w->context);
}

/* --- policies --- */

static const struct
{
  EngCryptPolicy out;
  bool encrypted;
  EngCryptPolicy in;
  bool opens;
  EngEncryption encryption;
} meetings[] = {
  { ENG_CRYPT_PREFER, true, ENG_CRYPT_PREFER, true, ENG_ENCRYPTION_OPENING },
  { ENG_CRYPT_PREFER, true, ENG_CRYPT_REQUIRE, true, ENG_ENCRYPTION_ALL },
  { ENG_CRYPT_PREFER, true, ENG_CRYPT_OFF, false, ENG_ENCRYPTION_NONE },
  { ENG_CRYPT_REQUIRE, true, ENG_CRYPT_PREFER, true, ENG_ENCRYPTION_ALL },
  { ENG_CRYPT_REQUIRE, true, ENG_CRYPT_REQUIRE, true, ENG_ENCRYPTION_ALL },
  { ENG_CRYPT_REQUIRE, true, ENG_CRYPT_OFF, false, ENG_ENCRYPTION_NONE },
  { ENG_CRYPT_OFF, false, ENG_CRYPT_PREFER, true, ENG_ENCRYPTION_NONE },
  { ENG_CRYPT_OFF, false, ENG_CRYPT_REQUIRE, false, ENG_ENCRYPTION_NONE },
  { ENG_CRYPT_OFF, false, ENG_CRYPT_OFF, true, ENG_ENCRYPTION_NONE },
};

static void
test_policies (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (meetings); i++)
    {
      World w;

      g_test_message ("meeting %zu", i);
      world_init (&w, meetings[i].out, meetings[i].in);
      connect_out (&w, meetings[i].encrypted);
      if (meetings[i].opens)
        {
          while (w.out.have != 5 || w.in.have != 5)
            turn (&w);
          g_assert_cmpint (w.out.encryption, ==, meetings[i].encryption);
          g_assert_cmpint (w.in.encryption, ==, meetings[i].encryption);
        }
      else
        {
          while (!w.out.closed || !w.in.closed)
            turn (&w);
          g_assert_false (w.out.opened || w.in.opened);
          g_assert_cmpint (w.out.state == ENG_CONNECTION_CRYPT, ==, meetings[i].encrypted);
        }
      world_clear (&w);
    }
}

/* A peer that knows another torrent, and one that opens with one and asks for the other. */
static void
test_another_torrent (void)
{
  static const uint8_t other[BT_SHA1_LEN] = "another-info-hash";
  World w;

  world_init (&w, ENG_CRYPT_REQUIRE, ENG_CRYPT_REQUIRE);
  w.torrent = other;
  connect_out (&w, true);
  while (!w.out.closed || !w.in.closed)
    turn (&w);
  g_assert_cmpint (w.in.closure.why, ==, ENG_CLOSED_HANDSHAKE);
  g_assert_cmpint (w.in.state, ==, ENG_CONNECTION_CRYPT);
  world_clear (&w);
}

/* --- a caller that says nothing, or half --- */

static void
on_ignored (BtioStream *stream, void *owner, unsigned ready)
{
}

static void
stall (const char *says)
{
  struct iovec part = { (void *) (uintptr_t) says, strlen (says) };
  BtioStream *stream;
  World w;

  world_init (&w, ENG_CRYPT_OFF, ENG_CRYPT_PREFER);
  stream = call (&w);
  stream->ready = on_ignored;
  while (w.in.connection == NULL)
    turn (&w);
  if (part.iov_len > 0)
    g_assert_cmpint (btio_stream_writev (stream, &part, 1), ==, (ssize_t) part.iov_len);
  btio_stream_want (stream, 0);
  for (int i = 0; i < 5; i++)
    turn (&w);
  now_ms += BT_LIMIT_HANDSHAKE_MS - 1;
  turn (&w);
  g_assert_false (w.in.closed);
  now_ms += 1;
  while (!w.in.closed)
    turn (&w);
  g_assert_cmpint (w.in.closure.why, ==, ENG_CLOSED_HANDSHAKE);
  btio_stream_close (stream);
  world_clear (&w);
}

static void
test_stall (void)
{
  stall ("");
  stall ("\023BitTorrent protocol");
  stall ("a key that is not whole");
  stall ("a key that is whole, and of which the rest of the opening never comes, however long one"
         " waits for it to come");
}

/* --- the queue --- */

typedef struct
{
  EngCryptWork work;
  unsigned *n_done;
} Work;

static void
on_work (EngCryptWork *work)
{
  ++*((Work *) (void *) work)->n_done;
}

static void
test_budget (void)
{
  enum
  {
    N = 3 * BT_LIMIT_KEYS_PER_TURN
  };
  Work works[N];
  unsigned n_done = 0;
  World w;

  world_init (&w, ENG_CRYPT_PREFER, ENG_CRYPT_PREFER);
  for (size_t i = 0; i < N; i++)
    {
      works[i] = (Work){ .work.run = on_work, .n_done = &n_done };
      eng_crypt_ask (w.in.crypt, &works[i].work);
      eng_crypt_ask (w.in.crypt, &works[i].work); /* the same wish */
    }
  for (int i = 0; i < 5; i++)
    turn (&w);
  g_assert_cmpuint (n_done, ==, BT_LIMIT_KEYS_PER_TURN);
  now_ms += 5;
  for (int i = 0; i < 5; i++)
    turn (&w);
  g_assert_cmpuint (n_done, ==, BT_LIMIT_KEYS_PER_TURN + 5 * BT_LIMIT_KEYS_PER_SECOND / 1000);
  eng_crypt_forget (w.in.crypt, &works[N - 1].work);
  eng_crypt_forget (w.in.crypt, &works[N - 1].work);
  now_ms += 10000;
  for (int i = 0; i < 5; i++)
    turn (&w);
  g_assert_cmpuint (n_done, <=, 2 * BT_LIMIT_KEYS_PER_TURN + 5);
  while (n_done < N - 1)
    {
      now_ms += 10;
      turn (&w);
    }
  now_ms += 10000;
  turn (&w);
  g_assert_cmpuint (n_done, ==, N - 1);
  world_clear (&w);
}

static void
test_seeds (void)
{
  BtMseConfig one, two, other;
  World w;

  world_init (&w, ENG_CRYPT_REQUIRE, ENG_CRYPT_PREFER);
  one = eng_crypt_next (w.out.crypt);
  two = eng_crypt_next (w.out.crypt);
  other = eng_crypt_next (w.in.crypt);
  g_assert_cmpint (memcmp (one.seed, two.seed, sizeof one.seed), !=, 0);
  g_assert_cmpint (memcmp (one.seed, other.seed, sizeof one.seed), !=, 0);
  g_assert_cmpuint (one.methods, ==, BT_MSE_RC4);
  g_assert_false (one.plain_welcome);
  g_assert_true (other.plain_welcome);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypt/policies", test_policies);
  g_test_add_func ("/crypt/another-torrent", test_another_torrent);
  g_test_add_func ("/crypt/stall", test_stall);
  g_test_add_func ("/crypt/budget", test_budget);
  g_test_add_func ("/crypt/seeds", test_seeds);
  return g_test_run ();
}
