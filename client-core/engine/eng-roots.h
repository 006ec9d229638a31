/* eng-roots.h: which torrents of a session have a file of that content: its root says so, in v2,
 * whatever the torrents, their names and the lengths of their pieces are (BEP 52).
 *
 * Files that are short are left out: they are fetched sooner than looked for. One owner; no locks.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/torrent/bt-metainfo.h"

#define ENG_ROOTS_MIN (UINT64_C (128) * 1024) /* bytes */

typedef struct EngRoots EngRoots;

typedef struct
{
  void *owner;
  size_t file; /* of the layout */
} EngRootHolder;

EngRoots *eng_roots_new (void);
void eng_roots_free (EngRoots *self); /* accepts NULL */

/* The files of a torrent of @owner, which comes and goes whole. O(files * log files). */
void eng_roots_add (EngRoots *self, void *owner, const BtMetainfo *metainfo);
void eng_roots_remove (EngRoots *self, void *owner, const BtMetainfo *metainfo);

/* Of EngRootHolder: who has a file of that root and length; NULL for nobody. Lent. */
const GArray *eng_roots_find (const EngRoots *self, const BtFile *file);
