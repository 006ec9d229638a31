/* test-trk-snapshot.c: swarms come back from their file, as far as it is whole and they are alive;
 * and there is a whole file at any time. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults.h"
#include "files-maker.h"
#include "tracker-server/store/trk-snapshot.h"

#define HEADER_LEN 36u
#define TIMEOUT_S 3660u

typedef struct
{
  char *folder;
  char *path;
  TrkSwarms *swarms;
} Scene;

static TrkSwarms *
new_swarms (void)
{
  const TrkSwarmsConfig config = {
    .timeout_s = TIMEOUT_S, .max_swarms = 1 << 20, .max_peers = 1 << 20, .max_empty = 1 << 20
  };

  return trk_swarms_new (&config);
}

static void
init (Scene *s)
{
  s->folder = files_folder ();
  s->path = g_build_filename (s->folder, "swarms", NULL);
  s->swarms = new_swarms ();
}

static void
clear (Scene *s)
{
  trk_swarms_free (s->swarms);
  g_free (s->path);
  files_remove (s->folder);
}

static void
make_hash (unsigned n, uint8_t hash[BT_INFO_HASH_LEN])
{
  memset (hash, 0, BT_INFO_HASH_LEN);
  memcpy (hash, &n, sizeof n);
}

/* Swarms of one peer to three, at this time. */
static void
fill (TrkSwarms *swarms, unsigned n, uint64_t now_s)
{
  for (unsigned i = 0; i < n; i++)
    {
      uint8_t hash[BT_INFO_HASH_LEN];
      TrkHold hold;

      make_hash (i, hash);
      trk_swarms_enter (swarms, hash, true, now_s, &hold);
      for (unsigned k = 0; k <= i % 3; k++)
        {
          const uint8_t compact[] = { 9, 1, (uint8_t) (i >> 8), (uint8_t) i, 1, (uint8_t) k };
          const BtEndpoint peer = bt_endpoint_read_compact_v4 (compact);
          const TrkPeerState state = { .seeder = k == 1 };

          trk_swarm_add (hold.swarm, hold.shapes, &peer, &state, hold.tick);
        }
      hold.swarm->completed = i % 7;
      trk_swarms_leave (swarms, &hold);
    }
}

static void
write_well (Scene *s, TrkSwarms *swarms, int64_t wall_s, uint64_t boot_s)
{
  TrkProblem problem;

  g_assert_true (trk_snapshot_write (s->path, swarms, &(TrkInstant){ wall_s, boot_s }, &problem));
}

/* Into swarms that are empty. */
static TrkSnapshotFound
read_well (Scene *s, int64_t wall_s, uint64_t boot_s)
{
  TrkSnapshotFound found;
  TrkProblem problem;

  trk_swarms_free (s->swarms);
  s->swarms = new_swarms ();
  g_assert_true (trk_snapshot_read (s->path, s->swarms, &(TrkInstant){ wall_s, boot_s }, NULL,
                                    &found, &problem));
  return found;
}

static void
expect_same (TrkSwarms *swarms, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    {
      uint8_t hash[BT_INFO_HASH_LEN];
      TrkHold hold;
      TrkCounts counts;

      make_hash (i, hash);
      trk_swarms_enter (swarms, hash, false, 50, &hold);
      g_assert_nonnull (hold.swarm);
      counts = trk_swarm_counts (hold.swarm);
      g_assert_cmpuint (counts.seeders, ==, i % 3 >= 1);
      g_assert_cmpuint (counts.leechers, ==, 1 + (i % 3 >= 2));
      g_assert_cmpuint (counts.completed, ==, i % 7);
      trk_swarms_leave (swarms, &hold);
    }
}

/* Another run has another clock, and a day's wall time goes on. */
static void
test_round_trip (void)
{
  Scene s;
  TrkSnapshotFound found;
  struct stat st;

  init (&s);
  fill (s.swarms, 3000, 5000);
  write_well (&s, s.swarms, 1000000, 5000);
  g_assert_cmpint (stat (s.path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  found = read_well (&s, 1000060, 50);
  g_assert_cmpuint (found.swarms, ==, 3000);
  g_assert_cmpuint (found.peers, ==, 6000);
  g_assert_cmpuint (found.expired, ==, 0);
  g_assert_cmpuint (found.refused, ==, 0);
  g_assert_cmpuint (found.damaged, ==, 0);
  g_assert_cmpint (found.written_s, ==, 1000000);
  expect_same (s.swarms, 3000);
  clear (&s);
}

static void
test_empty (void)
{
  Scene s;

  init (&s);
  write_well (&s, s.swarms, 100, 5);
  g_assert_cmpuint (read_well (&s, 100, 5).swarms, ==, 0);
  clear (&s);
}

static const struct
{
  const char *name;
  int64_t later_s;
  bool alive;
} ages[] = {
  { "at-once", 0, true },
  { "soon", TIMEOUT_S / 2, true },
  { "late", 2 * TIMEOUT_S, false },
  { "years", (int64_t) 1 << 40, false },
  { "clock-set-back", -1000, true },
};

static void
test_age (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  Scene s;
  TrkSnapshotFound found;

  init (&s);
  fill (s.swarms, 100, 5000);
  write_well (&s, s.swarms, 1000000, 5000);
  found = read_well (&s, 1000000 + ages[i].later_s, 50);
  g_assert_cmpuint (found.peers == 0, ==, !ages[i].alive);
  g_assert_cmpuint (found.peers + found.expired, ==, 199);
  clear (&s);
}

/* --- damage --- */

/* The same again puts the byte right. */
static void
flip (int fd, off_t at)
{
  uint8_t byte;

  g_assert_cmpint (pread (fd, &byte, 1, at), ==, 1);
  byte ^= 0x11;
  g_assert_cmpint (pwrite (fd, &byte, 1, at), ==, 1);
}

/* Whatever byte is spoilt: the block is skipped, or nothing is read; the rest comes back. */
static void
test_spoilt (void)
{
  Scene s;
  struct stat st;
  int fd;

  init (&s);
  fill (s.swarms, 600, 5000);
  write_well (&s, s.swarms, 1000000, 5000);
  fd = open (s.path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  for (off_t at = 0; at < st.st_size; at += 13)
    {
      TrkSnapshotFound found;
      TrkProblem problem;
      TrkSwarms *swarms = new_swarms ();

      flip (fd, at);
      if (!trk_snapshot_read (s.path, swarms, &(TrkInstant){ 1000000, 50 }, NULL, &found, &problem))
        {
          g_assert_cmpint (at, <, HEADER_LEN);
          g_assert_cmpint (problem.trouble, ==, TRK_TROUBLE_CORRUPT);
        }
      else
        {
          g_assert_cmpint (at, >=, HEADER_LEN);
          g_assert_cmpuint (found.damaged, >=, 1);
          g_assert_cmpuint (found.swarms, <=, 600);
        }
      flip (fd, at);
      trk_swarms_free (swarms);
    }
  close (fd);
  clear (&s);
}

static void
test_cut (void)
{
  Scene s;
  struct stat st;

  init (&s);
  fill (s.swarms, 600, 5000);
  write_well (&s, s.swarms, 1000000, 5000);
  g_assert_cmpint (stat (s.path, &st), ==, 0);
  for (off_t len = st.st_size - 1; len >= (off_t) HEADER_LEN; len -= 101)
    {
      TrkSnapshotFound found;

      g_assert_cmpint (truncate (s.path, len), ==, 0);
      found = read_well (&s, 1000000, 50);
      g_assert_cmpuint (found.damaged, >=, 1);
      g_assert_cmpuint (found.swarms, <=, 600);
    }
  clear (&s);
}

static void
test_not_there (void)
{
  Scene s;
  TrkSnapshotFound found;
  TrkProblem problem;

  init (&s);
  g_assert_false (
      trk_snapshot_read (s.path, s.swarms, &(TrkInstant){ 1, 1 }, NULL, &found, &problem));
  g_assert_cmpint (problem.trouble, ==, TRK_TROUBLE_SYSTEM);
  g_assert_cmpint (problem.sys_errno, ==, ENOENT);
  clear (&s);
}

/* --- faults --- */

/* Any call that fails leaves the old file, and no descriptor. */
static void
test_faults (gconstpointer data)
{
  int sys_errno = GPOINTER_TO_INT (data);
  bool failed = true;

  for (unsigned nth = 1; failed; nth++)
    {
      Scene s;
      TrkSnapshotFound found;
      TrkProblem problem;
      unsigned n = faults_count_descriptors ();
      bool ok;

      init (&s);
      fill (s.swarms, 5, 5000);
      write_well (&s, s.swarms, 1000, 5000);
      fill (s.swarms, 9, 5000);
      faults_begin (nth, sys_errno);
      ok = trk_snapshot_write (s.path, s.swarms, &(TrkInstant){ 2000, 5000 }, &problem);
      failed = faults_end ();
      if (failed && sys_errno != FAULTS_SHORT)
        {
          g_assert_false (ok);
          g_assert_cmpint (problem.sys_errno, ==, sys_errno);
        }
      else
        g_assert_true (ok);
      found = read_well (&s, 2000, 50);
      g_assert_cmpuint (found.damaged, ==, 0);
      if (found.written_s == 1000)
        g_assert_cmpuint (found.swarms, ==, 5);
      else
        g_assert_cmpuint (found.swarms, ==, 9);
      if (ok)
        g_assert_cmpint (found.written_s, ==, 2000);
      clear (&s);
      g_assert_cmpuint (faults_count_descriptors (), ==, n);
    }
}

typedef struct
{
  TrkSwarms *swarms;
  atomic_uint n;
} Pauses;

static void
hold_after_some (void *data)
{
  Pauses *pauses = data;

  if (atomic_fetch_add (&pauses->n, 1) == TRK_SHARDS / 2)
    trk_swarms_hold (pauses->swarms, true);
}

/* Who reads is asked after each block whether there may be more: when memory runs short what is
 * there is kept, and the rest is told. */
static void
test_pauses (void)
{
  Pauses pauses = { 0 };
  const TrkSnapshotPause pause = { hold_after_some, &pauses };
  TrkSnapshotFound found;
  TrkProblem problem;
  Scene s;

  init (&s);
  fill (s.swarms, 3000, 5000);
  write_well (&s, s.swarms, 1000000, 5000);
  trk_swarms_free (s.swarms);
  pauses.swarms = s.swarms = new_swarms ();
  g_assert_true (
      trk_snapshot_read (s.path, s.swarms, &(TrkInstant){ 1000000, 50 }, &pause, &found, &problem));
  g_assert_cmpuint (atomic_load (&pauses.n), ==, TRK_SHARDS);
  g_assert_cmpuint (found.swarms, >, 1000);
  g_assert_cmpuint (found.swarms, <, 2000);
  g_assert_cmpuint (found.refused, >, 1000);
  g_assert_cmpuint (found.damaged, ==, 0);
  clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-snapshot/round-trip", test_round_trip);
  g_test_add_func ("/trk-snapshot/empty", test_empty);
  for (size_t i = 0; i < G_N_ELEMENTS (ages); i++)
    {
      g_autofree char *path = g_strdup_printf ("/trk-snapshot/age/%s", ages[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_age);
    }
  g_test_add_func ("/trk-snapshot/spoilt", test_spoilt);
  g_test_add_func ("/trk-snapshot/cut", test_cut);
  g_test_add_func ("/trk-snapshot/not-there", test_not_there);
  g_test_add_func ("/trk-snapshot/pauses", test_pauses);
  g_test_add_data_func ("/trk-snapshot/faults/no-space", GINT_TO_POINTER (ENOSPC), test_faults);
  g_test_add_data_func ("/trk-snapshot/faults/io", GINT_TO_POINTER (EIO), test_faults);
  g_test_add_data_func ("/trk-snapshot/faults/short", GINT_TO_POINTER (FAULTS_SHORT), test_faults);
  return g_test_run ();
}
