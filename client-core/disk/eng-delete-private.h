/* eng-delete-private.h: deleting files by their paths, on a thread of the crew. */
#pragma once

#include "client-core/disk/eng-disk.h"

/* Deletes @paths, which are taken over, below @folder, and the folders that are empty then; see
 * eng_disk_delete(). */
void eng_delete_paths (EngDisk *disk, const char *folder, GPtrArray *paths,
                       void (*deleted) (void *data, int sys_errno, const char *path), void *data);
