/* eng-store-private.h: what runs on the store's thread, and what it works on. */
#pragma once

#include <sqlite3.h>

#include "client-core/store/eng-profile.h"
#include "eng-lock-private.h"

/* A problem that owns its words. */
typedef struct
{
  bool is_set;
  EngStoreTrouble trouble;
  int sys_errno;
  char *path;
  char *aside;
  EngHolder holder;
  int64_t version; /* of a database that a newer program wrote */
} EngStoreFault;

void eng_store_fault_set (EngStoreFault *fault, EngStoreTrouble trouble, int sys_errno,
                          const char *path);
void eng_store_fault_copy (EngStoreFault *out, const EngStoreFault *from);
void eng_store_fault_clear (EngStoreFault *fault);
/* As an answer has it; lent. */
EngStoreProblem eng_store_fault_problem (const EngStoreFault *fault);

/* A key that owns what it points to. */
typedef struct
{
  EngStoreKey key;
  uint8_t v1[20];
  uint8_t v2[32];
} EngStoreOwnKey;

void eng_store_key_copy (EngStoreOwnKey *out, const EngStoreKey *from);
void eng_store_key_clear (EngStoreOwnKey *key);
/* One folder has one name: the database's and the rows'. What cannot be resolved keeps its own. */
void eng_store_key_resolve (EngStoreOwnKey *key);
/* The words that make a file's name. */
uint64_t eng_store_digest (const char *text);

/* eng-claims.c; see eng-claims-private.h. */
typedef struct EngClaims EngClaims;

/* An open database, and the locks that go with it. The store's thread. */
typedef struct
{
  char *path;
  sqlite3 *db;       /* NULL: it cannot be used, and fault says why */
  EngLock *owner;    /* of the database */
  EngLock *files;    /* of a transfer's files */
  EngClaims *claims; /* of a profile's torrents to their files; NULL without */
  EngStoreFault fault;
  EngStoreFault notice; /* told once: the database is usable all the same */
} EngStoreDb;

/* Opens @path. With @checks every page is read. */
void eng_store_db_open (EngStoreDb *self, const char *path, bool put_aside, bool checks);
/* The file self->path, which is locked. Sets self->fault when it does not work. */
void eng_store_db_open_file (EngStoreDb *self, bool checks);
/* Renames a damaged database and its journal. False and errno. */
bool eng_store_put_aside (const char *path, const char *aside);
/* Reads every page: a result of SQLite. */
int eng_store_db_check (sqlite3 *db);
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
/* That a database says it has, 0 when it cannot be read; and that of this program. */
int64_t eng_store_schema_version (sqlite3 *db);
int64_t eng_store_schema_own_version (void);

/* Results of SQLite. A row that is not there is SQLITE_DONE, one that was found SQLITE_ROW. */
int eng_store_rows_load (sqlite3 *db, const EngStoreKey *key, EngResume *out);
/* In a transaction of the caller. */
int eng_store_rows_save (sqlite3 *db, const EngStoreKey *key, const EngResume *resume);
int eng_store_rows_name (sqlite3 *db, const EngStoreKey *key, const EngName *name);

/* The names of the files of the torrent @id. SQLITE_DONE when all of them are in @out. */
int eng_store_names_load (sqlite3 *db, int64_t id, size_t n_files, EngNames *out);
/* The same of a torrent of the profile, whose files nobody has counted. */
int eng_store_names_of (sqlite3 *db, uint64_t roster_id, EngNames *out);
int eng_store_names_save (sqlite3 *db, int64_t id, const EngName *name);

/* eng-store-roster.c: likewise; reading a list ends with SQLITE_OK, reading a source with
 * SQLITE_ROW or SQLITE_DONE. */
int eng_store_roster_list (sqlite3 *db, GPtrArray *out);
int eng_store_roster_put (sqlite3 *db, const EngRosterRow *row);
int eng_store_roster_drop (sqlite3 *db, const EngRosterRow *row);
int eng_store_roster_source (sqlite3 *db, uint64_t id, EngRosterSource *out);
int eng_store_roster_put_source (sqlite3 *db, uint64_t id, const EngRosterSource *source);
int64_t eng_store_setting (sqlite3 *db, const char *name, int64_t fallback);
int eng_store_put_setting_row (sqlite3 *db, const char *name, int64_t value);

int eng_store_put_history_row (sqlite3 *db, uint64_t id, int span, int64_t until, GBytes *rates);
/* (transfer full) (nullable) */
GBytes *eng_store_history_row (sqlite3 *db, uint64_t id, int span, int64_t *until);

/* Whether a database was closed well, and nothing was written since. */
#define ENG_STORE_CLEAN "clean"

/* One thing to do with the database, for eng_store_do(). */
typedef struct
{
  int (*run) (sqlite3 *db, void *data); /* the store's thread; a result of SQLite, OK or an error */
  /* The engine's thread; @problem is NULL when it is done, and on the device. */
  void (*answer) (void *data, const EngStoreProblem *problem);
  GDestroyNotify forget; /* on the engine's thread */
  bool writes;
} EngStoreTask;

/* @task is copied; @data goes from thread to thread. */
void eng_store_do (EngStore *store, const EngStoreTask *task, void *data);

/* NULL for no profile. */
EngClaims *eng_store_claims (EngStore *store);

/* Takes over an open database. NULL and errno; then it is closed. */
EngStore *eng_store_new_open (BtioReactor *reactor, EngStoreDb *db);

/* --- jobs --- */

typedef enum
{
  ENG_JOB_LOAD,
  ENG_JOB_SAVE,
  ENG_JOB_NAME,
  ENG_JOB_TASK,
  ENG_JOB_FLUSH,
  ENG_JOB_SHARE,
  ENG_JOB_CLOSE
} EngStoreJobKind;

typedef struct EngStoreJob EngStoreJob;

struct EngStoreJob
{
  EngStoreJob *next;
  EngStoreJobKind kind;
  EngStoreOwnKey key;
  bool has_resume;
  bool has_run; /* a write, on the store's thread */
  EngResume resume;
  EngName name;
  EngStoreFault fault;
  EngStoreTask task;
  void *task_data;
  EngStoreLoaded loaded;
  EngStoreSaved saved;
  void (*closed) (void *data);
  void *data;
};

typedef struct
{
  EngStoreJob *first;
  EngStoreJob *last;
} EngStoreJobs;

/* What belongs to the store's thread. */
typedef struct
{
  EngStoreDb db;
  bool is_profile;      /* it says of itself whether it was closed well */
  bool is_soiled;       /* and does not, since this run wrote to it */
  bool is_damaged;      /* something in it could not be read */
  EngStoreFault unkept; /* the last that could not be kept, for who flushes */
} EngStoreWorker;

/* False when the last of them closed the store. */
bool eng_store_run_jobs (EngStoreWorker *self, EngStoreJobs *jobs);
