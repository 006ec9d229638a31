/* btio-heap.c: sifting; four children a node keep the heap flat and its steps in one line of the
 * cache. */
#include "protocol/io/btio-heap-private.h"

#include "protocol/core/bt-assert.h"

#define CHILDREN 4

void
btio_heap_clear (BtioHeap *heap)
{
  g_free (heap->timers);
  *heap = (BtioHeap){ 0 };
}

BtioTimer *
btio_heap_first (const BtioHeap *heap)
{
  return heap->n > 0 ? heap->timers[0] : NULL;
}

static void
place (BtioHeap *heap, size_t index, BtioTimer *timer)
{
  heap->timers[index] = timer;
  timer->index = index;
}

static void
sift_up (BtioHeap *heap, BtioTimer *timer)
{
  size_t index = timer->index;

  while (index > 0)
    {
      size_t parent = (index - 1) / CHILDREN;

      if (heap->timers[parent]->deadline_us <= timer->deadline_us)
        break;
      place (heap, index, heap->timers[parent]);
      index = parent;
    }
  place (heap, index, timer);
}

/* The earliest child of @index, or n when there is none. */
static size_t
earliest_child (const BtioHeap *heap, size_t index)
{
  size_t first = CHILDREN * index + 1;
  size_t best = first;

  if (first >= heap->n)
    return heap->n;
  for (size_t i = first + 1; i < first + CHILDREN && i < heap->n; i++)
    if (heap->timers[i]->deadline_us < heap->timers[best]->deadline_us)
      best = i;
  return best;
}

static void
sift_down (BtioHeap *heap, BtioTimer *timer)
{
  size_t index = timer->index;

  for (;;)
    {
      size_t child = earliest_child (heap, index);

      if (child == heap->n || heap->timers[child]->deadline_us >= timer->deadline_us)
        break;
      place (heap, index, heap->timers[child]);
      index = child;
    }
  place (heap, index, timer);
}

void
btio_heap_add (BtioHeap *heap, BtioTimer *timer)
{
  if (heap->n == heap->size)
    {
      heap->size = MAX (64, 2 * heap->size);
      heap->timers = g_renew (BtioTimer *, heap->timers, heap->size);
    }
  place (heap, heap->n++, timer);
  sift_up (heap, timer);
}

void
btio_heap_remove (BtioHeap *heap, BtioTimer *timer)
{
  BtioTimer *last = heap->timers[--heap->n];

  bt_assert (heap->timers[timer->index] == timer);
  if (last == timer)
    return;
  place (heap, timer->index, last);
  sift_up (heap, last);
  sift_down (heap, last);
}

void
btio_heap_move (BtioHeap *heap, BtioTimer *timer, uint64_t deadline_us)
{
  timer->deadline_us = deadline_us;
  sift_up (heap, timer);
  sift_down (heap, timer);
}
