/* trk-journal-file.c: see the header. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-crc32c.h"
#include "trk-journal-private.h"
#include "trk-place-private.h"

#define MAGIC "TrkDone1"
#define MAGIC_LEN 8u
#define HEADER_LEN (MAGIC_LEN + TRK_JOURNAL_OWNER_LEN + 4u)
#define PREFIX_LEN 12u /* of a record, before its hashes */
#define RECORD_LEN(n) (PREFIX_LEN + (n) *BT_INFO_HASH_LEN + 4u)

static void
put_u32 (uint8_t *out, uint32_t value)
{
  uint32_t big = GUINT32_TO_BE (value);

  memcpy (out, &big, sizeof big);
}

static void
put_u64 (uint8_t *out, uint64_t value)
{
  uint64_t big = GUINT64_TO_BE (value);

  memcpy (out, &big, sizeof big);
}

static uint32_t
get_u32 (const uint8_t *in)
{
  uint32_t big;

  memcpy (&big, in, sizeof big);
  return GUINT32_FROM_BE (big);
}

static uint64_t
get_u64 (const uint8_t *in)
{
  uint64_t big;

  memcpy (&big, in, sizeof big);
  return GUINT64_FROM_BE (big);
}

/* Puts the checksum behind @len bytes. */
static void
seal (uint8_t *bytes, size_t len)
{
  put_u32 (bytes + len, bt_crc32c (bytes, len));
}

static bool
is_sealed (const uint8_t *bytes, size_t len)
{
  return get_u32 (bytes + len) == bt_crc32c (bytes, len);
}

/* As much as there is, up to @len; -1 and errno. */
static ssize_t
read_at (int fd, void *out, size_t len, uint64_t offset)
{
  size_t done = 0;

  while (done < len)
    {
      ssize_t n = pread (fd, (char *) out + done, len - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += (size_t) n;
    }
  return (ssize_t) done;
}

/* --- opening --- */

TrkJournalFileFound
trk_journal_file_open (TrkJournalFile *self, const char *path,
                       const uint8_t owner[TRK_JOURNAL_OWNER_LEN])
{
  uint8_t header[HEADER_LEN];
  struct stat st;
  ssize_t n;

  *self = (TrkJournalFile){ .path = g_strdup (path),
                            .record = g_malloc (RECORD_LEN (TRK_JOURNAL_BATCH_MAX)) };
  self->fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (self->fd < 0)
    return errno == ENOENT ? TRK_JOURNAL_FILE_NONE : TRK_JOURNAL_FILE_FAILED;
  n = fstat (self->fd, &st) == 0 ? read_at (self->fd, header, sizeof header, 0) : -1;
  if (n < 0)
    return TRK_JOURNAL_FILE_FAILED;
  self->len = (uint64_t) st.st_size;
  if ((size_t) n < sizeof header || memcmp (header, MAGIC, MAGIC_LEN) != 0
      || !is_sealed (header, HEADER_LEN - 4)
      || memcmp (header + MAGIC_LEN, owner, TRK_JOURNAL_OWNER_LEN) != 0)
    return TRK_JOURNAL_FILE_OTHER;
  return TRK_JOURNAL_FILE_OURS;
}

void
trk_journal_file_close (TrkJournalFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->record);
  *self = (TrkJournalFile){ .fd = -1 };
}

bool
trk_journal_file_put_aside (TrkJournalFile *self)
{
  g_autofree char *aside = g_strconcat (self->path, ".aside", NULL);

  return rename (self->path, aside) == 0;
}

/* --- reading --- */

/* Reads the record at @offset whole; its length, 0 when there is none, -1 and errno. */
static ssize_t
read_record (TrkJournalFile *self, uint64_t offset, uint64_t least)
{
  ssize_t n = read_at (self->fd, self->record, PREFIX_LEN, offset);
  size_t len;
  uint32_t n_hashes;

  if (n < (ssize_t) PREFIX_LEN)
    return n < 0 ? -1 : 0;
  n_hashes = get_u32 (self->record + 8);
  if (get_u64 (self->record) < least || n_hashes == 0 || n_hashes > TRK_JOURNAL_BATCH_MAX)
    return 0;
  len = RECORD_LEN (n_hashes);
  n = read_at (self->fd, self->record + PREFIX_LEN, len - PREFIX_LEN, offset + PREFIX_LEN);
  if (n < (ssize_t) (len - PREFIX_LEN))
    return n < 0 ? -1 : 0;
  return is_sealed (self->record, len - 4) ? (ssize_t) len : 0;
}

bool
trk_journal_file_replay (TrkJournalFile *self, TrkJournalRecord show, void *data, uint64_t *n_cut)
{
  uint64_t at = HEADER_LEN;
  uint64_t least = 1;
  ssize_t len;

  while ((len = read_record (self, at, least)) > 0)
    {
      uint64_t sequence = get_u64 (self->record);
      uint32_t n = get_u32 (self->record + 8);

      show (data, sequence, self->record + PREFIX_LEN, n);
      least = sequence + n;
      at += (uint64_t) len;
    }
  if (len < 0)
    return false;
  *n_cut = self->len - at;
  self->len = at;
  /* Numbers in what is cut off may be given again: it must not come back. */
  return *n_cut == 0 || (ftruncate (self->fd, (off_t) at) == 0 && fdatasync (self->fd) == 0);
}

/* --- writing --- */

static bool
write_record (TrkJournalFile *self, int fd, uint64_t *at, uint64_t sequence, const uint8_t *hashes,
              size_t n)
{
  size_t len = RECORD_LEN (n);

  put_u64 (self->record, sequence);
  put_u32 (self->record + 8, (uint32_t) n);
  memcpy (self->record + PREFIX_LEN, hashes, n * BT_INFO_HASH_LEN);
  seal (self->record, len - 4);
  if (!trk_place_write (fd, self->record, len, (off_t) *at))
    return false;
  *at += len;
  return true;
}

bool
trk_journal_file_append (TrkJournalFile *self, uint64_t sequence, const uint8_t *hashes, size_t n)
{
  int failure;

  if (write_record (self, self->fd, &self->len, sequence, hashes, n))
    return true;
  failure = errno;
  (void) !ftruncate (self->fd, (off_t) self->len); /* garbage that stays is known as such */
  errno = failure;
  return false;
}

static bool
write_all (TrkJournalFile *self, int fd, const uint8_t *owner, uint64_t sequence,
           const uint8_t *hashes, size_t n, uint64_t *len)
{
  uint8_t header[HEADER_LEN];

  memcpy (header, MAGIC, MAGIC_LEN);
  memcpy (header + MAGIC_LEN, owner, TRK_JOURNAL_OWNER_LEN);
  seal (header, HEADER_LEN - 4);
  if (!trk_place_write (fd, header, sizeof header, 0))
    return false;
  *len = sizeof header;
  for (size_t done = 0; done < n;)
    {
      size_t part = MIN (n - done, TRK_JOURNAL_BATCH_MAX);

      if (!write_record (self, fd, len, sequence + done, hashes + done * BT_INFO_HASH_LEN, part))
        return false;
      done += part;
    }
  return true;
}

bool
trk_journal_file_replace (TrkJournalFile *self, const uint8_t owner[TRK_JOURNAL_OWNER_LEN],
                          uint64_t sequence, const uint8_t *hashes, size_t n)
{
  g_autofree char *draft = trk_place_draft (self->path);
  uint64_t len = 0;
  int fd = trk_place_make (draft);
  int failure;

  if (fd < 0)
    return false;
  if (!write_all (self, fd, owner, sequence, hashes, n, &len))
    {
      failure = errno;
      close (fd);
      (void) unlink (draft); /* the first failure is told */
      errno = failure;
      return false;
    }
  if (!trk_place_put (fd, draft, self->path))
    {
      failure = errno;
      close (fd);
      errno = failure;
      return false;
    }
  (void) trk_place_sync_folder (self->path); /* after a power cut either file will do */
  if (self->fd >= 0)
    close (self->fd);
  self->fd = fd;
  self->len = len;
  return true;
}
