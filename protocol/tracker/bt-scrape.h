/* bt-scrape.h: a scrape and its answer as plain values, whatever carries them (BEP 15, 21, 48).
 *
 * Client and tracker share them: bt-http-scrape.h and bt-udp-tracker.h read and write them. Any
 * thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"

/* The info-hashes that are asked for, 20 bytes each, one after the other; lent. */
typedef struct
{
  const uint8_t *hashes;
  size_t n_hashes;
} BtScrapeRequest;

/* What a tracker knows of one torrent. */
typedef struct
{
  uint8_t info_hash[BT_INFO_HASH_LEN];
  uint32_t complete;
  uint32_t downloaded; /* how often it was completed */
  uint32_t incomplete;
  int64_t downloaders; /* incomplete without partial seeds (BEP 21), or BT_UNSAID */
} BtScrapeEntry;

/* What an answer says beside its entries. */
typedef struct
{
  uint32_t min_request_interval_s; /* 0: unsaid */
  uint32_t retry_min;              /* of a failure, as in BtAnnounceReply */
  BtLent failure;
} BtScrapeReply;

/* Sorts by info-hash and drops all but one of equal ones; returns how many are left. No
 * allocation up to BT_LIMIT_SCRAPE_UDP entries. */
size_t bt_scrape_sort (BtScrapeEntry *entries, size_t n);
