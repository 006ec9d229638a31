/* test-eng-trust.c: what an earlier run knew is not hashed again, unless its file is another one.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "client-core/disk/eng-place.h"
#include "disk-world.h"
#include "files-maker.h"

#define PIECE (64u * 1024)

/* Pieces of a v1 torrent: "a/first" has 0 to 3, the last of them with "a/second", which has it and
 * 4 to 8; "b" has 8 (its first bytes) to 9. */
#define FIRST 230000u
#define SECOND 320000u
#define THIRD 70000u
#define N_PIECES 10u

typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *t;
  EngResume row;
} Scene;

static void
close_and_reopen (Scene *s)
{
  disk_torrent_move (s->t, s->t->target);
}

/* The content is there, and was verified and synced by an earlier run. */
static void
scene_init (Scene *s)
{
  s->row = (EngResume){ 0 };
  s->folder = files_folder ();
  files_write (s->folder, "a/first", FIRST, 1);
  files_write (s->folder, "a/second", SECOND, 2);
  files_write (s->folder, "b", THIRD, 3);
  disk_world_init (&s->world, 2, 0);
  s->t = disk_torrent_new (&s->world, s->folder, BT_FORMAT_V1, PIECE, ENG_PREALLOCATE_SPARSE);
  g_assert_cmpuint (s->t->layout->n_pieces, ==, N_PIECES);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
  eng_resume_clear (&s->row);
}

static void
on_synced (void *data, bool ok)
{
  *(int *) data = ok;
}

static void
sync_storage (Scene *s)
{
  int synced = -1;

  eng_storage_sync (s->t->storage, on_synced, &synced);
  while (synced < 0)
    disk_world_turn (&s->world);
  g_assert_cmpint (synced, ==, 1);
}

/* Writes pieces, or all with N_PIECES, and takes down the row of them. */
static void
write_pieces (Scene *s, const unsigned *pieces, unsigned n, bool dirty)
{
  for (unsigned i = 0; i < n; i++)
    disk_torrent_put_piece (s->t, pieces != NULL ? pieces[i] : i, false);
  disk_torrent_wait_checked (s->t, n);
  sync_storage (s);
  eng_resume_clear (&s->row);
  eng_resume_init (&s->row, &s->t->good, eng_storage_files (s->t->storage),
                   eng_place_count (s->t->layout));
  s->row.dirty = dirty;
  s->row.saved_at = g_get_real_time () / G_USEC_PER_SEC;
  close_and_reopen (s);
}

static void
verify (Scene *s, const EngResume *row)
{
  unsigned before = s->t->n_verified;

  eng_storage_verify_trusting (s->t->storage, row);
  while (s->t->n_verified == before)
    disk_world_turn (&s->world);
}

static char *
path_of (const Scene *s, const char *file)
{
  return g_build_filename (s->t->target, bt_metainfo_name (s->t->metainfo), file, NULL);
}

/* --- what happens to a file between two runs --- */

static void
leave (const char *path)
{
}

static void
touch (const char *path)
{
  const struct timespec times[] = { { 1000000000, 1 }, { 1000000000, 1 } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
touch_late (const char *path)
{
  time_t late = time (NULL) + 3600;
  const struct timespec times[] = { { late, 1 }, { late, 1 } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

/* One byte, and it shows in the time. */
static void
change (const char *path)
{
  int fd = g_open (path, O_RDWR, 0);
  char byte;

  g_assert_cmpint (pread (fd, &byte, 1, 100), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (fd, &byte, 1, 100), ==, 1);
  close (fd);
  touch (path);
}

static void
shorten (const char *path)
{
  g_assert_cmpint (truncate (path, 1000), ==, 0);
}

/* To the eye the same: bytes, size and times are. */
static void
replace (const char *path)
{
  g_autofree char *bytes = NULL;
  g_autofree char *beside = g_strconcat (path, "~", NULL);
  struct stat st;
  size_t len;

  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  g_assert_true (g_file_set_contents (beside, bytes, (gssize) len, NULL));
  g_assert_cmpint (rename (beside, path), ==, 0);
  const struct timespec times[] = { st.st_atim, st.st_mtim };
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void delete (const char *path) { g_assert_cmpint (unlink (path), ==, 0); }

/* Of "a/second", whose pieces are 3 to 8. Lost are pieces that are no longer had, hashed those
 * that had to be read. */
static const struct
{
  const char *name;
  void (*happen) (const char *path);
  bool dirty;
  unsigned hashed;
  unsigned first_lost;
  unsigned n_lost;
} between[] = {
  { "clean/left", leave, false, 0, 0, 0 },
  { "clean/touched", touch, false, 6, 0, 0 },
  { "clean/changed", change, false, 6, 3, 1 },
  { "clean/shortened", shorten, false, 0, 3, 6 },
  { "clean/replaced", replace, false, 6, 0, 0 },
  { "clean/deleted", delete, false, 0, 3, 6 },
  { "dirty/left", leave, true, 0, 0, 0 },
  { "dirty/touched", touch, true, 0, 0, 0 },
  { "dirty/touched-late", touch_late, true, 6, 0, 0 },
  { "dirty/shortened", shorten, true, 0, 3, 6 },
  { "dirty/replaced", replace, true, 6, 0, 0 },
  { "dirty/deleted", delete, true, 0, 3, 6 },
};

static void
test_between (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  Scene s;
  g_autofree char *path = NULL;

  scene_init (&s);
  write_pieces (&s, NULL, N_PIECES, between[i].dirty);
  path = path_of (&s, "a/second");
  between[i].happen (path);
  verify (&s, &s.row);
  for (unsigned piece = 0; piece < N_PIECES; piece++)
    {
      bool lost
          = piece >= between[i].first_lost && piece < between[i].first_lost + between[i].n_lost;

      g_assert_cmpint (bt_bitfield_test (&s.t->verified, piece), ==, !lost);
    }
  g_assert_cmpuint (eng_storage_hashed (s.t->storage), ==, between[i].hashed * PIECE);
  scene_clear (&s);
}

/* --- what was not had --- */

static const unsigned some[] = { 0, 4, 5, 9 };

static const struct
{
  const char *name;
  bool dirty;
  bool more;    /* piece 6 was written after the row */
  bool stretch; /* a file has its full length, and holes up to it */
  unsigned n_have;
  unsigned n_hashed;
} unfinished[] = {
  { "clean", false, false, false, 4, 0 },
  { "dirty", true, false, false, 4, 0 },
  { "dirty-behind", true, true, false, 5, 1 },
  { "dirty-stretched", true, false, true, 4, 0 },
  { "dirty-behind-stretched", true, true, true, 5, 1 },
};

static void
test_unfinished (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  Scene s;

  scene_init (&s);
  write_pieces (&s, some, G_N_ELEMENTS (some), unfinished[i].dirty);
  if (unfinished[i].more)
    {
      disk_torrent_put_piece (s.t, 6, false);
      disk_torrent_wait_checked (s.t, G_N_ELEMENTS (some) + 1);
      close_and_reopen (&s);
    }
  if (unfinished[i].stretch)
    {
      g_autofree char *path = path_of (&s, "a/second");

      g_assert_cmpint (truncate (path, SECOND), ==, 0);
    }
  verify (&s, &s.row);
  g_assert_cmpuint (s.t->verified.n_set, ==, unfinished[i].n_have);
  g_assert_true (bt_bitfield_equal (&s.t->verified, &s.t->good));
  g_assert_cmpuint (eng_storage_hashed (s.t->storage), ==, unfinished[i].n_hashed * PIECE);
  scene_clear (&s);
}

/* A row that claims more than the file can hold, and one of files that were never there. */
static void
test_row_that_lies (void)
{
  Scene s;

  for (unsigned dirty = 0; dirty < 2; dirty++)
    {
      scene_init (&s);
      write_pieces (&s, some, G_N_ELEMENTS (some), dirty != 0);
      bt_bitfield_set_range (&s.row.have, 0, N_PIECES);
      memset (s.row.files, 0, s.row.n_files * sizeof *s.row.files);
      verify (&s, &s.row);
      g_assert_true (bt_bitfield_equal (&s.t->verified, &s.t->good));
      scene_clear (&s);
    }
}

/* Without a row everything is hashed, and its states are those that a row would have. */
static void
test_without_row (void)
{
  Scene s;

  scene_init (&s);
  write_pieces (&s, NULL, N_PIECES, false);
  verify (&s, NULL);
  g_assert_true (bt_bitfield_is_all (&s.t->verified));
  g_assert_cmpuint (eng_storage_hashed (s.t->storage), ==, FIRST + SECOND + THIRD);
  sync_storage (&s);
  for (size_t i = 0; i < s.row.n_files; i++)
    g_assert_true (eng_file_state_equal (&s.row.files[i], &eng_storage_files (s.t->storage)[i]));
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (between); i++)
    {
      g_autofree char *path = g_strdup_printf ("/trust/between/%s", between[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_between);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (unfinished); i++)
    {
      g_autofree char *path = g_strdup_printf ("/trust/unfinished/%s", unfinished[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_unfinished);
    }
  g_test_add_func ("/trust/row-that-lies", test_row_that_lies);
  g_test_add_func ("/trust/without-row", test_without_row);
  return g_test_run ();
}
