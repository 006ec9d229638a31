/* test-bt-udp-client.c: the time tables of BEP 15, and everything that a tracker may answer. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-udp-client.h"

#define SECOND_US UINT64_C (1000000)

static const uint8_t seed[BT_SIPHASH_KEY_LEN] = { 1, 2, 3 };

static BtEndpoint
tracker (void)
{
  return bt_endpoint_v4 ((const uint8_t[]){ 192, 0, 2, 1 }, 6969);
}

static void
start (BtUdpClient *client)
{
  BtEndpoint endpoint = tracker ();

  bt_udp_client_init (client, &endpoint, seed);
}

static uint32_t
announce (BtUdpClient *client, uint64_t now_s)
{
  const BtLent url = bt_lent_text ("/announce");
  BtAnnounceRequest request;

  bt_announce_request_init (&request);
  request.port = 6881;
  return bt_udp_client_announce (client, &request, &url, now_s * SECOND_US);
}

/* What the client sends next, which must be of one kind; its head. */
static BtUdpHead
sent (BtUdpClient *client, BtUdpAction action)
{
  BtLent out = { 0 };
  BtUdpHead head = { 0 };

  g_assert_true (bt_udp_client_next_output (client, &out));
  g_assert_cmpint (bt_udp_request_peek (out.bytes, out.len, &head), ==, action);
  return head;
}

static void
nothing_sent (BtUdpClient *client)
{
  BtLent out;

  g_assert_false (bt_udp_client_next_output (client, &out));
}

static bool
input (BtUdpClient *client, const uint8_t *data, size_t len, uint64_t now_s)
{
  BtEndpoint from = tracker ();
  g_autofree uint8_t *exact = g_malloc (MAX (len, 1));

  memcpy (exact, data, len);
  return bt_udp_client_input (client, exact, len, &from, now_s * SECOND_US);
}

static bool
answer_connect (BtUdpClient *client, uint32_t transaction, uint64_t id, uint64_t now_s)
{
  uint8_t packet[16];

  return input (client, packet, bt_udp_connect_reply_write (packet, sizeof packet, transaction, id),
                now_s);
}

static bool
answer_announce (BtUdpClient *client, uint32_t transaction, uint64_t now_s)
{
  static const uint8_t peers[] = { 192, 0, 2, 7, 0, 80 };
  uint8_t packet[64];
  BtAnnounceReply reply;

  bt_announce_reply_init (&reply);
  reply.interval_s = 1800;
  reply.complete = 3;
  reply.peers_v4 = (BtLent){ peers, sizeof peers };
  return input (
      client, packet,
      bt_udp_announce_reply_write (packet, sizeof packet, transaction, &reply, BT_FAMILY_V4),
      now_s);
}

static bool
answer_error (BtUdpClient *client, uint32_t transaction, uint64_t now_s)
{
  BtLent text = bt_lent_text ("go away");
  uint8_t packet[64];

  return input (client, packet, bt_udp_error_write (packet, sizeof packet, transaction, &text),
                now_s);
}

static BtUdpClientEvent
event (BtUdpClient *client, BtUdpClientOutcome outcome, uint32_t request)
{
  BtUdpClientEvent out = { 0 };

  g_assert_true (bt_udp_client_next_event (client, &out));
  g_assert_cmpint (out.outcome, ==, outcome);
  g_assert_cmpuint (out.request, ==, request);
  return out;
}

static void
no_event (BtUdpClient *client)
{
  BtUdpClientEvent out;

  g_assert_false (bt_udp_client_next_event (client, &out));
}

/* The deadline is at this second and not before; it passes. */
static void
tick_at (BtUdpClient *client, uint64_t now_s)
{
  g_assert_cmpuint (bt_udp_client_deadline (client), ==, now_s * SECOND_US);
  bt_udp_client_tick (client, now_s * SECOND_US - 1);
  nothing_sent (client);
  bt_udp_client_tick (client, now_s * SECOND_US);
}

static void
test_announce (void)
{
  g_auto (BtUdpClient) client = { 0 };
  BtUdpClientEvent got;
  BtUdpHead head;
  uint32_t request;

  start (&client);
  g_assert_cmpuint (bt_udp_client_deadline (&client), ==, UINT64_MAX);
  request = announce (&client, 0);
  head = sent (&client, BT_UDP_CONNECT);
  nothing_sent (&client);
  g_assert_true (answer_connect (&client, head.transaction_id, 77, 1));
  head = sent (&client, BT_UDP_ANNOUNCE);
  g_assert_cmpuint (head.connection_id, ==, 77);
  nothing_sent (&client);
  no_event (&client);
  g_assert_true (answer_announce (&client, head.transaction_id, 2));
  got = event (&client, BT_UDP_CLIENT_ANNOUNCED, request);
  g_assert_cmpuint (got.announce.interval_s, ==, 1800);
  g_assert_cmpint (got.announce.complete, ==, 3);
  g_assert_cmpuint (got.announce.peers_v4.len, ==, 6);
  no_event (&client);
  g_assert_cmpuint (bt_udp_client_deadline (&client), ==, UINT64_MAX);
  g_assert_false (answer_announce (&client, head.transaction_id, 3));
}

/* "Connect times out" and, to the end, n = 8. */
static void
test_connect_timeouts (void)
{
  g_auto (BtUdpClient) client = { 0 };
  uint64_t now_s = 0;
  uint32_t request;
  uint32_t transaction;

  start (&client);
  request = announce (&client, 0);
  transaction = sent (&client, BT_UDP_CONNECT).transaction_id;
  for (unsigned n = 0; n < 8; n++)
    {
      now_s += 15u << n; /* 15, 45, 105 ... */
      tick_at (&client, now_s);
      g_assert_cmphex (sent (&client, BT_UDP_CONNECT).transaction_id, ==, transaction);
      nothing_sent (&client);
    }
  tick_at (&client, now_s + 3840);
  nothing_sent (&client);
  (void) event (&client, BT_UDP_CLIENT_TIMEOUT, request);
  g_assert_cmpuint (bt_udp_client_deadline (&client), ==, UINT64_MAX);
  g_assert_false (answer_connect (&client, transaction, 1, now_s + 4000));
}

/* "Announce times out": the id grows old, and the tries go on counting. */
static void
test_announce_timeouts (void)
{
  g_auto (BtUdpClient) client = { 0 };
  BtUdpHead head;
  uint32_t request;

  start (&client);
  request = announce (&client, 0);
  head = sent (&client, BT_UDP_CONNECT);
  g_assert_true (answer_connect (&client, head.transaction_id, 77, 2));
  head = sent (&client, BT_UDP_ANNOUNCE);
  tick_at (&client, 17);
  g_assert_cmphex (sent (&client, BT_UDP_ANNOUNCE).transaction_id, ==, head.transaction_id);
  tick_at (&client, 47);
  g_assert_cmphex (sent (&client, BT_UDP_ANNOUNCE).connection_id, ==, 77);
  tick_at (&client, 107);
  (void) sent (&client, BT_UDP_CONNECT);
  tick_at (&client, 227);
  head = sent (&client, BT_UDP_CONNECT);
  g_assert_true (answer_connect (&client, head.transaction_id, 78, 230));
  head = sent (&client, BT_UDP_ANNOUNCE);
  g_assert_cmpuint (head.connection_id, ==, 78);
  tick_at (&client, 230 + 240);
  (void) sent (&client, BT_UDP_CONNECT);
  g_assert_true (answer_announce (&client, head.transaction_id, 471)); /* late, and still welcome */
  (void) event (&client, BT_UDP_CLIENT_ANNOUNCED, request);
  nothing_sent (&client);
}

/* "Multiple requests" share an id for a minute after it came. */
static void
test_sharing (void)
{
  g_auto (BtUdpClient) client = { 0 };
  BtUdpHead heads[3];
  BtUdpHead connect;
  uint32_t requests[3];

  start (&client);
  for (unsigned i = 0; i < 3; i++)
    requests[i] = announce (&client, 0);
  connect = sent (&client, BT_UDP_CONNECT);
  nothing_sent (&client);
  g_assert_true (answer_connect (&client, connect.transaction_id, 5, 1));
  for (unsigned i = 0; i < 3; i++)
    {
      heads[i] = sent (&client, BT_UDP_ANNOUNCE);
      g_assert_cmpuint (heads[i].connection_id, ==, 5);
      for (unsigned j = 0; j < i; j++)
        g_assert_cmphex (heads[i].transaction_id, !=, heads[j].transaction_id);
    }
  for (unsigned i = 3; i > 0; i--)
    {
      g_assert_true (answer_announce (&client, heads[i - 1].transaction_id, 2));
      (void) event (&client, BT_UDP_CLIENT_ANNOUNCED, requests[i - 1]);
    }
  (void) announce (&client, 60);
  g_assert_true (answer_announce (&client, sent (&client, BT_UDP_ANNOUNCE).transaction_id, 60));
  (void) announce (&client, 61);
  (void) sent (&client, BT_UDP_CONNECT);
  nothing_sent (&client);
}

/* An id is good for the address that it was given to (BEP 15). */
static void
test_moved (void)
{
  g_auto (BtUdpClient) client = { 0 };

  start (&client);
  (void) announce (&client, 0);
  g_assert_true (answer_connect (&client, sent (&client, BT_UDP_CONNECT).transaction_id, 5, 1));
  (void) sent (&client, BT_UDP_ANNOUNCE);
  bt_udp_client_moved (&client);
  (void) announce (&client, 2);
  (void) sent (&client, BT_UDP_CONNECT);
  nothing_sent (&client);
}

static void
test_scrape (void)
{
  static const BtScrapeEntry entries[] = { { .complete = 1, .downloaded = 2, .incomplete = 3 },
                                           { .complete = 4, .downloaded = 5, .incomplete = 6 } };
  g_auto (BtUdpClient) client = { 0 };
  uint8_t hashes[(BT_LIMIT_SCRAPE_UDP + 1) * BT_INFO_HASH_LEN] = { [20] = 9 };
  BtScrapeRequest many = { hashes, BT_LIMIT_SCRAPE_UDP + 1 };
  BtScrapeRequest none = { hashes, 0 };
  BtScrapeRequest three = { hashes, 3 };
  uint8_t packet[64] = { 0 };
  BtUdpClientEvent got;
  BtUdpHead head;
  uint32_t request;
  size_t len;

  start (&client);
  g_assert_cmpuint (bt_udp_client_scrape (&client, &many, 0), ==, 0);
  g_assert_cmpuint (bt_udp_client_scrape (&client, &none, 0), ==, 0);
  request = bt_udp_client_scrape (&client, &three, 0);
  head = sent (&client, BT_UDP_CONNECT);
  g_assert_true (answer_connect (&client, head.transaction_id, 5, 1));
  head = sent (&client, BT_UDP_SCRAPE);
  len = bt_udp_scrape_reply_write (packet, sizeof packet, head.transaction_id, entries, 2);
  g_assert_true (input (&client, packet, len, 2));
  got = event (&client, BT_UDP_CLIENT_SCRAPED, request);
  g_assert_cmpuint (got.n_entries, ==, 2);
  g_assert_cmpuint (got.entries[1].incomplete, ==, 6);
  g_assert_cmpuint (got.entries[1].info_hash[0], ==, 9);
  g_assert_cmpuint (got.entries[0].info_hash[0], ==, 0);
}

static void
test_errors (void)
{
  g_auto (BtUdpClient) client = { 0 };
  BtUdpClientEvent got;
  BtUdpHead head;
  uint32_t first;
  uint32_t second;

  start (&client);
  first = announce (&client, 0);
  second = announce (&client, 0);
  head = sent (&client, BT_UDP_CONNECT);
  g_assert_true (answer_error (&client, head.transaction_id, 1));
  got = event (&client, BT_UDP_CLIENT_REFUSED, first);
  g_assert_cmpmem (got.text.bytes, got.text.len, "go away", 7);
  (void) event (&client, BT_UDP_CLIENT_REFUSED, second);
  nothing_sent (&client);

  first = announce (&client, 2);
  head = sent (&client, BT_UDP_CONNECT);
  g_assert_true (answer_connect (&client, head.transaction_id, 5, 3));
  head = sent (&client, BT_UDP_ANNOUNCE);
  g_assert_true (answer_error (&client, head.transaction_id, 4));
  (void) event (&client, BT_UDP_CLIENT_REFUSED, first);
  (void) announce (&client, 5); /* the id may have been the reason */
  (void) sent (&client, BT_UDP_CONNECT);
}

static void
test_ignored (void)
{
  static const uint8_t actions[][16] = { { [3] = 0 }, { [3] = 2 }, { [3] = 4 }, { 0xff } };
  g_auto (BtUdpClient) client = { 0 };
  BtEndpoint elsewhere = bt_endpoint_v4 ((const uint8_t[]){ 192, 0, 2, 1 }, 6970);
  uint8_t packet[64] = { 0 };
  BtUdpHead head;

  start (&client);
  (void) announce (&client, 0);
  head = sent (&client, BT_UDP_CONNECT);
  (void) bt_udp_connect_reply_write (packet, sizeof packet, head.transaction_id, 5);
  g_assert_false (bt_udp_client_input (&client, packet, 16, &elsewhere, 0));
  g_assert_cmpuint (client.ignored.wrong_source, ==, 1);
  for (size_t len = 0; len < 16; len++)
    g_assert_false (input (&client, packet, len, 1));
  g_assert_cmpuint (client.ignored.too_short, ==, 16);
  g_assert_false (answer_connect (&client, head.transaction_id + 1, 5, 1));
  g_assert_cmpuint (client.ignored.wrong_transaction, ==, 1);
  g_assert_false (answer_announce (&client, head.transaction_id, 1));
  g_assert_cmpuint (client.ignored.wrong_action, ==, 1);
  nothing_sent (&client);

  g_assert_true (answer_connect (&client, head.transaction_id, 5, 1));
  head = sent (&client, BT_UDP_ANNOUNCE);
  for (size_t i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      memcpy (packet, actions[i], 16);
      for (unsigned n = 0; n < 4; n++)
        packet[4 + n] = (uint8_t) (head.transaction_id >> (24 - 8 * n));
      g_assert_false (input (&client, packet, 64, 1));
    }
  g_assert_cmpuint (client.ignored.wrong_action, ==, 5);
  packet[0] = packet[1] = packet[2] = 0;
  packet[3] = 1;
  g_assert_false (input (&client, packet, 19, 1));
  g_assert_cmpuint (client.ignored.too_short, ==, 17);
  no_event (&client);
  g_assert_true (answer_announce (&client, head.transaction_id, 1));
}

static void
test_cancel (void)
{
  g_auto (BtUdpClient) client = { 0 };
  BtUdpHead head;
  uint32_t request;

  start (&client);
  request = announce (&client, 0);
  head = sent (&client, BT_UDP_CONNECT);
  bt_udp_client_cancel (&client, request);
  bt_udp_client_cancel (&client, request);
  g_assert_cmpuint (bt_udp_client_deadline (&client), ==, UINT64_MAX);
  g_assert_false (answer_connect (&client, head.transaction_id, 5, 1));
  nothing_sent (&client);
  no_event (&client);
}

static void
test_bounds (void)
{
  static const uint8_t long_url[2000];
  const BtLent url = { long_url, sizeof long_url };
  uint8_t hash[BT_INFO_HASH_LEN] = { 0 };
  BtScrapeRequest scrape = { hash, 1 };
  g_auto (BtUdpClient) client = { 0 };
  BtAnnounceRequest request;

  start (&client);
  bt_announce_request_init (&request);
  g_assert_cmpuint (bt_udp_client_announce (&client, &request, &url, 0), ==, 0);
  for (unsigned i = 0; i < BT_LIMIT_UDP_REQUESTS; i++)
    g_assert_cmpuint (announce (&client, 0), ==, i + 1);
  g_assert_cmpuint (announce (&client, 0), ==, 0);
  g_assert_cmpuint (bt_udp_client_scrape (&client, &scrape, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/udp-client/announce", test_announce);
  g_test_add_func ("/udp-client/connect-timeouts", test_connect_timeouts);
  g_test_add_func ("/udp-client/announce-timeouts", test_announce_timeouts);
  g_test_add_func ("/udp-client/sharing", test_sharing);
  g_test_add_func ("/udp-client/moved", test_moved);
  g_test_add_func ("/udp-client/scrape", test_scrape);
  g_test_add_func ("/udp-client/errors", test_errors);
  g_test_add_func ("/udp-client/ignored", test_ignored);
  g_test_add_func ("/udp-client/cancel", test_cancel);
  g_test_add_func ("/udp-client/bounds", test_bounds);
  return g_test_run ();
}
