/* eng-candidates.c: a bounded table of candidates. */
#include "client-core/torrent/eng-candidates.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-peer-priority.h"

#define SECOND_US UINT64_C (1000000)
#define BACK_OFF_US (60 * SECOND_US)
#define BACK_OFF_GIVEN_US (5 * SECOND_US) /* the person waits for this one */
#define BACK_OFF_MAX_US (3600 * SECOND_US)
#define AGAIN_US SECOND_US
#define LASTING_US (60 * SECOND_US)
#define SILENT_FAILURES 3

#define PUBLIC_SOURCES (ENG_SOURCE_TRACKER | ENG_SOURCE_PEX | ENG_SOURCE_DHT)
#define PRIVATE_RANGES (BT_RANGE_LOOPBACK | BT_RANGE_PRIVATE | BT_RANGE_LINK_LOCAL)

/* So many of one network are not a crowd. */
#define CROWD 8

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
};

/* The hash is seeded: strangers choose the addresses. */
static EngAddressKey
key_for (const EngCandidates *self, const BtEndpoint *endpoint)
{
  EngAddressKey key = { .endpoint = *endpoint };
  uint64_t state = self->seed;
  uint64_t halves[2];

  if (!self->many_per_address)
    key.endpoint.port = 0;
  memcpy (halves, key.endpoint.addr, sizeof halves);
  state = eng_random_next (&state) ^ halves[0];
  state = eng_random_next (&state) ^ halves[1];
  state = eng_random_next (&state) ^ key.endpoint.port;
  key.hash = (uint32_t) (eng_random_next (&state) >> 32);
  return key;
}

EngCandidates *
eng_candidates_new (uint32_t max, bool many_per_address, uint64_t seed)
{
  EngCandidates *self = g_new0 (EngCandidates, 1);

  bt_assert (max > 0);
  self->max = max;
  self->many_per_address = many_per_address;
  self->seed = seed;
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

static bool
is_private_range (const BtEndpoint *endpoint)
{
  return (bt_endpoint_range (endpoint) & PRIVATE_RANGES) != 0;
}

/* The first 3 or 6 bytes, which are never all of an address, and the family. */
static uint64_t
network_of (const BtEndpoint *endpoint)
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

/* All but the place in its network. */
static uint64_t
badness_of (const EngCandidate *candidate)
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
      if (is_private_range (&rated[i].candidate->endpoint))
        continue;
      rated[i].badness |= (uint64_t) (place >= CROWD) << 55 | (uint64_t) MIN (place, 0xfff) << 36;
    }
}

static void
remove_candidate (EngCandidates *self, EngCandidate *candidate)
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
      rated[n_rated++] = (Rated){ network_of (&self->items[i]->endpoint),
                                  badness_of (self->items[i]), self->items[i] };
  rate_crowds (rated, n_rated);
  qsort (rated, n_rated, sizeof *rated, compare_badness);
  for (uint32_t i = 0; i < n_rated && self->n > n; i++)
    remove_candidate (self, rated[i].candidate);
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

  return own->family == BT_FAMILY_NONE ? key_for (self, endpoint).hash
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
  if (endpoint->port == 0)
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
  EngAddressKey key = key_for (self, endpoint);
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
  EngAddressKey key = key_for (self, endpoint);
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

/* Connecting. */

static bool
is_ready (const EngCandidate *candidate, uint64_t now_us)
{
  return !candidate->connected && candidate->listens && candidate->next_us <= now_us;
}

static bool
is_given (const EngCandidate *candidate)
{
  return (candidate->sources & ENG_SOURCE_GIVEN) != 0;
}

/* Keeps @out sorted, best first, at most one of a network; returns how many there are. */
static size_t
consider (EngCandidate **out, size_t n, size_t max, EngCandidate *candidate)
{
  uint64_t network = network_of (&candidate->endpoint);
  uint64_t badness = badness_of (candidate);
  bool alone = !is_private_range (&candidate->endpoint);
  size_t at;

  for (size_t i = 0; alone && i < n; i++)
    if (network_of (&out[i]->endpoint) == network)
      {
        if (badness_of (out[i]) <= badness)
          return n;
        memmove (&out[i], &out[i + 1], (n - i - 1) * sizeof *out);
        n--;
      }
  if (n == max && badness_of (out[n - 1]) <= badness)
    return n;
  n += n < max;
  for (at = n - 1; at > 0 && badness_of (out[at - 1]) > badness; at--)
    out[at] = out[at - 1];
  out[at] = candidate;
  return n;
}

size_t
eng_candidates_next (EngCandidates *self, BtTokenBucket *connects, bool seeding, uint64_t now_us,
                     EngCandidate **out, size_t max)
{
  size_t budget = (size_t) bt_token_bucket_take (connects, max, now_us);
  size_t n = 0;

  for (uint32_t i = 0; budget > 0 && i < self->n; i++)
    if (is_ready (self->items[i], now_us) && !(seeding && self->items[i]->complete))
      n = consider (out, n, budget, self->items[i]);
  bt_token_bucket_refund (connects, budget - n);
  for (size_t i = 0; i < n; i++)
    out[i]->connected = true;
  return n;
}

EngCandidate *
eng_candidates_again (EngCandidates *self, BtTokenBucket *connects, uint64_t now_us)
{
  EngCandidate *best = NULL;

  for (uint32_t i = 0; i < self->n; i++)
    {
      EngCandidate *candidate = self->items[i];

      if (is_ready (candidate, UINT64_MAX) && candidate->again_us <= now_us
          && (best == NULL || candidate->again_us < best->again_us))
        best = candidate;
    }
  if (best == NULL || bt_token_bucket_take (connects, 1, now_us) == 0)
    return NULL;
  best->connected = true;
  return best;
}

uint64_t
eng_candidates_deadline (const EngCandidates *self)
{
  uint64_t next_us = UINT64_MAX;

  for (uint32_t i = 0; i < self->n; i++)
    if (is_ready (self->items[i], UINT64_MAX))
      next_us = MIN (next_us, self->items[i]->next_us);
  return next_us;
}

static void
disconnect (EngCandidates *self, EngCandidate *candidate)
{
  bt_assert (candidate->connected && self->items[candidate->slot] == candidate);
  candidate->connected = false;
  if (eng_candidates_ban_reason (self, &candidate->endpoint) != ENG_BAN_NONE)
    remove_candidate (self, candidate);
}

/* Of a connection, or of a try to make one; its turn comes in @wait_us. */
static void
note_end (EngCandidate *candidate, uint64_t wait_us, uint64_t now_us)
{
  candidate->next_us = now_us + wait_us;
  if (!candidate->answered)
    return;
  if (candidate->again_us != UINT64_MAX && now_us > candidate->again_us + LASTING_US)
    candidate->n_ends = 0;
  candidate->again_us = now_us + MIN (AGAIN_US << candidate->n_ends, MIN (wait_us, BACK_OFF_US));
  candidate->n_ends = MIN (candidate->n_ends + 1, 16);
}

void
eng_candidates_failed (EngCandidates *self, EngCandidate *candidate, uint64_t now_us)
{
  uint64_t first_us = is_given (candidate) ? BACK_OFF_GIVEN_US : BACK_OFF_US;
  uint64_t wait_us = first_us << MIN (candidate->failures, 10);

  candidate->way = ENG_WAY_UNKNOWN;
  candidate->failures = MIN (candidate->failures + 1, 100);
  if (!candidate->answered && !is_given (candidate) && candidate->failures >= SILENT_FAILURES)
    wait_us = BACK_OFF_MAX_US;
  note_end (candidate, MIN (wait_us, BACK_OFF_MAX_US), now_us);
  disconnect (self, candidate);
}

void
eng_candidates_retry (EngCandidates *self, EngCandidate *candidate, EngWay way, uint64_t now_us)
{
  candidate->way = way;
  candidate->next_us = now_us;
  disconnect (self, candidate);
}

void
eng_candidates_answered (EngCandidates *self, EngCandidate *candidate)
{
  bt_assert (candidate->connected);
  candidate->failures = 0;
  candidate->answered = true;
}

void
eng_candidates_is_complete (EngCandidates *self, EngCandidate *candidate)
{
  candidate->complete = true;
}

void
eng_candidates_closed (EngCandidates *self, EngCandidate *candidate, uint64_t now_us)
{
  note_end (candidate, is_given (candidate) ? BACK_OFF_GIVEN_US : BACK_OFF_US, now_us);
  disconnect (self, candidate);
}

void
eng_candidates_anew (EngCandidates *self)
{
  for (uint32_t i = 0; i < self->n; i++)
    {
      EngCandidate *candidate = self->items[i];

      bt_assert (!candidate->connected);
      if (candidate->answered && candidate->failures == 0)
        candidate->next_us = 0;
    }
}

void
eng_candidates_elsewhere (EngCandidates *self)
{
  for (uint32_t i = 0; i < self->n; i++)
    {
      EngCandidate *candidate = self->items[i];

      candidate->failures = 0;
      candidate->n_ends = 0;
      if (!candidate->connected)
        candidate->next_us = 0;
    }
}

void
eng_candidates_listens (EngCandidates *self, EngCandidate *candidate, uint16_t port)
{
  if (port == 0 || self->many_per_address)
    return; /* the port is part of the key then */
  candidate->endpoint.port = port;
  candidate->listens = true;
}

/* Bans. */

void
eng_candidates_ban (EngCandidates *self, const BtEndpoint *endpoint, EngBanReason reason,
                    uint64_t until_us)
{
  EngAddressKey key = key_for (self, endpoint);
  EngCandidate *candidate = g_hash_table_lookup (self->by_key, &key);

  eng_bans_add (self->bans, &key, reason, until_us);
  if (candidate != NULL && !candidate->connected)
    remove_candidate (self, candidate);
}

void
eng_candidates_unban (EngCandidates *self, const BtEndpoint *endpoint)
{
  EngAddressKey key = key_for (self, endpoint);

  eng_bans_remove (self->bans, &key);
}

EngBanReason
eng_candidates_ban_reason (const EngCandidates *self, const BtEndpoint *endpoint)
{
  EngAddressKey key = key_for (self, endpoint);

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
