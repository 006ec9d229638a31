/* bench-tracker-codec.c: nanoseconds for what a tracker does with each announce beside its swarms:
 * read the request, write the answer of 50 peers; and for a connection id.
 *
 * The cases take turns, so that a slow spell of the machine hits all of them; each figure is the
 * median of the turns. One core, everything in the cache. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "protocol/tracker/bt-connection-id.h"
#include "protocol/tracker/bt-http-announce.h"
#include "protocol/tracker/bt-udp-tracker.h"

#define TURNS 101
#define TURN_TIMES 2000
#define N_PEERS 50

typedef struct
{
  GString *query;
  uint8_t packet[BT_UDP_ANNOUNCE_LEN];
  uint8_t peers[N_PEERS * BT_COMPACT_V4_LEN];
  BtAnnounceReply reply;
  BtConnectionIds ids;
  BtEndpoint from;
  uint64_t id;
  size_t sum; /* so that nothing is left out */
} Bench;

static void
udp_announce (Bench *b)
{
  uint8_t out[1500];
  BtUdpHead head;
  BtAnnounceRequest request;
  BtLent options;

  if (bt_udp_request_peek (b->packet, sizeof b->packet, &head) != BT_UDP_ANNOUNCE
      || bt_udp_announce_parse (b->packet, sizeof b->packet, &request, &options) != BT_TRACKER_FINE)
    abort ();
  b->sum
      += bt_udp_announce_reply_write (out, sizeof out, head.transaction_id, &b->reply, BT_FAMILY_V4)
         + request.port + out[100];
}

static void
connection_id (Bench *b)
{
  b->sum += bt_connection_id_check (&b->ids, &b->from, b->id, 1000000);
}

static void
connection_id_bad (Bench *b)
{
  b->sum += bt_connection_id_check (&b->ids, &b->from, ~b->id, 1000000000);
}

static void
http_announce (Bench *b)
{
  uint8_t out[1500];
  BtAnnounceRequest request;

  if (bt_http_announce_parse (b->query->str, b->query->len, &request) != BT_TRACKER_FINE)
    abort ();
  b->sum += bt_http_announce_write (out, sizeof out, &b->reply, bt_announce_peers_form (&request))
            + out[100];
}

static const struct
{
  const char *name;
  void (*run) (Bench *b);
} cases[] = {
  { "UDP announce, 50 peers", udp_announce },
  { "HTTP announce, 50 peers", http_announce },
  { "connection id, fresh", connection_id },
  { "connection id, bad", connection_id_bad },
};

static double
turn (Bench *b, size_t c)
{
  int64_t start_us = g_get_monotonic_time ();

  for (unsigned i = 0; i < TURN_TIMES; i++)
    cases[c].run (b);
  return (double) (g_get_monotonic_time () - start_us) * 1000 / TURN_TIMES;
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

static void
prepare (Bench *b)
{
  const BtLent no_url = { 0 };
  BtAnnounceRequest request;

  bt_announce_request_init (&request);
  for (unsigned i = 0; i < 20; i++)
    {
      request.info_hash[i] = (uint8_t) (13 * i);
      request.peer_id[i] = (uint8_t) (29 * i);
    }
  memcpy (request.peer_id, "-SH0100-", 8);
  request.port = 6881;
  request.uploaded = UINT64_C (123456789012);
  request.downloaded = 987654321;
  request.left = 123456789;
  request.numwant = 200;
  request.key = 0xcafe1234;
  request.has_key = request.no_peer_id = request.supports_crypto = true;
  bt_http_announce_url (b->query, "?", &request);
  g_string_erase (b->query, 0, 1);
  (void) bt_udp_announce_write (b->packet, sizeof b->packet, 7, &request, &no_url); /* it fits */
  bt_announce_reply_init (&b->reply);
  b->reply.interval_s = 1800;
  b->reply.min_interval_s = 900;
  b->reply.complete = 1234;
  b->reply.incomplete = 567;
  b->reply.peers_v4 = (BtLent){ b->peers, sizeof b->peers };
  bt_connection_ids_init (&b->ids, b->peers, false);
  b->from = bt_endpoint_v4 (b->peers, 6881);
  b->id = bt_connection_id_make (&b->ids, &b->from, 1000000);
}

int
main (void)
{
  g_autoptr (GString) query = g_string_new (NULL);
  Bench b = { .query = query };
  double ns[G_N_ELEMENTS (cases)][TURNS];

  prepare (&b);
  for (unsigned t = 0; t < TURNS; t++)
    for (size_t c = 0; c < G_N_ELEMENTS (cases); c++)
      ns[c][t] = turn (&b, c);
  for (size_t c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      qsort (ns[c], TURNS, sizeof ns[c][0], compare);
      printf ("%-24s %7.1f ns\n", cases[c].name, ns[c][TURNS / 2]);
    }
  return b.sum == 0;
}
