/* btio-blocks.c: a stack of free blocks under a lock; the counts are atomic. Who was given back
 * last is taken first: those at the bottom are the ones that nobody needs. */
#include "protocol/io/btio-blocks.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

#define KEPT 64         /* free blocks that keep their memory */
#define TRIMMED_MAX 512 /* in one go, which takes about a millisecond */
#define PAGE 4096

struct BtioBlocks
{
  uint64_t budget; /* bytes */
  void (*edge) (void *data);
  void *data;
  atomic_uint_fast64_t used; /* bytes */
  atomic_bool full;
  pthread_mutex_t lock;
  GPtrArray *spare; /* under the lock, as the rest */
  unsigned n_cold;  /* at its bottom, whose memory is the system's */
  unsigned least;   /* that were spare since the last trim */
};

BtioBlocks *
btio_blocks_new (uint64_t budget, void (*edge) (void *data), void *data)
{
  BtioBlocks *blocks = g_new0 (BtioBlocks, 1);

  blocks->budget = budget;
  blocks->edge = edge;
  blocks->data = data;
  blocks->spare = g_ptr_array_new_with_free_func (g_aligned_free);
  pthread_mutex_init (&blocks->lock, NULL);
  return blocks;
}

void
btio_blocks_free (BtioBlocks *blocks)
{
  if (blocks == NULL)
    return;
  bt_assert (btio_blocks_used (blocks) == 0);
  g_ptr_array_unref (blocks->spare);
  pthread_mutex_destroy (&blocks->lock);
  g_free (blocks);
}

uint8_t *
btio_blocks_take (BtioBlocks *blocks)
{
  uint8_t *block = NULL;

  if (atomic_fetch_add (&blocks->used, BT_BLOCK_LEN) + BT_BLOCK_LEN >= blocks->budget
      && !atomic_exchange (&blocks->full, true))
    blocks->edge (blocks->data);
  pthread_mutex_lock (&blocks->lock);
  if (blocks->spare->len > 0)
    block = g_ptr_array_steal_index_fast (blocks->spare, blocks->spare->len - 1);
  blocks->least = MIN (blocks->least, blocks->spare->len);
  blocks->n_cold = MIN (blocks->n_cold, blocks->spare->len);
  pthread_mutex_unlock (&blocks->lock);
  return block != NULL ? block : g_aligned_alloc (1, BT_BLOCK_LEN, PAGE);
}

void
btio_blocks_give (BtioBlocks *blocks, uint8_t *block)
{
  if (block == NULL)
    return;
  pthread_mutex_lock (&blocks->lock);
  g_ptr_array_add (blocks->spare, block);
  pthread_mutex_unlock (&blocks->lock);
  uint64_t left = atomic_fetch_sub (&blocks->used, BT_BLOCK_LEN) - BT_BLOCK_LEN;
  if (atomic_load (&blocks->full) && left <= blocks->budget / 4 * 3)
    blocks->edge (blocks->data);
}

uint64_t
btio_blocks_budget (const BtioBlocks *blocks)
{
  return blocks->budget;
}

uint64_t
btio_blocks_used (const BtioBlocks *blocks)
{
  return atomic_load (&blocks->used);
}

bool
btio_blocks_is_full (const BtioBlocks *blocks)
{
  return atomic_load (&blocks->full);
}

bool
btio_blocks_recover (BtioBlocks *blocks)
{
  if (!btio_blocks_is_full (blocks) || btio_blocks_used (blocks) > blocks->budget / 4 * 3)
    return false;
  atomic_store (&blocks->full, false);
  return true;
}

bool
btio_blocks_trim (BtioBlocks *blocks)
{
  unsigned end;
  bool more;

  pthread_mutex_lock (&blocks->lock);
  end = MIN (blocks->least, blocks->n_cold + TRIMMED_MAX);
  for (; blocks->n_cold + KEPT < blocks->spare->len && blocks->n_cold < end; blocks->n_cold++)
    (void) madvise (blocks->spare->pdata[blocks->n_cold], BT_BLOCK_LEN,
                    MADV_DONTNEED); /* refused, it costs what it did */
  blocks->least = blocks->spare->len;
  more = blocks->n_cold + KEPT < blocks->spare->len;
  pthread_mutex_unlock (&blocks->lock);
  return more;
}
