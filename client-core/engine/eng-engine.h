/* eng-engine.h: one engine: its thread, its sockets, its torrents.
 *
 *     any thread -> eng_engine_call() -> queue + eventfd -> engine thread: the torrents
 *     engine thread -> every 250 ms, and at each change -> the owner's functions
 *
 * Nothing is global: several engines live side by side. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "client-core/discovery/eng-announcer.h"
#include "client-core/discovery/eng-mapper.h"
#include "client-core/engine/eng-detail.h"
#include "client-core/store/eng-profile.h"
#include "client-core/torrent/eng-torrent.h"
#include "protocol/io/btio-tcp.h"
#include "protocol/torrent/bt-magnet.h"

typedef struct EngEngine EngEngine;

typedef struct
{
  BtioBind bind;         /* where it listens, and where all that it sends comes from: no family
                            for every address, port 0 for any; the strings are copied */
  bool many_per_address; /* peers that share an address; for private networks and tests */
  uint8_t random[72];    /* from the system */
  /* When torrents of a profile that nobody needs fall asleep: when more than so many of them are
   * awake, and for so long. 0: what is sensible. */
  unsigned awake_max;
  uint64_t sleep_after_us;
} EngEngineConfig;

/* One torrent to be added; the strings and what follows them are copied. */
typedef struct
{
  BtMetainfo *metainfo;  /* NULL: it is to be found by @hashes */
  BtMagnetHashes hashes; /* of a magnet */
  uint64_t length;       /* bytes that a magnet claims; 0: it does not say */
  BtSelectOnly select;   /* the files that it asks for; none are all */
  bool choose;           /* with its metadata, it waits for eng_engine_choose() */
  const char *folder;
  const uint8_t *priorities; /* one a file, 0 not wanted to 7; NULL: all of them */
  bool use_trackers;
  bool sequential;
  int64_t rank;    /* see EngWishes */
  bool super_seed; /* BEP 16, while seeding */
  EngPreallocate preallocate;
  const char *state_folder; /* where its state is kept; NULL: it is not */
  bool trust_resume;        /* what an earlier run left saves hashing */
  bool read_only;           /* see EngTorrentConfig */
  const EngRosterRow *row;  /* how a profile keeps it; NULL: it does not */
  const EngRosterSource *source;
  const EngFileState *hashed; /* how the files of @metainfo were when it was made of them; NULL: it
                                 is not known. What is still so is not verified once more */
} EngAddition;

/* Whether strangers reach us. */
typedef struct
{
  EngMapping mapping;
  bool is_reached; /* one from outside of the local network has been here, since we listen here */
} EngPortPicture;

/* Called on the engine's thread. @id is the owner's name for the torrent. */
typedef struct
{
  void (*snapshot) (void *owner, uint64_t id, const EngTorrentStats *stats, const char *tracker);
  void (*completed) (void *owner, uint64_t id);
  /* A tracker has answered or failed; the status is lent. NULL: nobody listens. */
  void (*tracker) (void *owner, uint64_t id, const EngTrackerStatus *status);
  /* The metadata of a magnet is here; @metainfo is lent. */
  void (*metadata) (void *owner, uint64_t id, BtMetainfo *metainfo);
  /* The state cannot be kept; told once. The torrent goes on. @id 0: that of the whole profile. */
  void (*trouble) (void *owner, uint64_t id, const EngStoreProblem *problem);
  /* The torrent is gone; nothing more comes of it. */
  void (*removed) (void *owner, uint64_t id);
  /* What eng_engine_watch() and eng_engine_look() asked for. (transfer full) NULL: nobody asks. */
  void (*detail) (void *owner, uint64_t id, EngDetail *detail);
  /* The data was not deleted, or not all of it: errno and the file; before removed(). */
  void (*undeleted) (void *owner, uint64_t id, int sys_errno, const char *path);
  /* What a file is called from now on, also by an earlier run; lent. */
  void (*named) (void *owner, uint64_t id, uint32_t file, const char *path);
  /* Where its files lie from now on; lent. */
  void (*placed) (void *owner, uint64_t id, const char *folder);
  /* How far a move is, in bytes; 0 of 0: there is none any more. */
  void (*moving) (void *owner, uint64_t id, uint64_t done, uint64_t total);
  /* A piece is not what its hash says, and who had a part in it: see EngTorrentEvents; and who is
   * banned for it, as a person writes it. Lent. NULL for both: nobody listens. */
  void (*spoilt) (void *owner, uint64_t id, uint32_t piece, const char *senders);
  void (*banned) (void *owner, uint64_t id, const char *address);
  /* What was asked for with a ticket is done, or errno and what it was about. */
  void (*answered) (void *owner, uint64_t id, uint64_t ticket, int sys_errno, const char *path);
  /* The answer to eng_engine_flush(); @problem is lent, NULL for none. */
  void (*flushed) (void *owner, const EngStoreProblem *problem);
  /* The answer to eng_engine_move_door(): 0 and where it listens now, or errno: nothing has
   * changed. NULL: nobody asks. */
  void (*listens) (void *owner, int sys_errno, uint16_t port);
  /* @picture has changed; lent. NULL: nobody asks. */
  void (*port) (void *owner, const EngPortPicture *picture);
} EngEngineEvents;

/* Starts the thread and listens; returns when it does. NULL and errno. */
EngEngine *eng_engine_new (const EngEngineConfig *config, const EngEngineEvents *events,
                           void *owner);

/* Removes what is left, without telling the owner, and joins the thread: trackers are told, which
 * takes two seconds at most. Accepts NULL. */
void eng_engine_free (EngEngine *engine);

/* The port that it listens at; not while eng_engine_move_door() is under way: listens() tells that.
 */
uint16_t eng_engine_port (const EngEngine *engine);

/* What a torrent that is kept shows before it begins. */
EngTorrentStats eng_roster_stats (const EngRosterRow *row);

/* Any thread; carried out in order. Before the first torrent, and once: takes the profile over, and
 * @rows (of EngRosterRow, transfer full), whose torrents begin. From now on what additions have
 * rows of is kept in it. */
void eng_engine_set_profile (EngEngine *engine, EngProfile *profile, GPtrArray *rows);
/* flushed() follows once everything that was said before is on the device. */
void eng_engine_flush (EngEngine *engine);
/* The .torrent that a magnet has become. */
void eng_engine_keep_metainfo (EngEngine *engine, uint64_t id, GBytes *torrent);
/* Rates for graphs; see eng_store_put_history(). */
void eng_engine_keep_history (EngEngine *engine, uint64_t id, int span, int64_t until,
                              GBytes *rates);
/* A number of the profile's that the engine does not look at. */
void eng_engine_keep_setting (EngEngine *engine, const char *name, int64_t value);

void eng_engine_add (EngEngine *engine, uint64_t id, const EngAddition *addition);
void eng_engine_remove (EngEngine *engine, uint64_t id);
/* The priorities of a torrent's files of which a magnet asks for some. Any thread. (transfer full)
 * (nullable): NULL for all files */
uint8_t *eng_select_priorities (const BtSelectOnly *select, const BtMetainfo *metainfo);

/* One that waits begins; @folder: NULL for that of its addition; @priorities: one for each of @n
 * files, or NULL for those of its addition, or that the magnet asks for. One whose
 * metadata is not here begins when it is. Others ignore it. */
void eng_engine_choose (EngEngine *engine, uint64_t id, const char *folder,
                        const uint8_t *priorities, size_t n);
/* Verifies every byte anew; a torrent whose disk had failed goes on afterwards. */
void eng_engine_verify (EngEngine *engine, uint64_t id);
/* What is in its fault tries again. */
void eng_engine_retry (EngEngine *engine, uint64_t id);
/* A tracker beside those of the torrent; no URL that we understand is ignored. */
void eng_engine_add_tracker (EngEngine *engine, uint64_t id, const char *url, unsigned tier);
/* Bytes a second of all torrents, the protocol's included; 0: no limit. */
void eng_engine_set_limits (EngEngine *engine, uint64_t down_Bps, uint64_t up_Bps);
/* How many may download at a time, and seed; 0: no limit. See eng-queue.h. */
void eng_engine_set_queue (EngEngine *engine, unsigned max_downloads, unsigned max_seeds);
/* Whether connections are encrypted, from now on; ENG_CRYPT_PREFER at first. */
void eng_engine_set_encryption (EngEngine *engine, EngCryptPolicy policy);
/* Whether peers tell each other of peers (BEP 11), from now on; they do at first. */
void eng_engine_set_exchange (EngEngine *engine, bool exchange);
/* Whether the router may be asked for a port, from the first torrent on; it may not at first. */
void eng_engine_set_mapping (EngEngine *engine, bool may_map);
/* Listens at @bind, and sends from there; connections that stand go on. listens() follows. @bind is
 * copied. */
void eng_engine_move_door (EngEngine *engine, const BtioBind *bind);
void eng_engine_add_peer (EngEngine *engine, uint64_t id, const BtEndpoint *peer);

/* What the person wants from now on; @n_files is that of the layout. */
void eng_engine_set_wishes (EngEngine *engine, uint64_t id, const EngWishes *wishes,
                            size_t n_files);
/* Nobody of this address is connected again. */
void eng_engine_ban (EngEngine *engine, uint64_t id, const BtEndpoint *peer);
/* It may be again. */
void eng_engine_unban (EngEngine *engine, uint64_t id, const BtEndpoint *peer);
/* Limits what is exchanged with an address, as long as the torrent is there. */
void eng_engine_limit_peer (EngEngine *engine, uint64_t id, const EngPeerWish *wish);
/* The tracker is told that we stop, and not asked again. */
void eng_engine_drop_tracker (EngEngine *engine, uint64_t id, const char *url);
/* Asks one tracker, or with NULL those whose turn it is, as soon as they permit. */
void eng_engine_announce (EngEngine *engine, uint64_t id, const char *url);
/* Removes the torrent and its files, and the folders that are empty then. */
void eng_engine_remove_data (EngEngine *engine, uint64_t id);

/* Calls a file of the layout @path, as eng_place_judge() cleans it; answered() follows with
 * @ticket: EINVAL for no name, EEXIST for another's, ECANCELED when the torrent goes. */
void eng_engine_rename (EngEngine *engine, uint64_t id, uint64_t ticket, uint32_t file,
                        const char *path);

/* Takes the files to another folder, which exists, see eng-move.h; answered() follows with @ticket:
 * EBUSY while another move is under way, ECANCELED after eng_engine_cancel_move(). With an error
 * the files are where they were, unless placed() came before: then some of the old ones are left.
 */
void eng_engine_move (EngEngine *engine, uint64_t id, uint64_t ticket, const char *folder);
void eng_engine_cancel_move (EngEngine *engine, uint64_t id, uint64_t ticket);
/* The person has taken the files to another folder: they are looked at there, as far as the row
 * does not answer for them. */
void eng_engine_set_folder (EngEngine *engine, uint64_t id, const char *folder);

/* Draws details (EngDetailPart) at once and then every second, in place of those of the last call;
 * or once. */
void eng_engine_watch (EngEngine *engine, uint64_t id, unsigned parts);
void eng_engine_look (EngEngine *engine, uint64_t id, unsigned parts);
