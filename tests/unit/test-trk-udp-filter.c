/* test-trk-udp-filter.c: what the kernel's filter lets pass: connects and ids that are good or will
 * be, and hardly anything else. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/tracker/bt-connection-id.h"
#include "protocol/tracker/bt-udp-tracker.h"
#include "tracker-server/front/trk-udp-batch-private.h"
#include "tracker-server/front/trk-udp-filter-private.h"

#define SLOT_US (UINT64_C (1000) * BT_CONNECTION_ID_MS / BT_CONNECTION_ID_SLOTS)
#define NOW_US (1000 * SLOT_US + 7)

typedef struct
{
  int server;
  BtEndpoint at;
  BtConnectionIds ids;
} Fixture;

static BtEndpoint
endpoint (const char *text)
{
  BtEndpoint out = { 0 };

  g_assert_true (bt_endpoint_parse (text, strlen (text), &out));
  return out;
}

static bool
set_up (Fixture *f, const char *at)
{
  uint8_t secret[BT_SIPHASH_KEY_LEN] = { 3 };
  BtEndpoint bound = endpoint (at);

  bt_connection_ids_init (&f->ids, secret, false);
  f->server = trk_udp_socket_open (&bound, true, 0);
  if (f->server < 0)
    return false;
  f->at = trk_udp_socket_address (f->server);
  trk_udp_filter_attach (f->server, (BtFamily) f->at.family, &f->ids, NOW_US);
  return true;
}

/* Sends from a socket at @from, and says whether it arrived: on loopback it does at once. */
static bool
passes (const Fixture *f, const BtEndpoint *from, const uint8_t *bytes, size_t len)
{
  int client = trk_udp_socket_open (from, true, 0);
  struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons (f->at.port) };
  struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons (f->at.port) };
  bool is_v4 = from->family == BT_FAMILY_V4;
  uint8_t got[2048];
  ssize_t sent;

  g_assert_cmpint (client, >=, 0);
  memcpy (&v4.sin_addr, f->at.addr, sizeof v4.sin_addr);
  memcpy (&v6.sin6_addr, f->at.addr, sizeof v6.sin6_addr);
  sent = is_v4 ? sendto (client, bytes, len, 0, (struct sockaddr *) (void *) &v4, sizeof v4)
               : sendto (client, bytes, len, 0, (struct sockaddr *) (void *) &v6, sizeof v6);
  g_assert_cmpint (sent, ==, (ssize_t) len);
  close (client);
  return recv (f->server, got, sizeof got, MSG_DONTWAIT) >= 0;
}

static bool
id_passes (const Fixture *f, const BtEndpoint *from, uint64_t id)
{
  uint8_t packet[BT_UDP_ANNOUNCE_LEN] = { 0 };

  packet[11] = 1;
  bt_udp_request_set_id (packet, id);
  return passes (f, from, packet, sizeof packet);
}

static void
check_slots (const Fixture *f, const BtEndpoint *from)
{
  for (int slot = -8; slot <= 8; slot++)
    {
      uint64_t made_us = (uint64_t) ((int64_t) NOW_US + slot * (int64_t) SLOT_US);
      uint64_t id = bt_connection_id_make (&f->ids, from, made_us);

      g_assert_cmpint (id_passes (f, from, id), ==, slot >= -2 && slot <= 1);
    }
}

/* A bit of the tag, or of the slot, and it is another id; the rest the filter does not look at. */
static void
check_bits (const Fixture *f, const BtEndpoint *from)
{
  uint64_t id = bt_connection_id_make (&f->ids, from, NOW_US);

  for (unsigned bit = 0; bit < 64; bit++)
    g_assert_cmpint (id_passes (f, from, id ^ UINT64_C (1) << bit), ==,
                     bit >= 32 || (bit >= 2 && bit < 16));
}

static void
test_v4 (void)
{
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0"));
  for (unsigned i = 0; i < 50; i++)
    {
      const uint8_t addr[] = { 127, (uint8_t) (i * 37), (uint8_t) (i * 101), (uint8_t) (i + 1) };
      BtEndpoint from = bt_endpoint_v4 (addr, 0);
      BtEndpoint other = from;

      check_slots (&f, &from);
      other.addr[3] ^= 1;
      g_assert_false (id_passes (&f, &from, bt_connection_id_make (&f.ids, &other, NOW_US)));
    }
  check_bits (&f, &(BtEndpoint){ .family = BT_FAMILY_V4, .addr = { 127, 1, 2, 3 } });
  g_assert_cmpuint (trk_udp_filter_dropped (f.server), >, 50 * 13);
  close (f.server);
}

static void
test_v6 (void)
{
  BtEndpoint from = endpoint ("[::1]:0");
  Fixture f;

  if (!set_up (&f, "[::1]:0"))
    {
      g_test_skip ("no IPv6 on loopback");
      return;
    }
  check_slots (&f, &from);
  check_bits (&f, &from);
  close (f.server);
}

/* What cannot be said with one address on loopback: each word of an IPv6 address counts. */
static void
test_tags (void)
{
  BtConnectionIds ids;
  uint8_t secret[BT_SIPHASH_KEY_LEN] = { 3 };
  BtConnectionTagKey key;
  BtEndpoint from = endpoint ("[2001:db8:1:2:3:4:5:6]:0");
  uint32_t tag;
  unsigned same = 0;

  bt_connection_ids_init (&ids, secret, false);
  key = bt_connection_tag_key (&ids, 0, NOW_US);
  tag = bt_connection_tag (&key, &from);
  for (unsigned bit = 0; bit < 128; bit++)
    {
      BtEndpoint other = from;

      other.addr[bit / 8] ^= (uint8_t) (1u << bit % 8);
      same += bt_connection_tag (&key, &other) == tag;
    }
  g_assert_cmpuint (same, <=, 1);
}

static void
test_junk (void)
{
  static const uint8_t connect[BT_UDP_CONNECT_LEN] = { 0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80 };
  BtEndpoint from = endpoint ("127.0.0.1:0");
  uint8_t packet[1500] = { 0 };
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0"));
  g_assert_true (passes (&f, &from, connect, sizeof connect));
  for (size_t i = 0; i < 12; i++)
    {
      memcpy (packet, connect, sizeof connect);
      packet[i] ^= 0x40;
      g_assert_false (passes (&f, &from, packet, sizeof connect));
    }
  memcpy (packet, connect, sizeof connect);
  for (size_t len = 0; len < sizeof connect; len++)
    g_assert_false (passes (&f, &from, packet, len));
  g_assert_true (passes (&f, &from, packet, sizeof packet));
  close (f.server);
}

/* Random ids: one in 65,536 passes. */
static void
test_guesses (void)
{
  BtEndpoint from = endpoint ("127.0.0.1:0");
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  unsigned passed = 0;
  Fixture f;

  g_assert_true (set_up (&f, "127.0.0.1:0"));
  for (unsigned i = 0; i < 20000; i++)
    passed += id_passes (&f, &from, (uint64_t) g_rand_int (rand) << 32 | g_rand_int (rand));
  g_assert_cmpuint (passed, <=, 5);
  close (f.server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/udp-filter/v4", test_v4);
  g_test_add_func ("/trk/udp-filter/v6", test_v6);
  g_test_add_func ("/trk/udp-filter/tags", test_tags);
  g_test_add_func ("/trk/udp-filter/junk", test_junk);
  g_test_add_func ("/trk/udp-filter/guesses", test_guesses);
  return g_test_run ();
}
