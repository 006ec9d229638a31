/* trk-full-scrape.c: collect, judge, sort, write. */
#include "tracker-server/swarm/trk-full-scrape.h"

#include "protocol/core/bt-assert.h"
#include "protocol/tracker/bt-http-scrape.h"

/* How many records of a shard are looked at under one lock. */
#define STEP 4096u

/* No entry, and nothing around them all, takes more bytes. */
#define ENTRY_MAX 128u
#define FRAME_MAX 128u

static void
collect (const uint8_t hash[BT_INFO_HASH_LEN], const TrkSwarm *swarm, void *user_data)
{
  TrkCounts counts = trk_swarm_counts (swarm);
  BtScrapeEntry entry = trk_scrape_entry (hash, &counts);

  g_array_append_val ((GArray *) user_data, entry);
}

/* Drops those from @first on that are not open. No lock is held. */
static void
keep_open (const TrkPolicy *policy, GArray *entries, guint first)
{
  guint n = first;

  for (guint i = first; i < entries->len; i++)
    {
      const BtScrapeEntry *entry = &g_array_index (entries, BtScrapeEntry, i);

      if (trk_policy_judge (policy, entry->info_hash) == TRK_VERDICT_OPEN)
        g_array_index (entries, BtScrapeEntry, n++) = *entry;
    }
  g_array_set_size (entries, n);
}

static bool
collect_all (const TrkPolicy *policy, TrkSwarms *swarms, uint32_t max, GArray *entries)
{
  for (uint32_t shard = 0; shard < TRK_SHARDS; shard++)
    {
      uint32_t from = 0;
      bool more = true;

      while (more)
        {
          guint before = entries->len;

          more = trk_swarms_visit_some (swarms, shard, &from, STEP, collect, entries);
          keep_open (policy, entries, before);
          if (entries->len > max)
            return false;
        }
    }
  return true;
}

bool
trk_full_scrape (const TrkPolicy *policy, TrkSwarms *swarms, uint32_t max, uint32_t min_interval_s,
                 GByteArray *out)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (BtScrapeEntry));
  BtScrapeReply reply = { .min_request_interval_s = min_interval_s };
  guint before = out->len;
  size_t n, room, len;

  if (!collect_all (policy, swarms, max, entries))
    return false;
  n = bt_scrape_sort ((BtScrapeEntry *) (void *) entries->data, entries->len);
  room = n * ENTRY_MAX + FRAME_MAX;
  if (room > G_MAXINT32 - (size_t) MIN (before, G_MAXINT32))
    return false;
  g_byte_array_set_size (out, before + (guint) room);
  len = bt_http_scrape_write (out->data + before, room, &reply,
                              (const BtScrapeEntry *) (const void *) entries->data, n);
  bt_assert (len > 0);
  g_byte_array_set_size (out, before + (guint) len);
  return true;
}
