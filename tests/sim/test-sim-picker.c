/* test-sim-picker.c: what the picker's choices amount to in a swarm: copies that spread evenly, a
 * seed that sends each piece once before any twice, little that is begun and not ended, and an end
 * that one slow peer does not hold up. */
#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "tests/sim/sim-swarm.h"

#define RATE (1000 * 1000)
#define KIB 1024

static const SimTrackerConfig tracker
    = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };
static const SimClientConfig seed = {
  .line = { .up_Bps = RATE, .down_Bps = 10 * RATE, .latency_us = 20 * SIM_MS },
  .seed = true,
};
static const SimClientConfig leech
    = { .line = { .up_Bps = RATE, .down_Bps = 10 * RATE, .latency_us = 20 * SIM_MS } };

/* --- rarest first --- */

/* How many clients but the first have each piece: the least and the most. */
static void
copies (const SimSwarm *swarm, uint32_t *least, uint32_t *most)
{
  *least = UINT32_MAX;
  *most = 0;
  for (uint32_t p = 0; p < swarm->layout->n_pieces; p++)
    {
      uint32_t n = 0;

      for (guint i = 1; i < swarm->clients->len; i++)
        n += bt_bitfield_test (sim_drive_has (sim_client_drive (sim_swarm_client (swarm, i))), p);
      *least = MIN (*least, n);
      *most = MAX (*most, n);
    }
}

static bool
has_copy (void *data)
{
  uint32_t least, most;

  copies (data, &least, &most);
  return least > 0;
}

/* What the seed sends twice before all was sent once is what it has begun to send at a time, and
 * the last pieces, which everybody asks for: the longer the seed is at it, the less that is. */
static const struct
{
  const char *name;
  uint64_t piece_length;
  uint32_t n_pieces;
  uint64_t rate_Bps;
  double copy_max; /* times what the seed's line needs for everything */
  bool slow;
} spreads[] = {
  { "/sim/picker/spread/large-pieces", 256 * KIB, 128, 100 * 1000, 1.6, false },
  { "/sim/picker/spread/small-pieces", 64 * KIB, 512, 100 * 1000, 1.3, true },
  { "/sim/picker/spread/short", 256 * KIB, 128, RATE, 1.8, true },
  { "/sim/picker/spread/long", 64 * KIB, 2048, RATE, 1.2, true },
};

/* One seed and 30 leeches that come at once. */
static void
test_spread (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (11), spreads[at].piece_length, spreads[at].n_pieces);
  SimClientConfig from = seed, to = leech;
  double ideal = (double) swarm->layout->end / (double) spreads[at].rate_Bps;
  double copy, last = 0, first = G_MAXDOUBLE;
  uint64_t from_us;

  from.line.up_Bps = to.line.up_Bps = spreads[at].rate_Bps;
  to.line.down_Bps = 10 * spreads[at].rate_Bps;
  (void) sim_swarm_add_tracker (swarm, &tracker);
  sim_client_start (sim_swarm_add_client (swarm, &from));
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  from_us = sim_world_now_us (swarm->world);
  for (unsigned i = 0; i < 30; i++)
    sim_client_start (sim_swarm_add_client (swarm, &to));
  g_assert_true (sim_swarm_run (swarm, 6000 * SIM_S, has_copy, swarm));
  copy = (double) (sim_world_now_us (swarm->world) - from_us) / (double) SIM_S;
  g_assert_true (sim_swarm_run_until_complete (swarm, 600 * SIM_S));
  for (unsigned i = 1; i <= 30; i++)
    {
      double time = sim_swarm_time_of (swarm, sim_swarm_client (swarm, i));

      first = MIN (first, time);
      last = MAX (last, time);
    }
  g_test_message ("copy after %.1f s of %.1f s; done after %.1f to %.1f s", copy, ideal, first,
                  last);
  g_assert_cmpfloat (copy, <, spreads[at].copy_max * ideal);
  g_assert_cmpfloat (last, <, copy * 1.1);
  sim_swarm_free (swarm);
}

/* Pieces that the seed has sent spread before more are sent: at no time do some have many copies
 * while others that are out have one. */
typedef struct
{
  const SimSwarm *swarm;
  double uneven; /* sum of standard deviation by mean */
  unsigned n;
} Evenness;

static bool
watch_evenness (void *data)
{
  Evenness *self = data;
  double sum = 0, squares = 0;
  uint32_t least, most;

  copies (self->swarm, &least, &most);
  for (uint32_t p = 0; p < self->swarm->layout->n_pieces; p++)
    {
      double n = 0;

      for (guint i = 1; i < self->swarm->clients->len; i++)
        n += bt_bitfield_test (sim_drive_has (sim_client_drive (sim_swarm_client (self->swarm, i))),
                               p);
      sum += n;
      squares += n * n;
    }
  if (least > 0 && sum > 0)
    {
      double mean = sum / self->swarm->layout->n_pieces;

      self->uneven += squares / self->swarm->layout->n_pieces / (mean * mean) - 1;
      self->n++;
    }
  return most == 30 && least == 30;
}

/* Thirty leeches with a random half each: rarest first makes the copies equal long before all are
 * done. */
static void
test_equal (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (15), 64 * KIB, 128);
  Evenness evenness = { .swarm = swarm };

  (void) sim_swarm_add_tracker (swarm, &tracker);
  sim_client_start (sim_swarm_add_client (swarm, &seed));
  for (unsigned i = 0; i < 30; i++)
    {
      SimClient *client = sim_swarm_add_client (swarm, &leech);

      for (uint32_t p = 0; p < 128; p++)
        if (sim_world_below (swarm->world, 128) > p) /* the first are common, the last rare */
          sim_drive_put (sim_client_drive (client), p);
      sim_client_start (client);
    }
  g_assert_true (sim_swarm_run (swarm, 300 * SIM_S, watch_evenness, &evenness));
  g_test_message ("variance by squared mean %.3f", evenness.uneven / evenness.n);
  g_assert_cmpfloat (evenness.uneven / evenness.n, <, 0.12);
  sim_swarm_free (swarm);
}

/* --- partial pieces --- */

static const struct
{
  const char *name;
  unsigned n_seeds;
  uint64_t piece_length;
  uint64_t up_Bps;
  uint32_t partial_max;
} partials[] = {
  { "/sim/picker/partial/few-fast", 4, 1024 * KIB, RATE, 24 },
  { "/sim/picker/partial/many-slow", 40, 1024 * KIB, 20 * 1000, 16 },
  { "/sim/picker/partial/small-pieces", 20, 64 * KIB, 100 * 1000, 180 },
};

typedef struct
{
  SimClient *client;
  uint32_t most;
} Watch;

static bool
watch_partials (void *data)
{
  Watch *watch = data;
  EngTorrent *torrent = sim_client_torrent (watch->client);

  watch->most = MAX (watch->most, eng_picker_counts (torrent->picker).partial);
  return torrent->state == ENG_TORRENT_SEEDING;
}

static void
test_partials (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (12), partials[at].piece_length,
                                   (uint32_t) (32 * 1024 * KIB / partials[at].piece_length));
  SimClientConfig from = seed;
  Watch watch = { 0 };

  from.line.up_Bps = partials[at].up_Bps;
  (void) sim_swarm_add_tracker (swarm, &tracker);
  for (unsigned i = 0; i < partials[at].n_seeds; i++)
    sim_client_start (sim_swarm_add_client (swarm, &from));
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  watch.client = sim_swarm_add_client (swarm, &leech);
  sim_client_start (watch.client);
  g_assert_true (sim_swarm_run (swarm, 600 * SIM_S, watch_partials, &watch));
  g_test_message ("%u partial pieces, %.1f s", watch.most, sim_swarm_time_of (swarm, watch.client));
  g_assert_cmpuint (watch.most, <=, partials[at].partial_max);
  sim_swarm_free (swarm);
}

/* --- in order --- */

/* The beginning is there long before the end, whatever the peers have. */
static void
test_sequential (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (13), 256 * KIB, 128);
  const BtBitfield *has;
  SimClient *client;
  size_t run;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  for (unsigned i = 0; i < 5; i++)
    sim_client_start (sim_swarm_add_client (swarm, &seed));
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  client = sim_swarm_add_client (swarm, &leech);
  sim_client_start (client);
  eng_picker_set_sequential (sim_client_torrent (client)->picker, true);
  (void) sim_swarm_run (swarm, 4 * SIM_S, NULL, NULL);
  has = sim_drive_has (sim_client_drive (client));
  run = bt_bitfield_next_unset (has, 0);
  g_test_message ("%u pieces, the first %u without a gap", sim_client_n_have (client),
                  (unsigned) run);
  g_assert_cmpuint (run, >, sim_client_n_have (client) / 2);
  g_assert_true (sim_swarm_run_until_complete (swarm, 100 * SIM_S));
  sim_swarm_free (swarm);
}

/* --- the end --- */

static const struct
{
  const char *name;
  unsigned n_fast;
  unsigned n_slow;
  uint64_t slow_Bps;
  double over_s; /* beyond what the fast ones need */
} ends[] = {
  { "/sim/picker/end/one-slow", 4, 1, 2 * KIB, 3 },
  { "/sim/picker/end/many-slow", 4, 10, 2 * KIB, 3 },
  { "/sim/picker/end/slow-majority", 1, 20, 8 * KIB, 4 },
};

/* Slow ones that hold the last blocks do not hold up the end, and few blocks come twice. */
static void
test_end (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (14), 256 * KIB, 64);
  SimPeerConfig slow = { .line = { .up_Bps = ends[at].slow_Bps, .latency_us = 20 * SIM_MS },
                         .has_all = true,
                         .serves = true };
  double ideal = (double) swarm->layout->end
                 / (double) (ends[at].n_fast * RATE + ends[at].n_slow * ends[at].slow_Bps);
  uint64_t cancels = 0;
  SimClient *client;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  for (unsigned i = 0; i < ends[at].n_fast; i++)
    sim_client_start (sim_swarm_add_client (swarm, &seed));
  for (unsigned i = 0; i < ends[at].n_slow; i++)
    (void) sim_swarm_add_peer (swarm, &slow);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  client = sim_swarm_add_client (swarm, &leech);
  sim_client_start (client);
  g_assert_true (sim_swarm_run_until_complete (swarm, 600 * SIM_S));
  for (guint i = 0; i < swarm->peers->len; i++)
    cancels += sim_peer_n_cancels (swarm->peers->pdata[i]);
  g_test_message ("%.2f s, ideal %.2f s, waste %u KiB, %u cancels",
                  sim_swarm_time_of (swarm, client), ideal,
                  (unsigned) (sim_client_wasted (client) / KIB), (unsigned) cancels);
  g_assert_cmpfloat (sim_swarm_time_of (swarm, client), <, ideal * 1.1 + ends[at].over_s);
  g_assert_cmpuint (sim_client_wasted (client), <, swarm->layout->end / 40);
  g_assert_cmpuint (cancels, >, 0);
  sim_swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (spreads); i++)
    if (!spreads[i].slow || g_test_slow ())
      g_test_add_data_func (spreads[i].name, GSIZE_TO_POINTER (i), test_spread);
  g_test_add_func ("/sim/picker/equal", test_equal);
  for (size_t i = 0; i < G_N_ELEMENTS (partials); i++)
    g_test_add_data_func (partials[i].name, GSIZE_TO_POINTER (i), test_partials);
  g_test_add_func ("/sim/picker/sequential", test_sequential);
  for (size_t i = 0; i < G_N_ELEMENTS (ends); i++)
    g_test_add_data_func (ends[i].name, GSIZE_TO_POINTER (i), test_end);
  return g_test_run ();
}
