/* eng-folder-private.h: opening files below a folder that what a torrent names cannot leave.
 *
 * The folder itself is the person's choice and may lie behind links. Below it no link is followed.
 * Any thread. */
#pragma once

#include <stdbool.h>

/* Opens the regular file @path below @folder with @flags of open(); O_CREAT makes the folders on
 * the way, too. A descriptor, or -1 and errno. */
int eng_folder_open (const char *folder, const char *path, int flags);

/* The same, component by component, as on kernels without openat2(). */
int eng_folder_open_walking (const char *folder, const char *path, int flags);
