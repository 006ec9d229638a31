/* test-eng-move.c: the files of a torrent go to another folder, on the same device and on another
 * one; at no moment is a byte only on its way, and nothing of somebody else's is touched. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "client-core/disk/eng-move.h"
#include "client-core/disk/eng-place.h"
#include "disk-world.h"
#include "faults.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"

#define PIECE (32u * 1024)

/* In memory on every Linux, while the temporary folder is mostly not. */
#define OTHER_DEVICE "/dev/shm"

typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *t; /* whose target has every file */
  char *top;      /* its folder's name */
  char *to;
  EngNames names;
  EngMove *move;
  EngFileState *files;
  unsigned n_progress;
  bool copied;
  bool ended;
  bool may_fail; /* the end */
  int sys_errno;
  char *path;
} Scene;

static char *
folder_on (const char *device)
{
  char *path = g_build_filename (device, "shoal-move-XXXXXX", NULL);

  g_assert_nonnull (g_mkdtemp (path));
  return path;
}

static void
scene_init (Scene *s, bool other_device)
{
  *s = (Scene){ .folder = files_folder () };
  files_write (s->folder, "a/first", 1000001, 1);
  files_write (s->folder, "a/second", 3, 2);
  files_write (s->folder, "third", 200000, 3);
  files_write (s->folder, "empty", 0, 4);
  disk_world_init (&s->world, 2, 0);
  s->t = disk_torrent_new (&s->world, s->folder, BT_FORMAT_V1, PIECE, ENG_PREALLOCATE_SPARSE);
  s->top = g_path_get_basename (s->folder);
  s->to = other_device ? folder_on (OTHER_DEVICE) : files_folder ();
  eng_storage_prepare (s->t->storage);
  disk_torrent_put_all (s->t);
  disk_torrent_wait_checked (s->t, s->t->layout->n_pieces);
  s->files = g_new0 (EngFileState, eng_place_count (s->t->layout));
}

/* The storage has to be closed before its files go. */
static void
close_storage (Scene *s)
{
  disk_torrent_close (s->t);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
  files_remove (s->to);
  eng_names_clear (&s->names);
  g_free (s->files);
  g_free (s->path);
  g_free (s->top);
}

static bool
is_other_device (const Scene *s)
{
  struct stat a;
  struct stat b;

  return stat (s->t->target, &a) == 0 && stat (s->to, &b) == 0 && a.st_dev != b.st_dev;
}

static void
on_progress (void *owner, uint64_t done, uint64_t total)
{
  Scene *s = owner;

  g_assert_cmpuint (done, <=, total);
  s->n_progress++;
}

static void
on_copied (void *owner, int sys_errno, const char *path)
{
  Scene *s = owner;

  s->copied = true;
  s->sys_errno = sys_errno;
  g_free (s->path);
  s->path = g_strdup (path);
}

static void
on_ended (void *data, int sys_errno, const char *path)
{
  Scene *s = data;

  g_assert_true (sys_errno == 0 || s->may_fail);
  s->ended = true;
}

static void
start (Scene *s)
{
  static const EngMoveEvents events = { .progress = on_progress, .copied = on_copied };
  const EngMovePlan plan
      = { .metainfo = s->t->metainfo, .names = &s->names, .from = s->t->target, .to = s->to };

  s->copied = s->ended = false;
  s->move = eng_move_start (s->world.disk, &plan, &events, s);
}

static int
wait_copied (Scene *s)
{
  while (!s->copied)
    disk_world_turn (&s->world);
  return s->sys_errno;
}

static void
end (Scene *s, bool keep)
{
  eng_move_end (g_steal_pointer (&s->move), keep, on_ended, s);
  while (!s->ended)
    disk_world_turn (&s->world);
}

/* How many of the torrent's files a folder has, each of which must be right. */
static unsigned
count (const Scene *s, const char *folder)
{
  unsigned n = 0;

  for (size_t i = 0; i < s->t->layout->n_files; i++)
    {
      g_autofree char *path = eng_place_path (s->t->metainfo, &s->names, i);
      g_autofree char *full = g_build_filename (folder, path, NULL);
      g_autofree char *bytes = NULL;
      gsize len;

      if (!g_file_get_contents (full, &bytes, &len, NULL))
        continue;
      g_assert_cmpmem (bytes, len, s->t->space + s->t->layout->files[i].offset,
                       s->t->layout->files[i].length);
      n++;
    }
  return n;
}

static bool
exists (const char *folder, const char *top, const char *path)
{
  g_autofree char *full = g_build_filename (folder, top, path, NULL);

  return g_file_test (full, G_FILE_TEST_EXISTS);
}

static void
put (const char *folder, const char *top, const char *path, const char *text)
{
  g_autofree char *full = g_build_filename (folder, top, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (full, text, -1, NULL));
}

/* What was known of the files is known of them at the new place. */
static void
check_trust (Scene *s, const EngFileState *files)
{
  EngResume row;
  uint64_t before;

  disk_torrent_move (s->t, s->to);
  eng_storage_set_names (s->t->storage, &s->names);
  eng_resume_init (&row, &s->t->good, files, eng_place_count (s->t->layout));
  before = eng_storage_hashed (s->t->storage);
  eng_storage_verify_trusting (s->t->storage, &row);
  while (s->t->n_verified == 0)
    disk_world_turn (&s->world);
  g_assert_true (bt_bitfield_is_all (&s->t->verified));
  g_assert_cmpuint (eng_storage_hashed (s->t->storage), ==, before);
  eng_resume_clear (&row);
}

static void
on_synced (void *data, bool ok)
{
  g_assert_true (ok);
  *(bool *) data = true;
}

static void
sync_states (Scene *s)
{
  bool synced = false;

  eng_storage_sync (s->t->storage, on_synced, &synced);
  while (!synced)
    disk_world_turn (&s->world);
  memcpy (s->files, eng_storage_files (s->t->storage),
          eng_place_count (s->t->layout) * sizeof *s->files);
}

static void
test_keep (const void *data)
{
  bool other = GPOINTER_TO_INT (data) != 0;
  Scene s;

  scene_init (&s, other);
  if (other && !is_other_device (&s))
    g_test_skip ("the temporary folder lies in memory as well");
  else
    {
      sync_states (&s);
      close_storage (&s);
      put (s.t->target, s.top, "a/mine", "not the torrent's");
      start (&s);
      g_assert_cmpint (wait_copied (&s), ==, 0);
      g_assert_cmpuint (count (&s, s.t->target), ==, 4);
      g_assert_cmpuint (count (&s, s.to), ==, 4);
      eng_move_translate (s.move, s.files);
      end (&s, true);
      g_assert_cmpuint (count (&s, s.t->target), ==, 0);
      g_assert_cmpuint (count (&s, s.to), ==, 4);
      g_assert_true (exists (s.t->target, s.top, "a/mine"));
      g_assert_false (exists (s.t->target, s.top, "third"));
      g_assert_false (exists (s.to, s.top, "a/mine"));
      check_trust (&s, s.files);
    }
  scene_clear (&s);
}

static void
test_undo (const void *data)
{
  Scene s;

  scene_init (&s, GPOINTER_TO_INT (data) != 0);
  close_storage (&s);
  start (&s);
  g_assert_cmpint (wait_copied (&s), ==, 0);
  end (&s, false);
  g_assert_cmpuint (count (&s, s.t->target), ==, 4);
  g_assert_false (exists (s.to, s.top, ""));
  scene_clear (&s);
}

/* Others' bytes are in the way. */
static void
test_exists (const void *data)
{
  Scene s;

  scene_init (&s, GPOINTER_TO_INT (data) != 0);
  close_storage (&s);
  put (s.to, s.top, "third", "somebody's");
  start (&s);
  g_assert_cmpint (wait_copied (&s), ==, EEXIST);
  g_assert_true (g_str_has_suffix (s.path, "/third"));
  end (&s, false);
  g_assert_cmpuint (count (&s, s.t->target), ==, 4);
  g_assert_true (exists (s.to, s.top, "third"));
  g_assert_false (exists (s.to, s.top, "a"));
  scene_clear (&s);
}

/* What an earlier move has left there is taken for what it is. */
static void
test_again (const void *data)
{
  bool other = GPOINTER_TO_INT (data) != 0;
  Scene s;

  scene_init (&s, other);
  close_storage (&s);
  g_autofree char *path = eng_place_path (s.t->metainfo, &s.names, 0);
  g_autofree char *full = g_build_filename (s.t->target, path, NULL);
  g_autofree char *copy = g_build_filename (s.to, path, NULL);
  g_autofree char *parent = g_path_get_dirname (copy);
  g_autofree char *bytes = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (full, &bytes, &len, NULL));
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (copy, bytes, (gssize) len, NULL));
  start (&s);
  g_assert_cmpint (wait_copied (&s), ==, 0);
  end (&s, true);
  g_assert_cmpuint (count (&s, s.to), ==, 4);
  g_assert_cmpuint (count (&s, s.t->target), ==, 0);
  scene_clear (&s);
}

static void
test_cancel (const void *data)
{
  Scene s;

  scene_init (&s, GPOINTER_TO_INT (data) != 0);
  close_storage (&s);
  start (&s);
  eng_move_cancel (s.move);
  if (wait_copied (&s) != 0)
    g_assert_cmpint (s.sys_errno, ==, ECANCELED);
  end (&s, false);
  g_assert_cmpuint (count (&s, s.t->target), ==, 4);
  g_assert_false (exists (s.to, s.top, ""));
  scene_clear (&s);
}

/* A copy that fails in the midst of its first file leaves no folder behind either. */
static void
test_first_fails (void)
{
  const struct sigaction ignore = { .sa_handler = SIG_IGN };
  struct rlimit before;
  struct rlimit little;
  Scene s;

  scene_init (&s, true);
  close_storage (&s);
  if (is_other_device (&s))
    {
      g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
      little = (struct rlimit){ .rlim_cur = 1000, .rlim_max = before.rlim_max };
      g_assert_cmpint (sigaction (SIGXFSZ, &ignore, NULL), ==, 0); /* then the write fails */
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &little), ==, 0);
      start (&s);
      g_assert_cmpint (wait_copied (&s), ==, EFBIG);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
      end (&s, false);
      g_assert_cmpuint (count (&s, s.t->target), ==, 4);
      g_assert_false (exists (s.to, s.top, ""));
    }
  else
    g_test_skip ("there is no other device");
  scene_clear (&s);
}

/* Whichever call fails: the folder that counts has every file, and nothing stays open. */
static void
test_faults (const void *data)
{
  bool failed = true;

  for (unsigned nth = 1; failed; nth++)
    {
      unsigned n_open = faults_count_descriptors ();
      bool copied;
      Scene s;

      scene_init (&s, GPOINTER_TO_INT (data) != 0);
      close_storage (&s);
      s.may_fail = true;
      faults_begin (nth, EIO);
      start (&s);
      copied = wait_copied (&s) == 0;
      end (&s, copied);
      failed = faults_end ();
      g_assert_cmpuint (count (&s, copied ? s.to : s.t->target), ==, 4);
      g_assert_true (copied || failed);
      scene_clear (&s);
      g_assert_cmpuint (faults_count_descriptors (), ==, n_open);
    }
}

/* The folder by another path is the same folder: nothing is copied, and nothing deleted. */
static void
test_same_folder (void)
{
  g_autofree char *link = NULL;
  Scene s;

  scene_init (&s, false);
  close_storage (&s);
  link = g_build_filename (s.to, "link", NULL);
  g_assert_cmpint (symlink (s.t->target, link), ==, 0);
  g_free (s.to);
  s.to = g_strdup (link);
  start (&s);
  g_assert_cmpint (wait_copied (&s), ==, 0);
  end (&s, true);
  g_assert_cmpuint (count (&s, s.t->target), ==, 4);
  g_free (s.to);
  s.to = g_path_get_dirname (link);
  scene_clear (&s);
}

/* Links below the new folder are not followed, and a folder that is none is refused. */
static void
test_no_way_out (void)
{
  g_autofree char *link = NULL;
  g_autofree char *outside = files_folder ();
  Scene s;

  scene_init (&s, false);
  close_storage (&s);
  link = g_build_filename (s.to, s.top, NULL);
  g_assert_cmpint (symlink (outside, link), ==, 0);
  start (&s);
  g_assert_cmpint (wait_copied (&s), ==, ENOTDIR);
  end (&s, false);
  g_assert_cmpint (g_unlink (link), ==, 0);
  g_assert_cmpint (g_rmdir (outside), ==, 0); /* nothing came there */
  g_autofree char *kept = g_steal_pointer (&s.to);
  s.to = g_build_filename (kept, "nowhere", NULL);
  start (&s);
  g_assert_cmpint (wait_copied (&s), ==, ENOENT);
  end (&s, false);
  g_assert_cmpuint (count (&s, s.t->target), ==, 4);
  g_free (s.to);
  s.to = g_steal_pointer (&kept);
  scene_clear (&s);
}

/* An earlier run was killed in a rename: the file goes with its new name. */
static void
test_half_renamed (void)
{
  Scene s;

  scene_init (&s, false);
  close_storage (&s);
  eng_names_set (&s.names,
                 &(EngName){ 0, (char *) (uintptr_t) "x/new", (char *) (uintptr_t) "a/first" });
  start (&s);
  g_assert_cmpint (wait_copied (&s), ==, 0);
  end (&s, true);
  g_assert_true (exists (s.to, s.top, "x/new"));
  g_assert_cmpuint (count (&s, s.to), ==, 4);
  g_assert_cmpuint (count (&s, s.t->target), ==, 0);
  scene_clear (&s);
}

/* A file of holes takes no more room than before. */
static void
test_holes (void)
{
  g_autofree char *path = NULL;
  g_autofree char *copy = NULL;
  struct stat before;
  struct stat after;
  Scene s;
  int fd;

  scene_init (&s, true);
  close_storage (&s);
  path = g_build_filename (s.t->target, s.top, "third", NULL);
  copy = g_build_filename (s.to, s.top, "third", NULL);
  fd = open (path, O_WRONLY);
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (ftruncate (fd, 64 << 20), ==, 0);
  g_assert_cmpint (pwrite (fd, "here", 4, 40 << 20), ==, 4);
  g_assert_cmpint (close (fd), ==, 0);
  g_assert_cmpint (stat (path, &before), ==, 0);
  start (&s);
  g_assert_cmpint (wait_copied (&s), ==, 0);
  g_assert_cmpint (stat (copy, &after), ==, 0);
  g_assert_cmpint (after.st_size, ==, before.st_size);
  g_assert_cmpint (after.st_mtim.tv_nsec, ==, before.st_mtim.tv_nsec);
  g_assert_cmpint (after.st_blocks, <, 64 << 10);
  end (&s, false);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (const void *data);
  } both[] = {
    { "keep", test_keep },   { "undo", test_undo },     { "exists", test_exists },
    { "again", test_again }, { "cancel", test_cancel }, { "faults", test_faults },
  };

  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < 2 * G_N_ELEMENTS (both); i++)
    {
      g_autofree char *path = g_strdup_printf ("/move/%s/%s", both[i / 2].name,
                                               i % 2 == 0 ? "same-device" : "other-device");

      g_test_add_data_func (path, GINT_TO_POINTER (i % 2), both[i / 2].test);
    }
  g_test_add_func ("/move/first-fails", test_first_fails);
  g_test_add_func ("/move/same-folder", test_same_folder);
  g_test_add_func ("/move/no-way-out", test_no_way_out);
  g_test_add_func ("/move/half-renamed", test_half_renamed);
  g_test_add_func ("/move/holes", test_holes);
  return g_test_run ();
}
