/* bt-http-scrape.c: the query of a scrape, and the tracker's answer as it is written. */
#include "protocol/tracker/bt-http-scrape.h"

#include <string.h>

#include "protocol/core/bt-url.h"
#include "protocol/tracker/bt-http-write-private.h"
#include "protocol/tracker/bt-query-private.h"

/* Where the path of a URL starts and ends: behind the host, before the query and the fragment. */
static size_t
find_path (const char *url, size_t *end)
{
  const char *host = strstr (url, "://");
  size_t start = host != NULL ? (size_t) (host - url) + 3 : 0;

  start += strcspn (url + start, "/?#");
  *end = start + strcspn (url + start, "?#");
  return start;
}

bool
bt_http_scrape_url (GString *out, const char *announce_url)
{
  static const char from[] = "/announce";
  const size_t from_len = sizeof from - 1;
  size_t end;
  size_t start = find_path (announce_url, &end);

  for (size_t at = end; at >= start + from_len; at--)
    {
      const char *part = announce_url + at - from_len;

      if (memcmp (part, from, from_len) != 0)
        continue;
      g_string_append_len (out, announce_url, part - announce_url);
      g_string_append (out, "/scrape");
      g_string_append (out, part + from_len);
      return true;
    }
  return false;
}

void
bt_http_scrape_query (GString *out, const char *scrape_url, const BtScrapeRequest *request)
{
  bt_query_begin (out, scrape_url);
  for (size_t i = 0; i < request->n_hashes; i++)
    {
      g_string_append (out, i > 0 ? "&info_hash=" : "info_hash=");
      bt_url_encode (out, request->hashes + i * BT_INFO_HASH_LEN, BT_INFO_HASH_LEN);
    }
}

BtTrackerProblem
bt_http_scrape_parse (const char *query, size_t len,
                      uint8_t hashes[BT_LIMIT_SCRAPE_HTTP * BT_INFO_HASH_LEN], BtScrapeRequest *out)
{
  size_t n = 0;
  BtUrlQuery it;
  BtUrlPair pair;

  bt_url_query_init (&it, query, len, BT_LIMIT_TRACKER_PARAMETERS);
  while (bt_url_query_next (&it, &pair))
    {
      if (pair.key_len != 9 || memcmp (pair.key, "info_hash", 9) != 0)
        continue;
      if (n == BT_LIMIT_SCRAPE_HTTP)
        return BT_TRACKER_MANY_HASHES;
      if (!bt_query_bytes20 (pair.value, pair.value_len, hashes + n * BT_INFO_HASH_LEN))
        return BT_TRACKER_BAD_HASH;
      n++;
    }
  if (bt_url_query_cut (&it))
    return BT_TRACKER_MANY_PARAMETERS;
  *out = (BtScrapeRequest){ hashes, n };
  return n > 0 ? BT_TRACKER_FINE : BT_TRACKER_NO_HASH;
}

static void
write_entry (BtWriter *w, const BtScrapeEntry *entry)
{
  bt_writer_string (w, entry->info_hash, BT_INFO_HASH_LEN);
  bt_writer_literal (w, "d8:complete");
  bt_writer_int (w, entry->complete);
  bt_writer_literal (w, "10:downloaded");
  bt_writer_int (w, entry->downloaded);
  if (entry->downloaders >= 0)
    {
      bt_writer_literal (w, "11:downloaders");
      bt_writer_int (w, (uint64_t) entry->downloaders);
    }
  bt_writer_literal (w, "10:incomplete");
  bt_writer_int (w, entry->incomplete);
  bt_writer_literal (w, "e");
}

static void
write_success (BtWriter *w, const BtScrapeReply *reply, const BtScrapeEntry *entries, size_t n)
{
  bt_writer_literal (w, "d5:filesd");
  for (size_t i = 0; i < n; i++)
    write_entry (w, &entries[i]);
  bt_writer_literal (w, "e");
  if (reply->min_request_interval_s > 0)
    {
      bt_writer_literal (w, "5:flagsd");
      bt_http_write_seconds (w, "20:min_request_interval", reply->min_request_interval_s);
      bt_writer_literal (w, "e");
    }
  bt_writer_literal (w, "e");
}

size_t
bt_http_scrape_write (uint8_t *out, size_t size, const BtScrapeReply *reply,
                      const BtScrapeEntry *entries, size_t n)
{
  BtWriter w = bt_writer (out, size);

  if (reply->failure.bytes == NULL)
    write_success (&w, reply, entries, n);
  else
    {
      bt_writer_literal (&w, "d");
      bt_http_write_failure (&w, &reply->failure);
      bt_http_write_retry (&w, reply->retry_min);
      bt_writer_literal (&w, "e");
    }
  return bt_writer_len (&w);
}
