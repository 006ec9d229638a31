/* trk-announce.c: the rules of announces and scrapes. */
#include "tracker-server/swarm/trk-announce.h"

#include <string.h>

#include <glib.h>

#include "protocol/tracker/bt-tracker-problem.h"

/* What a torrent that waits to be listed, and a tracker that is full, are asked again after. */
#define PENDING_S 30u
#define PENDING_MIN 1u
#define FULL_MIN 30u

/* An announce on its way through. */
typedef struct
{
  const TrkPolicy *policy;
  TrkSwarms *swarms;
  const TrkAnnounce *announce;
  BtEndpoint seen; /* the address that it came from */
  BtEndpoint peer; /* who it counts as */
  TrkRoom *room;
  BtAnnounceReply *reply;
  bool *completed;
} Turn;

void
trk_policy_init (TrkPolicy *self)
{
  *self = (TrkPolicy){ .interval_s = 1800,
                       .min_interval_s = 900,
                       .spread_s = 180,
                       .numwant_usual = 50,
                       .numwant_max = TRK_PEERS_MAX };
}

uint32_t
trk_policy_timeout_s (const TrkPolicy *self)
{
  return 2 * (self->interval_s + self->spread_s) + 60;
}

TrkVerdict
trk_policy_judge (const TrkPolicy *self, const uint8_t hash[BT_INFO_HASH_LEN])
{
  return self->judge != NULL ? self->judge (self->judge_data, hash) : TRK_VERDICT_OPEN;
}

/* The same address with a port; a mapped one becomes IPv4. */
static BtEndpoint
with_port (const BtEndpoint *address, uint16_t port)
{
  return address->family == BT_FAMILY_V4   ? bt_endpoint_v4 (address->addr, port)
         : address->family == BT_FAMILY_V6 ? bt_endpoint_v6 (address->addr, port)
                                           : (BtEndpoint){ 0 };
}

static bool
is_in (const BtEndpoint *address, unsigned ranges)
{
  return (bt_endpoint_range (address) & ranges) != 0;
}

/* The address that a client of a private network, or of this machine, says that it has there, in
 * the family that it asks in; NULL when it says none that may be believed: anybody else could point
 * a swarm at a victim (BEP 7). */
static const BtEndpoint *
claim_of (const TrkPolicy *policy, const BtEndpoint *seen, const BtAnnounceRequest *request)
{
  const BtEndpoint *claim = seen->family == BT_FAMILY_V4 ? &request->ipv4 : &request->ipv6;

  return policy->believes_claims && claim->family == seen->family
                 && is_in (seen, BT_RANGE_PRIVATE | BT_RANGE_LOOPBACK)
                 && is_in (claim, BT_RANGE_PRIVATE)
             ? claim
             : NULL;
}

/* Who an announce counts as: where it came from, unless it may say better, or nobody outside could
 * reach that. */
static BtEndpoint
peer_of (const TrkPolicy *policy, const BtEndpoint *seen, const BtAnnounceRequest *request)
{
  const BtEndpoint *external
      = seen->family == BT_FAMILY_V4 ? &policy->external_v4 : &policy->external_v6;
  const BtEndpoint *claim = claim_of (policy, seen, request);

  if (claim != NULL)
    return with_port (claim, claim->port != 0 ? claim->port : request->port);
  if (external->family == seen->family && is_in (seen, BT_RANGE_LOOPBACK | BT_RANGE_PRIVATE))
    return with_port (external, request->port);
  return with_port (seen, request->port);
}

static bool
is_stop (const Turn *turn)
{
  return turn->announce->request->event == BT_ANNOUNCE_STOPPED;
}

static uint32_t
interval_s (const Turn *turn)
{
  uint64_t spread = (uint64_t) turn->policy->spread_s + 1;

  return turn->policy->interval_s
         + (uint32_t) (trk_swarms_spread (turn->swarms, &turn->peer) % spread);
}

static TrkOutcome
fail (Turn *turn, TrkOutcome outcome, const char *why, uint32_t interval, uint32_t retry_min)
{
  turn->reply->failure = bt_lent_text (why);
  turn->reply->interval_s = interval;
  turn->reply->min_interval_s = MIN (interval, turn->policy->min_interval_s);
  turn->reply->retry_min = retry_min;
  return outcome;
}

static TrkOutcome
refuse (Turn *turn, TrkVerdict verdict)
{
  if (verdict == TRK_VERDICT_PENDING)
    return fail (turn, TRK_REFUSED, "torrent waits to be admitted", PENDING_S, PENDING_MIN);
  if (verdict == TRK_VERDICT_DENIED)
    return fail (turn, TRK_REFUSED, "torrent is not allowed here", interval_s (turn),
                 BT_RETRY_NEVER);
  return fail (turn, TRK_REFUSED, "torrent is not registered here", interval_s (turn), FULL_MIN);
}

static void
answer_counts (Turn *turn, const TrkCounts *counts)
{
  BtAnnounceReply *reply = turn->reply;

  reply->interval_s = interval_s (turn);
  reply->min_interval_s = turn->policy->min_interval_s;
  reply->complete = counts->seeders;
  reply->incomplete = counts->leechers;
  reply->downloaded = counts->completed;
  reply->downloaders = counts->leechers - counts->paused;
  reply->external = turn->seen;
}

static TrkAsk
ask_of (const TrkPolicy *policy, const TrkAnnounce *announce, TrkPlace self)
{
  const BtAnnounceRequest *request = announce->request;
  TrkAsk ask
      = { .self = self,
          .seeder = request->left == 0,
          .ids = bt_announce_peers_form (request) == BT_PEERS_DICTIONARIES,
          .mixed = announce->carrier == TRK_CARRIER_HTTP,
          .want = bt_announce_numwant (request, policy->numwant_usual, policy->numwant_max) };

  if (!ask.mixed && self.family == BT_FAMILY_V6)
    ask.want = MIN (ask.want, TRK_UDP_PEERS_V6);
  return ask;
}

static void
answer_peers (Turn *turn, const TrkHold *hold, TrkPlace self)
{
  TrkAsk ask = ask_of (turn->policy, turn->announce, self);
  uint64_t random = turn->announce->random;

  trk_swarm_select (hold->swarm, hold->shapes, &ask, &random, turn->room);
  turn->reply->peers_v4 = (BtLent){ turn->room->v4, turn->room->n_v4 * BT_COMPACT_V4_LEN };
  turn->reply->peers_v6 = (BtLent){ turn->room->v6, turn->room->n_v6 * BT_COMPACT_V6_LEN };
  turn->reply->peer_ids = turn->room->has_ids ? turn->room->ids : NULL;
}

static void
note_detail (const Turn *turn, const TrkHold *hold, TrkPlace place, bool fresh)
{
  const BtAnnounceRequest *request = turn->announce->request;
  TrkDetail detail = { .uploaded = request->uploaded,
                       .downloaded = request->downloaded,
                       .left = request->left,
                       .first = hold->tick };

  memcpy (detail.peer_id, request->peer_id, BT_PEER_ID_LEN);
  trk_swarm_set_detail (hold->swarm, hold->shapes, place, &detail, fresh);
}

/* Brings the swarm up to date and says where the peer is in it. */
static TrkOutcome
put (Turn *turn, TrkHold *hold, TrkPlace *place)
{
  const BtAnnounceRequest *request = turn->announce->request;
  TrkPeerState state = { .seeder = request->left == 0,
                         .paused = request->event == BT_ANNOUNCE_PAUSED,
                         .completed = request->event == BT_ANNOUNCE_COMPLETED };

  *place = trk_swarm_find (hold->swarm, hold->shapes, &turn->peer);
  if (place->position != TRK_NO_PEER)
    {
      *place = trk_swarm_update (hold->swarm, hold->shapes, *place, &state, (uint8_t) hold->tick,
                                 turn->completed);
      if (hold->shapes->v4.tail > 0)
        note_detail (turn, hold, *place, false);
      return TRK_ANSWERED;
    }
  if (trk_swarm_is_crowded (hold->swarm, hold->shapes, &turn->peer))
    return TRK_CROWDED;
  if (!trk_swarms_make_room (turn->swarms, hold))
    return TRK_FULL;
  *place = trk_swarm_add (hold->swarm, hold->shapes, &turn->peer, &state, (uint8_t) hold->tick);
  if (hold->shapes->v4.tail > 0)
    note_detail (turn, hold, *place, true);
  return TRK_ANSWERED;
}

static TrkOutcome
stop (Turn *turn, const TrkHold *hold)
{
  TrkCounts counts = { 0 };
  TrkPlace place;

  if (hold->swarm != NULL)
    {
      place = trk_swarm_find (hold->swarm, hold->shapes, &turn->peer);
      if (place.position != TRK_NO_PEER)
        trk_swarm_remove (hold->swarm, hold->shapes, place);
      counts = trk_swarm_counts (hold->swarm);
    }
  answer_counts (turn, &counts);
  return TRK_ANSWERED;
}

static TrkOutcome
meet (Turn *turn, TrkHold *hold)
{
  TrkOutcome outcome = TRK_FULL;
  TrkPlace place;
  TrkCounts counts;

  if (hold->swarm != NULL)
    outcome = put (turn, hold, &place);
  if (outcome == TRK_CROWDED)
    return fail (turn, outcome, "too many peers of one address", interval_s (turn), FULL_MIN);
  if (outcome == TRK_FULL)
    return fail (turn, outcome, "tracker is full", interval_s (turn), FULL_MIN);
  counts = trk_swarm_counts (hold->swarm);
  answer_counts (turn, &counts);
  answer_peers (turn, hold, place);
  return TRK_ANSWERED;
}

static TrkOutcome
take_turn (Turn *turn)
{
  const BtAnnounceRequest *request = turn->announce->request;
  TrkVerdict verdict;
  TrkOutcome outcome;
  TrkHold hold;

  if (turn->seen.family == BT_FAMILY_NONE)
    return fail (turn, TRK_BAD_SOURCE, "no peer can be at this address", turn->policy->interval_s,
                 BT_RETRY_NEVER);
  if (request->port == 0 && !is_stop (turn))
    return fail (turn, TRK_BAD_PORT, bt_tracker_problem_text (BT_TRACKER_BAD_PORT),
                 interval_s (turn), BT_RETRY_NEVER);
  verdict = trk_policy_judge (turn->policy, request->info_hash);
  if (verdict != TRK_VERDICT_OPEN)
    return refuse (turn, verdict);
  trk_swarms_enter (turn->swarms, request->info_hash, !is_stop (turn), turn->announce->now_s,
                    &hold);
  outcome = is_stop (turn) ? stop (turn, &hold) : meet (turn, &hold);
  trk_swarms_leave (turn->swarms, &hold);
  return outcome;
}

static bool
ahead_of_peers (const TrkPolicy *policy, TrkSwarms *swarms, const TrkAnnounce *announce,
                uint64_t key, TrkAheadStep step)
{
  BtEndpoint seen = with_port (announce->source, 0);
  BtEndpoint peer = peer_of (policy, &seen, announce->request);
  TrkAsk ask = ask_of (policy, announce, (TrkPlace){ (BtFamily) peer.family, TRK_NO_PEER });
  const uint8_t *hash = announce->request->info_hash;

  if (step == TRK_AHEAD_PEERS)
    return trk_swarms_ahead_peers (swarms, hash, key, &peer, &ask, announce->random);
  trk_swarms_ahead_record (swarms, hash, key, &peer);
  return false;
}

bool
trk_announce_ahead (const TrkPolicy *policy, TrkSwarms *swarms, const TrkAnnounce *announce,
                    uint64_t key, TrkAheadStep step)
{
  if (step == TRK_AHEAD_TABLE)
    trk_swarms_ahead (swarms, key);
  else if (step == TRK_AHEAD_SWARM)
    trk_swarms_ahead_swarm (swarms, key);
  else
    return ahead_of_peers (policy, swarms, announce, key, step);
  return true;
}

TrkOutcome
trk_announce (const TrkPolicy *policy, TrkSwarms *swarms, const TrkAnnounce *announce,
              TrkRoom *room, BtAnnounceReply *reply, bool *completed)
{
  Turn turn = { .policy = policy,
                .swarms = swarms,
                .announce = announce,
                .seen = with_port (announce->source, 0),
                .room = room,
                .reply = reply,
                .completed = completed };

  turn.peer = peer_of (policy, &turn.seen, announce->request);
  *completed = false;
  room->n_v4 = room->n_v6 = 0;
  room->has_ids = false;
  bt_announce_reply_init (reply);
  return take_turn (&turn);
}

BtScrapeEntry
trk_scrape_entry (const uint8_t hash[BT_INFO_HASH_LEN], const TrkCounts *counts)
{
  BtScrapeEntry entry = { .complete = counts->seeders,
                          .downloaded = counts->completed,
                          .incomplete = counts->leechers,
                          .downloaders = counts->leechers - counts->paused };

  memcpy (entry.info_hash, hash, BT_INFO_HASH_LEN);
  return entry;
}

void
trk_scrape (const TrkPolicy *policy, TrkSwarms *swarms, const BtScrapeRequest *request,
            BtScrapeEntry *entries)
{
  for (size_t i = 0; i < request->n_hashes; i++)
    {
      const uint8_t *hash = request->hashes + i * BT_INFO_HASH_LEN;
      TrkCounts counts = { 0 };
      TrkHold hold;

      if (trk_policy_judge (policy, hash) == TRK_VERDICT_OPEN)
        {
          trk_swarms_enter (swarms, hash, false, 0, &hold);
          if (hold.swarm != NULL)
            counts = trk_swarm_counts (hold.swarm);
          trk_swarms_leave (swarms, &hold);
        }
      entries[i] = trk_scrape_entry (hash, &counts);
    }
}
