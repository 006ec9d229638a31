/* eng-files-private.h: the descriptors of the files that are in use, a bounded number of them.
 *
 * Any thread. The system is asked outside of the lock, so that nobody waits for a disk but who
 * wants the file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct EngFiles EngFiles;

/* One that is open; whoever holds it may use @fd. */
typedef struct
{
  const void *owner;
  size_t file;
  int fd;
  bool writable;

  /* Under the cache's lock. */
  unsigned n_holders;
  bool kept; /* in the cache */
} EngOpenFile;

/* How to open file number @file of @owner: a descriptor, or -1 and errno. */
typedef int (*EngFilesOpen) (const void *owner, size_t file, bool writable);

EngFiles *eng_files_new (size_t max, EngFilesOpen open);
void eng_files_free (EngFiles *files); /* accepts NULL */

/* Holds a file, opening it where it is not; NULL and errno. */
EngOpenFile *eng_files_hold (EngFiles *files, const void *owner, size_t file, bool writable);
/* Holds a file that is open already; NULL when it is not. Asks the system for nothing. */
EngOpenFile *eng_files_hold_open (EngFiles *files, const void *owner, size_t file);
void eng_files_release (EngFiles *files, EngOpenFile *open);

/* The file is to be opened anew. */
void eng_files_drop_file (EngFiles *files, const void *owner, size_t file);

/* Closes what is open of @owner. */
void eng_files_drop (EngFiles *files, const void *owner);
