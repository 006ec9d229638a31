/* btf-names.h: under which of its two names a file of a torrent lies on a disk.
 *
 * What we write has its cleaned name (bt-path.h). Who has the data from elsewhere has it as the
 * torrent spells it: under the raw one. The rule, for all that look for files: the cleaned name
 * where something has it; else the raw one, where a regular file has exactly that name, also in a
 * folder that is blind to letter case, and is no other file of the torrent. Where the cleaned name
 * of a file is how the torrent spells another one, its own raw name comes first. */
#pragma once

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "protocol/torrent/bt-metainfo.h"

/* The folder that holds the torrent's file or folder, and how it is looked into. */
typedef struct
{
  void *data;
  /* What is at a path below it; false: nothing, or nobody can tell. */
  bool (*look) (void *data, const char *path, struct stat *out);
  /* Opens a folder below it, or itself as "."; NULL: nobody can list it. */
  DIR *(*list) (void *data, const char *path);
  /* What a file is called for good, lent; NULL: it is to be found out. NULL for all of them. */
  const char *(*known) (void *data, size_t file);
} BtfPlace;

/* One whose links are followed; @folder is lent. */
void btf_place_init (BtfPlace *place, const char *folder);

/* What the torrent's file or folder is called there; lent by the torrent. */
const char *btf_names_top (const BtMetainfo *metainfo, const BtfPlace *place);

/* Which files lie there under their raw names: one byte a file, NULL when none does; (transfer
 * full). @top: what btf_names_top() says of a folder; "" where the files lie in the place itself,
 * as a single one does. Where no name was cleaned nothing is looked at; where nothing lies under a
 * raw name, two looks for each that was. */
uint8_t *btf_names_find (const BtMetainfo *metainfo, const BtfPlace *place, const char *top);
