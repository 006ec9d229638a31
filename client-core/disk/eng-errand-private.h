/* eng-errand-private.h: a storage's long job, on a thread that waits for the hasher's.
 *
 * The thread sees the storage's constants and the files, never the engine's state; it posts how far
 * it is, and its end. */
#pragma once

#include "eng-disk-private.h"
#include "protocol/files/btf-hasher.h"

typedef struct EngErrand EngErrand;

/* Embedded in its owner. */
struct EngErrand
{
  EngStorage *storage;
  void (*run) (EngErrand *errand); /* on the thread */
  /* On the engine's thread, also when no thread was to be had; frees it, and the job has ended
   * afterwards. */
  void (*ended) (EngErrand *errand);
  int failure; /* errno when no thread was to be had, or none for the hasher */

  /* The errand's own. */
  EngTask progress;
  EngTask end;
  pthread_t thread;
  atomic_bool posted; /* the progress */
  atomic_uint_fast64_t done;
  atomic_uint_fast64_t total;
  uint64_t told_ms;
};

/* Counts in EngStorage.n_jobs until its end. */
void eng_errand_start (EngErrand *errand);

/* On the thread: hashes what @skip leaves of the storage's files. What cannot be read is passed
 * over; a storage that is being closed ends it. */
void eng_errand_hash (EngErrand *errand, bool (*skip) (void *data, uint32_t piece),
                      void (*piece) (void *data, uint32_t piece, const uint8_t *sha1,
                                     const uint8_t *root));
