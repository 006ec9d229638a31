/* trk-verb-files.c: `shoal-tracker backup` and `restore`. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-link.h"
#include "tracker-server/server/trk-lock.h"
#include "tracker-server/server/trk-verb.h"

/* --- backup --- */

/* Copies all bytes and brings them to the device. Returns errno. */
static int
copy_bytes (int from, int to)
{
  g_autofree char *part = g_malloc (1u << 20);
  ssize_t n;

  while ((n = read (from, part, 1u << 20)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno;
      for (ssize_t done = 0; done < n;)
        {
          ssize_t put = write (to, part + done, (size_t) (n - done));

          if (put < 0 && errno != EINTR)
            return errno;
          done += MAX (put, 0);
        }
    }
  return fsync (to) == 0 ? 0 : errno;
}

static void
sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void) fsync (fd); /* the file is whole; its name is there after the next sync at the latest */
  (void) close (fd); /* it was read only */
}

/* Puts a copy of @from at @to: whole, or not at all. Returns errno. */
static int
put_copy (const char *from, const char *to)
{
  g_autofree char *part = g_strconcat (to, ".part", NULL);
  int source = open (from, O_RDONLY | O_CLOEXEC);
  int target = source >= 0 ? open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                                   S_IRUSR | S_IWUSR)
                           : -1;
  int problem = target >= 0 ? copy_bytes (source, target) : errno;

  if (source >= 0)
    (void) close (source); /* it was read only */
  if (target >= 0 && close (target) != 0 && problem == 0)
    problem = errno;
  if (problem == 0 && rename (part, to) != 0)
    problem = errno;
  if (problem != 0 && target >= 0)
    (void) unlink (part); /* half a copy is none */
  else
    sync_folder_of (to);
  return problem;
}

static int
take_backup (const TrkApp *app, JsonNode *reply, const char *to)
{
  const char *from = json_object_get_string_member (json_node_get_object (reply), "path");
  int problem = put_copy (from, to);

  (void) unlink (from); /* it was a stopover */
  if (problem != 0)
    return trk_fail (app, problem == ENOSPC ? TRK_EXIT_NO_SPACE : TRK_EXIT_WRITE, "%s: %s", to,
                     g_strerror (problem));
  trk_say (app, _ ("The database is copied to %s."), to);
  return TRK_EXIT_OK;
}

static int
run_backup (TrkApp *app, void *options)
{
  g_autofree char *folder = NULL;
  g_autoptr (JsonNode) request = trk_link_request ("backup");
  g_autoptr (JsonNode) reply = NULL;
  g_autoptr (TrkLink) ask = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (app->arguments[0] == NULL || app->arguments[1] != NULL)
    return trk_fail (app, TRK_EXIT_USAGE, _ ("“backup” takes the file to write"));
  folder = trk_app_folder (app, &code);
  if (folder == NULL)
    return code;
  ask = trk_link_open (folder, false, &error);
  if (ask != NULL)
    reply = trk_link_ask (ask, request, &error);
  if (reply == NULL)
    return trk_fail_error (app, g_steal_pointer (&error));
  return take_backup (app, reply, app->arguments[0]);
}

static const TrkExample backup_examples[] = {
  { "shoal-tracker backup --folder /srv/tracker tracker-monday.db",
    N_ ("Copy the database while the server runs") },
  { NULL, NULL },
};

const TrkVerb trk_backup_verb = {
  .name = "backup",
  .arguments = N_ ("FILE"),
  .summary = N_ ("Copy the database while the server runs, or not"),
  .description
  = N_ ("Writes a copy of everything that is kept, as it is at one moment, to FILE: whole, on the "
        "device and for its owner alone, or not at all. A file that is there is replaced. Swarms "
        "are not in it: clients announce again."),
  .examples = backup_examples,
  .run = run_backup,
};

/* --- restore --- */

static int
restore (const TrkApp *app, const char *folder, const char *backup)
{
  g_autofree char *path = trk_path (folder, TRK_PATH_DATABASE);
  g_autofree char *full = g_canonicalize_filename (backup, NULL);
  TrkProblem problem;
  g_autofree char *text = NULL;

  if (trk_store_restore (path, full, &problem))
    {
      trk_say (app, _ ("%s is the database now; what was there is kept as %s.before."), backup,
               path);
      return TRK_EXIT_OK;
    }
  text = trk_problem_text (&problem);
  if (problem.trouble == TRK_TROUBLE_CORRUPT)
    return trk_fail (app, TRK_EXIT_READ, _ ("%s is no copy of a tracker's database, or is damaged"),
                     backup);
  return trk_fail (app, problem.trouble == TRK_TROUBLE_IN_USE ? TRK_EXIT_FAILED : TRK_EXIT_READ,
                   "%s", text);
}

static int
run_restore (TrkApp *app, void *options)
{
  g_autofree char *folder = NULL;
  g_autofree char *lock_path = NULL;
  int code;
  int lock;

  if (app->arguments[0] == NULL || app->arguments[1] != NULL)
    return trk_fail (app, TRK_EXIT_USAGE, _ ("“restore” takes the file of a backup"));
  folder = trk_app_folder (app, &code);
  if (folder == NULL)
    return code;
  if (!trk_path_make (folder))
    return trk_fail (app, TRK_EXIT_WRITE, "%s: %s", folder, g_strerror (errno));
  lock_path = trk_path (folder, TRK_PATH_LOCK);
  lock = trk_lock_take (lock_path);
  if (lock < 0 && errno == EWOULDBLOCK)
    return trk_fail (app, TRK_EXIT_FAILED, _ ("a tracker runs on %s; stop it first"), folder);
  if (lock < 0)
    return trk_fail (app, TRK_EXIT_WRITE, "%s: %s", lock_path, g_strerror (errno));
  code = restore (app, folder, app->arguments[0]);
  (void) close (lock); /* which unlocks it */
  return code;
}

static const TrkExample restore_examples[] = {
  { "shoal-tracker restore --folder /srv/tracker tracker-monday.db",
    N_ ("Go back to a backup; no server runs meanwhile") },
  { NULL, NULL },
};

const TrkVerb trk_restore_verb = {
  .name = "restore",
  .arguments = N_ ("FILE"),
  .summary = N_ ("Put a backup in the place of the database"),
  .description
  = N_ ("Looks at the whole backup first and refuses one that is damaged or another "
        "program's. The database that is there is kept beside it as tracker.db.before. "
        "No server may run on the folder."),
  .examples = restore_examples,
  .run = run_restore,
};
