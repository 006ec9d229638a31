/* trk-world.c: a tracker for tests. */
#include "trk-world.h"

#include <string.h>

#include <glib.h>

void
trk_world_init_with (TrkWorld *w, const TrkSwarmsConfig *limits)
{
  TrkSwarmsConfig config = *limits;

  memset (w, 0, sizeof *w);
  trk_policy_init (&w->policy);
  memcpy (config.key, "0123456789abcdef", sizeof config.key);
  config.timeout_s = trk_policy_timeout_s (&w->policy);
  w->now_s = 1000;
  w->swarms = trk_swarms_new (&config);
}

void
trk_world_init (TrkWorld *w, uint64_t max_peers)
{
  TrkSwarmsConfig limits = { .max_swarms = 1000, .max_empty = 1000, .max_peers = max_peers };

  trk_world_init_with (w, &limits);
}

void
trk_world_clear (TrkWorld *w)
{
  trk_swarms_free (w->swarms);
}

BtEndpoint
trk_world_host (unsigned number)
{
  uint8_t addr[4] = { 9, 9, (uint8_t) (number >> 8), (uint8_t) number };

  return bt_endpoint_v4 (addr, 1);
}

BtEndpoint
trk_world_host6 (unsigned number)
{
  uint8_t addr[16] = { 0x2a, 1, [14] = (uint8_t) (number >> 8), [15] = (uint8_t) number };

  return bt_endpoint_v6 (addr, 1);
}

BtAnnounceRequest
trk_world_ask (uint64_t left, BtAnnounceEvent event)
{
  BtAnnounceRequest request;

  bt_announce_request_init (&request);
  request.info_hash[0] = 7;
  request.port = 6881;
  request.left = left;
  request.event = event;
  return request;
}

TrkOutcome
trk_world_say (TrkWorld *w, const BtAnnounceRequest *request, BtEndpoint source, TrkCarrier carrier)
{
  TrkAnnounce announce = { .request = request,
                           .source = &source,
                           .carrier = carrier,
                           .now_s = w->now_s,
                           .random = w->n_said++ };
  uint64_t key = trk_swarms_key (w->swarms, request->info_hash);
  bool more = true;

  for (unsigned step = 0; step < TRK_AHEAD_STEPS && more; step++)
    more = trk_announce_ahead (&w->policy, w->swarms, &announce, key, (TrkAheadStep) step);
  return trk_announce (&w->policy, w->swarms, &announce, &w->room, &w->reply, &w->completed);
}

void
trk_world_come (TrkWorld *w, BtEndpoint source, uint64_t left, BtAnnounceEvent event)
{
  BtAnnounceRequest request = trk_world_ask (left, event);

  g_assert_cmpint (trk_world_say (w, &request, source, TRK_CARRIER_HTTP), ==, TRK_ANSWERED);
}

void
trk_world_assert_counts (const TrkWorld *w, int64_t seeders, int64_t leechers, int64_t completed)
{
  g_assert_cmpint (w->reply.complete, ==, seeders);
  g_assert_cmpint (w->reply.incomplete, ==, leechers);
  g_assert_cmpint (w->reply.downloaded, ==, completed);
}

size_t
trk_world_n_v4 (const TrkWorld *w)
{
  return w->reply.peers_v4.len / BT_COMPACT_V4_LEN;
}

size_t
trk_world_n_v6 (const TrkWorld *w)
{
  return w->reply.peers_v6.len / BT_COMPACT_V6_LEN;
}

bool
trk_world_lists (const BtLent *list, const BtEndpoint *peer)
{
  uint8_t compact[BT_COMPACT_V6_LEN];
  size_t len = bt_endpoint_write_compact (peer, compact);

  for (size_t at = 0; at < list->len; at += len)
    if (memcmp (list->bytes + at, compact, len) == 0)
      return true;
  return false;
}

BtEndpoint
trk_world_at_port (BtEndpoint peer, uint16_t port)
{
  peer.port = port;
  return peer;
}
