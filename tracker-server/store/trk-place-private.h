/* trk-place-private.h: putting a file where it belongs, so that there is a whole one at any time:
 * written beside its place, on the device, renamed, and the folder on the device too. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The path of the file beside @path that is to replace it. (transfer full) */
char *trk_place_draft (const char *path);

/* An empty file for its owner alone, in place of a left-over one. -1 and errno. */
int trk_place_make (const char *draft);

/* Writes all of it, from @offset on. False and errno. */
bool trk_place_write (int fd, const void *bytes, size_t len, off_t offset);

/* Brings the draft to the device and renames it; that it has the name is certain when the folder
 * was synced. False and errno; then the draft is gone. */
bool trk_place_put (int fd, const char *draft, const char *path);

/* Brings the names in the folder that holds @path to the device. False and errno. */
bool trk_place_sync_folder (const char *path);
