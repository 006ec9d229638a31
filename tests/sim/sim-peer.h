/* sim-peer.h: peers that behave as they are told: those that lie, spoil, stall, flood and take.
 *
 * They speak through the real wire machine, over a host of their own, and never are a client: no
 * picker, no choker, no disk. */
#pragma once

#include "protocol/torrent/bt-metainfo.h"
#include "tests/sim/sim-net.h"

typedef struct SimPeer SimPeer;

typedef struct
{
  SimLine line;

  /* What it gives. */
  bool has_all; /* or says so */
  bool serves;  /* answers requests with blocks; without it and without rejects it says nothing */
  bool rejects; /* answers every request with a refusal */
  bool lies_hashes;       /* answers requests for hashes with others; otherwise refuses them */
  uint32_t spoilt_blocks; /* so many blocks of each piece are not true; UINT32_MAX: all */
  uint64_t stall_after;   /* bytes; after them it sends no more; 0: never */
  uint64_t flap_us;       /* chokes and unchokes in turns of this length; 0: never chokes */

  /* What it takes. */
  bool fetches;          /* asks for everything and never gives */
  bool wants;            /* says so, and asks for nothing */
  uint64_t drip_us;      /* ... but for one block as often; 0: never */
  bool again;            /* ... and begins anew once it has everything */
  uint64_t reconnect_us; /* hangs up and dials anew as often; 0: never */

  /* How it bothers; each of them so many times a second, to everybody. */
  uint32_t requests_per_s; /* for blocks at random, whether it is choked or not */
  uint32_t cancels_per_s;
  uint32_t haves_per_s;
} SimPeerConfig;

/* Listens at once. @metainfo is lent. */
SimPeer *sim_peer_new (SimNet *net, BtMetainfo *metainfo, const SimPeerConfig *config);
/* Closes its connections. */
void sim_peer_free (SimPeer *peer);

/* Connects to @remote now and, when it comes to an end, again after a while. */
void sim_peer_dial (SimPeer *peer, const BtEndpoint *remote);

SimHost *sim_peer_host (const SimPeer *peer);
unsigned sim_peer_n_links (const SimPeer *peer);  /* that have shaken hands */
unsigned sim_peer_n_opened (const SimPeer *peer); /* so many there have been */
uint64_t sim_peer_fetched (const SimPeer *peer);  /* bytes of blocks */
uint64_t sim_peer_served (const SimPeer *peer);
uint64_t sim_peer_n_requests (const SimPeer *peer); /* that it was sent */
uint64_t sim_peer_n_cancels (const SimPeer *peer);
uint64_t sim_peer_completed_us (const SimPeer *peer); /* when it had fetched everything, or 0 */
