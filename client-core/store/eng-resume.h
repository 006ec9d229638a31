/* eng-resume.h: what is kept of a torrent from one run to the next.
 *
 * A row is clean when nothing was written after its file states were taken; it is made dirty, and
 * that is committed, before the first write. A piece is in `have` of a kept row only after its data
 * was put on the device: the memory may be ahead of the row, never behind it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/store/eng-names.h"
#include "protocol/core/bt-bitfield.h"

/* A file as the file system had it; inode 0: it was not there. */
typedef struct
{
  uint64_t inode;
  uint64_t size; /* bytes */
  int64_t mtime_ns;
} EngFileState;

typedef struct
{
  BtBitfield have;     /* owned */
  EngFileState *files; /* owned; one for each file of the layout, and the part file */
  size_t n_files;
  EngNames names; /* owned; a keeper is told of them one by one */
  bool dirty;
  uint64_t downloaded; /* bytes of blocks in all runs */
  uint64_t uploaded;
  int64_t saved_at; /* seconds since 1970; the keeper fills it in */
} EngResume;

/* @have is copied, @files too; NULL makes files that are not there. */
void eng_resume_init (EngResume *self, const BtBitfield *have, const EngFileState *files,
                      size_t n_files);
void eng_resume_init_copy (EngResume *self, const EngResume *from);
void eng_resume_clear (EngResume *self); /* accepts a zeroed one */

bool eng_file_state_equal (const EngFileState *a, const EngFileState *b);

/* The process that has something, as far as it has said so. */
typedef struct
{
  int64_t pid; /* 0: not known */
  char program[32];
} EngHolder;

/* What a keeper found when it was asked. */
typedef enum
{
  ENG_KEPT_NOTHING,
  ENG_KEPT_ROW,
  ENG_KEPT_REFUSED /* the files are another process's: nothing may be touched */
} EngKept;

/* Whoever keeps the state of one torrent. Each call is answered once, on the engine's thread and
 * not before it returned, in the order of the calls. A keeper that fails tells the person itself.
 */
typedef struct
{
  /* @resume is lent and NULL without a row. */
  void (*load) (void *keeper, void (*loaded) (void *data, EngKept kept, const EngResume *resume),
                void *data);
  /* @resume is copied. */
  void (*save) (void *keeper, const EngResume *resume, void (*saved) (void *data, bool ok),
                void *data);
  /* Keeps what a file is called; @name is copied. NULL: nobody does. */
  void (*name) (void *keeper, const EngName *name, void (*named) (void *data, bool ok), void *data);
  /* Who has the files, after ENG_KEPT_REFUSED. NULL: nobody knows. */
  EngHolder (*holder) (void *keeper);
} EngKeeper;
