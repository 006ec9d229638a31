/* cli-token.c: reading a token, and no more than a token. */
#include "cli/cli-token.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"

#define TOKEN_MAX 1024 /* bytes, with what stands around it */

/* What others may read is no secret for long. */
static void
warn_if_open (const CliApp *app, int fd, const char *path)
{
  struct stat st;

  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && (st.st_mode & (S_IRGRP | S_IROTH)) != 0)
    cli_warn (app, _ ("“%s” can be read by others"), path);
}

/* Up to one byte over the limit; false with errno. */
static bool
read_all (int fd, char text[TOKEN_MAX + 2])
{
  size_t len = 0;
  ssize_t n = 0;

  while (len <= TOKEN_MAX && ((n = read (fd, text + len, TOKEN_MAX + 1 - len)) > 0))
    len += (size_t) n;
  text[len] = '\0';
  return n >= 0;
}

/* One word of visible characters, with blanks around it. */
static bool
is_token (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return false;
  return *text != '\0' && strlen (text) < TOKEN_MAX;
}

static int
fail_read (const CliApp *app, const char *path)
{
  BtError why
      = { .code = BT_ERROR_READ, .sys_errno = errno, .offset = BT_NOWHERE, .item = BT_NOWHERE };

  if (why.sys_errno == EINTR)
    why = (BtError){ .code = BT_ERROR_CANCELLED, .offset = BT_NOWHERE, .item = BT_NOWHERE };
  return cli_fail_problem (app, &why, path);
}

bool
cli_token_read (const CliApp *app, const char *path, char **out, int *exit_code)
{
  const bool is_stdin = path != NULL && strcmp (path, "-") == 0;
  char text[TOKEN_MAX + 2] = "";
  g_autofree char *message = NULL;
  bool is_read;
  int fd;

  *out = NULL;
  if (path == NULL)
    return true;
  fd = is_stdin ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  is_read = fd >= 0 && read_all (fd, text);
  if (!is_read)
    *exit_code = fail_read (app, path);
  else if (!is_stdin)
    warn_if_open (app, fd, path);
  if (fd >= 0 && !is_stdin)
    close (fd);
  if (!is_read)
    return false;
  g_strstrip (text);
  if (is_token (text))
    {
      *out = g_strdup (text);
      return true;
    }
  message = g_strdup_printf (_ ("“%s” does not hold a token"), path);
  *exit_code = cli_fail (app, CLI_READ, "token", message, NULL);
  return false;
}
