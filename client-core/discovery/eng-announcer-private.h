/* eng-announcer-private.h: what the announcer (eng-announcer.c) and a torrent's announces
 * (eng-announces.c) share, and what tests make shorter. */
#pragma once

#include "client-core/discovery/eng-announcer.h"
#include "client-core/discovery/eng-ask.h"
#include "client-core/discovery/eng-turns.h"

typedef struct
{
  uint64_t http_timeout_us;
  uint64_t http_gap_us;
  uint64_t udp_timeout_us;
  uint64_t udp_grace_us;
} EngAnnouncerLimits;

struct EngAnnouncer
{
  BtioReactor *reactor;
  BtioResolver *resolver;
  EngAskers askers;
  uint8_t peer_id[20];
  uint32_t key;
  uint16_t port;
  uint64_t random; /* seeds of the torrents' own */
  size_t n_announces;
};

EngAnnouncer *eng_announcer_new_within (BtioReactor *reactor, const EngAnnouncerConfig *config,
                                        const EngAnnouncerLimits *limits);

/* What is kept of one tracker. */
typedef struct
{
  EngAnnounces *announces;
  size_t index;
  char *url;
  EngTrackerState state;
  char *message; /* or NULL */
  int64_t complete;
  int64_t incomplete;
  uint32_t n_peers;
  uint64_t answered_us; /* or failed, the last time; 0: not yet */
  GBytes *tracker_id;   /* that it wants to hear again, or NULL */
  EngAsk *ask;          /* under way, or NULL */
  EngTurn turn;         /* that the ask is for */
  uint16_t told_port;   /* the last time; 0: nothing yet */
  bool dropped;         /* by the person */
} EngTracker;

struct EngAnnounces
{
  EngAnnouncer *announcer;
  uint8_t info_hash[20];
  EngTurns turns;
  GPtrArray *trackers; /* of EngTracker */
  const EngAnnounceEvents *events;
  void *owner;
  BtioTimer timer; /* the next turn; once stopping, the end */
  bool stopping;
  size_t n_asks; /* while stopping: how many have not ended */
  BtioTurn stopped;
  void (*done) (void *data);
  void *data;
};
