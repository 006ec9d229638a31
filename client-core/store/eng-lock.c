/* eng-lock.c: flock(2). */
#include "eng-lock-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#define TRIES 100

struct EngLock
{
  int fd;
  char *path;
};

/* A file that its last holder has removed meanwhile locks nothing. */
static bool
is_there (int fd, const char *path)
{
  struct stat held;
  struct stat named;

  return fstat (fd, &held) == 0 && stat (path, &named) == 0 && held.st_dev == named.st_dev
         && held.st_ino == named.st_ino;
}

static bool
lock (int fd, int how)
{
  int result;

  do
    result = flock (fd, how | LOCK_NB);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

/* A descriptor; -1 and errno, EAGAIN when it is worth another try. */
static int
try_once (const char *path, bool shared)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  int failure;

  if (fd < 0)
    return -1;
  if (lock (fd, shared ? LOCK_SH : LOCK_EX) && is_there (fd, path))
    return fd;
  failure = errno == EWOULDBLOCK ? EWOULDBLOCK : errno == ENOENT || errno == 0 ? ESTALE : errno;
  close (fd);
  errno = failure;
  return -1;
}

EngLock *
eng_lock_take (const char *path, bool shared)
{
  EngLock *taken;
  int fd = -1;

  for (int i = 0; i < TRIES && fd < 0; i++)
    {
      errno = 0;
      fd = try_once (path, shared);
      if (fd < 0 && errno != ESTALE)
        return NULL;
    }
  if (fd < 0)
    return NULL;
  taken = g_new (EngLock, 1);
  *taken = (EngLock){ .fd = fd, .path = g_strdup (path) };
  return taken;
}

void
eng_lock_share (EngLock *self)
{
  (void) lock (self->fd, LOCK_SH); /* it is held: at worst it stays as it was */
}

void
eng_lock_free (EngLock *self)
{
  if (self == NULL)
    return;
  if (lock (self->fd, LOCK_EX))
    (void) unlink (self->path); /* an empty file that stays does no harm */
  close (self->fd);
  g_free (self->path);
  g_free (self);
}
