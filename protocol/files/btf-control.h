/* btf-control.h: how a long piece of work is watched and stopped. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum
{
  BTF_STAGE_WALK, /* looking for files: @files counts up, the rest is not known yet */
  BTF_STAGE_HASH  /* reading: @done of @total bytes */
} BtfStage;

typedef struct
{
  BtfStage stage;
  uint64_t files;
  uint64_t done;
  uint64_t total;
} BtfProgress;

/* Lent for the length of the work; may be NULL where one is asked for. */
typedef struct
{
  /* Called about ten times a second on the thread that asked for the work; may be NULL. */
  void (*progress) (void *data, const BtfProgress *progress);
  void *data;
  /* Set by any thread, or by a signal handler, to stop; may be NULL. */
  const atomic_bool *cancel;
} BtfControl;

static inline bool
btf_control_is_cancelled (const BtfControl *control)
{
  return control != NULL && control->cancel != NULL && atomic_load (control->cancel);
}

static inline void
btf_control_report (const BtfControl *control, const BtfProgress *progress)
{
  if (control != NULL && control->progress != NULL)
    control->progress (control->data, progress);
}
