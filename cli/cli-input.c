/* cli-input.c: reading into memory of the file's size, or into memory that doubles. */
#include "cli/cli-input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "protocol/core/bt-limits.h"

#define INPUT_MAX (BT_LIMIT_OWN_TORRENT_SIZE + 1)
#define STEP (64 * BT_KIB)

typedef struct
{
  uint8_t *data;
  size_t len;
  size_t size; /* allocated */
} Input;

/* Reads to the end, or to the maximum. */
static bool
read_all (int fd, Input *input)
{
  while (input->len < INPUT_MAX)
    {
      ssize_t n;

      if (input->len == input->size)
        {
          input->size = MIN (2 * input->size, INPUT_MAX);
          input->data = g_realloc (input->data, input->size);
        }
      n = read (fd, input->data + input->len, input->size - input->len);
      if (n < 0 && errno == EINTR && !atomic_load (&cli_interrupted))
        continue;
      if (n <= 0)
        return n == 0;
      input->len += (size_t) n;
    }
  return true;
}

static void
fail (BtError *why, BtErrorCode code)
{
  int saved = errno;

  bt_error_set (why, code, BT_NOWHERE, NULL);
  if (why != NULL)
    why->sys_errno = saved;
}

GBytes *
cli_input_read (const char *path, BtError *why)
{
  bool is_stdin = strcmp (path, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  struct stat st = { 0 };
  Input input = { 0 };
  bool ok;

  if (fd < 0)
    {
      fail (why, BT_ERROR_OPEN);
      return NULL;
    }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    st.st_size = 0;
  /* One byte more than the file has, to see its end without another allocation. */
  input.size = CLAMP ((size_t) st.st_size + 1, STEP, INPUT_MAX);
  input.data = g_malloc (input.size);
  ok = read_all (fd, &input);
  if (!ok)
    fail (why, BT_ERROR_READ);
  if (!is_stdin)
    close (fd);
  if (ok)
    return g_bytes_new_take (input.data, input.len);
  g_free (input.data);
  return NULL;
}
