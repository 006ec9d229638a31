/* eng-engine-private.h: an engine and its torrents, for eng-engine.c (the thread and the commands)
 * and eng-entry.c (what ties a torrent to its trackers). The engine's thread, where nothing else is
 * said. */
#pragma once

#include <pthread.h>

#include "client-core/discovery/eng-network.h"
#include "client-core/engine/eng-book.h"
#include "client-core/engine/eng-door.h"
#include "client-core/engine/eng-engine.h"
#include "client-core/engine/eng-keeping.h"
#include "client-core/engine/eng-queue.h"
#include "client-core/engine/eng-roots.h"
#include "client-core/engine/eng-swarms.h"

typedef struct EngCommand EngCommand;

/* What stopping may take, the last word to trackers included. */
#define ENG_STOP_US UINT64_C (2000000)

typedef struct EngEntryMove EngEntryMove;

/* A peer of one that is not awake. */
typedef struct
{
  BtEndpoint endpoint;
  EngSource source;
  bool local;
} EngWaitingPeer;

/* A torrent and its announces. */
typedef struct
{
  EngEngine *engine;
  uint64_t id;
  guint at;                  /* in the engine's entries */
  EngTorrent *torrent;       /* NULL between a stop and what follows it, and before the next */
  EngMetadata *metadata;     /* of a magnet or without layers, until the torrent begins */
  EngSwarms *announces;      /* once the torrent is verified; NULL without trackers */
  bool said_whole;           /* nothing was left when a tracker was told last */
  bool was_whole;            /* nothing was left at some time */
  bool is_first_time;        /* that this is so */
  GArray *more_trackers;     /* of BtTracker, by the person; the strings are ours */
  EngCandidates *candidates; /* of a torrent that begins anew, meanwhile */
  EngKeeping *keeping;       /* NULL: no state is kept */
  EngAddition addition;      /* what it was added with; a copy */
  uint64_t downloaded;       /* before it was verified anew, in this session */
  uint64_t uploaded;
  EngWishes wishes;    /* the priorities are in the addition; paused: by either of these: */
  bool is_paused;      /* by the person */
  bool is_queued;      /* it waits for its turn: see eng-active.c */
  bool is_slow;        /* and does not count there */
  uint64_t busy_us;    /* when it moved something last, or was let go */
  GHashTable *dropped; /* URLs of trackers that the person has taken away */
  unsigned n_goodbyes; /* announces that are ending in a pause */
  GArray *peer_wishes; /* of EngPeerWish; NULL: there was none */
  unsigned watched;    /* EngDetailPart */
  bool waits;          /* came with its metainfo, and waits for eng_engine_choose() */
  BtMetainfo *lent;    /* whose files are among the engine's roots; NULL without a torrent */
  bool trusts_next;    /* the next beginning believes the row */
  bool is_verified;    /* since it began */
  bool verifies_anew;  /* it believes nothing: its verification is an event whatever it hashes */
  uint32_t n_verified; /* such events */
  bool reads_first;    /* its row says that nothing lacks: others may read its files */
  bool deletes;        /* the data goes as well */
  bool removing;
  unsigned leaving;   /* parts that are still stopping */
  char *tracker;      /* the last word of a tracker */
  EngNames names;     /* what the person calls files */
  GQueue renames;     /* those that are asked for: see eng-renames.c */
  EngEntryMove *move; /* to another folder: see eng-moves.c; NULL without */

  uint8_t names_of_swarms[2][BT_SHA1_LEN]; /* zeros for none: in the engine's book */

  EngRosterRow *row;     /* as it is kept; NULL: it is not */
  int64_t completed_at;  /* wall time, seconds; 0: not yet */
  EngTorrentStats stats; /* while it is asleep */
  bool is_asleep;        /* known by its row alone */
  bool is_waking;        /* its source is being fetched */
  bool is_rising;        /* awake, and its files are looked at for the first time */
  bool verifies_next;    /* once it is awake */
  bool wakes_next;       /* once it is asleep, or its source is here */
  bool sleeps_next;      /* once it is stopped */
  bool is_counted;       /* among those that are awake */
  EngMetadata *lobby;    /* who has connected to one that is not awake yet; NULL: nobody */
  GArray *peers_next;    /* of EngWaitingPeer, for when it is awake; NULL: none */
  uint64_t idle_since_us;
  EngTorrentStats *told; /* what was told last; NULL: nothing since it woke up */
  bool tracker_changed;  /* since then */
} EngEntry;

struct EngEngine
{
  EngEngineConfig config; /* without its strings */
  char *interface;
  const EngEngineEvents *events;
  void *owner;
  pthread_t thread;

  /* Between threads. */
  pthread_mutex_t lock;
  pthread_cond_t started;
  bool is_started;
  int start_errno;
  EngCommand *first;
  EngCommand **last;
  int wake_fd;

  /* The thread's own. */
  GMainContext *context;
  GMainLoop *loop;
  BtioReactor *reactor;
  BtioWatch wake;
  BtioTimer snapshot;
  EngDoor *door;
  EngCrypt *crypt;
  EngDisk *disk;
  EngAnnouncer *announcer;
  EngMapper *mapper;
  EngNetwork *network;
  bool may_map;
  bool is_reached;   /* by a stranger, at the port where it listens now */
  bool is_unmapping; /* it quits */
  EngShare share;
  EngStore *store;  /* of a profile; NULL: nothing is kept but what additions say */
  bool is_troubled; /* the store's last failure was told: */
  EngStoreTrouble trouble;
  GPtrArray *entries; /* of EngEntry */
  EngBook *book;      /* the same */
  GPtrArray *awake;   /* those of them that have a torrent, or a search for metadata */
  GArray *risers;     /* of ids: who rises after the start, in turns */
  guint n_risen;
  BtioTimer rise;
  uint64_t next_row_us; /* when rows are looked at, and details drawn */
  uint64_t next_detail_us;
  BtioTimer queue; /* when the next is due */
  EngQueueLimits queue_limits;
  bool queue_had_limits; /* somebody may wait */
  unsigned n_quiet;      /* rounds of pictures without a change */
  EngRoots *roots;       /* their files of v2; an entry is the owner */
  uint64_t next_seed;
  bool quitting;
};

/* Any thread: has @run called on the engine's with the entry, unless that is gone or being removed;
 * @data is freed in any case. */
void eng_engine_order (EngEngine *e, uint64_t id, void (*run) (EngEntry *entry, void *data),
                       void *data, GDestroyNotify forget);

/* Any thread: has @call called on the engine's. */
void eng_engine_call (EngEngine *e, void (*call) (EngEngine *e, void *data), void *data,
                      GDestroyNotify forget);

/* Everything has left an engine that quits. */
void eng_engine_end (EngEngine *e);

void eng_engine_make_peer_id (const EngEngine *e, uint8_t out[20]);

/* A copy of all that an addition points to, and its end. */
void eng_addition_init_copy (EngAddition *self, const EngAddition *from);
void eng_addition_clear (EngAddition *self);

/* eng-entry.c */

/* The torrent that the owner calls @id, or NULL. */
EngEntry *eng_entry_find (const EngEngine *e, uint64_t id);
/* Hands a peer that has connected and names @info_hash to the one that is known by it. */
bool eng_entry_lead_in (const EngEngine *e, EngConnection *connection, const uint8_t info_hash[20]);

/* The info-hash of the one that bt_mse_name() calls so, or NULL. */
const uint8_t *eng_entry_find_name (void *engine, const uint8_t name[20]);

/* eng-entry-life.c */

/* One that has not begun. */
EngEntry *eng_entry_new (EngEngine *e, uint64_t id, const EngAddition *addition);
void eng_entry_add (EngEngine *e, uint64_t id, const EngAddition *addition);
/* One that was asleep, and woke up to be removed. */
void eng_entry_slept (EngEntry *entry);
/* Stops the torrent, or the search for its metadata, on the way to what follows. */
void eng_entry_stop (EngEntry *entry);
/* Those who wait for it to wake up are sent away. */
void eng_entry_close_lobby (EngEntry *entry);
/* It goes by these names. */
void eng_entry_name (EngEntry *entry, const uint8_t *v1, const uint8_t *v2);

/* eng-entry.c again: the torrent, or the search for its metadata, begins. What needs piece layers
 * looks for them first. */
void eng_entry_begin (EngEntry *entry, bool trust);
void eng_entry_begin_metadata (EngEntry *entry);
/* What needs piece layers looks at its files, once more. */
void eng_entry_survey (EngEntry *entry);
EngTorrentStats eng_entry_stats (const EngEntry *entry);
void eng_entry_add_waiting_peers (EngEntry *entry);
/* A search for the metadata of an entry, or its lobby. (transfer full) */
EngMetadata *eng_entry_new_metadata (EngEntry *entry, const BtMagnetHashes *hashes);

/* A peer that the person names, and one that a tracker names. */
void eng_entry_add_peer (EngEntry *entry, const BtEndpoint *peer);
void eng_entry_hear_of (EngEntry *entry, const BtEndpoint *peer, EngSource source, bool local);
/* What is left when nothing is known but, perhaps, what a magnet claims. */
uint64_t eng_entry_whole_size (const EngEntry *entry);
bool eng_entry_wants_peers (const EngEntry *entry);

/* See eng_engine_choose(). */
void eng_entry_choose (EngEntry *entry, const char *folder, const uint8_t *priorities, size_t n);

/* Tells the trackers, then stops the torrent; the entry is gone in the end, and the last one of an
 * engine that quits ends its loop. Once. */
void eng_entry_remove (EngEntry *entry);

/* Stops the torrent and begins anew with a verification of every byte; the trackers hear of it when
 * they are to know better afterwards. A fault is forgotten. */
void eng_entry_verify (EngEntry *entry);

/* One that is in its fault begins anew, and believes its row. */
void eng_entry_retry (EngEntry *entry);

/* Stops the torrent, when there is one, and begins anew; @trusts: it believes its row. */
void eng_entry_begin_again (EngEntry *entry, bool trusts);
/* A move is over, and the keeping closed: the torrent begins, or goes. */
void eng_entry_moved (EngEntry *entry);
/* Its keeper, for files in @folder. */
void eng_entry_open_keeping (EngEntry *entry, const char *folder);

void eng_entry_set_wishes (EngEntry *entry, const EngWishes *wishes);

/* Hands the owner these details. */
void eng_entry_tell_detail (EngEntry *entry, unsigned parts);

/* Hands the owner a picture, when it is another one than the last; whether it is. */
bool eng_entry_tell (EngEntry *entry);

/* eng-entry-trackers.c */

/* Those that its metainfo names, when they are to be asked; NULL and 0 while it is not known. */
const BtTracker *eng_entry_trackers (const EngEntry *entry, size_t *n);
bool eng_entry_has_noted (const EngEntry *entry, const char *url);
/* Trackers of the person's, for when announces begin. */
void eng_entry_note_tracker (EngEntry *entry, const char *url, unsigned tier);
void eng_entry_note_dropped (EngEntry *entry, const char *url);
/* Before the announces begin it waits for them. */
void eng_entry_add_tracker (EngEntry *entry, const char *url, unsigned tier);
void eng_entry_drop_tracker (EngEntry *entry, const char *url);

void eng_entry_start_announces (EngEntry *entry);
/* The same while its metadata is looked for. Who only reads needs no peers for it. */
void eng_entry_start_search_announces (EngEntry *entry);
/* What is here is known, and can be announced. */
bool eng_entry_is_known (EngEntry *entry);
/* Hands the trackers a wish when peers run low. */
void eng_entry_want_peers (EngEntry *entry);
/* What is here has become known; trackers that know otherwise hear of it at once. */
void eng_entry_tell_trackers (EngEntry *entry);
/* After that: the last piece has come. */
void eng_entry_tell_completed (EngEntry *entry);

/* eng-kept.c; all of them do nothing where nothing is kept */

/* Puts the row of one that was just added there. */
void eng_entry_keep_first (EngEntry *entry);
/* Puts its row there, if it is not as it was. */
void eng_entry_keep (EngEntry *entry);
void eng_entry_keep_priorities (EngEntry *entry, const uint8_t *priorities, size_t n);
void eng_entry_keep_tracker (EngEntry *entry, const char *url, unsigned tier, bool dropped);
void eng_entry_keep_metainfo (EngEntry *entry, GBytes *torrent);
/* It does not wait for a choice any more; @folder: where it is, NULL for where it was. */
void eng_entry_keep_choice (EngEntry *entry, const char *folder);
void eng_entry_keep_folder (EngEntry *entry, const char *folder);
/* Nothing of it is kept. */
void eng_entry_forget (EngEntry *entry);
/* It leaves with its files: until it is forgotten the next run would go on with that. @kept may be
 * NULL; called with the entry, also when nothing of it is kept. */
void eng_entry_keep_deleting (EngEntry *entry, EngStoreSaved kept);
/* One that was kept, asleep; takes the row over. */
void eng_entry_restore (EngEngine *e, EngRosterRow *row);
/* Fetches what it needs to begin, unless it is awake or waits for a choice. */
void eng_entry_wake (EngEntry *entry);

/* eng-entry-peers.c */

/* Takes the place of an earlier wish for that address, and holds for what begins anew as well. */
void eng_entry_limit_peer (EngEntry *entry, const EngPeerWish *wish);
/* Hands the torrent, which begins, all of them. */
void eng_entry_limit_peers (EngEntry *entry);

/* The owner is the entry. */
void eng_entry_spoilt (void *owner, uint32_t piece, const char *senders);
void eng_entry_banned (void *owner, const BtEndpoint *peer);

/* eng-active.c */
void eng_engine_init_queue (EngEngine *e);
void eng_engine_clear_queue (EngEngine *e);
/* Something has changed that may give one its turn, or take it away. */
void eng_engine_queue_is_due (EngEngine *e);
/* ... decided at once, before those that were restored rise. */
void eng_engine_decide_queue (EngEngine *e);
/* Every second of one that is awake: whether it moves something. */
void eng_entry_measure (EngEntry *entry, uint64_t now_us);
/* eng-entry-life.c: it waits for its turn, or has it. */
void eng_entry_hold (EngEntry *entry, bool waits);

/* eng-sleep.c */
void eng_engine_init_sleep (EngEngine *e);
void eng_engine_clear_sleep (EngEngine *e);
/* Those that were restored rise in turns. */
void eng_engine_let_rise (EngEngine *e);
/* One that is asleep rises out of turn: it wakes up, or at least is announced. */
void eng_entry_rise (EngEntry *entry);
/* It has a torrent, or a search for metadata, and has it no more. */
void eng_entry_is_awake (EngEntry *entry);
void eng_entry_is_down (EngEntry *entry);
/* A peer has connected to one that is not awake: takes the connection, or returns false. */
bool eng_entry_receive (EngEntry *entry, EngConnection *connection, const uint8_t info_hash[20]);
/* Its torrent is stopped and gone. */
void eng_entry_fell_asleep (EngEntry *entry);
