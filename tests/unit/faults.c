/* faults.c: what the linker calls instead of the C library; see the header. */
#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <glib.h>

static atomic_uint countdown; /* 0: nothing is to fail any more */
static atomic_int failure;
static _Atomic (const char *) where;

void
faults_begin (unsigned nth, int sys_errno)
{
  atomic_store (&where, NULL);
  atomic_store (&failure, sys_errno);
  atomic_store (&countdown, nth);
}

bool
faults_end (void)
{
  return atomic_exchange (&countdown, 0) == 0;
}

const char *
faults_where (void)
{
  return atomic_load (&where);
}

unsigned
faults_count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  unsigned n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Whether this call is the one. */
static bool
is_due (const char *name)
{
  unsigned left = atomic_load (&countdown);

  while (left > 0 && !atomic_compare_exchange_weak (&countdown, &left, left - 1))
    ;
  if (left != 1)
    return false;
  atomic_store (&where, name);
  return true;
}

static bool
fails (const char *name)
{
  if (!is_due (name) || atomic_load (&failure) == FAULTS_SHORT)
    return false;
  errno = atomic_load (&failure);
  return true;
}

/* A call that returns @bad on failure; then its parameters, and their names. */
#define WRAP(type, bad, name, parameters, ...)                                                     \
  type __real_##name parameters;                                                                   \
  type __wrap_##name parameters;                                                                   \
  type __wrap_##name parameters { return fails (#name) ? (bad) : __real_##name (__VA_ARGS__); }

WRAP (int, -1, fsync, (int fd), fd)
WRAP (int, -1, fdatasync, (int fd), fd)
WRAP (int, -1, fchmod, (int fd, mode_t mode), fd, mode)
WRAP (int, -1, mkdirat, (int at, const char *path, mode_t mode), at, path, mode)
WRAP (int, -1, linkat, (int from, const char *old, int to, const char *new, int flags), from, old,
      to, new, flags)
WRAP (int, -1, renameat2, (int from, const char *old, int to, const char *new, unsigned flags),
      from, old, to, new, flags)
WRAP (int, -1, ftruncate64, (int fd, off_t length), fd, length)
WRAP (int, -1, fallocate64, (int fd, int mode, off_t offset, off_t length), fd, mode, offset,
      length)
WRAP (int, -1, stat64, (const char *path, struct stat *st), path, st)
WRAP (int, -1, fstat64, (int fd, struct stat *st), fd, st)
WRAP (int, -1, fstatat64, (int at, const char *path, struct stat *st, int flags), at, path, st,
      flags)
WRAP (ssize_t, -1, pread64, (int fd, void *out, size_t len, off_t offset), fd, out, len, offset)
WRAP (DIR *, NULL, fdopendir, (int fd), fd)
WRAP (struct dirent *, NULL, readdir64, (DIR * dir), dir)
WRAP (int, -1, epoll_create1, (int flags), flags)
WRAP (int, -1, timerfd_create, (int clock, int flags), clock, flags)
WRAP (int, -1, socket, (int family, int type, int protocol), family, type, protocol)
WRAP (int, -1, bind, (int fd, const struct sockaddr *at, socklen_t len), fd, at, len)
WRAP (int, -1, listen, (int fd, int backlog), fd, backlog)
WRAP (int, -1, connect, (int fd, const struct sockaddr *to, socklen_t len), fd, to, len)
WRAP (int, -1, accept4, (int fd, struct sockaddr *from, socklen_t *len, int flags), fd, from, len,
      flags)
WRAP (int, -1, sendmmsg, (int fd, struct mmsghdr *messages, unsigned n, int flags), fd, messages, n,
      flags)
WRAP (int, -1, recvmmsg,
      (int fd, struct mmsghdr *messages, unsigned n, int flags, struct timespec *wait), fd,
      messages, n, flags, wait)

/* --- calls with a mode only when they make something --- */

#define MODE_OF(flags, last)                                                                       \
  __extension__({                                                                                  \
    va_list args;                                                                                  \
    mode_t mode = 0;                                                                               \
                                                                                                   \
    va_start (args, last);                                                                         \
    if (((flags) &O_CREAT) != 0 || ((flags) &O_TMPFILE) == O_TMPFILE)                              \
      mode = va_arg (args, mode_t);                                                                \
    va_end (args);                                                                                 \
    mode;                                                                                          \
  })

int __real_open64 (const char *path, int flags, ...);
int __wrap_open64 (const char *path, int flags, ...);
int __real_openat64 (int at, const char *path, int flags, ...);
int __wrap_openat64 (int at, const char *path, int flags, ...);

int
__wrap_open64 (const char *path, int flags, ...)
{
  mode_t made = MODE_OF (flags, flags);

  return fails ("open64") ? -1 : __real_open64 (path, flags, made);
}

int
__wrap_openat64 (int at, const char *path, int flags, ...)
{
  mode_t made = MODE_OF (flags, flags);

  return fails ("openat64") ? -1 : __real_openat64 (at, path, flags, made);
}

/* --- a call that fails for some of its arguments alone --- */

int __real_epoll_ctl (int at, int op, int fd, struct epoll_event *event);
int __wrap_epoll_ctl (int at, int op, int fd, struct epoll_event *event);

/* What is watched already takes no memory to be changed. */
int
__wrap_epoll_ctl (int at, int op, int fd, struct epoll_event *event)
{
  return op == EPOLL_CTL_ADD && fails ("epoll_ctl") ? -1 : __real_epoll_ctl (at, op, fd, event);
}

/* --- calls that may do less than asked --- */

ssize_t __real_write (int fd, const void *data, size_t len);
ssize_t __wrap_write (int fd, const void *data, size_t len);
ssize_t __real_pwritev64 (int fd, const struct iovec *iov, int n, off_t offset);
ssize_t __wrap_pwritev64 (int fd, const struct iovec *iov, int n, off_t offset);

/* Fails, or says that half is to be written. */
static bool
is_short (const char *name, bool *failed)
{
  bool due = is_due (name);

  *failed = due && atomic_load (&failure) != FAULTS_SHORT;
  if (*failed)
    errno = atomic_load (&failure);
  return due && !*failed;
}

/* A thread that is woken through an event descriptor is not left asleep. */
static bool
is_file (int fd)
{
  struct stat st;

  return __real_fstat64 (fd, &st) == 0 && S_ISREG (st.st_mode);
}

ssize_t
__wrap_write (int fd, const void *data, size_t len)
{
  bool failed = false;

  if (is_file (fd) && is_short ("write", &failed) && len > 1)
    len /= 2;
  return failed ? -1 : __real_write (fd, data, len);
}

ssize_t
__wrap_pwritev64 (int fd, const struct iovec *iov, int n, off_t offset)
{
  struct iovec half = iov[0];
  bool failed;

  if (is_short ("pwritev64", &failed))
    {
      half.iov_len = (half.iov_len + 1) / 2;
      iov = &half;
      n = 1;
    }
  return failed ? -1 : __real_pwritev64 (fd, iov, n, offset);
}
