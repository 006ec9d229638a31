/* eng-torrent.h: one torrent under way: its peers, its pieces, its disk.
 *
 *     VERIFYING -> DOWNLOADING -> SEEDING          FAULT from each of them; stop() ends any
 *
 * What is decided is decided in the pure modules beside it (picker, requests, choker, candidates,
 * smart ban); this is where facts reach them and their decisions are carried out. Whoever finds
 * peers calls eng_torrent_add_peer(). The engine's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "client-core/disk/eng-disk.h"
#include "client-core/peer/eng-connection.h"
#include "client-core/torrent/eng-candidates.h"
#include "client-core/torrent/eng-metadata.h"
#include "client-core/torrent/eng-swarm-names.h"
#include "protocol/io/btio-tcp.h"
#include "protocol/peer/bt-extension.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct EngTorrent EngTorrent;

typedef enum
{
  ENG_TORRENT_VERIFYING,
  ENG_TORRENT_DOWNLOADING,
  ENG_TORRENT_SEEDING,
  ENG_TORRENT_FAULT,
  ENG_TORRENT_METADATA /* there is none yet: see eng-metadata.h */
} EngTorrentState;

/* Why a torrent is in ENG_TORRENT_FAULT. */
typedef enum
{
  ENG_FAULT_NONE,
  ENG_FAULT_DISK,    /* what is to be written: errno and the file */
  ENG_FAULT_READ,    /* what is to be read: likewise, ENODATA of one that has become shorter, ESTALE
                        of one that somebody else has changed */
  ENG_FAULT_IN_USE,  /* another process has the files; the folder */
  ENG_FAULT_MISSING, /* all of its files are gone; the folder */
  ENG_FAULT_HYBRID,  /* its v1 hashes and its v2 hashes are of different data; the file */
  ENG_FAULT_METADATA /* no torrent that can be shared is behind a magnet; problem says why */
} EngFault;

typedef struct
{
  /* The state has changed. */
  void (*changed) (void *owner, EngTorrentState state);
  /* Which of its files other torrents have complete: of EngLoan; NULL for none. Before what is here
   * is verified. (transfer full) NULL for nobody who knows. */
  GArray *(*loans) (void *owner);
  /* The last wanted piece was put on the device just now, not found at the start. */
  void (*completed) (void *owner);
  /* A piece is not what its hash says; @senders: the addresses of those who had a part in it, a
   * comma between them, lent. Then who is banned for what it has sent. NULL for both: nobody
   * listens. */
  void (*spoilt) (void *owner, uint32_t piece, const char *senders);
  void (*banned) (void *owner, const BtEndpoint *peer);
  /* One that only reads lacks something, and is to begin again as one that writes. */
  void (*lacks) (void *owner);
  /* The keeper knows what files are called, or they were found under other names; lent. NULL:
   * nobody listens. */
  void (*named) (void *owner, const EngNames *names);
} EngTorrentEvents;

typedef struct
{
  BtioReactor *reactor;
  EngDisk *disk;
  const BtDigestOps *ops;
  BtMetainfo *metainfo;
  const char *folder;
  const EngNames
      *names; /* of its files; lent, and NULL without. The keeper's come in their place */
  const uint8_t *priorities; /* one a file, 0 not wanted to 7; NULL: all of them */
  bool sequential;
  bool super_seed; /* while seeding */
  EngPreallocate preallocate;
  uint8_t peer_id[20];
  const BtioBind *bind; /* where connections come from; lent, the port does not count */
  EngShare *share;      /* lent */
  EngCrypt *crypt;      /* lent, or NULL: nothing is encrypted */
  uint64_t seed;
  bool many_per_address;
  const EngKeeper *keeper; /* outlives the torrent; NULL: nothing is kept */
  void *keeper_data;
  bool trust;           /* the keeper's row saves hashing */
  EngFileState *hashed; /* (transfer full) (nullable): one for each file, as it was when the
                           torrent was made of it: saves hashing, once */
  bool misses_files;    /* when all files that the row knows are gone it is a fault, and nothing is
                           fetched again: their disk may not be there */
  bool read_only;       /* nothing is fetched: what is missing stays so */
  bool reads_first;     /* likewise, as long as nothing is missing: then lacks() follows */
  EngCandidates *candidates; /* (transfer full) (nullable): of the torrent before it */
  EngMetadata *metadata;     /* (transfer full) (nullable): its candidates and connections are taken
                                over, each as far as it has come; it must be FOUND */
  const EngTorrentEvents *events;
  void *owner;
} EngTorrentConfig;

/* A picture of a torrent. */
typedef struct
{
  EngTorrentState state;
  bool queued;     /* it waits for its turn; the engine's to say */
  uint64_t total;  /* bytes of all pieces */
  uint64_t left;   /* of pieces that are not verified */
  uint64_t wanted; /* bytes of the pieces that the person wants */
  uint64_t wanted_left;
  uint64_t verify_done;
  uint64_t verify_total;
  uint64_t downloaded; /* bytes of blocks in this session, both ways */
  uint64_t uploaded;
  uint64_t wasted; /* of them: thrown away, or failed their hash */
  uint64_t rate_down_Bps;
  uint64_t rate_up_Bps;
  uint32_t n_peers; /* connected */
  uint32_t n_seeds; /* of them: with everything */
  uint32_t n_pieces;
  uint32_t n_have;
  uint64_t hashed; /* bytes that the verification had to hash */
  EngFault fault;  /* FAULT */
  int sys_errno;
  const char *fault_path; /* lent */
  EngHolder holder;       /* of ENG_FAULT_IN_USE */
  BtError problem;        /* of ENG_FAULT_METADATA */
  uint32_t metadata_have; /* pieces of the metadata, while METADATA; all is 0 while its size is */
  uint32_t metadata_all;  /* not known */
  uint32_t n_verified;    /* verifications that hashed something, or were asked for, and have ended;
                             the    engine's to say */
  int64_t completed_at; /* wall time, seconds, when all that was wanted was here for the first time;
                           0: not yet. The engine's to say */
} EngTorrentStats;

#define ENG_PRIORITY_NORMAL 4

/* What the person wants of a torrent, and may want otherwise while it runs. */
typedef struct
{
  const uint8_t *priorities; /* one a file, 0 not wanted to 7; NULL: as they were */
  bool sequential;
  bool edges_first;  /* the first and the last piece of each file, before the others */
  bool paused;       /* nobody is connected */
  uint64_t down_Bps; /* 0: no limit of its own */
  uint64_t up_Bps;
  bool forced;  /* it needs no turn; like the next, the engine's to heed: see eng-active.c */
  int64_t rank; /* the smaller one has its turn first */
} EngWishes;

/* Limits on what is exchanged with all connections of an address, inside the torrent's; both 0:
 * none of its own. */
typedef struct
{
  BtEndpoint endpoint;
  uint64_t down_Bps;
  uint64_t up_Bps;
} EngPeerWish;

/* One peer that is connected, as a person sees it. */
typedef struct
{
  uint32_t id; /* of the connection */
  BtEndpoint remote;
  char client[BT_EXTENSION_CLIENT];
  EngEncryption encryption;
  bool incoming;
  uint16_t sources; /* EngSource: who told of it */
  bool am_interested;
  bool am_choking;
  bool peer_interested;
  bool peer_choking;
  uint32_t n_have; /* pieces */
  uint64_t rate_down_Bps;
  uint64_t rate_up_Bps;
  uint64_t limit_down_Bps; /* of this peer alone; 0: none */
  uint64_t limit_up_Bps;
} EngPeerPicture;

/* Begins with a verification of what is there, as far as the keeper's row does not answer for it.
 */
EngTorrent *eng_torrent_new (const EngTorrentConfig *config);

/* At its end the torrent leaves its candidates in @place, for the one that begins anew, instead of
 * freeing them; they may not stand there yet. */
void eng_torrent_leave_candidates (EngTorrent *torrent, EngCandidates **place);

/* Closes every connection and the storage, hands the last row to the keeper, frees the torrent and
 * calls @stopped. */
void eng_torrent_stop (EngTorrent *torrent, void (*stopped) (void *data), void *data);

void eng_torrent_add_peer (EngTorrent *torrent, const BtEndpoint *endpoint, EngSource source,
                           bool local);

/* This machine has lost its address of that family: closes what was connected from it. */
void eng_torrent_cut_off (EngTorrent *torrent, BtFamily family);
/* It is in another network: all that are known have their turn. */
void eng_torrent_elsewhere (EngTorrent *torrent);

/* A peer that connected to us has named this torrent: takes the connection, or returns false. While
 * the files are verified it hears nothing from us but the handshake. */
bool eng_torrent_adopt (EngTorrent *torrent, EngConnection *connection);

/* Where a file is complete, verified and not about to go: its storage, to be borrowed from within
 * the turn; otherwise NULL. */
EngStorage *eng_torrent_lend (const EngTorrent *torrent, size_t file);

EngTorrentStats eng_torrent_stats (EngTorrent *torrent);

/* False: it seeds, and can only fetch the more that is wanted now when it is stopped and begins
 * anew. */
bool eng_torrent_set_wishes (EngTorrent *torrent, const EngWishes *wishes);

/* See eng_storage_rename(). False when it is being stopped. */
bool eng_torrent_rename (EngTorrent *torrent, const EngName *name, EngRenamed renamed, void *data);

/* From now on, whoever of this address is connected. */
void eng_torrent_limit_peer (EngTorrent *torrent, const EngPeerWish *wish);

/* Nobody of this address is connected again. */
void eng_torrent_ban_address (EngTorrent *torrent, const BtEndpoint *endpoint);
/* It may be again. */
void eng_torrent_unban_address (EngTorrent *torrent, const BtEndpoint *endpoint);

/* Pictures, (transfer full): of EngPeerPicture; bytes that are had, one for each file of the
 * layout; the pieces that are had, and those that are begun, as on the wire; how many peers have
 * each piece. O(what is drawn). */
GArray *eng_torrent_peers (EngTorrent *torrent);
uint64_t *eng_torrent_files_done (const EngTorrent *torrent);
uint8_t *eng_torrent_pieces (const EngTorrent *torrent);
uint8_t *eng_torrent_begun (const EngTorrent *torrent);
uint16_t *eng_torrent_availability (const EngTorrent *torrent);

/* Whether fewer peers are known than could be used. */
bool eng_torrent_wants_peers (const EngTorrent *torrent);

/* Whether it seeds or is paused, has no connection, and nothing of it is under way. */
bool eng_torrent_is_idle (const EngTorrent *torrent);

/* The session's disk has room again, or has none. */
void eng_torrent_hold (EngTorrent *torrent, bool hold);

BtMetainfo *eng_torrent_metainfo (const EngTorrent *torrent);
const EngSwarmNames *eng_torrent_names (const EngTorrent *torrent);
