/* eng-profile.h: the database of a session that remembers: one folder, one process.
 *
 *     open -> list: the application's thread, or one that it waits for
 *     -> eng_store_new_profile(): the store's thread has it until the store is closed
 *
 * What is kept of a torrent is a row of the roster, its source, and its resume row, which are
 * gone together. Any thread may read sources at any time, through a reader of its own. */
#pragma once

#include "client-core/store/eng-roster.h"
#include "client-core/store/eng-store.h"

typedef struct EngProfile EngProfile;
typedef struct EngReader EngReader;

/* The database in @folder, which is made when it is not there; in @state_folder stands whose the
 * files of torrents are. A damaged one is set aside, and what can be read of it is in the new one.
 * Always a profile; when it cannot be used, its problem says why. Waits for
 * the disk. (transfer full) */
EngProfile *eng_profile_open (const char *folder, const char *state_folder);
void eng_profile_free (EngProfile *profile); /* accepts NULL */

/* NULL: it can be used. Lent, like its strings. */
const EngStoreProblem *eng_profile_problem (const EngProfile *profile);

/* What became of a damaged database. */
typedef struct
{
  char *aside;      /* where it lies now */
  unsigned n_saved; /* torrents */
  unsigned n_lost;  /* of which only this is known: that they were there */
} EngRescue;

/* One that was damaged is a new one, with what could be read; NULL: it was not. From its opening
 * on, or that of the list. Lent. */
const EngRescue *eng_profile_rescue (const EngProfile *profile);

/* The path of the database. Lent. */
const char *eng_profile_path (const EngProfile *profile);

/* The rows, of EngRosterRow, in the order of the list. NULL when they cannot be read: then the
 * problem says why. A database that was not closed well is read whole first. (transfer full) */
GPtrArray *eng_profile_list (EngProfile *profile);

/* The value of a setting; @fallback when there is none. */
int64_t eng_profile_setting (EngProfile *profile, const char *name, int64_t fallback);

/* Takes the profile over, which can be used. NULL and errno, as eng_store_new(). */
EngStore *eng_store_new_profile (BtioReactor *reactor, EngProfile *profile);

/* --- what a profile's store keeps; saved() may be NULL --- */

/* Puts a row, or another in its place, and of @source, which may be NULL, what is not NULL: both or
 * nothing. All of it is copied. */
void eng_store_put_row (EngStore *store, const EngRosterRow *row, const EngRosterSource *source,
                        EngStoreSaved saved, void *data);

/* Nothing of it is kept any more. */
void eng_store_drop_row (EngStore *store, const EngRosterRow *row, EngStoreSaved saved, void *data);

void eng_store_put_setting (EngStore *store, const char *name, int64_t value, EngStoreSaved saved,
                            void *data);

/* Rates for graphs, of a torrent or with id 0 of the session; @until: when they were, in seconds
 * since 1970. */
void eng_store_put_history (EngStore *store, uint64_t id, int span, int64_t until, GBytes *rates);

/* Answers when all that was asked before is on the device; the problem is that of the last of it
 * that could not be kept since the last such answer. */
void eng_store_flush (EngStore *store, EngStoreSaved saved, void *data);

/* @source is NULL when there is none; lent. */
typedef void (*EngStoreFetched) (void *data, const EngStoreProblem *problem,
                                 const EngRosterSource *source);
void eng_store_fetch (EngStore *store, uint64_t id, EngStoreFetched fetched, void *data);

/* --- whose the files are --- */

typedef struct EngClaim EngClaim;

/* The files of @key, for one of the profile's torrents: while it @writes no other process has them,
 * and while it reads no other writes them; torrents of one profile go together. @claimed is told
 * ENG_STORE_FILES_IN_USE, and who has them, or NULL. There is a claim until it is released, refused
 * or not. */
EngClaim *eng_store_claim (EngStore *store, const EngStoreKey *key, bool writes,
                           EngStoreSaved claimed, void *data);
/* From now on it only reads. */
void eng_store_share_claim (EngStore *store, EngClaim *claim);
/* After the answer. */
void eng_store_release (EngStore *store, EngClaim *claim);

/* --- reading --- */

/* A connection of its own to the database at @path, opened at the first question. One thread.
 * (transfer full) */
EngReader *eng_reader_new (const char *path);
void eng_reader_free (EngReader *reader); /* accepts NULL */

/* False when there is none, or it cannot be read. Waits for the disk. */
bool eng_reader_source (EngReader *reader, uint64_t id, EngRosterSource *out);

/* The rates that were kept, and until when they were; NULL for none. (transfer full) */
GBytes *eng_reader_history (EngReader *reader, uint64_t id, int span, int64_t *until);
