/* btf-reuse-private.h: the torrents that were collected, and what both halves ask of them.
 *
 * btf-reuse.c collects torrents, btf-reuse-take.c tries them and takes their hashes. */
#pragma once

#include "protocol/files/btf-reuse.h"

/* A file of another torrent that may be the same. */
typedef struct
{
  const BtMetainfo *metainfo;
  size_t file;
} BtfReuseMatch;

struct BtfReuse
{
  const BtfTree *tree;
  BtFormat format;
  const BtDigestOps *ops;
  GHashTable *wanted;   /* "length/name" of the tree's files -> GArray of BtfReuseMatch */
  GPtrArray *metainfos; /* owned */
  BtfReuseSum sum;
};

static inline const BtfEntry *
btf_reuse_entry (const BtfReuse *reuse, size_t i)
{
  return &g_array_index (reuse->tree->entries, BtfEntry, i);
}

/* The key of a file in BtfReuse.wanted. (transfer full) */
char *btf_reuse_key (const char *path, uint64_t length);

/* The next file with content, from *@at on; NULL behind the last. */
const BtFile *btf_reuse_next (const BtLayout *layout, size_t *at);

/* Whether the torrent holds our files, these alone and in our order. */
bool btf_reuse_holds_all (const BtfReuse *reuse, const BtMetainfo *metainfo);
