/* btio-heap-private.h: timers by deadline: a 4-ary heap of borrowed pointers. */
#pragma once

#include "protocol/io/btio-reactor.h"

typedef struct
{
  BtioTimer **timers;
  size_t n;
  size_t size;
} BtioHeap;

void btio_heap_clear (BtioHeap *heap);

/* The earliest, or NULL. */
BtioTimer *btio_heap_first (const BtioHeap *heap);

/* timer->index is the heap's own; these take O(log n). */
void btio_heap_add (BtioHeap *heap, BtioTimer *timer);
void btio_heap_remove (BtioHeap *heap, BtioTimer *timer);
void btio_heap_move (BtioHeap *heap, BtioTimer *timer, uint64_t deadline_us);
