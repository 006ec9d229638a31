/* trk-service.h: the way of every announce and scrape, whatever carries it: limit, policy, swarm,
 * count.
 *
 *     carrier's thread: begin -> (announce | scrape)* -> end -> the replies go out
 *
 * A carrier has a worker for each of its threads and works in turns: what one turn completed is
 * told to the journal at its end, at once and before any reply of the turn is sent. A worker
 * belongs to its thread; a service is for any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracker-server/swarm/trk-announce.h"
#include "tracker-server/swarm/trk-limiter.h"
#include "tracker-server/swarm/trk-lists.h"

/* What is counted, over all workers, since the start. trk_service_count_name() has their names. */
typedef enum
{
  TRK_COUNT_ANNOUNCES_HTTP, /* answered with success */
  TRK_COUNT_ANNOUNCES_UDP,
  TRK_COUNT_SCRAPES_HTTP,
  TRK_COUNT_SCRAPES_UDP,
  TRK_COUNT_CONNECTS_UDP,
  TRK_COUNT_COMPLETED,
  TRK_COUNT_UNJOURNALLED,     /* completions that the journal could not take */
  TRK_COUNT_BAD_REQUESTS,     /* that could not be read */
  TRK_COUNT_BAD_IDS,          /* UDP connection ids */
  TRK_COUNT_JUNK,             /* datagrams that deserve no answer */
  TRK_COUNT_UNSENT,           /* datagrams that the system did not take */
  TRK_COUNT_DROPPED,          /* that it dropped: wrong ids that its filter saw, a full queue */
  TRK_COUNT_REFUSED,          /* torrents that are not admitted */
  TRK_COUNT_FULL,             /* no room for one more swarm or peer, also of one address */
  TRK_COUNT_LIMITED,          /* over the limit of their address */
  TRK_COUNT_HTTP_OPENED,      /* connections accepted */
  TRK_COUNT_HTTP_TURNED_AWAY, /* too many, or too many of one address */
  TRK_COUNT_HTTP_EVICTED,     /* idle ones that made room */
  TRK_COUNT_HTTP_TIMED_OUT,   /* too slow with a head, a body or a reply */
  TRK_COUNT_HTTP_HANDED_OVER, /* requests for pages and API */
  TRK_COUNTS
} TrkCount;

/* Lent to the service for as long as it lives. */
typedef struct
{
  TrkSwarms *swarms;
  TrkLists *lists;
  TrkLimiter *limiter; /* (nullable) */
  /* Keeps the hashes of completed torrents, 20 bytes each, so that they survive the process. False
   * when it could not. On the thread of any worker. (nullable) */
  bool (*completed) (void *data, const uint8_t *hashes, size_t n);
  void *data;
} TrkServiceParts;

typedef struct TrkService TrkService;
typedef struct TrkWorker TrkWorker;

/* The policy's judge is the service's: lists and mode. (transfer full) */
TrkService *trk_service_new (const TrkServiceParts *parts, const TrkPolicy *policy, TrkMode mode);

/* No worker is left. Accepts NULL. */
void trk_service_free (TrkService *self);

/* Holds from each worker's next turn on. Any thread. */
void trk_service_set_policy (TrkService *self, const TrkPolicy *policy, TrkMode mode);
void trk_service_get_policy (TrkService *self, TrkPolicy *policy, TrkMode *mode);

/* Sums over all workers, also those that are gone. Any thread. */
void trk_service_counts (TrkService *self, uint64_t counts[TRK_COUNTS]);

/* As in metrics: "announces_http". Static. */
const char *trk_service_count_name (TrkCount count);

/* (transfer full) */
TrkWorker *trk_worker_new (TrkService *service, TrkCarrier carrier);
void trk_worker_free (TrkWorker *self);

/* A turn. @now_us is CLOCK_BOOTTIME, the same clock for all workers. */
void trk_worker_begin (TrkWorker *self, uint64_t now_us);
void trk_worker_end (TrkWorker *self);

/* Whether the source may ask; counted when it may not. */
bool trk_worker_admit (TrkWorker *self, const BtEndpoint *source);

/* An announce that a worker has before it. Lends what it was made of. */
typedef struct
{
  TrkAnnounce announce;
  uint64_t key; /* of the torrent */
  bool more;    /* something can be asked for ahead */
} TrkExpected;

/* Who has several announces before it asks ahead for each of them, one step after the other, before
 * it answers the first: see trk_announce_ahead(). In the turn in which they are answered. */
void trk_worker_expect (TrkWorker *self, const BtAnnounceRequest *request, const BtEndpoint *source,
                        TrkExpected *out);
void trk_worker_ahead (TrkWorker *self, TrkExpected *expected, TrkAheadStep step);

/* Does what an announce asks and fills the reply: success or failure. The reply's peers are the
 * worker's, until its next announce. */
TrkOutcome trk_worker_answer (TrkWorker *self, const TrkExpected *expected, BtAnnounceReply *reply);

/* The ranges that a peer can be in (BEP 7). */
#define TRK_PEER_RANGES (BT_RANGE_GLOBAL | BT_RANGE_PRIVATE | BT_RANGE_LOOPBACK)

/* The same for one that was not expected, and may have come from where no peer can be. */
TrkOutcome trk_worker_announce (TrkWorker *self, const BtAnnounceRequest *request,
                                const BtEndpoint *source, BtAnnounceReply *reply);

/* Fills an entry for each hash in the order asked. */
void trk_worker_scrape (TrkWorker *self, const BtScrapeRequest *request, BtScrapeEntry *entries);

/* For what carriers alone know. */
void trk_worker_count (TrkWorker *self, TrkCount count);
void trk_worker_count_many (TrkWorker *self, TrkCount count, uint64_t n);
