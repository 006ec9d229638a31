/* test-sim-churn.c: peers that come and go, connections that break, trackers and disks that fail:
 * whoever can complete does, and nobody else suffers. */
#include <errno.h>

#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "protocol/core/bt-limits.h"
#include "tests/sim/sim-swarm.h"

#define RATE (1000 * 1000)
#define KIB 1024

static const SimTrackerConfig usual
    = { .latency_us = 50 * SIM_MS, .interval_s = 300, .min_interval_s = 60, .give = 50 };
static const SimLine line
    = { .up_Bps = RATE / 4, .down_Bps = 4 * RATE, .latency_us = 20 * SIM_MS, .jitter_us = 10000 };

static SimClient *
add_client (SimSwarm *swarm, bool seed)
{
  SimClientConfig config = { .line = line, .seed = seed };
  SimClient *client = sim_swarm_add_client (swarm, &config);

  sim_client_start (client);
  return client;
}

/* --- coming and going --- */

/* Every second one connection breaks, and now and then a client goes or comes again. */
static void
churn (SimSwarm *swarm, unsigned seconds)
{
  for (unsigned s = 0; s < seconds; s++)
    {
      SimClient *one
          = sim_swarm_client (swarm, 1 + sim_world_below (swarm->world, swarm->clients->len - 1));

      sim_host_reset_one (sim_client_host (one));
      if (s % 5 == 4 && sim_client_is_running (one))
        sim_client_stop (one);
      else if (!sim_client_is_running (one))
        sim_client_start (one);
      (void) sim_swarm_run (swarm, SIM_S, NULL, NULL);
    }
}

static void
test_churn (gconstpointer data)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (GPOINTER_TO_SIZE (data)), 64 * KIB, 128);

  (void) sim_swarm_add_tracker (swarm, &usual);
  (void) add_client (swarm, true);
  for (unsigned i = 0; i < 12; i++)
    (void) add_client (swarm, false);
  churn (swarm, 60);
  for (guint i = 0; i < swarm->clients->len; i++)
    if (!sim_client_is_running (sim_swarm_client (swarm, i)))
      sim_client_start (sim_swarm_client (swarm, i));
  g_assert_true (sim_swarm_run_until_complete (swarm, 900 * SIM_S));
  sim_swarm_check_truth (swarm);
  for (guint i = 0; i < swarm->clients->len; i++)
    g_assert_cmpuint (sim_client_n_have (sim_swarm_client (swarm, i)), ==, 128);
  sim_swarm_free (swarm);
}

static bool
has_copy (void *data)
{
  const SimSwarm *swarm = data;

  for (uint32_t p = 0; p < swarm->layout->n_pieces; p++)
    {
      bool there = false;

      for (guint i = 1; i < swarm->clients->len && !there; i++)
        there
            = bt_bitfield_test (sim_drive_has (sim_client_drive (sim_swarm_client (swarm, i))), p);
      if (!there)
        return false;
    }
  return true;
}

/* The seed goes as soon as its last piece is out; the others have a copy between them. */
static void
test_seed_leaves (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (41), 64 * KIB, 128);

  (void) sim_swarm_add_tracker (swarm, &usual);
  (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  for (unsigned i = 0; i < 10; i++)
    (void) add_client (swarm, false);
  g_assert_true (sim_swarm_run (swarm, 600 * SIM_S, has_copy, swarm));
  sim_client_stop (sim_swarm_client (swarm, 0));
  g_assert_true (sim_swarm_run_until_complete (swarm, 300 * SIM_S));
  sim_swarm_free (swarm);
}

/* The seed falls silent without a word; another one comes. */
static void
test_vanishes (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (42), 256 * KIB, 64);
  SimClient *client;

  (void) sim_swarm_add_tracker (swarm, &usual);
  (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  client = add_client (swarm, false);
  (void) sim_swarm_run (swarm, 20 * SIM_S, NULL, NULL);
  sim_host_vanish (sim_client_host (sim_swarm_client (swarm, 0)), true);
  (void) add_client (swarm, true);
  g_assert_true (sim_swarm_run_until_complete (swarm, 300 * SIM_S));
  g_test_message ("%.1f s, one seed alone needs 67.1 s", sim_swarm_time_of (swarm, client));
  sim_swarm_free (swarm);
}

/* --- trackers --- */

static const struct
{
  const char *name;
  SimTrackerConfig trackers[2];
  size_t n;
  double time_max; /* until all is there, with one seed whose line needs 33.6 s */
} trackers[] = {
  { "/sim/tracker/fails-first",
    { { .latency_us = 50 * SIM_MS, .interval_s = 1800, .give = 50, .fail_first = 3 } },
    1,
    1200 },
  { "/sim/tracker/first-tier-dead",
    { { .latency_us = 15 * SIM_S, .interval_s = 1800, .fail_first = UINT32_MAX },
      { .latency_us = 50 * SIM_MS, .interval_s = 1800, .give = 50 } },
    2,
    60 },
  { "/sim/tracker/lies",
    { { .latency_us = 50 * SIM_MS,
        .interval_s = 1800,
        .give = 50,
        .lies = SIM_LIE_MARTIANS | SIM_LIE_NOBODY | SIM_LIE_ITSELF } },
    1,
    60 },
  { "/sim/tracker/blind-at-first",
    { { .latency_us = 50 * SIM_MS,
        .interval_s = 1800,
        .min_interval_s = 60,
        .give = 50,
        .blind_until_us = 1030 * SIM_S } },
    1,
    200 },
};

static void
test_trackers (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (43), 64 * KIB, 128);
  SimClient *client;

  for (size_t i = 0; i < trackers[at].n; i++)
    (void) sim_swarm_add_tracker (swarm, &trackers[at].trackers[i]);
  (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  client = add_client (swarm, false);
  g_assert_true (sim_swarm_run_until_complete (swarm, 4000 * SIM_S));
  g_test_message ("%.1f s, asked %u times", sim_swarm_time_of (swarm, client),
                  sim_tracker_n_asked (swarm->trackers->pdata[trackers[at].n - 1]));
  g_assert_cmpfloat (sim_swarm_time_of (swarm, client), <, trackers[at].time_max);
  sim_swarm_free (swarm);
}

/* --- disks --- */

static const int errors[] = { ENOSPC, EIO };

/* One disk of five takes no more after 2 MiB: that client says which error, the others complete. */
static void
test_write_error (gconstpointer data)
{
  int error = errors[GPOINTER_TO_SIZE (data)];
  SimSwarm *swarm = sim_swarm_new (sim_seed (44), 64 * KIB, 128);
  EngTorrentStats stats;
  SimClient *broken;

  (void) sim_swarm_add_tracker (swarm, &usual);
  (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  broken = add_client (swarm, false);
  sim_drive_fail_writes (sim_client_drive (broken), error, 2 * BT_MIB);
  for (unsigned i = 0; i < 4; i++)
    (void) add_client (swarm, false);
  (void) sim_swarm_run (swarm, 300 * SIM_S, NULL, NULL);
  stats = eng_torrent_stats (sim_client_torrent (broken));
  g_assert_cmpint (stats.state, ==, ENG_TORRENT_FAULT);
  g_assert_cmpint (stats.sys_errno, ==, error);
  g_assert_cmpuint (stats.n_peers, ==, 0);
  g_assert_cmpuint (stats.wasted, ==, 0);
  for (unsigned i = 2; i <= 5; i++)
    g_assert_cmpuint (sim_client_completed_us (sim_swarm_client (swarm, i)), !=, 0);
  sim_swarm_check_truth (swarm);
  sim_swarm_free (swarm);
}

static const struct
{
  const char *name;
  SimDriveSpeed speed;
  uint64_t budget;
} slows[] = {
  { "/sim/disk/slow", { .rate_Bps = RATE / 2, .latency_us = 10 * SIM_MS }, 2 * BT_MIB },
  { "/sim/disk/very-slow", { .rate_Bps = RATE / 20, .latency_us = 10 * SIM_MS }, 16 * BT_MIB },
  { "/sim/disk/long-latency", { .latency_us = 500 * SIM_MS }, 1 * BT_MIB },
};

/* Ten fast seeds and a disk that cannot keep up: memory stays in its budget but for what each
 * connection has read already, and the download ends when the disk has it. */
static void
test_slow_disk (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (45), 256 * KIB, 128);
  SimClientConfig config = { .line = line, .drive = slows[at].speed, .budget = slows[at].budget };
  SimClient *client;

  (void) sim_swarm_add_tracker (swarm, &usual);
  for (unsigned i = 0; i < 10; i++)
    (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  client = sim_swarm_add_client (swarm, &config);
  sim_client_start (client);
  g_assert_true (sim_swarm_run_until_complete (swarm, 3000 * SIM_S));
  g_test_message ("%.1f s, at most %u KiB in memory, waste %u KiB",
                  sim_swarm_time_of (swarm, client),
                  (unsigned) (sim_drive_peak (sim_client_drive (client)) / KIB),
                  (unsigned) (sim_client_wasted (client) / KIB));
  g_assert_cmpuint (sim_drive_peak (sim_client_drive (client)), <=, slows[at].budget + 2 * BT_MIB);
  g_assert_cmpuint (sim_client_wasted (client), <, swarm->layout->end / 10);
  sim_swarm_free (swarm);
}

/* A seed's disk has rotted in two places: who gets them bans it, and the other seed has them. */
static void
test_bit_rot (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (46), 64 * KIB, 128);
  SimClient *rotten, *client;

  (void) sim_swarm_add_tracker (swarm, &usual);
  rotten = add_client (swarm, true);
  (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  sim_drive_rot (sim_client_drive (rotten), 7);
  sim_drive_rot (sim_client_drive (rotten), 99);
  client = add_client (swarm, false);
  g_assert_true (sim_swarm_run_until_complete (swarm, 300 * SIM_S));
  sim_swarm_check_truth (swarm);
  g_test_message ("%.1f s, %u bad pieces", sim_swarm_time_of (swarm, client),
                  sim_drive_n_bad (sim_client_drive (client)));
  sim_swarm_free (swarm);
}

/* A seed that cannot read any more turns nobody's download into a failure. */
static void
test_read_error (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (47), 64 * KIB, 128);
  SimClientConfig cold = { .line = line, .drive = { .cold = true }, .seed = true };
  SimClient *broken = NULL;

  (void) sim_swarm_add_tracker (swarm, &usual);
  broken = sim_swarm_add_client (swarm, &cold);
  sim_client_start (broken);
  (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  (void) add_client (swarm, false);
  (void) sim_swarm_run (swarm, 5 * SIM_S, NULL, NULL);
  sim_drive_fail_reads (sim_client_drive (broken), EIO);
  g_assert_true (sim_swarm_run_until_complete (swarm, 300 * SIM_S));
  sim_swarm_free (swarm);
}

/* A seed that nobody can reach calls one that it saw complete when that has been damaged since: by
 * itself after an hour, for no tracker tells it of anybody. */
static void
test_damaged_behind (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (27), 64 * KIB, 64);
  SimClient *behind = add_client (swarm, true);
  SimClient *other = add_client (swarm, false);
  BtEndpoint at = sim_host_endpoint (sim_client_host (other));

  sim_host_refuse (sim_client_host (behind), true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  sim_client_add_peer (behind, &at);
  g_assert_true (sim_swarm_run_until_complete (swarm, 600 * SIM_S));
  (void) sim_swarm_run (swarm, 300 * SIM_S, NULL, NULL); /* it has called since, and seen it */
  g_assert_cmpuint (eng_candidates_peek (sim_client_torrent (behind)->candidates, 0)->whole_us, >,
                    0);
  sim_client_stop (other);
  (void) sim_swarm_run (swarm, 10 * SIM_S, NULL, NULL);
  sim_drive_rot (sim_client_drive (other), 7);
  sim_client_start (other);
  (void) sim_swarm_run (swarm, 10 * SIM_S, NULL, NULL);
  g_assert_cmpuint (sim_client_n_have (other), ==, 63);
  (void) sim_swarm_run (swarm, 2 * 3600 * SIM_S, NULL, NULL);
  g_assert_cmpuint (sim_client_n_have (other), ==, 64);
  sim_swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 1; i <= (g_test_slow () ? 100 : 5); i++)
    {
      g_autofree char *name = g_strdup_printf ("/sim/churn/seed-%u", (unsigned) i);

      g_test_add_data_func (name, GSIZE_TO_POINTER (i), test_churn);
    }
  g_test_add_func ("/sim/churn/seed-leaves", test_seed_leaves);
  g_test_add_func ("/sim/churn/vanishes", test_vanishes);
  for (size_t i = 0; i < G_N_ELEMENTS (trackers); i++)
    g_test_add_data_func (trackers[i].name, GSIZE_TO_POINTER (i), test_trackers);
  g_test_add_data_func ("/sim/disk/no-space", GSIZE_TO_POINTER (0), test_write_error);
  g_test_add_data_func ("/sim/disk/write-error", GSIZE_TO_POINTER (1), test_write_error);
  for (size_t i = 0; i < G_N_ELEMENTS (slows); i++)
    g_test_add_data_func (slows[i].name, GSIZE_TO_POINTER (i), test_slow_disk);
  g_test_add_func ("/sim/disk/bit-rot", test_bit_rot);
  g_test_add_func ("/sim/churn/damaged-behind", test_damaged_behind);
  g_test_add_func ("/sim/disk/read-error", test_read_error);
  return g_test_run ();
}
