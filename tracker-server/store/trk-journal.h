/* trk-journal.h: a file of the torrents that were completed, so that no count dies with the
 * process.
 *
 *     workers: append, one write() for a batch, before its replies go out
 *     the store's writer: take -> commit counts and sequence together -> committed
 *
 * A record is a batch: sequence number of its first hash, number of hashes, the hashes, checksum
 * (CRC-32C). Each completion has a sequence number of its own; the database keeps the highest one
 * that it counts, so that whatever is in the file is counted exactly once. What kill -9 interrupts
 * is a torn tail, which is cut off at the next start. The file is emptied when all of it is
 * committed and it has passed a size.
 *
 * It survives the end of the process in whatever way; of a power cut it survives what the kernel
 * has written, and what the database has committed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"
#include "tracker-server/store/trk-problem.h"

/* Whose journal it is: the database's, so that none is replayed into another. */
#define TRK_JOURNAL_OWNER_LEN 16u

/* A batch is cut into records of so many hashes. */
#define TRK_JOURNAL_BATCH_MAX 4096u

/* So many completions wait in memory for the database; beyond, append() fails. 80 MiB. */
#define TRK_JOURNAL_WAITING_MAX (4u << 20)

typedef struct
{
  const char *path;
  uint8_t owner[TRK_JOURNAL_OWNER_LEN];
  uint64_t committed;  /* the highest sequence number that the database counts */
  uint64_t rotate_len; /* the file is emptied when it is longer, in bytes */
} TrkJournalConfig;

/* What was found at the start. */
typedef struct
{
  uint64_t n_replayed; /* completions that the database does not count yet: they wait */
  uint64_t n_cut;      /* bytes of a torn tail */
  bool put_aside;      /* it was another database's, or no journal: renamed to PATH.aside */
} TrkJournalFound;

/* Completions that wait for the database. */
typedef struct
{
  uint8_t *hashes; /* owned; BT_INFO_HASH_LEN bytes each */
  size_t n;
  uint64_t reached; /* the sequence number of the last one, or what was reached before */
} TrkJournalBatch;

typedef struct TrkJournal TrkJournal;

/* Opens the file, which is made when it is not there (mode 0600), and puts what the database does
 * not count among what waits. NULL and @problem when it cannot be read or made. (transfer full) */
TrkJournal *trk_journal_open (const TrkJournalConfig *config, TrkJournalFound *found,
                              TrkProblem *problem);

/* What waits stays in the file. Accepts NULL. */
void trk_journal_free (TrkJournal *self);

/* Keeps @n completions, 20 bytes each. False when the file could not take all of them: they count
 * unless the process dies before they are committed. Any thread. */
bool trk_journal_append (TrkJournal *self, const uint8_t *hashes, size_t n);

/* Hands over all that waits. Any thread. */
void trk_journal_take (TrkJournal *self, TrkJournalBatch *batch);
void trk_journal_batch_clear (TrkJournalBatch *batch);

/* The database counts everything up to @reached. Empties the file when it holds nothing else and
 * is long enough. False when that was due and failed; it is tried again. */
bool trk_journal_committed (TrkJournal *self, uint64_t reached);

/* How many completions are not committed. Any thread. */
uint64_t trk_journal_waiting (TrkJournal *self);

/* The length of the file in bytes. Any thread. */
uint64_t trk_journal_len (TrkJournal *self);
