/* eng-folder-private.h: opening files below a folder that what a torrent names cannot leave.
 *
 * The folder itself is the person's choice and may lie behind links. Below it no link is followed.
 * Any thread. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include <glib.h>

/* What a file may be used for once it is made, the person's umask aside. */
#define ENG_FOLDER_DATA 0666
#define ENG_FOLDER_PROGRAM 0777

/* Opens the regular file @path below @folder with @flags of open(); O_CREAT makes it with @mode,
 * and the folders on the way, too. A descriptor, or -1 and errno. */
int eng_folder_open (const char *folder, const char *path, int flags, mode_t mode);

/* The same, component by component, as on kernels without openat2(). */
int eng_folder_open_walking (const char *folder, const char *path, int flags, mode_t mode);

/* Whether the file @path could be made below @folder, or is there. False and errno. */
bool eng_folder_may_make (const char *folder, const char *path);

/* The folder that holds @path, and its name there, lent by @path; no link below @folder is
 * followed. -1 and errno. */
int eng_folder_open_parent (const char *folder, const char *path, bool make, const char **last);

/* Leaves errno as it is; accepts -1. */
void eng_folder_close (int fd);

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

/* Gives the file @path below @from the same path below @to as a second name, making the folders on
 * the way. @is_one: both lie in one folder, and there is nothing to be done. False and errno. */
bool eng_folder_link (const char *from, const char *to, const char *path, bool *is_one);

/* A file that nobody sees before it is whole. */
typedef struct
{
  int fd;
  int parent;
  const char *last; /* lent by the path */
  char *name;       /* where a file cannot be without one */
} EngFolderNew;

/* For @path below @folder, making the folders on the way; @fallback is a name beside it. False and
 * errno. */
bool eng_folder_new_init (EngFolderNew *new, const char *folder, const char *path,
                          const char *fallback, mode_t mode);
/* Gives it its name, never in place of something else. False and errno. */
bool eng_folder_new_keep (EngFolderNew *new);
/* Without a name it is gone. */
void eng_folder_new_clear (EngFolderNew *new);
