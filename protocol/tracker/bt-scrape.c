/* bt-scrape.c: putting the entries of an answer in order. */
#include "protocol/tracker/bt-scrape.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/core/bt-limits.h"

static int
compare (const void *a, const void *b)
{
  const BtScrapeEntry *left = a;
  const BtScrapeEntry *right = b;

  return memcmp (left->info_hash, right->info_hash, BT_INFO_HASH_LEN);
}

/* Stable and in place, for the few entries of an ordinary scrape. */
static void
sort_few (BtScrapeEntry *entries, size_t n)
{
  for (size_t i = 1; i < n; i++)
    {
      BtScrapeEntry entry = entries[i];
      size_t to = i;

      for (; to > 0 && compare (&entries[to - 1], &entry) > 0; to--)
        entries[to] = entries[to - 1];
      entries[to] = entry;
    }
}

size_t
bt_scrape_sort (BtScrapeEntry *entries, size_t n)
{
  size_t kept = 0;

  if (n <= BT_LIMIT_SCRAPE_UDP)
    sort_few (entries, n);
  else
    qsort (entries, n, sizeof *entries, compare);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || compare (&entries[kept - 1], &entries[i]) != 0)
      entries[kept++] = entries[i];
  return kept;
}
