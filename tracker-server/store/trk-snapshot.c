/* trk-snapshot.c: see the header for the file.
 *
 *     header:  "TrkSwarm" 8, version u32, wall time s64, boot time u64, blocks u32, checksum u32
 *     block:   shard u32, length u32, checksum u32 of both numbers and the bytes, the bytes
 *
 * Numbers are big-endian. Several threads read, a block at a time each. */
#include "trk-snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-crc32c.h"
#include "protocol/core/bt-cursor.h"
#include "tracker-server/swarm/trk-freeze.h"
#include "trk-place-private.h"

#define MAGIC "TrkSwarm"
#define MAGIC_LEN 8u
#define VERSION 1u
#define HEADER_LEN (MAGIC_LEN + 4u + 8u + 8u + 4u + 4u)
#define BLOCK_LEN 12u /* before its bytes */

#define THREADS_MAX 4u

static bool
fail (TrkProblem *problem, TrkTrouble trouble, const char *path)
{
  *problem = (TrkProblem){ .trouble = trouble,
                           .sys_errno = trouble == TRK_TROUBLE_SYSTEM ? errno : 0,
                           .path = path };
  return false;
}

static void
put_u32 (uint8_t *out, uint32_t value)
{
  uint32_t big = GUINT32_TO_BE (value);

  memcpy (out, &big, sizeof big);
}

static void
put_u64 (uint8_t *out, uint64_t value)
{
  put_u32 (out, (uint32_t) (value >> 32));
  put_u32 (out + 4, (uint32_t) value);
}

/* --- writing --- */

static bool
write_header (int fd, const TrkInstant *now)
{
  uint8_t header[HEADER_LEN];

  memcpy (header, MAGIC, MAGIC_LEN);
  put_u32 (header + 8, VERSION);
  put_u64 (header + 12, (uint64_t) now->wall_s);
  put_u64 (header + 20, now->boot_s);
  put_u32 (header + 28, TRK_SHARDS);
  put_u32 (header + 32, bt_crc32c (header, HEADER_LEN - 4));
  return trk_place_write (fd, header, sizeof header, 0);
}

/* The checksum stands before the bytes, and is of what it stands between. */
static uint32_t
sum_of (const uint8_t *block, size_t len)
{
  return bt_crc32c (block, 8) ^ bt_crc32c (block + BLOCK_LEN, len);
}

static bool
write_blocks (int fd, TrkSwarms *swarms, uint64_t now_s)
{
  g_autoptr (GByteArray) block = g_byte_array_new ();
  off_t at = HEADER_LEN;

  for (uint32_t shard = 0; shard < TRK_SHARDS; shard++)
    {
      g_byte_array_set_size (block, BLOCK_LEN);
      trk_freeze_shard (swarms, shard, now_s, block);
      put_u32 (block->data, shard);
      put_u32 (block->data + 4, block->len - BLOCK_LEN);
      put_u32 (block->data + 8, sum_of (block->data, block->len - BLOCK_LEN));
      if (!trk_place_write (fd, block->data, block->len, at))
        return false;
      at += block->len;
    }
  return true;
}

bool
trk_snapshot_write (const char *path, TrkSwarms *swarms, const TrkInstant *now, TrkProblem *problem)
{
  g_autofree char *draft = trk_place_draft (path);
  int fd = trk_place_make (draft);
  bool ok;

  if (fd < 0)
    return fail (problem, TRK_TROUBLE_SYSTEM, path);
  ok = write_header (fd, now) && write_blocks (fd, swarms, now->boot_s);
  if (!ok)
    {
      (void) fail (problem, TRK_TROUBLE_SYSTEM, path); /* is told below */
      (void) unlink (draft);                           /* the first failure is told */
    }
  else
    ok = (trk_place_put (fd, draft, path) && trk_place_sync_folder (path))
         || fail (problem, TRK_TROUBLE_SYSTEM, path);
  close (fd);
  return ok;
}

/* --- reading --- */

/* What the threads that read share. */
typedef struct
{
  int fd;
  TrkSwarms *swarms;
  const TrkSnapshotPause *pause; /* (nullable) */
  uint64_t now_s;
  uint64_t down_s;
  uint64_t end; /* of the file */

  pthread_mutex_t lock;
  uint64_t at; /* of the next block; under the lock, as all that follows */
  uint32_t n_left;
  TrkSnapshotFound found;
} Reading;

/* As much as is wanted; a shorter file is an error. */
static bool
read_at (int fd, void *out, size_t len, uint64_t offset)
{
  for (size_t done = 0; done < len;)
    {
      ssize_t n = pread (fd, (char *) out + done, len - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return false;
      done += (size_t) n;
    }
  return true;
}

/* Where the next block lies; false at the end. A length that leads out of the file is the end. */
static bool
next_block (Reading *self, uint64_t *at, uint32_t *len)
{
  uint8_t head[BLOCK_LEN];
  bool is_there = false;

  pthread_mutex_lock (&self->lock);
  if (self->n_left > 0)
    {
      BtCursor c = { head + 4, head + BLOCK_LEN, false };

      is_there = self->end - self->at >= BLOCK_LEN && read_at (self->fd, head, BLOCK_LEN, self->at);
      *len = is_there ? bt_cursor_u32 (&c) : 0;
      is_there = is_there && *len <= self->end - self->at - BLOCK_LEN;
      *at = self->at;
      self->at += BLOCK_LEN + (is_there ? *len : 0);
      self->found.damaged += is_there ? 0 : self->n_left;
      self->n_left = is_there ? self->n_left - 1 : 0;
    }
  pthread_mutex_unlock (&self->lock);
  return is_there;
}

static bool
read_block (Reading *self, uint64_t at, uint32_t len, GByteArray *block, TrkThawed *sums)
{
  BtError why;

  g_byte_array_set_size (block, BLOCK_LEN + len);
  if (!read_at (self->fd, block->data, block->len, at))
    return false;
  BtCursor c = { block->data + 8, block->data + BLOCK_LEN, false };
  return bt_cursor_u32 (&c) == sum_of (block->data, len)
         && trk_thaw_chunk (self->swarms, block->data + BLOCK_LEN, len, self->now_s, self->down_s,
                            sums, &why);
}

static void *
read_blocks (void *data)
{
  Reading *self = data;
  g_autoptr (GByteArray) block = g_byte_array_new ();
  TrkThawed sums = { 0 };
  uint32_t damaged = 0;
  uint64_t at;
  uint32_t len;

  while (next_block (self, &at, &len))
    {
      damaged += !read_block (self, at, len, block, &sums);
      if (self->pause != NULL)
        self->pause->call (self->pause->data);
    }
  pthread_mutex_lock (&self->lock);
  self->found.swarms += sums.swarms;
  self->found.peers += sums.peers;
  self->found.expired += sums.expired;
  self->found.refused += sums.refused;
  self->found.damaged += damaged;
  pthread_mutex_unlock (&self->lock);
  return NULL;
}

/* A thread that cannot be had leaves more to the others, of which this one is. */
static void
read_in_parallel (Reading *self)
{
  pthread_t threads[THREADS_MAX - 1];
  unsigned n = 0;

  while (n < MIN (THREADS_MAX, g_get_num_processors ()) - 1
         && pthread_create (&threads[n], NULL, read_blocks, self) == 0)
    n++;
  read_blocks (self);
  for (unsigned i = 0; i < n; i++)
    pthread_join (threads[i], NULL); /* it says nothing */
}

/* For how long nobody was heard: by the clock on the wall, which may have been set back. */
static bool
read_header (Reading *self, const TrkInstant *now)
{
  uint8_t header[HEADER_LEN];
  BtCursor c = { header + MAGIC_LEN, header + HEADER_LEN, false };
  int64_t written_s;

  if (!read_at (self->fd, header, sizeof header, 0) || memcmp (header, MAGIC, MAGIC_LEN) != 0
      || bt_cursor_u32 (&c) != VERSION)
    return false;
  written_s = (int64_t) bt_cursor_u64 (&c);
  (void) bt_cursor_u64 (&c); /* the clock of another run */
  self->n_left = bt_cursor_u32 (&c);
  if (bt_cursor_u32 (&c) != bt_crc32c (header, HEADER_LEN - 4))
    return false;
  self->found.written_s = written_s;
  self->down_s = now->wall_s > written_s ? (uint64_t) now->wall_s - (uint64_t) written_s : 0;
  self->at = HEADER_LEN;
  return true;
}

bool
trk_snapshot_read (const char *path, TrkSwarms *swarms, const TrkInstant *now,
                   const TrkSnapshotPause *pause, TrkSnapshotFound *found, TrkProblem *problem)
{
  Reading self = { .swarms = swarms, .pause = pause, .now_s = now->boot_s };
  struct stat st;

  *found = (TrkSnapshotFound){ 0 };
  self.fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (self.fd < 0)
    return fail (problem, TRK_TROUBLE_SYSTEM, path);
  if (fstat (self.fd, &st) != 0 || !read_header (&self, now))
    {
      (void) fail (problem, TRK_TROUBLE_CORRUPT, path); /* is told by false */
      close (self.fd);
      return false;
    }
  self.end = (uint64_t) st.st_size;
  pthread_mutex_init (&self.lock, NULL);
  read_in_parallel (&self);
  pthread_mutex_destroy (&self.lock);
  close (self.fd);
  *found = self.found;
  return true;
}
