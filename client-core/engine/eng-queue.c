/* eng-queue.c: see the header. */
#include "client-core/engine/eng-queue.h"

void
eng_queue_decide (const EngQueueLimits *limits, const EngQueueItem *items, size_t n, bool *waits)
{
  unsigned running[ENG_QUEUE_N_KINDS] = { 0 };

  for (size_t i = 0; i < n; i++)
    {
      EngQueueKind kind = items[i].kind;
      unsigned max = kind == ENG_QUEUE_FREE ? 0 : limits->max[kind];

      waits[i] = max != 0 && !items[i].slow && running[kind] >= max;
      if (!waits[i] && !items[i].slow)
        running[kind]++;
    }
}
