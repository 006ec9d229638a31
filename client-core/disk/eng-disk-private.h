/* eng-disk-private.h: what the files of this folder share of a disk and of a storage. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "client-core/disk/eng-disk.h"
#include "client-core/disk/eng-place.h"
#include "eng-crew-private.h"
#include "eng-files-private.h"
#include "eng-gather-private.h"
#include "protocol/io/btio-blocks.h"

typedef struct EngLoans EngLoans;
typedef struct EngVerify EngVerify;

struct EngDisk
{
  BtioReactor *reactor;
  const BtDigestOps *ops;
  EngCrew *crew;
  BtioBlocks *blocks;
  EngFiles *files;
  EngGather gather;    /* of EngPiece */
  GPtrArray *storages; /* those that are open */
  BtioTimer trim;      /* hands memory back that is not needed any more */
  bool trims;          /* it is set */
  bool pressed;        /* the pieces know that the budget is reached */
  void (*room) (void *data);
  void *room_data;
};

/* Why a file is to be synced. */
typedef enum
{
  ENG_WRITTEN_NOT,
  ENG_WRITTEN_FOUND, /* by a verification, which took its state before it read */
  ENG_WRITTEN_HERE
} EngWritten;

/* Where files lie that have no bytes of their own: see eng-parts-private.h. */
typedef struct
{
  uint32_t *shared; /* pieces of several files, in their order */
  size_t n_shared;
  atomic_uchar *homes; /* one a file */
} EngParts;

struct EngStorage
{
  EngDisk *disk;
  BtMetainfo *metainfo;
  const BtLayout *layout;
  char *folder;
  EngPreallocate preallocate;
  EngStorageEvents events;
  void *owner;

  pthread_rwlock_t places;
  EngNames names; /* under the lock */

  /* Any thread. */
  atomic_bool closing;
  atomic_bool faulted;
  atomic_uchar *wanted;  /* one a file: 1 for those that the person wants */
  atomic_uchar *written; /* one a file and the part file: EngWritten, bytes that may not be on the
                            device yet */
  EngParts parts;

  uint8_t *named; /* likewise: its names are on the device; the sync's, one at a time */

  /* Of the first fault; written by whoever raised @faulted, read in its done(). */
  EngTask fault;
  EngAccess fault_access;
  int fault_errno;
  char *fault_path;

  /* The engine's thread. */
  GHashTable *pieces; /* EngPiece under way, by index */
  EngLoans *loans;    /* for the next verification, or NULL */
  EngVerify *verify;  /* NULL while there is none */
  size_t n_jobs;      /* whose done() is to come */
  size_t n_prepares;  /* of them */
  size_t n_syncs;     /* likewise */
  bool looks;         /* whether files are as they were left */
  size_t next_look;   /* the file that the next look begins with */
  GPtrArray *syncs;   /* of EngTask: that wait for the end of the prepares */
  EngFileState *files;
  uint64_t hashed; /* bytes, by verifications */
  bool settled_ok;
  void (*closed) (void *data);
  void *closed_data;
};

/* So little of the budget is left, an eighth, that blocks should not wait for others. */
bool eng_disk_is_tight (const EngDisk *disk);

/* A job ended: the last one of a storage that is being closed lets the close go on. The engine's
 * thread; the storage may be gone afterwards. */
void eng_storage_job_ended (EngStorage *storage);

/* Where a file lies, under the name that it has now. Any thread. (transfer full) */
char *eng_storage_take_path (EngStorage *storage, size_t file);

/* Takes down the first thing that the disk refused. Any thread. */
void eng_storage_note_fault (EngStorage *storage, EngAccess access, int sys_errno, size_t file);

/* Whether a file, or the part file, has a place on the disk: no pad, no link. */
bool eng_storage_is_on_disk (const EngStorage *storage, size_t file);

/* Brings renames to their end that an earlier run had begun. Any thread, before files are opened.
 */
void eng_storage_settle_names (EngStorage *storage);

/* Looks which files lie under their raw names, and has them called so; which names have changed:
 * of uint32_t, (transfer full). On a thread that may wait for the disk. */
GArray *eng_storage_find_names (EngStorage *storage);
/* Tells the owner what these files are called. The engine's thread. */
void eng_storage_tell_names (EngStorage *storage, const GArray *files);

/* What a file of the torrent is made with: programs are programs (BEP 47). */
mode_t eng_storage_mode (const EngStorage *storage, size_t file);

/* Whether a file is there, or could be made. False and errno. */
bool eng_storage_may_make (const EngStorage *storage, size_t file);

/* Opens a file of the storage, see eng_folder_open(). */
int eng_storage_open_file (const EngStorage *storage, size_t file, int flags);

/* Puts the names of a file on the device, see eng_folder_sync(). */
bool eng_storage_sync_names (const EngStorage *storage, size_t file, GHashTable *synced);

/* Reads bytes of the torrent's space; pads and gaps are zeros. False after
 * eng_storage_note_fault(). On a thread of the crew. */
bool eng_storage_read_span (EngStorage *storage, uint64_t offset, uint8_t *out, size_t len);

/* The same in one piece and without a fault: false, errno and the file that is to blame. */
bool eng_storage_try_span (EngStorage *storage, uint64_t offset, uint8_t *out, size_t len,
                           size_t *file);

/* Writes @len bytes of the torrent's space from @offset on; @blocks holds them, 16 KiB each. */
bool eng_storage_write_span (EngStorage *storage, uint64_t offset, uint8_t *const *blocks,
                             size_t len);
