/* eng-store-sweep.c: taking away databases of transfers that nobody has come back to.
 *
 * A one-shot command leaves one for each torrent and folder; what is in it saves hashing, and is
 * worth nothing once the files have gone elsewhere. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "eng-store-private.h"

#define UNUSED_S (90 * 24 * 3600)
#define SUFFIX ".db"

/* At the start of one transfer. */
#define SWEPT_MAX 32

/* The journal is written to between two openings. */
static bool
is_unused (const char *path, int64_t now_s)
{
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  struct stat about;

  if (stat (path, &about) != 0 || about.st_mtim.tv_sec > now_s - UNUSED_S)
    return false;
  return stat (journal, &about) != 0 || about.st_mtim.tv_sec <= now_s - UNUSED_S;
}

/* The database goes first: SQLite takes no journal for that of an empty one. Nobody uses it. */
static void
remove_database (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      (void) unlink (file); /* the last two may not be there; what stays is met again */
    }
}

/* What its owner has locked stays, and nobody opens it while it is looked at. */
static bool
sweep_one (const char *path, int64_t now_s)
{
  g_autofree char *name = g_strconcat (path, "-lock", NULL);
  EngLock *lock;
  bool unused;

  if (!is_unused (path, now_s))
    return false;
  lock = eng_lock_take (name, false, NULL);
  if (lock == NULL)
    return false;
  unused = is_unused (path, now_s);
  if (unused)
    remove_database (path);
  eng_lock_free (lock);
  return unused;
}

void
eng_store_sweep (const char *folder, int64_t now_s)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  unsigned n = 0;
  const char *name;

  while (dir != NULL && n < SWEPT_MAX && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, SUFFIX))
        n += sweep_one (path, now_s);
    }
}
