/* sim-drive.c: what a drive holds, and how it fails. */
#include <errno.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "tests/sim/sim-content.h"
#include "tests/sim/sim-disk-private.h"

SimDrive *
sim_drive_new (SimHost *host, BtMetainfo *metainfo, const SimDriveSpeed *speed)
{
  SimDrive *drive = g_new0 (SimDrive, 1);

  drive->host = host;
  drive->speed = *speed;
  drive->layout = bt_metainfo_layout (metainfo);
  drive->key = sim_content_key (metainfo);
  bt_bitfield_init (&drive->has, drive->layout->n_pieces);
  bt_bitfield_init (&drive->rotten, drive->layout->n_pieces);
  sim_host_set_drive (host, drive);
  return drive;
}

void
sim_drive_free (SimDrive *drive)
{
  bt_assert (!drive->used);
  sim_host_set_drive (drive->host, NULL);
  bt_bitfield_clear (&drive->has);
  bt_bitfield_clear (&drive->rotten);
  g_free (drive);
}

void
sim_drive_put (SimDrive *drive, uint32_t piece)
{
  (void) bt_bitfield_set (&drive->has, piece); /* or it was there */
}

void
sim_drive_put_all (SimDrive *drive)
{
  bt_bitfield_set_range (&drive->has, 0, drive->layout->n_pieces);
}

const BtBitfield *
sim_drive_has (const SimDrive *drive)
{
  return &drive->has;
}

void
sim_drive_read (SimDrive *drive, uint32_t piece, uint32_t begin, uint8_t *out, size_t len)
{
  bool bad = bt_bitfield_test (&drive->rotten, piece) || !bt_bitfield_test (&drive->has, piece);

  sim_content_fill (bad ? ~drive->key : drive->key,
                    bt_layout_piece_start (drive->layout, piece) + begin, out, len);
}

uint8_t *
sim_drive_leaves (SimDrive *drive, uint32_t piece, uint32_t begin, uint64_t len)
{
  bool bad = bt_bitfield_test (&drive->rotten, piece);
  uint8_t *leaves = g_malloc ((len / BT_BLOCK_LEN + 1) * BT_SHA256_LEN);

  sim_content_leaves (bad ? ~drive->key : drive->key,
                      bt_layout_piece_start (drive->layout, piece) + begin, len, leaves);
  return leaves;
}

int
sim_drive_write (SimDrive *drive, uint64_t bytes)
{
  if (drive->write_errno == 0)
    return 0;
  if (bytes > drive->write_left)
    return drive->write_errno;
  drive->write_left -= bytes;
  return 0;
}

/* --- faults --- */

void
sim_drive_fail_writes (SimDrive *drive, int sys_errno, uint64_t after)
{
  drive->write_errno = sys_errno;
  drive->write_left = after;
}

void
sim_drive_fail_reads (SimDrive *drive, int sys_errno)
{
  drive->read_errno = sys_errno;
}

void
sim_drive_rot (SimDrive *drive, uint32_t piece)
{
  (void) bt_bitfield_set (&drive->rotten, piece); /* or it was so already */
}

void
sim_drive_set_speed (SimDrive *drive, const SimDriveSpeed *speed)
{
  drive->speed = *speed;
}

uint64_t
sim_drive_peak (const SimDrive *drive)
{
  return drive->peak;
}

uint32_t
sim_drive_n_bad (const SimDrive *drive)
{
  return drive->n_bad;
}

/* --- what has no meaning here --- */

void
eng_storage_borrow (EngStorage *storage, const EngLoan *loans, size_t n)
{
}

/* A drive has no names. */
void
eng_storage_set_names (EngStorage *storage, const EngNames *names)
{
}

void
eng_storage_rename (EngStorage *storage, const EngName *name, EngRenamed renamed, void *data)
{
  renamed (data, ENOTSUP);
}

void
eng_storage_set_wanted (EngStorage *storage, const uint8_t *wanted)
{
}

void
eng_storage_prepare (EngStorage *storage)
{
}

/* All files of a swarm are wanted. */
bool
eng_storage_owes_files (const EngStorage *storage)
{
  return false;
}
