/* sim-client.h: a client as it is in production: one EngTorrent on a host of the simulator, with
 * what the engine's thread puts around it (eng-engine.c). */
#pragma once

#include "client-core/torrent/eng-torrent.h"
#include "tests/sim/sim-disk.h"
#include "tests/sim/sim-net.h"

typedef struct SimClient SimClient;

typedef struct
{
  SimLine line;
  SimDriveSpeed drive;
  bool seed;       /* has everything from the start */
  BtFormat magnet; /* knows these info-hashes alone at the start; 0: it has the metainfo */
  bool bare;       /* its .torrent lacks the piece layers */
  uint64_t budget; /* of blocks in memory; 0: the disk's own */
  bool alone;      /* tells nobody of peers, and hears of none from them */
} SimClientConfig;

/* On a host of its own; not running yet. @metainfo is lent. */
SimClient *sim_client_new (SimNet *net, BtMetainfo *metainfo, const SimClientConfig *config);
/* Must not be running. */
void sim_client_free (SimClient *client);

/* Adds the torrent, with whatever the drive holds. */
void sim_client_start (SimClient *client);
/* Removes it in good order, which takes time: until sim_client_is_running() is false. */
void sim_client_stop (SimClient *client);
bool sim_client_is_running (const SimClient *client);

SimHost *sim_client_host (const SimClient *client);
SimDrive *sim_client_drive (const SimClient *client);
EngTorrent *sim_client_torrent (const SimClient *client); /* NULL while it does not run */
/* Without the torrent: while it looks for its metadata; NULL after. */
EngMetadata *sim_client_metadata (const SimClient *client);
/* From a tracker, or wherever else. */
void sim_client_add_peer (SimClient *client, const BtEndpoint *peer);
bool sim_client_wants_peers (const SimClient *client);
/* When the metadata was here, or 0. */
uint64_t sim_client_metadata_us (const SimClient *client);
uint32_t sim_client_n_have (const SimClient *client);

/* 0 before; also of a client that was stopped since. */
uint64_t sim_client_started_us (const SimClient *client);
uint64_t sim_client_completed_us (const SimClient *client);
/* Of all its lives. */
uint64_t sim_client_uploaded (const SimClient *client);
uint64_t sim_client_downloaded (const SimClient *client);
uint64_t sim_client_wasted (const SimClient *client);

/* Called on the client's turn when it has begun to fetch or to seed, and when it is stopping: for
 * trackers. */
typedef struct
{
  void (*began) (void *data, SimClient *client);
  void (*ended) (void *data, SimClient *client);
  void (*wants) (void *data, SimClient *client); /* it knows fewer peers than it could use */
} SimClientEvents;

void sim_client_listen (SimClient *client, const SimClientEvents *events, void *data);
