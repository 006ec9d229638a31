/* test-trk-udp.c: the workers and their sockets: both families, every worker, the address that was
 * asked, what fails at the start and under way, and the end. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

#include "faults.h"
#include "tracker-server/front/trk-udp.h"
#include "udp-world.h"

/* More calls than a start makes. */
#define MANY_CALLS 200

/* A client asks again after this; BEP 15 would have it wait for longer. */
#define ASK_AGAIN_MS 100

/* --- clients --- */

static int
client_new (const char *at, const BtEndpoint *tracker)
{
  union
  {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } to = { 0 };
  BtEndpoint address = udp_world_endpoint (at);
  bool v4 = address.family == BT_FAMILY_V4;
  const struct timeval wait = { .tv_usec = ASK_AGAIN_MS * 1000 };
  int fd = socket (v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), ==, 0);
  if (v4)
    {
      to.v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons (tracker->port) };
      memcpy (&to.v4.sin_addr, address.addr, sizeof to.v4.sin_addr);
    }
  else
    {
      to.v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons (tracker->port) };
      memcpy (&to.v6.sin6_addr, address.addr, sizeof to.v6.sin6_addr);
    }
  g_assert_cmpint (connect (fd, &to.any, v4 ? sizeof to.v4 : sizeof to.v6), ==, 0);
  return fd;
}

static void
client_send (int fd, const uint8_t *packet, size_t len)
{
  g_assert_cmpint (send (fd, packet, len, 0), ==, (ssize_t) len);
}

/* Asks until it is answered; passes over answers to what it asked before. */
static size_t
client_ask (int fd, const uint8_t *packet, size_t len, uint8_t reply[TRK_UDP_REPLY_MAX])
{
  ssize_t n;

  do
    {
      client_send (fd, packet, len);
      do
        n = recv (fd, reply, TRK_UDP_REPLY_MAX, 0);
      while (n >= BT_UDP_ERROR_HEAD_LEN && reply[3] != packet[11]);
      g_assert_true (n >= BT_UDP_ERROR_HEAD_LEN || errno == EAGAIN || errno == EINTR);
    }
  while (n < 0);
  return (size_t) n;
}

static uint64_t
client_connect (int fd)
{
  uint8_t packet[BT_UDP_CONNECT_LEN];
  uint8_t reply[TRK_UDP_REPLY_MAX];
  uint64_t id;

  g_assert_cmpuint (bt_udp_connect_write (packet, sizeof packet, 7), ==, sizeof packet);
  g_assert_cmpuint (client_ask (fd, packet, sizeof packet, reply), ==, 16);
  g_assert_true (bt_udp_connect_reply_parse (reply, 16, &id));
  return id;
}

/* Announces from a peer's port of its own and returns how many leechers there are. */
static int64_t
client_announce (int fd, uint64_t id, uint16_t port, BtFamily family)
{
  BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_STARTED);
  uint8_t packet[BT_UDP_ANNOUNCE_LEN];
  uint8_t bytes[TRK_UDP_REPLY_MAX];
  BtAnnounceReply reply;
  size_t len;

  request.port = port;
  len = udp_world_write_announce (packet, sizeof packet, id, &request, NULL);
  len = client_ask (fd, packet, len, bytes);
  g_assert_true (bt_udp_announce_reply_parse (bytes, len, family, &reply));
  return reply.incomplete;
}

/* --- the tracker --- */

typedef struct
{
  UdpWorld world;
  TrkUdp *udp;
  BtEndpoint addresses[2];
  TrkUdpFault fault;
} Fixture;

static bool
set_up (Fixture *f, const char *first, const char *second, unsigned n_workers)
{
  TrkUdpConfig config = { .n_addresses = second != NULL ? 2 : 1, .n_workers = n_workers };

  udp_world_init (&f->world, 0);
  f->addresses[0] = udp_world_endpoint (first);
  if (second != NULL)
    f->addresses[1] = udp_world_endpoint (second);
  config.addresses = f->addresses;
  config.rules = f->world.rules;
  f->udp = trk_udp_new (&config, f->world.service, &f->fault);
  for (size_t i = 0; f->udp != NULL && i < config.n_addresses; i++)
    f->addresses[i] = trk_udp_address (f->udp, i);
  return f->udp != NULL;
}

static void
tear_down (Fixture *f)
{
  trk_udp_free (f->udp);
  udp_world_clear (&f->world);
}

static bool
machine_has_v6 (void)
{
  struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool has = fd >= 0 && bind (fd, (struct sockaddr *) &at, sizeof at) == 0;

  if (fd >= 0)
    close (fd);
  return has;
}

/* --- cases --- */

static void
test_families (void)
{
  uint8_t packet[BT_UDP_SCRAPE_HEAD_LEN + BT_INFO_HASH_LEN];
  uint8_t reply[TRK_UDP_REPLY_MAX];
  BtScrapeEntry entry;
  uint64_t id;
  int client4;
  int client6;
  Fixture f;

  if (!machine_has_v6 ())
    {
      g_test_skip ("no IPv6 on this machine");
      return;
    }
  g_assert_true (set_up (&f, "127.0.0.1:0", "[::1]:0", 2));
  g_assert_cmpuint (trk_udp_n_workers (f.udp), ==, 2);
  client4 = client_new ("127.0.0.1:0", &f.addresses[0]);
  client6 = client_new ("[::1]:0", &f.addresses[1]);
  id = client_connect (client4);
  g_assert_cmpint (client_announce (client4, id, 6881, BT_FAMILY_V4), ==, 1);
  id = client_connect (client6);
  g_assert_cmpint (client_announce (client6, id, 6881, BT_FAMILY_V6), ==, 2);
  g_assert_cmpuint (udp_world_write_scrape (packet, sizeof packet, id, 1), ==, sizeof packet);
  g_assert_cmpuint (client_ask (client6, packet, sizeof packet, reply), ==, 20);
  g_assert_true (bt_udp_scrape_reply_parse (reply, 20, 0, &entry));
  g_assert_cmpuint (entry.incomplete, ==, 2);
  close (client4);
  close (client6);
  tear_down (&f);
}

/* Clients enough for the kernel to give every worker some. */
static void
test_workers (void)
{
  int clients[64];
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0", NULL, 4));
  for (uint16_t i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      uint64_t id;

      clients[i] = client_new ("127.0.0.1:0", &f.addresses[0]);
      id = client_connect (clients[i]);
      g_assert_cmpint (client_announce (clients[i], id, (uint16_t) (i + 1), BT_FAMILY_V4), ==,
                       i + 1);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (clients); i++)
    close (clients[i]);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_ANNOUNCES_UDP), >=, 64);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_CONNECTS_UDP), >=, 64);
  tear_down (&f);
}

static void
test_one_for_each_processor (void)
{
  int client;
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0", NULL, 0));
  g_assert_cmpuint (trk_udp_n_workers (f.udp), ==, g_get_num_processors ());
  client = client_new ("127.0.0.1:0", &f.addresses[0]);
  (void) client_connect (client); /* that it is answered is enough */
  close (client);
  tear_down (&f);
}

/* What gets no answer: the first reply is that of the connect which is sent after it. */
static void
test_silence (void)
{
  BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_STARTED);
  uint8_t junk[4000] = { 0 };
  uint8_t packet[BT_UDP_ANNOUNCE_LEN];
  int client;
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0", NULL, 1));
  client = client_new ("127.0.0.1:0", &f.addresses[0]);
  for (uint64_t id = 1; id <= 200; id++)
    client_send (client, packet,
                 udp_world_write_announce (packet, sizeof packet, id << 32, &request, NULL));
  client_send (client, junk, 0);
  client_send (client, junk, 15);
  g_assert_cmpuint (udp_world_write_announce (junk, sizeof junk, 1, &request, NULL), >, 0);
  client_send (client, junk, sizeof junk); /* longer than anything that is read */
  (void) client_connect (client);          /* checks that it is the answer to a connect */
  close (client);
  g_clear_pointer (&f.udp, trk_udp_free); /* counts what the system dropped */
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_BAD_IDS)
                        + udp_world_count (&f.world, TRK_COUNT_JUNK)
                        + udp_world_count (&f.world, TRK_COUNT_DROPPED),
                    ==, 203);
  tear_down (&f);
}

/* A tracker that listens everywhere answers from where it was asked: a connected client hears
 * nothing else. */
static void
test_everywhere (void)
{
  static const char *const asked[] = { "127.0.0.1:0", "127.0.0.2:0", "127.200.3.4:0", "[::1]:0" };
  bool v6 = machine_has_v6 ();
  Fixture f;

  g_assert_true (set_up (&f, "0.0.0.0:0", v6 ? "[::]:0" : NULL, 2));
  for (size_t i = 0; i < (v6 ? 4 : 3); i++)
    {
      BtFamily family = i < 3 ? BT_FAMILY_V4 : BT_FAMILY_V6;
      int client = client_new (asked[i], &f.addresses[i < 3 ? 0 : 1]);
      uint64_t id = client_connect (client);

      g_assert_cmpint (client_announce (client, id, (uint16_t) (i + 1), family), ==, i + 1);
      close (client);
    }
  tear_down (&f);
}

/* A client of its own announces; returns the length of the reply. */
static size_t
announce_once (Fixture *f, const BtAnnounceRequest *request, uint8_t reply[TRK_UDP_REPLY_MAX])
{
  int client = client_new ("127.0.0.1:0", &f->addresses[0]);
  uint8_t packet[BT_UDP_ANNOUNCE_LEN];
  size_t len
      = udp_world_write_announce (packet, sizeof packet, client_connect (client), request, NULL);

  len = client_ask (client, packet, len, reply);
  close (client);
  return len;
}

/* One peer announces for 10.1.2.3; the answer to another one tells where it is taken to be. */
static void
assert_believed (Fixture *f, uint8_t torrent, const char *expected)
{
  BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_STARTED);
  BtEndpoint peer = udp_world_endpoint (expected);
  uint8_t reply[TRK_UDP_REPLY_MAX];
  uint8_t compact[BT_COMPACT_V6_LEN];

  udp_world_hash (torrent, request.info_hash);
  request.ipv4 = udp_world_endpoint ("10.1.2.3:0");
  g_assert_cmpuint (announce_once (f, &request, reply), ==, 20);
  request.ipv4 = (BtEndpoint){ 0 };
  request.port = 1;
  g_assert_cmpuint (announce_once (f, &request, reply), ==, 26);
  g_assert_cmpuint (bt_endpoint_write_compact (&peer, compact), ==, 6);
  g_assert_cmpmem (reply + 20, 6, compact, 6);
}

static void
test_claims (void)
{
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0", NULL, 2));
  assert_believed (&f, 1, "127.0.0.1:6881");
  udp_world_set_believes (&f.world, true);
  assert_believed (&f, 2, "10.1.2.3:6881");
  udp_world_set_believes (&f.world, false);
  assert_believed (&f, 3, "127.0.0.1:6881");
  tear_down (&f);
}

/* --- trouble at the start --- */

/* The port is this tracker's alone, although its sockets share it. */
static void
test_in_use (void)
{
  char text[BT_ENDPOINT_TEXT];
  Fixture first;
  Fixture second;

  g_assert_true (set_up (&first, "127.0.0.1:0", NULL, 2));
  (void) bt_endpoint_write (&first.addresses[0], text); /* its length does not matter */
  g_assert_false (set_up (&second, text, NULL, 2));
  g_assert_cmpint (second.fault.code, ==, EADDRINUSE);
  g_assert_cmpint (bt_endpoint_compare (&second.fault.address, &first.addresses[0]), ==, 0);
  tear_down (&second);
  tear_down (&first);
}

static void
test_not_ours (void)
{
  Fixture f;

  g_assert_false (set_up (&f, "127.0.0.1:0", "9.9.9.9:0", 2));
  g_assert_cmpint (f.fault.code, ==, EADDRNOTAVAIL);
  g_assert_cmpint (bt_endpoint_compare (&f.fault.address, &f.addresses[1]), ==, 0);
  tear_down (&f);
}

/* Starts a tracker of which the @nth call fails: no start, with the reason. Returns whether it
 * started. */
static bool
start_with_fault (unsigned nth, int sys_errno)
{
  unsigned before = faults_count_descriptors ();
  bool started;
  Fixture f;

  faults_begin (nth, sys_errno);
  started = set_up (&f, "127.0.0.1:0", "127.0.0.2:0", 2);
  (void) faults_end (); /* the workers' calls may be hit or not */
  if (!started)
    g_assert_cmpint (f.fault.code, ==, sys_errno);
  tear_down (&f);
  g_assert_cmpuint (faults_count_descriptors (), ==, before);
  return started;
}

/* Connects and announces while the workers' @nth call fails: who asks again is answered. Returns
 * whether there were as many calls. */
static bool
serve_with_fault (unsigned nth, int sys_errno)
{
  int client;
  bool hit;
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0", "127.0.0.2:0", 2));
  client = client_new ("127.0.0.2:0", &f.addresses[1]);
  faults_begin (nth, sys_errno);
  g_assert_cmpint (client_announce (client, client_connect (client), 6881, BT_FAMILY_V4), ==, 1);
  hit = faults_end ();
  close (client);
  tear_down (&f);
  return hit;
}

static void
test_faults (const void *data)
{
  int sys_errno = GPOINTER_TO_INT (data);
  unsigned nth = 1;

  while (nth < MANY_CALLS && !start_with_fault (nth, sys_errno))
    nth++;
  g_assert_cmpuint (nth, ==, 9); /* socket() and bind() of two addresses and workers */
  for (nth = 1; nth < MANY_CALLS && serve_with_fault (nth, sys_errno);)
    nth++;
  g_assert_cmpuint (nth, >, 4); /* two requests and two answers */
  g_assert_cmpuint (nth, <, MANY_CALLS);
}

/* --- the end --- */

/* What has arrived before it stops is answered. */
static void
test_drain (void)
{
  uint8_t packet[BT_UDP_CONNECT_LEN];
  uint8_t reply[TRK_UDP_REPLY_MAX];
  int client;
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0", NULL, 3));
  client = client_new ("127.0.0.1:0", &f.addresses[0]);
  g_assert_cmpuint (bt_udp_connect_write (packet, sizeof packet, 7), ==, sizeof packet);
  for (unsigned i = 0; i < 64; i++)
    client_send (client, packet, sizeof packet);
  trk_udp_stop (f.udp);
  trk_udp_stop (f.udp);
  trk_udp_free (f.udp);
  f.udp = NULL;
  for (unsigned i = 0; i < 64; i++)
    g_assert_cmpint (recv (client, reply, sizeof reply, MSG_DONTWAIT), ==, 16);
  g_assert_cmpint (recv (client, reply, sizeof reply, MSG_DONTWAIT), ==, -1);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_CONNECTS_UDP), ==, 64);
  close (client);
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    int sys_errno;
  } faults[] = {
    { "/trk/udp/faults/eagain", EAGAIN }, { "/trk/udp/faults/eintr", EINTR },
    { "/trk/udp/faults/emfile", EMFILE }, { "/trk/udp/faults/enobufs", ENOBUFS },
    { "/trk/udp/faults/eperm", EPERM },
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/udp/families", test_families);
  g_test_add_func ("/trk/udp/workers", test_workers);
  g_test_add_func ("/trk/udp/one-for-each-processor", test_one_for_each_processor);
  g_test_add_func ("/trk/udp/silence", test_silence);
  g_test_add_func ("/trk/udp/everywhere", test_everywhere);
  g_test_add_func ("/trk/udp/claims", test_claims);
  g_test_add_func ("/trk/udp/in-use", test_in_use);
  g_test_add_func ("/trk/udp/not-ours", test_not_ours);
  for (size_t i = 0; i < G_N_ELEMENTS (faults); i++)
    g_test_add_data_func (faults[i].path, GINT_TO_POINTER (faults[i].sys_errno), test_faults);
  g_test_add_func ("/trk/udp/drain", test_drain);
  return g_test_run ();
}
