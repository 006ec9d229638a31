/* trk-rotate.h: the folder of backups: their names, which is the newest, which may go. Waits for
 * the disk. */
#pragma once

#include <stdint.h>

/* "FOLDER/tracker-20260102-030405.db"; the folder is made. NULL and errno. (transfer full) */
char *trk_rotate_name (const char *folder, int64_t now_s);

/* When the newest was written, seconds since 1970; 0: there is none. */
int64_t trk_rotate_newest (const char *folder);

/* Deletes the oldest ones but @keep, and what an interrupted backup has left. */
void trk_rotate_clean (const char *folder, uint32_t keep);
