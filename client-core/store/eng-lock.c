/* eng-lock.c: flock(2). */
#include "eng-lock-private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
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

/* --- who has it --- */

#define LINES_MAX 65536 /* of the kernel's list */

/* What the system calls a process, cut. */
static bool
read_program (int64_t pid, char *out, size_t size)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" PRId64 "/comm", pid);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return false;
  (void) g_strlcpy (out, g_strstrip (text), size); /* what is cut is read all the same */
  return g_utf8_validate (out, -1, NULL);
}

/* "3: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF": the process 1234 and the file 5678. Some file
 * systems show another device there than in stat(2): the number of the file has to do. */
static bool
read_line (const char *line, const struct stat *file, int64_t *pid)
{
  const char *flock = strstr (line, " FLOCK ");
  const char *mode = flock != NULL ? strpbrk (flock, "RW") : NULL;
  const char *number = mode != NULL ? strpbrk (mode, "0123456789") : NULL;
  const char *colon = number != NULL ? strchr (number, ':') : NULL;

  colon = colon != NULL ? strchr (colon + 1, ':') : NULL;
  if (colon == NULL || g_ascii_strtoull (colon + 1, NULL, 10) != file->st_ino)
    return false;
  *pid = g_ascii_strtoll (number, NULL, 10);
  return *pid > 0;
}

/* The kernel lists all locks. Another process is told rather than this one, which may share. */
static void
find_holder (int fd, EngHolder *out)
{
  FILE *locks = fopen ("/proc/locks", "re");
  char line[256];
  struct stat file;
  int64_t pid;

  *out = (EngHolder){ 0 };
  if (locks == NULL)
    return;
  for (int i = 0; i < LINES_MAX && fstat (fd, &file) == 0 && fgets (line, sizeof line, locks); i++)
    if (read_line (line, &file, &pid) && (out->pid == 0 || pid != getpid ()))
      out->pid = pid;
  (void) fclose (locks); /* it was read only */
  if (out->pid != 0 && !read_program (out->pid, out->program, sizeof out->program))
    *out = (EngHolder){ 0 };
}

/* --- taking it --- */

/* A descriptor; -1 and errno, ESTALE when it is worth another try. */
static int
try_once (const char *path, bool shared, EngHolder *holder)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  int failure;

  if (fd < 0)
    return -1;
  if (lock (fd, shared ? LOCK_SH : LOCK_EX) && is_there (fd, path))
    return fd;
  failure = errno == EWOULDBLOCK ? EWOULDBLOCK : errno == ENOENT || errno == 0 ? ESTALE : errno;
  if (failure == EWOULDBLOCK && holder != NULL)
    find_holder (fd, holder);
  close (fd);
  errno = failure;
  return -1;
}

EngLock *
eng_lock_take (const char *path, bool shared, EngHolder *holder)
{
  EngLock *taken;
  int fd = -1;

  for (int i = 0; i < TRIES && fd < 0; i++)
    {
      errno = 0;
      fd = try_once (path, shared, holder);
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

/* Whoever cannot have it alone has lost its share as well, and takes that again. */
bool
eng_lock_own (EngLock *self, EngHolder *holder)
{
  if (lock (self->fd, LOCK_EX))
    return true;
  if (holder != NULL)
    find_holder (self->fd, holder);
  eng_lock_share (self);
  return false;
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
