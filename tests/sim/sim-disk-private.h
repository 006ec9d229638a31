/* sim-disk-private.h: what a drive is to the disk over it. */
#pragma once

#include "tests/sim/sim-disk.h"

struct SimDrive
{
  SimHost *host;
  SimDriveSpeed speed;
  const BtLayout *layout;
  uint64_t key;
  bool used; /* by an EngDisk */
  BtBitfield has;
  BtBitfield rotten;
  int write_errno;
  uint64_t write_left;
  int read_errno;
  uint64_t peak;
  uint32_t n_bad;
};

/* The bytes as they would be read. */
void sim_drive_read (SimDrive *drive, uint32_t piece, uint32_t begin, uint8_t *out, size_t len);
/* The hashes of its blocks. (transfer full) */
uint8_t *sim_drive_leaves (SimDrive *drive, uint32_t piece, uint32_t begin, uint64_t len);
/* The errno of writing so many bytes, or 0. */
int sim_drive_write (SimDrive *drive, uint64_t bytes);
