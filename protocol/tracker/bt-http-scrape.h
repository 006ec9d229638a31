/* bt-http-scrape.h: scrapes over HTTP, both sides (BEP 21, 48).
 *
 * Only the query and the body, as in bt-http-announce.h. The tracker's side allocates nothing. Any
 * thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-error.h"
#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-scrape.h"
#include "protocol/tracker/bt-tracker-problem.h"

/* The client: appends the scrape URL that belongs to an announce URL: the last part of its path
 * that begins with "announce" begins with "scrape" instead. False, and nothing appended, when there
 * is none: the tracker cannot be scraped. */
bool bt_http_scrape_url (GString *out, const char *announce_url);

/* The client: appends @scrape_url with the hashes behind the query that it may have. */
void bt_http_scrape_query (GString *out, const char *scrape_url, const BtScrapeRequest *request);

/* The tracker: reads the text behind the '?' and decodes its hashes into @hashes, which has room
 * for BT_LIMIT_SCRAPE_HTTP of them; @out borrows from it. NO_HASH asks for everything. Unknown
 * parameters are ignored. On a problem @out is undefined. */
BtTrackerProblem bt_http_scrape_parse (const char *query, size_t len,
                                       uint8_t hashes[BT_LIMIT_SCRAPE_HTTP * BT_INFO_HASH_LEN],
                                       BtScrapeRequest *out);

/* The tracker: writes the bencoded body. @entries are in order and of different hashes:
 * bt_scrape_sort(). A failure has no entries. Returns the length, or 0 when it does not fit into
 * @size. */
size_t bt_http_scrape_write (uint8_t *out, size_t size, const BtScrapeReply *reply,
                             const BtScrapeEntry *entries, size_t n);

/* The client: reads the body, which may be any bytes, and appends its entries to @entries (of
 * BtScrapeEntry). A failure is read with success: look at out->failure. On an error @out is
 * undefined and @entries is as it was; on success @out borrows from @data. */
bool bt_http_scrape_read (const uint8_t *data, size_t len, BtScrapeReply *out, GArray *entries,
                          BtError *why);
