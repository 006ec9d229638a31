/* btf-tree.h: the files that are to become a torrent, found on disk.
 *
 * One walk gives the list in the order of a v2 tree: folder by folder, names as raw bytes, the same
 * in every locale. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/files/btf-control.h"
#include "protocol/files/btf-error.h"

typedef enum
{
  BTF_SORT_PATH,
  BTF_SORT_SIZE /* largest first; equal ones by path */
} BtfSort;

/* A glob knows '*' (also across '/') and '?'. One without '/' speaks of a file's or folder's own
 * name, one with '/' of the path in the torrent. A folder that is excluded is not entered. */
typedef struct
{
  const char *const *include; /* NULL-terminated or NULL; when given, other files are left out */
  const char *const *exclude;
  bool hidden;          /* take names that start with '.', too */
  bool follow_symlinks; /* otherwise links are left out */
  BtfSort sort;
} BtfWalkOptions;

/* A file as the walk met it; what was read of it later must still be this. */
typedef struct
{
  const char *path; /* in the torrent's folder, '/' between components */
  uint64_t length;
  uint64_t inode;
  int64_t mtime_ns;
  uint32_t root; /* which of the roots it was found under */
} BtfEntry;

typedef struct
{
  char *disk;        /* as given */
  size_t prefix_len; /* how much of an entry's path is not below @disk: 0, or its name and '/' */
} BtfRoot;

typedef struct
{
  char *name;       /* the torrent's */
  bool single_file; /* one file, outside any folder; in v2 nothing tells that from a folder whose
                       one file has the torrent's name, so it is such a folder's file as well */
  BtfRoot *roots;
  size_t n_roots;
  GArray *entries; /* of BtfEntry */
  GStringChunk *paths;
  uint64_t total;   /* bytes */
  int64_t begun_ns; /* wall time when the walk began, since 1970 */
  unsigned skipped_hidden;
  unsigned skipped_links;
  unsigned skipped_special; /* sockets, devices, pipes */
  unsigned skipped_globs;
} BtfTree;

/* Walks @paths (NULL-terminated, at least one). A single folder's files stand in the torrent's
 * folder directly; several paths stand in it side by side, and then @name must be given. NULL and
 * @error when a path cannot be read, a name cannot stand in a torrent, or nothing is left. */
BtfTree *btf_tree_walk (const char *const *paths, const char *name, const BtfWalkOptions *options,
                        const BtfControl *control, BtfError *error);

void btf_tree_free (BtfTree *tree);

/* The folder that holds the torrent's file or folder; NULL: what is on disk has another name, or
 * lies in several places. (transfer full) */
char *btf_tree_folder (const BtfTree *tree);

/* The file's place on disk, as a person would type it. (transfer full) */
char *btf_tree_disk_path (const BtfTree *tree, size_t entry);

/* Opens an entry for reading; a descriptor, or -1 and errno. */
int btf_tree_open (const BtfTree *tree, size_t entry);

/* Whether the open file is still the one that the walk met: BT_OK or what is wrong, with
 * errno for BT_ERROR_READ. */
BtErrorCode btf_tree_check (const BtfTree *tree, size_t entry, int fd);

/* The path of an entry that differs from another's by letter case alone, so that not every disk can
 * have both; NULL when there is none. O(entries). */
const char *btf_tree_find_case_clash (const BtfTree *tree);

/* The next entry from *at on, which it moves behind it, whose file is given another time by
 * whatever is written to it after the walk began: it was not written to moments before, which file
 * systems may take for the same time. NULL: there is no other. */
const BtfEntry *btf_tree_next_settled (const BtfTree *tree, size_t *at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtfTree, btf_tree_free)
