/* eng-store-open.c: where a database lies, whose it is, and making it ready for use.
 *
 * Settings: a commit is on the device when it returns (WAL with synchronous=FULL), the schema of a
 * file that somebody else may have written is not trusted, and pages are checked as they are read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "eng-claims-private.h"
#include "eng-rescue-private.h"
#include "eng-store-private.h"
#include "protocol/core/bt-hex.h"

static const char settings[] = "PRAGMA busy_timeout = 5000;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA journal_size_limit = 67108864;"
                               "PRAGMA wal_autocheckpoint = 1000;";

/* --- what is wrong --- */

void
eng_store_fault_clear (EngStoreFault *fault)
{
  g_free (fault->path);
  g_free (fault->aside);
  *fault = (EngStoreFault){ 0 };
}

void
eng_store_fault_set (EngStoreFault *fault, EngStoreTrouble trouble, int sys_errno, const char *path)
{
  g_autofree char *copy = g_strdup (path);

  eng_store_fault_clear (fault);
  *fault = (EngStoreFault){
    .is_set = true, .trouble = trouble, .sys_errno = sys_errno, .path = g_steal_pointer (&copy)
  };
}

void
eng_store_fault_copy (EngStoreFault *out, const EngStoreFault *from)
{
  *out = *from;
  out->path = g_strdup (from->path);
  out->aside = g_strdup (from->aside);
}

EngStoreProblem
eng_store_fault_problem (const EngStoreFault *fault)
{
  return (EngStoreProblem){ .trouble = fault->trouble,
                            .sys_errno = fault->sys_errno,
                            .path = fault->path,
                            .aside = fault->aside,
                            .holder = fault->holder,
                            .version = fault->version,
                            .own_version = eng_store_schema_own_version () };
}

/* The system's word where SQLite has kept one. */
static int
system_errno (sqlite3 *db, int fallback)
{
  int kept = db != NULL ? sqlite3_system_errno (db) : 0;

  return kept != 0 ? kept : fallback;
}

void
eng_store_db_explain (const EngStoreDb *self, int result, EngStoreFault *fault)
{
  EngStoreTrouble trouble = ENG_STORE_SYSTEM;
  int sys_errno = 0;

  switch (result & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT: /* a row that the tables forbid: they are not ours */
    case SQLITE_ERROR:      /* our own statements are right */
    case SQLITE_SCHEMA:
      trouble = ENG_STORE_CORRUPT;
      break;
    case SQLITE_MISMATCH:
      trouble = ENG_STORE_NEWER;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      trouble = ENG_STORE_IN_USE;
      break;
    case SQLITE_FULL:
      sys_errno = ENOSPC;
      break;
    case SQLITE_NOMEM:
      sys_errno = ENOMEM;
      break;
    case SQLITE_READONLY:
      sys_errno = EROFS;
      break;
    case SQLITE_PERM:
    case SQLITE_AUTH:
      sys_errno = EACCES;
      break;
    default:
      sys_errno = system_errno (self->db, EIO);
      break;
    }
  eng_store_fault_set (fault, trouble, sys_errno, self->path);
}

/* --- opening --- */

/* Closes it as well. */
static bool
sync_folder (int fd)
{
  int result = fsync (fd);
  int failure = result == 0 ? 0 : errno;

  close (fd);
  errno = failure;
  /* Or there is nothing that could be synced. */
  return failure == 0 || failure == EINVAL || failure == ENOTSUP || failure == EROFS;
}

/* SQLite syncs the folder of the database alone. What is above it goes on the device too, as far as
 * it is ours: whoever made it may have ended before. What may not be read is not ours. */
static bool
sync_folders (const char *folder)
{
  g_autofree char *at = g_strdup (folder);
  struct stat about;
  bool ok = true;

  while (ok && stat (at, &about) == 0 && about.st_uid == geteuid ())
    {
      char *parent = g_path_get_dirname (at);
      bool is_top = strcmp (parent, at) == 0;
      int fd = open (at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      ok = fd < 0 || sync_folder (fd);
      g_free (at);
      at = parent;
      if (is_top)
        break;
    }
  return ok;
}

/* SQLite would make it readable for others; its journals take the mode from it. */
static bool
make_file (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return false;
  close (fd); /* before SQLite locks it: POSIX locks go with any descriptor */
  return true;
}

int
eng_store_db_check (sqlite3 *db)
{
  sqlite3_stmt *statement;
  const char *word;
  int result = sqlite3_prepare_v2 (db, "PRAGMA quick_check (1)", -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;
  result = sqlite3_step (statement);
  word = result == SQLITE_ROW ? (const char *) sqlite3_column_text (statement, 0) : NULL;
  if (result == SQLITE_ROW)
    result = word != NULL && strcmp (word, "ok") == 0 ? SQLITE_OK : SQLITE_CORRUPT;
  (void) sqlite3_finalize (statement);
  return result;
}

void
eng_store_db_open_file (EngStoreDb *self, bool checks)
{
  int result;

  eng_store_fault_clear (&self->fault);
  if (!make_file (self->path))
    {
      eng_store_fault_set (&self->fault, ENG_STORE_SYSTEM, errno, self->path);
      return;
    }
  result
      = sqlite3_open_v2 (self->path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_exec (self->db, settings, NULL, NULL, NULL);
  if (result == SQLITE_OK && checks)
    result = eng_store_db_check (self->db);
  if (result == SQLITE_OK)
    result = eng_store_schema_migrate (self->db);
  if (result == SQLITE_OK)
    return;
  eng_store_db_explain (self, result, &self->fault);
  self->fault.version = eng_store_schema_version (self->db);
  (void) sqlite3_close (self->db); /* nothing was written that could be lost */
  self->db = NULL;
}

/* Nobody wants the index of shared memory. */
bool
eng_store_put_aside (const char *path, const char *aside)
{
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  g_autofree char *journal_aside = g_strconcat (aside, "-wal", NULL);
  g_autofree char *shared = g_strconcat (path, "-shm", NULL);

  (void) unlink (shared);                 /* it may not be there, */
  (void) rename (journal, journal_aside); /* nor may this */
  return rename (path, aside) == 0;
}

void
eng_store_db_open (EngStoreDb *self, const char *path, bool aside, bool checks)
{
  g_autofree char *lock = g_strconcat (path, "-lock", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  EngHolder holder = { 0 };

  self->path = g_strdup (path);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      eng_store_fault_set (&self->fault, ENG_STORE_SYSTEM, errno, folder);
      return;
    }
  self->owner = eng_lock_take (lock, false, &holder);
  if (self->owner == NULL)
    {
      eng_store_fault_set (&self->fault, errno == EWOULDBLOCK ? ENG_STORE_IN_USE : ENG_STORE_SYSTEM,
                           errno, path);
      self->fault.holder = holder;
      return;
    }
  if (!sync_folders (folder))
    {
      eng_store_fault_set (&self->fault, ENG_STORE_SYSTEM, errno, folder);
      return;
    }
  eng_rescue_finish (path);
  eng_store_db_open_file (self, checks);
  if (self->fault.is_set && self->fault.trouble == ENG_STORE_CORRUPT && aside)
    {
      g_autofree char *bad = g_strconcat (path, ".bad", NULL);

      if (!eng_store_put_aside (path, bad))
        return;
      eng_store_fault_copy (&self->notice, &self->fault);
      self->notice.aside = g_steal_pointer (&bad);
      eng_store_db_open_file (self, checks);
    }
}

/* --- transfers --- */

static char *
database_path (const char *state_folder, const EngStoreKey *key)
{
  char hex[2 * 32 + 1];
  g_autofree char *name = NULL;

  bt_hex_write (key->v1 != NULL ? key->v1 : key->v2, key->v1 != NULL ? 20 : 32, hex);
  name = g_strdup_printf ("%s-%016" G_GINT64_MODIFIER "x.db", hex,
                          (guint64) eng_store_digest (key->folder));
  return g_build_filename (state_folder, "transfers", name, NULL);
}

void
eng_store_db_open_transfer (EngStoreDb *self, const char *state_folder, const EngStoreKey *key,
                            bool writes)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;

  self->files = eng_claim_lock (state_folder, key, writes, &self->fault);
  if (self->files == NULL)
    return;
  path = database_path (state_folder, key);
  eng_store_db_open (self, path, true, true);
  folder = g_path_get_dirname (path);
  eng_store_sweep (folder, time (NULL));
}

/* The last connection to close brings the journal home and removes it, which the checkpoint before
 * it makes short work of. */
void
eng_store_db_close (EngStoreDb *self)
{
  if (self->db != NULL)
    {
      (void) sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
      (void) sqlite3_close (self->db); /* what did not work is in the journal still */
    }
  eng_lock_free (self->owner);
  eng_lock_free (self->files);
  eng_claims_free (self->claims);
  eng_store_fault_clear (&self->fault);
  eng_store_fault_clear (&self->notice);
  g_free (self->path);
  *self = (EngStoreDb){ 0 };
}
