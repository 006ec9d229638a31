/* trk-snapshot.h: a file of the swarms, so that a restart loses none.
 *
 * A header with a magic, a version, the times of writing and a checksum; then a block for each
 * shard with its length and checksum (CRC-32C). It is written beside its place, brought to the
 * device and then put there, so that there is a whole one at any time. A block that is damaged is
 * skipped; so are peers that would have expired meanwhile. The encoding of a swarm is
 * tracker-server/swarm/trk-freeze.h.
 *
 * Both functions wait for the device: not on a thread that serves. Swarms may be in use. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tracker-server/store/trk-problem.h"
#include "tracker-server/swarm/trk-swarms.h"

/* Two clocks at the same instant. */
typedef struct
{
  int64_t wall_s;  /* seconds since 1970: for how long nobody listened */
  uint64_t boot_s; /* the clock of the swarms */
} TrkInstant;

typedef struct
{
  uint64_t swarms;
  uint64_t peers;
  uint64_t expired;  /* peers that were left out: nobody waits for them any more */
  uint64_t refused;  /* swarms and peers for which there is no room */
  uint32_t damaged;  /* blocks that were skipped */
  int64_t written_s; /* when the file was written, seconds since 1970 */
} TrkSnapshotFound;

/* Replaces the file. It is for its owner alone. */
bool trk_snapshot_write (const char *path, TrkSwarms *swarms, const TrkInstant *now,
                         TrkProblem *problem);

/* Who is called between blocks, on any thread. */
typedef struct
{
  void (*call) (void *data);
  void *data;
} TrkSnapshotPause;

/* Adds what the file holds to @swarms; @pause is (nullable). False and @problem when there is none
 * (ENOENT) or its header is not ours; blocks that are damaged are counted alone. */
bool trk_snapshot_read (const char *path, TrkSwarms *swarms, const TrkInstant *now,
                        const TrkSnapshotPause *pause, TrkSnapshotFound *found,
                        TrkProblem *problem);
