/* eng-loans.c: see the header. */
#include "eng-loans-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/core/bt-limits.h"

/* After so many bytes it looks whether somebody wants to close. */
#define STEP (8 * BT_MIB)
#define BUFFER_LEN (128 * 1024)

struct EngLoans
{
  EngTask end; /* first: done() casts back */
  EngStorage *storage;
  EngLoan *items;
  size_t n;
};

/* --- the thread of the verification --- */

static bool
has_something (const EngStorage *storage, size_t file)
{
  int fd = eng_storage_open_file (storage, file, O_RDONLY);
  struct stat st = { 0 };
  bool has = fd >= 0 ? fstat (fd, &st) != 0 || st.st_size > 0 : errno != ENOENT;

  if (fd >= 0)
    close (fd);
  return has;
}

static bool
has_length (int fd, uint64_t length)
{
  struct stat st;

  return fstat (fd, &st) == 0 && (uint64_t) st.st_size == length;
}

/* Where the file system or the kernel does not copy by itself. 0: the end, or a failure. */
static ssize_t
copy_by_hand (int from, int to, off_t at)
{
  g_autofree uint8_t *buffer = g_malloc (BUFFER_LEN);
  ssize_t n = pread (from, buffer, BUFFER_LEN, at);

  return n > 0 ? MAX (pwrite (to, buffer, (size_t) n, at), 0) : 0;
}

static bool
is_wanted (const EngLoans *loans, const EngLoan *loan)
{
  return !atomic_load (&loans->storage->closing) && !atomic_load (&loan->from->closing);
}

static bool
copy_bytes (const EngLoans *loans, const EngLoan *loan, int from, int to, uint64_t length)
{
  bool by_hand = false;
  off_t at = 0;

  while ((uint64_t) at < length && is_wanted (loans, loan))
    {
      off_t in = at, out = at;
      size_t len = (size_t) MIN (length - (uint64_t) at, STEP);
      ssize_t n
          = by_hand ? copy_by_hand (from, to, at) : copy_file_range (from, &in, to, &out, len, 0);

      if (n <= 0 && by_hand)
        return false;
      by_hand = by_hand || n <= 0;
      at += MAX (n, 0);
    }
  return (uint64_t) at == length;
}

/* What could not be copied whole leaves an empty file. */
static void
copy_file (const EngLoans *loans, const EngLoan *loan)
{
  uint64_t length = loans->storage->layout->files[loan->file].length;
  int from = eng_storage_open_file (loan->from, loan->from_file, O_RDONLY);
  int to = -1;

  if (from >= 0 && has_length (from, length))
    to = eng_storage_open_file (loans->storage, loan->file, O_WRONLY | O_CREAT);
  if (to >= 0 && ioctl (to, FICLONE, from) != 0 && !copy_bytes (loans, loan, from, to, length))
    (void) !ftruncate (to, 0); /* it is hashed and fetched all the same */
  if (from >= 0)
    close (from);
  if (to >= 0)
    close (to);
}

void
eng_loans_run (EngLoans *loans)
{
  if (loans == NULL)
    return;
  for (size_t i = 0; i < loans->n; i++)
    if (is_wanted (loans, &loans->items[i])
        && !has_something (loans->storage, loans->items[i].file))
      copy_file (loans, &loans->items[i]);
  eng_crew_post (loans->storage->disk->crew, &loans->end);
}

/* --- the engine's thread --- */

static void
on_end (EngTask *task)
{
  eng_loans_drop ((EngLoans *) (void *) task);
}

EngLoans *
eng_loans_new (EngStorage *storage, const EngLoan *loans, size_t n)
{
  EngLoans *self = g_new0 (EngLoans, 1);

  self->end.done = on_end;
  self->storage = storage;
  self->items = g_memdup2 (loans, n * sizeof *loans);
  self->n = n;
  storage->n_jobs++;
  for (size_t i = 0; i < n; i++)
    loans[i].from->n_jobs++;
  return self;
}

void
eng_loans_drop (EngLoans *self)
{
  if (self == NULL)
    return;
  for (size_t i = 0; i < self->n; i++)
    eng_storage_job_ended (self->items[i].from);
  eng_storage_job_ended (self->storage);
  g_free (self->items);
  g_free (self);
}
