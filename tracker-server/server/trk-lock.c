/* trk-lock.c: the file that the running server holds. */
#include "tracker-server/server/trk-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

static int
give_up (int fd)
{
  int saved = errno;

  (void) close (fd); /* nothing that counts was written */
  errno = saved;
  return -1;
}

int
trk_lock_take (const char *path)
{
  g_autofree char *id = g_strdup_printf ("%d\n", (int) getpid ());
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);

  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_EX | LOCK_NB) != 0 || ftruncate (fd, 0) != 0)
    return give_up (fd);
  if (pwrite (fd, id, strlen (id), 0) != (ssize_t) strlen (id))
    return give_up (fd);
  return fd;
}

static pid_t
read_id (int fd)
{
  char text[16] = { 0 };
  guint64 id;

  if (pread (fd, text, sizeof text - 1, 0) <= 0)
    return 0;
  g_strchomp (text);
  return g_ascii_string_to_unsigned (text, 10, 1, INT32_MAX, &id, NULL) ? (pid_t) id : 0;
}

pid_t
trk_lock_holder (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  pid_t id = 0;

  if (fd < 0)
    return errno == ENOENT ? 0 : -1;
  if (flock (fd, LOCK_SH | LOCK_NB) != 0)
    id = errno == EWOULDBLOCK ? read_id (fd) : -1;
  if (id < 0)
    return give_up (fd);
  (void) close (fd); /* it was read only */
  return id;
}
