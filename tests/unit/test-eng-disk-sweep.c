/* test-eng-disk-sweep.c: every system call of a torrent's storage fails once: on the way in, out of
 * the cache, onto the device and while verifying. The fault is told once with its file, no piece
 * counts whose bytes are not on disk, and nothing is left behind in memory or open. */
#include <errno.h>
#include <string.h>

#include <glib.h>

#include "disk-world.h"
#include "faults.h"
#include "files-maker.h"

#define PIECE (32u * 1024)

/* More calls than a scene makes. */
#define MANY_CALLS 1000

/* One scene: everything is prepared, written, checked, synced and closed. */
typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *t;
} Scene;

static void
scene_init (Scene *s, EngPreallocate preallocate)
{
  s->folder = files_folder ();
  files_write (s->folder, "sub/first", 100000, 1);
  files_write (s->folder, "sub/second", 70000, 2);
  files_write (s->folder, "z-empty", 0, 3);
  disk_world_init (&s->world, 1, 0);
  s->t = disk_torrent_new (&s->world, s->folder, BT_FORMAT_HYBRID, PIECE, preallocate);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
}

static void
on_synced (void *data, bool ok)
{
  int *synced = data;

  *synced = ok ? 1 : 0;
}

/* Whether all of it went well. The folder is then that of a new storage. */
static bool
play (Scene *s)
{
  int synced = -1;

  eng_storage_prepare (s->t->storage);
  disk_torrent_put_all (s->t);
  disk_torrent_wait_checked (s->t, s->t->layout->n_pieces);
  eng_storage_sync (s->t->storage, on_synced, &synced);
  while (synced < 0)
    disk_world_turn (&s->world);
  disk_torrent_move (s->t, s->t->target);
  g_assert_cmpuint (s->t->bad.n_set, ==, 0);
  return synced == 1 && s->t->n_faults == 0 && s->t->good.n_set == s->t->layout->n_pieces;
}

/* What another look at the disk says. */
static void
look_again (Scene *s)
{
  eng_storage_verify (s->t->storage);
  while (s->t->n_verified == 0)
    disk_world_turn (&s->world);
}

static bool
play_with_fault (EngPreallocate preallocate, unsigned nth, int sys_errno)
{
  Scene s;
  bool well;
  bool hit;

  scene_init (&s, preallocate);
  faults_begin (nth, sys_errno);
  well = play (&s);
  hit = faults_end ();
  if (well)
    g_assert_true (!hit || sys_errno == FAULTS_SHORT);
  else
    {
      g_assert_true (hit);
      g_assert_cmpuint (s.t->n_faults, ==, 1);
      g_assert_cmpint (s.t->fault_errno, ==, sys_errno);
      g_assert_true (g_str_has_prefix (s.t->fault_path, s.t->target));
    }
  look_again (&s);
  for (uint32_t i = 0; i < s.t->layout->n_pieces; i++)
    if (bt_bitfield_test (&s.t->good, i))
      g_assert_true (bt_bitfield_test (&s.t->verified, i));
  if (well)
    disk_torrent_compare (s.t);
  scene_clear (&s);
  return hit;
}

typedef struct
{
  const char *name;
  EngPreallocate preallocate;
  int sys_errno;
} Case;

static const Case cases[] = {
  { "io", ENG_PREALLOCATE_SPARSE, EIO },
  { "space", ENG_PREALLOCATE_SPARSE, ENOSPC },
  { "quota", ENG_PREALLOCATE_FULL, EDQUOT },
  { "short", ENG_PREALLOCATE_FULL, FAULTS_SHORT },
};

static void
test_case (const void *data)
{
  const Case *c = data;
  unsigned before = faults_count_descriptors ();
  unsigned nth = 1;

  while (play_with_fault (c->preallocate, nth, c->sys_errno) && nth < MANY_CALLS)
    nth++;
  g_assert_cmpuint (nth, >, 10);
  g_assert_cmpuint (nth, <, MANY_CALLS);
  g_assert_cmpuint (faults_count_descriptors (), ==, before);
}

/* Writes and syncs go on after a signal; so do reads. */
static void
test_interrupted (void)
{
  unsigned nth = 0;
  bool hit;

  do
    {
      Scene s;
      bool well;

      scene_init (&s, ENG_PREALLOCATE_FULL);
      faults_begin (++nth, EINTR);
      well = play (&s);
      hit = faults_end ();
      for (const char *const *call = (const char *[]){ "pwritev64", "fsync", "fallocate64", NULL };
           *call != NULL; call++)
        if (hit && strcmp (faults_where (), *call) == 0)
          g_assert_true (well);
      scene_clear (&s);
    }
  while (hit && nth < MANY_CALLS);
}

/* A file system without preallocation: the length has to do. */
static void
test_no_preallocation (void)
{
  unsigned nth = 0;
  bool met = false;
  bool hit;

  do
    {
      Scene s;
      bool well;

      scene_init (&s, ENG_PREALLOCATE_FULL);
      faults_begin (++nth, EOPNOTSUPP);
      well = play (&s);
      hit = faults_end ();
      if (hit && strcmp (faults_where (), "fallocate64") == 0)
        {
          g_assert_true (well);
          met = true;
        }
      scene_clear (&s);
    }
  while (hit && nth < MANY_CALLS);
  g_assert_true (met);
}

/* What cannot be read while verifying is missing, and no more than that. */
static void
test_verify (void)
{
  unsigned nth = 0;
  bool hit;

  do
    {
      Scene s;

      scene_init (&s, ENG_PREALLOCATE_SPARSE);
      g_assert_true (play (&s));
      faults_begin (++nth, EIO);
      look_again (&s);
      hit = faults_end ();
      g_assert_cmpuint (s.t->n_faults, ==, 0);
      if (!hit)
        g_assert_cmpuint (s.t->verified.n_set, ==, s.t->layout->n_pieces);
      scene_clear (&s);
    }
  while (hit && nth < MANY_CALLS);
  g_assert_cmpuint (nth, >, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/disk/sweep/", cases[i].name, NULL);

      g_test_add_data_func (name, &cases[i], test_case);
    }
  g_test_add_func ("/disk/sweep/interrupted", test_interrupted);
  g_test_add_func ("/disk/sweep/no-preallocation", test_no_preallocation);
  g_test_add_func ("/disk/sweep/verify", test_verify);
  return g_test_run ();
}
