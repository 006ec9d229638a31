/* btf-reader.c: from offsets in the torrent to reads of files. */
#include "protocol/files/btf-reader-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void
btf_reader_init (BtfReader *reader, const BtfHasher *hasher)
{
  *reader = (BtfReader){ .hasher = hasher };
  for (size_t i = 0; i < BTF_READER_FILES; i++)
    reader->files[i].fd = -1;
}

/* Whether the file is still what it was. */
static BtErrorCode
check (BtfReader *reader, const BtfOpenFile *open)
{
  const BtfHasher *hasher = reader->hasher;
  BtErrorCode code
      = hasher->check != NULL ? hasher->check (hasher->data, open->file, open->fd) : BT_OK;

  reader->sys_errno = code == BT_ERROR_READ ? errno : 0;
  return code;
}

static BtErrorCode
give_up (BtfReader *reader, BtfOpenFile *open)
{
  BtErrorCode code = BT_OK;

  if (open->fd < 0)
    return BT_OK;
  code = check (reader, open);
  close (open->fd);
  open->fd = -1;
  return code;
}

/* The descriptor of @file. On a failure *wrong is the file to blame, which may be another one that
 * had to be closed. */
static BtErrorCode
find (BtfReader *reader, size_t file, int *fd, size_t *wrong)
{
  BtfOpenFile *place = &reader->files[reader->next];
  BtErrorCode code;

  for (size_t i = 0; i < BTF_READER_FILES; i++)
    if (reader->files[i].fd >= 0 && reader->files[i].file == file)
      {
        *fd = reader->files[i].fd;
        return BT_OK;
      }
  *wrong = place->file;
  code = give_up (reader, place);
  if (code != BT_OK)
    return code;
  reader->next = (reader->next + 1) % BTF_READER_FILES;
  *wrong = file;
  *place = (BtfOpenFile){ .file = file, .fd = reader->hasher->open (reader->hasher->data, file) };
  reader->sys_errno = errno;
  if (place->fd < 0)
    return reader->sys_errno == ENOENT ? BT_ERROR_FILE_VANISHED : BT_ERROR_OPEN;
  *fd = place->fd;
  return BT_OK;
}

/* A read that fails, or ends early, is often the sign that the file is no longer what it was. */
static BtErrorCode
explain (BtfReader *reader, size_t file, int fd, BtErrorCode code, int sys_errno)
{
  BtErrorCode found = check (reader, &(BtfOpenFile){ .file = file, .fd = fd });

  if (found != BT_OK)
    return found;
  reader->sys_errno = sys_errno;
  return code;
}

static BtErrorCode
read_span (BtfReader *reader, const BtSpan *span, uint8_t *out, size_t *wrong)
{
  uint64_t done = 0;
  int fd;
  BtErrorCode code = find (reader, span->file, &fd, wrong);

  if (code != BT_OK)
    return code;
  *wrong = span->file;
  while (done < span->length)
    {
      ssize_t n = pread (fd, out + done, span->length - done, (off_t) (span->offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return explain (reader, span->file, fd, BT_ERROR_READ, errno);
      if (n == 0)
        return explain (reader, span->file, fd, BT_ERROR_FILE_SHRANK, 0);
      done += (uint64_t) n;
    }
  return BT_OK;
}

BtErrorCode
btf_reader_read (BtfReader *reader, uint64_t offset, uint8_t *out, size_t len, size_t *file)
{
  BtSpanIter iter;
  BtSpan span;
  size_t done = 0;

  bt_span_iter_init (&iter, reader->hasher->layout, offset, len);
  while (bt_span_iter_next (&iter, &span))
    {
      const BtFile *f = &reader->hasher->layout->files[span.file];
      size_t at = (size_t) (f->offset + span.offset - offset);
      BtErrorCode code = BT_OK;

      memset (out + done, 0, at - done);
      if ((f->attr & BT_FILE_PAD) != 0)
        memset (out + at, 0, span.length);
      else
        code = read_span (reader, &span, out + at, file);
      if (code != BT_OK)
        return code;
      done = at + (size_t) span.length;
    }
  memset (out + done, 0, len - done);
  return BT_OK;
}

BtErrorCode
btf_reader_close (BtfReader *reader, size_t *file)
{
  for (size_t i = 0; i < BTF_READER_FILES; i++)
    {
      BtErrorCode code = give_up (reader, &reader->files[i]);

      *file = reader->files[i].file;
      if (code != BT_OK)
        return code;
    }
  return BT_OK;
}
