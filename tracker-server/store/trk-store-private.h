/* trk-store-private.h: what the threads of a store work on: jobs, connections, faults.
 *
 * A job is the owner's until it is queued, then that of the thread that runs it, and the owner's
 * again in the done list. A connection belongs to one thread. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include <glib.h>
#include <sqlite3.h>

#include "tracker-server/store/trk-journal.h"
#include "tracker-server/store/trk-store.h"

/* A problem that owns its words. */
typedef struct
{
  bool is_set;
  TrkTrouble trouble;
  int sys_errno;
  int sqlite;
  char *path;
} TrkFault;

void trk_fault_clear (TrkFault *fault);
void trk_fault_copy (TrkFault *out, const TrkFault *from);
/* The first one stays. */
void trk_fault_set (TrkFault *fault, TrkTrouble trouble, int sys_errno, const char *path);

/* --- a connection: trk-store-db.c --- */

typedef struct
{
  sqlite3 *db;            /* NULL: it is not open */
  const char *path;       /* lent */
  GHashTable *statements; /* by the address of their SQL, which is static */
  int failure;            /* the first extended code since it was looked at; SQLITE_OK: none */
} TrkDb;

/* A value for a statement's parameter; lent until the statement was run. */
typedef struct
{
  enum
  {
    TRK_VALUE_END,
    TRK_VALUE_NULL,
    TRK_VALUE_INT,
    TRK_VALUE_TEXT,
    TRK_VALUE_BLOB
  } kind;
  int64_t number; /* or the length of the bytes */
  const void *bytes;
} TrkValue;

#define TRK_INT(n) ((TrkValue){ .kind = TRK_VALUE_INT, .number = (int64_t) (n) })
#define TRK_TEXT(s) ((TrkValue){ .kind = TRK_VALUE_TEXT, .bytes = (s) })
#define TRK_BLOB(b, len) ((TrkValue){ TRK_VALUE_BLOB, (int64_t) (len), (b) })
#define TRK_VALUES(...) ((const TrkValue[]){ __VA_ARGS__, { .kind = TRK_VALUE_END } })

/* Opens a file that is there, and changes nothing. False and self->failure; close it all the same.
 */
bool trk_db_open (TrkDb *self, const char *path);
/* The settings of the house, which are read back. False and self->failure. */
bool trk_db_settle (TrkDb *self, bool writes);
void trk_db_close (TrkDb *self);

/* A statement that is ready to be stepped, with the parameters ?1, ?2 ...; @values is (nullable).
 * NULL and self->failure. Lent until the same SQL is asked for again. NULL texts and blobs are
 * NULL. */
sqlite3_stmt *trk_db_query (TrkDb *self, const char *sql, const TrkValue *values);

/* Whether there is a row; at the end the statement is reset. Look at self->failure then. */
bool trk_db_step (TrkDb *self, sqlite3_stmt *statement);

/* Runs a statement to its end. False and self->failure. */
bool trk_db_run (TrkDb *self, const char *sql, const TrkValue *values);

/* The number in the first column of the first row; false when there is no row. */
bool trk_db_number (TrkDb *self, const char *sql, const TrkValue *values, int64_t *out);

/* Statements that are run once. */
bool trk_db_exec (TrkDb *self, const char *sql);

/* What a failure means; forgets it. */
void trk_db_explain (TrkDb *self, TrkFault *fault);

/* --- files: trk-store-open.c, trk-store-schema.c --- */

/* Locks the database of this path, whose folder is made: a descriptor, -1 with a fault. */
int trk_store_lock (const char *path, TrkFault *fault);

/* Makes, checks and migrates the database. False and the fault; then it is closed. */
bool trk_store_open_db (TrkDb *db, const char *path, bool *migrated, TrkFault *fault);

/* The first version that knows whether it was closed as it should be. */
#define TRK_SCHEMA_WITH_RUN 2u

/* The version of the tables that this program has. */
unsigned trk_schema_version (void);

/* What kind of database it is, before anything is changed. */
bool trk_schema_look (TrkDb *db, unsigned *version, TrkFault *fault);

/* Brings a database of @version up to ours, in one transaction. */
bool trk_schema_migrate (TrkDb *db, unsigned version);

/* Fails when a table or a column that is needed is not there. */
bool trk_schema_probe (TrkDb *db);

/* A copy of the database at @path, whole, on the device. Any thread. */
bool trk_store_copy (const char *path, const char *to, TrkFault *fault);

/* "ok" of quick_check or integrity_check. */
bool trk_db_is_sound (TrkDb *db, bool deep);

/* --- jobs: trk-store.c --- */

typedef struct TrkJob TrkJob;

typedef struct
{
  size_t size;
  bool writes;
  /* False: what it changed is undone. The fault is the job's, or else the connection's failure. */
  bool (*run) (TrkDb *db, TrkJob *job);
  /* On the owner's thread. */
  void (*answer) (TrkJob *job, const TrkProblem *problem);
  void (*clear) (TrkJob *job); /* (nullable) */
} TrkJobKind;

struct TrkJob
{
  TrkJob *next;
  const TrkJobKind *kind;
  TrkStore *store;
  void *data; /* the caller's */
  TrkFault fault;
  GPtrArray *kept; /* copies that go with the job */
  const char *who; /* (nullable) */
  const char *detail;
  GArray *listed; /* of TrkListed; (nullable): for the lists once it is committed */
};

typedef struct
{
  uint8_t hash[BT_INFO_HASH_LEN];
  TrkMark mark;
} TrkListed;

/* A job that is yet to be filled in; its kind's size is that of a struct that begins with it. */
void *trk_job_new (TrkStore *store, const TrkJobKind *kind, const TrkActor *actor, void *data);

void trk_job_free (TrkJob *job);

/* Queues it. Owner's thread. */
void trk_job_ask (TrkJob *job);

/* Copies that live as long as the job. NULL stays NULL. */
void *trk_job_keep (TrkJob *job, const void *bytes, size_t len);
char *trk_job_keep_text (TrkJob *job, const char *text);
/* Text of a column; "" for NULL. */
const char *trk_job_keep_column (TrkJob *job, sqlite3_stmt *statement, int column);

/* Always false: the fault is the job's. */
bool trk_job_fail (TrkJob *job, TrkTrouble trouble);

/* Sets the fault when the text is too long or no UTF-8. NULL is good. */
bool trk_job_check_text (TrkJob *job, const char *text, size_t max);

/* Writes to the audit log when somebody does it. */
bool trk_job_audit (TrkDb *db, TrkJob *job, const char *what, const char *subject);
bool trk_job_audit_hash (TrkDb *db, TrkJob *job, const char *what, const uint8_t *hash, size_t len);

/* Notes what the lists have to say of a hash, as the tables have it now. NULL is nothing. */
bool trk_job_list (TrkDb *db, TrkJob *job, const uint8_t *hash);

int64_t trk_now_s (void); /* seconds since 1970 */

/* --- what is counted: trk-store-counts.c --- */

typedef struct
{
  int64_t id;
  int64_t at;
} TrkTokenUse;

/* What is not committed yet. */
typedef struct
{
  GByteArray *completed; /* hashes */
  uint64_t reached;      /* with them */
  GArray *uses;          /* of TrkTokenUse */
  uint64_t n_rows;       /* of completions, about */
  uint64_t max_rows;
} TrkCounted;

void trk_counted_init (TrkCounted *self, uint64_t max_rows);
void trk_counted_clear (TrkCounted *self);

/* Brings them into the tables, within a transaction. */
bool trk_counted_write (TrkCounted *self, TrkDb *db);

/* They are committed. */
void trk_counted_drop (TrkCounted *self);

/* --- the thread that writes: trk-store-writer.c --- */

typedef struct
{
  TrkJob *first;
  TrkJob *last;
} TrkJobList;

void trk_jobs_append (TrkJobList *list, TrkJob *job);
TrkJob *trk_jobs_take (TrkJobList *list);

typedef struct
{
  TrkDb db;
  char *path;          /* owned */
  char *journal_path;  /* owned */
  int lock_fd;         /* -1: none */
  TrkLists *lists;     /* lent */
  TrkJournal *journal; /* owned */
  TrkCounted counted;
  bool is_open;        /* all of it */
  bool suspect;        /* the device has failed to keep something */
  atomic_bool unsound; /* something in the database is not as it should be; readers say so, too */
} TrkWriter;

/* Lock, database, journal; fills the lists and counts what the journal kept. */
bool trk_writer_open (TrkWriter *self, const TrkStoreConfig *config, TrkStoreFound *found,
                      TrkFault *fault);
void trk_writer_close (TrkWriter *self);

/* Runs jobs in one transaction; each has its fault after it, if any. Then the lists are true. False
 * when it was rolled back. */
bool trk_writer_run (TrkWriter *self, const TrkJobList *jobs);

/* Takes over what waits in the journal, and commits it with these uses. False with a fault; then it
 * is kept for the next time. */
bool trk_writer_count (TrkWriter *self, const TrkTokenUse *uses, size_t n_uses, TrkFault *fault);

/* --- the store --- */

struct TrkStore
{
  BtioWatch watch; /* first: ready() casts back */
  int event_fd;
  bool closing; /* the owner's */
  unsigned n_threads;
  pthread_t threads[3];
  void (*closed) (void *data);
  void *closed_data;

  /* Set before there are threads. */
  TrkStoreConfig config;
  char *path;

  TrkWriter writer;    /* the writer's */
  TrkStoreFound found; /* constant once is_open */

  _Atomic (TrkJournal *) journal; /* lent to appending threads, once it is open */
  atomic_bool counted;            /* something waits for the next commit */
  _Atomic uint64_t n_commits;
  _Atomic uint64_t n_failed;

  pthread_mutex_t lock;
  pthread_cond_t work;    /* for the writer */
  pthread_cond_t reading; /* for readers */
  /* Under the lock. */
  TrkJobList changes;
  TrkJobList questions;
  TrkJobList done;
  GArray *uses; /* of TrkTokenUse */
  bool is_open; /* or has failed to be */
  bool ending;
  bool has_ended; /* the writer, last of all */
  unsigned n_readers_left;
  TrkFault fault; /* why it is not open; constant once is_open */
};

/* What the threads run; @data is the store. */
void *trk_store_write (void *data);
void *trk_store_read (void *data);

/* Notes that a token was used. Any thread. */
void trk_store_note_use (TrkStore *store, int64_t id, int64_t at);
