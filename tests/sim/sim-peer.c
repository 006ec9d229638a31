/* sim-peer.c: the life of a scripted peer, and what it does by the clock. */
#include "tests/sim/sim-peer-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "tests/sim/sim-content.h"

#define TICK_US (100 * SIM_MS)
#define REDIAL_US (10 * SIM_S)

/* --- bothering --- */

static uint32_t
times (uint32_t per_s)
{
  return (uint32_t) (per_s * TICK_US / SIM_S);
}

static bool
is_due (uint64_t every_us, uint64_t at_us)
{
  return every_us > 0 && at_us >= TICK_US && at_us / every_us != (at_us - TICK_US) / every_us;
}

static void
bother (SimPeerLink *link, uint64_t now_us)
{
  SimPeer *peer = link->peer;
  SimWorld *world = sim_host_world (peer->host);
  uint32_t n = peer->layout->n_pieces;

  if (is_due (peer->config.drip_us, now_us - link->since_us))
    (void) bt_wire_send_request (&link->wire, sim_world_below (world, n), 0,
                                 (uint32_t) BT_BLOCK_LEN); /* likewise */
  for (uint32_t i = times (peer->config.requests_per_s); i > 0; i--)
    (void) bt_wire_send_request (&link->wire, sim_world_below (world, n), 0,
                                 (uint32_t) BT_BLOCK_LEN); /* a choked one may not go */
  for (uint32_t i = times (peer->config.cancels_per_s); i > 0; i--)
    bt_wire_send_cancel (&link->wire, sim_world_below (world, n), 0, (uint32_t) BT_BLOCK_LEN);
  for (uint32_t i = times (peer->config.haves_per_s); i > 0; i--)
    bt_wire_send_have (&link->wire, sim_world_below (world, n));
  sim_peer_link_flush (link);
}

/* --- the clock --- */

static bool
is_linked (const SimPeer *peer, const BtEndpoint *remote)
{
  for (guint i = 0; i < peer->links->len; i++)
    if (bt_endpoint_equal (&((SimPeerLink *) peer->links->pdata[i])->remote, remote))
      return true;
  return false;
}

static void
redial (SimPeer *peer)
{
  for (guint i = 0; i < peer->dialled->len; i++)
    {
      const BtEndpoint *remote = &g_array_index (peer->dialled, BtEndpoint, i);

      if (!is_linked (peer, remote))
        sim_peer_link_new (peer, btio_tcp_connect (sim_host_reactor (peer->host), remote, NULL),
                           true);
    }
}

static void
on_tick (BtioTimer *timer, uint64_t now_us)
{
  SimPeer *peer = (SimPeer *) (void *) ((char *) timer - offsetof (SimPeer, tick));
  bool turns = peer->config.flap_us > 0 && now_us >= peer->turned_us + peer->config.flap_us;

  if (turns)
    {
      peer->choking = !peer->choking;
      peer->turned_us = now_us;
    }
  for (guint i = 0; i < peer->links->len; i++)
    {
      SimPeerLink *link = peer->links->pdata[i];

      if (peer->config.reconnect_us > 0 && now_us >= link->since_us + peer->config.reconnect_us)
        sim_peer_link_finish (link);
      if (link->ended || !link->open)
        continue;
      bt_wire_tick (&link->wire, now_us);
      if (turns)
        sim_peer_link_choke (link);
      bother (link, now_us);
      sim_peer_link_ask (link);
    }
  if (now_us / REDIAL_US != (now_us - TICK_US) / REDIAL_US || peer->config.reconnect_us > 0)
    redial (peer);
  btio_timer_set (timer, sim_host_reactor (peer->host), now_us + TICK_US);
}

/* --- the whole --- */

static void
on_accepted (void *owner, BtioStream *stream)
{
  sim_peer_link_new (owner, stream, false);
}

SimPeer *
sim_peer_new (SimNet *net, BtMetainfo *metainfo, const SimPeerConfig *config)
{
  SimPeer *peer = g_new0 (SimPeer, 1);
  SimWorld *world = sim_net_world (net);

  peer->config = *config;
  peer->host = sim_host_new (net, &config->line);
  peer->layout = bt_metainfo_layout (metainfo);
  peer->key = sim_content_key (metainfo);
  peer->handshake.features = BT_FEATURE_FAST;
  memcpy (peer->handshake.info_hash,
          bt_metainfo_info_hash_v1 (metainfo) != NULL ? bt_metainfo_info_hash_v1 (metainfo)
                                                      : bt_metainfo_info_hash_v2 (metainfo),
          BT_SHA1_LEN);
  peer->v2 = bt_metainfo_format (metainfo) == BT_FORMAT_V2;
  for (size_t i = 0; i < BT_PEER_ID_LEN; i++)
    peer->handshake.peer_id[i] = (uint8_t) sim_world_below (world, 256);
  peer->links = g_ptr_array_new ();
  peer->dialled = g_array_new (FALSE, FALSE, sizeof (BtEndpoint));
  peer->n_blocks = (peer->layout->end + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN;
  bt_bitfield_init (&peer->blocks, peer->n_blocks);
  peer->choking = !config->serves && !config->rejects && !config->has_all;
  peer->turned_us = sim_world_now_us (world);
  peer->listener = btio_tcp_listen (sim_host_reactor (peer->host), NULL, on_accepted, peer);
  peer->tick.due = on_tick;
  btio_timer_set (&peer->tick, sim_host_reactor (peer->host), peer->turned_us + TICK_US);
  return peer;
}

void
sim_peer_free (SimPeer *peer)
{
  btio_timer_stop (&peer->tick);
  btio_listener_free (peer->listener);
  while (peer->links->len > 0)
    sim_peer_link_free (peer->links->pdata[0]);
  g_ptr_array_unref (peer->links);
  g_array_unref (peer->dialled);
  bt_bitfield_clear (&peer->blocks);
  g_free (peer);
}

void
sim_peer_dial (SimPeer *peer, const BtEndpoint *remote)
{
  g_array_append_val (peer->dialled, *remote);
  redial (peer);
}

/* --- figures --- */

SimHost *
sim_peer_host (const SimPeer *peer)
{
  return peer->host;
}

unsigned
sim_peer_n_links (const SimPeer *peer)
{
  unsigned n = 0;

  for (guint i = 0; i < peer->links->len; i++)
    n += ((const SimPeerLink *) peer->links->pdata[i])->open;
  return n;
}

unsigned
sim_peer_n_opened (const SimPeer *peer)
{
  return peer->n_opened;
}

uint64_t
sim_peer_fetched (const SimPeer *peer)
{
  return peer->fetched;
}

uint64_t
sim_peer_served (const SimPeer *peer)
{
  return peer->served;
}

uint64_t
sim_peer_n_requests (const SimPeer *peer)
{
  return peer->n_requests;
}

uint64_t
sim_peer_n_cancels (const SimPeer *peer)
{
  return peer->n_cancels;
}

uint64_t
sim_peer_completed_us (const SimPeer *peer)
{
  return peer->completed_us;
}
