/* test-crash-client.c: downloads whose power goes away at any moment.
 *
 *     test-crash-client [-m slow] [...]        SHOAL_CRASH_SEED=7 repeats or tries another seed
 *
 * A real torrent, its storage, keeper and database download in several sessions while every call
 * that changes a file is written down (crash-disk.h). Then, for one cut after the other, the disk
 * becomes what it could have been at that moment, and the same code goes on from there. Always:
 *
 *     no piece counts as had whose bytes are wrong
 *     what was acknowledged as saved, or told to be complete, is had, and is not hashed again
 *     the database is sound, nothing was put aside, and the torrent's row is there
 *
 * Every fourth cut is followed by another one, into the run that recovers from it. The digest tells
 * whether the calls were the same: with a small budget threads choose their order. */
#include <string.h>

#include <glib.h>
#include <sqlite3.h>

#include "client-core/engine/eng-keeping.h"
#include "client-core/torrent/eng-torrent-private.h"
#include "crash-disk.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/unit/disk-world.h"
#include "tests/unit/files-maker.h"

#define KIB 1024u

typedef struct
{
  const char *name;
  BtFormat format;
  bool single;
  uint32_t piece_length;
  EngPreallocate preallocate;
  uint64_t budget; /* of the disk; a small one has blocks written before their piece is whole */
} Case;

static const Case cases[] = {
  { "/crash/client/files", BT_FORMAT_V1, false, 32 * KIB, ENG_PREALLOCATE_SPARSE, 0 },
  { "/crash/client/hybrid", BT_FORMAT_V1 | BT_FORMAT_V2, false, 64 * KIB, ENG_PREALLOCATE_SPARSE,
    32 * KIB },
  { "/crash/client/single-full", BT_FORMAT_V1, true, 32 * KIB, ENG_PREALLOCATE_FULL, 0 },
};

/* For all cases; a quarter of them twice. */
#define CUTS 300u
#define CUTS_SLOW 12000u

/* What a person or the program was told: from then on it must hold. */
typedef struct
{
  size_t n_calls;
  BtBitfield have; /* owned */
  bool saved;      /* in a row; or else the person was told that the torrent is complete */
} Promise;

typedef struct
{
  const Case *about;
  char *folder;
  char *root;
  char *files;
  char *state_folder;
  DiskWorld world;
  DiskTorrent *content; /* a torrent and its bytes; its own storage is not used */
  EngShare share;
  BtioBind bind;
  GRand *rand;
  CrashDisk *disk; /* that is watched */

  EngTorrent *torrent;
  EngKeeping *keeping;
  EngTorrentState state;
  EngKept kept;
  bool answered;
  bool stopped;
  bool closed;
  GArray *promises; /* of Promise */

  void (*loaded) (void *data, EngKept kept, const EngResume *resume);
  void *loaded_data;
  GQueue saves; /* of Save: under way */
} Scene;

typedef struct
{
  BtBitfield have; /* owned */
  void (*saved) (void *data, bool ok);
  void *data;
} Save;

static void
turn (Scene *s)
{
  g_main_context_iteration (s->world.context, TRUE);
}

/* --- promises --- */

static void
promise (Scene *s, const BtBitfield *have, bool saved)
{
  Promise p = { crash_disk_n_calls (s->disk), { 0 }, saved };

  bt_bitfield_init_copy (&p.have, have);
  g_array_append_val (s->promises, p);
}

static void
clear_promise (void *data)
{
  bt_bitfield_clear (&((Promise *) data)->have);
}

/* The last one by then; with @saved the last row. */
static const Promise *
promise_at (const GArray *promises, size_t n_calls, bool saved)
{
  const Promise *last = NULL;

  for (guint i = 0; i < promises->len; i++)
    {
      const Promise *p = &g_array_index (promises, Promise, i);

      if (p->n_calls <= n_calls && (p->saved || !saved))
        last = p;
    }
  return last;
}

/* It holds from the beginning on. */
static void
keep_promise (Scene *s, const Promise *from)
{
  Promise p = { 0, { 0 }, false };

  if (from == NULL)
    return;
  p.saved = from->saved;
  bt_bitfield_init_copy (&p.have, &from->have);
  g_array_append_val (s->promises, p);
}

/* --- between the torrent and its keeper --- */

static void
on_loaded (void *data, EngKept kept, const EngResume *resume)
{
  Scene *s = data;

  s->kept = kept;
  s->loaded (s->loaded_data, kept, resume);
}

static void
load (void *keeper, void (*loaded) (void *data, EngKept kept, const EngResume *resume), void *data)
{
  Scene *s = keeper;

  s->loaded = loaded;
  s->loaded_data = data;
  eng_keeping_keeper.load (s->keeping, on_loaded, s);
}

static void
on_saved (void *data, bool ok)
{
  Scene *s = data;

  g_autofree Save *save = g_queue_pop_head (&s->saves);

  g_assert_true (ok);
  promise (s, &save->have, true);
  bt_bitfield_clear (&save->have);
  save->saved (save->data, ok);
}

static void
save_row (void *keeper, const EngResume *resume, void (*saved) (void *data, bool ok), void *data)
{
  Scene *s = keeper;
  Save *save = g_new0 (Save, 1);

  bt_bitfield_init_copy (&save->have, &resume->have);
  save->saved = saved;
  save->data = data;
  g_queue_push_tail (&s->saves, save);
  eng_keeping_keeper.save (s->keeping, resume, on_saved, s);
}

static const EngKeeper keeper = { load, save_row };

static void
on_trouble (void *data, const EngStoreProblem *problem)
{
  g_test_message ("the store has trouble %d, errno %d, aside %s", problem->trouble,
                  problem->sys_errno, problem->aside);
  g_assert_not_reached ();
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
  Scene *s = owner;
  BtBitfield all;

  bt_bitfield_init (&all, s->content->layout->n_pieces);
  bt_bitfield_set_range (&all, 0, all.n_bits);
  promise (s, &all, false);
  bt_bitfield_clear (&all);
}

static void
on_stopped (void *data)
{
  ((Scene *) data)->stopped = true;
}

static void
on_closed (void *data)
{
  ((Scene *) data)->closed = true;
}

static const EngTorrentEvents events = { .changed = on_changed, .completed = on_completed };

/* A session, up to the moment when it is known what is had. */
static void
start (Scene *s)
{
  EngTorrentConfig config = { .reactor = s->world.reactor,
                              .disk = s->world.disk,
                              .ops = btd_ops (),
                              .metainfo = s->content->metainfo,
                              .folder = s->files,
                              .preallocate = s->about->preallocate,
                              .bind = &s->bind,
                              .share = &s->share,
                              .seed = 1,
                              .keeper = &keeper,
                              .keeper_data = s,
                              .trust = true,
                              .events = &events,
                              .owner = s };
  const EngKeepingPlace place = { NULL, s->state_folder, s->content->metainfo, s->files, true };

  s->keeping = eng_keeping_new (s->world.reactor, &place, on_trouble, s);
  s->state = ENG_TORRENT_VERIFYING;
  s->stopped = s->closed = false;
  s->torrent = eng_torrent_new (&config);
  while (s->state == ENG_TORRENT_VERIFYING)
    turn (s);
  g_assert_cmpint (s->state, !=, ENG_TORRENT_FAULT);
}

static void
stop (Scene *s)
{
  eng_torrent_stop (g_steal_pointer (&s->torrent), on_stopped, s);
  while (!s->stopped)
    turn (s);
  eng_keeping_close (g_steal_pointer (&s->keeping), on_closed, s);
  while (!s->closed)
    turn (s);
}

/* --- downloading --- */

static void
put_block (Scene *s, uint32_t piece, uint32_t begin, bool spoil)
{
  EngStorage *storage = s->torrent->storage;
  uint32_t len = MIN ((uint32_t) BT_BLOCK_LEN, eng_storage_piece_len (storage, piece) - begin);
  uint8_t *block = eng_disk_take_block (s->world.disk);

  (void) eng_picker_receive (s->torrent->picker,
                             (EngBlock){ piece, begin / (uint32_t) BT_BLOCK_LEN }, 1);
  memcpy (block, s->content->space + bt_layout_piece_start (s->content->layout, piece) + begin,
          len);
  block[0] ^= spoil ? 0x55 : 0;
  eng_storage_write (storage, piece, begin, block, len);
}

static void
put_piece (Scene *s, uint32_t piece, bool spoil)
{
  uint32_t len = eng_storage_piece_len (s->torrent->storage, piece);

  for (uint32_t begin = 0; begin < len; begin += (uint32_t) BT_BLOCK_LEN)
    put_block (s, piece, begin, spoil);
  while (eng_picker_piece_state (s->torrent->picker, piece) == ENG_PIECE_HASHING)
    turn (s);
}

/* One that is missing, at random. */
static uint32_t
choose (Scene *s)
{
  const BtBitfield *done = eng_picker_done (s->torrent->picker);
  uint32_t piece;

  do
    piece = (uint32_t) g_rand_int_range (s->rand, 0, (int) done->n_bits);
  while (bt_bitfield_test (done, piece));
  return piece;
}

/* Pieces come, some of them bad, and some while what came before is being saved. */
static void
download (Scene *s, unsigned n)
{
  for (unsigned i = 0; i < n && !eng_picker_is_complete (s->torrent->picker); i++)
    {
      uint32_t piece = choose (s);

      if (g_rand_int_range (s->rand, 0, 6) == 0)
        put_piece (s, piece, true);
      put_piece (s, piece, false);
      if (g_rand_int_range (s->rand, 0, 3) == 0)
        eng_torrent_resume_tick (s->torrent, UINT64_MAX);
      while (g_rand_boolean (s->rand) && s->torrent->resume.commit != ENG_COMMIT_NONE)
        turn (s);
    }
  while (eng_picker_is_complete (s->torrent->picker) && s->state != ENG_TORRENT_SEEDING)
    turn (s);
}

/* --- the world --- */

static void
make_files (Scene *s)
{
  if (s->about->single)
    {
      g_autofree char *file = g_build_filename (s->folder, "one", NULL);

      files_write (s->folder, "one", 12 * 32 * KIB - 100, 1);
      s->content = disk_torrent_new (&s->world, file, s->about->format, s->about->piece_length,
                                     s->about->preallocate);
      return;
    }
  files_write (s->folder, "it/first", 100001, 1);
  files_write (s->folder, "it/a/second", 40000, 2);
  files_write (s->folder, "it/a/b/third", 170000, 3);
  files_write (s->folder, "it/none", 0, 4);
  g_autofree char *it = g_build_filename (s->folder, "it", NULL);

  s->content = disk_torrent_new (&s->world, it, s->about->format, s->about->piece_length,
                                 s->about->preallocate);
}

static void
scene_init (Scene *s, const Case *about, unsigned seed)
{
  *s = (Scene){ .about = about, .rand = g_rand_new_with_seed (seed) };
  s->folder = files_folder ();
  s->root = files_folder ();
  s->files = g_build_filename (s->root, "files", NULL);
  s->state_folder = g_build_filename (s->root, "state", "shoal", NULL);
  g_assert_cmpint (g_mkdir_with_parents (s->files, 0700), ==, 0);
  s->promises = g_array_new (FALSE, FALSE, sizeof (Promise));
  g_array_set_clear_func (s->promises, clear_promise);
  disk_world_init (&s->world, 1, about->budget);
  eng_share_init (&s->share, s->world.reactor, false, 1);
  make_files (s);
  s->disk = crash_disk_new (s->root);
}

static void
scene_clear (Scene *s)
{
  crash_disk_watch (NULL);
  crash_disk_free (s->disk);
  disk_torrent_free (s->content);
  eng_share_clear (&s->share);
  disk_world_clear (&s->world);
  files_remove (s->folder);
  files_remove (s->root);
  g_free (s->files);
  g_free (s->state_folder);
  g_array_unref (s->promises);
  g_rand_free (s->rand);
}

/* --- what must hold after a cut --- */

static bool
is_right (const Scene *s, uint32_t piece)
{
  const BtLayout *layout = s->content->layout;
  BtSpanIter iter;
  BtSpan span;

  bt_span_iter_init (&iter, layout, bt_layout_piece_start (layout, piece),
                     bt_layout_piece_size (layout, piece));
  while (bt_span_iter_next (&iter, &span))
    {
      const BtFile *file = &layout->files[span.file];
      g_autofree char *path = disk_torrent_path (s->content, s->files, span.file);
      g_autofree char *bytes = NULL;
      gsize len;

      if ((file->attr & BT_FILE_PAD) != 0)
        continue;
      if (!g_file_get_contents (path, &bytes, &len, NULL) || len < span.offset + span.length
          || memcmp (bytes + span.offset, s->content->space + file->offset + span.offset,
                     span.length)
                 != 0)
        return false;
    }
  return true;
}

/* Files without bytes are part of what is complete. */
static void
check_empty (const Scene *s)
{
  for (size_t i = 0; i < s->content->layout->n_files; i++)
    {
      g_autofree char *path = disk_torrent_path (s->content, s->files, i);

      if (s->content->layout->files[i].length == 0 && !g_file_test (path, G_FILE_TEST_EXISTS))
        g_error ("%s is lost", path);
    }
}

/* Bytes of the pieces that no row had. */
static uint64_t
unsaved (const Scene *s, const Promise *row)
{
  uint64_t size = 0;

  for (uint32_t i = 0; i < s->content->layout->n_pieces; i++)
    if (row == NULL || !bt_bitfield_test (&row->have, i))
      size += bt_layout_piece_size (s->content->layout, i);
  return size;
}

static void
check_had (const Scene *s, const Promise *told, const Promise *row)
{
  const BtBitfield *done = eng_picker_done (s->torrent->picker);

  for (uint32_t i = 0; i < s->content->layout->n_pieces; i++)
    {
      if (bt_bitfield_test (done, i) && !is_right (s, i))
        g_error ("piece %u counts as had, and is wrong", i);
      if (told != NULL && bt_bitfield_test (&told->have, i) && !bt_bitfield_test (done, i))
        g_error ("piece %u had been saved, and is lost", i);
    }
  if (row != NULL && s->kept != ENG_KEPT_ROW)
    g_error ("the torrent had been saved, and its row is lost");
  if (eng_torrent_stats (s->torrent).hashed > unsaved (s, row))
    g_error ("%lu bytes were hashed, %lu of them at most had not been saved",
             (unsigned long) eng_torrent_stats (s->torrent).hashed,
             (unsigned long) unsaved (s, row));
  if (told != NULL && bt_bitfield_is_all (&told->have))
    check_empty (s);
}

static int
on_integrity (void *data, int n, char **values, char **names)
{
  return *(bool *) data = n == 1 && strcmp (values[0], "ok") == 0, 0;
}

static void
check_database (const Scene *s)
{
  g_autofree char *folder = g_build_filename (s->state_folder, "transfers", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      sqlite3 *db;
      bool ok = false;

      g_assert_true (g_str_has_suffix (name, ".db"));
      g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_exec (db, "PRAGMA integrity_check", on_integrity, &ok, NULL), ==,
                       SQLITE_OK);
      g_assert_true (ok);
      (void) sqlite3_close (db); /* nothing was changed */
    }
}

/* Goes on from a cut, and with @more downloads; the promises from then on are of the new disk. */
static void
recover (Scene *s, size_t n_calls, bool more)
{
  CrashDisk *from = s->disk;
  const Promise *told = promise_at (s->promises, n_calls, false);
  const Promise *row = promise_at (s->promises, n_calls, true);

  s->disk = crash_disk_cut (from, n_calls, s->rand);
  crash_disk_watch (s->disk);
  s->promises = g_array_new (FALSE, FALSE, sizeof (Promise));
  g_array_set_clear_func (s->promises, clear_promise);
  keep_promise (s, row);
  keep_promise (s, told);
  start (s);
  check_had (s, told, row);
  download (s, more ? 2 : 0);
  stop (s);
  check_database (s);
}

/* --- the cases --- */

static unsigned
base_seed (void)
{
  const char *given = g_getenv ("SHOAL_CRASH_SEED");

  return given != NULL ? (unsigned) strtoul (given, NULL, 10) : 1;
}

/* A cut of what was recorded, and every fourth time one of what became of that. */
static void
cut_once (Scene *s, unsigned seed)
{
  CrashDisk *recorded = s->disk;
  GArray *promises = s->promises;
  bool twice = seed % 4 == 0;

  g_rand_set_seed (s->rand, seed);
  recover (s, (size_t) g_rand_int_range (s->rand, 0, (int) crash_disk_n_calls (recorded) + 1),
           twice);
  if (twice)
    {
      CrashDisk *first = s->disk;
      GArray *told = s->promises;

      recover (s, (size_t) g_rand_int_range (s->rand, 0, (int) crash_disk_n_calls (first) + 1),
               false);
      crash_disk_free (first);
      g_array_unref (told);
    }
  crash_disk_watch (NULL);
  crash_disk_free (s->disk);
  g_array_unref (s->promises);
  s->disk = recorded;
  s->promises = promises;
}

static void
record (Scene *s)
{
  crash_disk_watch (s->disk);
  start (s);
  download (s, s->content->layout->n_pieces / 2);
  stop (s);
  start (s);
  download (s, UINT_MAX);
  stop (s);
  start (s);
  stop (s);
  crash_disk_watch (NULL);
}

static void
test_cuts (gconstpointer data)
{
  unsigned n = (g_test_slow () ? CUTS_SLOW : CUTS) / G_N_ELEMENTS (cases);
  unsigned seed = base_seed ();
  Scene s;

  scene_init (&s, data, seed);
  record (&s);
  g_test_message ("SHOAL_CRASH_SEED=%u: %zu calls, digest %08x, %u promises, %u cuts", seed,
                  crash_disk_n_calls (s.disk), crash_disk_digest (s.disk), s.promises->len, n);
  for (unsigned i = 0; i < n; i++)
    {
      g_test_message ("cut %u", i);
      cut_once (&s, seed * 1000003u + i);
    }
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, &cases[i], test_cuts);
  return g_test_run ();
}
