/* eng-move.c: file by file, and which of them are to go. */
#include "client-core/disk/eng-move.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "eng-delete-private.h"
#include "eng-disk-private.h"
#include "eng-folder-private.h"
#include "eng-move-private.h"
#include "eng-trust-private.h"

#define TICK_MS 250

/* So many files are synced with all of their file system rather than one by one. */
#define SYNC_AROUND_FILES 500

/* A file that has bytes in both places now. */
typedef struct
{
  size_t file;
  EngFileState was;
  EngFileState now;
  bool is_ours; /* it was not there before */
} Moved;

struct EngMove
{
  EngTask progress; /* first: its done() casts back */
  EngTask end;
  EngDisk *disk;
  BtMetainfo *metainfo;
  EngNames names;
  char *from;
  char *to;
  EngMoveEvents events;
  void *owner;
  pthread_t thread;
  bool is_running;

  atomic_bool cancelled;
  atomic_bool posted; /* the progress */
  atomic_uint_fast64_t done;
  atomic_uint_fast64_t total;

  /* The move's thread, until the end is posted. */
  EngMoveControl control;
  GArray *moved; /* of Moved */
  bool syncs_around;
  uint64_t told_ms;
  int sys_errno;
  char *path; /* of the failure */
};

/* --- the thread --- */

static uint64_t
now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
}

static void
on_moved (void *data, uint64_t n)
{
  EngMove *move = data;
  uint64_t now = now_ms ();

  atomic_fetch_add (&move->done, n);
  if (now - move->told_ms < TICK_MS)
    return;
  move->told_ms = now;
  if (!atomic_exchange (&move->posted, true))
    eng_crew_post (move->disk->crew, &move->progress);
}

/* False, for the sake of who returns it. */
static bool
fail (EngMove *move, int sys_errno, const char *path)
{
  if (move->sys_errno != 0)
    return false;
  move->sys_errno = sys_errno;
  move->path = g_build_filename (move->to, path, NULL);
  return false;
}

static void
note_moved (EngMove *move, size_t file, int from, int to, const EngFileState *was, bool is_ours)
{
  Moved moved = { .file = file, .was = *was, .is_ours = is_ours };
  EngFileState after;

  /* A file that changed meanwhile is another one: its state says so. */
  if (eng_file_state_read (from, &after) && eng_file_state_equal (&after, was))
    (void) eng_file_state_read (to, &moved.now); /* or it is not known */
  g_array_append_val (move->moved, moved);
}

/* What is there already may be what an earlier move had brought, or the person. */
static bool
accept (EngMove *move, size_t file, const char *path, int from, const EngFileState *was)
{
  int to = eng_folder_open (move->to, path, O_RDONLY, 0);
  EngFileState there;
  bool ok = to >= 0 && eng_file_state_read (to, &there) && there.size == was->size;

  ok = ok && eng_move_compare (from, to, was->size, &move->control);
  if (ok)
    note_moved (move, file, from, to, was, false);
  else
    (void) fail (move, atomic_load (&move->cancelled) ? ECANCELED : EEXIST, path);
  eng_folder_close (to);
  return ok;
}

/* The time goes with the bytes, so that what is known of the file stays known. A disk that takes
 * neither costs hashing. */
static void
give_facts (int from, int to)
{
  struct stat st;

  if (fstat (from, &st) != 0)
    return;
  const struct timespec times[2] = { st.st_atim, st.st_mtim };

  (void) fchmod (to, st.st_mode & 0777);
  (void) futimens (to, times);
}

static bool
copy (EngMove *move, size_t file, const char *path, int from, const EngFileState *was)
{
  g_autofree char *fallback = g_strdup_printf (".shoal-move-%zu", file);
  EngFolderNew new;
  bool ok;

  if (!eng_folder_new_init (&new, move->to, path, fallback, ENG_FOLDER_DATA))
    return fail (move, errno, path);
  ok = eng_move_copy (from, new.fd, was->size, &move->control);
  if (ok)
    give_facts (from, new.fd);
  ok = ok && (move->syncs_around || fsync (new.fd) == 0) && eng_folder_new_keep (&new);
  if (ok)
    note_moved (move, file, from, new.fd, was, true);
  else if (errno == EEXIST)
    ok = accept (move, file, path, from, was);
  else
    (void) fail (move, errno, path);
  eng_folder_new_clear (&new);
  return ok;
}

/* Why there is no second name: it has to be copied. */
static bool
has_to_be_copied (int sys_errno)
{
  return sys_errno == EXDEV || sys_errno == EPERM || sys_errno == EOPNOTSUPP || sys_errno == ENOSYS
         || sys_errno == EMLINK || sys_errno == EACCES;
}

static bool
move_open (EngMove *move, size_t file, const char *path, int from)
{
  EngFileState was;
  bool is_one;

  if (!eng_file_state_read (from, &was))
    return fail (move, errno, path);
  if (eng_folder_link (move->from, move->to, path, &is_one))
    {
      if (!is_one)
        note_moved (move, file, from, from, &was, true);
      on_moved (move, was.size);
      return true;
    }
  if (errno == EEXIST)
    return accept (move, file, path, from, &was);
  return has_to_be_copied (errno) ? copy (move, file, path, from, &was) : fail (move, errno, path);
}

static bool
is_not_there (int sys_errno)
{
  return sys_errno == ENOENT || sys_errno == ENOTDIR || sys_errno == ELOOP || sys_errno == EISDIR;
}

static bool
move_file (EngMove *move, size_t file)
{
  g_autofree char *path = NULL;
  int from;
  bool ok;

  if (!eng_place_is_file (move->metainfo, file))
    return true;
  if (atomic_load (&move->cancelled))
    return fail (move, ECANCELED, "");
  path = eng_place_path (move->metainfo, &move->names, file);
  from = eng_folder_open (move->from, path, O_RDONLY, 0);
  if (from < 0)
    return is_not_there (errno) || fail (move, errno, path);
  ok = move_open (move, file, path, from);
  eng_folder_close (from);
  if (!ok) /* the folders on the way to it may have been made */
    eng_folder_prune (move->to, path);
  return ok;
}

/* Counts the bytes, and whether they fit where they have to be copied to. */
static bool
survey (EngMove *move)
{
  const BtLayout *layout = bt_metainfo_layout (move->metainfo);
  struct statvfs room;
  struct stat target;
  uint64_t to_copy = 0;
  size_t n = 0;

  if (stat (move->to, &target) != 0 || statvfs (move->to, &room) != 0)
    return fail (move, errno, "");
  if (!S_ISDIR (target.st_mode))
    return fail (move, ENOTDIR, "");
  for (size_t i = 0; i < eng_place_count (layout); i++)
    {
      g_autofree char *path = eng_place_path (move->metainfo, &move->names, i);
      int fd = eng_place_is_file (move->metainfo, i)
                   ? eng_folder_open (move->from, path, O_RDONLY, 0)
                   : -1;
      struct stat st;

      if (fd >= 0 && fstat (fd, &st) == 0)
        {
          n++;
          atomic_fetch_add (&move->total, (uint64_t) st.st_size);
          to_copy += st.st_dev != target.st_dev ? (uint64_t) st.st_blocks * 512 : 0;
        }
      eng_folder_close (fd);
    }
  move->syncs_around = n >= SYNC_AROUND_FILES;
  return to_copy <= (uint64_t) room.f_bavail * room.f_frsize || fail (move, ENOSPC, "");
}

static bool
sync_around (EngMove *move)
{
  int fd = open (move->to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && syncfs (fd) == 0;

  if (!ok)
    (void) fail (move, errno, "");
  eng_folder_close (fd);
  return ok;
}

/* Once all of them are made: a folder that was synced before it had its last name is to be synced
 * again. */
static void
sync_names (EngMove *move)
{
  g_autoptr (GHashTable) synced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < move->moved->len; i++)
    {
      const Moved *moved = &g_array_index (move->moved, Moved, i);
      g_autofree char *path = eng_place_path (move->metainfo, &move->names, moved->file);

      if (!eng_folder_sync (move->to, path, synced))
        (void) fail (move, errno, path);
    }
}

/* A rename that an earlier run had begun comes to its end first, as in eng_storage_settle_names().
 */
static void
settle_names (const EngMove *move)
{
  for (size_t i = 0; i < move->names.n; i++)
    {
      const EngName *name = &move->names.items[i];
      g_autofree char *to = eng_place_path_of_name (move->metainfo, &move->names, name->path);
      g_autofree char *was = name->was != NULL
                                 ? eng_place_path_of_name (move->metainfo, &move->names, name->was)
                                 : NULL;

      if (was != NULL && eng_folder_rename (move->from, was, to))
        eng_folder_prune (move->from, was);
    }
}

static void *
run (void *data)
{
  EngMove *move = data;
  size_t n = eng_place_count (bt_metainfo_layout (move->metainfo));
  bool ok;

  settle_names (move);
  ok = survey (move);

  for (size_t i = 0; i < n && ok; i++)
    ok = move_file (move, i);
  if (ok && move->syncs_around)
    (void) sync_around (move);
  else if (ok)
    sync_names (move);
  eng_crew_post (move->disk->crew, &move->end);
  return NULL;
}

/* --- the engine's thread --- */

static void
on_progress (EngTask *task)
{
  EngMove *move = (EngMove *) (void *) task;

  atomic_store (&move->posted, false);
  if (move->events.progress != NULL)
    move->events.progress (move->owner, atomic_load (&move->done), atomic_load (&move->total));
}

static void
on_end (EngTask *task)
{
  EngMove *move = (EngMove *) (void *) ((char *) task - offsetof (EngMove, end));

  if (move->is_running)
    pthread_join (move->thread, NULL);
  move->events.copied (move->owner, move->sys_errno, move->path);
}

static void
start_thread (EngMove *move)
{
  sigset_t all;
  sigset_t before;
  int failure;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  failure = pthread_create (&move->thread, NULL, run, move);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  move->is_running = failure == 0;
  if (failure == 0)
    return;
  (void) fail (move, failure, "");
  eng_crew_post (move->disk->crew, &move->end);
}

EngMove *
eng_move_start (EngDisk *disk, const EngMovePlan *plan, const EngMoveEvents *events, void *owner)
{
  EngMove *move = g_new0 (EngMove, 1);

  move->progress.done = on_progress;
  move->end.done = on_end;
  move->disk = disk;
  move->metainfo = bt_metainfo_ref (plan->metainfo);
  eng_names_init_copy (&move->names, plan->names);
  move->from = g_strdup (plan->from);
  move->to = g_strdup (plan->to);
  move->events = *events;
  move->owner = owner;
  move->moved = g_array_new (FALSE, FALSE, sizeof (Moved));
  move->control
      = (EngMoveControl){ .cancelled = &move->cancelled, .moved = on_moved, .data = move };
  move->told_ms = now_ms ();
  start_thread (move);
  return move;
}

void
eng_move_cancel (EngMove *move)
{
  atomic_store (&move->cancelled, true);
}

void
eng_move_translate (const EngMove *move, EngFileState *files)
{
  for (guint i = 0; i < move->moved->len; i++)
    {
      const Moved *moved = &g_array_index (move->moved, Moved, i);

      if (eng_file_state_equal (&files[moved->file], &moved->was))
        files[moved->file] = moved->now;
    }
}

/* --- the end --- */

static void
free_move (EngMove *move)
{
  bt_metainfo_unref (move->metainfo);
  eng_names_clear (&move->names);
  g_array_unref (move->moved);
  g_free (move->from);
  g_free (move->to);
  g_free (move->path);
  g_free (move);
}

void
eng_move_end (EngMove *move, bool keep, void (*ended) (void *data, int sys_errno, const char *path),
              void *data)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < move->moved->len; i++)
    {
      const Moved *moved = &g_array_index (move->moved, Moved, i);

      if (keep || moved->is_ours)
        g_ptr_array_add (paths, eng_place_path (move->metainfo, &move->names, moved->file));
    }
  eng_delete_paths (move->disk, keep ? move->from : move->to, paths, ended, data);
  free_move (move);
}
