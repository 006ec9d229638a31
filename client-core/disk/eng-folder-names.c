/* eng-folder-names.c: second names and other names for files below folders, and new files that get
 * their name when they are whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "eng-folder-private.h"

/* --- renaming --- */

/* Where a file system cannot keep from replacing, a link does. */
static bool
rename_at (int from_at, const char *from, int to_at, const char *to)
{
  if (renameat2 (from_at, from, to_at, to, RENAME_NOREPLACE) == 0)
    return true;
  if (errno != EINVAL && errno != ENOSYS)
    return false;
  return linkat (from_at, from, to_at, to, 0) == 0 && unlinkat (from_at, from, 0) == 0;
}

/* Whether there is a regular file; false and errno for anything else. */
static bool
is_regular_at (int at, const char *name)
{
  struct stat st;

  if (fstatat (at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return false;
  errno = S_ISDIR (st.st_mode) ? EISDIR : EINVAL;
  return S_ISREG (st.st_mode);
}

static bool
is_free (const char *folder, const char *path)
{
  const char *last;
  int parent = eng_folder_open_parent (folder, path, false, &last);
  struct stat st;
  bool is_there;

  if (parent < 0)
    return errno == ENOENT;
  is_there = fstatat (parent, last, &st, AT_SYMLINK_NOFOLLOW) == 0;
  eng_folder_close (parent);
  errno = is_there ? EEXIST : errno;
  return !is_there && errno == ENOENT;
}

/* What was made on the way is on the device before anything goes there: a file in a folder that is
 * not would have no name at all. */
static bool
sync_folders (const char *folder, const char *path)
{
  g_autoptr (GHashTable) synced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return eng_folder_sync (folder, path, synced);
}

bool
eng_folder_rename (const char *folder, const char *from, const char *to)
{
  const char *from_last;
  const char *to_last;
  int from_at = eng_folder_open_parent (folder, from, false, &from_last);
  int to_at = -1;
  bool ok;

  if (from_at < 0 && errno != ENOENT)
    return false;
  ok = from_at >= 0 && is_regular_at (from_at, from_last);
  if (ok)
    to_at = eng_folder_open_parent (folder, to, true, &to_last);
  else if (errno == ENOENT && is_free (folder, to))
    errno = ENOENT;
  ok = ok && to_at >= 0 && sync_folders (folder, to)
       && rename_at (from_at, from_last, to_at, to_last);
  eng_folder_close (from_at);
  eng_folder_close (to_at);
  return ok;
}

void
eng_folder_prune (const char *folder, const char *path)
{
  g_autofree char *at = g_strdup (path);
  char *slash;

  while ((slash = strrchr (at, '/')) != NULL)
    {
      *slash = '\0';
      (void) eng_folder_delete_empty (folder, at); /* what holds more stays */
    }
}

/* --- a second name --- */

static bool
is_same_folder (int a, int b)
{
  struct stat one;
  struct stat other;

  return fstat (a, &one) == 0 && fstat (b, &other) == 0 && one.st_dev == other.st_dev
         && one.st_ino == other.st_ino;
}

bool
eng_folder_link (const char *from, const char *to, const char *path, bool *is_one)
{
  const char *last;
  int from_at = eng_folder_open_parent (from, path, false, &last);
  int to_at = from_at >= 0 ? eng_folder_open_parent (to, path, true, &last) : -1;
  bool ok = to_at >= 0;

  *is_one = ok && is_same_folder (from_at, to_at);
  if (ok && !*is_one)
    ok = linkat (from_at, last, to_at, last, 0) == 0;
  eng_folder_close (from_at);
  eng_folder_close (to_at);
  return ok;
}

/* --- a file without a name --- */

/* Where nothing can be without one. */
static int
open_named (EngFolderNew *new, const char *fallback, mode_t mode)
{
  new->name = g_strdup (fallback);
  return openat (new->parent, fallback, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
}

bool
eng_folder_new_init (EngFolderNew *new, const char *folder, const char *path, const char *fallback,
                     mode_t mode)
{
  *new = (EngFolderNew){ .fd = -1 };
  new->parent = eng_folder_open_parent (folder, path, true, &new->last);
  if (new->parent < 0)
    return false;
  new->fd = openat (new->parent, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, mode);
  if (new->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL))
    new->fd = open_named (new, fallback, mode);
  if (new->fd >= 0)
    return true;
  eng_folder_new_clear (new);
  return false;
}

bool
eng_folder_new_keep (EngFolderNew *new)
{
  g_autofree char *link = NULL;

  if (new->name != NULL)
    {
      if (!rename_at (new->parent, new->name, new->parent, new->last))
        return false;
      g_clear_pointer (&new->name, g_free);
      return true;
    }
  link = g_strdup_printf ("/proc/self/fd/%d", new->fd);
  return linkat (AT_FDCWD, link, new->parent, new->last, AT_SYMLINK_FOLLOW) == 0;
}

void
eng_folder_new_clear (EngFolderNew *new)
{
  int saved = errno;

  if (new->name != NULL &&new->parent >= 0)
    (void) unlinkat (new->parent, new->name, 0); /* it was ours alone */
  eng_folder_close (new->fd);
  eng_folder_close (new->parent);
  g_free (new->name);
  *new = (EngFolderNew){ .fd = -1, .parent = -1 };
  errno = saved;
}
