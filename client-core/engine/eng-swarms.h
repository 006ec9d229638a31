/* eng-swarms.h: the announces of a torrent under each of its names: a hybrid has two (BEP 52), and
 * peers of either swarm are its own.
 *
 * The engine's thread. */
#pragma once

#include "client-core/discovery/eng-announcer.h"

typedef struct EngSwarms EngSwarms;

/* As EngAnnounceEvents have them. */
typedef struct
{
  void (*facts) (void *owner, EngAnnounceFacts *out);
  /* @v2: met in the v2 swarm. */
  void (*peers) (void *owner, const BtEndpoint *peers, size_t n, bool local, bool v2);
  /* The status is lent. */
  void (*changed) (void *owner, const EngTrackerStatus *status);
} EngSwarmEvents;

/* Announces under the names that are not NULL, of 20 bytes. */
EngSwarms *eng_swarms_new (EngAnnouncer *announcer, const uint8_t *v1, const uint8_t *v2,
                           const BtTracker *trackers, size_t n, const EngSwarmEvents *events,
                           void *owner);

/* The torrent is known by these names, of which one may be new: it is announced under that as well,
 * to the same trackers. */
void eng_swarms_join (EngSwarms *swarms, const uint8_t *v1, const uint8_t *v2);

void eng_swarms_add (EngSwarms *swarms, const BtTracker *tracker);
void eng_swarms_set_private (EngSwarms *swarms, bool is_private);
void eng_swarms_tell (EngSwarms *swarms, BtAnnounceEvent event);
void eng_swarms_more (EngSwarms *swarms);
void eng_swarms_moved (EngSwarms *swarms);
void eng_swarms_elsewhere (EngSwarms *swarms);
void eng_swarms_now (EngSwarms *swarms, const char *url);
void eng_swarms_drop (EngSwarms *swarms, const char *url);

/* Those of the v1 swarm, or of the only one, to be looked at; both have the same trackers. */
const EngAnnounces *eng_swarms_first (const EngSwarms *swarms);

/* Stops both, frees the swarms and calls @done: see eng_announces_stop(). */
void eng_swarms_stop (EngSwarms *swarms, uint64_t timeout_us, void (*done) (void *data),
                      void *data);
