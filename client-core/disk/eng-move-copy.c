/* eng-move-copy.c: see the header. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "eng-bytes-private.h"
#include "eng-move-private.h"

/* What goes by between two looks at the cancellation. */
#define CHUNK (1024u * 1024)
#define CHUNK_IN_KERNEL (8u * 1024 * 1024)

static bool
is_cancelled (const EngMoveControl *control)
{
  if (!atomic_load (control->cancelled))
    return false;
  errno = ECANCELED;
  return true;
}

/* Why the system did not copy by itself: it cannot do so here. */
static bool
has_to_be_read (int sys_errno)
{
  return sys_errno == EXDEV || sys_errno == ENOSYS || sys_errno == EINVAL || sys_errno == EOPNOTSUPP
         || sys_errno == EBADF || sys_errno == EPERM;
}

static bool
copy_by_hand (int from, int to, uint64_t at, uint64_t end, const EngMoveControl *control)
{
  g_autofree uint8_t *buffer = g_malloc (CHUNK);

  while (at < end && !is_cancelled (control))
    {
      size_t len = (size_t) MIN (end - at, CHUNK);

      if (!eng_bytes_read (from, buffer, len, at) || !eng_bytes_write (to, buffer, len, at))
        return false;
      at += len;
      control->moved (control->data, len);
    }
  return at >= end;
}

static bool
copy_run (int from, int to, uint64_t at, uint64_t end, const EngMoveControl *control)
{
  while (at < end && !is_cancelled (control))
    {
      off_t in = (off_t) at;
      off_t out = (off_t) at;
      ssize_t n
          = copy_file_range (from, &in, to, &out, (size_t) MIN (end - at, CHUNK_IN_KERNEL), 0);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && !has_to_be_read (errno))
        return false;
      if (n <= 0)
        return copy_by_hand (from, to, at, end, control);
      at += (uint64_t) n;
      control->moved (control->data, (uint64_t) n);
    }
  return at >= end;
}

bool
eng_move_copy (int from, int to, uint64_t size, const EngMoveControl *control)
{
  for (uint64_t at = 0; at < size;)
    {
      off_t data = lseek (from, (off_t) at, SEEK_DATA);
      off_t hole = data >= 0 ? lseek (from, data, SEEK_HOLE) : -1;
      uint64_t end = hole >= 0 ? MIN ((uint64_t) hole, size) : size;

      if (data < 0 && errno == ENXIO) /* nothing but a hole */
        {
          control->moved (control->data, size - at);
          break;
        }
      if (data > (off_t) at)
        {
          control->moved (control->data, MIN ((uint64_t) data, size) - at);
          at = (uint64_t) data;
        }
      if (at < end && !copy_run (from, to, at, end, control))
        return false;
      at = MAX (at, end);
    }
  return !is_cancelled (control) && ftruncate (to, (off_t) size) == 0;
}

bool
eng_move_compare (int a, int b, uint64_t size, const EngMoveControl *control)
{
  g_autofree uint8_t *one = g_malloc (CHUNK);
  g_autofree uint8_t *other = g_malloc (CHUNK);

  for (uint64_t at = 0; at < size;)
    {
      size_t len = (size_t) MIN (size - at, CHUNK);

      if (is_cancelled (control) || !eng_bytes_read (a, one, len, at)
          || !eng_bytes_read (b, other, len, at))
        return false;
      errno = 0;
      if (memcmp (one, other, len) != 0)
        return false;
      at += len;
      control->moved (control->data, len);
    }
  return true;
}
