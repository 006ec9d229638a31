/* eng-disk.h: reading, writing and hashing for all torrents of an engine, on threads of its own.
 *
 *     engine thread: block -> eng_storage_write -> queue -> disk thread: running hash in order,
 *     pwritev of whole pieces -> compare -> completions -> one eventfd -> engine thread: events
 *
 * The engine's thread never waits for a disk. Everything here is called on that thread, and events
 * come on it, from the reactor's turn. Jobs of one storage that touch the same piece keep their
 * order. Blocks are counted against a budget; what they hold is the disk's until it is written. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "client-core/store/eng-resume.h"
#include "protocol/core/bt-bitfield.h"
#include "protocol/core/bt-digest.h"
#include "protocol/io/btio-reactor.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct EngDisk EngDisk;
typedef struct EngStorage EngStorage;

typedef struct
{
  unsigned n_threads; /* 0: what the devices like */
  uint64_t budget;    /* bytes of blocks in memory; 0: 64 MiB */
  const BtDigestOps *ops;
} EngDiskConfig;

typedef enum
{
  ENG_PREALLOCATE_SPARSE,
  ENG_PREALLOCATE_FULL
} EngPreallocate;

/* What was done to a file when it failed. */
typedef enum
{
  ENG_ACCESS_READ,
  ENG_ACCESS_WRITE
} EngAccess;

typedef enum
{
  ENG_CHECK_GOOD,  /* written, and the hash matches */
  ENG_CHECK_BAD,   /* the hash does not match; nothing of it counts as written */
  ENG_CHECK_FAILED /* the disk failed; fault() tells how */
} EngCheck;

/* What happens to a storage. No event comes after the closed() of eng_storage_close(). */
typedef struct
{
  /* All blocks of a piece had been handed in. */
  void (*checked) (void *owner, uint32_t piece, EngCheck check);
  /* In place of checked(), or once in a verification: one of a hybrid's two hashes matches what is
   * there and the other does not. The torrent contradicts itself. NULL for nobody who asks. */
  void (*differs) (void *owner, uint32_t piece);
  /* Leaves that were asked for, lent; NULL: reading failed. NULL for nobody who asks. */
  void (*leaves) (void *owner, uint64_t cookie, const uint8_t *leaves);
  /* A block that was asked for; give it back with eng_disk_give_block(). NULL: it failed. */
  void (*read) (void *owner, uint64_t cookie, uint8_t *block, uint32_t len);
  /* The disk refused something: errno and the file; ENODATA of one that has become shorter. The
   * storage takes no more writes; what was verified stays. */
  void (*fault) (void *owner, EngAccess access, int sys_errno, const char *path);
  /* How far a verification is, about four times a second, and at its end. @have is lent. */
  void (*verifying) (void *owner, uint64_t done, uint64_t total);
  void (*verified) (void *owner, const BtBitfield *have);
  /* The last event, in a close: nothing more will be written. @ok: what was written is on the
   * device. NULL for nobody who asks. */
  void (*settled) (void *owner, bool ok);
  /* Before checked() of a BAD piece: the SHA-1 of each block as it came, zeros where that is not
   * known any more. Lent. NULL for nobody who asks. */
  void (*spoilt) (void *owner, uint32_t piece, const uint8_t *digests);
  /* In place of checked() of a BAD piece of v2, of several blocks: its leaves as they came, and the
   * digests of spoilt(). Lent. What came of it is kept until eng_storage_mend() or
   * eng_storage_forget(). NULL for nobody who asks: it is BAD. */
  void (*doubted) (void *owner, uint32_t piece, const uint8_t *leaves, const uint8_t *digests);
  /* A look found a file that somebody else has written to, or put in the place of ours; lent. NULL
   * for nobody who looks. */
  void (*touched) (void *owner, const char *path);
  /* A survey found a file that is whole: its piece layer, and how the file was before it was read;
   * lent. Then that there are no more of them. NULL for nobody who surveys. */
  void (*layer) (void *owner, size_t file, const uint8_t *layer, const EngFileState *state);
  void (*surveyed) (void *owner);
  /* Before verified(): files that lie under their raw names, or do not any more, and how they are
   * called from now on; lent. NULL for nobody who keeps names. */
  void (*found) (void *owner, const EngNames *names);
} EngStorageEvents;

/* NULL and errno when threads or descriptors cannot be had. */
EngDisk *eng_disk_new (BtioReactor *reactor, const EngDiskConfig *config);

/* All storages must have been closed; not from an event. Accepts NULL. */
void eng_disk_free (EngDisk *disk);

/* A page-aligned buffer of one block (16 KiB), also beyond the budget: the caller looks at
 * eng_disk_is_full() before it reads more. */
uint8_t *eng_disk_take_block (EngDisk *disk);
void eng_disk_give_block (EngDisk *disk, uint8_t *block);

/* True from the budget's maximum until three quarters of it; @room is called when it ends. */
bool eng_disk_is_full (const EngDisk *disk);
void eng_disk_on_room (EngDisk *disk, void (*room) (void *data), void *data);
/* Bytes of blocks in memory. */
uint64_t eng_disk_used (const EngDisk *disk);

/* The files of @metainfo below @folder, which must exist. Nothing is touched before the first write
 * or read; every path is opened component by component without following links. Keeps references.
 */
EngStorage *eng_storage_new (EngDisk *disk, BtMetainfo *metainfo, const char *folder,
                             EngPreallocate preallocate, const EngStorageEvents *events,
                             void *owner);

/* Which files the person wants, one value a file, 0 for not. What a wanted piece has of the others
 * goes to a hidden part file beside the torrent's, unless they are there already. At any time;
 * eng_storage_prepare() again has those that are wanted now take their bytes over. */
void eng_storage_set_wanted (EngStorage *storage, const uint8_t *wanted);

/* What files are called, those of an earlier run; what was being renamed then is brought to its end
 * by the verification. Before anything is verified, read or written. */
void eng_storage_set_names (EngStorage *storage, const EngNames *names);

/* errno, or 0; EEXIST when the name is another's on the disk. */
typedef void (*EngRenamed) (void *data, int sys_errno);

/* Renames a file from name->was to name->path, at any time: those that read or write it go on. A
 * file that is not there yet is made under that name. */
void eng_storage_rename (EngStorage *storage, const EngName *name, EngRenamed renamed, void *data);

/* Forces out what is buffered, waits for the jobs, then frees the storage and calls @closed. */
void eng_storage_close (EngStorage *storage, void (*closed) (void *data), void *data);

/* How many bytes of a piece are to be handed in: up to the end of its last real file. What lies
 * behind is a pad, zeros that need not be fetched. */
uint32_t eng_storage_piece_len (const EngStorage *storage, uint32_t piece);

/* Hands a received block over. When all blocks of the piece are in, checked() follows; after a BAD
 * one the piece begins anew. @begin is a multiple of 16 KiB and the block reaches the next one, or
 * the piece's length. A block that is there already, or lies behind that length, is dropped. */
void eng_storage_write (EngStorage *storage, uint32_t piece, uint32_t begin, uint8_t *block,
                        uint32_t len);

/* After doubted(): the blocks that are not @good are to be handed in again, and the piece is
 * checked again then. */
void eng_storage_mend (EngStorage *storage, uint32_t piece, const BtBitfield *good);

/* Drops what is buffered of a piece. */
void eng_storage_forget (EngStorage *storage, uint32_t piece);

/* Asks for bytes of a piece that is good; read() follows with @cookie. @len up to one block. */
void eng_storage_read (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                       uint64_t cookie);

/* Asks for the hashes of blocks of pieces that are good (BEP 52), those of the @len bytes from
 * @begin of @piece on, up to BT_LIMIT_LEAVES blocks of one file; leaves() follows with @cookie. */
void eng_storage_leaves (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                         uint64_t cookie);

/* Reads bytes of a piece that is good into @block at once, when they lie in one file and in the
 * page cache; false when they do not or nobody knows: then eng_storage_read() is the way. */
bool eng_storage_read_warm (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                            uint8_t *block);

/* A file of another storage with the same content (BEP 52: the same root), which is complete. */
typedef struct
{
  size_t file; /* of the storage that borrows */
  EngStorage *from;
  size_t from_file;
} EngLoan;

/* Has the next verification copy these files first, where the storage has nothing of them: by the
 * file system where it can, without taking room. It hashes them like all others; what cannot be
 * copied is not had. The lenders are closed when that is over, or when they wish to be. Once before
 * each verification. */
void eng_storage_borrow (EngStorage *storage, const EngLoan *loans, size_t n);

/* Hashes what is on disk, off the thread; found(), verifying() and verified() follow. Files that
 * are not there are no error. */
void eng_storage_verify (EngStorage *storage);

/* The same, but passes over pieces that an earlier run knew and whose files are as it left them;
 * NULL for no such run. @resume is copied. */
void eng_storage_verify_trusting (EngStorage *storage, const EngResume *resume);

/* Hashes the files that lack a piece layer in the metainfo (BEP 52), where they have their length:
 * verifying(), layer() for each of those that are what their root says, and surveyed() follow.
 * Nothing else is asked of a storage that surveys. */
void eng_storage_survey (EngStorage *storage);

/* Looks whether files that were good are as eng_storage_files() has them: size, time of the last
 * change, and the file itself. touched() tells of the first that is not;
 * eng_storage_verify_trusting() then hashes what changed. A thousand files a call, the next ones
 * with the next; nothing while a look or a verification is under way. */
void eng_storage_look (EngStorage *storage);

/* How many bytes the verifications had to hash. */
uint64_t eng_storage_hashed (const EngStorage *storage);

/* How the files were when they were verified, or synced after a write: one for each of the
 * layout and, behind them, the part file; lent until the next event. */
const EngFileState *eng_storage_files (const EngStorage *storage);

/* Creates the files that have no bytes, and gives every file its full length where the
 * preallocation asks for it; fault() tells when that fails. */
void eng_storage_prepare (EngStorage *storage);

/* Whether wanted files are not there though nothing of them need come: they are empty, or their
 * bytes lie in the part file; eng_storage_prepare() makes them. After a verification. O(files). */
bool eng_storage_owes_files (const EngStorage *storage);

/* Puts on the device what was good before the call, then tells whether that worked: only then may
 * anything that outlives a crash say that it is had. One at a time. */
void eng_storage_sync (EngStorage *storage, void (*synced) (void *data, bool ok), void *data);

/* Deletes the files that @metainfo lists below @folder, under their @names, and the folders that
 * are empty then; the first failure is told: errno, or 0, and what it is about, lent. Files that
 * are not there are no failure, and what is no file of a torrent stays. The storage must have been
 * closed. */
void eng_disk_delete (EngDisk *disk, BtMetainfo *metainfo, const char *folder,
                      const EngNames *names,
                      void (*deleted) (void *data, int sys_errno, const char *path), void *data);
