/* trk-place.c: see the header. */
#include "trk-place-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

#include <glib.h>

char *
trk_place_draft (const char *path)
{
  return g_strconcat (path, ".new", NULL);
}

int
trk_place_make (const char *draft)
{
  (void) unlink (draft); /* what an interrupted run left, if anything */
  return open (draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

bool
trk_place_write (int fd, const void *bytes, size_t len, off_t offset)
{
  const char *at = bytes;

  while (len > 0)
    {
      const struct iovec rest = { (void *) (uintptr_t) at, len };
      ssize_t n = pwritev (fd, &rest, 1, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? false : (errno = ENOSPC, false);
      at += n;
      offset += n;
      len -= (size_t) n;
    }
  return true;
}

bool
trk_place_sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int failure;

  if (fd < 0)
    return false;
  failure = fsync (fd) == 0 ? 0 : errno;
  close (fd);
  errno = failure;
  return failure == 0;
}

bool
trk_place_put (int fd, const char *draft, const char *path)
{
  int failure;

  if (fsync (fd) == 0 && rename (draft, path) == 0)
    return true;
  failure = errno;
  (void) unlink (draft); /* the first failure is told */
  errno = failure;
  return false;
}
