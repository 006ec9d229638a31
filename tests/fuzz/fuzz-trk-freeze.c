/* fuzz-trk-freeze.c: any bytes as a chunk of swarms: an error, or swarms that keep their promises
 * and that, frozen again, give the same again. */
#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "tests/fuzz/fuzz-target.h"
#include "tracker-server/swarm/trk-freeze.h"

#define NOW_S 100000u

static TrkSwarms *
make_store (void)
{
  TrkSwarmsConfig config = { .key = "fedcba9876543210",
                             .timeout_s = 3660,
                             .max_swarms = 100,
                             .max_peers = 1000,
                             .max_empty = TRK_SHARDS * 4 };

  return trk_swarms_new (&config);
}

static void
check_swarm (const uint8_t hash[BT_INFO_HASH_LEN], const TrkSwarm *swarm, void *user_data)
{
  TrkTotals *sums = user_data;
  TrkCounts counts = trk_swarm_counts (swarm);

  bt_assert (hash != NULL && counts.paused <= counts.leechers);
  sums->swarms++;
  sums->seeders += counts.seeders;
  sums->leechers += counts.leechers;
}

static TrkTotals
check_store (TrkSwarms *store)
{
  TrkTotals totals = trk_swarms_totals (store);
  TrkTotals sums = { 0 };

  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    trk_swarms_visit (store, i, check_swarm, &sums);
  bt_assert (sums.swarms == totals.swarms && totals.swarms <= 100);
  bt_assert (sums.seeders == totals.seeders && sums.leechers == totals.leechers);
  bt_assert (sums.seeders + sums.leechers <= 1000);
  return totals;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  TrkSwarms *store = make_store ();
  TrkSwarms *second = make_store ();
  g_autoptr (GByteArray) chunk = g_byte_array_new ();
  TrkTotals before, after;
  TrkThawed sums = { 0 };
  BtError why = { 0 };

  if (!trk_thaw_chunk (store, data, len, NOW_S, 600, &sums, &why))
    bt_assert (why.code != BT_OK && why.offset <= len);
  before = check_store (store);
  bt_assert (before.seeders + before.leechers == sums.peers);
  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    {
      g_byte_array_set_size (chunk, 0);
      trk_freeze_shard (store, i, NOW_S, chunk);
      bt_assert (trk_thaw_chunk (second, chunk->data, chunk->len, 7, 0, &sums, &why));
    }
  after = check_store (second);
  bt_assert (before.swarms == after.swarms && before.empty == after.empty);
  bt_assert (before.seeders == after.seeders && before.leechers == after.leechers);
  trk_swarms_free (store);
  trk_swarms_free (second);
  return 0;
}
