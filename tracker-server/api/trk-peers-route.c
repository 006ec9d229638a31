/* trk-peers-route.c: who is in a torrent's swarm.
 *
 * That there are peers everyone may see; where they are is for tokens that read: a swarm's
 * addresses come one announce at a time, and not all at once to whoever asks. */
#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"
#include "tracker-server/swarm/trk-show.h"

/* How peers are written: of the API, or as small trackers do it. */
typedef struct
{
  TrkCall *call;
  TrkJson *json;
  const TrkTorrent *torrent;
  bool classic;
  uint32_t max;
  uint32_t n;
  TrkCounts counts;
} Writer;

static bool
may_read (const Writer *w)
{
  return w->call->caller.may >= TRK_NEEDS_READ;
}

static void
write_address (const Writer *w, const BtEndpoint *peer)
{
  char text[BT_ENDPOINT_TEXT];

  if (!may_read (w))
    {
      trk_json_null (w->json, "ip");
      trk_json_null (w->json, "port");
      return;
    }
  bt_endpoint_write_address (peer, text);
  trk_json_text (w->json, "ip", text);
  trk_json_number (w->json, "port", peer->port);
}

/* As trk_announce_read_peer_id() reads it: 20 characters where all of them can be shown, else 40
 * hexadecimal digits. */
static void
write_peer_id (const Writer *w, const TrkShownPeer *peer)
{
  char text[BT_PEER_ID_LEN + 1] = { 0 };

  if (!peer->has_detail || !may_read (w))
    {
      trk_json_null (w->json, "peer_id");
      return;
    }
  for (size_t i = 0; i < BT_PEER_ID_LEN; i++)
    if (!g_ascii_isprint (peer->peer_id[i]))
      {
        trk_json_hash (w->json, "peer_id", peer->peer_id, BT_PEER_ID_LEN);
        return;
      }
    else
      text[i] = (char) peer->peer_id[i];
  trk_json_text (w->json, "peer_id", text);
}

/* What only a store with details knows. */
static void
write_detail (const Writer *w, const TrkShownPeer *peer)
{
  if (!peer->has_detail)
    {
      trk_json_null (w->json, "uploaded");
      trk_json_null (w->json, "downloaded");
      trk_json_null (w->json, "last_seen");
      return;
    }
  trk_json_number (w->json, "uploaded", peer->uploaded);
  trk_json_number (w->json, "downloaded", peer->downloaded);
  trk_json_signed (w->json, "last_seen", g_get_real_time () / G_USEC_PER_SEC - peer->silent_s);
}

static void
write_peer (Writer *w, const TrkShownPeer *peer)
{
  trk_json_open_object (w->json, NULL);
  if (w->classic)
    {
      trk_json_number (w->json, "id", ++w->n);
      trk_json_signed (w->json, "torrent_id", w->torrent->id);
    }
  else
    {
      trk_json_text (w->json, "family", peer->endpoint.family == BT_FAMILY_V4 ? "ipv4" : "ipv6");
      trk_json_bool (w->json, "seeder", peer->seeder);
      trk_json_bool (w->json, "partial", peer->paused);
    }
  write_peer_id (w, peer);
  write_address (w, &peer->endpoint);
  write_detail (w, peer);
  trk_json_close_object (w->json);
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
take_peer (const TrkShownPeer *peer, void *peers)
{
  g_array_append_val ((GArray *) peers, *peer);
}

static void
write_swarm (Writer *w)
{
  TrkApi *api = w->call->api;
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (TrkShownPeer));

  w->counts = trk_swarms_show (api->parts.swarms, hash_of (api, w->torrent),
                               trk_call_now_us () / G_USEC_PER_SEC, 0, w->max, take_peer, peers);
  for (guint i = 0; i < peers->len; i++)
    write_peer (w, &g_array_index (peers, TrkShownPeer, i));
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
