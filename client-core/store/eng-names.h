/* eng-names.h: what files are called on the disk that a torrent calls otherwise: by the person, or
 * because they were found under their raw names (btf-names.h).
 *
 * A path stands where that of the layout would: in the torrent's folder, '/' between components; of
 * a torrent that is one file, in the folder that holds it. A rename that is being carried out knows
 * both paths, so that it can be brought to its end after a kill. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  uint32_t file; /* of the layout; behind the last one: the torrent's own folder */
  char *path;    /* what it is called */
  char *was;     /* what it was called, while the file may still lie there; else NULL */
} EngName;

/* Owned; in the order of the files. A zeroed one is empty. */
typedef struct
{
  EngName *items;
  size_t n;
  size_t n_allocated;
} EngNames;

void eng_names_init_copy (EngNames *self, const EngNames *from);
void eng_names_clear (EngNames *self);

/* The name is copied. O(1) for files in their order. */
void eng_names_set (EngNames *self, const EngName *name);
/* NULL: it is called as the torrent has it. O(log n). */
const EngName *eng_names_find (const EngNames *self, uint32_t file);

/* Whether a path that was kept may be one of ours: no component leads out of its folder. */
bool eng_names_is_fit (const char *path);

/* A single one, owned. */
void eng_name_init_copy (EngName *self, const EngName *from);
void eng_name_clear (EngName *self);
