/* test-eng-parts.c: bytes of files that nobody wants lie in the part file: they count, are read,
 * verified and believed there, move into their file once that is wanted, and go with the torrent.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "client-core/disk/eng-move.h"
#include "client-core/disk/eng-place.h"
#include "disk-world.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"

#define PIECE (32u * 1024)
#define N_FILES 5u

typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *t;
  EngNames names;
  char *part;
  uint8_t wanted[N_FILES];
  bool done;
} Scene;

/* "a" ends in a piece with all of "b" and the beginning of "c"; "c" ends in one with "d". */
static void
scene_init (Scene *s, BtFormat format, uint64_t budget)
{
  g_autofree char *part = NULL;

  *s = (Scene){ .folder = files_folder () };
  files_write (s->folder, "a", 100001, 1);
  files_write (s->folder, "b", 3, 2);
  files_write (s->folder, "c", 200000, 3);
  files_write (s->folder, "d", 70000, 4);
  files_write (s->folder, "e", 0, 5);
  disk_world_init (&s->world, 3, budget);
  s->t = disk_torrent_new (&s->world, s->folder, format, PIECE, ENG_PREALLOCATE_SPARSE);
  part = eng_place_path (s->t->metainfo, &s->names, s->t->layout->n_files);
  g_assert_true (part[0] == '.');
  s->part = g_build_filename (s->t->target, part, NULL);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
  g_free (s->part);
}

static void
want (Scene *s, const char *letters)
{
  for (size_t i = 0; i < N_FILES; i++)
    s->wanted[i] = strchr (letters, (int) ('a' + i)) != NULL;
  eng_storage_set_wanted (s->t->storage, s->wanted);
}

static bool
reaches (const Scene *s, uint32_t piece)
{
  const BtLayout *layout = s->t->layout;

  for (size_t i = 0; i < N_FILES; i++)
    {
      uint32_t first;
      uint32_t end;

      bt_layout_file_pieces (layout, i, &first, &end);
      if (s->wanted[i] != 0 && piece >= first && piece < end)
        return true;
    }
  return false;
}

/* The pieces that are wanted and not had. */
static void
fetch (Scene *s)
{
  unsigned n = s->t->n_checked;

  for (uint32_t i = 0; i < s->t->layout->n_pieces; i++)
    if (reaches (s, i) && !bt_bitfield_test (&s->t->good, i))
      {
        disk_torrent_put_piece (s->t, i, false);
        n++;
      }
  disk_torrent_wait_checked (s->t, n);
  for (uint32_t i = 0; i < s->t->layout->n_pieces; i++)
    g_assert_true (!reaches (s, i) || bt_bitfield_test (&s->t->good, i));
}

static void
on_synced (void *data, bool ok)
{
  g_assert_true (ok);
  ((Scene *) data)->done = true;
}

static void
sync_all (Scene *s)
{
  s->done = false;
  eng_storage_sync (s->t->storage, on_synced, s);
  while (!s->done)
    disk_world_turn (&s->world);
}

/* The letters of the files that are there, and '.' for the part file. */
static void
expect (const Scene *s, const char *letters)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (size_t i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = disk_torrent_path (s->t, s->t->target, i);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        g_string_append_c (found, (char) ('a' + i));
    }
  if (g_file_test (s->part, G_FILE_TEST_EXISTS))
    g_string_append_c (found, '.');
  g_assert_cmpstr (found->str, ==, letters);
}

static void
read_all (Scene *s)
{
  unsigned n = s->t->n_read;

  for (uint32_t i = 0; i < s->t->layout->n_pieces; i++)
    for (uint32_t at = 0;
         bt_bitfield_test (&s->t->good, i) && at < eng_storage_piece_len (s->t->storage, i);
         at += (uint32_t) BT_BLOCK_LEN, n++)
      {
        uint32_t left = eng_storage_piece_len (s->t->storage, i) - at;

        eng_storage_read (s->t->storage, i, at, MIN (left, (uint32_t) BT_BLOCK_LEN),
                          (uint64_t) i * PIECE + at);
      }
  while (s->t->n_read < n)
    disk_world_turn (&s->world);
  g_assert_cmpuint (s->t->n_unread, ==, 0);
}

/* A new beginning that believes a row, or nothing; what is good is what was. */
static uint64_t
begin_anew (Scene *s, const EngResume *row)
{
  unsigned n = s->t->n_verified;

  disk_torrent_move (s->t, s->t->target);
  eng_storage_set_wanted (s->t->storage, s->wanted);
  eng_storage_verify_trusting (s->t->storage, row);
  while (s->t->n_verified == n)
    disk_world_turn (&s->world);
  g_assert_true (bt_bitfield_equal (&s->t->verified, &s->t->good));
  return eng_storage_hashed (s->t->storage);
}

static void
make_row (const Scene *s, EngResume *row, bool dirty)
{
  eng_resume_init (row, &s->t->good, eng_storage_files (s->t->storage),
                   eng_place_count (s->t->layout));
  row->dirty = dirty;
  row->saved_at = g_get_real_time () / G_USEC_PER_SEC;
}

/* --- cases --- */

static void
test_wants (const void *data)
{
  static const struct
  {
    const char *wanted;
    const char *found;
  } steps[] = { { "a", "a." }, { "ad", "ad." }, { "abd", "abd." }, { "abcde", "abcde" } };
  bool restarts = GPOINTER_TO_INT (data) != 0;
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      want (&s, steps[i].wanted);
      eng_storage_prepare (s.t->storage);
      fetch (&s);
      sync_all (&s);
      expect (&s, steps[i].found);
      read_all (&s);
      if (restarts)
        g_assert_cmpuint (begin_anew (&s, NULL), >, 0);
    }
  disk_torrent_compare (s.t);
  scene_clear (&s);
}

/* In no order but the picker's, with memory for two blocks: blocks are written before they are
 * hashed, and read back from where they went. */
static void
test_pressed (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 2 * BT_BLOCK_LEN);
  want (&s, "bd");
  eng_storage_prepare (s.t->storage);
  fetch (&s);
  expect (&s, "bd.");
  want (&s, "abcde");
  eng_storage_prepare (s.t->storage);
  fetch (&s);
  sync_all (&s);
  expect (&s, "abcde");
  disk_torrent_compare (s.t);
  scene_clear (&s);
}

static void
test_trust (const void *data)
{
  bool dirty = GPOINTER_TO_INT (data) != 0;
  EngResume row;
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 0);
  want (&s, "bd");
  eng_storage_prepare (s.t->storage);
  fetch (&s);
  sync_all (&s);
  make_row (&s, &row, dirty);
  g_assert_cmpuint (row.files[N_FILES].inode, !=, 0);
  g_assert_cmpuint (begin_anew (&s, &row), ==, 0);
  read_all (&s);
  /* Somebody wrote to the part file: what lies in it is looked at. */
  g_assert_cmpint (truncate (s.part, 5), ==, 0);
  bt_bitfield_unset (&s.t->good, 100001 / PIECE);
  bt_bitfield_unset (&s.t->good, (100001 + 3 + 200000) / PIECE);
  (void) begin_anew (&s, &row);
  eng_resume_clear (&row);
  scene_clear (&s);
}

/* A file that was there before it was not wanted any more stays where it is. */
static void
test_wanted_no_more (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 0);
  want (&s, "c");
  eng_storage_prepare (s.t->storage);
  disk_torrent_put_piece (s.t, 5, false);
  disk_torrent_wait_checked (s.t, 1);
  want (&s, "a");
  eng_storage_prepare (s.t->storage);
  fetch (&s);
  sync_all (&s);
  expect (&s, "ac."); /* "b" alone is in the part file */
  read_all (&s);
  (void) begin_anew (&s, NULL);
  scene_clear (&s);
}

/* Where files begin with pieces there is nothing to be put elsewhere. */
static void
test_aligned (const void *data)
{
  Scene s;

  scene_init (&s, (BtFormat) GPOINTER_TO_INT (data), 0);
  for (size_t i = 0; i < N_FILES; i++)
    s.wanted[i] = i == 0;
  eng_storage_set_wanted (s.t->storage, NULL == s.t ? NULL : (const uint8_t[16]){ 1 });
  eng_storage_prepare (s.t->storage);
  for (uint32_t i = 0; i < 4; i++)
    disk_torrent_put_piece (s.t, i, false);
  disk_torrent_wait_checked (s.t, 4);
  g_assert_false (g_file_test (s.part, G_FILE_TEST_EXISTS));
  scene_clear (&s);
}

static void
on_deleted (void *data, int sys_errno, const char *path)
{
  g_assert_cmpint (sys_errno, ==, 0);
  ((Scene *) data)->done = true;
}

static void
test_delete (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 0);
  want (&s, "b");
  fetch (&s);
  disk_torrent_close (s.t);
  expect (&s, "b.");
  eng_disk_delete (s.world.disk, s.t->metainfo, s.t->target, &s.names, on_deleted, &s);
  while (!s.done)
    disk_world_turn (&s.world);
  expect (&s, "");
  scene_clear (&s);
}

static void
on_copied (void *owner, int sys_errno, const char *path)
{
  g_assert_cmpint (sys_errno, ==, 0);
  ((Scene *) owner)->done = true;
}

static void
test_move (void)
{
  static const EngMoveEvents events = { .copied = on_copied };
  char *to = files_folder ();
  EngMove *move;
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 0);
  want (&s, "b");
  fetch (&s);
  disk_torrent_close (s.t);
  move = eng_move_start (s.world.disk, &(EngMovePlan){ s.t->metainfo, &s.names, s.t->target, to },
                         &events, &s);
  while (!s.done)
    disk_world_turn (&s.world);
  s.done = false;
  eng_move_end (move, true, on_deleted, &s);
  while (!s.done)
    disk_world_turn (&s.world);
  expect (&s, "");
  files_remove (s.t->target);
  s.t->target = to;
  (void) begin_anew (&s, NULL);
  scene_clear (&s);
}

/* The person cannot decide, while blocks come and are read. */
static void
test_to_and_fro (void)
{
  static const char *const wishes[] = { "abcd", "a", "bd", "ac", "d", "" };
  Scene s;
  unsigned n = 0;

  scene_init (&s, BT_FORMAT_V1, 0);
  for (uint32_t i = 0; i < s.t->layout->n_pieces; i++)
    {
      want (&s, wishes[g_test_rand_int_range (0, G_N_ELEMENTS (wishes))]);
      eng_storage_prepare (s.t->storage);
      disk_torrent_put_piece (s.t, i, false);
      want (&s, wishes[g_test_rand_int_range (0, G_N_ELEMENTS (wishes))]);
      if (g_test_rand_bit ())
        eng_storage_prepare (s.t->storage);
      if (g_test_rand_bit ())
        disk_torrent_wait_checked (s.t, i + 1);
      for (; n < i && bt_bitfield_test (&s.t->good, n); n++)
        eng_storage_read (s.t->storage, n, 0, 1, (uint64_t) n * PIECE);
    }
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&s.t->good));
  read_all (&s);
  (void) begin_anew (&s, NULL);
  want (&s, "abcde");
  eng_storage_prepare (s.t->storage);
  sync_all (&s);
  expect (&s, "abcde");
  disk_torrent_compare (s.t);
  scene_clear (&s);
}

/* One of many small files in a piece, each of which lies there alone. */
static void
test_many_in_a_piece (void)
{
  DiskWorld world;
  char *folder = files_folder ();
  DiskTorrent *t;
  uint8_t wanted[300] = { 0 };

  for (int i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03d", i);

      files_write (folder, name, (size_t) (i * 7 % 1000), (uint32_t) i);
    }
  disk_world_init (&world, 2, 0);
  t = disk_torrent_new (&world, folder, BT_FORMAT_V1, PIECE, ENG_PREALLOCATE_SPARSE);
  wanted[100] = 1;
  eng_storage_set_wanted (t->storage, wanted);
  disk_torrent_put_all (t);
  disk_torrent_wait_checked (t, t->layout->n_pieces);
  for (size_t i = 0; i < 300; i++)
    {
      g_autofree char *path = disk_torrent_path (t, t->target, i);

      g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, i == 100);
    }
  memset (wanted, 1, sizeof wanted);
  eng_storage_set_wanted (t->storage, wanted);
  eng_storage_prepare (t->storage);
  disk_torrent_close (t);
  disk_torrent_compare (t);
  disk_torrent_free (t);
  disk_world_clear (&world);
  files_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/parts/wants/one-run", GINT_TO_POINTER (0), test_wants);
  g_test_add_data_func ("/parts/wants/many-runs", GINT_TO_POINTER (1), test_wants);
  g_test_add_func ("/parts/pressed", test_pressed);
  g_test_add_data_func ("/parts/trust/clean", GINT_TO_POINTER (0), test_trust);
  g_test_add_data_func ("/parts/trust/dirty", GINT_TO_POINTER (1), test_trust);
  g_test_add_func ("/parts/wanted-no-more", test_wanted_no_more);
  g_test_add_data_func ("/parts/aligned/v2", GINT_TO_POINTER (BT_FORMAT_V2), test_aligned);
  g_test_add_data_func ("/parts/aligned/hybrid", GINT_TO_POINTER (BT_FORMAT_HYBRID), test_aligned);
  g_test_add_func ("/parts/delete", test_delete);
  g_test_add_func ("/parts/move", test_move);
  g_test_add_func ("/parts/to-and-fro", test_to_and_fro);
  g_test_add_func ("/parts/many-in-a-piece", test_many_in_a_piece);
  return g_test_run ();
}
