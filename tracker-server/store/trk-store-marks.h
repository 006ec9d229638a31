/* trk-store-marks.h: what the operator says of single info-hashes.
 *
 * A mark is of 20 bytes, whether there is a torrent with this hash or not, and outranks the
 * torrent's state. See trk-store.h for threads. */
#pragma once

#include "tracker-server/store/trk-store.h"

typedef struct
{
  uint8_t hash[BT_INFO_HASH_LEN];
  TrkMark mark;
  const char *note; /* "" for none */
  int64_t added_at; /* seconds since 1970 */
} TrkMarkRow;

typedef struct
{
  const TrkMarkRow *rows; /* in the order of their hashes */
  size_t n;
  uint64_t total;
} TrkMarkPage;

/* Sets, changes, or with TRK_MARK_NONE takes off, which may be none. @note is (nullable), at most
 * TRK_NOTE_MAX bytes. */
void trk_store_mark_set (TrkStore *store, const uint8_t hash[BT_INFO_HASH_LEN], TrkMark mark,
                         const char *note, const TrkActor *actor, TrkDone done, void *data);

typedef void (*TrkMarksListed) (void *data, const TrkProblem *problem, const TrkMarkPage *page);

/* @mark TRK_MARK_NONE: any. @limit is at most TRK_PAGE_MAX. */
void trk_store_mark_list (TrkStore *store, TrkMark mark, uint64_t offset, uint32_t limit,
                          TrkMarksListed listed, void *data);

typedef void (*TrkMarksImported) (void *data, const TrkProblem *problem, uint64_t n_new,
                                  uint64_t n_changed);

/* Marks @n hashes, 20 bytes each, in one transaction: all or none. TRK_MARK_NONE takes them off. */
void trk_store_mark_import (TrkStore *store, const uint8_t *hashes, size_t n, TrkMark mark,
                            const char *note, const TrkActor *actor, TrkMarksImported imported,
                            void *data);
