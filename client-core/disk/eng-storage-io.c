/* eng-storage-io.c: bytes of a torrent's space to and from its files. */
#include "eng-bytes-private.h"
#include "eng-parts-private.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "protocol/core/bt-limits.h"

#define IOV_MAX_HERE 64

/* --- reading --- */

static bool
read_file (EngStorage *storage, const BtSpan *span, uint8_t *out)
{
  EngFiles *files = storage->disk->files;
  EngPartsHome home;
  EngOpenFile *open;
  bool ok;

  if (!eng_parts_enter (storage, span, false, &home))
    return false;
  open = eng_files_hold (files, storage, home.file, false);
  ok = open != NULL && eng_bytes_read (open->fd, out, (size_t) span->length, home.offset);
  if (open != NULL)
    eng_files_release (files, open);
  eng_parts_leave (storage, &home);
  return ok;
}

bool
eng_storage_try_span (EngStorage *storage, uint64_t offset, uint8_t *out, size_t len, size_t *file)
{
  BtSpanIter iter;
  BtSpan span;

  memset (out, 0, len);
  bt_span_iter_init (&iter, storage->layout, offset, len);
  while (bt_span_iter_next (&iter, &span))
    {
      uint64_t at = storage->layout->files[span.file].offset + span.offset - offset;

      *file = span.file;
      if (eng_storage_is_on_disk (storage, span.file) && !read_file (storage, &span, out + at))
        return false;
    }
  return true;
}

bool
eng_storage_read_span (EngStorage *storage, uint64_t offset, uint8_t *out, size_t len)
{
  size_t file;

  if (eng_storage_try_span (storage, offset, out, len, &file))
    return true;
  eng_storage_note_fault (storage, ENG_ACCESS_READ, errno, file);
  return false;
}

/* --- writing --- */

/* Bytes [@from, @from + @len) of the blocks, as far as one call takes them. */
static int
gather (struct iovec *iov, uint8_t *const *blocks, uint64_t from, uint64_t len)
{
  int n = 0;

  while (len > 0 && n < IOV_MAX_HERE)
    {
      size_t skip = (size_t) (from % BT_BLOCK_LEN);
      size_t part = (size_t) MIN (len, BT_BLOCK_LEN - skip);

      iov[n++] = (struct iovec){ blocks[from / BT_BLOCK_LEN] + skip, part };
      from += part;
      len -= part;
    }
  return n;
}

static bool
write_fully (int fd, uint8_t *const *blocks, uint64_t from, const BtSpan *span, uint64_t offset)
{
  struct iovec iov[IOV_MAX_HERE];

  for (uint64_t done = 0; done < span->length;)
    {
      int n_iov = gather (iov, blocks, from + done, span->length - done);
      ssize_t n = pwritev (fd, iov, n_iov, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EIO;
      if (n <= 0)
        return false;
      done += (uint64_t) n;
    }
  return true;
}

static bool
write_file (EngStorage *storage, const BtSpan *span, uint8_t *const *blocks, uint64_t from)
{
  EngFiles *files = storage->disk->files;
  EngPartsHome home;
  EngOpenFile *open;
  bool ok;

  if (!eng_parts_enter (storage, span, true, &home))
    return false;
  open = eng_files_hold (files, storage, home.file, true);
  ok = open != NULL;
  if (ok)
    {
      ok = write_fully (open->fd, blocks, from, span, home.offset);
      atomic_store (&storage->written[home.file], ENG_WRITTEN_HERE);
    }
  if (open != NULL)
    eng_files_release (files, open);
  eng_parts_leave (storage, &home);
  if (!ok)
    eng_storage_note_fault (storage, ENG_ACCESS_WRITE, errno, home.file);
  return ok;
}

bool
eng_storage_write_span (EngStorage *storage, uint64_t offset, uint8_t *const *blocks, size_t len)
{
  BtSpanIter iter;
  BtSpan span;

  bt_span_iter_init (&iter, storage->layout, offset, len);
  while (bt_span_iter_next (&iter, &span))
    {
      uint64_t from = storage->layout->files[span.file].offset + span.offset - offset;

      if (eng_storage_is_on_disk (storage, span.file) && !write_file (storage, &span, blocks, from))
        return false;
    }
  return true;
}
