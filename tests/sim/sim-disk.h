/* sim-disk.h: the drive of a host: what lies under eng-disk.h here.
 *
 * A drive holds one torrent and outlives the engine's disk, so that a client that comes again finds
 * what it had. It keeps which pieces are true (sim-content.h), does one thing after the other, each
 * in a time of its own, and fails when it is told to. */
#pragma once

#include "client-core/disk/eng-disk.h"
#include "tests/sim/sim-net.h"

typedef struct SimDrive SimDrive;

typedef struct
{
  uint64_t latency_us; /* of each operation */
  uint64_t rate_Bps;   /* of reading, writing and verifying; 0: no time */
  bool cold;           /* nothing is in the page cache */
} SimDriveSpeed;

/* Of @host, which has one at most. @metainfo is lent. */
SimDrive *sim_drive_new (SimHost *host, BtMetainfo *metainfo, const SimDriveSpeed *speed);
void sim_drive_free (SimDrive *drive);

void sim_drive_put (SimDrive *drive, uint32_t piece);
void sim_drive_put_all (SimDrive *drive);
/* The pieces that are truly there. Lent. */
const BtBitfield *sim_drive_has (const SimDrive *drive);

/* Writes fail with @sys_errno once @after more bytes were written; 0 mends it. */
void sim_drive_fail_writes (SimDrive *drive, int sys_errno, uint64_t after);
void sim_drive_fail_reads (SimDrive *drive, int sys_errno);
/* A piece that was good reads as something else from now on. */
void sim_drive_rot (SimDrive *drive, uint32_t piece);
void sim_drive_set_speed (SimDrive *drive, const SimDriveSpeed *speed);

/* The most bytes of blocks that were in memory at a time, and how often a piece was found bad. */
uint64_t sim_drive_peak (const SimDrive *drive);
uint32_t sim_drive_n_bad (const SimDrive *drive);
