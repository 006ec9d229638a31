/* btd-lanes.c: keeps the lanes of an engine filled with streams of different lengths.
 *
 * A job is one stream of a call: a few runs of whole blocks, such as the buffered block and the
 * caller's bytes, or the caller's bytes, zeros and the padding. A feed turns the arguments of a
 * call into jobs. Each step compresses, on all lanes, as many blocks as the shortest run has; a
 * lane whose job is done takes the next one, and lanes without work are dropped. */
#include "protocol/digest/btd-lanes-private.h"

#include <stdbool.h>
#include <string.h>

#define ALWAYS_INLINE inline __attribute__ ((always_inline))

/* The room for the length of the message at the end of the last block. */
#define LENGTH_LEN 8

/* A message that fits into two blocks with its padding is copied there: one run, not two. */
#define SHORT_MAX (2 * BTD_BLOCK_LEN - LENGTH_LEN - 1)

/* Copied and cleared with plain vector moves: compilers make `rep` instructions of memcpy() and
 * memset() of this size, which take longer to start than the copy itself. */
typedef uint8_t Block __attribute__ ((vector_size (BTD_BLOCK_LEN), aligned (1), may_alias));
typedef uint32_t Value __attribute__ ((vector_size (4 * BTD_STATE_WORDS), aligned (4), may_alias));

/* What stands for a run of zeros beside lanes that have data, in pieces of this many blocks. */
#define ZERO_BLOCKS 64
static const uint8_t zero_blocks[ZERO_BLOCKS * BTD_BLOCK_LEN];

typedef struct
{
  const uint8_t *data; /* NULL for zeros */
  size_t blocks;
} Run;

/* A job on a lane. @h points at the digest's chaining value or at @value. */
typedef struct
{
  size_t index; /* in the arguments of the call */
  uint32_t *h;
  Run first;    /* not empty, nor are the others */
  Run queue[4]; /* the rest, the next one last */
  unsigned n_queue;
  uint32_t value[BTD_STATE_WORDS];
  uint8_t padding[2 * BTD_BLOCK_LEN];
  uint8_t edge[BTD_BLOCK_LEN]; /* the block in which zeros begin */
} Job;

/* The arguments of a call, and the next index to take. */
typedef struct
{
  BtDigestKind kind;
  size_t next;
  size_t n;
  const BtDigestPart *parts;
  BtDigest *const *digests;
  uint8_t *const *outs;
  const BtDigestMessage *messages;
} Feed;

typedef bool FeedTake (Feed *feed, Job *job); /* false when nothing is left */
typedef void FeedDone (Feed *feed, const Job *job);

/* The lanes at work are 0 to k - 1; the arrays are what the engine is handed. */
typedef struct
{
  unsigned k;
  uint32_t *h[BTD_LANES_MAX];
  const uint8_t *data[BTD_LANES_MAX];
  size_t blocks[BTD_LANES_MAX]; /* left in the run */
  Job *job[BTD_LANES_MAX];
  unsigned n_zeros; /* lanes on a run of zeros */
} Lanes;

static ALWAYS_INLINE void
lanes_set_run (Lanes *lanes, unsigned lane, Run run)
{
  lanes->data[lane] = run.data;
  lanes->blocks[lane] = run.blocks;
  lanes->n_zeros += run.data == NULL;
}

static ALWAYS_INLINE void
lanes_start (Lanes *lanes, unsigned lane, Job *job)
{
  lanes->h[lane] = job->h;
  lanes->job[lane] = job;
  lanes_set_run (lanes, lane, job->first);
}

/* The last lane moves into the place of @lane. */
static ALWAYS_INLINE void
lanes_drop (Lanes *lanes, unsigned lane)
{
  unsigned last = --lanes->k;

  lanes->h[lane] = lanes->h[last];
  lanes->data[lane] = lanes->data[last];
  lanes->blocks[lane] = lanes->blocks[last];
  lanes->job[lane] = lanes->job[last];
}

static ALWAYS_INLINE size_t
lanes_shortest (const Lanes *lanes)
{
  size_t blocks = lanes->blocks[0];

  for (unsigned i = 1; i < lanes->k; i++)
    if (lanes->blocks[i] < blocks)
      blocks = lanes->blocks[i];
  return blocks;
}

/* The run of @lane is over: on to the job's next run, to the next job, or out. */
static ALWAYS_INLINE void
lanes_turn (Lanes *lanes, unsigned lane, Feed *feed, FeedTake *take, FeedDone *done)
{
  Job *job = lanes->job[lane];

  lanes->n_zeros -= lanes->data[lane] == NULL;
  if (job->n_queue > 0)
    {
      lanes_set_run (lanes, lane, job->queue[--job->n_queue]);
      return;
    }
  done (feed, job);
  if (take (feed, job))
    lanes_start (lanes, lane, job);
  else
    lanes_drop (lanes, lane);
}

/* Some lanes have data and some zeros; returns how many blocks were compressed. */
static size_t
lanes_compress_mixed (const BtdEngine *engine, Lanes *lanes, size_t blocks)
{
  const uint8_t *data[BTD_LANES_MAX];

  blocks = blocks < ZERO_BLOCKS ? blocks : ZERO_BLOCKS;
  for (unsigned i = 0; i < lanes->k; i++)
    data[i] = lanes->data[i] != NULL ? lanes->data[i] : zero_blocks;
  engine->compress (lanes->h, data, lanes->k, blocks);
  return blocks;
}

/* Compresses at most @blocks blocks on all lanes; returns how many. */
static ALWAYS_INLINE size_t
lanes_compress (const BtdEngine *engine, Lanes *lanes, size_t blocks)
{
  if (lanes->n_zeros == 0)
    engine->compress (lanes->h, lanes->data, lanes->k, blocks);
  else if (lanes->n_zeros == lanes->k && engine->zeros != NULL && lanes->k >= engine->zeros_pay)
    engine->zeros (lanes->h, lanes->k, blocks);
  else
    return lanes_compress_mixed (engine, lanes, blocks);
  return blocks;
}

/* Inlined into each operation, so that the feed's functions are not called through pointers. */
static ALWAYS_INLINE void
lanes_run (const BtdEngine *engine, Feed *feed, FeedTake *take, FeedDone *done)
{
  Job jobs[BTD_LANES_MAX];
  Lanes lanes;

  lanes.k = lanes.n_zeros = 0;
  while (lanes.k < engine->lanes && take (feed, &jobs[lanes.k]))
    {
      lanes_start (&lanes, lanes.k, &jobs[lanes.k]);
      lanes.k++;
    }
  while (lanes.k > 0)
    {
      size_t blocks = lanes_compress (engine, &lanes, lanes_shortest (&lanes));

      for (unsigned i = lanes.k; i-- > 0;)
        {
          if (lanes.data[i] != NULL)
            lanes.data[i] += blocks * BTD_BLOCK_LEN;
          lanes.blocks[i] -= blocks;
          if (lanes.blocks[i] == 0)
            lanes_turn (&lanes, i, feed, take, done);
        }
    }
}

/* Copies the @n_rest <= SHORT_MAX last bytes of a message of @len bytes and pads them. */
static ALWAYS_INLINE Run
padding_write (Job *job, const uint8_t *rest, size_t n_rest, uint64_t len)
{
  Block *blocks = (Block *) (void *) job->padding;
  size_t n_blocks = n_rest + 1 + LENGTH_LEN <= BTD_BLOCK_LEN ? 1 : 2;
  size_t copied = 0;
  uint64_t bits = __builtin_bswap64 (len * 8);

  blocks[0] = blocks[1] = (Block){ 0 };
  if (n_rest >= BTD_BLOCK_LEN)
    {
      blocks[0] = *(const Block *) (const void *) rest;
      copied = BTD_BLOCK_LEN;
    }
  if (n_rest > copied)
    memcpy (job->padding + copied, rest + copied, n_rest - copied);
  job->padding[n_rest] = 0x80;
  memcpy (job->padding + n_blocks * BTD_BLOCK_LEN - LENGTH_LEN, &bits, LENGTH_LEN);
  return (Run){ job->padding, n_blocks };
}

static ALWAYS_INLINE void
value_write (BtDigestKind kind, const uint32_t *h, uint8_t *out)
{
  size_t words = bt_digest_len (kind) / 4;

  for (size_t i = 0; i < words; i++)
    {
      uint32_t word = __builtin_bswap32 (h[i]);

      memcpy (out + 4 * i, &word, sizeof word);
    }
}

void
btd_lanes_init (BtDigest *digest, BtDigestKind kind)
{
  digest->len = 0;
  memcpy (digest->state.own.h, btd_initial[kind], sizeof digest->state.own.h);
}

static ALWAYS_INLINE bool
part_take (Feed *feed, Job *job)
{
  while (feed->next < feed->n)
    {
      const BtDigestPart *part = &feed->parts[feed->next++];
      BtDigest *digest = part->digest;
      uint8_t *tail = digest->state.own.tail;
      size_t fill = digest->len % BTD_BLOCK_LEN;
      size_t head = fill > 0 ? BTD_BLOCK_LEN - fill : 0;

      digest->len += part->len;
      if (part->len < BTD_BLOCK_LEN - fill)
        {
          if (part->len > 0)
            memcpy (tail + fill, part->data, part->len);
          continue;
        }
      job->index = feed->next - 1;
      job->h = digest->state.own.h;
      job->first = (Run){ part->data + head, (part->len - head) / BTD_BLOCK_LEN };
      job->n_queue = 0;
      if (fill > 0)
        {
          memcpy (tail + fill, part->data, head);
          if (job->first.blocks > 0)
            job->queue[job->n_queue++] = job->first;
          job->first = (Run){ tail, 1 };
        }
      return true;
    }
  return false;
}

static ALWAYS_INLINE void
part_done (Feed *feed, const Job *job)
{
  const BtDigestPart *part = &feed->parts[job->index];
  size_t rest = part->digest->len % BTD_BLOCK_LEN;

  memcpy (part->digest->state.own.tail, part->data + part->len - rest, rest);
}

void
btd_lanes_update (const BtdEngine *engine, const BtDigestPart *parts, size_t n)
{
  Feed feed = { .n = n, .parts = parts };

  lanes_run (engine, &feed, part_take, part_done);
}

static ALWAYS_INLINE bool
end_take (Feed *feed, Job *job)
{
  if (feed->next == feed->n)
    return false;

  BtDigest *digest = feed->digests[feed->next];

  job->index = feed->next++;
  job->h = digest->state.own.h;
  job->first
      = padding_write (job, digest->state.own.tail, digest->len % BTD_BLOCK_LEN, digest->len);
  job->n_queue = 0;
  return true;
}

static ALWAYS_INLINE void
end_done (Feed *feed, const Job *job)
{
  value_write (feed->kind, job->h, feed->outs[job->index]);
}

void
btd_lanes_finish (const BtdEngine *engine, BtDigestKind kind, BtDigest *const *digests,
                  uint8_t *const *outs, size_t n)
{
  Feed feed = { .kind = kind, .n = n, .digests = digests, .outs = outs };

  lanes_run (engine, &feed, end_take, end_done);
}

void
btd_lanes_clear (BtDigest *digest)
{
  (void) digest; /* a stream of ours holds nothing */
}

/* Queues a run before those that are queued already. */
static void
job_prepend (Job *job, const uint8_t *data, size_t blocks)
{
  if (blocks > 0)
    job->queue[job->n_queue++] = (Run){ data, blocks };
}

/* A message that ends in zeros: its data, the block in which they begin, they, the padding. */
static void
message_take_zeros (const BtDigestMessage *message, Job *job)
{
  uint64_t total = message->len + message->zeros;
  size_t whole = message->len / BTD_BLOCK_LEN;
  size_t rest = message->len % BTD_BLOCK_LEN;
  size_t edge = rest > 0 && whole < total / BTD_BLOCK_LEN;
  size_t zeros = (size_t) (total / BTD_BLOCK_LEN) - whole - edge;
  Run end;

  memset (job->edge, 0, sizeof job->edge);
  if (rest > 0)
    memcpy (job->edge, message->data + message->len - rest, rest);
  end = padding_write (job, rest > 0 && edge == 0 ? job->edge : zero_blocks,
                       (size_t) (total % BTD_BLOCK_LEN), total);
  job_prepend (job, end.data, end.blocks);
  job_prepend (job, NULL, zeros);
  job_prepend (job, job->edge, edge);
  job_prepend (job, message->data, whole);
  job->first = job->queue[--job->n_queue];
}

static ALWAYS_INLINE bool
message_take (Feed *feed, Job *job)
{
  if (feed->next == feed->n)
    return false;

  const BtDigestMessage *message = &feed->messages[feed->next];
  bool is_short = message->len <= SHORT_MAX;
  size_t rest = is_short ? message->len : message->len % BTD_BLOCK_LEN;

  job->index = feed->next++;
  job->h = job->value;
  job->n_queue = 0;
  *(Value *) (void *) job->value = *(const Value *) (const void *) btd_initial[feed->kind];
  if (message->zeros > 0)
    {
      message_take_zeros (message, job);
      return true;
    }

  /* What is short is all rest, and may be NULL. */
  const uint8_t *tail = is_short ? message->data : message->data + (message->len - rest);
  Run end = padding_write (job, tail, rest, message->len);

  job->first = end;
  if (!is_short)
    {
      job->first = (Run){ message->data, message->len / BTD_BLOCK_LEN };
      job->queue[job->n_queue++] = end;
    }
  return true;
}

static ALWAYS_INLINE void
message_done (Feed *feed, const Job *job)
{
  value_write (feed->kind, job->h, feed->messages[job->index].out);
}

void
btd_lanes_hash (const BtdEngine *engine, BtDigestKind kind, const BtDigestMessage *messages,
                size_t n)
{
  Feed feed = { .kind = kind, .n = n, .messages = messages };

  lanes_run (engine, &feed, message_take, message_done);
}
