/* eng-move.h: the files of a torrent go to another folder, on this device or another one.
 *
 *     start -> each file gets a second name there, or is copied and synced -> copied()
 *     the caller commits that the files are there -> end (keep) -> the old ones go -> ended()
 *     or it has to let be                        -> end (undo) -> the new ones go -> ended()
 *
 * At every moment one of both folders has every byte. Nothing that lies there already is replaced,
 * but a file with the very same bytes counts as copied. The torrent's storage must be closed. The
 * engine's thread; the work is done on one of its own. */
#pragma once

#include "client-core/disk/eng-disk.h"

typedef struct EngMove EngMove;

typedef struct
{
  BtMetainfo *metainfo;
  const EngNames
      *names; /* of its files; copied, like the folders. What was being renamed is first */
  const char *from;
  const char *to;
} EngMovePlan;

typedef struct
{
  /* About four times a second: bytes of all files. */
  void (*progress) (void *owner, uint64_t done, uint64_t total);
  /* Once: errno and what it is about, lent; or 0. ECANCELED after eng_move_cancel(). */
  void (*copied) (void *owner, int sys_errno, const char *path);
} EngMoveEvents;

EngMove *eng_move_start (EngDisk *disk, const EngMovePlan *plan, const EngMoveEvents *events,
                         void *owner);
void eng_move_cancel (EngMove *move);

/* After copied(): the states of the files as they are at the new place, in place of those of the
 * old one. What was another file than the one that was moved is left alone. */
void eng_move_translate (const EngMove *move, EngFileState *files);

/* After copied(), always: @keep says which of the two go. Tells the first failure and frees. */
void eng_move_end (EngMove *move, bool keep,
                   void (*ended) (void *data, int sys_errno, const char *path), void *data);
