/* crash-disk.h: what a disk may have when its power goes away.
 *
 * While a disk is watched, crash-calls.c writes down every call that changes what lies below its
 * root, whichever library makes it, with its bytes and in its order. crash_disk_cut() then builds
 * what may be left after so many of those calls. The model is harsher than ext4 with data=ordered:
 *
 *     data      what fdatasync() or fsync() was called for is there. Of any other write each sector
 *               of 512 bytes is there or is not, whatever came before or after it; where the file
 *               grew there may be zeros, a hole or garbage instead.
 *     sizes     a file may have grown without its data, or not have grown in spite of it.
 *     names     a file or folder that was made, renamed or removed is so for certain once the
 *               folder that holds the name was synced: syncing the file does not do it, and no name
 *               waits for another.
 *     times     the time of the last change is certain after fsync(), not after fdatasync().
 *
 * syncfs() makes certain all that came before. What is told of inodes and times is the model's own,
 * so that a file is the same one afterwards. Syncs cost nothing: no device is asked.
 *
 * Maps of files in memory are not seen: of SQLite's index (-shm) nothing is known after a cut, and
 * there may be garbage in it. */
#pragma once

#include <stddef.h>

#include <glib.h>

typedef struct CrashDisk CrashDisk;

/* What lies below the folder @root is certain. */
CrashDisk *crash_disk_new (const char *root);
void crash_disk_free (CrashDisk *disk);

/* From now on calls below its root are written down; NULL: nobody's. One at a time. */
void crash_disk_watch (CrashDisk *disk);

/* How many calls have been written down. Any thread. */
size_t crash_disk_n_calls (CrashDisk *disk);
/* A number that is the same for the same calls, whatever their bytes. */
unsigned crash_disk_digest (CrashDisk *disk);

/* Replaces what lies below the root by what may be there when the power goes away after the first
 * @n_calls, as @rand decides. The root is @from's; a disk that continues from there. */
CrashDisk *crash_disk_cut (const CrashDisk *from, size_t n_calls, GRand *rand);
