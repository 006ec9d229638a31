/* trk-udp-answer.c: connect, announce and scrape over UDP. */
#include "tracker-server/front/trk-udp-answer.h"

#include "protocol/core/bt-limits.h"

_Static_assert(TRK_UDP_REPLY_MAX
                   >= BT_UDP_ANNOUNCE_REPLY_HEAD_LEN + TRK_UDP_PEERS_V6 * BT_COMPACT_V6_LEN,
               "v6 peers");
_Static_assert(TRK_UDP_REPLY_MAX
                   >= BT_UDP_ANNOUNCE_REPLY_HEAD_LEN + TRK_PEERS_MAX * BT_COMPACT_V4_LEN,
               "v4 peers");
_Static_assert(TRK_UDP_REPLY_MAX
                   >= BT_UDP_ERROR_HEAD_LEN + BT_LIMIT_SCRAPE_UDP * BT_UDP_SCRAPE_ENTRY_LEN,
               "scrapes");

static bool
drop (TrkWorker *worker, TrkCount why)
{
  trk_worker_count (worker, why);
  return false;
}

/* --- what is answered --- */

/* There is no limit to connects: who forges a source would use up what that source may ask. An id
 * goes only to where a peer can be, so that whoever has one need not be looked at again. */
static bool
look_at_connect (TrkWorker *worker, const BtEndpoint *from)
{
  return (bt_endpoint_range (from) & TRK_PEER_RANGES) != 0 || drop (worker, TRK_COUNT_JUNK);
}

bool
trk_udp_look (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpDatagram *datagram,
              uint64_t now_us, TrkUdpTurn *turn)
{
  const BtEndpoint *from = &datagram->from;

  turn->datagram = datagram;
  turn->action = bt_udp_request_peek (datagram->bytes, datagram->len, &turn->head);
  if (from->port == 0 || from->family == BT_FAMILY_NONE)
    turn->action = BT_UDP_JUNK;
  if (turn->action == BT_UDP_CONNECT)
    return look_at_connect (worker, from);
  if (turn->action != BT_UDP_ANNOUNCE && turn->action != BT_UDP_SCRAPE)
    return drop (worker, TRK_COUNT_JUNK);
  if (!bt_connection_id_check (&rules->ids, from, turn->head.connection_id, now_us))
    return drop (worker, TRK_COUNT_BAD_IDS);
  if (!trk_worker_admit (worker, from))
    return false; /* counted there */
  if (turn->action != BT_UDP_ANNOUNCE)
    return true;
  turn->problem
      = bt_udp_announce_parse (datagram->bytes, datagram->len, &turn->request, &turn->options);
  if (turn->problem == BT_TRACKER_FINE)
    trk_worker_expect (worker, &turn->request, from, &turn->expected);
  return true;
}

void
trk_udp_ahead (TrkWorker *worker, TrkUdpTurn *turn, TrkAheadStep step)
{
  if (turn->action == BT_UDP_ANNOUNCE && turn->problem == BT_TRACKER_FINE)
    trk_worker_ahead (worker, &turn->expected, step);
}

/* --- answers --- */

/* Only to addresses that have proved themselves. */
static size_t
fail (const TrkUdpTurn *turn, BtLent text, uint8_t *out)
{
  return bt_udp_error_write (out, TRK_UDP_REPLY_MAX, turn->head.transaction_id, &text);
}

static size_t
fail_problem (TrkWorker *worker, const TrkUdpTurn *turn, BtTrackerProblem problem, uint8_t *out)
{
  trk_worker_count (worker, TRK_COUNT_BAD_REQUESTS);
  return fail (turn, bt_lent_text (bt_tracker_problem_text (problem)), out);
}

/* The answer is as long as the question. */
static size_t
answer_connect (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpTurn *turn,
                uint64_t now_us, uint8_t *out)
{
  trk_worker_count (worker, TRK_COUNT_CONNECTS_UDP);
  return bt_udp_connect_reply_write (
      out, TRK_UDP_REPLY_MAX, turn->head.transaction_id,
      bt_connection_id_make (&rules->ids, &turn->datagram->from, now_us));
}

/* Asks whether an announce with this URL may be answered. */
static const char *
refusal (const TrkUdpRules *rules, const BtLent *options)
{
  uint8_t url[BT_LIMIT_URL];

  return rules->refuse (rules->data, url, bt_udp_url_data (options, url, sizeof url, NULL));
}

static size_t
answer_announce (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpTurn *turn, uint8_t *out)
{
  BtAnnounceReply reply;
  const char *refused;

  if (turn->problem != BT_TRACKER_FINE)
    return fail_problem (worker, turn, turn->problem, out);
  refused = rules->refuse != NULL ? refusal (rules, &turn->options) : NULL;
  if (refused != NULL)
    {
      trk_worker_count (worker, TRK_COUNT_REFUSED);
      return fail (turn, bt_lent_text (refused), out);
    }
  if (trk_worker_answer (worker, &turn->expected, &reply) != TRK_ANSWERED)
    return fail (turn, reply.failure, out);
  return bt_udp_announce_reply_write (out, TRK_UDP_REPLY_MAX, turn->head.transaction_id, &reply,
                                      (BtFamily) turn->datagram->from.family);
}

static size_t
answer_scrape (TrkWorker *worker, const TrkUdpTurn *turn, uint8_t *out)
{
  BtScrapeEntry entries[BT_LIMIT_SCRAPE_UDP];
  BtScrapeRequest request;
  BtTrackerProblem problem
      = bt_udp_scrape_parse (turn->datagram->bytes, turn->datagram->len, &request);

  if (problem != BT_TRACKER_FINE)
    return fail_problem (worker, turn, problem, out);
  trk_worker_scrape (worker, &request, entries);
  return bt_udp_scrape_reply_write (out, TRK_UDP_REPLY_MAX, turn->head.transaction_id, entries,
                                    request.n_hashes);
}

size_t
trk_udp_write (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpTurn *turn, uint64_t now_us,
               uint8_t out[TRK_UDP_REPLY_MAX])
{
  if (turn->action == BT_UDP_CONNECT)
    return answer_connect (worker, rules, turn, now_us, out);
  return turn->action == BT_UDP_ANNOUNCE ? answer_announce (worker, rules, turn, out)
                                         : answer_scrape (worker, turn, out);
}

size_t
trk_udp_answer (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpDatagram *datagram,
                uint64_t now_us, uint8_t out[TRK_UDP_REPLY_MAX])
{
  TrkUdpTurn turn;

  if (!trk_udp_look (worker, rules, datagram, now_us, &turn))
    return 0;
  for (unsigned step = 0; step < TRK_AHEAD_STEPS; step++)
    trk_udp_ahead (worker, &turn, (TrkAheadStep) step);
  return trk_udp_write (worker, rules, &turn, now_us, out);
}
