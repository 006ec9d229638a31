/* sim-peer-private.h: a scripted peer and its connections.
 *
 * sim-peer.c: its life and its clock; sim-peer-link.c: one connection, and what it says and hears.
 */
#pragma once

#include <glib.h>

#include "protocol/peer/bt-handshake.h"
#include "protocol/peer/bt-wire.h"
#include "tests/sim/sim-peer.h"

struct SimPeer
{
  SimPeerConfig config;
  SimHost *host;
  const BtLayout *layout;
  uint64_t key;
  bool v2; /* alone */
  BtHandshake handshake;
  BtioListener *listener;
  BtioTimer tick;
  GPtrArray *links;  /* of SimPeerLink */
  GArray *dialled;   /* of BtEndpoint */
  BtBitfield blocks; /* fetched, or asked of somebody */
  uint64_t n_blocks;
  uint64_t n_got;
  bool choking;
  uint64_t turned_us;
  unsigned n_opened;
  uint64_t fetched;
  uint64_t served;
  uint64_t n_requests;
  uint64_t n_cancels;
  uint64_t completed_us;
};

typedef struct
{
  SimPeer *peer;
  BtioStream *stream;
  BtioTurn turn;
  BtEndpoint remote;
  bool dialled;
  bool connecting;
  bool open;
  bool ended;
  bool stuck;
  uint64_t since_us;
  BtHandshakeReader reader;
  uint8_t hello[BT_HANDSHAKE_LEN];
  size_t hello_left;
  BtWire wire;
  BtBitfield have;
  GArray *asked; /* of uint64_t: numbers of blocks */
} SimPeerLink;

/* Dialled, or accepted. It is in the peer's list until it ends. */
void sim_peer_link_new (SimPeer *peer, BtioStream *stream, bool dialled);
void sim_peer_link_free (SimPeerLink *link);
/* Ends it soon. */
void sim_peer_link_finish (SimPeerLink *link);
void sim_peer_link_flush (SimPeerLink *link);
/* Asks for more, where it fetches. */
void sim_peer_link_ask (SimPeerLink *link);
/* Tells what the peer's choking is now. */
void sim_peer_link_choke (SimPeerLink *link);
