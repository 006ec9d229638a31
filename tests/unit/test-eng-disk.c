/* test-eng-disk.c: blocks in any order become files; what is bad or refused never counts. */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "disk-world.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

#define KIB 1024u

/* Odd sizes, an empty file, files that share blocks, one of many pieces. */
static char *
make_content (void)
{
  char *folder = files_folder ();

  files_write (folder, "a/first", 100001, 1);
  files_write (folder, "a/second", 3, 2);
  files_write (folder, "b", 65536, 3);
  files_write (folder, "c/d/e/empty", 0, 4);
  files_write (folder, "large", 700003, 5);
  files_write (folder, "tiny", 1, 6);
  return folder;
}

typedef struct
{
  const char *name;
  BtFormat format;
  uint32_t piece_length;
  unsigned n_threads;
  EngPreallocate preallocate;
  const char *single; /* one file of the content alone */
  uint64_t budget;    /* 0: the usual one */
} Case;

static const Case cases[] = {
  { "v1", BT_FORMAT_V1, 64 * KIB, 2, ENG_PREALLOCATE_SPARSE, NULL, 0 },
  { "v1-tiny-pieces", BT_FORMAT_V1, 16 * KIB, 3, ENG_PREALLOCATE_SPARSE, NULL, 0 },
  { "v1-one-piece", BT_FORMAT_V1, 1024 * KIB, 1, ENG_PREALLOCATE_SPARSE, NULL, 0 },
  { "v1-full", BT_FORMAT_V1, 64 * KIB, 2, ENG_PREALLOCATE_FULL, NULL, 0 },
  { "v2", BT_FORMAT_V2, 64 * KIB, 2, ENG_PREALLOCATE_SPARSE, NULL, 0 },
  { "v2-tiny-pieces", BT_FORMAT_V2, 16 * KIB, 1, ENG_PREALLOCATE_SPARSE, NULL, 0 },
  { "hybrid", BT_FORMAT_HYBRID, 64 * KIB, 2, ENG_PREALLOCATE_SPARSE, NULL, 0 },
  { "hybrid-one-piece", BT_FORMAT_HYBRID, 1024 * KIB, 2, ENG_PREALLOCATE_FULL, NULL, 0 },
  { "single-v1", BT_FORMAT_V1, 32 * KIB, 2, ENG_PREALLOCATE_SPARSE, "large", 0 },
  { "single-v2", BT_FORMAT_V2, 32 * KIB, 2, ENG_PREALLOCATE_SPARSE, "large", 0 },
  { "single-hybrid", BT_FORMAT_HYBRID, 32 * KIB, 2, ENG_PREALLOCATE_FULL, "large", 0 },
  { "pressed-v1", BT_FORMAT_V1, 256 * KIB, 2, ENG_PREALLOCATE_SPARSE, NULL, 128 * KIB },
  { "pressed-v2", BT_FORMAT_V2, 256 * KIB, 2, ENG_PREALLOCATE_SPARSE, NULL, 128 * KIB },
  { "pressed-hybrid", BT_FORMAT_HYBRID, 512 * KIB, 1, ENG_PREALLOCATE_SPARSE, NULL, 64 * KIB },
};

static void
test_write (const void *data)
{
  const Case *c = data;
  char *folder = make_content ();
  g_autofree char *source = c->single != NULL ? g_build_filename (folder, c->single, NULL) : NULL;
  DiskWorld world;
  DiskTorrent *t;

  disk_world_init (&world, c->n_threads, c->budget);
  t = disk_torrent_new (&world, source != NULL ? source : folder, c->format, c->piece_length,
                        c->preallocate);
  eng_storage_prepare (t->storage);
  disk_torrent_put_all (t);
  disk_torrent_wait_checked (t, t->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&t->good));
  g_assert_cmpuint (t->n_faults, ==, 0);
  disk_torrent_close (t);
  disk_torrent_compare (t);
  disk_torrent_free (t);
  disk_world_clear (&world);
  files_remove (folder);
}

/* --- one torrent, one question --- */

typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *t;
} Scene;

static void
scene_init (Scene *s, BtFormat format, uint64_t budget)
{
  s->folder = make_content ();
  disk_world_init (&s->world, 2, budget);
  s->t = disk_torrent_new (&s->world, s->folder, format, 64 * KIB, ENG_PREALLOCATE_SPARSE);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
}

static void
test_bad_then_good (const void *data)
{
  Scene s;

  scene_init (&s, (BtFormat) GPOINTER_TO_UINT (data), 0);
  disk_torrent_put_piece (s.t, 0, true);
  disk_torrent_wait_checked (s.t, 1);
  g_assert_true (bt_bitfield_test (&s.t->bad, 0));
  g_assert_true (bt_bitfield_is_none (&s.t->good));
  g_assert_cmpuint (eng_disk_used (s.world.disk), ==, 0);
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, 1 + s.t->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&s.t->good));
  scene_clear (&s);
}

/* The digests of a bad piece are those of its blocks as they came: the first of them is spoilt. */
static void
test_bad_digests (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_HYBRID, 0);
  disk_torrent_put_piece (s.t, 0, true);
  disk_torrent_wait_checked (s.t, 1);
  g_assert_cmpuint (s.t->n_spoilt, ==, 1);
  for (uint32_t at = 0; at < eng_storage_piece_len (s.t->storage, 0); at += BT_BLOCK_LEN)
    {
      size_t len = MIN ((size_t) BT_BLOCK_LEN, eng_storage_piece_len (s.t->storage, 0) - at);
      g_autofree uint8_t *block = g_memdup2 (s.t->space + at, len);
      uint8_t digest[BT_SHA1_LEN];

      block[0] ^= at == 0 ? 0x55 : 0;
      btd_ops ()->hash (BT_SHA1, &(BtDigestMessage){ .data = block, .len = len, .out = digest }, 1);
      g_assert_cmpmem (digest, BT_SHA1_LEN, s.t->digests + at / BT_BLOCK_LEN * BT_SHA1_LEN,
                       BT_SHA1_LEN);
    }
  disk_torrent_put_piece (s.t, 0, false);
  disk_torrent_wait_checked (s.t, 2);
  g_assert_cmpuint (s.t->n_spoilt, ==, 1);
  scene_clear (&s);
}

/* Nothing of a bad piece reaches the disk while there is room. */
static void
test_bad_leaves_nothing (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 0);
  disk_torrent_put_piece (s.t, 0, true);
  disk_torrent_wait_checked (s.t, 1);
  g_autofree char *path = disk_torrent_path (s.t, s.t->target, 0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  scene_clear (&s);
}

static void
test_twice (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 0);
  disk_torrent_put (s.t, 1, 16 * KIB, false);
  disk_torrent_put (s.t, 1, 16 * KIB, true); /* came too late */
  g_assert_cmpuint (eng_disk_used (s.world.disk), ==, BT_BLOCK_LEN);
  disk_torrent_put_piece (s.t, 1, false);
  disk_torrent_wait_checked (s.t, 1);
  g_assert_true (bt_bitfield_test (&s.t->good, 1));
  scene_clear (&s);
}

static void
test_forget (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 0);
  disk_torrent_put (s.t, 1, 0, true);
  eng_storage_forget (s.t->storage, 1);
  disk_torrent_put (s.t, 1, 16 * KIB, true);
  eng_storage_forget (s.t->storage, 1);
  eng_storage_forget (s.t->storage, 2); /* not there */
  disk_torrent_put_piece (s.t, 1, false);
  disk_torrent_wait_checked (s.t, 1);
  g_assert_true (bt_bitfield_test (&s.t->good, 1));
  g_assert_true (bt_bitfield_is_none (&s.t->bad));
  scene_clear (&s);
}

static void
test_close_under_way (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_HYBRID, 0);
  disk_torrent_put_piece (s.t, 0, false);
  disk_torrent_wait_checked (s.t, 1);
  eng_storage_prepare (s.t->storage);
  eng_storage_verify (s.t->storage);
  disk_torrent_put_all (s.t);
  disk_torrent_put (s.t, 0, 0, true); /* another life of it, or a block too many */
  for (unsigned i = 0; i < 10; i++)
    eng_storage_read (s.t->storage, 0, 0, 1, 0);
  eng_storage_forget (s.t->storage, 2);
  disk_torrent_put (s.t, 2, 0, true);
  disk_torrent_close (s.t);
  g_assert_cmpuint (s.t->n_read, ==, 10);
  g_assert_cmpuint (s.t->n_unread, ==, 0);
  g_assert_cmpuint (s.t->n_verified, ==, 0);
  scene_clear (&s);
}

static void
test_two_storages (void)
{
  Scene s;
  DiskTorrent *other;

  scene_init (&s, BT_FORMAT_V1, 0);
  other = disk_torrent_new (&s.world, s.folder, BT_FORMAT_V2, 32 * KIB, ENG_PREALLOCATE_SPARSE);
  eng_storage_prepare (s.t->storage);
  eng_storage_prepare (other->storage);
  disk_torrent_put_all (other);
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  disk_torrent_wait_checked (other, other->layout->n_pieces);
  disk_torrent_close (s.t);
  disk_torrent_close (other);
  disk_torrent_compare (s.t);
  disk_torrent_compare (other);
  disk_torrent_free (other);
  scene_clear (&s);
}

static void
read_all (DiskTorrent *t)
{
  unsigned n = t->n_read;

  for (uint32_t i = 0; i < t->layout->n_pieces; i++)
    {
      uint64_t start = bt_layout_piece_start (t->layout, i);
      uint32_t size = (uint32_t) bt_layout_piece_size (t->layout, i);

      for (uint32_t at = 0; at < size; at += BT_BLOCK_LEN, n++)
        eng_storage_read (t->storage, i, at, MIN ((uint32_t) BT_BLOCK_LEN, size - at), start + at);
    }
  while (t->n_read < n)
    disk_world_turn (t->world);
}

/* More files than are kept open. */
static void
test_many_files (void)
{
  g_autofree char *folder = files_folder ();
  DiskWorld world;
  DiskTorrent *t;

  for (uint32_t i = 0; i < 700; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u/%u", i % 7, i);

      files_write (folder, name, 1 + i * 7, i);
    }
  disk_world_init (&world, 3, 0);
  t = disk_torrent_new (&world, folder, BT_FORMAT_V1, 16 * KIB, ENG_PREALLOCATE_FULL);
  eng_storage_prepare (t->storage);
  disk_torrent_put_all (t);
  disk_torrent_wait_checked (t, t->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&t->good));
  read_all (t);
  g_assert_cmpuint (t->n_unread, ==, 0);
  disk_torrent_close (t);
  disk_torrent_compare (t);
  disk_torrent_free (t);
  disk_world_clear (&world);
  files_remove (g_steal_pointer (&folder));
}

/* --- reading --- */

static void
test_read (const void *data)
{
  Scene s;

  scene_init (&s, (BtFormat) GPOINTER_TO_UINT (data), 0);
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  read_all (s.t);
  g_assert_cmpuint (s.t->n_unread, ==, 0);
  g_assert_cmpuint (eng_disk_used (s.world.disk), ==, 0);
  scene_clear (&s);
}

static void
test_warm (void)
{
  Scene s;
  uint8_t bytes[100];

  scene_init (&s, BT_FORMAT_V1, 0);
  g_assert_false (eng_storage_read_warm (s.t->storage, 0, 0, 100, bytes)); /* not open */
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  g_assert_true (eng_storage_read_warm (s.t->storage, 0, 50, 100, bytes));
  g_assert_cmpmem (bytes, 100, s.t->space + 50, 100);
  /* Bytes 100,000 to 100,010 lie in three files. */
  g_assert_false (eng_storage_read_warm (s.t->storage, 1, 100000 - 64 * KIB, 10, bytes));
  g_assert_true (eng_storage_read_warm (s.t->storage, 1, 100004 - 64 * KIB, 10, bytes));
  g_assert_cmpmem (bytes, 10, s.t->space + 100004, 10);
  scene_clear (&s);
}

/* --- verifying --- */

static void
verify (DiskTorrent *t)
{
  unsigned n = t->n_verified;

  eng_storage_verify (t->storage);
  eng_storage_verify (t->storage); /* one is under way */
  while (t->n_verified == n)
    disk_world_turn (t->world);
  g_assert_cmpuint (t->n_verified, ==, n + 1);
  g_assert_cmpuint (t->n_verifying, >, 0);
}

static void
test_verify (const void *data)
{
  Scene s;

  scene_init (&s, (BtFormat) GPOINTER_TO_UINT (data), 0);
  verify (s.t);
  g_assert_true (bt_bitfield_is_none (&s.t->verified));
  disk_torrent_put_piece (s.t, 0, false);
  disk_torrent_put_piece (s.t, s.t->layout->n_pieces - 2, false);
  disk_torrent_wait_checked (s.t, 2);
  verify (s.t);
  g_assert_true (bt_bitfield_equal (&s.t->good, &s.t->verified));
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, 2 + s.t->layout->n_pieces);
  verify (s.t);
  g_assert_true (bt_bitfield_is_all (&s.t->verified));
  g_assert_cmpuint (s.t->n_faults, ==, 0);
  scene_clear (&s);
}

/* --- the budget --- */

static void
on_room (void *data)
{
  unsigned *n = data;

  ++*n;
}

static void
test_budget (void)
{
  uint8_t *blocks[8];
  unsigned n_rooms = 0;
  DiskWorld world;

  disk_world_init (&world, 1, 8 * BT_BLOCK_LEN);
  eng_disk_on_room (world.disk, on_room, &n_rooms);
  for (unsigned i = 0; i < 8; i++)
    {
      g_assert_false (eng_disk_is_full (world.disk));
      blocks[i] = eng_disk_take_block (world.disk);
      g_assert_cmpuint ((uintptr_t) blocks[i] % 4096, ==, 0);
    }
  g_assert_true (eng_disk_is_full (world.disk));
  eng_disk_give_block (world.disk, blocks[0]);
  g_assert_true (eng_disk_is_full (world.disk));
  eng_disk_give_block (world.disk, blocks[1]);
  while (n_rooms == 0)
    disk_world_turn (&world);
  g_assert_false (eng_disk_is_full (world.disk));
  for (unsigned i = 2; i < 8; i++)
    eng_disk_give_block (world.disk, blocks[i]);
  g_assert_cmpuint (eng_disk_used (world.disk), ==, 0);
  g_assert_cmpuint (n_rooms, ==, 1);
  disk_world_clear (&world);
}

/* A disk that was busy and is at rest gives its memory back to the system. */
static void
test_trim (void)
{
  uint8_t *blocks[100];
  unsigned char pages[BT_BLOCK_LEN / 4096] = { 1 };
  DiskWorld world;

  if (sysconf (_SC_PAGESIZE) != 4096)
    {
      g_test_skip ("pages are larger than those of a block");
      return;
    }
  disk_world_init (&world, 1, 0);
  for (unsigned i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      blocks[i] = eng_disk_take_block (world.disk);
      memset (blocks[i], 1, BT_BLOCK_LEN);
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (blocks); i++)
    eng_disk_give_block (world.disk, blocks[i]);
  while ((pages[0] & 1) != 0) /* the disk's timer ends each turn */
    {
      disk_world_turn (&world);
      g_assert_cmpint (mincore (blocks[0], BT_BLOCK_LEN, pages), ==, 0);
    }
  disk_world_clear (&world);
}

/* Pieces that lack a block hold no memory for ever. */
static void
test_pressure (void)
{
  unsigned n_rooms = 0;
  Scene s;

  scene_init (&s, BT_FORMAT_V1, 8 * BT_BLOCK_LEN);
  eng_disk_on_room (s.world.disk, on_room, &n_rooms);
  for (uint32_t i = 0; i < 8; i++)
    disk_torrent_put (s.t, i, 16 * KIB, false);
  g_assert_cmpuint (s.t->n_checked, ==, 0);
  while (n_rooms == 0)
    disk_world_turn (&s.world);
  for (uint32_t i = 0; i < 8; i++)
    disk_torrent_put_piece (s.t, i, false);
  disk_torrent_wait_checked (s.t, 8);
  g_assert_cmpuint (s.t->good.n_set, ==, 8);
  scene_clear (&s);
}

/* --- on the device --- */

static int n_synced_alone;
static int n_synced_around;
static int n_synced_folders;

/* These stand before those of the C library. */
int
fsync (int fd)
{
  struct stat about;

  g_assert_cmpint (fstat (fd, &about), ==, 0);
  g_atomic_int_inc (S_ISDIR (about.st_mode) ? &n_synced_folders : &n_synced_alone);
  return 0;
}

int
syncfs (int fd)
{
  g_atomic_int_inc (&n_synced_around);
  return 0;
}

static void
on_synced (void *data, bool ok)
{
  bool *done = data;

  g_assert_true (ok);
  *done = true;
}

static void
sync_and_count (Scene *s, int alone, int around, int folders)
{
  bool done = false;

  n_synced_alone = 0;
  n_synced_around = 0;
  n_synced_folders = 0;
  eng_storage_sync (s->t->storage, on_synced, &done);
  while (!done)
    disk_world_turn (&s->world);
  g_assert_cmpint (n_synced_alone, ==, alone);
  g_assert_cmpint (n_synced_around, ==, around);
  g_assert_cmpint (n_synced_folders, ==, folders);
}

/* The folders on the way to a file are synced once: the target, the torrent's, and one below. */
static void
test_sync (void)
{
  Scene s = { .folder = files_folder () };

  files_write (s.folder, "a/first", 128 * KIB, 1);
  files_write (s.folder, "a/second", 64 * KIB, 2);
  disk_world_init (&s.world, 2, 0);
  s.t = disk_torrent_new (&s.world, s.folder, BT_FORMAT_V1, 64 * KIB, ENG_PREALLOCATE_SPARSE);
  disk_torrent_put_piece (s.t, 0, false);
  disk_torrent_wait_checked (s.t, 1);
  sync_and_count (&s, 1, 0, 3);
  sync_and_count (&s, 0, 0, 0);
  disk_torrent_put_piece (s.t, 1, false);
  disk_torrent_wait_checked (s.t, 2);
  sync_and_count (&s, 1, 0, 0);
  disk_torrent_put_piece (s.t, 2, false); /* of another file, with a name of its own */
  disk_torrent_wait_checked (s.t, 3);
  sync_and_count (&s, 1, 0, 3);
  scene_clear (&s);
}

/* A file without bytes is part of the content: it and its names are put on the device, too. */
static void
test_sync_empty (void)
{
  Scene s = { .folder = files_folder () };

  files_write (s.folder, "a/b/empty", 0, 1);
  files_write (s.folder, "full", 100, 1);
  disk_world_init (&s.world, 1, 0);
  s.t = disk_torrent_new (&s.world, s.folder, BT_FORMAT_V1, 64 * KIB, ENG_PREALLOCATE_SPARSE);
  eng_storage_prepare (s.t->storage);
  sync_and_count (&s, 1, 0, 4);
  scene_clear (&s);
}

/* Thousands of files are not put on the device one by one. */
static void
test_sync_many (void)
{
  Scene s = { .folder = files_folder () };

  for (unsigned i = 0; i < 1000; i++)
    {
      g_autofree char *path = g_strdup_printf ("%03u", i);

      files_write (s.folder, path, 100, i);
    }
  disk_world_init (&s.world, 2, 0);
  s.t = disk_torrent_new (&s.world, s.folder, BT_FORMAT_V1, 64 * KIB, ENG_PREALLOCATE_SPARSE);
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  sync_and_count (&s, 0, 1, 0);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    BtFormat format;
  } formats[] = { { "v1", BT_FORMAT_V1 }, { "v2", BT_FORMAT_V2 }, { "hybrid", BT_FORMAT_HYBRID } };

  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/disk/write/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_write);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      const void *format = GUINT_TO_POINTER (formats[i].format);
      g_autofree char *bad = g_strconcat ("/disk/bad/then-good/", formats[i].name, NULL);
      g_autofree char *read = g_strconcat ("/disk/read/", formats[i].name, NULL);
      g_autofree char *check = g_strconcat ("/disk/verify/", formats[i].name, NULL);

      g_test_add_data_func (bad, format, test_bad_then_good);
      g_test_add_data_func (read, format, test_read);
      g_test_add_data_func (check, format, test_verify);
    }
  g_test_add_func ("/disk/bad/digests", test_bad_digests);
  g_test_add_func ("/disk/bad/leaves-nothing", test_bad_leaves_nothing);
  g_test_add_func ("/disk/twice", test_twice);
  g_test_add_func ("/disk/forget", test_forget);
  g_test_add_func ("/disk/close-under-way", test_close_under_way);
  g_test_add_func ("/disk/two-storages", test_two_storages);
  g_test_add_func ("/disk/many-files", test_many_files);
  g_test_add_func ("/disk/warm", test_warm);
  g_test_add_func ("/disk/budget", test_budget);
  g_test_add_func ("/disk/trim", test_trim);
  g_test_add_func ("/disk/pressure", test_pressure);
  g_test_add_func ("/disk/sync/few", test_sync);
  g_test_add_func ("/disk/sync/empty", test_sync_empty);
  g_test_add_func ("/disk/sync/many", test_sync_many);
  return g_test_run ();
}
