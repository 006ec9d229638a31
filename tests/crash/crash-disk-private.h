/* crash-disk-private.h: the calls as they are written down, and by whom. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "crash-disk.h"

typedef enum
{
  CRASH_WRITE, /* bytes at a place */
  CRASH_GROW,  /* to a size, at least */
  CRASH_SIZE,  /* to a size */
  CRASH_NAME   /* of a file, a folder or of nothing any more */
} CrashKind;

/* What a name may mean besides a file. */
#define CRASH_NOTHING (-1)
#define CRASH_FOLDER (-2)

#define CRASH_NEVER SIZE_MAX

typedef struct
{
  CrashKind kind;
  int file;        /* CrashDisk.files, or see above */
  uint64_t at;     /* where, or a size */
  size_t len;      /* WRITE */
  uint8_t *bytes;  /* owned; WRITE */
  char *path;      /* owned, below the root; NAME */
  char *from;      /* owned; NAME: the name that goes at the same moment, or NULL */
  size_t number;   /* from 1 on, with the calls that sync */
  int64_t time_ns; /* of the change */
  size_t certain;  /* after so many calls; CRASH_NEVER */
  size_t timed;    /* its time is, after so many */
} CrashCall;

typedef struct
{
  uint64_t inode; /* the model's */
  int64_t time_ns;
  GByteArray *base; /* what was there at the beginning */
  int64_t base_time_ns;
} CrashFile;

struct CrashDisk
{
  char *root;
  dev_t device;
  GArray *calls;     /* of CrashCall */
  size_t n_calls;    /* with those that sync, which are no entries */
  GPtrArray *files;  /* of CrashFile, owned */
  GHashTable *names; /* at the beginning: path below the root to file + 3 */
  GHashTable *live;  /* inode of the real file to file + 1 */
  int64_t time_ns;
  unsigned digest;
};

/* All of these: under the lock of crash-calls.c. @path is absolute and below the root. */
bool crash_disk_has_path (const CrashDisk *disk, const char *path);
/* A file of the disk; -1 for none. */
int crash_disk_find (const CrashDisk *disk, const struct stat *real);
void crash_disk_made (CrashDisk *disk, const char *path, const struct stat *real);
/* The real file has no name any more; another one may get its number. */
void crash_disk_gone (CrashDisk *disk, const struct stat *real);
void crash_disk_named (CrashDisk *disk, const char *from, const char *path, int file);
void crash_disk_wrote (CrashDisk *disk, int file, uint64_t at, const uint8_t *bytes, size_t len);
void crash_disk_sized (CrashDisk *disk, int file, uint64_t size, bool shrinks);
/* @times: with fsync(). */
void crash_disk_synced (CrashDisk *disk, int file, bool times);
void crash_disk_synced_folder (CrashDisk *disk, const char *path);
void crash_disk_synced_all (CrashDisk *disk);

/* crash-calls.c: the disk asks for the number of its calls under the lock. */
void crash_calls_lock (void);
void crash_calls_unlock (void);

/* A file below the root, made by the model itself: no call is written down. A descriptor. */
int crash_calls_make (const char *path);
void crash_calls_put (int fd, const void *bytes, size_t len, uint64_t at);
void crash_calls_resize (int fd, uint64_t size);
void crash_calls_finish (int fd, struct stat *real);
void crash_calls_clear (const char *folder);
