/* test-eng-torrent-resume.c: when a torrent hands which row to its keeper: never before the data is
 * on the device, and whatever the keeper and the disk do, it comes to an end. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "disk-world.h"
#include "faults.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

#define PIECE (32u * 1024)
#define N_PIECES 6u

/* More calls than a scene makes. */
#define MANY_CALLS 1000

/* An answer that the keeper owes. */
typedef struct
{
  void (*loaded) (void *data, EngKept kept, const EngResume *resume);
  void (*saved) (void *data, bool ok);
  void *data;
} Owed;

typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *content; /* a torrent and its bytes; its own storage is not used */
  EngShare share;
  BtioBind bind;
  EngTorrent *torrent;
  EngTorrentState state;
  unsigned n_completed;
  bool stopped;

  GArray *owed; /* of Owed */
  unsigned n_loads;
  unsigned n_saves;
  EngResume row; /* saved last */
  bool completed_by_then;
} Scene;

/* --- the keeper --- */

static void
on_load (void *keeper, void (*loaded) (void *data, EngKept kept, const EngResume *resume),
         void *data)
{
  Scene *s = keeper;

  s->n_loads++;
  g_array_append_val (s->owed, ((Owed){ .loaded = loaded, .data = data }));
}

static void
on_save (void *keeper, const EngResume *resume, void (*saved) (void *data, bool ok), void *data)
{
  Scene *s = keeper;

  s->n_saves++;
  eng_resume_clear (&s->row);
  eng_resume_init_copy (&s->row, resume);
  s->completed_by_then = s->n_completed > 0;
  g_array_append_val (s->owed, ((Owed){ .saved = saved, .data = data }));
}

static const EngKeeper keeper = { .load = on_load, .save = on_save };

static void
turn (Scene *s)
{
  g_main_context_iteration (s->world.context, TRUE);
}

/* Gives the oldest answer that is owed. */
static void
answer (Scene *s, EngKept kept, const EngResume *row, bool ok)
{
  Owed owed = g_array_index (s->owed, Owed, 0);

  g_array_remove_index (s->owed, 0);
  if (owed.loaded != NULL)
    owed.loaded (owed.data, kept, row);
  else
    owed.saved (owed.data, ok);
}

static void
wait_owed (Scene *s)
{
  while (s->owed->len == 0)
    turn (s);
}

/* --- the torrent --- */

static void
on_changed (void *owner, EngTorrentState state)
{
  ((Scene *) owner)->state = state;
}

static void
on_completed (void *owner)
{
  ((Scene *) owner)->n_completed++;
}

static void
on_stopped (void *data)
{
  ((Scene *) data)->stopped = true;
}

static const EngTorrentEvents events = { .changed = on_changed, .completed = on_completed };

static void
scene_init (Scene *s)
{
  *s = (Scene){ .owed = g_array_new (FALSE, FALSE, sizeof (Owed)) };
  s->folder = files_folder ();
  files_write (s->folder, "first", 3 * PIECE, 1);
  files_write (s->folder, "second", 3 * PIECE - 5, 2);
  disk_world_init (&s->world, 2, 0);
  s->content = disk_torrent_new (&s->world, s->folder, BT_FORMAT_V1, PIECE, ENG_PREALLOCATE_SPARSE);
  g_assert_cmpuint (s->content->layout->n_pieces, ==, N_PIECES);
}

/* In the folder of the source, where everything is, or in the target, which is empty. */
static void
start (Scene *s, bool complete, bool read_only)
{
  g_autofree char *source = g_path_get_dirname (s->folder);
  EngTorrentConfig config = { .reactor = s->world.reactor,
                              .disk = s->world.disk,
                              .ops = btd_ops (),
                              .metainfo = s->content->metainfo,
                              .folder = complete ? source : s->content->target,
                              .bind = &s->bind,
                              .share = &s->share,
                              .seed = 1,
                              .keeper = &keeper,
                              .keeper_data = s,
                              .trust = true,
                              .read_only = read_only,
                              .events = &events,
                              .owner = s };

  eng_share_init (&s->share, s->world.reactor, false, 1);
  s->state = ENG_TORRENT_VERIFYING;
  s->stopped = false;
  s->torrent = eng_torrent_new (&config);
}

/* Stops the torrent; the keeper answers whatever it is asked. */
static void
stop (Scene *s)
{
  eng_torrent_stop (g_steal_pointer (&s->torrent), on_stopped, s);
  while (!s->stopped)
    {
      if (s->owed->len > 0)
        answer (s, ENG_KEPT_NOTHING, NULL, true);
      else
        turn (s);
    }
  eng_share_clear (&s->share);
}

static void
scene_clear (Scene *s)
{
  if (s->torrent != NULL)
    stop (s);
  g_assert_cmpuint (s->owed->len, ==, 0);
  disk_torrent_free (s->content);
  disk_world_clear (&s->world);
  files_remove (s->folder);
  eng_resume_clear (&s->row);
  g_array_unref (s->owed);
}

/* A piece that comes from a peer. */
static void
put_piece (Scene *s, uint32_t piece)
{
  uint32_t len = eng_storage_piece_len (s->torrent->storage, piece);

  for (uint32_t begin = 0; begin < len; begin += BT_BLOCK_LEN)
    {
      uint32_t part = MIN ((uint32_t) BT_BLOCK_LEN, len - begin);
      uint8_t *block = eng_disk_take_block (s->world.disk);

      (void) eng_picker_receive (s->torrent->picker,
                                 (EngBlock){ piece, begin / (uint32_t) BT_BLOCK_LEN }, 1);
      memcpy (block, s->content->space + (uint64_t) piece * PIECE + begin, part);
      eng_storage_write (s->torrent->storage, piece, begin, block, part);
    }
}

static void
expect_row (const Scene *s, unsigned n_saves, unsigned n_have, bool dirty)
{
  g_assert_cmpuint (s->n_saves, ==, n_saves);
  g_assert_cmpuint (s->row.have.n_set, ==, n_have);
  g_assert_cmpint (s->row.dirty, ==, dirty);
}

/* --- cases --- */

static void
test_seed (void)
{
  Scene s;

  scene_init (&s);
  start (&s, true, false);
  answer (&s, ENG_KEPT_NOTHING, NULL, true);
  wait_owed (&s);
  g_assert_cmpint (s.state, ==, ENG_TORRENT_SEEDING);
  expect_row (&s, 1, N_PIECES, false);
  stop (&s);
  expect_row (&s, 2, N_PIECES, false);
  g_assert_cmpuint (s.n_completed, ==, 0);
  scene_clear (&s);
}

/* The dirty row is there before the first write; the whole content before the last word. */
static void
test_download (void)
{
  Scene s;

  scene_init (&s);
  start (&s, false, false);
  answer (&s, ENG_KEPT_NOTHING, NULL, true);
  wait_owed (&s);
  expect_row (&s, 1, 0, true);
  g_assert_cmpint (s.state, ==, ENG_TORRENT_VERIFYING);
  answer (&s, 0, NULL, true);
  g_assert_cmpint (s.state, ==, ENG_TORRENT_DOWNLOADING);
  for (uint32_t i = 0; i < N_PIECES; i++)
    put_piece (&s, i);
  while (s.state != ENG_TORRENT_SEEDING)
    {
      if (s.owed->len > 0) /* the clock may ask for a row in between */
        answer (&s, 0, NULL, true);
      else
        turn (&s);
    }
  g_assert_cmpuint (s.n_completed, ==, 1);
  wait_owed (&s);
  g_assert_cmpuint (s.row.have.n_set, ==, N_PIECES);
  g_assert_false (s.row.dirty);
  g_assert_true (s.completed_by_then);
  stop (&s);
  scene_clear (&s);
}

static void
test_stopped_half_way (void)
{
  Scene s;
  EngResume row;

  scene_init (&s);
  start (&s, false, false);
  answer (&s, ENG_KEPT_NOTHING, NULL, true);
  wait_owed (&s);
  answer (&s, 0, NULL, true);
  put_piece (&s, 1);
  put_piece (&s, 4);
  while (eng_torrent_stats (s.torrent).n_have < 2)
    turn (&s);
  stop (&s);
  g_assert_cmpuint (s.row.have.n_set, ==, 2);
  g_assert_false (s.row.dirty);
  eng_resume_init_copy (&row, &s.row);
  start (&s, false, false); /* and again: nothing is hashed */
  answer (&s, ENG_KEPT_ROW, &row, true);
  wait_owed (&s);
  answer (&s, 0, NULL, true);
  g_assert_cmpuint (eng_torrent_stats (s.torrent).n_have, ==, 2);
  g_assert_cmpuint (eng_torrent_stats (s.torrent).hashed, ==, 0);
  eng_resume_clear (&row);
  scene_clear (&s);
}

static void
test_refused (void)
{
  Scene s;

  scene_init (&s);
  start (&s, false, false);
  answer (&s, ENG_KEPT_REFUSED, NULL, true);
  g_assert_cmpint (s.state, ==, ENG_TORRENT_FAULT);
  g_assert_cmpint (eng_torrent_stats (s.torrent).fault, ==, ENG_FAULT_IN_USE);
  stop (&s);
  g_assert_cmpuint (s.n_saves, ==, 0);
  scene_clear (&s);
}

static void
test_keeper_that_fails (void)
{
  Scene s;

  scene_init (&s);
  start (&s, false, false);
  answer (&s, ENG_KEPT_NOTHING, NULL, true);
  wait_owed (&s);
  answer (&s, 0, NULL, false);
  g_assert_cmpint (s.state, ==, ENG_TORRENT_DOWNLOADING);
  scene_clear (&s);
}

/* Nothing is created, and nobody is asked. */
static void
test_read_only (void)
{
  Scene s;
  g_autofree char *path = NULL;

  scene_init (&s);
  start (&s, false, true);
  answer (&s, ENG_KEPT_NOTHING, NULL, true);
  wait_owed (&s);
  g_assert_cmpint (s.state, ==, ENG_TORRENT_DOWNLOADING);
  expect_row (&s, 1, 0, false);
  stop (&s);
  path = g_build_filename (s.content->target, bt_metainfo_name (s.content->metainfo), NULL);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  scene_clear (&s);
}

/* How many answers come before the stop, and whether another one is owed then: it is waited for. */
static const struct
{
  const char *name;
  unsigned n_answers;
  bool owes;
} early[] = {
  { "loading", 0, true },
  { "verifying", 1, false },
  { "first-row", 1, true },
  { "downloading", 2, false },
};

static void
test_stopped_early (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  Scene s;

  scene_init (&s);
  start (&s, false, false);
  for (unsigned i = 0; i < early[at].n_answers; i++)
    {
      wait_owed (&s);
      answer (&s, ENG_KEPT_NOTHING, NULL, true);
    }
  if (early[at].owes)
    wait_owed (&s);
  eng_torrent_stop (g_steal_pointer (&s.torrent), on_stopped, &s);
  for (unsigned i = 0; i < 3 && early[at].owes; i++)
    g_main_context_iteration (s.world.context, FALSE);
  g_assert_false (s.stopped);
  while (!s.stopped)
    {
      if (s.owed->len > 0)
        answer (&s, ENG_KEPT_NOTHING, NULL, true);
      else
        turn (&s);
    }
  eng_share_clear (&s.share);
  scene_clear (&s);
}

/* --- what others do to the files --- */

/* How somebody leaves the second file, of the same size as it was. */
static void
touch (const char *path)
{
  const struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1000000000 } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
edit (const char *path)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "other words", 11, 2 * PIECE), ==, 11);
  close (fd);
  touch (path);
}

/* As editors do it: the old file goes on to be read by whoever has it open. */
static void
replace (const char *path)
{
  g_autofree char *bytes = NULL;
  size_t len;

  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  bytes[0] ^= 1;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) len, NULL));
}

static const struct
{
  const char *name;
  void (*change) (const char *path);
  unsigned n_lost;
} touches[] = {
  { "touched", touch, 0 },
  { "edited", edit, 1 },
  { "replaced", replace, 1 },
};

/* Nothing that was changed is given to anybody, nor is it in a row. */
static void
test_touched (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  Scene s;
  g_autofree char *path = NULL;
  EngTorrentState state = touches[at].n_lost > 0 ? ENG_TORRENT_FAULT : ENG_TORRENT_SEEDING;

  scene_init (&s);
  path = g_build_filename (s.folder, "second", NULL);
  start (&s, true, false);
  answer (&s, ENG_KEPT_NOTHING, NULL, true);
  wait_owed (&s);
  answer (&s, 0, NULL, true);
  touches[at].change (path);
  eng_torrent_touched_tick (s.torrent, UINT64_MAX / 2);
  while (s.torrent->touched.path == NULL)
    turn (&s);
  while (s.torrent->touched.path != NULL)
    turn (&s);
  g_assert_cmpint (s.state, ==, state);
  if (state == ENG_TORRENT_FAULT)
    {
      g_assert_cmpint (eng_torrent_stats (s.torrent).fault, ==, ENG_FAULT_READ);
      g_assert_cmpint (eng_torrent_stats (s.torrent).sys_errno, ==, ESTALE);
      g_assert_cmpstr (eng_torrent_stats (s.torrent).fault_path, ==, path);
    }
  stop (&s);
  expect_row (&s, 2, N_PIECES - touches[at].n_lost, false);
  scene_clear (&s);
}

/* --- faults --- */

/* All pieces of a download, with a fault. What the last row says is there, is. */
static bool
download_with_fault (unsigned nth, int sys_errno)
{
  Scene s;
  bool hit;

  scene_init (&s);
  start (&s, false, false);
  answer (&s, ENG_KEPT_NOTHING, NULL, true);
  wait_owed (&s);
  answer (&s, 0, NULL, true);
  faults_begin (nth, sys_errno);
  for (uint32_t i = 0; i < N_PIECES; i++)
    put_piece (&s, i);
  while (s.state == ENG_TORRENT_DOWNLOADING)
    {
      if (s.owed->len > 0)
        answer (&s, 0, NULL, true);
      else
        turn (&s);
    }
  hit = faults_end ();
  if (s.state == ENG_TORRENT_FAULT)
    {
      g_assert_cmpuint (s.n_completed, ==, 0);
      g_assert_cmpint (eng_torrent_stats (s.torrent).sys_errno, ==, sys_errno);
    }
  else
    g_assert_cmpuint (s.n_completed, ==, 1);
  stop (&s);
  disk_torrent_move (s.content, s.content->target);
  eng_storage_verify (s.content->storage);
  while (s.content->n_verified == 0)
    disk_world_turn (&s.world);
  g_assert_cmpuint (bt_bitfield_count_andnot (&s.row.have, &s.content->verified), ==, 0);
  scene_clear (&s);
  return hit;
}

static const struct
{
  const char *name;
  int sys_errno;
} faults[] = { { "no-space", ENOSPC }, { "io", EIO } };

static void
test_fault (gconstpointer data)
{
  unsigned n_syncs = 0;

  for (unsigned nth = 1; download_with_fault (nth, faults[GPOINTER_TO_SIZE (data)].sys_errno);
       nth++)
    {
      g_assert_cmpuint (nth, <, MANY_CALLS);
      n_syncs += strcmp (faults_where (), "fsync") == 0;
    }
  g_assert_cmpuint (n_syncs, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torrent-resume/seed", test_seed);
  g_test_add_func ("/torrent-resume/download", test_download);
  g_test_add_func ("/torrent-resume/stopped-half-way", test_stopped_half_way);
  g_test_add_func ("/torrent-resume/refused", test_refused);
  g_test_add_func ("/torrent-resume/keeper-that-fails", test_keeper_that_fails);
  g_test_add_func ("/torrent-resume/read-only", test_read_only);
  for (size_t i = 0; i < G_N_ELEMENTS (early); i++)
    {
      g_autofree char *path = g_strdup_printf ("/torrent-resume/stopped-early/%s", early[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_stopped_early);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (touches); i++)
    {
      g_autofree char *path = g_strdup_printf ("/torrent-resume/touched/%s", touches[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_touched);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf ("/torrent-resume/fault/%s", faults[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_fault);
    }
  return g_test_run ();
}
