/* eng-store-private.h: what runs on the store's thread, and what it works on. */
#pragma once

#include <sqlite3.h>

#include "client-core/store/eng-store.h"
#include "eng-lock-private.h"

/* A problem that owns its words. */
typedef struct
{
  bool is_set;
  EngStoreTrouble trouble;
  int sys_errno;
  char *path;
  char *aside;
} EngStoreFault;

void eng_store_fault_set (EngStoreFault *fault, EngStoreTrouble trouble, int sys_errno,
                          const char *path);
void eng_store_fault_copy (EngStoreFault *out, const EngStoreFault *from);
void eng_store_fault_clear (EngStoreFault *fault);

/* A key that owns what it points to. */
typedef struct
{
  EngStoreKey key;
  uint8_t v1[20];
  uint8_t v2[32];
} EngStoreOwnKey;

void eng_store_key_copy (EngStoreOwnKey *out, const EngStoreKey *from);
void eng_store_key_clear (EngStoreOwnKey *key);

/* An open database, and the locks that go with it. The store's thread. */
typedef struct
{
  char *path;
  sqlite3 *db;    /* NULL: it cannot be used, and fault says why */
  EngLock *owner; /* of the database */
  EngLock *files; /* of a transfer's files */
  EngStoreFault fault;
  EngStoreFault notice; /* told once: the database is usable all the same */
} EngStoreDb;

/* Opens @path. */
void eng_store_db_open (EngStoreDb *self, const char *path, bool put_aside);
/* Finds the place of a transfer, locks its files and opens its database. */
void eng_store_db_open_transfer (EngStoreDb *self, const char *state_folder, const EngStoreKey *key,
                                 bool writes);
void eng_store_db_close (EngStoreDb *self);

/* What a failure of SQLite means. */
void eng_store_db_explain (const EngStoreDb *self, int result, EngStoreFault *fault);

/* Removes databases in @folder that nobody has used for 90 days: none that is locked, and some
 * dozens at most. */
void eng_store_sweep (const char *folder, int64_t now_s);

/* Brings an empty or an older database to the version of this program, in one transaction. A
 * result of SQLite; SQLITE_MISMATCH when a newer program wrote it, SQLITE_NOTADB when it is another
 * program's. */
int eng_store_schema_migrate (sqlite3 *db);

/* Results of SQLite. A row that is not there is SQLITE_DONE, one that was found SQLITE_ROW. */
int eng_store_rows_load (sqlite3 *db, const EngStoreKey *key, EngResume *out);
int eng_store_rows_save (sqlite3 *db, const EngStoreKey *key, const EngResume *resume);
int eng_store_rows_name (sqlite3 *db, const EngStoreKey *key, const EngName *name);

/* The names of the files of the torrent @id. SQLITE_DONE when all of them are in @out. */
int eng_store_names_load (sqlite3 *db, int64_t id, size_t n_files, EngNames *out);
int eng_store_names_save (sqlite3 *db, int64_t id, const EngName *name);
