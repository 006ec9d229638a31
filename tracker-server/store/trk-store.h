/* trk-store.h: what a tracker keeps: torrents, lists, settings, tokens, history, in one SQLite
 * database.
 *
 *     owner's thread: request -> queue -> a thread of the store: SQL -> done list -> eventfd
 *     -> owner's thread: the answer
 *
 * One thread writes; changes that wait are committed together, and an answer means that they are
 * on the device. Others read, each with a connection of its own: they see all that was answered
 * before they were asked. Counts of completions go through a journal (trk-journal.h) and are
 * committed once a second.
 *
 * The owner's thread is the one of the reactor. Every function is called on it unless its comment
 * says otherwise, each request is answered exactly once from the reactor's turn, changes are
 * carried out in order, and what is given to a request is copied. What an answer points to is lent
 * for the call. A store that cannot be opened exists all the same and answers with what is wrong.
 *
 * The subjects: trk-store-torrents.h, trk-store-marks.h, trk-store-admin.h, trk-store-history.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/io/btio-reactor.h"
#include "protocol/tracker/bt-announce.h"
#include "tracker-server/store/trk-problem.h"
#include "tracker-server/store/trk-snapshot.h"
#include "tracker-server/swarm/trk-lists.h"
#include "tracker-server/swarm/trk-swarms.h"

/* A page of any list is no longer. */
#define TRK_PAGE_MAX 200u

typedef struct TrkStore TrkStore;

/* @problem is NULL when it was done; for a change: and is on the device. */
typedef void (*TrkDone) (void *data, const TrkProblem *problem);

/* Who makes a change: what the audit log says of it, in the same transaction. NULL: no entry. */
typedef struct
{
  const char *who;    /* at most TRK_WHO_MAX bytes: a token's name, "command line" */
  const char *detail; /* (nullable), at most TRK_NOTE_MAX bytes: an address, a reason */
} TrkActor;

#define TRK_WHO_MAX 256u
#define TRK_NOTE_MAX 4096u

/* What was found when it was opened. */
typedef struct
{
  uint64_t n_torrents;
  uint64_t n_marks;
  uint64_t n_completions; /* hashes that were completed once at least */
  uint64_t n_replayed;    /* completions that the journal kept when the process died */
  bool journal_put_aside; /* it was another database's: PATH.completions.aside */
  bool migrated;          /* from an older version; a copy is at PATH.vN */
} TrkStoreFound;

typedef struct
{
  const char *path; /* of the database; PATH.completions, PATH-wal, PATH-lock lie beside it. Its
                       folder is made for its owner alone when it is not there */
  TrkLists *lists;  /* is filled, and kept true after every commit; lent */
  /* Shows how often each hash was completed, on the writing thread before @opened. (nullable) */
  void (*prime) (void *data, const uint8_t hash[BT_INFO_HASH_LEN], uint64_t completed);
  /* On the owner's thread, before any other answer. */
  void (*opened) (void *data, const TrkProblem *problem, const TrkStoreFound *found);
  void *data;
  uint32_t commit_ms;       /* how often counts are committed; 0: once a second */
  uint64_t journal_rotate;  /* in bytes; 0: 16 MiB */
  uint64_t max_completions; /* hashes with a count; beyond, those longest untouched are forgotten;
                               0: 4 million */
} TrkStoreConfig;

/* NULL and errno when a thread or a descriptor cannot be had. (transfer full) */
TrkStore *trk_store_new (BtioReactor *reactor, const TrkStoreConfig *config);

/* Carries out what was asked, commits what was counted, closes, frees the store and calls @closed.
 * Nobody appends completions any more. */
void trk_store_close (TrkStore *store, void (*closed) (void *data), void *data);

/* Keeps completions before their replies go out; as TrkServiceParts wants it, @store is a TrkStore.
 * False when the journal could not take them. Any thread. */
bool trk_store_completed (void *store, const uint8_t *hashes, size_t n);

/* Commits what was counted, at once. */
void trk_store_flush (TrkStore *store, TrkDone done, void *data);

typedef struct
{
  uint64_t torrents[TRK_MARK_DENIED + 1]; /* by state; [TRK_MARK_NONE] is all of them */
  uint64_t marks;
  uint64_t completions; /* hashes */
  uint64_t tokens;      /* that are not revoked */
  uint64_t db_len;      /* bytes */
  uint64_t wal_len;
  uint64_t journal_len;
  uint64_t commits; /* since the start */
  uint64_t failed;  /* transactions that were rolled back, since the start */
  uint64_t waiting; /* completions that are not committed yet */
} TrkStoreFigures;

typedef void (*TrkStoreMeasured) (void *data, const TrkProblem *problem,
                                  const TrkStoreFigures *figures);
void trk_store_measure (TrkStore *store, TrkStoreMeasured measured, void *data);

/* Writes a copy of all that is committed to @path while the tracker goes on: whole or not at all,
 * on the device, for its owner alone. An older file there is replaced. */
void trk_store_backup (TrkStore *store, const char *path, TrkDone done, void *data);

/* Looks at every page and every index; TRK_TROUBLE_CORRUPT when something is wrong. */
void trk_store_check (TrkStore *store, TrkDone done, void *data);

/* Writes the swarms to @path (trk-snapshot.h). @swarms is lent until the answer. */
void trk_store_snapshot (TrkStore *store, const char *path, TrkSwarms *swarms,
                         const TrkInstant *now, TrkDone done, void *data);

/* Puts @backup in the place of the database at @path, after it was looked at whole; what was there
 * is kept as PATH.before. No server runs: TRK_TROUBLE_IN_USE. Any thread, waits for the device. */
bool trk_store_restore (const char *path, const char *backup, TrkProblem *problem);
