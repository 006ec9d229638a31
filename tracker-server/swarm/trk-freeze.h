/* trk-freeze.h: swarms as bytes, so that a restart loses none of them.
 *
 * The swarms of a shard become one chunk, which says all that is needed to read it: a store of
 * other limits, another key or another timeout takes it up as well. A peer keeps its age. Where the
 * chunks are kept, and how a torn one is found out, is the business of whoever writes them; bytes
 * that are no chunk are an error here and do no harm.
 *
 *     chunk:  version u8, details u8, seconds of a tick u16, number of swarms u32, swarms
 *     swarm:  info-hash 20, completed u32, number of v4 peers u32, of v6 peers u32, peers
 *     peer:   compact endpoint 6 or 18, TrkPeerFlags u8, age in ticks u8
 *
 * Numbers are big-endian. No file and no clock; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-error.h"
#include "tracker-server/swarm/trk-swarms.h"

typedef struct
{
  uint64_t swarms;  /* that were taken up, also into ones that were there */
  uint64_t peers;   /* likewise */
  uint64_t expired; /* peers that are too old by now */
  uint64_t refused; /* swarms and peers for which there is no room */
} TrkThawed;

/* Appends the chunk of a shard, below TRK_SHARDS, to @out. Holds its lock for as long as the copy
 * takes: O(peers of the shard). */
void trk_freeze_shard (TrkSwarms *swarms, uint32_t shard, uint64_t now_s, GByteArray *out);

/* Takes up one chunk, the whole of @len bytes, which was frozen @down_s before @now_s. A peer that
 * is there stays as it is, and a swarm's count of completions never falls: so this may be done
 * while announces come in, and twice. Adds to @sums. False with @why when the bytes are no chunk;
 * what was read up to there stays. */
bool trk_thaw_chunk (TrkSwarms *swarms, const uint8_t *data, size_t len, uint64_t now_s,
                     uint64_t down_s, TrkThawed *sums, BtError *why);
