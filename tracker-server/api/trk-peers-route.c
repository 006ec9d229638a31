/* trk-peers-route.c: who is in a torrent's swarm.
 *
 * That there are peers everyone may see; where they are is for tokens that read: a swarm's
 * addresses come one announce at a time, and not all at once to whoever asks. */
#include <string.h>

#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

/* How one peer is written: of the API, or as small trackers do it. */
typedef struct Writer
{
  TrkCall *call;
  TrkJson *json;
  const TrkTorrent *torrent;
  bool classic;
  uint32_t n;
  uint32_t max;
  TrkCounts counts;
} Writer;

static void
write_address (const Writer *w, const BtEndpoint *peer)
{
  char text[BT_ENDPOINT_TEXT];

  if (w->call->caller.may < TRK_NEEDS_READ)
    {
      trk_json_null (w->json, "ip");
      trk_json_null (w->json, "port");
      return;
    }
  bt_endpoint_write_address (peer, text);
  trk_json_text (w->json, "ip", text);
  trk_json_number (w->json, "port", peer->port);
}

/* What the store of open mode does not keep. */
static void
write_unkept (const Writer *w)
{
  trk_json_null (w->json, "uploaded");
  trk_json_null (w->json, "downloaded");
  trk_json_null (w->json, "last_seen");
}

static void
write_peer (Writer *w, const BtEndpoint *peer, uint8_t flags)
{
  trk_json_open_object (w->json, NULL);
  if (w->classic)
    {
      trk_json_number (w->json, "id", w->n + 1);
      trk_json_number (w->json, "torrent_id", (uint64_t) w->torrent->id);
    }
  else
    {
      trk_json_text (w->json, "family", peer->family == BT_FAMILY_V4 ? "ipv4" : "ipv6");
      trk_json_bool (w->json, "seeder", (flags & TRK_PEER_SEEDER) != 0);
      trk_json_bool (w->json, "partial", (flags & TRK_PEER_PAUSED) != 0);
    }
  trk_json_null (w->json, "peer_id");
  write_address (w, peer);
  write_unkept (w);
  trk_json_close_object (w->json);
  w->n++;
}

static void
write_list (Writer *w, const TrkHold *hold, BtFamily family)
{
  const TrkPeers *peers = trk_swarm_list (hold->swarm, family);
  const TrkShape *shape = family == BT_FAMILY_V4 ? &hold->shapes->v4 : &hold->shapes->v6;

  for (uint32_t i = 0; peers != NULL && i < peers->n && w->n < w->max; i++)
    {
      const uint8_t *compact = trk_peers_compact (peers, shape, i);
      BtEndpoint peer = family == BT_FAMILY_V4 ? bt_endpoint_read_compact_v4 (compact)
                                               : bt_endpoint_read_compact_v6 (compact);

      write_peer (w, &peer, trk_peers_flags (peers, shape, i));
    }
}

/* A hybrid has two swarms; the larger one is shown, as it is counted. */
static const uint8_t *
hash_of (TrkApi *api, const TrkTorrent *torrent)
{
  TrkTorrent v1 = *torrent;
  TrkCounts all = trk_catalogue_counts (api, torrent);
  TrkCounts own;

  v1.v2 = NULL;
  own = trk_catalogue_counts (api, &v1);
  return torrent->v1 != NULL && own.seeders + own.leechers == all.seeders + all.leechers
             ? torrent->v1
             : torrent->v2;
}

static void
write_swarm (Writer *w)
{
  TrkApi *api = w->call->api;
  TrkHold hold;

  trk_swarms_enter (api->parts.swarms, hash_of (api, w->torrent), false,
                    trk_call_now_us () / G_USEC_PER_SEC, &hold);
  if (hold.swarm != NULL)
    {
      w->counts = trk_swarm_counts (hold.swarm);
      write_list (w, &hold, BT_FAMILY_V4);
      write_list (w, &hold, BT_FAMILY_V6);
    }
  trk_swarms_leave (api->parts.swarms, &hold);
}

static void
on_torrent (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };
  Writer w = { .call = call,
               .json = &json,
               .torrent = torrent,
               .max = (uint32_t) trk_call_number (call, "limit", TRK_PEERS_SHOWN_USUAL) };

  if (trk_call_troubled (call, problem) || !trk_catalogue_sees (call, torrent))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_open_array (&json, "peers");
  write_swarm (&w);
  trk_json_close_array (&json);
  trk_json_number (&json, "seeders", w.counts.seeders);
  trk_json_number (&json, "leechers", w.counts.leechers);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
on_torrent_classic (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };
  Writer w = {
    .call = call, .json = &json, .torrent = torrent, .classic = true, .max = TRK_PEERS_SHOWN_USUAL
  };

  if (trk_call_troubled (call, problem) || !trk_catalogue_sees (call, torrent))
    return;
  trk_json_init (&json);
  trk_json_open_array (&json, NULL);
  write_swarm (&w);
  trk_json_close_array (&json);
  trk_call_json (call, &json);
}

static void
get_peers (TrkCall *call)
{
  trk_catalogue_look_up (call, on_torrent);
}

static void
get_classic (TrkCall *call)
{
  trk_catalogue_look_up (call, on_torrent_classic);
}

static const TrkField query[]
    = { { "limit", TRK_TYPE_NUMBER, 0, 0, TRK_PEERS_SHOWN_MAX, NULL, NULL, "200 unless told" },
        { .name = NULL } };

const TrkApiRoute trk_routes_peers[]
    = { { .method = "GET",
          .path = "/api/v1/torrents/{key}/peers",
          .name = "listPeers",
          .query = query,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_peers,
          .others = { 400, 404 },
          .handle = get_peers,
          .help = "Members of a swarm; addresses are for tokens that read" },
        { .method = "GET",
          .path = "/peers/{torrent_id}",
          .name = "listPeersClassic",
          .status = 200,
          .type = "application/json",
          .output = &trk_object_classic_peers,
          .others = { 404 },
          .handle = get_classic,
          .help = "Members of a swarm, as small trackers show them" },
        { .method = NULL } };
