/* eng-metadata.h: a torrent of which only the info-hash is known, or a .torrent of v2 without piece
 * layers: its peers, until they have handed over the metadata (BEP 9), and the layers (BEP 52),
 * which make it whole.
 *
 *     SEEKING -> LAYERS -> FOUND -> taken over by eng_torrent_new()      stop() ends any
 *     SEEKING -> FOUND     when no layer lacks         SEEKING, LAYERS -> UNFIT
 *     know()  -> LAYERS, or FOUND                      (ENDING: before FOUND, until the disk is
 * left)
 *
 * What is v2 alone is FOUND once its layers are here, for nothing else proves its data: they come
 * from peers, or from a survey of files that are whole, whichever has them first. A hybrid does
 * without: it waits for layers while a peer that speaks of v2 sends some.
 *
 * Connections are opened with a wire that does not know how many pieces there are; what peers say
 * meanwhile is kept, and goes over to the torrent with the connections, so that nobody is left and
 * found again. What was put together is believed when its hash is that of the magnet; who sent a
 * whole that is not is banned. Other peers are not exchanged (BEP 11): as long as the metadata is
 * not here, the torrent may be a private one. The engine's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/disk/eng-disk.h"
#include "client-core/torrent/eng-candidates.h"
#include "client-core/torrent/eng-dial.h"
#include "client-core/torrent/eng-swarm-names.h"
#include "protocol/torrent/bt-magnet.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct EngMetadata EngMetadata;

typedef enum
{
  ENG_METADATA_SEEKING,
  ENG_METADATA_LAYERS, /* its info dictionary is here, and proved */
  ENG_METADATA_ENDING,
  ENG_METADATA_FOUND,
  ENG_METADATA_UNFIT /* it is the right one, and no torrent that we accept */
} EngMetadataState;

typedef struct
{
  /* It is FOUND or UNFIT. Comes in a turn of its own: the metadata may be handed on or stopped. */
  void (*ended) (void *owner, EngMetadataState state);
  /* It has turned out to be a hybrid: it is at home in another swarm, too. Before ended(); NULL for
   * nobody who asks. */
  void (*renamed) (void *owner);
} EngMetadataEvents;

typedef struct
{
  BtioReactor *reactor;
  const BtDigestOps *ops;
  BtMagnetHashes hashes; /* one at least */
  uint8_t peer_id[20];   /* the torrent must have the same */
  const BtioBind *bind;  /* where connections come from; lent, the port does not count */
  EngShare *share;       /* lent */
  EngCrypt *crypt;       /* lent, or NULL: nothing is encrypted */
  uint64_t seed;
  bool many_per_address;
  const EngMetadataEvents *events;
  void *owner;
} EngMetadataConfig;

EngMetadata *eng_metadata_new (const EngMetadataConfig *config);

/* Closes every connection, frees it and calls @stopped. */
void eng_metadata_stop (EngMetadata *metadata, void (*stopped) (void *data), void *data);

/* The metadata is known from elsewhere: it is FOUND, without an event, or needs LAYERS. */
void eng_metadata_know (EngMetadata *metadata, BtMetainfo *metainfo);

/* Where the files of one that needs LAYERS may be; lent. */
typedef struct
{
  EngDisk *disk;
  const char *folder;
  const EngNames *names; /* of files; NULL: their own */
  bool has_to_do;        /* what is known when the survey ends: then it is FOUND */
} EngMetadataPlace;

/* While it needs LAYERS: looks for files that are whole, in place of any earlier look. */
void eng_metadata_survey (EngMetadata *metadata, const EngMetadataPlace *place);
/* How far that is, in bytes; false when there is none under way. */
bool eng_metadata_survey_progress (const EngMetadata *metadata, uint64_t *done, uint64_t *total);
/* Once FOUND: how files were that are known to be whole, one for each of the layout, zeros for
 * others; NULL for none. (transfer full) */
EngFileState *eng_metadata_take_surveyed (EngMetadata *metadata);

void eng_metadata_add_peer (EngMetadata *metadata, const BtEndpoint *endpoint, EngSource source,
                            bool local);

/* See eng_torrent_cut_off() and eng_torrent_elsewhere(). */
void eng_metadata_cut_off (EngMetadata *metadata, BtFamily family);
void eng_metadata_elsewhere (EngMetadata *metadata);

/* A peer that connected to us has named this torrent: takes the connection, or returns false. */
bool eng_metadata_adopt (EngMetadata *metadata, EngConnection *connection);

EngMetadataState eng_metadata_state (const EngMetadata *metadata);
/* Once FOUND; lent. */
BtMetainfo *eng_metadata_metainfo (const EngMetadata *metadata);
/* Once UNFIT; lent. */
const BtError *eng_metadata_problem (const EngMetadata *metadata);

/* Pieces of 16 KiB and runs of hashes that are here, and all of them: 0 while no size is known. */
void eng_metadata_progress (const EngMetadata *metadata, uint32_t *have, uint32_t *all);
/* Connected. */
uint32_t eng_metadata_n_peers (const EngMetadata *metadata);
/* Whether fewer peers are known than could be used. */
bool eng_metadata_wants_peers (const EngMetadata *metadata);

/* Those of its magnet, and what it has turned out to be called besides. */
const EngSwarmNames *eng_metadata_names (const EngMetadata *metadata);
