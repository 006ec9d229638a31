/* trk-store-writer.c: what the one thread that writes does: opening, transactions, counts. */
#include <string.h>
#include <unistd.h>

#include "trk-store-private.h"

#define ROTATE_LEN_USUAL (16u << 20)
#define COMPLETIONS_USUAL 4000000u

static const char unclean_sql[] = "UPDATE run SET clean = 0 WHERE clean <> 0";
static const char clean_sql[] = "UPDATE run SET clean = 1";

/* --- opening --- */

/* Marks outrank the states of torrents, so they come last. */
static bool
fill_lists (TrkWriter *self, TrkStoreFound *found)
{
  TrkDb *db = &self->db;
  sqlite3_stmt *s = trk_db_query (db, "SELECT v1, substr (v2, 1, 20), state FROM torrents", NULL);

  for (; trk_db_step (db, s); found->n_torrents++)
    for (int i = 0; i < 2; i++)
      if (sqlite3_column_bytes (s, i) == (int) BT_INFO_HASH_LEN)
        trk_lists_set (self->lists, sqlite3_column_blob (s, i),
                       (TrkMark) sqlite3_column_int (s, 2));
  s = trk_db_query (db, "SELECT hash, mark FROM marks", NULL);
  for (; trk_db_step (db, s); found->n_marks++)
    trk_lists_set (self->lists, sqlite3_column_blob (s, 0), (TrkMark) sqlite3_column_int (s, 1));
  return db->failure == SQLITE_OK;
}

static bool
prime (TrkWriter *self, const TrkStoreConfig *config, TrkStoreFound *found)
{
  TrkDb *db = &self->db;
  sqlite3_stmt *s = trk_db_query (db, "SELECT hash, completed FROM completions", NULL);

  for (; trk_db_step (db, s); found->n_completions++)
    if (config->prime != NULL)
      config->prime (config->data, sqlite3_column_blob (s, 0),
                     (uint64_t) sqlite3_column_int64 (s, 1));
  return db->failure == SQLITE_OK;
}

static bool
open_journal (TrkWriter *self, const TrkStoreConfig *config, TrkStoreFound *found, TrkFault *fault)
{
  TrkJournalConfig c
      = { .path = self->journal_path,
          .rotate_len = config->journal_rotate != 0 ? config->journal_rotate : ROTATE_LEN_USUAL };
  sqlite3_stmt *s = trk_db_query (&self->db, "SELECT owner, reached FROM journal", NULL);
  TrkJournalFound in_file;
  TrkProblem problem;

  if (!trk_db_step (&self->db, s) || sqlite3_column_bytes (s, 0) != (int) TRK_JOURNAL_OWNER_LEN)
    {
      trk_fault_set (fault, TRK_TROUBLE_CORRUPT, 0, self->path);
      return false;
    }
  memcpy (c.owner, sqlite3_column_blob (s, 0), TRK_JOURNAL_OWNER_LEN);
  c.committed = (uint64_t) sqlite3_column_int64 (s, 1);
  (void) sqlite3_reset (s); /* the row was read */
  self->counted.reached = c.committed;
  self->journal = trk_journal_open (&c, &in_file, &problem);
  if (self->journal == NULL)
    trk_fault_set (fault, problem.trouble, problem.sys_errno, problem.path);
  else
    {
      found->n_replayed = in_file.n_replayed;
      found->journal_put_aside = in_file.put_aside;
    }
  return self->journal != NULL;
}

bool
trk_writer_open (TrkWriter *self, const TrkStoreConfig *config, TrkStoreFound *found,
                 TrkFault *fault)
{
  int64_t n_rows = 0;

  self->path = g_strdup (config->path);
  self->journal_path = g_strconcat (config->path, ".completions", NULL);
  self->lists = config->lists;
  trk_counted_init (&self->counted,
                    config->max_completions != 0 ? config->max_completions : COMPLETIONS_USUAL);
  self->lock_fd = trk_store_lock (self->path, fault);
  if (self->lock_fd < 0 || !trk_store_open_db (&self->db, self->path, &found->migrated, fault)
      || !open_journal (self, config, found, fault))
    return false;
  if (!fill_lists (self, found) || !trk_db_run (&self->db, unclean_sql, NULL))
    {
      trk_db_explain (&self->db, fault);
      return false;
    }
  if (trk_db_number (&self->db, "SELECT count (*) FROM completions", NULL, &n_rows))
    self->counted.n_rows = (uint64_t) n_rows;
  if (!trk_writer_count (self, NULL, 0, fault))
    return false;
  self->is_open = prime (self, config, found);
  if (!self->is_open)
    trk_db_explain (&self->db, fault);
  return self->is_open;
}

/* That it was closed as it should be is written once all else is on the device and in its place. */
static void
note_clean (TrkWriter *self)
{
  if (self->is_open && !self->suspect && !atomic_load (&self->unsound))
    (void) trk_db_run (&self->db, clean_sql, NULL); /* without it the next start looks closer */
}

/* The last connection to close brings the journal of SQLite home and removes it, which the
 * checkpoint before it makes short work of. */
void
trk_writer_close (TrkWriter *self)
{
  if (self->db.db != NULL)
    {
      /* What does not work is in the journal still. */
      if (sqlite3_wal_checkpoint_v2 (self->db.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL)
          == SQLITE_OK)
        note_clean (self);
      trk_db_close (&self->db);
    }
  trk_journal_free (self->journal);
  trk_counted_clear (&self->counted);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->path);
  g_free (self->journal_path);
  *self = (TrkWriter){ .lock_fd = -1 };
}

/* --- transactions --- */

/* What was written before a failed fsync() may be lost although later ones succeed. */
static void
note_failure (TrkWriter *self)
{
  int failure = self->db.failure;

  if (failure == SQLITE_IOERR_FSYNC || failure == SQLITE_IOERR_DIR_FSYNC)
    self->suspect = true;
  if ((failure & 0xff) == SQLITE_CORRUPT || (failure & 0xff) == SQLITE_NOTADB)
    atomic_store (&self->unsound, true);
}

static bool
begin (TrkWriter *self, TrkFault *fault)
{
  if (self->suspect)
    {
      trk_fault_set (fault, TRK_TROUBLE_SUSPECT, 0, self->path);
      return false;
    }
  if (trk_db_run (&self->db, "BEGIN IMMEDIATE", NULL))
    return true;
  note_failure (self);
  trk_db_explain (&self->db, fault);
  return false;
}

/* Commits when @ok; if not, or if that fails, nothing has happened. */
static bool
end (TrkWriter *self, bool ok, TrkFault *fault)
{
  ok = ok && trk_db_run (&self->db, "COMMIT", NULL);
  if (ok)
    return true;
  note_failure (self);
  trk_db_explain (&self->db, fault);
  if (sqlite3_get_autocommit (self->db.db) == 0)
    (void) sqlite3_exec (self->db.db, "ROLLBACK", NULL, NULL, NULL); /* the first failure is told */
  return false;
}

/* One job between savepoints. False when the transaction is gone, with the reason in @fault. */
static bool
run_one (TrkWriter *self, TrkJob *job, TrkFault *fault)
{
  TrkDb *db = &self->db;
  bool ok = trk_db_run (db, "SAVEPOINT job", NULL) && job->kind->run (db, job);

  if (ok && trk_db_run (db, "RELEASE job", NULL))
    return true;
  note_failure (self);
  if (!job->fault.is_set)
    trk_db_explain (db, &job->fault);
  db->failure = SQLITE_OK;
  if (job->listed != NULL)
    g_array_set_size (job->listed, 0);
  if (sqlite3_get_autocommit (db->db) == 0 && trk_db_run (db, "ROLLBACK TO job", NULL)
      && trk_db_run (db, "RELEASE job", NULL))
    return true;
  db->failure = SQLITE_OK;
  trk_fault_copy (fault, &job->fault);
  return false;
}

static void
tell_lists (TrkWriter *self, const TrkJob *job)
{
  for (guint i = 0; job->listed != NULL && i < job->listed->len; i++)
    {
      const TrkListed *listed = &g_array_index (job->listed, TrkListed, i);

      trk_lists_set (self->lists, listed->hash, listed->mark);
    }
}

bool
trk_writer_run (TrkWriter *self, const TrkJobList *jobs)
{
  TrkFault fault = { 0 };
  bool ok = begin (self, &fault);

  if (ok)
    {
      for (TrkJob *job = jobs->first; job != NULL && ok; job = job->next)
        ok = run_one (self, job, &fault);
      ok = end (self, ok, &fault);
    }
  for (TrkJob *job = jobs->first; job != NULL; job = job->next)
    if (ok)
      tell_lists (self, job);
    else
      trk_fault_copy (&job->fault, &fault);
  trk_fault_clear (&fault);
  return ok;
}

/* --- counts --- */

static void
take_counts (TrkWriter *self, const TrkTokenUse *uses, size_t n_uses)
{
  TrkJournalBatch batch;

  g_array_append_vals (self->counted.uses, uses, (guint) n_uses);
  if (self->counted.completed->len / BT_INFO_HASH_LEN >= TRK_JOURNAL_WAITING_MAX)
    return; /* nothing can be committed for long: the journal is full before memory is */
  trk_journal_take (self->journal, &batch);
  g_byte_array_append (self->counted.completed, batch.hashes, (guint) (batch.n * BT_INFO_HASH_LEN));
  self->counted.reached = batch.reached;
  trk_journal_batch_clear (&batch);
}

bool
trk_writer_count (TrkWriter *self, const TrkTokenUse *uses, size_t n_uses, TrkFault *fault)
{
  TrkCounted *counted = &self->counted;
  bool ok = true;

  take_counts (self, uses, n_uses);
  if (counted->completed->len > 0 || counted->uses->len > 0)
    {
      if (!begin (self, fault))
        return false;
      ok = end (self, trk_counted_write (counted, &self->db), fault);
    }
  if (!ok)
    return false;
  trk_counted_drop (counted);
  (void) trk_journal_committed (self->journal, counted->reached); /* is tried again the next time */
  return true;
}
