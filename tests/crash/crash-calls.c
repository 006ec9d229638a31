/* crash-calls.c: stands between the program with its libraries and the C library, and tells the
 * disk that is watched of each call that changes it.
 *
 * Both names of a call are here, for 32 and 64 bits of offsets. One call at a time, from before it
 * is made until it is written down, so that a sync is for what came before it. */
#undef _FILE_OFFSET_BITS
#include "crash-disk-private.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* What a call is when nothing interferes. */
#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static CrashDisk *watched;

void
crash_calls_lock (void)
{
  pthread_mutex_lock (&lock);
}

void
crash_calls_unlock (void)
{
  pthread_mutex_unlock (&lock);
}

void
crash_disk_watch (CrashDisk *disk)
{
  pthread_mutex_lock (&lock);
  watched = disk;
  pthread_mutex_unlock (&lock);
}

/* --- what a call is about --- */

/* Where a descriptor leads; empty when nobody knows. */
static void
path_of (int fd, char path[PATH_MAX])
{
  char link[64];
  ssize_t len;

  (void) snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  len = readlink (link, path, PATH_MAX - 1);
  path[len > 0 ? len : 0] = '\0';
}

static bool
look (int fd, struct stat *st)
{
  return watched != NULL && NEXT (fstat) (fd, st) == 0 && st->st_dev == watched->device;
}

/* The disk's file; -1 for any other. */
static int
file_of (int fd)
{
  struct stat st;

  return look (fd, &st) && S_ISREG (st.st_mode) ? crash_disk_find (watched, &st) : -1;
}

/* A name as it was told, from the root of the file system on. */
static void
resolve (int at, const char *name, char path[PATH_MAX])
{
  char folder[PATH_MAX];

  folder[0] = '\0';
  if (name[0] != '/' && at != AT_FDCWD)
    path_of (at, folder);
  else if (name[0] != '/' && getcwd (folder, sizeof folder) == NULL)
    folder[0] = '\0';
  (void) snprintf (path, PATH_MAX, "%s%s%s", folder, name[0] == '/' ? "" : "/", name);
}

/* --- opening --- */

static void
note_open (int fd, int flags)
{
  int saved = errno;
  char path[PATH_MAX];
  struct stat st;

  if (fd < 0 || (flags & (O_CREAT | O_TRUNC)) == 0 || !look (fd, &st) || !S_ISREG (st.st_mode))
    return;
  path_of (fd, path);
  if (!crash_disk_has_path (watched, path))
    return;
  if (crash_disk_find (watched, &st) < 0)
    crash_disk_made (watched, path, &st);
  else if ((flags & O_TRUNC) != 0)
    crash_disk_sized (watched, crash_disk_find (watched, &st), 0, true);
  errno = saved;
}

#define MODE(flags)                                                                                \
  ({                                                                                               \
    mode_t mode_ = 0;                                                                              \
    va_list args_;                                                                                 \
                                                                                                   \
    va_start (args_, flags);                                                                       \
    if (((flags) & (O_CREAT | O_TMPFILE)) != 0)                                                    \
      mode_ = va_arg (args_, mode_t);                                                              \
    va_end (args_);                                                                                \
    mode_;                                                                                         \
  })

#define OPENAT(name)                                                                               \
  int name (int at, const char *path, int flags, ...)                                              \
  {                                                                                                \
    mode_t mode = MODE (flags);                                                                    \
    int fd;                                                                                        \
                                                                                                   \
    if ((flags & O_TMPFILE) == O_TMPFILE && watched != NULL)                                       \
      return errno = EOPNOTSUPP, -1; /* the model's files have names */                            \
    pthread_mutex_lock (&lock);                                                                    \
    fd = NEXT (name) (at, path, flags, mode);                                                      \
    note_open (fd, flags);                                                                         \
    pthread_mutex_unlock (&lock);                                                                  \
    return fd;                                                                                     \
  }
OPENAT (openat)
OPENAT (openat64)

#define OPEN(name)                                                                                 \
  int name (const char *path, int flags, ...)                                                      \
  {                                                                                                \
    mode_t mode = MODE (flags);                                                                    \
    int fd;                                                                                        \
                                                                                                   \
    pthread_mutex_lock (&lock);                                                                    \
    fd = NEXT (name) (path, flags, mode);                                                          \
    note_open (fd, flags);                                                                         \
    pthread_mutex_unlock (&lock);                                                                  \
    return fd;                                                                                     \
  }
OPEN (open)
OPEN (open64)

/* openat2() has no other name: without it each component is opened for itself, by openat(). Six
 * arguments are taken, however many there are. */
__attribute__ ((no_sanitize ("address"))) long
syscall (long number, ...)
{
  long a[6];
  va_list args;

  va_start (args, number);
  for (int i = 0; i < 6; i++)
    a[i] = va_arg (args, long);
  va_end (args);
  if (number == SYS_openat2 && watched != NULL)
    {
      errno = ENOSYS;
      return -1;
    }
  return NEXT (syscall) (number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* --- being told --- */

static void
tell (struct stat *st)
{
  int file = watched != NULL && st->st_dev == watched->device ? crash_disk_find (watched, st) : -1;
  const CrashFile *f = file >= 0 ? watched->files->pdata[file] : NULL;

  if (f == NULL)
    return;
  st->st_ino = f->inode;
  st->st_mtim.tv_sec = f->time_ns / 1000000000;
  st->st_mtim.tv_nsec = f->time_ns % 1000000000;
}

#define FSTAT(name, type)                                                                          \
  int name (int fd, struct type *st)                                                               \
  {                                                                                                \
    int result;                                                                                    \
                                                                                                   \
    pthread_mutex_lock (&lock);                                                                    \
    result = NEXT (name) (fd, st);                                                                 \
    if (result == 0)                                                                               \
      tell ((struct stat *) (void *) st);                                                          \
    pthread_mutex_unlock (&lock);                                                                  \
    return result;                                                                                 \
  }
FSTAT (fstat, stat)
FSTAT (fstat64, stat64)

#define STAT(name, type)                                                                           \
  int name (const char *path, struct type *st)                                                     \
  {                                                                                                \
    int result;                                                                                    \
                                                                                                   \
    pthread_mutex_lock (&lock);                                                                    \
    result = NEXT (name) (path, st);                                                               \
    if (result == 0)                                                                               \
      tell ((struct stat *) (void *) st);                                                          \
    pthread_mutex_unlock (&lock);                                                                  \
    return result;                                                                                 \
  }
STAT (stat, stat)
STAT (stat64, stat64)
_Static_assert(sizeof (struct stat) == sizeof (struct stat64), "one is as good as the other");

/* --- writing --- */

static void
note_write (int fd, off64_t at, const struct iovec *iov, int n, ssize_t len)
{
  int file = len > 0 ? file_of (fd) : -1;
  g_autoptr (GByteArray) bytes = NULL;

  if (file < 0)
    return;
  bytes = g_byte_array_new ();
  for (int i = 0; i < n && bytes->len < (size_t) len; i++)
    g_byte_array_append (bytes, iov[i].iov_base,
                         (guint) MIN (iov[i].iov_len, (size_t) len - bytes->len));
  crash_disk_wrote (watched, file, (uint64_t) at, bytes->data, bytes->len);
}

ssize_t
write (int fd, const void *bytes, size_t len)
{
  const struct iovec iov = { (void *) (uintptr_t) bytes, len };
  ssize_t n;

  if (watched == NULL)
    return NEXT (write) (fd, bytes, len);
  pthread_mutex_lock (&lock);
  n = NEXT (write) (fd, bytes, len);
  if (n > 0 && file_of (fd) >= 0)
    note_write (fd, lseek64 (fd, 0, SEEK_CUR) - n, &iov, 1, n);
  pthread_mutex_unlock (&lock);
  return n;
}

#define PWRITE(name, type)                                                                         \
  ssize_t name (int fd, const void *bytes, size_t len, type offset)                                \
  {                                                                                                \
    const struct iovec iov = { (void *) (uintptr_t) bytes, len };                                  \
    ssize_t n;                                                                                     \
                                                                                                   \
    pthread_mutex_lock (&lock);                                                                    \
    n = NEXT (name) (fd, bytes, len, offset);                                                      \
    note_write (fd, offset, &iov, 1, n);                                                           \
    pthread_mutex_unlock (&lock);                                                                  \
    return n;                                                                                      \
  }
PWRITE (pwrite, off_t)
PWRITE (pwrite64, off64_t)

#define PWRITEV(name, type)                                                                        \
  ssize_t name (int fd, const struct iovec *iov, int n_iov, type offset)                           \
  {                                                                                                \
    ssize_t n;                                                                                     \
                                                                                                   \
    pthread_mutex_lock (&lock);                                                                    \
    n = NEXT (name) (fd, iov, n_iov, offset);                                                      \
    note_write (fd, offset, iov, n_iov, n);                                                        \
    pthread_mutex_unlock (&lock);                                                                  \
    return n;                                                                                      \
  }
PWRITEV (pwritev, off_t)
PWRITEV (pwritev64, off64_t)

/* --- lengths --- */

static void
note_size (int fd, uint64_t size, bool shrinks)
{
  int file = file_of (fd);

  if (file >= 0)
    crash_disk_sized (watched, file, size, shrinks);
}

#define FALLOCATE(name, type)                                                                      \
  int name (int fd, int mode, type offset, type len)                                               \
  {                                                                                                \
    int result;                                                                                    \
                                                                                                   \
    pthread_mutex_lock (&lock);                                                                    \
    result = NEXT (name) (fd, mode, offset, len);                                                  \
    if (result == 0 && mode == 0)                                                                  \
      note_size (fd, (uint64_t) (offset + len), false);                                            \
    pthread_mutex_unlock (&lock);                                                                  \
    return result;                                                                                 \
  }
FALLOCATE (fallocate, off_t)
FALLOCATE (fallocate64, off64_t)

#define FTRUNCATE(name, type)                                                                      \
  int name (int fd, type len)                                                                      \
  {                                                                                                \
    int result;                                                                                    \
                                                                                                   \
    pthread_mutex_lock (&lock);                                                                    \
    result = NEXT (name) (fd, len);                                                                \
    if (result == 0)                                                                               \
      note_size (fd, (uint64_t) len, true);                                                        \
    pthread_mutex_unlock (&lock);                                                                  \
    return result;                                                                                 \
  }
FTRUNCATE (ftruncate, off_t)
FTRUNCATE (ftruncate64, off64_t)

/* --- to the device --- */

/* Whether the descriptor is of the disk. */
static bool
note_sync (int fd, bool times)
{
  char path[PATH_MAX];
  struct stat st;
  int file;

  if (!look (fd, &st))
    return false;
  file = crash_disk_find (watched, &st);
  path_of (fd, path);
  if (S_ISREG (st.st_mode) && file >= 0)
    crash_disk_synced (watched, file, times);
  else if (S_ISDIR (st.st_mode) && crash_disk_has_path (watched, path))
    crash_disk_synced_folder (watched, path);
  else
    return false;
  return true;
}

#define SYNC(name, times)                                                                          \
  int name (int fd)                                                                                \
  {                                                                                                \
    bool done;                                                                                     \
                                                                                                   \
    pthread_mutex_lock (&lock);                                                                    \
    done = note_sync (fd, times);                                                                  \
    pthread_mutex_unlock (&lock);                                                                  \
    return done ? 0 : NEXT (name) (fd);                                                            \
  }
SYNC (fsync, true)
SYNC (fdatasync, false)

int
syncfs (int fd)
{
  struct stat st;
  bool done;

  pthread_mutex_lock (&lock);
  done = look (fd, &st);
  if (done)
    crash_disk_synced_all (watched);
  pthread_mutex_unlock (&lock);
  return done ? 0 : NEXT (syncfs) (fd);
}

/* --- names --- */

static void
note_rename (int from_at, const char *from, int at, const char *to, int file)
{
  int saved = errno;
  char old[PATH_MAX];
  char path[PATH_MAX];

  resolve (at, to, path);
  if (from != NULL)
    resolve (from_at, from, old);
  if (watched != NULL && crash_disk_has_path (watched, path))
    crash_disk_named (watched, from != NULL ? old : NULL, path, file);
  errno = saved;
}

static void
note_name (int at, const char *from, const char *to, int file)
{
  note_rename (at, from, at, to, file);
}

int
mkdirat (int at, const char *path, mode_t mode)
{
  int result;

  pthread_mutex_lock (&lock);
  result = NEXT (mkdirat) (at, path, mode);
  if (result == 0)
    note_name (at, NULL, path, CRASH_FOLDER);
  pthread_mutex_unlock (&lock);
  return result;
}

int
mkdir (const char *path, mode_t mode)
{
  int result;

  pthread_mutex_lock (&lock);
  result = NEXT (mkdir) (path, mode);
  if (result == 0)
    note_name (AT_FDCWD, NULL, path, CRASH_FOLDER);
  pthread_mutex_unlock (&lock);
  return result;
}

int
rename (const char *from, const char *to)
{
  struct stat replaced;
  struct stat st;
  bool replaces;
  int result;

  pthread_mutex_lock (&lock);
  replaces = watched != NULL && NEXT (stat) (to, &replaced) == 0 && S_ISREG (replaced.st_mode)
             && replaced.st_dev == watched->device;
  result = NEXT (rename) (from, to);
  if (result == 0 && watched != NULL && NEXT (stat) (to, &st) == 0 && S_ISREG (st.st_mode))
    {
      note_name (AT_FDCWD, from, to, crash_disk_find (watched, &st));
      if (replaces && replaced.st_ino != st.st_ino)
        crash_disk_gone (watched, &replaced); /* its number may be another file's soon */
    }
  pthread_mutex_unlock (&lock);
  return result;
}

int
unlink (const char *path)
{
  struct stat st;
  bool known;
  int result;

  pthread_mutex_lock (&lock);
  known = watched != NULL && NEXT (stat) (path, &st) == 0 && st.st_dev == watched->device;
  result = NEXT (unlink) (path);
  if (result == 0)
    note_name (AT_FDCWD, NULL, path, CRASH_NOTHING);
  if (result == 0 && known)
    crash_disk_gone (watched, &st);
  pthread_mutex_unlock (&lock);
  return result;
}

/* The disk's file behind a name; -1 for any other. The caller holds the lock. */
static int
file_at (int at, const char *path, struct stat *st)
{
  if (watched == NULL || NEXT (fstatat) (at, path, st, AT_SYMLINK_NOFOLLOW) != 0
      || st->st_dev != watched->device || !S_ISREG (st->st_mode))
    return -1;
  return crash_disk_find (watched, st);
}

/* Nothing is replaced by those who call it. */
int
renameat2 (int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
  struct stat st;
  int result;

  pthread_mutex_lock (&lock);
  result = NEXT (renameat2) (from_at, from, to_at, to, flags);
  if (result == 0)
    note_rename (from_at, from, to_at, to, file_at (to_at, to, &st));
  pthread_mutex_unlock (&lock);
  return result;
}

int
linkat (int from_at, const char *from, int to_at, const char *to, int flags)
{
  struct stat st;
  int result;

  pthread_mutex_lock (&lock);
  result = NEXT (linkat) (from_at, from, to_at, to, flags);
  if (result == 0)
    note_name (to_at, NULL, to, file_at (to_at, to, &st));
  pthread_mutex_unlock (&lock);
  return result;
}

int
unlinkat (int at, const char *path, int flags)
{
  struct stat st;
  int file;
  int result;

  pthread_mutex_lock (&lock);
  file = file_at (at, path, &st);
  result = NEXT (unlinkat) (at, path, flags);
  if (result == 0)
    note_name (at, NULL, path, CRASH_NOTHING);
  if (result == 0 && file >= 0 && st.st_nlink == 1)
    crash_disk_gone (watched, &st);
  pthread_mutex_unlock (&lock);
  return result;
}

/* --- the model's own --- */

int
crash_calls_make (const char *path)
{
  int fd = NEXT (open) (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

void
crash_calls_put (int fd, const void *bytes, size_t len, uint64_t at)
{
  g_assert_cmpint (NEXT (pwrite64) (fd, bytes, len, (off64_t) at), ==, (ssize_t) len);
}

void
crash_calls_resize (int fd, uint64_t size)
{
  g_assert_cmpint (NEXT (ftruncate64) (fd, (off64_t) size), ==, 0);
}

void
crash_calls_finish (int fd, struct stat *real)
{
  g_assert_cmpint (NEXT (fstat) (fd, real), ==, 0);
  close (fd);
}

/* Removes all that lies in a folder. */
void
crash_calls_clear (const char *folder)
{
  DIR *dir = opendir (folder);
  const struct dirent *entry;

  g_assert_nonnull (dir);
  while ((entry = readdir (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, entry->d_name, NULL);

      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (entry->d_type == DT_DIR)
        crash_calls_clear (path);
      if (entry->d_type == DT_DIR)
        (void) rmdir (path); /* what does not go shows when it is made again */
      else
        (void) NEXT (unlink) (path);
    }
  closedir (dir);
}
