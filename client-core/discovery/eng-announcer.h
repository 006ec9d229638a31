/* eng-announcer.h: telling trackers that we are there, and hearing of peers.
 *
 * One announcer for an engine: queues by host with keep-alive and jitter, at most
 * ENG_ANNOUNCES_AT_ONCE HTTP requests under way (libsoup, certificates verified), one UDP socket a
 * family with a machine of bt-udp-client.h for each tracker. One set of announces for a torrent:
 * tiers as BEP 12 has them, back-off, intervals as trackers ask for them.
 *
 * The engine's thread and its GMainContext, which is the thread's default. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/io/btio-tcp.h"
#include "protocol/torrent/bt-metainfo.h"
#include "protocol/tracker/bt-announce.h"

#define ENG_ANNOUNCES_AT_ONCE 50

typedef struct EngAnnouncer EngAnnouncer;
typedef struct EngAnnounces EngAnnounces;

typedef struct
{
  uint8_t peer_id[20];
  uint32_t key;
  uint16_t port;          /* that we listen at */
  const char *user_agent; /* "Shoal/0.1.0" */
  BtioBind bind;          /* where announces come from; the port does not count */
  uint64_t seed;          /* for jitter and transaction ids */
} EngAnnouncerConfig;

/* What a torrent says of itself when it is asked. */
typedef struct
{
  uint64_t uploaded; /* bytes in this session */
  uint64_t downloaded;
  uint64_t left;
  uint32_t want_peers; /* 0: none */
  bool partial_seed;   /* nothing more is wanted, though something is left (BEP 21) */
} EngAnnounceFacts;

typedef enum
{
  ENG_TRACKER_WAITING, /* for its turn, or for the next interval */
  ENG_TRACKER_BUSY,
  ENG_TRACKER_WORKING, /* answered the last time */
  ENG_TRACKER_FAILING
} EngTrackerState;

/* One tracker as a person sees it. Strings are lent until the next event. */
typedef struct
{
  const char *url;
  unsigned tier;
  EngTrackerState state;
  const char *message;  /* failure reason, warning or the transport's error; NULL for none */
  uint64_t answered_us; /* when it answered or failed the last time; 0: not yet */
  uint64_t next_us;     /* when it is asked again; BTIO_NEVER for not */
  int64_t complete;     /* -1: it did not say */
  int64_t incomplete;
  uint32_t n_peers; /* in its last answer */
  bool v2;          /* of a hybrid's v2 swarm; see eng-swarms.h, which says so */
} EngTrackerStatus;

typedef struct
{
  void (*facts) (void *owner, EngAnnounceFacts *out);
  /* @local: the tracker's own address is of this machine or its network. */
  void (*peers) (void *owner, const BtEndpoint *peers, size_t n, bool local);
  /* A tracker's status has changed. */
  void (*changed) (void *owner, size_t tracker);
} EngAnnounceEvents;

EngAnnouncer *eng_announcer_new (BtioReactor *reactor, const EngAnnouncerConfig *config);
/* What begins from now on comes from @bind and names @port; what is under way ends as it began. */
void eng_announcer_move (EngAnnouncer *announcer, const BtioBind *bind, uint16_t port);
/* This machine has lost an address: no connection that was made before is used again. */
void eng_announcer_cut_off (EngAnnouncer *announcer);
/* All announces must have been stopped and freed. Accepts NULL. */
void eng_announcer_free (EngAnnouncer *announcer);

/* For a v2 torrent the first 20 bytes of its hash. Begins with "started" at once. */
EngAnnounces *eng_announces_new (EngAnnouncer *announcer, const uint8_t info_hash[20],
                                 const BtTracker *trackers, size_t n,
                                 const EngAnnounceEvents *events, void *owner);

/* One more, at the end of its tier; it is asked as soon as its turn comes. One of that URL that is
 * there goes to that tier. */
void eng_announces_add (EngAnnounces *announces, const BtTracker *tracker);

/* A private torrent's trackers are asked one at a time (BEP 27): the next only when one fails. */
void eng_announces_set_private (EngAnnounces *announces, bool is_private);

/* What we have is otherwise than the trackers know: each that knows of us hears @event and the new
 * facts at once: "completed", "started", or, when there is nothing to count, none. */
void eng_announces_tell (EngAnnounces *announces, BtAnnounceEvent event);

/* Peers run low: asks again, not before a tracker's min interval. */
void eng_announces_more (EngAnnounces *announces);

/* One tracker, or with NULL the one whose turn it is, is asked at once, or when it permits. */
void eng_announces_now (EngAnnounces *announces, const char *url);

/* Another port leads to us, after eng_announcer_move(): who was told of the one before hears of it
 * at once, one answer being enough. */
void eng_announces_moved (EngAnnounces *announces);

/* We are in another network: who knows of us hears of it at once, and who could not be reached is
 * asked again. */
void eng_announces_elsewhere (EngAnnounces *announces);

/* A tracker of that URL is told that we stop and is not asked again; its status stays where it is.
 */
void eng_announces_drop (EngAnnounces *announces, const char *url);
bool eng_announces_is_dropped (const EngAnnounces *announces, size_t tracker);

/* "stopped" goes to every tracker that knows of us, after a "completed" that it is owed, for at
 * most @timeout_us; then frees the announces and calls @done. No other event comes. */
void eng_announces_stop (EngAnnounces *announces, uint64_t timeout_us, void (*done) (void *data),
                         void *data);

size_t eng_announces_count (const EngAnnounces *announces);
EngTrackerStatus eng_announces_status (const EngAnnounces *announces, size_t tracker);
