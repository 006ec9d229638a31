/* trk-store-open.c: whose a database is, making it ready for use, and copies of it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "trk-place-private.h"
#include "trk-store-private.h"

static bool
fail (TrkFault *fault, const char *path)
{
  trk_fault_set (fault, TRK_TROUBLE_SYSTEM, errno, path);
  return false;
}

/* --- the lock --- */

int
trk_store_lock (const char *path, TrkFault *fault)
{
  g_autofree char *lock = g_strconcat (path, "-lock", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (fault, folder), -1;
  fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail (fault, lock), -1;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  trk_fault_set (fault, errno == EWOULDBLOCK ? TRK_TROUBLE_IN_USE : TRK_TROUBLE_SYSTEM, errno,
                 path);
  close (fd);
  return -1;
}

/* --- opening --- */

/* SQLite would make it readable for others; its journals take the mode from it. */
static bool
make_file (const char *path, TrkFault *fault)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return fail (fault, path);
  close (fd); /* before SQLite locks it: POSIX locks go with any descriptor */
  return (trk_place_sync_folder (path) && trk_place_sync_folder (folder)) || fail (fault, folder);
}

/* A copy of an older version stays beside what becomes of it. */
static bool
migrate (TrkDb *db, unsigned version, TrkFault *fault)
{
  g_autofree char *copy = g_strdup_printf ("%s.v%u", db->path, version);

  if (version > 0 && !trk_store_copy (db->path, copy, fault))
    return false;
  return trk_schema_migrate (db, version);
}

/* All of it is read only when the last run did not end as it should: that takes seconds for a
 * gigabyte. Otherwise SQLite has looked at the header and the length, and looks at each page when
 * it is read. */
static bool
check (TrkDb *db, unsigned version)
{
  int64_t clean = 0;

  if (version >= TRK_SCHEMA_WITH_RUN && trk_db_number (db, "SELECT clean FROM run", NULL, &clean)
      && clean != 0)
    return true;
  return db->failure == SQLITE_OK && trk_db_is_sound (db, false);
}

static bool
open_db (TrkDb *db, const char *path, bool *migrated, TrkFault *fault)
{
  unsigned version;

  if (!trk_db_open (db, path) || !trk_schema_look (db, &version, fault) || !trk_db_settle (db, true)
      || !check (db, version))
    return false;
  *migrated = version > 0 && version < trk_schema_version ();
  if (version < trk_schema_version () && !migrate (db, version, fault))
    return false;
  return trk_schema_probe (db);
}

bool
trk_store_open_db (TrkDb *db, const char *path, bool *migrated, TrkFault *fault)
{
  if (!make_file (path, fault))
    return false;
  if (open_db (db, path, migrated, fault))
    return true;
  trk_db_explain (db, fault);
  trk_db_close (db);
  return false;
}

/* --- copies --- */

static bool
vacuum_into (const char *path, const char *draft, TrkFault *fault)
{
  TrkDb db;
  bool ok = trk_db_open (&db, path) && trk_db_exec (&db, "PRAGMA busy_timeout = 5000")
            && trk_db_run (&db, "VACUUM INTO ?1", TRK_VALUES (TRK_TEXT (draft)));

  if (!ok)
    trk_db_explain (&db, fault);
  trk_db_close (&db);
  return ok;
}

bool
trk_store_copy (const char *path, const char *to, TrkFault *fault)
{
  g_autofree char *draft = trk_place_draft (to);
  int fd = trk_place_make (draft);
  bool ok;

  if (fd < 0)
    return fail (fault, to);
  ok = vacuum_into (path, draft, fault);
  if (!ok)
    (void) unlink (draft); /* the first failure is told */
  else
    ok = (trk_place_put (fd, draft, to) && trk_place_sync_folder (to)) || fail (fault, to);
  close (fd);
  return ok;
}
