/* trk-udp-answer.c: connect, announce and scrape over UDP. */
#include "tracker-server/front/trk-udp-answer.h"

#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-udp-tracker.h"

_Static_assert(TRK_UDP_REPLY_MAX
                   >= BT_UDP_ANNOUNCE_REPLY_HEAD_LEN + TRK_UDP_PEERS_V6 * BT_COMPACT_V6_LEN,
               "v6 peers");
_Static_assert(TRK_UDP_REPLY_MAX
                   >= BT_UDP_ANNOUNCE_REPLY_HEAD_LEN + TRK_PEERS_MAX * BT_COMPACT_V4_LEN,
               "v4 peers");
_Static_assert(TRK_UDP_REPLY_MAX
                   >= BT_UDP_ERROR_HEAD_LEN + BT_LIMIT_SCRAPE_UDP * BT_UDP_SCRAPE_ENTRY_LEN,
               "scrapes");

/* The ranges that somebody can be in who is to be answered. */
#define ANSWERABLE (BT_RANGE_GLOBAL | BT_RANGE_PRIVATE | BT_RANGE_LOOPBACK)

/* One datagram on its way through. */
typedef struct
{
  TrkWorker *worker;
  const TrkUdpRules *rules;
  const TrkUdpDatagram *datagram;
  uint64_t now_us;
  BtUdpHead head;
  uint8_t *out;
} Turn;

static size_t
drop (const Turn *turn, TrkCount why)
{
  trk_worker_count (turn->worker, why);
  return 0;
}

/* Only to addresses that have proved themselves. */
static size_t
fail (const Turn *turn, BtLent text)
{
  return bt_udp_error_write (turn->out, TRK_UDP_REPLY_MAX, turn->head.transaction_id, &text);
}

static size_t
fail_problem (const Turn *turn, BtTrackerProblem problem)
{
  trk_worker_count (turn->worker, TRK_COUNT_BAD_REQUESTS);
  return fail (turn, bt_lent_text (bt_tracker_problem_text (problem)));
}

/* The answer is as long as the question. There is no limit to it: who forges a source would use up
 * what that source may ask. An id goes only to where a peer can be, so that whoever has one need
 * not be looked at again. */
static size_t
answer_connect (const Turn *turn)
{
  const BtEndpoint *from = &turn->datagram->from;

  if ((bt_endpoint_range (from) & ANSWERABLE) == 0)
    return drop (turn, TRK_COUNT_JUNK);
  trk_worker_count (turn->worker, TRK_COUNT_CONNECTS_UDP);
  return bt_udp_connect_reply_write (turn->out, TRK_UDP_REPLY_MAX, turn->head.transaction_id,
                                     bt_connection_id_make (&turn->rules->ids, from, turn->now_us));
}

/* Asks whether an announce with this URL may be answered. */
static const char *
refusal (const TrkUdpRules *rules, const BtLent *options)
{
  uint8_t url[BT_LIMIT_URL];

  return rules->refuse (rules->data, url, bt_udp_url_data (options, url, sizeof url, NULL));
}

static size_t
answer_announce (const Turn *turn)
{
  const TrkUdpDatagram *in = turn->datagram;
  BtAnnounceRequest request;
  BtAnnounceReply reply;
  BtTrackerProblem problem;
  const char *refused;
  BtLent options;

  problem = bt_udp_announce_parse (in->bytes, in->len, &request, &options);
  if (problem != BT_TRACKER_FINE)
    return fail_problem (turn, problem);
  refused = turn->rules->refuse != NULL ? refusal (turn->rules, &options) : NULL;
  if (refused != NULL)
    {
      trk_worker_count (turn->worker, TRK_COUNT_REFUSED);
      return fail (turn, bt_lent_text (refused));
    }
  if (trk_worker_announce (turn->worker, &request, &in->from, &reply) != TRK_ANSWERED)
    return fail (turn, reply.failure);
  return bt_udp_announce_reply_write (turn->out, TRK_UDP_REPLY_MAX, turn->head.transaction_id,
                                      &reply, (BtFamily) in->from.family);
}

static size_t
answer_scrape (const Turn *turn)
{
  BtScrapeEntry entries[BT_LIMIT_SCRAPE_UDP];
  BtScrapeRequest request;
  BtTrackerProblem problem
      = bt_udp_scrape_parse (turn->datagram->bytes, turn->datagram->len, &request);

  if (problem != BT_TRACKER_FINE)
    return fail_problem (turn, problem);
  trk_worker_scrape (turn->worker, &request, entries);
  return bt_udp_scrape_reply_write (turn->out, TRK_UDP_REPLY_MAX, turn->head.transaction_id,
                                    entries, request.n_hashes);
}

size_t
trk_udp_answer (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpDatagram *datagram,
                uint64_t now_us, uint8_t out[TRK_UDP_REPLY_MAX])
{
  const BtEndpoint *from = &datagram->from;
  Turn turn
      = { .worker = worker, .rules = rules, .datagram = datagram, .now_us = now_us, .out = out };
  BtUdpAction action = bt_udp_request_peek (datagram->bytes, datagram->len, &turn.head);

  if (from->port == 0 || from->family == BT_FAMILY_NONE)
    action = BT_UDP_JUNK;
  if (action == BT_UDP_CONNECT)
    return answer_connect (&turn);
  if (action != BT_UDP_ANNOUNCE && action != BT_UDP_SCRAPE)
    return drop (&turn, TRK_COUNT_JUNK);
  if (!bt_connection_id_check (&rules->ids, from, turn.head.connection_id, now_us))
    return drop (&turn, TRK_COUNT_BAD_IDS);
  if (!trk_worker_admit (worker, from))
    return 0; /* counted there */
  return action == BT_UDP_ANNOUNCE ? answer_announce (&turn) : answer_scrape (&turn);
}
