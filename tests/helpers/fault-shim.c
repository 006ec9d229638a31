/* fault-shim.c: preloaded into a program under test, makes one of its calls that change files fail.
 *
 *     SHOAL_FAULT         which call, from 1 on, and what becomes of it: "7:28" fails with errno
 * 28, "7:short" writes one byte less than asked, or half when that is nothing, "7:kill" is the end
 * of the process SHOAL_FAULT_BELOW   only calls on what lies below that folder count
 *     SHOAL_FAULT_MARK    a file that is made when the call has come, with its name inside
 *
 * Both names of a call are here, for 32 and 64 bits of offsets. */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

typedef enum
{
  GO_ON,
  FAIL, /* errno is set */
  SHORT
} Verdict;

static atomic_uint n_calls;

/* The mark is written past the functions of this file. */
static void
mark (const char *call)
{
  const char *path = getenv ("SHOAL_FAULT_MARK");
  int fd = path != NULL ? (int) syscall (SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0600) : -1;

  if (fd < 0)
    return;
  (void) !syscall (SYS_write, fd, call, strlen (call));
  (void) syscall (SYS_close, fd);
}

static Verdict
judge (const char *call)
{
  const char *order = getenv ("SHOAL_FAULT");
  const char *what = order != NULL ? strchr (order, ':') : NULL;

  if (what == NULL || atomic_fetch_add (&n_calls, 1) + 1 != strtoul (order, NULL, 10))
    return GO_ON;
  mark (call);
  if (strcmp (what, ":short") == 0)
    return SHORT;
  if (strcmp (what, ":kill") == 0)
    (void) raise (SIGKILL);
  errno = (int) strtoul (what + 1, NULL, 10);
  return FAIL;
}

static bool
is_below (const char *path)
{
  const char *below = getenv ("SHOAL_FAULT_BELOW");

  return below != NULL && strncmp (path, below, strlen (below)) == 0;
}

/* Where a descriptor leads. */
static bool
is_fd_below (int fd)
{
  char link[64];
  char path[PATH_MAX];
  ssize_t len;

  (void) snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  len = readlink (link, path, sizeof path - 1);
  path[len > 0 ? len : 0] = '\0';
  return is_below (path);
}

static Verdict
judge_fd (const char *call, int fd)
{
  int saved = errno;
  Verdict verdict = is_fd_below (fd) ? judge (call) : GO_ON;

  if (verdict != FAIL)
    errno = saved;
  return verdict;
}

static Verdict
judge_path (const char *call, int at, const char *path)
{
  if (path[0] == '/' || at == AT_FDCWD)
    return is_below (path) ? judge (call) : GO_ON;
  return judge_fd (call, at);
}

/* What a call is when nothing interferes. */
#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

/* --- writing --- */

static size_t
shorten (size_t len)
{
  return len > 1 ? len - 1 : len;
}

static ssize_t
write_part (int fd, const struct iovec *iov, int n, off64_t offset)
{
  return NEXT (pwrite64) (fd, iov[0].iov_base, shorten (iov[0].iov_len), offset);
}

ssize_t
write (int fd, const void *bytes, size_t len)
{
  Verdict verdict = judge_fd ("write", fd);

  return verdict == FAIL ? -1 : NEXT (write) (fd, bytes, verdict == SHORT ? shorten (len) : len);
}

#define PWRITE(name, type)                                                                         \
  ssize_t name (int fd, const void *bytes, size_t len, type offset)                                \
  {                                                                                                \
    Verdict verdict = judge_fd (#name, fd);                                                        \
                                                                                                   \
    return verdict == FAIL                                                                         \
               ? -1                                                                                \
               : NEXT (name) (fd, bytes, verdict == SHORT ? shorten (len) : len, offset);          \
  }
PWRITE (pwrite, off_t)
PWRITE (pwrite64, off64_t)

#define PWRITEV(name, type)                                                                        \
  ssize_t name (int fd, const struct iovec *iov, int n, type offset)                               \
  {                                                                                                \
    Verdict verdict = judge_fd (#name, fd);                                                        \
                                                                                                   \
    if (verdict == SHORT)                                                                          \
      return write_part (fd, iov, n, offset);                                                      \
    return verdict == FAIL ? -1 : NEXT (name) (fd, iov, n, offset);                                \
  }
PWRITEV (pwritev, off_t)
PWRITEV (pwritev64, off64_t)

/* --- lengths --- */

#define FALLOCATE(name, type)                                                                      \
  int name (int fd, int mode, type offset, type len)                                               \
  {                                                                                                \
    return judge_fd (#name, fd) == FAIL ? -1 : NEXT (name) (fd, mode, offset, len);                \
  }
FALLOCATE (fallocate, off_t)
FALLOCATE (fallocate64, off64_t)

#define FTRUNCATE(name, type)                                                                      \
  int name (int fd, type len) { return judge_fd (#name, fd) == FAIL ? -1 : NEXT (name) (fd, len); }
FTRUNCATE (ftruncate, off_t)
FTRUNCATE (ftruncate64, off64_t)

/* --- to the device --- */

int
fsync (int fd)
{
  return judge_fd ("fsync", fd) == FAIL ? -1 : NEXT (fsync) (fd);
}

int
fdatasync (int fd)
{
  return judge_fd ("fdatasync", fd) == FAIL ? -1 : NEXT (fdatasync) (fd);
}

/* --- names --- */

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
                                                                                                   \
    if ((flags & O_CREAT) != 0 && judge_path (#name, at, path) == FAIL)                            \
      return -1;                                                                                   \
    return NEXT (name) (at, path, flags, mode);                                                    \
  }
OPENAT (openat)
OPENAT (openat64)

#define OPEN(name)                                                                                 \
  int name (const char *path, int flags, ...)                                                      \
  {                                                                                                \
    mode_t mode = MODE (flags);                                                                    \
                                                                                                   \
    if ((flags & O_CREAT) != 0 && judge_path (#name, AT_FDCWD, path) == FAIL)                      \
      return -1;                                                                                   \
    return NEXT (name) (path, flags, mode);                                                        \
  }
OPEN (open)
OPEN (open64)

int
mkdirat (int at, const char *path, mode_t mode)
{
  return judge_path ("mkdirat", at, path) == FAIL ? -1 : NEXT (mkdirat) (at, path, mode);
}

int
mkdir (const char *path, mode_t mode)
{
  return judge_path ("mkdir", AT_FDCWD, path) == FAIL ? -1 : NEXT (mkdir) (path, mode);
}

int
rename (const char *from, const char *to)
{
  return judge_path ("rename", AT_FDCWD, from) == FAIL ? -1 : NEXT (rename) (from, to);
}

int
unlink (const char *path)
{
  return judge_path ("unlink", AT_FDCWD, path) == FAIL ? -1 : NEXT (unlink) (path);
}
