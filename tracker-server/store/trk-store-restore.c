/* trk-store-restore.c: a backup becomes the database again.
 *
 * What was there is kept, with its write-ahead log: as files of other names, so that the log can
 * never be taken for the new database's. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trk-place-private.h"
#include "trk-store-private.h"

static bool
fail (TrkFault *fault, const char *path)
{
  trk_fault_set (fault, TRK_TROUBLE_SYSTEM, errno, path);
  return false;
}

/* Whether it is a whole database of ours; nothing in it is changed. */
static bool
look (const char *backup, TrkFault *fault)
{
  TrkDb db;
  unsigned version = 0;
  bool ok = trk_db_open (&db, backup) && trk_db_exec (&db, "PRAGMA trusted_schema = OFF")
            && trk_db_exec (&db, "PRAGMA cell_size_check = ON")
            && trk_schema_look (&db, &version, fault) && trk_db_is_sound (&db, true);

  if (ok && version == 0)
    trk_fault_set (fault, TRK_TROUBLE_FOREIGN, 0, backup);
  else if (!ok)
    trk_db_explain (&db, fault);
  trk_db_close (&db);
  return !fault->is_set;
}

/* Brings home what is in the log still, as far as it can be read. */
static void
bring_home (const char *path)
{
  TrkDb db;

  if (trk_db_open (&db, path))
    (void) sqlite3_wal_checkpoint_v2 (db.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  trk_db_close (&db); /* if it does not work, the log is kept beside the old database */
}

/* The old database gets a second name, and its log another one. */
static bool
keep_old (const char *path, TrkFault *fault)
{
  g_autofree char *before = g_strconcat (path, ".before", NULL);
  g_autofree char *before_log = g_strconcat (before, "-wal", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *shared = g_strconcat (path, "-shm", NULL);

  (void) unlink (before); /* of an earlier time, */
  (void) unlink (before_log);
  (void) unlink (shared); /* or not there */
  if (link (path, before) != 0 && errno != ENOENT)
    return fail (fault, before);
  if (rename (log, before_log) != 0 && errno != ENOENT)
    return fail (fault, before_log);
  return trk_place_sync_folder (path) || fail (fault, path);
}

/* The copy lies in the folder of the database, so that it can be renamed. */
static bool
put_in_place (const char *path, const char *backup, TrkFault *fault)
{
  g_autofree char *copy = g_strconcat (path, ".restored", NULL);
  bool ok = trk_store_copy (backup, copy, fault);

  if (!ok)
    return false;
  bring_home (path);
  ok = keep_old (path, fault);
  ok = ok && (rename (copy, path) == 0 || fail (fault, path));
  if (!ok)
    (void) unlink (copy); /* the first failure is told */
  return ok && (trk_place_sync_folder (path) || fail (fault, path));
}

bool
trk_store_restore (const char *path, const char *backup, TrkProblem *problem)
{
  TrkFault fault = { 0 };
  int lock_fd = trk_store_lock (path, &fault);
  bool ok;

  if (lock_fd >= 0)
    {
      if (look (backup, &fault))
        (void) put_in_place (path, backup, &fault); /* the fault says how it went */
      close (lock_fd);
    }
  if (fault.is_set)
    *problem = (TrkProblem){ .trouble = fault.trouble,
                             .sys_errno = fault.sys_errno,
                             .sqlite = fault.sqlite,
                             .path = g_strcmp0 (fault.path, backup) == 0 ? backup : path };
  ok = !fault.is_set;
  trk_fault_clear (&fault);
  return ok;
}
