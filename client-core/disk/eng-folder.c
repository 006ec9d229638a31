/* eng-folder.c: openat2() where the kernel has it, one openat() for each component elsewhere. */
#include "eng-folder-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib.h>

#define ALWAYS (O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW)
#define FOLDER_FLAGS (O_PATH | O_DIRECTORY | O_CLOEXEC)
#define SYNC_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define FOLDER_MODE 0777
#define TRIES 16 /* openat2() asks for another one when a rename happens beside it */

void
eng_folder_close (int fd)
{
  int saved = errno;

  if (fd >= 0)
    close (fd);
  errno = saved;
}

/* Steps into the component @name of @at, which is closed. */
static int
step (int at, const char *name, bool make)
{
  int fd = -1;

  if (name[0] == '\0' || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    errno = EXDEV;
  else if (!make || mkdirat (at, name, FOLDER_MODE) == 0 || errno == EEXIST)
    fd = openat (at, name, FOLDER_FLAGS | O_NOFOLLOW);
  eng_folder_close (at);
  return fd;
}

/* The folder that holds the last component; -1 and errno. */
static int
walk (int root, const char *path, bool make, const char **last)
{
  int at = fcntl (root, F_DUPFD_CLOEXEC, 0);
  const char *slash;

  while (at >= 0 && (slash = strchr (path, '/')) != NULL)
    {
      g_autofree char *name = g_strndup (path, (size_t) (slash - path));

      at = step (at, name, make);
      path = slash + 1;
    }
  *last = path;
  return at;
}

static int
open_walking (int root, const char *path, int flags, mode_t mode)
{
  const char *last;
  int parent = walk (root, path, (flags & O_CREAT) != 0, &last);
  int fd;

  if (parent < 0)
    return -1;
  if (last[0] == '\0' || strcmp (last, "..") == 0 || strcmp (last, ".") == 0)
    {
      close (parent);
      errno = EXDEV;
      return -1;
    }
  fd = openat (parent, last, flags | ALWAYS, mode);
  eng_folder_close (parent);
  return fd;
}

/* What the kernel resolves on its own. The folders must be there. */
static int
open_resolving (int root, const char *path, int flags, mode_t mode)
{
  const struct open_how how = { .flags = (uint64_t) (flags | ALWAYS),
                                .mode = (flags & O_CREAT) != 0 ? mode : 0,
                                .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
  int fd;
  int tries = 0;

  do
    fd = (int) syscall (SYS_openat2, root, path, &how, sizeof how);
  while (fd < 0 && (errno == EINTR || (errno == EAGAIN && ++tries < TRIES)));
  return fd;
}

/* Folders, pipes and devices are no files of a torrent. */
static int
keep_regular (int fd)
{
  struct stat st;

  if (fd < 0)
    return fd;
  if (fstat (fd, &st) == 0)
    {
      if (S_ISREG (st.st_mode))
        return fd;
      errno = S_ISDIR (st.st_mode) ? EISDIR : EINVAL;
    }
  eng_folder_close (fd);
  return -1;
}

static int
open_root (const char *folder)
{
  return open (folder, FOLDER_FLAGS);
}

int
eng_folder_open (const char *folder, const char *path, int flags, mode_t mode)
{
  int root = open_root (folder);
  int fd;

  if (root < 0)
    return -1;
  fd = open_resolving (root, path, flags, mode);
  if (fd < 0 && (errno == ENOSYS || errno == EPERM || (errno == ENOENT && (flags & O_CREAT) != 0)))
    fd = open_walking (root, path, flags, mode);
  eng_folder_close (root);
  return keep_regular (fd);
}

int
eng_folder_open_walking (const char *folder, const char *path, int flags, mode_t mode)
{
  int root = open_root (folder);
  int fd;

  if (root < 0)
    return -1;
  fd = open_walking (root, path, flags, mode);
  eng_folder_close (root);
  return keep_regular (fd);
}

/* The deepest folder on the way to @path that is there; @last: what is not, or the file. */
static int
walk_there (int root, const char *path, const char **last)
{
  int at = root;
  const char *slash;

  while (at >= 0 && (slash = strchr (path, '/')) != NULL)
    {
      g_autofree char *name = g_strndup (path, (size_t) (slash - path));
      int next = openat (at, name, FOLDER_FLAGS | O_NOFOLLOW);

      if (next < 0 && errno == ENOENT)
        break;
      eng_folder_close (at);
      at = next;
      path = slash + 1;
    }
  *last = path;
  return at;
}

bool
eng_folder_may_make (const char *folder, const char *path)
{
  const char *last;
  int at = walk_there (open_root (folder), path, &last);
  bool is_there;
  bool may;

  if (at < 0)
    return false;
  is_there = strchr (last, '/') == NULL && faccessat (at, last, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  may = faccessat (at, ".", W_OK | X_OK, AT_EACCESS) == 0 || (is_there && errno != EROFS);
  eng_folder_close (at);
  return may;
}

/* --- names --- */

static bool
sync_folder (int fd)
{
  int result;

  do
    result = fsync (fd);
  while (result != 0 && errno == EINTR);
  /* Or there is nothing that could be synced. */
  return result == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
}

/* Why a folder was not opened: nobody may, or it is another one than it was. */
static bool
is_passed_over (int sys_errno)
{
  return sys_errno == EACCES || sys_errno == ENOENT || sys_errno == ENOTDIR || sys_errno == ELOOP;
}

/* Syncs the folder @at unless @name, which is taken over, is there already. */
static bool
sync_once (int at, char *name, GHashTable *synced)
{
  bool is_new = !g_hash_table_contains (synced, name);
  bool ok = !is_new || sync_folder (at);

  if (ok && is_new)
    (void) g_hash_table_add (synced, name); /* it is new */
  else
    g_free (name);
  return ok;
}

bool
eng_folder_sync (const char *folder, const char *path, GHashTable *synced)
{
  const char *name = path;
  const char *slash = strrchr (path, '/');
  g_autofree char *last = g_strndup (path, slash != NULL ? (size_t) (slash + 1 - path) : 0);
  int at;

  if (g_hash_table_contains (synced, last))
    return true;
  at = open (folder, SYNC_FLAGS);
  while (at >= 0 && name != NULL)
    {
      g_autofree char *component = NULL;
      int next = at;

      if (!sync_once (at, g_strndup (path, (size_t) (name - path)), synced))
        return eng_folder_close (at), false;
      slash = strchr (name, '/');
      component = slash != NULL ? g_strndup (name, (size_t) (slash - name)) : NULL;
      name = slash != NULL ? slash + 1 : NULL;
      if (component != NULL)
        next = openat (at, component, SYNC_FLAGS | O_NOFOLLOW);
      if (next != at)
        eng_folder_close (at);
      at = next;
    }
  if (at < 0)
    return is_passed_over (errno);
  close (at);
  return true;
}

/* --- the folder of a file --- */

int
eng_folder_open_parent (const char *folder, const char *path, bool make, const char **last)
{
  int root = open_root (folder);
  int parent;

  if (root < 0)
    return -1;
  parent = walk (root, path, make, last);
  eng_folder_close (root);
  if (parent < 0 || ((*last)[0] != '\0' && strcmp (*last, ".") != 0 && strcmp (*last, "..") != 0))
    return parent;
  close (parent);
  errno = EXDEV;
  return -1;
}

/* --- deleting --- */

/* Somebody was faster, or the folder is not empty. */
static bool
stays (int sys_errno, bool is_folder)
{
  return sys_errno == ENOENT || (is_folder && (sys_errno == ENOTEMPTY || sys_errno == EEXIST));
}

static bool
delete_at (const char *folder, const char *path, bool is_folder)
{
  const char *last;
  int parent = eng_folder_open_parent (folder, path, false, &last);
  struct stat st;
  bool ok = true;

  if (parent < 0)
    return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
  if (fstatat (parent, last, &st, AT_SYMLINK_NOFOLLOW) != 0)
    ok = errno == ENOENT;
  else if (is_folder ? S_ISDIR (st.st_mode) : S_ISREG (st.st_mode))
    ok = unlinkat (parent, last, is_folder ? AT_REMOVEDIR : 0) == 0 || stays (errno, is_folder);
  eng_folder_close (parent);
  return ok;
}

bool
eng_folder_delete_file (const char *folder, const char *path)
{
  return delete_at (folder, path, false);
}

bool
eng_folder_delete_empty (const char *folder, const char *path)
{
  return delete_at (folder, path, true);
}
