/* eng-bytes.c: see the header. */
#include "eng-bytes-private.h"

#include <errno.h>
#include <unistd.h>

bool
eng_bytes_read (int fd, uint8_t *out, size_t len, uint64_t at)
{
  while (len > 0)
    {
      ssize_t n = pread (fd, out, len, (off_t) at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = ENODATA; /* the file is shorter than it was */
      if (n <= 0)
        return false;
      out += n;
      at += (uint64_t) n;
      len -= (size_t) n;
    }
  return true;
}

bool
eng_bytes_write (int fd, const uint8_t *bytes, size_t len, uint64_t at)
{
  while (len > 0)
    {
      ssize_t n = pwrite (fd, bytes, len, (off_t) at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EIO;
      if (n <= 0)
        return false;
      bytes += n;
      at += (uint64_t) n;
      len -= (size_t) n;
    }
  return true;
}
