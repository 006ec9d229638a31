/* btf-output.c: an unnamed file where the system has them (O_TMPFILE), a hidden one elsewhere. */
#include "protocol/files/btf-output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

typedef struct
{
  const char *path; /* where it is to be */
  char *folder;
  char *temporary; /* its name for now; NULL while it has none */
  int fd;
} Output;

static char *
temporary_name (const Output *out)
{
  g_autofree char *base = g_path_get_basename (out->path);
  g_autofree char *hidden
      = g_strdup_printf (".%.200s.%d.%p", base, (int) getpid (), (const void *) out);

  return g_build_filename (out->folder, hidden, NULL);
}

static bool
open_output (Output *out)
{
  const mode_t mode = 0666;

  out->fd = open (out->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  if (out->fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
    return out->fd >= 0;
  out->temporary = temporary_name (out);
  out->fd = open (out->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode);
  if (out->fd < 0)
    g_clear_pointer (&out->temporary, g_free);
  return out->fd >= 0;
}

static bool
write_all (int fd, const char *data, size_t len)
{
  for (size_t done = 0; done < len;)
    {
      ssize_t n = write (fd, data + done, len - done);

      if (n < 0 && errno != EINTR)
        return false;
      done += n > 0 ? (size_t) n : 0;
    }
  return fsync (fd) == 0;
}

/* What a person has locked stays locked: a .torrent may carry a passkey. A folder, a pipe or a
 * device is nothing to write over. */
static bool
keep_mode (const Output *out)
{
  struct stat st;

  if (stat (out->path, &st) != 0)
    return errno == ENOENT;
  if (S_ISREG (st.st_mode))
    return fchmod (out->fd, st.st_mode & 0777) == 0;
  errno = EEXIST;
  return false;
}

/* Gives the unnamed file the name @to, which must be free. */
static bool
name_output (const Output *out, const char *to)
{
  char self[64];

  g_snprintf (self, sizeof self, "/proc/self/fd/%d", out->fd);
  return linkat (AT_FDCWD, self, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0;
}

static bool
publish (Output *out, bool overwrite)
{
  if (!overwrite && out->temporary == NULL)
    return name_output (out, out->path);
  if (out->temporary == NULL)
    {
      g_autofree char *name = temporary_name (out);

      if (!name_output (out, name))
        return false;
      out->temporary = g_steal_pointer (&name);
    }
  if (renameat2 (AT_FDCWD, out->temporary, AT_FDCWD, out->path, overwrite ? 0 : RENAME_NOREPLACE)
      != 0)
    return false;
  g_clear_pointer (&out->temporary, g_free);
  return true;
}

static bool
sync_folder (const Output *out)
{
  int fd = open (out->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && (fsync (fd) == 0 || errno == EINVAL);

  if (fd >= 0)
    close (fd);
  return ok;
}

bool
btf_output_write (const char *path, const void *data, size_t len, bool overwrite, BtfError *error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  Output out = { .path = path, .folder = folder, .fd = -1 };
  bool ok = open_output (&out) && (!overwrite || keep_mode (&out)) && write_all (out.fd, data, len)
            && publish (&out, overwrite) && sync_folder (&out);
  int saved = errno;

  if (out.temporary != NULL)
    unlink (out.temporary);
  if (out.fd >= 0)
    close (out.fd);
  g_free (out.temporary);
  if (ok)
    return true;
  return btf_error_set (error, saved == EEXIST ? BT_ERROR_EXISTS : BT_ERROR_WRITE, saved, path);
}
