/* eng-torrent-private.h: the parts of a torrent and what they share.
 *
 * eng-torrent.c: its life and the disk's events; eng-torrent-peers.c: connections from the first
 * byte to the last; eng-torrent-room.c: how many there are; eng-torrent-download.c: what is asked
 * for and what comes; eng-torrent-blame.c: who sent what was not true; eng-torrent-doubts.c: the
 * same in v2, by proof; eng-torrent-hashes.c: hashes of v2 trees; eng-torrent-fast.c: what passes
 * in spite of a choke; eng-torrent-upload.c: what peers ask of us, and whom we serve;
 * eng-torrent-resume.c: what outlives the run; eng-torrent-extension.c: what peers and we say
 * beside the wire; eng-torrent-inherit.c: what the metadata phase leaves; eng-torrent-wishes.c:
 * what the person wants; eng-torrent-limits.c: how much may pass; eng-torrent-picture.c: what the
 * person sees. */
#pragma once

#include "client-core/torrent/eng-asked.h"
#include "client-core/torrent/eng-choker.h"
#include "client-core/torrent/eng-doubts.h"
#include "client-core/torrent/eng-pex.h"
#include "client-core/torrent/eng-picker.h"
#include "client-core/torrent/eng-requests.h"
#include "client-core/torrent/eng-smart-ban.h"
#include "client-core/torrent/eng-super-seed.h"
#include "client-core/torrent/eng-torrent.h"
#include "protocol/peer/bt-extension.h"
#include "protocol/torrent/bt-merkle-tree.h"

typedef struct EngLink EngLink;

/* A piece that a peer may have while it is choked (BEP 6). */
typedef struct
{
  uint32_t piece;
  uint32_t left; /* bytes that have not been asked for */
} EngGrant;

/* The longest request, in blocks of 16 KiB. */
#define ENG_UPLOAD_BLOCKS (BT_LIMIT_REQUEST / BT_BLOCK_LEN)

/* A block that a peer asked of us. It is freed when neither the wire nor the disk has it. */
typedef struct
{
  EngLink *link; /* NULL when the peer is gone */
  uint32_t piece;
  uint32_t begin;
  uint32_t length;
  uint8_t *blocks[ENG_UPLOAD_BLOCKS]; /* 16 KiB each, once they have been read */
  bool queued;                        /* in the wire's outbox */
  bool reading;                       /* by the disk: the first block that is not there */
} EngUpload;

/* One peer that is connected or being connected. */
struct EngLink
{
  EngTorrent *torrent;
  EngConnection *connection;
  EngCandidate *candidate;
  EngPeer id;
  bool open;
  bool greeted;
  bool leaving;                    /* for somebody else */
  uint64_t useful_us;              /* when it came, or a block last passed either way */
  uint8_t peer_id[BT_PEER_ID_LEN]; /* once open */
  bool counted;                    /* its pieces are in the picker's books */
  BtBitfield have;
  BtExtensionPeer extension;
  BtRate rate_down;
  BtRate rate_up;

  EngRequests requests;
  EngAsked asked;
  BtBitfield allowed; /* pieces that we may ask for while choked; no bits before the first */
  uint32_t last_piece;
  uint32_t n_refused; /* requests since a block came, while it does not choke us */

  EngChokerPeer choker;
  EngGrant granted[BT_LIMIT_ALLOWED_FAST];
  uint32_t n_granted;
  uint64_t n_requests;      /* of the peer */
  uint64_t n_vain_cancels;  /* of nothing that waits */
  uint32_t n_vain_requests; /* refused since one was taken */
  uint32_t n_vain_roots;    /* hashes asked of files that there are not */
  BtTokenBucket hashing;    /* bytes that may be hashed for its sake */
  GQueue uploads;           /* of EngUpload: not yet in the outbox */
  EngSuperPeer mask;

  EngPex pex;
  GQueue metadata_asked;       /* of piece numbers that wait for room in the outbox */
  uint32_t n_metadata_sent;    /* pieces */
  uint32_t n_metadata_refused; /* requests */
};

/* Data put on the device, and a row that tells of it. */
typedef enum
{
  ENG_COMMIT_NONE,
  ENG_COMMIT_START, /* before the first write */
  ENG_COMMIT_WORK,
  ENG_COMMIT_COMPLETE, /* the last piece has come */
  ENG_COMMIT_SEED      /* nothing will be written */
} EngCommit;

typedef struct
{
  EngCommit commit;    /* under way */
  bool complete_next;  /* after it */
  bool verified;       /* what is here is known */
  bool had_files;      /* as the row has it */
  bool suspect;        /* a sync has failed: only what is durable counts */
  bool closed;         /* the storage is */
  unsigned n_asked;    /* answers that the keeper owes */
  BtBitfield durable;  /* pieces that are on the device */
  BtBitfield pending;  /* those that the sync under way makes so */
  uint64_t new_bytes;  /* of good pieces since the last commit began */
  uint64_t next_us;    /* when the next one is due */
  EngFileState *files; /* once the storage has settled */
  uint64_t earlier_down;
  uint64_t earlier_up;
} EngTorrentResume;

/* A file that somebody has written to: it is hashed again. */
typedef struct
{
  uint64_t next_us; /* when the next look is due */
  char *path;       /* while it is hashed; or NULL */
  BtBitfield had;   /* the pieces that were good then */
} EngTorrentTouched;

/* Hashes of v2 trees that are kept for peers that ask. */
typedef struct
{
  GTree *files; /* BtFile by root; NULL until one is asked for */
  GQueue trees;
  GQueue leaves;
  GQueue readers; /* who waits for the disk */
} EngTorrentHashes;

struct EngTorrent
{
  EngTorrentConfig config;
  BtMetainfo *metainfo;
  const BtLayout *layout;
  EngSwarmNames names;
  EngTorrentState state;
  char *folder;
  EngStorage *storage;
  EngStorage *closing_storage; /* the same, once it is being closed */
  EngPicker *picker;
  EngCandidates *candidates;
  unsigned n_own_changes;   /* that the candidates know of */
  uint64_t turnover_us;     /* when somebody who wants or is wanted last left for another one */
  EngCandidates **leave_to; /* where they go at the end; NULL: nowhere */
  EngSmartBan *smart_ban;
  EngSuperSeed super_seed; /* zeroed when it is not wanted */
  GHashTable *digests;     /* of blocks, by piece; NULL while no piece has been bad */
  bool proves;             /* every piece has a hash of v2 */
  EngDoubts *doubts;       /* NULL while no piece of v2 has been bad */
  GHashTable *spoilt;      /* digests of the blocks of a piece in doubt, as they came */
  GArray *tried;           /* of uint32_t: pieces that failed and are for those that try them */
  uint32_t trial;          /* the one that is tried now; UINT32_MAX for none */
  uint64_t trial_since_us;
  GPtrArray *links; /* of EngLink */

  EngChokerCapacity capacity;
  uint64_t next_choke_us;
  bool held;
  BtioTimer tick;

  uint64_t left; /* bytes, as in the stats */
  uint64_t wanted;
  uint64_t wanted_left;

  EngThrottle down; /* inside the session's */
  EngThrottle up;
  GHashTable *peer_limits; /* see eng-torrent-limits.c; NULL: there was none */
  BtRate rate_down;
  BtRate rate_up;
  uint64_t downloaded;
  uint64_t uploaded;
  uint64_t wasted;
  uint64_t verify_done;
  uint64_t verify_total;
  EngFault fault;
  int sys_errno;
  char *fault_path;
  EngHolder holder;
  EngTorrentResume resume;
  EngTorrentTouched touched;
  EngTorrentHashes hashes;
  EngWishes wishes;
  uint8_t *priorities; /* one a file, once there were wishes of them */

  bool stopping;
  void (*stopped) (void *data);
  void *stopped_data;
};

/* eng-torrent.c */
uint64_t eng_torrent_now (const EngTorrent *t);
/* What may be asked of it. In v2 alone that is every byte of its length: what lies behind the end
 * of a file are zeros, and libtorrent asks for them. */
uint32_t eng_torrent_piece_size (const EngTorrent *t, uint32_t piece);
/* What of it is worth fetching: the pads of a hybrid (BEP 47) are zeros, and nobody is asked. */
uint32_t eng_torrent_wanted_size (const EngTorrent *t, uint32_t piece);
void eng_torrent_set_state (EngTorrent *t, EngTorrentState state);
/* Counts what is had and what is wanted. */
void eng_torrent_count_all (EngTorrent *t);
/* A piece is had from now on. */
void eng_torrent_count_piece (EngTorrent *t, uint32_t piece);
void eng_torrent_closed_one (EngTorrent *t);
void eng_torrent_fault (EngTorrent *t, EngFault fault, int sys_errno, const char *path);
void eng_torrent_free (EngTorrent *t);

/* eng-torrent-peers.c */
extern const EngConnectionEvents eng_link_events;
void eng_torrent_connect (EngTorrent *t, uint64_t now_us);
EngLink *eng_torrent_link_of (EngTorrent *t, EngPeer id);
/* The files are verified: those who came meanwhile hear what we have. */
void eng_torrent_greet_all (EngTorrent *t);
/* Whether the peer has been greeted, so that messages may be sent. */
bool eng_link_talks (const EngLink *link);

EngLink *eng_link_new (EngTorrent *t, EngCandidate *candidate);
/* For a connection in the swarm of that name. */
EngConnectionConfig eng_torrent_connection_config (const EngTorrent *t, const uint8_t *name);
/* Two that want nothing more have nothing for each other. */
void eng_link_part_with_seed (EngLink *link);
/* What the peer has, all of it or one piece more; at any time. */
void eng_link_take_pieces (EngLink *link, const BtWireEvent *event);
void eng_link_take_have (EngLink *link, uint32_t piece);

/* eng-torrent-room.c */
/* How many more connections there may be. */
uint32_t eng_torrent_room (const EngTorrent *t);
/* Who leaves first when there is no room; NULL: nobody may be asked to. */
EngLink *eng_torrent_least_useful (EngTorrent *t, uint64_t now_us);
void eng_link_leave (EngLink *link);
/* Where candidates wait and there is no room for them, one who has been idle for long leaves. */
void eng_torrent_part_with_idle (EngTorrent *t, uint64_t now_us);

/* eng-torrent-extension.c */
void eng_link_send_extensions (EngLink *link);
void eng_link_take_extended (EngLink *link, const BtWireEvent *event);
/* What waits for room or for its time. */
void eng_link_tick_extensions (EngLink *link, uint64_t now_us);
void eng_link_clear_extensions (EngLink *link);

/* eng-torrent-inherit.c */
void eng_torrent_inherit (EngTorrent *t, EngMetadata *metadata);

/* eng-torrent-limits.c */
void eng_torrent_init_limits (EngTorrent *t);
/* Nobody is connected any more. */
void eng_torrent_clear_limits (EngTorrent *t);
/* The wishes are other ones than @before. */
void eng_torrent_update_limits (EngTorrent *t, const EngWishes *before);
/* An open connection takes the limits that are its. */
void eng_link_update_limits (EngLink *link);
/* Those of this peer alone; 0 for none. */
void eng_link_limits (const EngLink *link, uint64_t *down_Bps, uint64_t *up_Bps);

/* eng-torrent-download.c */
void eng_link_update_interest (EngLink *link);
void eng_link_request_more (EngLink *link);
void eng_link_drop_requests (EngLink *link);
/* The peer has the piece no longer. */
void eng_link_lost_piece (EngLink *link, uint32_t piece);
void eng_link_rejected (EngLink *link, const BtWireEvent *event);
void eng_link_check_requests (EngLink *link, uint64_t now_us);
void eng_link_resumed (EngLink *link);
uint8_t *eng_link_place (void *owner, EngConnection *connection, const BtWireEvent *begin);
void eng_link_placed (void *owner, EngConnection *connection, const BtWireEvent *end,
                      uint8_t *block);
void eng_link_unplaced (void *owner, EngConnection *connection, uint8_t *block);
void eng_torrent_piece_good (EngTorrent *t, uint32_t piece);
void eng_torrent_piece_bad (EngTorrent *t, uint32_t piece);
void eng_torrent_become_seed (EngTorrent *t);

/* eng-torrent-wishes.c */
/* Whether files that were chosen are still to be made, though every piece is here. */
bool eng_torrent_owes_files (const EngTorrent *t);

/* eng-torrent-resume.c */
void eng_torrent_resume_start (EngTorrent *t);
/* Files lie under names that are to be kept. */
void eng_torrent_resume_found (EngTorrent *t, const EngNames *names);
void eng_torrent_resume_verified (EngTorrent *t);
void eng_torrent_resume_piece (EngTorrent *t, uint32_t piece);
void eng_torrent_resume_complete (EngTorrent *t);
void eng_torrent_resume_tick (EngTorrent *t, uint64_t now_us);
void eng_torrent_resume_settled (EngTorrent *t, const EngFileState *files, bool ok);
void eng_torrent_resume_closed (EngTorrent *t);
void eng_torrent_resume_end (EngTorrent *t);
void eng_torrent_resume_clear (EngTorrent *t);

/* eng-torrent-fast.c */
/* Gives a newcomer its pieces, once it has said what it has. */
void eng_link_grant_fast (EngLink *link);
/* Whether it may have so many bytes of the piece though it is choked; then they are taken off. */
bool eng_link_take_grant (EngLink *link, uint32_t piece, uint32_t length);
/* The peer lets us have a piece. */
void eng_link_allowed_fast (EngLink *link, uint32_t piece);
/* It has thought better of it. */
void eng_link_disallowed (EngLink *link, uint32_t piece);
/* What the peer may be asked for now; NULL for nothing. */
const BtBitfield *eng_link_may_ask (const EngLink *link);

/* eng-torrent-blame.c */
void eng_torrent_note_block (EngTorrent *t, EngBlock block, const uint8_t *data, uint32_t len);
/* Tells of a bad piece, before anybody is judged. */
void eng_torrent_tell_spoilt (EngTorrent *t, uint32_t piece);
void eng_torrent_blame (EngTorrent *t, uint32_t piece);
void eng_torrent_clear (EngTorrent *t, uint32_t piece);
/* The digests of a bad piece, as it came. */
void eng_torrent_note_spoilt (EngTorrent *t, uint32_t piece, const uint8_t *digests);
/* Whether the peer is to try a piece that failed; then @piece is that. */
bool eng_link_tries (const EngLink *link, uint32_t *piece);

/* Bans a peer that sent what is not true. */
void eng_torrent_ban (EngTorrent *t, EngPeer peer);

/* eng-torrent-doubts.c */
/* A piece is not good: see EngStorageEvents. */
void eng_torrent_doubted (EngTorrent *t, uint32_t piece, const uint8_t *leaves,
                          const uint8_t *digests);
void eng_torrent_doubts_passed (EngTorrent *t, uint32_t piece);
void eng_torrent_doubts_tick (EngTorrent *t);
void eng_torrent_doubts_clear (EngTorrent *t);
void eng_link_take_hashes (EngLink *link, const BtHashes *hashes);
void eng_link_hashes_rejected (EngLink *link, const BtHashRequest *request);
void eng_link_forget_doubts (EngLink *link);

/* eng-torrent-hashes.c */
void eng_torrent_hashes_clear (EngTorrent *t);
void eng_torrent_leaves_read (EngTorrent *t, uint64_t cookie, const uint8_t *leaves);
void eng_link_hash_requested (EngLink *link, const BtHashRequest *request);
void eng_link_forget_hashes (EngLink *link);

/* eng-torrent-touched.c */
void eng_torrent_touched_tick (EngTorrent *t, uint64_t now_us);
/* The storage found a file that is not as it was left; @path is copied. */
void eng_torrent_touched (EngTorrent *t, const char *path);
/* Whether it was the verification of such a file that ended. */
bool eng_torrent_touched_verified (EngTorrent *t, const BtBitfield *have);
void eng_torrent_touched_clear (EngTorrent *t);

/* eng-torrent-upload.c */
void eng_link_requested (EngLink *link, const BtWireEvent *event);
void eng_link_cancelled (EngLink *link, const BtWireEvent *event);
void eng_link_forget_uploads (EngLink *link);
bool eng_link_source (void *owner, EngConnection *connection, uint64_t cookie, uint32_t from,
                      EngBlockSource *out);
void eng_link_released (void *owner, EngConnection *connection, uint64_t cookie, bool sent);
void eng_torrent_block_read (EngTorrent *t, uint64_t cookie, uint8_t *block, uint32_t len);
void eng_torrent_choke_round (EngTorrent *t, uint64_t now_us);
void eng_torrent_fill_slots (EngTorrent *t);
/* Hides what we have from a peer that is about to be greeted, when we are a super-seed. */
void eng_link_mask (EngLink *link);
/* Shows those whom it is hidden from what is due. */
void eng_torrent_unmask (EngTorrent *t, uint64_t now_us);
