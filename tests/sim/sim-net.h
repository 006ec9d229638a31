/* sim-net.h: hosts, and the network between them: btio-tcp.h in memory.
 *
 * A host has a line: what it may send and receive in a second, and how far it is from everybody.
 * What is written to a stream waits in a bounded buffer; the line takes a chunk of each stream in
 * turn; a chunk travels, queues at the receiver's line and waits to be read. No more than a window
 * is under way or unread, so that who does not read holds up the sender, and the bottleneck may be
 * on either side. Nothing is lost but whole connections, as TCP has it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/io/btio-tcp.h"
#include "tests/sim/sim-world.h"

#define SIM_PORT 6881

typedef struct SimNet SimNet;
typedef struct SimHost SimHost;

typedef struct
{
  uint64_t up_Bps; /* 0: no limit */
  uint64_t down_Bps;
  uint64_t latency_us; /* to the middle of the network, one way */
  uint64_t jitter_us;  /* up to so much more */
} SimLine;

SimNet *sim_net_new (SimWorld *world);
/* With its hosts, whose streams and listeners must have been closed. */
void sim_net_free (SimNet *net);
SimWorld *sim_net_world (const SimNet *net);

/* A host with an address of its own, in a /24 of its own. It is there as long as the net. */
SimHost *sim_host_new (SimNet *net, const SimLine *line);

BtioReactor *sim_host_reactor (const SimHost *host);
SimHost *sim_host_of (const BtioReactor *reactor);
SimWorld *sim_host_world (const SimHost *host);
/* Where it would listen. */
BtEndpoint sim_host_endpoint (const SimHost *host);
uint32_t sim_host_id (const SimHost *host);
/* What the host's disk reads and writes; lent. */
void sim_host_set_drive (SimHost *host, void *drive);
void *sim_host_drive (const SimHost *host);

/* --- faults --- */

/* Connections to it are refused. */
void sim_host_refuse (SimHost *host, bool refuse);
/* Nothing reaches it and nothing that it says is heard: connections to it hang. */
void sim_host_vanish (SimHost *host, bool vanish);
/* Its line sends nothing. */
void sim_host_stall (SimHost *host, bool stall);
/* Hosts of different sides do not hear each other. 0 at first. */
void sim_host_set_side (SimHost *host, unsigned side);
/* Resets one of its connections by chance, or all. */
void sim_host_reset_one (SimHost *host);
void sim_host_reset_all (SimHost *host);

/* --- figures --- */

unsigned sim_host_n_streams (const SimHost *host);
uint64_t sim_host_sent (const SimHost *host); /* bytes, of everything */
uint64_t sim_host_received (const SimHost *host);
