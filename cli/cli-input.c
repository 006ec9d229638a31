/* cli-input.c: reading into memory of the file's size, or into memory that doubles. */
#include "cli/cli-input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "protocol/core/bt-limits.h"

#define INPUT_MAX (BT_LIMIT_OWN_TORRENT_SIZE + 1)
#define STEP (64 * BT_KIB)
#define LARGE_PAGE (2 * BT_MIB)

typedef struct
{
  uint8_t *data;
  size_t len;
  size_t size; /* allocated */
} Input;

/* Memory for what may be many megabytes, in large pages where the system gives them: a torrent of a
 * million pieces is otherwise five thousand page faults, a fifth of the time that showing it takes.
 */
static uint8_t *
take_memory (size_t size)
{
  uint8_t *memory
      = g_aligned_alloc (1, (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE, LARGE_PAGE);

  (void) madvise (memory, size, MADV_HUGEPAGE); /* small ones do */
  return memory;
}

/* Reads to the end, or to the maximum. */
static bool
read_all (int fd, Input *input)
{
  while (input->len < INPUT_MAX)
    {
      ssize_t n;

      if (input->len == input->size)
        {
          uint8_t *longer = take_memory (MIN (2 * input->size, INPUT_MAX));

          memcpy (longer, input->data, input->len);
          g_aligned_free (input->data);
          input->data = longer;
          input->size = MIN (2 * input->size, INPUT_MAX);
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
  bool is_stopped = saved == EINTR; /* read_all() goes on otherwise */

  bt_error_set (why, is_stopped ? BT_ERROR_CANCELLED : code, BT_NOWHERE, NULL);
  if (why != NULL)
    why->sys_errno = is_stopped ? 0 : saved;
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
  input.data = take_memory (input.size);
  ok = read_all (fd, &input);
  if (!ok)
    fail (why, BT_ERROR_READ);
  if (!is_stdin)
    close (fd);
  if (ok)
    return g_bytes_new_with_free_func (input.data, input.len, g_aligned_free, input.data);
  g_aligned_free (input.data);
  return NULL;
}
