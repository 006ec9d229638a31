/* sim-swarm.h: a world with one torrent, a tracker and clients: what a scenario begins with. */
#pragma once

#include "tests/sim/sim-client.h"
#include "tests/sim/sim-peer.h"
#include "tests/sim/sim-tracker.h"

typedef struct
{
  uint64_t seed;
  SimWorld *world;
  SimNet *net;
  BtMetainfo *metainfo;
  const BtLayout *layout;
  GPtrArray *clients;   /* of SimClient */
  GPtrArray *announces; /* of SimAnnounces, one a client that has trackers */
  GPtrArray *trackers;  /* of SimTracker */
  GPtrArray *peers;     /* of SimPeer */
} SimSwarm;

/* The seed of a test: SHOAL_SIM_SEED, or @usual. Told in the test's log. */
uint64_t sim_seed (uint64_t usual);

SimSwarm *sim_swarm_new (uint64_t seed, uint64_t piece_length, uint32_t n_pieces);
/* The same of another kind than v1. */
SimSwarm *sim_swarm_new_of (BtFormat format, uint64_t seed, uint64_t piece_length,
                            uint32_t n_pieces);
/* Stops everything and looks that nothing is left behind. */
void sim_swarm_free (SimSwarm *swarm);

SimTracker *sim_swarm_add_tracker (SimSwarm *swarm, const SimTrackerConfig *config);
/* Announced to all trackers that there are. Starts when it is told to. */
SimClient *sim_swarm_add_client (SimSwarm *swarm, const SimClientConfig *config);
/* Known to all trackers; starts at once. */
SimPeer *sim_swarm_add_peer (SimSwarm *swarm, const SimPeerConfig *config);
SimClient *sim_swarm_client (const SimSwarm *swarm, unsigned i);

/* Lets @us pass, or less when @done says so. */
bool sim_swarm_run (SimSwarm *swarm, uint64_t us, SimCondition done, void *data);
/* Until every client that runs has everything; whether that came true in @us. */
bool sim_swarm_run_until_complete (SimSwarm *swarm, uint64_t us);

/* From a client's start to its last piece, in seconds; fails the test when there is no such. */
double sim_swarm_time_of (const SimSwarm *swarm, const SimClient *client);
/* Every piece that a client believes it has is true. */
void sim_swarm_check_truth (const SimSwarm *swarm);
