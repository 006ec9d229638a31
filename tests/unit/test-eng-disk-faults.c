/* test-eng-disk-faults.c: what the disk refuses is told once, with its name; nothing of it counts;
 * no path of a torrent leads out of its folder. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "client-core/disk/eng-folder-private.h"
#include "disk-world.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"

#define PIECE (64u * 1024)

/* Two files below a folder: pieces 0 to 2 are of the first, which is 200,000 bytes long. */
static char *
make_content (void)
{
  char *folder = files_folder ();

  files_write (folder, "sub/first", 200000, 1);
  files_write (folder, "sub/second", 300000, 2);
  files_write (folder, "z-empty", 0, 3);
  return folder;
}

typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *t;
  char *top;   /* the torrent's folder in the target */
  char *sub;   /* the folder in it */
  char *first; /* the file in that */
  char *second;
} Scene;

static void
scene_init (Scene *s, EngPreallocate preallocate)
{
  s->folder = make_content ();
  disk_world_init (&s->world, 2, 0);
  s->t = disk_torrent_new (&s->world, s->folder, BT_FORMAT_V1, PIECE, preallocate);
  s->top = g_build_filename (s->t->target, bt_metainfo_name (s->t->metainfo), NULL);
  s->sub = g_build_filename (s->top, "sub", NULL);
  s->first = g_build_filename (s->sub, "first", NULL);
  s->second = g_build_filename (s->sub, "second", NULL);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
  g_free (s->top);
  g_free (s->sub);
  g_free (s->first);
  g_free (s->second);
}

static void
write_all (Scene *s)
{
  disk_torrent_put_all (s->t);
  disk_torrent_wait_checked (s->t, s->t->layout->n_pieces);
}

/* --- what stands in the way --- */

static void
plant_folder (Scene *s)
{
  g_assert_cmpint (g_mkdir_with_parents (s->first, 0755), ==, 0);
}

static void
plant_link (Scene *s)
{
  g_assert_cmpint (g_mkdir_with_parents (s->sub, 0755), ==, 0);
  g_assert_cmpint (symlink (s->folder, s->first), ==, 0);
}

static void
plant_folder_link (Scene *s)
{
  g_assert_cmpint (g_mkdir (s->top, 0755), ==, 0);
  g_assert_cmpint (symlink (s->folder, s->sub), ==, 0);
}

static void
plant_top_link (Scene *s)
{
  g_assert_cmpint (symlink (s->folder, s->top), ==, 0);
}

static void
plant_dangling_link (Scene *s)
{
  g_assert_cmpint (g_mkdir_with_parents (s->sub, 0755), ==, 0);
  g_assert_cmpint (symlink ("../../../planted", s->first), ==, 0);
}

static void
plant_file_for_folder (Scene *s)
{
  g_assert_cmpint (g_mkdir (s->top, 0755), ==, 0);
  g_assert_true (g_file_set_contents (s->sub, "x", 1, NULL));
}

static void
plant_pipe (Scene *s)
{
  g_assert_cmpint (g_mkdir_with_parents (s->sub, 0755), ==, 0);
  g_assert_cmpint (mkfifo (s->first, 0644), ==, 0);
}

typedef struct
{
  const char *name;
  void (*plant) (Scene *s);
  int errnos[2]; /* any of them */
} Obstacle;

static const Obstacle obstacles[] = {
  { "folder", plant_folder, { EISDIR, EISDIR } },
  { "link", plant_link, { ELOOP, ELOOP } },
  { "folder-link", plant_folder_link, { ELOOP, ENOTDIR } },
  { "top-link", plant_top_link, { ELOOP, ENOTDIR } },
  { "dangling-link", plant_dangling_link, { ELOOP, ELOOP } },
  { "file-for-folder", plant_file_for_folder, { ENOTDIR, ENOTDIR } },
  { "pipe", plant_pipe, { EINVAL, EINVAL } },
};

static void
assert_untouched (const Scene *s)
{
  g_autofree char *first = g_build_filename (s->folder, "sub", "first", NULL);
  g_autofree char *planted = g_build_filename (s->folder, "first", NULL);
  g_autofree char *bytes = NULL;
  size_t len;

  g_assert_true (g_file_get_contents (first, &bytes, &len, NULL));
  g_assert_cmpmem (bytes, len, s->t->space, 200000);
  g_assert_false (g_file_test (planted, G_FILE_TEST_EXISTS));
}

static void
test_obstacle (const void *data)
{
  const Obstacle *o = data;
  Scene s;

  scene_init (&s, ENG_PREALLOCATE_SPARSE);
  o->plant (&s);
  disk_torrent_put_piece (s.t, 0, false);
  disk_torrent_wait_checked (s.t, 1);
  disk_torrent_wait_faults (s.t, 1);
  g_assert_cmpuint (s.t->n_failed, ==, 1);
  g_assert_true (s.t->fault_errno == o->errnos[0] || s.t->fault_errno == o->errnos[1]);
  g_assert_cmpstr (s.t->fault_path, ==, s.first);
  /* Later writes are refused, and told so; nobody hears of the fault again. */
  disk_torrent_put_piece (s.t, 5, false);
  disk_torrent_wait_checked (s.t, 2);
  g_assert_cmpuint (s.t->n_failed, ==, 2);
  g_assert_cmpuint (eng_disk_used (s.world.disk), ==, 0);
  disk_torrent_close (s.t);
  g_assert_cmpuint (s.t->n_faults, ==, 1);
  assert_untouched (&s);
  scene_clear (&s);
}

/* A link where files are read from is no file that is had. */
static void
test_verify_behind_link (void)
{
  Scene s;

  scene_init (&s, ENG_PREALLOCATE_SPARSE);
  plant_top_link (&s);
  eng_storage_verify (s.t->storage);
  while (s.t->n_verified == 0)
    disk_world_turn (&s.world);
  g_assert_true (bt_bitfield_is_none (&s.t->verified));
  g_assert_cmpuint (s.t->n_faults, ==, 0);
  scene_clear (&s);
}

/* --- a disk that is full, gone or locked --- */

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* The first write beyond the limit is short, the next one fails. */
static void
test_write_fails (void)
{
  Scene s;

  scene_init (&s, ENG_PREALLOCATE_SPARSE);
  disk_torrent_put_piece (s.t, 0, false);
  disk_torrent_wait_checked (s.t, 1);
  limit_files (PIECE + 1000);
  disk_torrent_put (s.t, 2, 0, false); /* lets go of it when the fault comes */
  disk_torrent_put (s.t, 2, 32768, false);
  disk_torrent_put_piece (s.t, 1, false);
  disk_torrent_wait_checked (s.t, 2);
  disk_torrent_wait_faults (s.t, 1);
  limit_files (RLIM_INFINITY);
  g_assert_cmpuint (s.t->good.n_set, ==, 1);
  g_assert_cmpuint (s.t->n_failed, ==, 1);
  g_assert_cmpint (s.t->fault_errno, ==, EFBIG);
  g_assert_cmpint (s.t->fault_access, ==, ENG_ACCESS_WRITE);
  while (eng_disk_used (s.world.disk) > 0) /* no event tells */
    g_thread_yield ();
  /* What is good is read still. */
  eng_storage_read (s.t->storage, 0, 0, BT_BLOCK_LEN, 0);
  while (s.t->n_read == 0)
    disk_world_turn (&s.world);
  g_assert_cmpuint (s.t->n_unread, ==, 0);
  scene_clear (&s);
}

static void
test_preallocation_fails (void)
{
  Scene s;

  scene_init (&s, ENG_PREALLOCATE_FULL);
  limit_files (1000);
  eng_storage_prepare (s.t->storage);
  disk_torrent_wait_faults (s.t, 1);
  limit_files (RLIM_INFINITY);
  g_assert_cmpint (s.t->fault_errno, ==, EFBIG);
  g_assert_cmpstr (s.t->fault_path, ==, s.first);
  scene_clear (&s);
}

static void
test_no_folder (void)
{
  Scene s;

  scene_init (&s, ENG_PREALLOCATE_SPARSE);
  g_assert_cmpint (g_rmdir (s.t->target), ==, 0);
  disk_torrent_put_piece (s.t, 0, false);
  disk_torrent_wait_faults (s.t, 1);
  g_assert_cmpint (s.t->fault_errno, ==, ENOENT);
  disk_torrent_close (s.t);
  g_assert_cmpint (g_mkdir (s.t->target, 0755), ==, 0);
  scene_clear (&s);
}

/* The superuser may write wherever there is a place for files: below /proc there is none. */
static void
test_locked_folder (void)
{
  Scene s;

  scene_init (&s, ENG_PREALLOCATE_SPARSE);
  disk_torrent_move (s.t, "/proc/self");
  disk_torrent_put_piece (s.t, 0, false);
  disk_torrent_wait_checked (s.t, 1);
  disk_torrent_wait_faults (s.t, 1);
  g_assert_cmpuint (s.t->n_failed, ==, 1);
  g_assert_cmpint (s.t->fault_errno, !=, 0);
  scene_clear (&s);
}

/* --- files that change below us --- */

static void
test_truncated (void)
{
  Scene s;

  scene_init (&s, ENG_PREALLOCATE_SPARSE);
  write_all (&s);
  g_assert_cmpint (truncate (s.first, 1000), ==, 0);
  eng_storage_read (s.t->storage, 0, 16384, BT_BLOCK_LEN, 16384);
  eng_storage_read (s.t->storage, 5, 0, BT_BLOCK_LEN, 5 * PIECE);
  while (s.t->n_read < 2)
    disk_world_turn (&s.world);
  disk_torrent_wait_faults (s.t, 1);
  g_assert_cmpuint (s.t->n_unread, ==, 1);
  g_assert_cmpint (s.t->fault_errno, ==, ENODATA);
  g_assert_cmpint (s.t->fault_access, ==, ENG_ACCESS_READ);
  g_assert_cmpstr (s.t->fault_path, ==, s.first);
  scene_clear (&s);
}

static void
test_missing (void)
{
  Scene s;

  scene_init (&s, ENG_PREALLOCATE_SPARSE);
  eng_storage_read (s.t->storage, 0, 0, BT_BLOCK_LEN, 0);
  disk_torrent_wait_faults (s.t, 1);
  while (s.t->n_read == 0)
    disk_world_turn (&s.world);
  g_assert_cmpint (s.t->fault_errno, ==, ENOENT);
  g_assert_cmpuint (s.t->n_unread, ==, 1);
  scene_clear (&s);
}

/* --- both ways of opening --- */

typedef struct
{
  const char *name;
  const char *path;
  int flags;
  bool opens;
} Path;

static const Path paths[] = {
  { "there", "sub/first", O_RDONLY, true },
  { "new", "x/y/z", O_RDWR | O_CREAT, true },
  { "new-beside", "sub/third", O_RDWR | O_CREAT, true },
  { "missing", "x/y/z", O_RDONLY, false },
  { "folder", "sub", O_RDONLY, false },
  { "up", "../escaped", O_RDWR | O_CREAT, false },
  { "up-later", "sub/../../escaped", O_RDWR | O_CREAT, false },
  { "up-missing", "x/../../escaped", O_RDWR | O_CREAT, false },
  { "up-last", "sub/..", O_RDONLY, false },
  { "absolute", "/etc/passwd", O_RDONLY, false },
  { "empty", "", O_RDWR | O_CREAT, false },
  { "link", "link", O_RDONLY, false },
  { "link-made", "link", O_RDWR | O_CREAT, false },
  { "behind-link", "away/passwd", O_RDONLY, false },
  { "made-behind-link", "away/shoal-escaped", O_RDWR | O_CREAT, false },
  { "folder-behind-link", "away/shoal-escaped/file", O_RDWR | O_CREAT, false },
};

typedef int (*Opener) (const char *folder, const char *path, int flags, mode_t mode);

static void
check_path (const Path *path, Opener opener)
{
  char *folder = make_content ();
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autofree char *away = g_build_filename (folder, "away", NULL);
  int fd;

  g_assert_cmpint (symlink ("sub/first", link), ==, 0);
  g_assert_cmpint (symlink ("/etc", away), ==, 0);
  fd = opener (folder, path->path, path->flags, 0600);
  g_assert_cmpint (fd >= 0, ==, path->opens);
  if (fd >= 0)
    close (fd);
  files_remove (folder);
  g_assert_false (g_file_test ("/etc/shoal-escaped", G_FILE_TEST_EXISTS));
}

static void
test_path (const void *data)
{
  check_path (data, eng_folder_open);
  check_path (data, eng_folder_open_walking);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (obstacles); i++)
    {
      g_autofree char *name = g_strconcat ("/disk/obstacle/", obstacles[i].name, NULL);

      g_test_add_data_func (name, &obstacles[i], test_obstacle);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *name = g_strconcat ("/disk/path/", paths[i].name, NULL);

      g_test_add_data_func (name, &paths[i], test_path);
    }
  g_test_add_func ("/disk/obstacle/verify-behind-link", test_verify_behind_link);
  g_test_add_func ("/disk/fault/write", test_write_fails);
  g_test_add_func ("/disk/fault/preallocation", test_preallocation_fails);
  g_test_add_func ("/disk/fault/no-folder", test_no_folder);
  g_test_add_func ("/disk/fault/locked-folder", test_locked_folder);
  g_test_add_func ("/disk/fault/truncated", test_truncated);
  g_test_add_func ("/disk/fault/missing", test_missing);
  return g_test_run ();
}
