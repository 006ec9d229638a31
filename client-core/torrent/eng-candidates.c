/* eng-candidates.c: a bounded table of candidates: who is taken into it, and who is dropped;
 * eng-candidates-call.c has whom to call. */
#include "client-core/torrent/eng-candidates-private.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-peer-priority.h"

/* Below are mail, names, pages: no place where strangers listen for peers. */
#define PORT_LEAST 1024

#define PUBLIC_SOURCES (ENG_SOURCE_TRACKER | ENG_SOURCE_PEX | ENG_SOURCE_DHT)
#define PRIVATE_RANGES (BT_RANGE_LOOPBACK | BT_RANGE_PRIVATE | BT_RANGE_LINK_LOCAL)

/* So many of one network are not a crowd. */
#define CROWD 8

EngAddressKey
eng_candidates_key (const EngCandidates *self, const BtEndpoint *endpoint)
{
  return eng_address_key (endpoint, self->many_per_address, self->seed);
}

EngCandidates *
eng_candidates_new (uint32_t max, bool many_per_address, uint64_t seed, EngSilence *silence)
{
  EngCandidates *self = g_new0 (EngCandidates, 1);

  bt_assert (max > 0);
  self->max = max;
  self->many_per_address = many_per_address;
  self->seed = seed;
  self->silence = silence;
  self->next_id = 1;
  self->items = g_new (EngCandidate *, max);
  self->by_key = g_hash_table_new (eng_address_key_hash, eng_address_key_equal);
  self->bans = eng_bans_new ();
  return self;
}

void
eng_candidates_free (EngCandidates *self)
{
  if (self == NULL)
    return;
  for (uint32_t i = 0; i < self->n; i++)
    g_free (self->items[i]);
  g_free (self->items);
  g_hash_table_unref (self->by_key);
  eng_bans_free (self->bans);
  g_free (self);
}

/* The worst goes. */

typedef struct
{
  uint64_t network;
  uint64_t badness;
  EngCandidate *candidate;
} Rated;

bool
eng_candidate_is_near (const BtEndpoint *endpoint)
{
  return (bt_endpoint_range (endpoint) & PRIVATE_RANGES) != 0;
}

uint64_t
eng_candidate_network (const BtEndpoint *endpoint)
{
  size_t len = endpoint->family == BT_FAMILY_V4 ? 3 : 6;
  uint64_t network = endpoint->family;

  for (size_t i = 0; i < len; i++)
    network = network << 8 | endpoint->addr[i];
  return network;
}

static unsigned
tier_of (const EngCandidate *candidate)
{
  if (candidate->answered || (candidate->sources & (ENG_SOURCE_GIVEN | ENG_SOURCE_LSD)) != 0)
    return 0;
  return (candidate->sources & ENG_SOURCE_TRACKER) != 0 ? 1 : 2;
}

uint64_t
eng_candidate_badness (const EngCandidate *candidate)
{
  return (uint64_t) candidate->failures << 56 | (uint64_t) !candidate->listens << 54
         | (uint64_t) tier_of (candidate) << 52 | (UINT32_MAX - candidate->priority);
}

static int
compare_network (const void *a, const void *b)
{
  const Rated *x = a, *y = b;

  if (x->network != y->network)
    return x->network < y->network ? -1 : 1;
  return (x->badness > y->badness) - (x->badness < y->badness);
}

static int
compare_badness (const void *a, const void *b)
{
  const Rated *x = a, *y = b;

  return (x->badness < y->badness) - (x->badness > y->badness);
}

/* Adds to each its place among those of its network. */
static void
rate_crowds (Rated *rated, uint32_t n)
{
  uint32_t place = 0;

  qsort (rated, n, sizeof *rated, compare_network);
  for (uint32_t i = 0; i < n; i++)
    {
      place = i > 0 && rated[i].network == rated[i - 1].network ? place + 1 : 0;
      if (eng_candidate_is_near (&rated[i].candidate->endpoint))
        continue;
      rated[i].badness |= (uint64_t) (place >= CROWD) << 55 | (uint64_t) MIN (place, 0xfff) << 36;
    }
}

void
eng_candidates_remove (EngCandidates *self, EngCandidate *candidate)
{
  EngCandidate *last = self->items[--self->n];

  self->items[candidate->slot] = last;
  last->slot = candidate->slot;
  g_hash_table_remove (self->by_key, &candidate->key);
  g_free (candidate);
}

/* Drops the worst until @n are left, or all that is left is connected. O(n log n). */
static void
trim (EngCandidates *self, uint32_t n)
{
  g_autofree Rated *rated = g_new (Rated, self->n);
  uint32_t n_rated = 0;

  for (uint32_t i = 0; i < self->n; i++)
    if (!self->items[i]->connected)
      rated[n_rated++] = (Rated){ eng_candidate_network (&self->items[i]->endpoint),
                                  eng_candidate_badness (self->items[i]), self->items[i] };
  rate_crowds (rated, n_rated);
  qsort (rated, n_rated, sizeof *rated, compare_badness);
  for (uint32_t i = 0; i < n_rated && self->n > n; i++)
    eng_candidates_remove (self, rated[i].candidate);
}

void
eng_candidates_set_max (EngCandidates *self, uint32_t max)
{
  bt_assert (max > 0);
  if (self->n > max)
    trim (self, max);
  self->max = MAX (max, self->n); /* what is connected stays */
  self->items = g_renew (EngCandidate *, self->items, self->max);
}

/* Adding. */

static uint32_t
priority_of (const EngCandidates *self, const BtEndpoint *endpoint)
{
  const BtEndpoint *own = &self->own[endpoint->family == BT_FAMILY_V6];

  return own->family == BT_FAMILY_NONE ? eng_candidates_key (self, endpoint).hash
                                       : bt_peer_priority (own, endpoint);
}

void
eng_candidates_set_own (EngCandidates *self, const BtEndpoint *own)
{
  self->own[own->family == BT_FAMILY_V6] = *own;
  for (uint32_t i = 0; i < self->n; i++)
    self->items[i]->priority = priority_of (self, &self->items[i]->endpoint);
}

static bool
is_own (const EngCandidates *self, const BtEndpoint *endpoint)
{
  return bt_endpoint_equal (endpoint, &self->own[0]) || bt_endpoint_equal (endpoint, &self->own[1]);
}

static bool
is_range_fit (const BtEndpoint *endpoint, EngSource source, bool local)
{
  BtRange range = bt_endpoint_range (endpoint);

  if (range == BT_RANGE_LINK_LOCAL && endpoint->family == BT_FAMILY_V6)
    return false; /* means nothing without an interface */
  if ((range & PRIVATE_RANGES) != 0)
    return local || (source & PUBLIC_SOURCES) == 0;
  return range == BT_RANGE_GLOBAL;
}

static EngAdd
judge (const EngCandidates *self, const BtEndpoint *endpoint, EngSource source, bool local)
{
  if (endpoint->port == 0
      || (endpoint->port < PORT_LEAST && !local && (source & PUBLIC_SOURCES) != 0))
    return ENG_ADD_PORT;
  if (!is_range_fit (endpoint, source, local))
    return ENG_ADD_RANGE;
  if (source != ENG_SOURCE_INCOMING && is_own (self, endpoint))
    return ENG_ADD_OWN;
  return eng_candidates_ban_reason (self, endpoint) != ENG_BAN_NONE ? ENG_ADD_BANNED : ENG_ADD_NEW;
}

static EngCandidate *
insert (EngCandidates *self, const EngAddressKey *key, const BtEndpoint *endpoint)
{
  EngCandidate *candidate;

  if (self->n >= self->max)
    trim (self, self->max - 1 - self->max / 16);
  if (self->n >= self->max)
    return NULL; /* all are connected */
  candidate = g_new (EngCandidate, 1);
  *candidate = (EngCandidate){ .key = *key,
                               .endpoint = *endpoint,
                               .id = self->next_id++,
                               .slot = self->n,
                               .again_us = UINT64_MAX,
                               .priority = priority_of (self, endpoint) };
  self->items[self->n++] = candidate;
  (void) g_hash_table_add (self->by_key, candidate); /* its key comes first in it; it is new */
  return candidate;
}

/* A stranger may not redirect us from a port that works or was never tried. */
static void
learn_port (EngCandidates *self, EngCandidate *candidate, uint16_t port)
{
  if (candidate->connected || (candidate->listens && candidate->failures == 0))
    return;
  candidate->endpoint.port = port;
  candidate->listens = true;
}

EngAdd
eng_candidates_add (EngCandidates *self, const BtEndpoint *endpoint, EngSource source, bool local)
{
  EngAdd verdict = judge (self, endpoint, source, local);
  EngAddressKey key = eng_candidates_key (self, endpoint);
  EngCandidate *candidate = NULL;

  if (verdict != ENG_ADD_NEW)
    return verdict;
  candidate = g_hash_table_lookup (self->by_key, &key);
  if (candidate != NULL)
    {
      candidate->sources |= (uint16_t) source;
      learn_port (self, candidate, endpoint->port);
      return ENG_ADD_KNOWN;
    }
  candidate = insert (self, &key, endpoint);
  if (candidate == NULL)
    return ENG_ADD_KNOWN;
  candidate->sources = (uint16_t) source;
  candidate->listens = true;
  return ENG_ADD_NEW;
}

EngAdd
eng_candidates_incoming (EngCandidates *self, const BtEndpoint *endpoint, EngCandidate **out)
{
  EngAdd verdict = judge (self, endpoint, ENG_SOURCE_INCOMING, true);
  EngAddressKey key = eng_candidates_key (self, endpoint);
  EngCandidate *candidate = g_hash_table_lookup (self->by_key, &key);

  if (verdict != ENG_ADD_NEW)
    return verdict;
  if (candidate != NULL)
    verdict = ENG_ADD_KNOWN;
  else
    candidate = insert (self, &key, endpoint);
  *out = candidate;
  if (candidate == NULL || candidate->connected)
    return ENG_ADD_CONNECTED;
  candidate->sources |= ENG_SOURCE_INCOMING;
  candidate->connected = true;
  return verdict;
}

uint32_t
eng_candidates_new_id (EngCandidates *self)
{
  return self->next_id++;
}

/* Bans. */

void
eng_candidates_ban (EngCandidates *self, const BtEndpoint *endpoint, EngBanReason reason,
                    uint64_t until_us)
{
  EngAddressKey key = eng_candidates_key (self, endpoint);
  EngCandidate *candidate = g_hash_table_lookup (self->by_key, &key);

  eng_bans_add (self->bans, &key, reason, until_us);
  if (candidate != NULL && !candidate->connected)
    eng_candidates_remove (self, candidate);
}

void
eng_candidates_unban (EngCandidates *self, const BtEndpoint *endpoint)
{
  EngAddressKey key = eng_candidates_key (self, endpoint);

  eng_bans_remove (self->bans, &key);
}

EngBanReason
eng_candidates_ban_reason (const EngCandidates *self, const BtEndpoint *endpoint)
{
  EngAddressKey key = eng_candidates_key (self, endpoint);

  return eng_bans_reason (self->bans, &key);
}

void
eng_candidates_expire (EngCandidates *self, uint64_t now_us)
{
  eng_bans_expire (self->bans, now_us);
}

uint32_t
eng_candidates_count (const EngCandidates *self)
{
  return self->n;
}

const EngCandidate *
eng_candidates_peek (const EngCandidates *self, uint32_t i)
{
  bt_assert (i < self->n);
  return self->items[i];
}

const EngCandidate *
eng_candidates_find (const EngCandidates *self, uint32_t id)
{
  for (uint32_t i = 0; i < self->n; i++)
    if (self->items[i]->id == id)
      return self->items[i];
  return NULL;
}
