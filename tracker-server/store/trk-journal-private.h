/* trk-journal-private.h: the file of a journal: records, and nothing of who waits for what.
 *
 *     header:  "TrkDone1" 8, owner 16, checksum u32
 *     record:  sequence number u64, number of hashes u32, hashes of 20 bytes, checksum u32
 *
 * Numbers are big-endian; a checksum is the CRC-32C of all that stands before it in its part. A
 * record's number is above all before it. What is behind the last whole record is garbage, and is
 * written over. Under the journal's lock. */
#pragma once

#include "tracker-server/store/trk-journal.h"

typedef struct
{
  char *path; /* owned */
  int fd;     /* -1: none */
  uint64_t len;
  uint8_t *record; /* owned; room for the longest one */
} TrkJournalFile;

typedef enum
{
  TRK_JOURNAL_FILE_OURS,
  TRK_JOURNAL_FILE_OTHER, /* something else than this database's journal */
  TRK_JOURNAL_FILE_NONE,
  TRK_JOURNAL_FILE_FAILED /* and errno */
} TrkJournalFileFound;

TrkJournalFileFound trk_journal_file_open (TrkJournalFile *self, const char *path,
                                           const uint8_t owner[TRK_JOURNAL_OWNER_LEN]);
void trk_journal_file_close (TrkJournalFile *self);

/* Renames what is at the path to PATH.aside. False and errno. */
bool trk_journal_file_put_aside (TrkJournalFile *self);

typedef void (*TrkJournalRecord) (void *data, uint64_t sequence, const uint8_t *hashes, size_t n);

/* Shows all whole records, and cuts off what is behind them. False and errno. */
bool trk_journal_file_replay (TrkJournalFile *self, TrkJournalRecord show, void *data,
                              uint64_t *n_cut);

/* Appends a record of at most TRK_JOURNAL_BATCH_MAX hashes. False and errno; then the file is as it
 * was, but for garbage at its end. */
bool trk_journal_file_append (TrkJournalFile *self, uint64_t sequence, const uint8_t *hashes,
                              size_t n);

/* Puts a file with these hashes alone in the place of what is at the path, whole and on the device.
 * False and errno; then nothing has changed. */
bool trk_journal_file_replace (TrkJournalFile *self, const uint8_t owner[TRK_JOURNAL_OWNER_LEN],
                               uint64_t sequence, const uint8_t *hashes, size_t n);
