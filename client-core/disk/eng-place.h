/* eng-place.h: where the files of a torrent lie: below the person's folder, as the torrent or the
 * person calls them. Pure. */
#pragma once

#include "client-core/store/eng-names.h"
#include "protocol/torrent/bt-metainfo.h"

/* Files and, behind them, the part file: all that a torrent has on a disk. */
static inline size_t
eng_place_count (const BtLayout *layout)
{
  return layout->n_files + 1;
}

/* Whether a file has a place on the disk of its own: no pad, no link. */
bool eng_place_is_file (const BtMetainfo *metainfo, size_t file);

/* What a file is called, as in EngName; lent. */
const char *eng_place_name (const BtMetainfo *metainfo, const EngNames *names, size_t file);

/* What the torrent calls a file, or its own folder, for the disk. */
const char *eng_place_given_name (const BtMetainfo *metainfo, size_t file);
/* ... and as it spells it, where that is another one; otherwise NULL. */
const char *eng_place_raw_name (const BtMetainfo *metainfo, size_t file);

/* Whether a name that was kept may stand for what it is said to: one that a disk may not have is
 * nobody's but the torrent's. */
bool eng_place_may_be (const BtMetainfo *metainfo, const EngName *name);

/* Below the folder that holds the torrent's file or folder; the part file lies beside that, hidden,
 * and is named after both the torrent and its hash. (transfer full) */
char *eng_place_path (const BtMetainfo *metainfo, const EngNames *names, size_t file);
char *eng_place_path_of_name (const BtMetainfo *metainfo, const EngNames *names, const char *name);

typedef enum
{
  ENG_PLACE_FREE,
  ENG_PLACE_UNFIT, /* nothing is left of the name, or it is nested too deeply */
  ENG_PLACE_TAKEN  /* another file of the torrent has it, or it would be a folder as well */
} EngPlaceVerdict;

/* Whether @file may be called @wish, letter case aside for the sake of disks that know none.
 * @out: the name as the disk can have it, (transfer full); only when it is FREE. O(files). */
EngPlaceVerdict eng_place_judge (const BtMetainfo *metainfo, const EngNames *names, size_t file,
                                 const char *wish, char **out);
