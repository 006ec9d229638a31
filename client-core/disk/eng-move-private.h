/* eng-move-private.h: copying the bytes of one file, for eng-move.c. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  const atomic_bool *cancelled;
  /* So many bytes more are there. */
  void (*moved) (void *data, uint64_t n);
  void *data;
} EngMoveControl;

/* Copies @size bytes; holes stay holes. False and errno, ECANCELED when it was cancelled. */
bool eng_move_copy (int from, int to, uint64_t size, const EngMoveControl *control);

/* Whether both have the same @size bytes. False and errno 0 when they differ. */
bool eng_move_compare (int a, int b, uint64_t size, const EngMoveControl *control);
