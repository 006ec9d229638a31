/* eng-parts-private.h: the part file of a torrent: bytes of files that nobody wants.
 *
 * In v1 a wanted piece may reach into files that are not wanted. Their bytes are needed to verify
 * and to seed the piece, and would litter the folder with files of holes. They lie in one hidden
 * file beside the torrent's instead, the pieces that several files share one behind the other.
 *
 * Where a file lies is seen on the disk: where it exists, all of its bytes are in it; where it does
 * not, those of shared pieces are in the part file. Once it is wanted its bytes are copied into a
 * new file without a name, which is synced before it gets its own: a kill leaves one or the other.
 *
 * Any thread. */
#pragma once

#include "eng-disk-private.h"

void eng_parts_init (EngParts *parts, const EngStorage *storage);
void eng_parts_clear (EngParts *parts);

/* The number of the part file, behind those of the files. */
size_t eng_parts_file (const EngStorage *storage);

/* Where bytes of a file are. */
typedef struct
{
  size_t file; /* it, or the part file: then the lock is held until eng_parts_leave() */
  uint64_t offset;
} EngPartsHome;

/* Where a span of one piece is read from, or written to; written to, a file that is wanted takes
 * its bytes over first. False and errno. */
bool eng_parts_enter (EngStorage *storage, const BtSpan *span, bool writes, EngPartsHome *home);
void eng_parts_leave (EngStorage *storage, const EngPartsHome *home);

/* A verification has looked: whether the file is there. */
void eng_parts_note (EngStorage *storage, size_t file, bool is_there);

/* Whether bytes of the file lie in the part file, as far as that is known. */
bool eng_parts_has (const EngStorage *storage, size_t file);
/* Behind the last byte of the span in the part file; UINT64_MAX when it cannot be there. */
uint64_t eng_parts_end (const EngStorage *storage, const BtSpan *span);

/* The file is wanted: it takes over what of it lies in the part file. False and errno, after
 * eng_storage_note_fault(). */
bool eng_parts_adopt (EngStorage *storage, size_t file);

/* Removes the part file when it holds nothing of anybody. O(files). */
void eng_parts_trim (EngStorage *storage);

/* Hashes the pieces that lie partly in the part file; others are not looked at. */
typedef struct
{
  void *data;
  bool (*wants) (void *data, uint32_t piece);
  void (*piece) (void *data, uint32_t piece, const uint8_t *sha1);
} EngPartsVerifier;
void eng_parts_verify (EngStorage *storage, const EngPartsVerifier *verifier);
