/* test-crash-places.c: files that get other names, other folders and bytes out of the part file,
 * and power that goes away at any moment of it.
 *
 *     test-crash-places [-m slow] [...]        SHOAL_CRASH_SEED=7 repeats or tries another seed
 *
 * A storage is written to, its files are renamed, wanted and not wanted, and moved, while every
 * call that changes a file is written down (crash-disk.h). The keeper's row is a promise: what it
 * says at a moment of the recording is what a database would say after a cut at that moment.
 * Always:
 *
 *     what a promise has is had afterwards, wherever its files are by then
 *     nothing counts as had that is wrong, also where the promise's file states are believed
 *     the rest can be fetched, and every file is whole under its name */
#include <string.h>

#include <glib.h>

#include "client-core/disk/eng-move.h"
#include "client-core/disk/eng-place.h"
#include "crash-disk.h"
#include "protocol/core/bt-limits.h"
#include "tests/unit/disk-world.h"
#include "tests/unit/files-maker.h"

#define PIECE (32u * 1024)
#define N_FILES 5u

#define CUTS 150u
#define CUTS_SLOW 6000u

/* What a row says, from a call on. */
typedef struct
{
  size_t n_calls;
  EngResume row; /* owned, with its names */
  char *folder;  /* owned */
} Promise;

typedef struct
{
  char *folder;
  char *root;
  DiskWorld world;
  DiskTorrent *t;
  GRand *rand;
  CrashDisk *disk; /* that is watched */
  GArray *promises;

  EngNames names;
  BtBitfield synced; /* pieces of the row */
  EngFileState *files;
  char *home;
  uint8_t wanted[N_FILES];
  bool done;
} Scene;

static void
turn (Scene *s)
{
  disk_world_turn (&s->world);
}

static void
wait_done (Scene *s)
{
  while (!s->done)
    turn (s);
  s->done = false;
}

static bool
toss (Scene *s, int one_in)
{
  return g_rand_int_range (s->rand, 0, one_in) == 0;
}

/* --- promises --- */

static void
promise (Scene *s)
{
  Promise p = { .n_calls = crash_disk_n_calls (s->disk), .folder = g_strdup (s->home) };

  eng_resume_init (&p.row, &s->synced, s->files, eng_place_count (s->t->layout));
  eng_names_init_copy (&p.row.names, &s->names);
  p.row.dirty = true;
  p.row.saved_at = g_get_real_time () / G_USEC_PER_SEC;
  g_array_append_val (s->promises, p);
}

static void
clear_promise (void *data)
{
  Promise *p = data;

  eng_resume_clear (&p->row);
  g_free (p->folder);
}

static const Promise *
promise_at (const GArray *promises, size_t n_calls)
{
  const Promise *last = &g_array_index (promises, Promise, 0);

  for (guint i = 0; i < promises->len; i++)
    if (g_array_index (promises, Promise, i).n_calls <= n_calls)
      last = &g_array_index (promises, Promise, i);
  return last;
}

/* --- what is done --- */

static void
on_synced (void *data, bool ok)
{
  g_assert_true (ok);
  ((Scene *) data)->done = true;
}

static void
commit (Scene *s)
{
  BtBitfield good;

  bt_bitfield_init_copy (&good, &s->t->good);
  eng_storage_sync (s->t->storage, on_synced, s);
  wait_done (s);
  bt_bitfield_clear (&s->synced);
  s->synced = good;
  memcpy (s->files, eng_storage_files (s->t->storage),
          eng_place_count (s->t->layout) * sizeof *s->files);
  promise (s);
}

static bool
reaches (const Scene *s, uint32_t piece)
{
  for (size_t i = 0; i < N_FILES; i++)
    {
      uint32_t first;
      uint32_t end;

      bt_layout_file_pieces (s->t->layout, i, &first, &end);
      if (s->wanted[i] != 0 && piece >= first && piece < end)
        return true;
    }
  return false;
}

static void
fetch (Scene *s, unsigned most)
{
  unsigned n = s->t->n_checked;

  for (uint32_t i = 0; i < s->t->layout->n_pieces && most > 0; i++)
    if (reaches (s, i) && !bt_bitfield_test (&s->t->good, i))
      {
        disk_torrent_put_piece (s->t, i, false);
        n++;
        most--;
      }
  disk_torrent_wait_checked (s->t, n);
}

static void
want (Scene *s, unsigned bits)
{
  for (size_t i = 0; i < N_FILES; i++)
    s->wanted[i] = (bits >> i & 1) != 0;
  eng_storage_set_wanted (s->t->storage, s->wanted);
  eng_storage_prepare (s->t->storage);
}

static void
on_renamed (void *data, int sys_errno)
{
  g_assert_cmpint (sys_errno, ==, 0);
  ((Scene *) data)->done = true;
}

/* As the engine does it: both names are in the row before the disk is asked. */
static void
rename_one (Scene *s)
{
  uint32_t file = (uint32_t) g_rand_int_range (s->rand, 0, N_FILES);
  unsigned n = (unsigned) g_rand_int_range (s->rand, 0, 1 << 30);
  g_autofree char *path = g_strdup_printf (n % 3 == 0 ? "%u" : n % 3 == 1 ? "x/%u" : "y/%u/z", n);
  g_autofree char *was = g_strdup (eng_place_name (s->t->metainfo, &s->names, file));
  const EngName intent = { file, path, was };

  eng_names_set (&s->names, &intent);
  promise (s);
  eng_storage_rename (s->t->storage, &intent, on_renamed, s);
  wait_done (s);
  eng_names_set (&s->names, &(EngName){ .file = file, .path = path });
  if (toss (s, 2))
    promise (s); /* or the row comes later */
}

static void
on_copied (void *owner, int sys_errno, const char *path)
{
  g_assert_cmpint (sys_errno, ==, 0);
  ((Scene *) owner)->done = true;
}

static void
on_ended (void *data, int sys_errno, const char *path)
{
  on_renamed (data, sys_errno);
}

static void
move (Scene *s, const char *to)
{
  static const EngMoveEvents events = { .copied = on_copied };
  EngMove *move;

  commit (s);
  disk_torrent_close (s->t);
  move = eng_move_start (s->world.disk, &(EngMovePlan){ s->t->metainfo, &s->names, s->home, to },
                         &events, s);
  wait_done (s);
  eng_move_translate (move, s->files);
  g_free (s->home);
  s->home = g_strdup (to);
  promise (s);
  eng_move_end (move, true, on_ended, s);
  wait_done (s);
}

/* --- a storage, and what it knows --- */

static void
open_storage (Scene *s, const EngResume *row)
{
  unsigned n = s->t->n_verified;

  disk_torrent_move (s->t, s->home);
  eng_storage_set_names (s->t->storage, &s->names);
  eng_storage_set_wanted (s->t->storage, s->wanted);
  eng_storage_verify_trusting (s->t->storage, row);
  while (s->t->n_verified == n)
    turn (s);
  bt_bitfield_clear (&s->t->good);
  bt_bitfield_init_copy (&s->t->good, &s->t->verified);
  memcpy (s->files, eng_storage_files (s->t->storage),
          eng_place_count (s->t->layout) * sizeof *s->files);
  for (size_t i = 0; i < s->names.n; i++)
    g_clear_pointer (&s->names.items[i].was, g_free); /* they are settled */
}

static void
scene_init (Scene *s, unsigned seed)
{
  *s = (Scene){ .folder = files_folder (), .rand = g_rand_new_with_seed (seed) };
  s->root = files_folder ();
  files_write (s->folder, "it/a", 100001, 1);
  files_write (s->folder, "it/b/b", 3, 2);
  files_write (s->folder, "it/b/c", 200000, 3);
  files_write (s->folder, "it/d", 70000, 4);
  files_write (s->folder, "it/e", 0, 5);
  g_autofree char *it = g_build_filename (s->folder, "it", NULL);
  g_autofree char *home = g_build_filename (s->root, "one", NULL);
  g_autofree char *other = g_build_filename (s->root, "two", NULL);

  g_assert_cmpint (g_mkdir_with_parents (home, 0700) + g_mkdir_with_parents (other, 0700), ==, 0);
  disk_world_init (&s->world, 1, 0);
  s->t = disk_torrent_new (&s->world, it, BT_FORMAT_V1, PIECE, ENG_PREALLOCATE_SPARSE);
  s->home = g_steal_pointer (&home);
  s->files = g_new0 (EngFileState, eng_place_count (s->t->layout));
  bt_bitfield_init (&s->synced, s->t->layout->n_pieces);
  s->disk = crash_disk_new (s->root);
  s->promises = g_array_new (FALSE, FALSE, sizeof (Promise));
  g_array_set_clear_func (s->promises, clear_promise);
}

static void
scene_clear (Scene *s)
{
  crash_disk_watch (NULL);
  crash_disk_free (s->disk);
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
  files_remove (s->root);
  eng_names_clear (&s->names);
  bt_bitfield_clear (&s->synced);
  g_array_unref (s->promises);
  g_rand_free (s->rand);
  g_free (s->files);
  g_free (s->home);
}

static void
live (Scene *s, unsigned n)
{
  while (n-- > 0)
    {
      if (toss (s, 2))
        want (s, (unsigned) g_rand_int_range (s->rand, 0, 32));
      fetch (s, (unsigned) g_rand_int_range (s->rand, 0, 3));
      if (toss (s, 2))
        rename_one (s);
      if (toss (s, 2))
        commit (s);
    }
}

/* Everything is fetched, and lies where the names say. */
static void
complete (Scene *s)
{
  want (s, 31);
  fetch (s, UINT_MAX);
  commit (s);
  for (size_t i = 0; i < N_FILES; i++)
    {
      const BtFile *file = &s->t->layout->files[i];
      g_autofree char *path = eng_place_path (s->t->metainfo, &s->names, i);
      g_autofree char *full = g_build_filename (s->home, path, NULL);
      g_autofree char *bytes = NULL;
      gsize len;

      if (!g_file_get_contents (full, &bytes, &len, NULL))
        g_error ("%s is lost", full);
      g_assert_cmpmem (bytes, len, s->t->space + file->offset, file->length);
    }
}

static void
record (Scene *s)
{
  g_autofree char *two = g_build_filename (s->root, "two", NULL);
  g_autofree char *one = g_strdup (s->home);

  crash_disk_watch (s->disk);
  promise (s);
  open_storage (s, NULL);
  live (s, 6);
  move (s, two);
  open_storage (s, NULL);
  live (s, 6);
  complete (s);
  move (s, one);
  open_storage (s, NULL);
  complete (s);
  disk_torrent_close (s->t);
  crash_disk_watch (NULL);
}

/* --- after a cut --- */

static void
check_had (const Scene *s, const Promise *p, const char *how)
{
  for (uint32_t i = 0; i < s->t->layout->n_pieces; i++)
    if (bt_bitfield_test (&p->row.have, i) && !bt_bitfield_test (&s->t->verified, i))
      g_error ("piece %u had been saved, and is lost (%s)", i, how);
}

static void
recover (Scene *s, const Promise *p)
{
  BtBitfield believed;

  eng_names_clear (&s->names);
  eng_names_init_copy (&s->names, &p->row.names);
  g_free (s->home);
  s->home = g_strdup (p->folder);
  for (size_t i = 0; i < N_FILES; i++)
    s->wanted[i] = toss (s, 2);
  open_storage (s, &p->row);
  check_had (s, p, "believed");
  bt_bitfield_init_copy (&believed, &s->t->verified);
  open_storage (s, NULL);
  check_had (s, p, "hashed");
  for (uint32_t i = 0; i < believed.n_bits; i++)
    if (bt_bitfield_test (&believed, i) && !bt_bitfield_test (&s->t->verified, i))
      g_error ("piece %u counts as had, and is wrong", i);
  bt_bitfield_clear (&believed);
  complete (s);
}

static void
cut_once (Scene *s, unsigned seed)
{
  CrashDisk *recorded = s->disk;
  size_t n_calls;
  const Promise *p;

  g_rand_set_seed (s->rand, seed);
  n_calls = (size_t) g_rand_int_range (s->rand, 0, (int) crash_disk_n_calls (recorded) + 1);
  p = promise_at (s->promises, n_calls);
  s->disk = crash_disk_cut (recorded, n_calls, s->rand);
  crash_disk_watch (s->disk);
  guint n_promises = s->promises->len;
  recover (s, p);
  disk_torrent_close (s->t);
  g_array_set_size (s->promises, n_promises);
  crash_disk_watch (NULL);
  crash_disk_free (s->disk);
  s->disk = recorded;
}

static void
test_cuts (void)
{
  const char *given = g_getenv ("SHOAL_CRASH_SEED");
  unsigned seed = given != NULL ? (unsigned) strtoul (given, NULL, 10) : 1;
  unsigned n = g_test_slow () ? CUTS_SLOW : CUTS;

  for (unsigned recording = 0; recording < 3; recording++)
    {
      Scene s;

      scene_init (&s, seed + recording);
      record (&s);
      g_test_message ("SHOAL_CRASH_SEED=%u, recording %u: %zu calls, digest %08x, %u promises",
                      seed, recording, crash_disk_n_calls (s.disk), crash_disk_digest (s.disk),
                      s.promises->len);
      for (unsigned i = 0; i < n / 3; i++)
        {
          g_test_message ("cut %u", i);
          cut_once (&s, seed * 1000003u + recording * 7919u + i);
        }
      scene_clear (&s);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/places", test_cuts);
  return g_test_run ();
}
