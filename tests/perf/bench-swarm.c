/* bench-swarm.c: what a million peers cost in memory, and an announce in time, by size of swarm;
 * what it takes to put them into a snapshot and to take them up again; what a flood does.
 *
 * Memory is what the process grew by. An announce asks for 50 peers; seven in eight come from known
 * peers, the others stop or start. One core; every case in a process of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "tracker-server/swarm/trk-announce.h"
#include "tracker-server/swarm/trk-freeze.h"
#include "tracker-server/swarm/trk-full-scrape.h"

#define ANNOUNCES 1000000u
#define RUNS 20u
#define BATCH 64u

typedef struct
{
  const char *name;
  uint32_t n_peers; /* 0: a flood */
  uint32_t n_swarms;
  bool v6;
} Case;

static const Case cases[] = {
  { "v4, 10,000 swarms", 1000000, 10000, false },
  { "v4, 100,000 swarms", 1000000, 100000, false },
  { "v4, 500,000 swarms", 1000000, 500000, false },
  { "v4, 10,000 swarms, 10 M peers", 10000000, 10000, false },
  { "v4, 5,000,000 swarms, 10 M peers", 10000000, 5000000, false },
  { "v4, 1 swarm", 1000000, 1, false },
  { "v6, 10,000 swarms", 1000000, 10000, true },
  { "v6, 500,000 swarms", 1000000, 500000, true },
  { "v4, 1 swarm of 2", 2, 1, false },
  { "v4, 1 swarm of 100", 100, 1, false },
  { "v4, 1 swarm of 256", 256, 1, false },
  { "v4, 1 swarm of 300", 300, 1, false },
  { "v4, 1 swarm of 10,000", 10000, 1, false },
  { "v6, 1 swarm of 100", 100, 1, true },
  { "v6, 1 swarm of 10,000", 10000, 1, true },
  { "flood, at most 1,000,000 peers", 0, 0, false },
  { "flood, at most 1,000,000 swarms", 0, 1000000, false },
};

typedef struct
{
  TrkPolicy policy;
  TrkSwarms *swarms;
  uint64_t random;
  uint64_t now_s;
  uint64_t sum; /* keeps the compiler honest */
} Bench;

static size_t
resident (void)
{
  g_autofree char *text = NULL;
  char *second;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    abort ();
  second = strchr (text, ' ');
  return (size_t) g_ascii_strtoull (second, NULL, 10) * (size_t) sysconf (_SC_PAGESIZE);
}

static uint64_t
next (Bench *b)
{
  b->random ^= b->random << 13;
  b->random ^= b->random >> 7;
  b->random ^= b->random << 17;
  return b->random;
}

/* One announce of a batch. */
typedef struct
{
  BtAnnounceRequest request;
  BtEndpoint source;
  TrkAnnounce announce;
  uint64_t key;
} Turn;

/* The @number-th peer announces to the swarm that it is in: an eighth of them are seeders. */
static void
turn_init (Turn *turn, Bench *b, const Case *c, uint32_t number, BtAnnounceEvent event)
{
  uint32_t swarm = number % c->n_swarms;
  uint32_t mixed = number * 2654435761u;
  uint8_t addr[16] = { 0x2a };
  BtAnnounceRequest *request = &turn->request;

  memcpy (addr + (c->v6 ? 4 : 0), &mixed, sizeof mixed);
  turn->source = c->v6 ? bt_endpoint_v6 (addr, 1) : bt_endpoint_v4 (addr, 1);
  bt_announce_request_init (request);
  memcpy (request->info_hash, &swarm, sizeof swarm);
  request->port = (uint16_t) (1 + number % 65535);
  request->left = number / c->n_swarms % 8;
  request->event = event;
  request->numwant = 50;
  turn->announce = (TrkAnnounce){ request, &turn->source, TRK_CARRIER_UDP, b->now_s, next (b) };
  turn->key = trk_swarms_key (b->swarms, request->info_hash);
}

static void
answer (Bench *b, const Turn *turn)
{
  TrkRoom room;
  BtAnnounceReply reply;
  bool completed;

  if (trk_announce (&b->policy, b->swarms, &turn->announce, &room, &reply, &completed)
      != TRK_ANSWERED)
    abort ();
  b->sum += room.n_v4 + room.n_v6;
}

static void
announce (Bench *b, const Case *c, uint32_t number, BtAnnounceEvent event)
{
  Turn turn;

  turn_init (&turn, b, c, number, event);
  answer (b, &turn);
}

/* As a UDP worker does it. */
static void
announce_batch (Bench *b, const Turn *turns, uint32_t n)
{
  bool more[BATCH];

  memset (more, true, sizeof more);
  for (unsigned step = 0; step < TRK_AHEAD_STEPS; step++)
    for (uint32_t i = 0; i < n; i++)
      more[i] = more[i]
                && trk_announce_ahead (&b->policy, b->swarms, &turns[i].announce, turns[i].key,
                                       (TrkAheadStep) step);
  for (uint32_t i = 0; i < n; i++)
    answer (b, &turns[i]);
}

/* The swarms fill up side by side, as they do in the world. */
static void
fill (Bench *b, const Case *c)
{
  for (uint32_t i = 0; i < c->n_peers; i++)
    announce (b, c, i, BT_ANNOUNCE_STARTED);
}

/* The quickest of several runs: others may use the machine. */
static double
refresh_ns (Bench *b, const Case *c)
{
  int64_t best_us = INT64_MAX;
  Turn turns[BATCH];

  for (uint32_t run = 0; run < RUNS; run++)
    {
      int64_t start_us = g_get_monotonic_time ();

      for (uint32_t i = 0; i < ANNOUNCES / RUNS; i++)
        {
          uint64_t random = next (b);
          uint32_t number = (uint32_t) ((random & 0xffffffff) * c->n_peers >> 32);

          turn_init (&turns[i % BATCH], b, c, number,
                     random >> 32 & 15  ? BT_ANNOUNCE_NONE
                     : random >> 36 & 1 ? BT_ANNOUNCE_STOPPED
                                        : BT_ANNOUNCE_STARTED);
          if (i % BATCH == BATCH - 1)
            announce_batch (b, turns, BATCH);
        }
      best_us = MIN (best_us, g_get_monotonic_time () - start_us);
    }
  return (double) best_us * 1000 * RUNS / ANNOUNCES;
}

static double
expire_ns (Bench *b)
{
  int64_t start_us = g_get_monotonic_time ();

  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    trk_swarms_expire (b->swarms, i, 60);
  return (double) (g_get_monotonic_time () - start_us) * 1000;
}

static TrkSwarms *
make_store (const Bench *b)
{
  TrkSwarmsConfig config = { .key = "0123456789abcdef",
                             .timeout_s = trk_policy_timeout_s (&b->policy),
                             .max_swarms = UINT32_MAX,
                             .max_peers = UINT32_MAX,
                             .max_per_source = TRK_PER_SOURCE,
                             .max_empty = 1000000 };

  return trk_swarms_new (&config);
}

static void
measure_freeze (Bench *b)
{
  TrkSwarms *second = make_store (b);
  g_autoptr (GByteArray) chunk = g_byte_array_new ();
  int64_t freeze_us = 0, thaw_us = 0;
  TrkThawed sums = { 0 };
  size_t len = 0;

  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    {
      int64_t start_us = g_get_monotonic_time ();
      int64_t middle_us;

      g_byte_array_set_size (chunk, 0);
      trk_freeze_shard (b->swarms, i, 60, chunk);
      middle_us = g_get_monotonic_time ();
      if (!trk_thaw_chunk (second, chunk->data, chunk->len, 60, 0, &sums, NULL))
        abort ();
      freeze_us += middle_us - start_us;
      thaw_us += g_get_monotonic_time () - middle_us;
      len += chunk->len;
    }
  printf ("%34s snapshot of %" G_GUINT64_FORMAT " peers in %" G_GUINT64_FORMAT
          " swarms: %.1f MiB, written in %.0f ms, taken up in %.0f ms\n",
          "", sums.peers, sums.swarms, (double) len / 1048576, (double) freeze_us / 1000,
          (double) thaw_us / 1000);
  trk_swarms_free (second);
}

static void
measure_prime (const Bench *b)
{
  const uint32_t n = 100000;
  TrkSwarms *store = make_store (b);
  int64_t start_us = g_get_monotonic_time ();

  for (uint32_t i = 0; i < n; i++)
    {
      uint8_t hash[BT_INFO_HASH_LEN] = { 1 };

      memcpy (hash + 4, &i, sizeof i);
      trk_swarms_prime (store, hash, 5);
    }
  printf ("%34s %u counts set in %.0f ms\n", "", n,
          (double) (g_get_monotonic_time () - start_us) / 1000);
  trk_swarms_free (store);
}

static void
measure_full_scrape (const Bench *b)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  int64_t start_us = g_get_monotonic_time ();

  if (!trk_full_scrape (&b->policy, b->swarms, UINT32_MAX, 0, body))
    return;
  printf ("%34s full scrape: %.1f MiB in %.0f ms\n", "", (double) body->len / 1048576,
          (double) (g_get_monotonic_time () - start_us) / 1000);
}

static void
measure (const Case *c)
{
  Bench b = { .random = 88172645463325252, .now_s = 60 };
  size_t before = resident ();
  double grown, first_ns, later_ns;
  int64_t start_us;

  trk_policy_init (&b.policy);
  b.swarms = make_store (&b);
  start_us = g_get_monotonic_time ();
  fill (&b, c);
  first_ns = (double) (g_get_monotonic_time () - start_us) * 1000 / c->n_peers;
  grown = (double) (resident () - before);
  later_ns = refresh_ns (&b, c);
  printf ("%-34s %7.1f MiB %6.1f bytes a peer, first announce %6.0f ns, later %6.0f ns, "
          "expiry %4.1f ns a peer, %4.1f peers a reply\n",
          c->name, grown / 1048576, grown / c->n_peers, first_ns, later_ns,
          expire_ns (&b) / c->n_peers, (double) b.sum / (ANNOUNCES + (double) c->n_peers));
  measure_freeze (&b);
  if (c->n_swarms >= 100000)
    measure_full_scrape (&b);
  if (c->n_swarms == 100000)
    measure_prime (&b);
  trk_swarms_free (b.swarms);
}

/* A random peer of a random torrent. */
static void
announce_fake (Bench *b, uint64_t now_s)
{
  BtAnnounceRequest request;
  uint64_t random = next (b);
  BtEndpoint source = bt_endpoint_v4 ((const uint8_t *) &random, 1);
  TrkAnnounce turn = { &request, &source, TRK_CARRIER_UDP, now_s, random };
  BtAnnounceReply reply;
  bool completed;
  TrkRoom room;

  bt_announce_request_init (&request);
  memcpy (request.info_hash, &random, sizeof random);
  request.info_hash[19] = 1;
  request.port = 1;
  b->sum += trk_announce (&b->policy, b->swarms, &turn, &room, &reply, &completed) == TRK_ANSWERED;
}

/* How many peers there are besides those of the flood. */
static void
count_honest (const uint8_t hash[BT_INFO_HASH_LEN], const TrkSwarm *swarm, void *user_data)
{
  uint64_t *n = user_data;

  *n += hash[19] == 0 ? trk_swarm_n_peers (swarm) : 0;
}

/* 10^7 made-up peers of as many torrents within 100 minutes, into a tracker with room for a
 * million, a tenth of which are honest peers that announce every half hour. */
static void
measure_flood (const char *name, uint64_t max_swarms, uint64_t max_peers)
{
  const Case honest = { NULL, 100000, 10000, false };
  TrkSwarmsConfig config = { .key = "0123456789abcdef",
                             .max_swarms = max_swarms,
                             .max_peers = max_peers,
                             .max_per_source = TRK_PER_SOURCE,
                             .max_empty = 100000 };
  Bench b = { .random = 88172645463325252 };
  uint64_t n_honest = 0;
  int64_t flood_us = 0;
  size_t before = resident ();

  trk_policy_init (&b.policy);
  config.timeout_s = trk_policy_timeout_s (&b.policy);
  b.swarms = trk_swarms_new (&config);
  for (uint32_t minute = 0; minute < 100; minute++)
    {
      int64_t start_us;

      b.now_s = 60 * (uint64_t) minute;
      if (minute % 30 < 2)
        fill (&b, &honest);
      b.sum = minute == 0 ? 0 : b.sum;
      start_us = g_get_monotonic_time ();
      for (uint32_t i = 0; i < 100000; i++)
        announce_fake (&b, b.now_s);
      flood_us += g_get_monotonic_time () - start_us;
      for (uint32_t i = 0; minute % 5 == 0 && i < TRK_SHARDS; i++)
        trk_swarms_expire (b.swarms, i, b.now_s);
    }
  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    trk_swarms_visit (b.swarms, i, count_honest, &n_honest);
  printf ("%-34s %7.1f MiB, %.0f ns an announce of the flood, %" G_GUINT64_FORMAT
          " honest peers of %u left, %" G_GUINT64_FORMAT " swarms\n",
          name, (double) (resident () - before) / 1048576, (double) flood_us / 10000, n_honest,
          honest.n_peers, trk_swarms_totals (b.swarms).swarms);
  trk_swarms_free (b.swarms);
}

/* In a process of its own; false when it failed. */
static bool
apart (const Case *c)
{
  pid_t child;
  int status;

  (void) fflush (stdout); /* the child would print it again */
  child = fork ();
  if (child == 0)
    {
      if (c->n_peers > 0)
        measure (c);
      else if (c->n_swarms == 0)
        measure_flood (c->name, UINT32_MAX, 1000000);
      else
        measure_flood (c->name, c->n_swarms, UINT32_MAX);
      exit (0);
    }
  return child > 0 && waitpid (child, &status, 0) == child && status == 0;
}

int
main (int argc, char **argv)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    if ((argc <= 1 || strstr (cases[i].name, argv[1]) != NULL) && !apart (&cases[i]))
      return 1;
  return 0;
}
