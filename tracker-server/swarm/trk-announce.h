/* trk-announce.h: what a tracker answers to an announce and to a scrape, whatever carries them
 * (BEP 3, 7, 15, 21, 23, 24, 31, 48).
 *
 * Policy comes as values; who a torrent is open to is asked of the caller. No socket and no clock.
 * Any thread, as often at a time as one likes: the swarms have their own locks. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"
#include "protocol/tracker/bt-scrape.h"
#include "tracker-server/swarm/trk-lists.h"
#include "tracker-server/swarm/trk-swarms.h"

/* So many v6 peers fit into one datagram beside the head of a UDP reply. */
#define TRK_UDP_PEERS_V6 74u

/* Called without any lock held, from the thread that announces or scrapes. */
typedef TrkVerdict (*TrkJudge) (const void *data, const uint8_t hash[BT_INFO_HASH_LEN]);

typedef struct
{
  uint32_t interval_s;
  uint32_t min_interval_s;
  uint32_t spread_s;      /* an interval is up to so much longer, the same for one peer */
  uint32_t numwant_usual; /* for who does not say */
  uint32_t numwant_max;   /* at most TRK_PEERS_MAX */
  BtEndpoint external_v4; /* in place of a loopback or private source; its port does not count */
  BtEndpoint external_v6; /* no endpoint: such a source stays what it is */
  bool believes_claims;   /* of private and loopback sources, when what they say is private: see
                             BtAnnounceRequest.ipv4, ipv6, whatever carries them */
  TrkJudge judge;         /* (nullable): every torrent is open */
  const void *judge_data; /* lent */
} TrkPolicy;

typedef enum
{
  TRK_CARRIER_HTTP, /* a reply mixes both families */
  TRK_CARRIER_UDP   /* a reply has the family of the packet */
} TrkCarrier;

typedef enum
{
  TRK_ANSWERED,
  TRK_BAD_PORT,
  TRK_BAD_SOURCE, /* no endpoint: there is none, or no peer can be there */
  TRK_REFUSED,    /* by the judge */
  TRK_CROWDED,    /* as many peers of one source in the swarm as may be */
  TRK_FULL        /* as many swarms or peers as there may be */
} TrkOutcome;

/* One announce as it came. Everything is lent. */
typedef struct
{
  const BtAnnounceRequest *request;
  const BtEndpoint *source; /* where it came from; its port does not count */
  TrkCarrier carrier;
  uint64_t now_s;  /* as for the swarms */
  uint64_t random; /* where the lists of peers begin */
} TrkAnnounce;

/* Intervals of 30 and 15 minutes, 3 minutes of spread, 50 peers usually and 200 at most; no
 * external address; no claim is believed; every torrent is open. */
void trk_policy_init (TrkPolicy *self);

/* After how long a peer that is not heard of is gone: two intervals and a minute. For
 * TrkSwarmsConfig. */
uint32_t trk_policy_timeout_s (const TrkPolicy *self);

TrkVerdict trk_policy_judge (const TrkPolicy *self, const uint8_t hash[BT_INFO_HASH_LEN]);

/* The steps of trk_swarms_ahead() and its like. @key is trk_swarms_key() of the torrent. */
typedef enum
{
  TRK_AHEAD_TABLE,
  TRK_AHEAD_SWARM,
  TRK_AHEAD_PEERS,
  TRK_AHEAD_RECORD,
  TRK_AHEAD_STEPS
} TrkAheadStep;

/* False when the next step has nothing to ask for. */
bool trk_announce_ahead (const TrkPolicy *policy, TrkSwarms *swarms, const TrkAnnounce *announce,
                         uint64_t key, TrkAheadStep step);

/* Does what an announce asks, and fills the reply: success, or a failure with its reason. The
 * reply's peers are in @room, which the caller keeps until the reply is written; its reasons are
 * static. @completed tells whether this announce completed the torrent, for a journal. */
TrkOutcome trk_announce (const TrkPolicy *policy, TrkSwarms *swarms, const TrkAnnounce *announce,
                         TrkRoom *room, BtAnnounceReply *reply, bool *completed);

/* What a scrape says of a torrent. */
BtScrapeEntry trk_scrape_entry (const uint8_t hash[BT_INFO_HASH_LEN], const TrkCounts *counts);

/* Fills an entry for each hash, in the order asked; a torrent that is unknown or not open has
 * zeros. @entries has room for all. */
void trk_scrape (const TrkPolicy *policy, TrkSwarms *swarms, const BtScrapeRequest *request,
                 BtScrapeEntry *entries);
