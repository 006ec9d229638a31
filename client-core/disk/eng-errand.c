/* eng-errand.c: see the header. */
#include "eng-errand-private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>

#include "protocol/files/btf-device.h"

#define TICK_MS 250

/* --- the thread --- */

static uint64_t
now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
}

static void
tell (void *data, const BtfProgress *progress)
{
  EngErrand *errand = data;
  uint64_t now = now_ms ();

  atomic_store (&errand->done, progress->done);
  atomic_store (&errand->total, progress->total);
  if (now - errand->told_ms < TICK_MS)
    return;
  errand->told_ms = now;
  if (!atomic_exchange (&errand->posted, true))
    eng_crew_post (errand->storage->disk->crew, &errand->progress);
}

static int
open_file (void *data, size_t file)
{
  const EngErrand *errand = data;

  return eng_storage_open_file (errand->storage, file, O_RDONLY);
}

/* What cannot be read is not had. */
static bool
go_on (void *data, uint32_t piece, size_t file, BtErrorCode code, int sys_errno)
{
  return true;
}

void
eng_errand_hash (EngErrand *errand, bool (*skip) (void *data, uint32_t piece),
                 void (*piece) (void *data, uint32_t piece, const uint8_t *sha1,
                                const uint8_t *root))
{
  EngStorage *storage = errand->storage;
  const BtfControl control = { .progress = tell, .data = errand, .cancel = &storage->closing };
  const BtfHasher hasher = { .layout = storage->layout,
                             .format = bt_metainfo_format (storage->metainfo),
                             .ops = storage->disk->ops,
                             .n_threads = btf_device_readers (storage->folder),
                             .rotational = btf_device_is_rotational (storage->folder),
                             .data = errand,
                             .open = open_file,
                             .skip = skip,
                             .piece = piece,
                             .fail = go_on };
  bool cancelled = false;

  if (!btf_hasher_run (&hasher, &control, &cancelled) && !cancelled)
    errand->failure = errno;
}

static void *
run (void *data)
{
  EngErrand *errand = data;

  errand->run (errand);
  eng_crew_post (errand->storage->disk->crew, &errand->end);
  return NULL;
}

/* --- the engine's thread --- */

static void
on_progress (EngTask *task)
{
  EngErrand *errand = (EngErrand *) (void *) ((char *) task - offsetof (EngErrand, progress));
  EngStorage *storage = errand->storage;

  atomic_store (&errand->posted, false);
  if (!atomic_load (&storage->closing))
    storage->events.verifying (storage->owner, atomic_load (&errand->done),
                               atomic_load (&errand->total));
}

static void
on_end (EngTask *task)
{
  EngErrand *errand = (EngErrand *) (void *) ((char *) task - offsetof (EngErrand, end));
  EngStorage *storage = errand->storage;

  if (errand->thread != 0)
    pthread_join (errand->thread, NULL);
  errand->ended (errand);
  eng_storage_job_ended (storage);
}

void
eng_errand_start (EngErrand *errand)
{
  EngStorage *storage = errand->storage;
  sigset_t all;
  sigset_t before;

  errand->progress.done = on_progress;
  errand->end.done = on_end;
  errand->told_ms = now_ms ();
  storage->n_jobs++;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  errand->failure = pthread_create (&errand->thread, NULL, run, errand);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (errand->failure == 0)
    return;
  errand->thread = 0;
  eng_crew_post (storage->disk->crew, &errand->end);
}
