/* eng-leaves.c: the hashes of blocks that are on disk, for peers that ask for them (BEP 52). */
#include "eng-jobs-private.h"

#include "protocol/core/bt-limits.h"

/* Blocks that are read and then hashed side by side. */
#define STEP 8

typedef struct
{
  EngTask task;
  EngStorage *storage;
  uint64_t offset; /* in the torrent's space */
  uint32_t len;
  uint64_t cookie;
  uint8_t *leaves;
  bool ok;
} Leaves;

/* Hashes up to STEP blocks from @done on. */
static bool
hash_step (Leaves *job, uint8_t *const *blocks, uint32_t done)
{
  BtDigestMessage messages[STEP];
  size_t n = 0;

  for (uint32_t at = done; n < STEP && at < job->len; n++, at += (uint32_t) BT_BLOCK_LEN)
    {
      size_t len = (size_t) MIN (BT_BLOCK_LEN, job->len - at);

      if (!eng_storage_read_span (job->storage, job->offset + at, blocks[n], len))
        return false;
      messages[n]
          = (BtDigestMessage){ blocks[n], len, job->leaves + at / BT_BLOCK_LEN * BT_SHA256_LEN, 0 };
    }
  job->storage->disk->ops->hash (BT_SHA256, messages, n);
  return true;
}

static void
run_leaves (EngTask *const *tasks, size_t n)
{
  Leaves *job = (Leaves *) (void *) tasks[0];
  BtioBlocks *pool = job->storage->disk->blocks;
  uint8_t *blocks[STEP];

  for (size_t i = 0; i < STEP; i++)
    blocks[i] = btio_blocks_take (pool);
  job->ok = true;
  for (uint32_t done = 0; job->ok && done < job->len; done += STEP * (uint32_t) BT_BLOCK_LEN)
    job->ok = !atomic_load (&job->storage->closing) && hash_step (job, blocks, done);
  for (size_t i = 0; i < STEP; i++)
    btio_blocks_give (pool, blocks[i]);
  job->task.finished = true;
}

static void
on_leaves_done (EngTask *task)
{
  Leaves *job = (Leaves *) (void *) task;
  EngStorage *storage = job->storage;

  if (storage->events.leaves != NULL)
    storage->events.leaves (storage->owner, job->cookie, job->ok ? job->leaves : NULL);
  g_free (job->leaves);
  g_free (job);
  eng_storage_job_ended (storage);
}

void
eng_job_leaves (EngStorage *storage, uint64_t offset, uint32_t len, uint64_t cookie)
{
  Leaves *job = g_new (Leaves, 1);

  *job = (Leaves){ .task = { .run = run_leaves, .done = on_leaves_done, .batch = 1 },
                   .storage = storage,
                   .offset = offset,
                   .len = len,
                   .cookie = cookie,
                   .leaves = g_malloc ((len / BT_BLOCK_LEN + 1) * BT_SHA256_LEN) };
  storage->n_jobs++;
  eng_crew_queue (storage->disk->crew, &job->task);
}
