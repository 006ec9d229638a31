/* btf-hasher.c: handing out groups of pieces, and what a worker does with one. */
#include "protocol/files/btf-hasher.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/files/btf-pool.h"
#include "protocol/files/btf-reader-private.h"
#include "protocol/torrent/bt-merkle.h"

/* The workers' buffers together, and each. A group of small pieces that is read whole may be larger
 * than a processor's own cache, since files are then opened once; slices of large ones stay in it.
 */
#define BUFFERS_LEN (48 * BT_MIB)
#define BUFFER_MAX (4 * BT_MIB)
#define SLICES_LEN BT_MIB
#define GROUP_MAX 64
#define TICK_MS 100

/* What the workers share. */
typedef struct
{
  const BtfHasher *hasher;
  size_t buffer_len; /* of each worker */
  unsigned lanes;    /* pieces side by side when they are read in slices */
  size_t slice;      /* bytes of each */
  pthread_mutex_t lock;
  uint32_t next; /* under the lock: the first piece that nobody has */
  atomic_uint_fast64_t done;
  atomic_bool stop;
} Run;

/* One piece of a group. */
typedef struct
{
  uint32_t index;
  uint64_t size;  /* bytes to read */
  uint64_t zeros; /* behind them under the SHA-1: the pad of a hybrid */
  bool bad;       /* could not be read */
  BtDigest sha1;
  uint8_t sha1_out[BT_SHA1_LEN];
  uint8_t *leaves; /* grows by 32 bytes a block */
  size_t n_leaves;
  uint8_t *buffer; /* what is under way of it */
} Piece;

typedef struct
{
  Run *run;
  BtfReader reader;
  uint8_t *buffer;
  uint8_t *leaves; /* room for the leaves of a whole group */
  Piece pieces[GROUP_MAX];
  size_t n_pieces;
  bool whole; /* the group fits into the buffer */
} Worker;

static bool
has_v1 (const BtfHasher *hasher)
{
  return (hasher->format & BT_FORMAT_V1) != 0;
}

static bool
has_v2 (const BtfHasher *hasher)
{
  return (hasher->format & BT_FORMAT_V2) != 0;
}

/* --- handing out --- */

/* In a hybrid a piece ends with its file, and its SHA-1 covers the pad behind it, too. */
static Piece
make_piece (const BtfHasher *hasher, uint32_t index)
{
  Piece piece = { .index = index, .size = bt_layout_piece_size (hasher->layout, index) };
  uint64_t size_v1 = piece.size;

  if (!has_v2 (hasher))
    return piece;
  piece.size = bt_layout_piece_size_v2 (hasher->layout, index);
  piece.zeros = has_v1 (hasher) ? size_v1 - piece.size : 0;
  return piece;
}

/* Takes the next pieces: one a lane, and more while they fit into the buffer together. Passes over
 * those that need no reading. */
static bool
take_group (Worker *worker)
{
  Run *run = worker->run;
  const BtfHasher *hasher = run->hasher;
  uint64_t bytes = 0;

  worker->n_pieces = 0;
  pthread_mutex_lock (&run->lock);
  while (worker->n_pieces < GROUP_MAX && run->next < hasher->layout->n_pieces)
    {
      Piece piece = make_piece (hasher, run->next);

      if (worker->n_pieces >= run->lanes && bytes + piece.size > run->buffer_len)
        break;
      if (hasher->skip != NULL && hasher->skip (hasher->data, run->next))
        atomic_fetch_add (&run->done, piece.size);
      else
        {
          worker->pieces[worker->n_pieces++] = piece;
          bytes += piece.size;
        }
      run->next++;
    }
  pthread_mutex_unlock (&run->lock);
  worker->whole = bytes <= run->buffer_len;
  return worker->n_pieces > 0;
}

/* --- reading --- */

/* Reads @len bytes of a piece from @at on into its buffer. What lies between files is zeros. */
static void
read_part (Worker *worker, Piece *piece, uint64_t at, size_t len)
{
  const BtfHasher *hasher = worker->run->hasher;
  BtErrorCode code;
  size_t file;

  if (piece->bad)
    return;
  code
      = btf_reader_read (&worker->reader, bt_layout_piece_start (hasher->layout, piece->index) + at,
                         piece->buffer, len, &file);
  if (code == BT_OK)
    return;
  piece->bad = true;
  if (!hasher->fail (hasher->data, piece->index, file, code, worker->reader.sys_errno))
    atomic_store (&worker->run->stop, true);
}

/* --- hashing --- */

/* Collects the 16 KiB blocks of a part as messages for the digest. */
static size_t
add_blocks (Piece *piece, uint64_t at, size_t len, BtDigestMessage *messages, size_t n)
{
  uint64_t end = MIN (at + len, piece->size);

  for (uint64_t block = at; block < end && !piece->bad; block += BT_BLOCK_LEN)
    messages[n++]
        = (BtDigestMessage){ piece->buffer + (block - at), (size_t) MIN (BT_BLOCK_LEN, end - block),
                             piece->leaves + piece->n_leaves++ * BT_SHA256_LEN };
  return n;
}

static void
hash_blocks (Worker *worker, uint64_t at, size_t len)
{
  BtDigestMessage messages[BUFFER_MAX / BT_BLOCK_LEN + GROUP_MAX];
  size_t n = 0;

  for (size_t i = 0; i < worker->n_pieces; i++)
    {
      Piece *piece = &worker->pieces[i];
      size_t left = len > 0 ? len : (size_t) piece->size;

      n = add_blocks (piece, at, left, messages, n);
    }
  worker->run->hasher->ops->hash (BT_SHA256, messages, n);
}

/* The node that stands for a piece: its own tree's root for a file of one piece, otherwise that of
 * a subtree as high as the pieces are long (BEP 52). */
static void
piece_root (const Worker *worker, Piece *piece, uint8_t out[BT_SHA256_LEN])
{
  const BtfHasher *hasher = worker->run->hasher;
  const BtLayout *layout = hasher->layout;
  uint64_t start = bt_layout_piece_start (layout, piece->index);
  const BtFile *file = &layout->files[bt_layout_file_at (layout, start)];
  unsigned levels = bt_merkle_height (layout->piece_length);

  if (file->length <= layout->piece_length)
    for (levels = 0; (size_t) 1 << levels < piece->n_leaves;)
      levels++;
  bt_merkle_subroot (hasher->ops, piece->leaves, piece->n_leaves, 0, levels, out);
}

static void
hand_over (Worker *worker)
{
  const BtfHasher *hasher = worker->run->hasher;

  for (size_t i = 0; i < worker->n_pieces; i++)
    {
      Piece *piece = &worker->pieces[i];
      uint8_t root[BT_SHA256_LEN];

      if (piece->bad)
        continue;
      if (piece->n_leaves > 0)
        piece_root (worker, piece, root);
      hasher->piece (hasher->data, piece->index, has_v1 (hasher) ? piece->sha1_out : NULL,
                     piece->n_leaves > 0 ? root : NULL);
    }
}

/* --- a group of pieces that fits into the buffer --- */

static void
hash_pieces (Worker *worker)
{
  BtDigestMessage messages[GROUP_MAX];
  size_t n = 0;

  for (size_t i = 0; i < worker->n_pieces; i++)
    {
      Piece *piece = &worker->pieces[i];

      if (!piece->bad)
        messages[n++] = (BtDigestMessage){ piece->buffer, (size_t) piece->size, piece->sha1_out,
                                           piece->zeros };
    }
  worker->run->hasher->ops->hash (BT_SHA1, messages, n);
}

static void
hash_whole (Worker *worker)
{
  const BtfHasher *hasher = worker->run->hasher;
  uint8_t *at = worker->buffer;
  uint8_t *leaves = worker->leaves;
  uint64_t bytes = 0;

  for (size_t i = 0; i < worker->n_pieces; i++)
    {
      Piece *piece = &worker->pieces[i];
      size_t size = (size_t) piece->size;

      piece->buffer = at;
      piece->leaves = leaves;
      read_part (worker, piece, 0, size);
      at += size;
      bytes += size;
      leaves += (size + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN * BT_SHA256_LEN;
    }
  if (has_v1 (hasher))
    hash_pieces (worker);
  if (has_v2 (hasher))
    hash_blocks (worker, 0, 0);
  hand_over (worker);
  atomic_fetch_add (&worker->run->done, bytes);
}

/* --- pieces that are read in slices, side by side --- */

static void
update_pieces (Worker *worker, uint64_t at, size_t slice)
{
  BtDigestPart parts[GROUP_MAX];
  size_t n = 0;

  for (size_t i = 0; i < worker->n_pieces; i++)
    {
      Piece *piece = &worker->pieces[i];

      if (!piece->bad && at < piece->size + piece->zeros)
        parts[n++] = (BtDigestPart){ &piece->sha1, piece->buffer,
                                     (size_t) MIN (slice, piece->size + piece->zeros - at) };
    }
  worker->run->hasher->ops->update (BT_SHA1, parts, n);
}

static void
start_slices (Worker *worker)
{
  const Run *run = worker->run;
  size_t leaves_each
      = (run->hasher->layout->piece_length + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN * BT_SHA256_LEN;

  for (size_t i = 0; i < worker->n_pieces; i++)
    {
      Piece *piece = &worker->pieces[i];

      piece->buffer = worker->buffer + i * run->slice;
      if (has_v2 (run->hasher))
        piece->leaves = worker->leaves + i * leaves_each;
      if (has_v1 (run->hasher))
        run->hasher->ops->init (&piece->sha1, BT_SHA1);
    }
}

static void
finish_slices (Worker *worker)
{
  const BtDigestOps *ops = worker->run->hasher->ops;
  BtDigest *digests[GROUP_MAX];
  uint8_t *outs[GROUP_MAX];

  for (size_t i = 0; i < worker->n_pieces; i++)
    {
      digests[i] = &worker->pieces[i].sha1;
      outs[i] = worker->pieces[i].sha1_out;
    }
  ops->finish (BT_SHA1, digests, outs, worker->n_pieces);
}

/* Reads one slice of each piece; how many bytes that were. */
static uint64_t
read_slices (Worker *worker, uint64_t at)
{
  uint64_t bytes = 0;

  for (size_t i = 0; i < worker->n_pieces; i++)
    {
      Piece *piece = &worker->pieces[i];
      uint64_t size = piece->size + piece->zeros;
      size_t len = at < size ? (size_t) MIN (worker->run->slice, size - at) : 0;

      if (len > 0)
        read_part (worker, piece, at, len);
      bytes += at < piece->size ? MIN (len, piece->size - at) : 0;
    }
  return bytes;
}

static void
hash_sliced (Worker *worker)
{
  Run *run = worker->run;
  const BtfHasher *hasher = run->hasher;

  start_slices (worker);
  for (uint64_t at = 0; at < hasher->layout->piece_length && !atomic_load (&run->stop);
       at += run->slice)
    {
      uint64_t bytes = read_slices (worker, at);

      if (has_v1 (hasher))
        update_pieces (worker, at, run->slice);
      if (has_v2 (hasher))
        hash_blocks (worker, at, run->slice);
      atomic_fetch_add (&run->done, bytes);
    }
  if (has_v1 (hasher))
    finish_slices (worker);
  if (!atomic_load (&run->stop))
    hand_over (worker);
}

/* --- the workers --- */

static size_t
leaves_len (const Run *run)
{
  uint64_t blocks = (run->hasher->layout->piece_length + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN;

  if (!has_v2 (run->hasher))
    return 1;
  return MAX (run->lanes * blocks, BUFFER_MAX / BT_BLOCK_LEN + GROUP_MAX) * BT_SHA256_LEN;
}

static void
finish_reader (Worker *worker)
{
  const BtfHasher *hasher = worker->run->hasher;
  BtErrorCode code;
  size_t file;

  while ((code = btf_reader_close (&worker->reader, &file)) != BT_OK)
    if (!hasher->fail (hasher->data, BTF_NO_PIECE, file, code, worker->reader.sys_errno))
      atomic_store (&worker->run->stop, true);
}

static void
work (unsigned index, void *job, void *data)
{
  Run *run = data;
  g_autofree Worker *worker = g_new (Worker, 1);

  worker->run = run;
  worker->buffer = g_aligned_alloc (1, run->buffer_len, 4096);
  worker->leaves = g_malloc (leaves_len (run));
  btf_reader_init (&worker->reader, run->hasher);
  while (!atomic_load (&run->stop) && take_group (worker))
    {
      if (worker->whole)
        hash_whole (worker);
      else
        hash_sliced (worker);
    }
  finish_reader (worker);
  g_aligned_free (worker->buffer);
  g_free (worker->leaves);
}

static uint64_t
total_bytes (const BtLayout *layout)
{
  uint64_t total = 0;

  for (size_t i = 0; i < layout->n_files; i++)
    total += layout->files[i].length;
  return total;
}

/* Waits on the caller's thread, and tells how far the workers are. */
static void
watch (Run *run, BtfPool *pool, const BtfControl *control)
{
  BtfProgress progress = { .stage = BTF_STAGE_HASH,
                           .files = run->hasher->layout->n_files,
                           .total = total_bytes (run->hasher->layout) };

  while (!btf_pool_wait_for (pool, TICK_MS))
    {
      progress.done = MIN (atomic_load (&run->done), progress.total);
      btf_control_report (control, &progress);
      if (btf_control_is_cancelled (control))
        atomic_store (&run->stop, true);
    }
  progress.done = MIN (atomic_load (&run->done), progress.total);
  btf_control_report (control, &progress);
}

static void
choose_sizes (Run *run, unsigned n_threads)
{
  const BtfHasher *hasher = run->hasher;
  unsigned lanes = hasher->ops->lanes[has_v1 (hasher) ? BT_SHA1 : BT_SHA256];

  run->buffer_len = CLAMP (BUFFERS_LEN / n_threads, SLICES_LEN, BUFFER_MAX);
  run->lanes = hasher->rotational ? 1 : MIN (lanes, GROUP_MAX);
  run->slice = SLICES_LEN / run->lanes / BT_BLOCK_LEN * BT_BLOCK_LEN;
}

bool
btf_hasher_run (const BtfHasher *hasher, const BtfControl *control, bool *cancelled)
{
  Run run = { .hasher = hasher };
  unsigned n_threads = MAX (1, MIN (hasher->n_threads, hasher->layout->n_pieces));
  BtfPool *pool;

  choose_sizes (&run, n_threads);
  pthread_mutex_init (&run.lock, NULL);
  pool = btf_pool_new (n_threads, n_threads, work, &run);
  *cancelled = false;
  if (pool == NULL)
    {
      int saved = errno;

      pthread_mutex_destroy (&run.lock);
      errno = saved;
      return false;
    }
  for (unsigned i = 0; i < n_threads; i++)
    btf_pool_push (pool, NULL);
  watch (&run, pool, control);
  btf_pool_free (pool);
  pthread_mutex_destroy (&run.lock);
  *cancelled = btf_control_is_cancelled (control);
  return !*cancelled && !atomic_load (&run.stop);
}
