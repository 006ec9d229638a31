/* trk-full-scrape.h: the answer to a scrape that names no torrent (BEP 48): all of them.
 *
 * It is large and takes long, so whoever serves it makes it once in a while and keeps it. No lock
 * is held for longer than a few thousand torrents take. Any thread; it reads no clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tracker-server/swarm/trk-announce.h"

/* Appends the bencoded body to @out: the torrents that are open, by hash. @min_interval_s tells
 * clients how often it is worth asking; 0: unsaid. False, and nothing appended, when there are more
 * torrents than @max. O(torrents), about 100 bytes each; twice that and a half while it works. */
bool trk_full_scrape (const TrkPolicy *policy, TrkSwarms *swarms, uint32_t max,
                      uint32_t min_interval_s, GByteArray *out);
