/* eng-queue.h: who of many torrents has its turn: pure.
 *
 * In the order of the list the first so many of those that download run, and the first so many of
 * those that seed; the others wait. As libtorrent and qBittorrent have it, one that runs and has
 * moved less than ENG_QUEUE_SLOW_BPS for ENG_QUEUE_SLOW_US is slow: it goes on, and does not count,
 * so that a torrent without peers keeps nobody else waiting. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENG_QUEUE_SLOW_BPS 2048
#define ENG_QUEUE_SLOW_US UINT64_C (60000000)

typedef enum
{
  ENG_QUEUE_FREE, /* it has no need of a place: paused, in its fault, verified, without metadata,
                     forced */
  ENG_QUEUE_DOWNLOAD,
  ENG_QUEUE_SEED,
  ENG_QUEUE_N_KINDS
} EngQueueKind;

typedef struct
{
  EngQueueKind kind;
  bool slow;
} EngQueueItem;

/* How many of each kind may run; 0: no limit. */
typedef struct
{
  unsigned max[ENG_QUEUE_N_KINDS];
} EngQueueLimits;

/* Who of @items, in the order of the list, has to wait: @waits has room for @n. O(n). */
void eng_queue_decide (const EngQueueLimits *limits, const EngQueueItem *items, size_t n,
                       bool *waits);
