/* eng-store.h: the state of torrents in one SQLite database, on a thread of its own.
 *
 *     engine thread: request -> queue -> the store's thread: SQL -> done list -> one eventfd
 *     -> engine thread: the answer
 *
 * The engine's thread never waits for SQLite. Everything here is called on that thread, requests
 * are carried out in order, and answers come on it from the reactor's turn, one for each request.
 * A store that cannot be opened exists all the same and answers with what is wrong. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/store/eng-resume.h"
#include "protocol/io/btio-reactor.h"

typedef struct EngStore EngStore;

typedef enum
{
  ENG_STORE_FILES_IN_USE, /* another process writes the files, or serves what we would write */
  ENG_STORE_IN_USE,       /* another process has the database */
  ENG_STORE_CORRUPT,
  ENG_STORE_NEWER, /* a newer version of the program wrote it */
  ENG_STORE_SYSTEM /* see sys_errno */
} EngStoreTrouble;

/* Lent to an answer. */
typedef struct
{
  EngStoreTrouble trouble;
  int sys_errno;
  const char *path;  /* of what is meant */
  const char *aside; /* where a corrupt database was put; NULL when it was not */
  EngHolder holder;  /* of what is in use */
  int64_t version;   /* of ENG_STORE_NEWER, and what this program knows */
  int64_t own_version;
} EngStoreProblem;

/* How a torrent is known: at least one hash. Lent. */
typedef struct
{
  const uint8_t *v1; /* 20 bytes; NULL for none */
  const uint8_t *v2; /* 32 bytes; NULL for none */
  const char *name;
  const char *folder; /* that holds its file or folder */
  size_t n_pieces;
  size_t n_files;
} EngStoreKey;

/* A database of many torrents: one process has it at a time. Opened on the thread; a folder that
 * is not there is made, for its owner alone. NULL and errno when a thread or a descriptor cannot be
 * had. */
EngStore *eng_store_new (BtioReactor *reactor, const char *path);

/* A database below @state_folder for this torrent in this folder alone, and a lock on the files:
 * one that @writes excludes every other, those that only read go together. When the lock is
 * another's, every answer is ENG_STORE_FILES_IN_USE. A corrupt database is put aside; the first
 * answer says so. Databases that nobody has used for 90 days go on this occasion. */
EngStore *eng_store_new_transfer (BtioReactor *reactor, const char *state_folder,
                                  const EngStoreKey *key, bool writes);

/* Carries out what was asked, closes the database, frees the store and calls @closed. */
void eng_store_close (EngStore *store, void (*closed) (void *data), void *data);

/* From now on others that only read may serve the files. */
void eng_store_share (EngStore *store);

/* @resume is NULL when there is no row for this torrent in this folder; lent. */
typedef void (*EngStoreLoaded) (void *data, const EngStoreProblem *problem,
                                const EngResume *resume);
/* @problem is NULL when it is on the device. */
typedef void (*EngStoreSaved) (void *data, const EngStoreProblem *problem);

void eng_store_load (EngStore *store, const EngStoreKey *key, EngStoreLoaded loaded, void *data);

/* Writes the torrent's row in one transaction. Two rows that turn out to be halves of one hybrid
 * become one: the older keeps its place, the counters are @resume's. */
void eng_store_save (EngStore *store, const EngStoreKey *key, const EngResume *resume,
                     EngStoreSaved saved, void *data);

/* Writes what a file of the torrent is called. The torrent has a row from then on, which claims
 * nothing when it had none. */
void eng_store_name (EngStore *store, const EngStoreKey *key, const EngName *name,
                     EngStoreSaved saved, void *data);
