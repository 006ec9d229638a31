/* trk-journal.c: completions in memory, and appended to the file.
 *
 * Everything is under one lock, which is held for one write() at a time, and for an fsync() when
 * the file is replaced by a short one. */
#include "trk-journal-private.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

struct TrkJournal
{
  pthread_mutex_t lock;
  TrkJournalFile file;
  uint8_t owner[TRK_JOURNAL_OWNER_LEN];
  uint64_t rotate_len;
  uint64_t next;  /* sequence number */
  uint64_t taken; /* the highest one that was handed over */
  uint64_t committed;
  GByteArray *waiting; /* hashes from taken + 1 on */
};

static size_t
n_waiting (const TrkJournal *self)
{
  return self->waiting->len / BT_INFO_HASH_LEN;
}

/* --- opening --- */

static void
keep_replayed (void *data, uint64_t sequence, const uint8_t *hashes, size_t n)
{
  TrkJournal *self = data;
  uint64_t known = self->next > sequence ? self->next - sequence : 0;

  if (known >= n)
    return;
  g_byte_array_append (self->waiting, hashes + known * BT_INFO_HASH_LEN,
                       (guint) ((n - known) * BT_INFO_HASH_LEN));
  self->next = sequence + n;
}

static bool
open_file (TrkJournal *self, const char *path, TrkJournalFound *found)
{
  switch (trk_journal_file_open (&self->file, path, self->owner))
    {
    case TRK_JOURNAL_FILE_OURS:
      return trk_journal_file_replay (&self->file, keep_replayed, self, &found->n_cut);
    case TRK_JOURNAL_FILE_OTHER:
      found->put_aside = true;
      return trk_journal_file_put_aside (&self->file)
             && trk_journal_file_replace (&self->file, self->owner, self->next, NULL, 0);
    case TRK_JOURNAL_FILE_NONE:
      return trk_journal_file_replace (&self->file, self->owner, self->next, NULL, 0);
    case TRK_JOURNAL_FILE_FAILED:
      break;
    }
  return false;
}

TrkJournal *
trk_journal_open (const TrkJournalConfig *config, TrkJournalFound *found, TrkProblem *problem)
{
  TrkJournal *self = g_new0 (TrkJournal, 1);

  pthread_mutex_init (&self->lock, NULL);
  memcpy (self->owner, config->owner, sizeof self->owner);
  self->rotate_len = config->rotate_len;
  self->next = config->committed + 1;
  self->taken = self->committed = config->committed;
  self->waiting = g_byte_array_new ();
  *found = (TrkJournalFound){ 0 };
  if (!open_file (self, config->path, found))
    {
      *problem
          = (TrkProblem){ .trouble = TRK_TROUBLE_SYSTEM, .sys_errno = errno, .path = config->path };
      trk_journal_free (self);
      return NULL;
    }
  found->n_replayed = n_waiting (self);
  return self;
}

void
trk_journal_free (TrkJournal *self)
{
  if (self == NULL)
    return;
  trk_journal_file_close (&self->file);
  g_byte_array_unref (self->waiting);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/* --- running --- */

static bool
append (TrkJournal *self, const uint8_t *hashes, size_t n)
{
  bool ok;

  if (n > TRK_JOURNAL_WAITING_MAX - MIN (n_waiting (self), TRK_JOURNAL_WAITING_MAX))
    return false;
  ok = trk_journal_file_append (&self->file, self->next, hashes, n);
  g_byte_array_append (self->waiting, hashes, (guint) (n * BT_INFO_HASH_LEN));
  self->next += n; /* also when the file has a part of it: no number is used twice */
  return ok;
}

bool
trk_journal_append (TrkJournal *self, const uint8_t *hashes, size_t n)
{
  bool ok = true;

  pthread_mutex_lock (&self->lock);
  for (size_t done = 0; done < n;)
    {
      size_t part = MIN (n - done, TRK_JOURNAL_BATCH_MAX);

      ok = append (self, hashes + done * BT_INFO_HASH_LEN, part) && ok;
      done += part;
    }
  pthread_mutex_unlock (&self->lock);
  return ok;
}

void
trk_journal_take (TrkJournal *self, TrkJournalBatch *batch)
{
  pthread_mutex_lock (&self->lock);
  batch->n = n_waiting (self);
  batch->hashes = g_byte_array_free (self->waiting, FALSE);
  self->waiting = g_byte_array_new ();
  self->taken = self->next - 1;
  batch->reached = self->taken;
  pthread_mutex_unlock (&self->lock);
}

void
trk_journal_batch_clear (TrkJournalBatch *batch)
{
  g_free (batch->hashes);
  *batch = (TrkJournalBatch){ 0 };
}

/* What waits goes into the new file, under the last numbers that were given. */
bool
trk_journal_committed (TrkJournal *self, uint64_t reached)
{
  bool ok = true;

  pthread_mutex_lock (&self->lock);
  self->committed = reached;
  if (reached == self->taken && self->file.len > self->rotate_len)
    ok = trk_journal_file_replace (&self->file, self->owner, self->next - n_waiting (self),
                                   self->waiting->data, n_waiting (self));
  pthread_mutex_unlock (&self->lock);
  return ok;
}

uint64_t
trk_journal_waiting (TrkJournal *self)
{
  uint64_t n;

  pthread_mutex_lock (&self->lock);
  n = self->next - 1 - self->committed;
  pthread_mutex_unlock (&self->lock);
  return n;
}

uint64_t
trk_journal_len (TrkJournal *self)
{
  uint64_t len;

  pthread_mutex_lock (&self->lock);
  len = self->file.len;
  pthread_mutex_unlock (&self->lock);
  return len;
}
