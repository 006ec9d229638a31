/* eng-candidates-private.h: what the parts of the table share. */
#pragma once

#include <glib.h>

#include "client-core/torrent/eng-candidates.h"

struct EngCandidates
{
  uint32_t max;
  bool many_per_address;
  uint64_t seed;
  uint32_t next_id;
  BtEndpoint own[2];    /* IPv4, IPv6 */
  EngCandidate **items; /* owned, and so is what it holds */
  uint32_t n;
  GHashTable *by_key; /* lends the items */
  EngBans *bans;
  EngSilence *silence; /* lent, or NULL */
};

/* Loopback, private or link-local. */
bool eng_candidate_is_near (const BtEndpoint *endpoint);
/* The first 3 or 6 bytes, which are never all of an address, and the family. */
uint64_t eng_candidate_network (const BtEndpoint *endpoint);
/* All but the place in its network: less is better. */
uint64_t eng_candidate_badness (const EngCandidate *candidate);
/* It is freed. */
void eng_candidates_remove (EngCandidates *self, EngCandidate *candidate);
