/* btio-mse.c: encryption over another stream.
 *
 * Once neither direction is encrypted any more, bytes pass as they are. */
#include "protocol/io/btio-mse.h"

#include <errno.h>
#include <string.h>

#include "protocol/core/bt-assert.h"

typedef struct
{
  BtioStream stream;
  BtioStream *below;
  BtMseCiphers ciphers;
  unsigned wanted; /* by the owner */
  int error;       /* that sending what was kept ended in */
  uint8_t *kept;   /* encrypted, not yet taken by @below; NULL for nothing */
  size_t kept_from;
  size_t kept_to;
} Mse;

static Mse *
mse_of (BtioStream *stream)
{
  return (Mse *) (void *) stream;
}

/* --- what is kept --- */

static void
keep (Mse *self, const uint8_t *bytes, size_t len)
{
  if (len == 0)
    return;
  bt_assert (self->kept == NULL);
  self->kept = g_memdup2 (bytes, len);
  self->kept_from = 0;
  self->kept_to = len;
}

/* True when nothing is kept any more; false and errno. */
static bool
send_kept (Mse *self)
{
  while (self->kept != NULL)
    {
      struct iovec part = { self->kept + self->kept_from, self->kept_to - self->kept_from };
      ssize_t n = btio_stream_writev (self->below, &part, 1);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          errno = n == 0 ? EPIPE : errno;
          return false;
        }
      self->kept_from += (size_t) n;
      if (self->kept_from == self->kept_to)
        g_clear_pointer (&self->kept, g_free);
    }
  return true;
}

/* --- the table --- */

/* Decrypts the first @len bytes that lie in @parts. */
static void
decrypt (Mse *self, const struct iovec *parts, size_t len)
{
  for (; len > 0 && self->ciphers.in_left > 0; parts++)
    {
      size_t n = MIN (parts->iov_len, len);
      size_t hidden = (size_t) MIN (n, self->ciphers.in_left);

      bt_arc4_crypt (&self->ciphers.in, parts->iov_base, parts->iov_base, hidden);
      if (self->ciphers.in_left != UINT64_MAX)
        self->ciphers.in_left -= hidden;
      len -= n;
    }
}

static ssize_t
mse_readv (BtioStream *stream, const struct iovec *parts, int n)
{
  Mse *self = mse_of (stream);
  ssize_t got = btio_stream_readv (self->below, parts, n);

  if (got > 0)
    decrypt (self, parts, (size_t) got);
  return got;
}

/* Where in what is to be written the next byte comes from. */
typedef struct
{
  const struct iovec *part;
  const struct iovec *end;
  size_t at; /* in the part */
} Source;

/* Copies and encrypts up to BTIO_MSE_BUFFER bytes; how many. */
static size_t
encrypt (Mse *self, Source *from, uint8_t *out)
{
  size_t len = 0;

  while (from->part < from->end && len < BTIO_MSE_BUFFER)
    {
      size_t left = from->part->iov_len - from->at;
      size_t some = MIN (left, BTIO_MSE_BUFFER - len);

      bt_arc4_crypt (&self->ciphers.out, (const uint8_t *) from->part->iov_base + from->at,
                     out + len, some);
      len += some;
      from->at += some;
      if (some == left)
        {
          from->part++;
          from->at = 0;
        }
    }
  return len;
}

/* Encrypts and sends until the line below takes no more. What was encrypted counts as taken: the
 * cipher does not go back. */
static ssize_t
write_encrypted (Mse *self, Source *from)
{
  uint8_t bytes[BTIO_MSE_BUFFER];
  size_t done = 0;
  size_t len;

  while (self->kept == NULL && (len = encrypt (self, from, bytes)) > 0)
    {
      ssize_t sent = btio_stream_writev (self->below, &(struct iovec){ bytes, len }, 1);

      if (sent < 0 && errno != EAGAIN && errno != EINTR)
        {
          self->error = errno;
          return -1;
        }
      sent = MAX (sent, 0);
      keep (self, bytes + sent, len - (size_t) sent);
      done += len;
    }
  if (self->kept != NULL)
    btio_stream_want (self->below, self->wanted | BTIO_WRITABLE);
  return (ssize_t) done;
}

static ssize_t
mse_writev (BtioStream *stream, const struct iovec *parts, int n)
{
  Mse *self = mse_of (stream);
  Source from = { parts, parts + n, 0 };

  if (self->error != 0)
    {
      errno = self->error;
      return -1;
    }
  if (!send_kept (self))
    return -1;
  return self->ciphers.out_left == 0 ? btio_stream_writev (self->below, parts, n)
                                     : write_encrypted (self, &from);
}

static void
mse_want (BtioStream *stream, unsigned ready)
{
  Mse *self = mse_of (stream);

  self->wanted = ready;
  btio_stream_want (self->below, ready | (self->kept != NULL ? BTIO_WRITABLE : 0));
}

static int
mse_error (BtioStream *stream)
{
  Mse *self = mse_of (stream);

  return self->error != 0 ? self->error : btio_stream_error (self->below);
}

static void
mse_close (BtioStream *stream)
{
  Mse *self = mse_of (stream);

  btio_stream_close (self->below);
  g_free (self->kept);
  g_free (self);
}

static const BtioStreamClass mse_class = {
  .readv = mse_readv, .writev = mse_writev, .want = mse_want, .error = mse_error, .close = mse_close
};

/* What is kept goes first; the owner hears of room behind it, if it wants to. */
static void
below_ready (BtioStream *below, void *owner, unsigned ready)
{
  Mse *self = owner;

  if ((ready & BTIO_WRITABLE) != 0 && self->kept != NULL)
    {
      bool room = send_kept (self);

      if (!room && errno != EAGAIN)
        {
          self->error = errno;
          ready |= BTIO_BROKEN;
        }
      if (!room)
        ready &= ~(unsigned) BTIO_WRITABLE;
      else
        btio_stream_want (below, self->wanted);
    }
  ready &= self->wanted | BTIO_BROKEN;
  if (ready != 0 && self->stream.ready != NULL)
    self->stream.ready (&self->stream, self->stream.owner, ready);
}

BtioStream *
btio_mse_new (BtioStream *below, const BtMseCiphers *ciphers, const uint8_t *pending, size_t len)
{
  Mse *self = g_new0 (Mse, 1);

  bt_assert (ciphers->out_left == 0 || ciphers->out_left == UINT64_MAX);
  self->stream.class = &mse_class;
  self->stream.remote = below->remote;
  self->stream.local = below->local;
  self->below = below;
  self->ciphers = *ciphers;
  keep (self, pending, len);
  below->ready = below_ready;
  below->owner = self;
  return &self->stream;
}
