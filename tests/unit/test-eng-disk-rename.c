/* test-eng-disk-rename.c: files get other names while they are written to, read and verified, never
 * in place of something else nor outside of their folder; what was begun comes to its end. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "disk-world.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"

#define PIECE (32u * 1024)

typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *t;
  char *top; /* the torrent's folder in the target */
  unsigned n_renamed;
  int sys_errno;
} Scene;

static void
scene_init (Scene *s)
{
  g_autofree char *name = NULL;

  *s = (Scene){ .folder = files_folder () };
  files_write (s->folder, "a/first", 100001, 1);
  files_write (s->folder, "a/second", 3, 2);
  files_write (s->folder, "third", 200000, 3);
  disk_world_init (&s->world, 3, 0);
  s->t = disk_torrent_new (&s->world, s->folder, BT_FORMAT_V1, PIECE, ENG_PREALLOCATE_SPARSE);
  name = g_path_get_basename (s->folder);
  s->top = g_build_filename (s->t->target, name, NULL);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
  g_free (s->top);
}

static char *
place (const Scene *s, const char *path)
{
  return g_build_filename (s->top, path, NULL);
}

static bool
exists (const Scene *s, const char *path)
{
  g_autofree char *full = place (s, path);

  return g_file_test (full, G_FILE_TEST_EXISTS);
}

static void
on_renamed (void *data, int sys_errno)
{
  Scene *s = data;

  s->n_renamed++;
  s->sys_errno = sys_errno;
}

static void
ask_rename (Scene *s, uint32_t file, const char *was, const char *path)
{
  const EngName name = { file, (char *) (uintptr_t) path, (char *) (uintptr_t) was };

  eng_storage_rename (s->t->storage, &name, on_renamed, s);
}

/* The answer. */
static int
rename_file (Scene *s, uint32_t file, const char *was, const char *path)
{
  unsigned n = s->n_renamed;

  ask_rename (s, file, was, path);
  while (s->n_renamed == n)
    disk_world_turn (&s->world);
  return s->sys_errno;
}

static void
fetch_all (Scene *s)
{
  disk_torrent_put_all (s->t);
  disk_torrent_wait_checked (s->t, s->t->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&s->t->good));
}

static void
verify (Scene *s, bool all)
{
  unsigned n = s->t->n_verified;

  eng_storage_verify (s->t->storage);
  while (s->t->n_verified == n)
    disk_world_turn (&s->world);
  g_assert_cmpint (bt_bitfield_is_all (&s->t->verified), ==, all);
}

static void
compare (const Scene *s, size_t file, const char *path)
{
  g_autofree char *full = place (s, path);
  g_autofree char *bytes = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (full, &bytes, &len, NULL));
  g_assert_cmpmem (bytes, len, s->t->space + s->t->layout->files[file].offset,
                   s->t->layout->files[file].length);
}

static void
test_before (void)
{
  Scene s;

  scene_init (&s);
  g_assert_cmpint (rename_file (&s, 0, "a/first", "new/name"), ==, 0);
  g_assert_false (exists (&s, "new"));
  fetch_all (&s);
  compare (&s, 0, "new/name");
  compare (&s, 1, "a/second");
  g_assert_false (exists (&s, "a/first"));
  verify (&s, true);
  scene_clear (&s);
}

static void
test_after (void)
{
  Scene s;

  scene_init (&s);
  fetch_all (&s);
  g_assert_cmpint (rename_file (&s, 0, "a/first", "b/c/first"), ==, 0);
  g_assert_cmpint (rename_file (&s, 1, "a/second", "second"), ==, 0);
  compare (&s, 0, "b/c/first");
  compare (&s, 1, "second");
  g_assert_false (exists (&s, "a")); /* it was empty */
  for (uint32_t i = 0; i < s.t->layout->n_pieces; i++)
    eng_storage_read (s.t->storage, i, 0, 1, (uint64_t) i * PIECE);
  while (s.t->n_read < s.t->layout->n_pieces)
    disk_world_turn (&s.world);
  g_assert_cmpuint (s.t->n_unread, ==, 0);
  verify (&s, true);
  g_assert_cmpint (rename_file (&s, 0, "b/c/first", "a/first"), ==, 0);
  g_assert_false (exists (&s, "b"));
  verify (&s, true);
  scene_clear (&s);
}

/* Blocks come and files are verified while a file goes to and fro. */
static void
test_during (void)
{
  Scene s;
  unsigned n_verified;

  scene_init (&s);
  for (uint32_t i = 0; i < s.t->layout->n_pieces; i++)
    {
      disk_torrent_put_piece (s.t, i, false);
      ask_rename (&s, 2, i % 2 == 0 ? "third" : "x/y/third", i % 2 == 0 ? "x/y/third" : "third");
    }
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&s.t->good));
  while (s.n_renamed < s.t->layout->n_pieces)
    disk_world_turn (&s.world);
  n_verified = s.t->n_verified;
  eng_storage_verify (s.t->storage);
  for (unsigned i = 0; s.t->n_verified == n_verified; i++)
    g_assert_cmpint (
        rename_file (&s, 0, i % 2 == 0 ? "a/first" : "z", i % 2 == 0 ? "z" : "a/first"), ==, 0);
  g_assert_true (bt_bitfield_is_all (&s.t->verified));
  scene_clear (&s);
}

static void
test_refused (void)
{
  Scene s;
  g_autofree char *foreign = NULL;
  g_autofree char *way_out = NULL;

  scene_init (&s);
  fetch_all (&s);
  foreign = place (&s, "foreign");
  way_out = place (&s, "way-out");
  g_assert_true (g_file_set_contents (foreign, "mine", 4, NULL));
  g_assert_cmpint (symlink ("/tmp", way_out), ==, 0);
  g_assert_cmpint (rename_file (&s, 0, "a/first", "foreign"), ==, EEXIST);
  g_assert_cmpint (rename_file (&s, 0, "a/first", "a"), ==, EEXIST);
  g_assert_cmpint (rename_file (&s, 0, "a/first", "foreign/below"), ==, ENOTDIR);
  g_assert_cmpint (rename_file (&s, 0, "a/first", "way-out/shoal-test"), ==, ENOTDIR);
  g_assert_cmpint (rename_file (&s, 0, "a/first", "../out"), ==, EXDEV);
  compare (&s, 0, "a/first");
  verify (&s, true);
  /* A file that has gone leaves its name to whoever has the new one. */
  g_assert_cmpint (g_unlink (foreign), ==, 0);
  g_assert_true (g_file_set_contents (foreign, "mine", 4, NULL));
  g_autofree char *second = place (&s, "a/second");
  g_assert_cmpint (g_unlink (second), ==, 0);
  g_assert_cmpint (rename_file (&s, 1, "a/second", "foreign"), ==, EEXIST);
  scene_clear (&s);
}

/* An earlier run was killed between the keeper's row and the rename, or just after it. */
static void
test_settled (const void *data)
{
  bool done = GPOINTER_TO_INT (data) != 0;
  EngNames names = { 0 };
  Scene s;

  scene_init (&s);
  fetch_all (&s);
  if (done)
    g_assert_cmpint (rename_file (&s, 2, "third", "deep/third"), ==, 0);
  disk_torrent_move (s.t, s.t->target);
  eng_names_set (&names,
                 &(EngName){ 2, (char *) (uintptr_t) "deep/third", (char *) (uintptr_t) "third" });
  eng_storage_set_names (s.t->storage, &names);
  verify (&s, true);
  compare (&s, 2, "deep/third");
  g_assert_false (exists (&s, "third"));
  g_assert_cmpint (rename_file (&s, 2, "third", "deep/third"), ==, 0); /* asked for once more */
  compare (&s, 2, "deep/third");
  eng_names_clear (&names);
  scene_clear (&s);
}

static void
on_deleted (void *data, int sys_errno, const char *path)
{
  Scene *s = data;

  g_assert_cmpint (sys_errno, ==, 0);
  s->n_renamed++;
}

static void
test_delete (void)
{
  EngNames names = { 0 };
  Scene s;

  scene_init (&s);
  fetch_all (&s);
  g_assert_cmpint (rename_file (&s, 0, "a/first", "b/c/first"), ==, 0);
  disk_torrent_close (s.t);
  eng_names_set (&names, &(EngName){ .file = 0, .path = (char *) (uintptr_t) "b/c/first" });
  s.n_renamed = 0;
  eng_disk_delete (s.world.disk, s.t->metainfo, s.t->target, &names, on_deleted, &s);
  while (s.n_renamed == 0)
    disk_world_turn (&s.world);
  g_assert_false (g_file_test (s.top, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (s.t->target, G_FILE_TEST_IS_DIR));
  eng_names_clear (&names);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/rename/before", test_before);
  g_test_add_func ("/disk/rename/after", test_after);
  g_test_add_func ("/disk/rename/during", test_during);
  g_test_add_func ("/disk/rename/refused", test_refused);
  g_test_add_data_func ("/disk/rename/settled/not-done", GINT_TO_POINTER (0), test_settled);
  g_test_add_data_func ("/disk/rename/settled/done", GINT_TO_POINTER (1), test_settled);
  g_test_add_func ("/disk/rename/delete", test_delete);
  return g_test_run ();
}
