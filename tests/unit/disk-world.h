/* disk-world.h: a disk under a reactor of its own, a torrent to write to it, and what it answers.
 */
#pragma once

#include <glib.h>

#include "client-core/disk/eng-disk.h"
#include "protocol/core/bt-bitfield.h"

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  EngDisk *disk;
  bool doubts; /* bad pieces of v2 are kept for their owner's verdict */
} DiskWorld;

/* A torrent of the files below a source folder, and a storage that it is written to. */
typedef struct
{
  DiskWorld *world;
  BtMetainfo *metainfo;
  const BtLayout *layout;
  char *source;   /* what the torrent was made of */
  char *target;   /* the storage's folder */
  uint8_t *space; /* the torrent's bytes, pads included */
  EngStorage *storage;

  BtBitfield good;
  BtBitfield bad;
  unsigned n_checked;
  unsigned n_spoilt;
  uint8_t *digests; /* of the last one: SHA-1 of its blocks */
  unsigned n_doubted;
  uint8_t *leaves; /* of the last one */
  unsigned n_failed;
  unsigned n_read;
  unsigned n_unread;
  unsigned n_faults;
  EngAccess fault_access;
  int fault_errno;
  char *fault_path;
  unsigned n_verifying;
  unsigned n_verified;
  BtBitfield verified;
  EngNames found; /* what files were found to be called */
  bool closed;
} DiskTorrent;

void disk_world_init (DiskWorld *world, unsigned n_threads, uint64_t budget);
void disk_world_clear (DiskWorld *world);
void disk_world_turn (DiskWorld *world);

/* Of everything at @source, which stays the caller's; the target is a new folder. */
DiskTorrent *disk_torrent_new (DiskWorld *world, const char *source, BtFormat format,
                               uint64_t piece_length, EngPreallocate preallocate);
/* Begins anew in a folder of the caller's. */
void disk_torrent_move (DiskTorrent *torrent, const char *folder);
void disk_torrent_close (DiskTorrent *torrent);
/* Closes it where it is open, and removes the target. */
void disk_torrent_free (DiskTorrent *torrent);

/* Where a file of the torrent lies below @folder. (transfer full) */
char *disk_torrent_path (const DiskTorrent *torrent, const char *folder, size_t file);

/* Hands in one block, or all of a piece in an order of its own; @spoil changes a byte. */
void disk_torrent_put (DiskTorrent *torrent, uint32_t piece, uint32_t begin, bool spoil);
void disk_torrent_put_piece (DiskTorrent *torrent, uint32_t piece, bool spoil);
/* All blocks of all pieces in random order. */
void disk_torrent_put_all (DiskTorrent *torrent);

void disk_torrent_wait_checked (DiskTorrent *torrent, unsigned n);
void disk_torrent_wait_doubted (DiskTorrent *torrent, unsigned n);
void disk_torrent_wait_faults (DiskTorrent *torrent, unsigned n);

/* The files on disk are those of the source. */
void disk_torrent_compare (const DiskTorrent *torrent);
