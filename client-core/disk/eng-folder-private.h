/* eng-folder-private.h: opening files below a folder that what a torrent names cannot leave.
 *
 * The folder itself is the person's choice and may lie behind links. Below it no link is followed.
 * Any thread. */
#pragma once

#include <stdbool.h>

#include <glib.h>

/* Opens the regular file @path below @folder with @flags of open(); O_CREAT makes the folders on
 * the way, too. A descriptor, or -1 and errno. */
int eng_folder_open (const char *folder, const char *path, int flags);

/* The same, component by component, as on kernels without openat2(). */
int eng_folder_open_walking (const char *folder, const char *path, int flags);

/* Puts the names of the file @path on the device: syncs the folders on the way to it, from @folder
 * on, but for those that are in @synced, to which it adds them. What may not be read and what is
 * not there any more is passed over. False and errno. */
bool eng_folder_sync (const char *folder, const char *path, GHashTable *synced);

/* Gives the regular file @from another path, making the folders on the way; never in place of
 * something else, EEXIST. Without a file at @from only that is asked, ENOENT when nothing is at
 * @to. False and errno. */
bool eng_folder_rename (const char *folder, const char *from, const char *to);

/* Deletes the folders on the way to @path that are empty, the deepest first. What stands in the way
 * stays. */
void eng_folder_prune (const char *folder, const char *path);

/* Deletes the regular file @path below @folder, or the folder @path when it is empty. What is not
 * there, is something else or is not empty stays: true. False and errno. */
bool eng_folder_delete_file (const char *folder, const char *path);
bool eng_folder_delete_empty (const char *folder, const char *path);
