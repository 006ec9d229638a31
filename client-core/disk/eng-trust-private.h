/* eng-trust-private.h: which pieces need not be hashed, because an earlier run knew them and their
 * files are as it left them.
 *
 * In a clean row every piece of a file with the same inode, size and mtime is what the row says. In
 * a dirty row nobody knows when the file was written last, but what it says is had was on the
 * device: it is believed while the inode is the same, the file is no shorter and nobody wrote to it
 * long after the row. What such a file has not got shows as a hole and is not read. */
#pragma once

#include "eng-disk-private.h"

typedef enum
{
  ENG_TRUST_HASH, /* nobody knows */
  ENG_TRUST_HAVE,
  ENG_TRUST_ABSENT
} EngTrust;

/* How a file is that is open. */
bool eng_file_state_read (int fd, EngFileState *out);

/* Decides for each piece of the storage; @files is how its files are now. On a thread that may wait
 * for the disk; ends early when the storage is closed. (transfer full) */
uint8_t *eng_trust_decide (const EngStorage *storage, const EngResume *resume,
                           const EngFileState *files);
