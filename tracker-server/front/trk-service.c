/* trk-service.c: workers, their counts, and the policy that they share. */
#include "tracker-server/front/trk-service.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

#define US_PER_S 1000000u
#define LINE 64

/* More completions than this in one turn are journalled in several goes. */
#define COMPLETED_MAX 256u

/* A policy with its judge. Those that were replaced live as long as the service: a worker may be in
 * the middle of a turn, and reloads are few. */
typedef struct Rules
{
  TrkPolicy policy;
  TrkMode mode;
  TrkLists *lists;
  struct Rules *before;
} Rules;

struct TrkService
{
  TrkServiceParts parts;
  _Atomic (Rules *) rules; /* owned, with those before them */
  pthread_mutex_t lock;    /* guards what follows, and changes of the rules */
  TrkWorker *workers;
  uint64_t gone[TRK_COUNTS]; /* counts of workers that were freed */
};

struct TrkWorker
{
  atomic_uint_least64_t counts[TRK_COUNTS]; /* written by its thread alone */
  TrkService *service;
  TrkWorker *next;
  TrkCarrier carrier;
  const Rules *rules; /* of this turn */
  uint64_t now_us;    /* of this turn */
  uint64_t random;    /* counts on, and is spread where it is used */
  size_t n_completed;
  uint8_t completed[COMPLETED_MAX * BT_INFO_HASH_LEN];
  TrkRoom room;
} __attribute__ ((aligned (LINE)));

static const char *const names[TRK_COUNTS] = {
  [TRK_COUNT_ANNOUNCES_HTTP] = "announces_http",
  [TRK_COUNT_ANNOUNCES_UDP] = "announces_udp",
  [TRK_COUNT_SCRAPES_HTTP] = "scrapes_http",
  [TRK_COUNT_SCRAPES_UDP] = "scrapes_udp",
  [TRK_COUNT_CONNECTS_UDP] = "connects_udp",
  [TRK_COUNT_COMPLETED] = "completed",
  [TRK_COUNT_UNJOURNALLED] = "unjournalled",
  [TRK_COUNT_BAD_REQUESTS] = "bad_requests",
  [TRK_COUNT_BAD_IDS] = "bad_connection_ids",
  [TRK_COUNT_JUNK] = "junk_datagrams",
  [TRK_COUNT_UNSENT] = "unsent_datagrams",
  [TRK_COUNT_DROPPED] = "dropped_datagrams",
  [TRK_COUNT_REFUSED] = "refused",
  [TRK_COUNT_FULL] = "full",
  [TRK_COUNT_LIMITED] = "limited",
  [TRK_COUNT_HTTP_OPENED] = "http_opened",
  [TRK_COUNT_HTTP_TURNED_AWAY] = "http_turned_away",
  [TRK_COUNT_HTTP_EVICTED] = "http_evicted",
  [TRK_COUNT_HTTP_TIMED_OUT] = "http_timed_out",
  [TRK_COUNT_HTTP_HANDED_OVER] = "http_handed_over",
};

/* --- the service --- */

static TrkVerdict
judge (const void *data, const uint8_t hash[BT_INFO_HASH_LEN])
{
  const Rules *rules = data;

  return trk_lists_judge (rules->lists, rules->mode, hash);
}

static Rules *
rules_new (TrkLists *lists, const TrkPolicy *policy, TrkMode mode, Rules *before)
{
  Rules *rules = g_new0 (Rules, 1);

  rules->policy = *policy;
  rules->policy.judge = judge;
  rules->policy.judge_data = rules;
  rules->mode = mode;
  rules->lists = lists;
  rules->before = before;
  return rules;
}

static void
lock (TrkService *self)
{
  bt_assert (pthread_mutex_lock (&self->lock) == 0);
}

static void
unlock (TrkService *self)
{
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
}

TrkService *
trk_service_new (const TrkServiceParts *parts, const TrkPolicy *policy, TrkMode mode)
{
  TrkService *self = g_new0 (TrkService, 1);

  self->parts = *parts;
  bt_assert (pthread_mutex_init (&self->lock, NULL) == 0);
  atomic_init (&self->rules, rules_new (parts->lists, policy, mode, NULL));
  return self;
}

void
trk_service_free (TrkService *self)
{
  Rules *before;

  if (self == NULL)
    return;
  bt_assert (self->workers == NULL);
  for (Rules *rules = atomic_load (&self->rules); rules != NULL; rules = before)
    {
      before = rules->before;
      g_free (rules);
    }
  (void) pthread_mutex_destroy (&self->lock); /* nobody holds it */
  g_free (self);
}

void
trk_service_set_policy (TrkService *self, const TrkPolicy *policy, TrkMode mode)
{
  lock (self);
  atomic_store_explicit (&self->rules,
                         rules_new (self->parts.lists, policy, mode,
                                    atomic_load_explicit (&self->rules, memory_order_relaxed)),
                         memory_order_release);
  unlock (self);
}

void
trk_service_get_policy (TrkService *self, TrkPolicy *policy, TrkMode *mode)
{
  const Rules *rules = atomic_load_explicit (&self->rules, memory_order_acquire);

  *policy = rules->policy;
  *mode = rules->mode;
}

static void
add_counts (const TrkWorker *worker, uint64_t counts[TRK_COUNTS])
{
  for (size_t i = 0; i < TRK_COUNTS; i++)
    counts[i] += atomic_load_explicit (&worker->counts[i], memory_order_relaxed);
}

void
trk_service_counts (TrkService *self, uint64_t counts[TRK_COUNTS])
{
  lock (self);
  memcpy (counts, self->gone, sizeof self->gone);
  for (const TrkWorker *worker = self->workers; worker != NULL; worker = worker->next)
    add_counts (worker, counts);
  unlock (self);
}

const char *
trk_service_count_name (TrkCount count)
{
  bt_assert (count < TRK_COUNTS);
  return names[count];
}

/* --- workers --- */

TrkWorker *
trk_worker_new (TrkService *service, TrkCarrier carrier)
{
  TrkWorker *self = g_aligned_alloc0 (1, sizeof *self, LINE);

  self->service = service;
  self->carrier = carrier;
  lock (service);
  self->next = service->workers;
  service->workers = self;
  unlock (service);
  return self;
}

void
trk_worker_free (TrkWorker *self)
{
  TrkWorker **at;

  if (self == NULL)
    return;
  lock (self->service);
  for (at = &self->service->workers; *at != self; at = &(*at)->next)
    ;
  *at = self->next;
  add_counts (self, self->service->gone);
  unlock (self->service);
  g_aligned_free (self);
}

static void
count (TrkWorker *self, TrkCount which, uint64_t n)
{
  uint64_t now = atomic_load_explicit (&self->counts[which], memory_order_relaxed);

  atomic_store_explicit (&self->counts[which], now + n, memory_order_relaxed);
}

void
trk_worker_count (TrkWorker *self, TrkCount which)
{
  count (self, which, 1);
}

void
trk_worker_count_many (TrkWorker *self, TrkCount which, uint64_t n)
{
  count (self, which, n);
}

void
trk_worker_begin (TrkWorker *self, uint64_t now_us)
{
  self->rules = atomic_load_explicit (&self->service->rules, memory_order_acquire);
  self->now_us = now_us;
}

static void
tell_completed (TrkWorker *self)
{
  const TrkServiceParts *parts = &self->service->parts;

  if (self->n_completed == 0)
    return;
  count (self, TRK_COUNT_COMPLETED, self->n_completed);
  if (parts->completed != NULL
      && !parts->completed (parts->data, self->completed, self->n_completed))
    count (self, TRK_COUNT_UNJOURNALLED, self->n_completed);
  self->n_completed = 0;
}

void
trk_worker_end (TrkWorker *self)
{
  tell_completed (self);
}

bool
trk_worker_admit (TrkWorker *self, const BtEndpoint *source)
{
  TrkLimiter *limiter = self->service->parts.limiter;
  bool admitted = limiter == NULL || trk_limiter_take (limiter, source, self->now_us);

  if (!admitted)
    count (self, TRK_COUNT_LIMITED, 1);
  return admitted;
}

static void
count_outcome (TrkWorker *self, TrkOutcome outcome)
{
  bool http = self->carrier == TRK_CARRIER_HTTP;

  switch (outcome)
    {
    case TRK_ANSWERED:
      count (self, http ? TRK_COUNT_ANNOUNCES_HTTP : TRK_COUNT_ANNOUNCES_UDP, 1);
      break;
    case TRK_REFUSED:
      count (self, TRK_COUNT_REFUSED, 1);
      break;
    case TRK_CROWDED:
    case TRK_FULL:
      count (self, TRK_COUNT_FULL, 1);
      break;
    case TRK_BAD_PORT:
    case TRK_BAD_SOURCE:
    default:
      count (self, TRK_COUNT_BAD_REQUESTS, 1);
      break;
    }
}

static void
note_completed (TrkWorker *self, const uint8_t *hash)
{
  if (self->n_completed == COMPLETED_MAX)
    tell_completed (self);
  memcpy (self->completed + self->n_completed * BT_INFO_HASH_LEN, hash, BT_INFO_HASH_LEN);
  self->n_completed++;
}

void
trk_worker_expect (TrkWorker *self, const BtAnnounceRequest *request, const BtEndpoint *source,
                   TrkExpected *out)
{
  out->announce = (TrkAnnounce){ .request = request,
                                 .source = source,
                                 .carrier = self->carrier,
                                 .now_s = self->now_us / US_PER_S,
                                 .random = self->random++ };
  out->key = trk_swarms_key (self->service->parts.swarms, request->info_hash);
  out->more = true;
}

void
trk_worker_ahead (TrkWorker *self, TrkExpected *expected, TrkAheadStep step)
{
  if (expected->more)
    expected->more = trk_announce_ahead (&self->rules->policy, self->service->parts.swarms,
                                         &expected->announce, expected->key, step);
}

TrkOutcome
trk_worker_answer (TrkWorker *self, const TrkExpected *expected, BtAnnounceReply *reply)
{
  bool completed;
  TrkOutcome outcome = trk_announce (&self->rules->policy, self->service->parts.swarms,
                                     &expected->announce, &self->room, reply, &completed);

  count_outcome (self, outcome);
  if (completed)
    note_completed (self, expected->announce.request->info_hash);
  return outcome;
}

TrkOutcome
trk_worker_announce (TrkWorker *self, const BtAnnounceRequest *request, const BtEndpoint *source,
                     BtAnnounceReply *reply)
{
  static const BtEndpoint nobody = { .family = BT_FAMILY_NONE };
  bool can_be = (bt_endpoint_range (source) & TRK_PEER_RANGES) != 0;
  TrkExpected expected;

  trk_worker_expect (self, request, can_be ? source : &nobody, &expected);
  return trk_worker_answer (self, &expected, reply);
}

void
trk_worker_scrape (TrkWorker *self, const BtScrapeRequest *request, BtScrapeEntry *entries)
{
  trk_scrape (&self->rules->policy, self->service->parts.swarms, request, entries);
  count (self, self->carrier == TRK_CARRIER_HTTP ? TRK_COUNT_SCRAPES_HTTP : TRK_COUNT_SCRAPES_UDP,
         1);
}
