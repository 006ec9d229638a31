/* eng-metadata-private.h: the search for metadata and its peers, for eng-metadata.c (what is asked
 * and believed), eng-metadata-layers.c (the piece layers), eng-metadata-survey.c (those that the
 * files tell), eng-metadata-peer.c (connections, and what they say), eng-metadata-room.c (how many
 * there are) and eng-torrent-inherit.c, which takes them over. */
#pragma once

#include "client-core/torrent/eng-hashes.h"
#include "client-core/torrent/eng-metadata.h"
#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-extension.h"
#include "protocol/peer/bt-metadata-fetch.h"

/* One peer that is connected or being connected. */
typedef struct
{
  EngMetadata *metadata;
  EngConnection *connection;
  EngCandidate *candidate;
  uint32_t number; /* the name of it for who decides what it is asked; never 0 */
  bool open;
  bool leaving;                    /* for somebody else */
  bool redials;                    /* it is closed to be connected to anew, at once */
  uint8_t peer_id[BT_PEER_ID_LEN]; /* once open */
  BtExtensionPeer extension;
  uint64_t useful_us;  /* when it came, opened, or sent a piece last */
  uint32_t n_requests; /* of it, which were all refused */

  /* What it says it has, as far as there was room to keep it. */
  BtWireEventType said; /* BITFIELD, HAVE_ALL or HAVE_NONE; before them: HAVE */
  uint8_t *bitfield;
  size_t bitfield_len;
  GArray *haves; /* of uint32_t; NULL for none */
  bool forgotten;
  uint32_t allowed[BT_LIMIT_ALLOWED_FAST];
  uint32_t n_allowed;
} EngMetadataPeer;

struct EngMetadata
{
  EngMetadataConfig config;
  EngSwarmNames names;
  EngMetadataState state;
  EngCandidates *candidates;
  GPtrArray *peers; /* of EngMetadataPeer */
  uint32_t last_number;
  size_t kept;            /* bytes of what peers said they have */
  BtMetadataFetch *fetch; /* while SEEKING */
  BtMetainfo *metainfo;   /* from LAYERS on */
  EngHashes *missing;     /* while LAYERS */
  uint64_t moved_us;      /* when the last of them came, or was first asked for */
  uint32_t n_pieces;      /* of the info dictionary, from LAYERS on */
  BtError problem;
  EngStorage *files;      /* while it surveys */
  unsigned n_closing;     /* earlier ones of it */
  EngFileState *surveyed; /* files that are whole; NULL: none */
  bool has_to_do;         /* see EngMetadataPlace */
  uint64_t survey_done;   /* bytes */
  uint64_t survey_total;
  EngMetadataState outcome; /* while ENDING */
  BtioTimer timer;
  BtioTurn told;

  bool stopping;
  void (*stopped) (void *data);
  void *stopped_data;
};

/* eng-metadata.c */
uint64_t eng_metadata_now (const EngMetadata *m);
/* Whether something is still looked for. */
bool eng_metadata_is_open (const EngMetadata *m);
/* A message of ut_metadata. */
void eng_metadata_take (EngMetadataPeer *peer, const BtWireEvent *event);
/* The peer has said how large it is. */
void eng_metadata_size_said (EngMetadataPeer *peer);
/* Asks every peer for what is worth asking now, and sets the clock. */
void eng_metadata_go_on (EngMetadata *m);
/* The search is over: the owner hears of it in a turn of its own, once the disk is left. */
void eng_metadata_end (EngMetadata *m, EngMetadataState state);
/* Goes on with an end or a stop once the last connection or storage is gone. */
void eng_metadata_closed_one (EngMetadata *m);
/* All that is left, without a word to anyone. */
void eng_metadata_free (EngMetadata *m);

/* eng-metadata-layers.c */
/* It is called what its metainfo says, and its connections learn that. */
void eng_metadata_take_names (EngMetadata *m);
/* The info dictionary is here: asks for the layers that it lacks, or ends the search. */
void eng_metadata_layers_begin (EngMetadata *m);
/* Asks every peer for what is worth asking now; a hybrid may give up. */
void eng_metadata_layers_go_on (EngMetadata *m, uint64_t now_us);
void eng_metadata_take_hashes (EngMetadataPeer *peer, const BtWireEvent *event);
/* More layers are known: perhaps all of them. */
void eng_metadata_layers_came (EngMetadata *m);
/* No more of them will: what is known has to do. */
void eng_metadata_layers_do (EngMetadata *m);

/* eng-metadata-survey.c */
void eng_metadata_end_survey (EngMetadata *m);

/* eng-metadata-peer.c */
void eng_metadata_connect (EngMetadata *m, uint64_t now_us);
void eng_metadata_ban (EngMetadataPeer *peer, EngBanReason reason);
/* Not its connection. */
void eng_metadata_peer_free (EngMetadataPeer *peer);

/* eng-metadata-room.c */
/* How many more connections there may be. */
uint32_t eng_metadata_room (const EngMetadata *m);
/* Who leaves first when there is no room; NULL: nobody may be asked to. */
EngMetadataPeer *eng_metadata_least_useful (const EngMetadata *m, uint64_t now_us);
void eng_metadata_leave (EngMetadataPeer *peer);
/* Makes room when there is none, for those who may be of more use. */
void eng_metadata_part_with_idle (EngMetadata *m, uint64_t now_us);
