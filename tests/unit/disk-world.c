/* disk-world.c: see the header. */
#include "disk-world.h"

#include <string.h>

#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

/* --- the world --- */

void
disk_world_init (DiskWorld *world, unsigned n_threads, uint64_t budget)
{
  const EngDiskConfig config = { n_threads, budget, btd_ops () };

  *world = (DiskWorld){ .context = g_main_context_new () };
  world->reactor = btio_reactor_new (world->context);
  g_assert_nonnull (world->reactor);
  world->disk = eng_disk_new (world->reactor, &config);
  g_assert_nonnull (world->disk);
}

void
disk_world_clear (DiskWorld *world)
{
  g_assert_cmpuint (eng_disk_used (world->disk), ==, 0);
  eng_disk_free (world->disk);
  btio_reactor_free (world->reactor);
  g_main_context_unref (world->context);
}

void
disk_world_turn (DiskWorld *world)
{
  g_main_context_iteration (world->context, TRUE);
}

/* --- events --- */

static void
on_checked (void *owner, uint32_t piece, EngCheck check)
{
  DiskTorrent *t = owner;

  g_assert_false (t->closed);
  t->n_checked++;
  t->n_failed += check == ENG_CHECK_FAILED;
  if (check == ENG_CHECK_GOOD)
    bt_bitfield_set (&t->good, piece);
  if (check == ENG_CHECK_BAD)
    bt_bitfield_set (&t->bad, piece);
}

static void
on_spoilt (void *owner, uint32_t piece, const uint8_t *digests)
{
  DiskTorrent *t = owner;
  uint32_t len = eng_storage_piece_len (t->storage, piece);

  g_assert_false (t->closed);
  t->n_spoilt++;
  g_free (t->digests);
  t->digests = g_memdup2 (digests, (len + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN * (size_t) BT_SHA1_LEN);
}

static void
on_doubted (void *owner, uint32_t piece, const uint8_t *leaves, const uint8_t *digests)
{
  DiskTorrent *t = owner;
  uint32_t len = eng_storage_piece_len (t->storage, piece);

  on_spoilt (owner, piece, digests);
  t->n_doubted++;
  g_free (t->leaves);
  t->leaves = g_memdup2 (leaves, (len + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN * (size_t) BT_SHA256_LEN);
}

/* The cookie is the offset in the torrent's space. */
static void
on_read (void *owner, uint64_t cookie, uint8_t *block, uint32_t len)
{
  DiskTorrent *t = owner;

  t->n_read++;
  t->n_unread += block == NULL;
  if (block != NULL)
    g_assert_cmpmem (block, len, t->space + cookie, len);
  if (block != NULL)
    eng_disk_give_block (t->world->disk, block);
}

static void
on_fault (void *owner, EngAccess access, int sys_errno, const char *path)
{
  DiskTorrent *t = owner;

  g_assert_false (t->closed);
  t->n_faults++;
  t->fault_access = access;
  t->fault_errno = sys_errno;
  g_free (t->fault_path);
  t->fault_path = g_strdup (path);
}

static void
on_verifying (void *owner, uint64_t done, uint64_t total)
{
  DiskTorrent *t = owner;

  g_assert_cmpuint (done, <=, total);
  t->n_verifying++;
}

static void
on_verified (void *owner, const BtBitfield *have)
{
  DiskTorrent *t = owner;

  t->n_verified++;
  bt_bitfield_clear (&t->verified);
  bt_bitfield_init_copy (&t->verified, have);
}

static void
on_closed (void *data)
{
  DiskTorrent *t = data;

  t->closed = true;
}

/* --- torrents --- */

static bool
is_on_disk (const DiskTorrent *t, size_t file)
{
  return (t->layout->files[file].attr & (BT_FILE_PAD | BT_FILE_SYMLINK)) == 0;
}

char *
disk_torrent_path (const DiskTorrent *t, const char *folder, size_t file)
{
  const char *name = bt_metainfo_name (t->metainfo);

  if (bt_metainfo_is_single_file (t->metainfo))
    return g_build_filename (folder, name, NULL);
  return g_build_filename (folder, name, t->layout->files[file].path, NULL);
}

/* Below the source files are called as the torrent spells them. */
static char *
source_path (const DiskTorrent *t, size_t file)
{
  const char *raw = bt_file_raw_path (&t->layout->files[file]);
  g_autofree char *parent = g_path_get_dirname (t->source);

  return raw != NULL ? g_build_filename (t->source, raw, NULL)
                     : disk_torrent_path (t, parent, file);
}

static void
fill_space (DiskTorrent *t)
{
  t->space = g_malloc0 (t->layout->end + 1);
  for (size_t i = 0; i < t->layout->n_files; i++)
    if (is_on_disk (t, i))
      {
        g_autofree char *path = source_path (t, i);
        g_autofree char *bytes = NULL;
        size_t len;

        g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
        g_assert_cmpuint (len, ==, t->layout->files[i].length);
        memcpy (t->space + t->layout->files[i].offset, bytes, len);
      }
}

static void
on_found (void *owner, const EngNames *names)
{
  DiskTorrent *t = owner;

  for (size_t i = 0; i < names->n; i++)
    eng_names_set (&t->found, &names->items[i]);
}

static const EngStorageEvents events = { .checked = on_checked,
                                         .read = on_read,
                                         .fault = on_fault,
                                         .verifying = on_verifying,
                                         .verified = on_verified,
                                         .spoilt = on_spoilt,
                                         .found = on_found };

static EngStorage *
open_storage (DiskTorrent *t, const char *folder, EngPreallocate preallocate)
{
  EngStorageEvents all = events;

  if (t->world->doubts)
    all.doubted = on_doubted;
  return eng_storage_new (t->world->disk, t->metainfo, folder, preallocate, &all, t);
}

DiskTorrent *
disk_torrent_new (DiskWorld *world, const char *source, BtFormat format, uint64_t piece_length,
                  EngPreallocate preallocate)
{
  DiskTorrent *t = g_new0 (DiskTorrent, 1);

  t->world = world;
  t->source = g_strdup (source);
  t->target = files_folder ();
  t->metainfo = files_torrent (source, format, piece_length, 1);
  t->layout = bt_metainfo_layout (t->metainfo);
  fill_space (t);
  bt_bitfield_init (&t->good, t->layout->n_pieces);
  bt_bitfield_init (&t->bad, t->layout->n_pieces);
  t->storage = open_storage (t, t->target, preallocate);
  return t;
}

void
disk_torrent_move (DiskTorrent *t, const char *folder)
{
  if (t->storage != NULL)
    disk_torrent_close (t);
  t->closed = false;
  t->storage = open_storage (t, folder, ENG_PREALLOCATE_SPARSE);
}

void
disk_torrent_close (DiskTorrent *t)
{
  eng_storage_close (g_steal_pointer (&t->storage), on_closed, t);
  while (!t->closed)
    disk_world_turn (t->world);
}

void
disk_torrent_free (DiskTorrent *t)
{
  if (t->storage != NULL)
    disk_torrent_close (t);
  files_remove (t->target);
  bt_bitfield_clear (&t->good);
  bt_bitfield_clear (&t->bad);
  bt_bitfield_clear (&t->verified);
  eng_names_clear (&t->found);
  bt_metainfo_unref (t->metainfo);
  g_free (t->fault_path);
  g_free (t->leaves);
  g_free (t->digests);
  g_free (t->source);
  g_free (t->space);
  g_free (t);
}

/* --- blocks --- */

void
disk_torrent_put (DiskTorrent *t, uint32_t piece, uint32_t begin, bool spoil)
{
  uint32_t len = MIN ((uint32_t) BT_BLOCK_LEN, eng_storage_piece_len (t->storage, piece) - begin);
  uint8_t *block = eng_disk_take_block (t->world->disk);

  memcpy (block, t->space + bt_layout_piece_start (t->layout, piece) + begin, len);
  block[0] ^= spoil ? 0x55 : 0;
  eng_storage_write (t->storage, piece, begin, block, len);
}

void
disk_torrent_put_piece (DiskTorrent *t, uint32_t piece, bool spoil)
{
  uint32_t len = eng_storage_piece_len (t->storage, piece);

  for (uint32_t begin = 0; begin < len; begin += BT_BLOCK_LEN)
    disk_torrent_put (t, piece, begin, spoil && begin == 0);
}

typedef struct
{
  uint32_t piece;
  uint32_t begin;
} Place;

static GArray *
all_blocks (const DiskTorrent *t)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));

  for (uint32_t i = 0; i < t->layout->n_pieces; i++)
    for (uint32_t at = 0; at < eng_storage_piece_len (t->storage, i); at += BT_BLOCK_LEN)
      g_array_append_val (places, ((Place){ i, at }));
  return places;
}

void
disk_torrent_put_all (DiskTorrent *t)
{
  g_autoptr (GArray) places = all_blocks (t);

  for (unsigned left = places->len; left > 0; left--)
    {
      unsigned i = (unsigned) g_test_rand_int_range (0, (int) left);
      Place place = g_array_index (places, Place, i);

      disk_torrent_put (t, place.piece, place.begin, false);
      g_array_remove_index_fast (places, i);
    }
}

void
disk_torrent_wait_checked (DiskTorrent *t, unsigned n)
{
  while (t->n_checked < n)
    disk_world_turn (t->world);
}

void
disk_torrent_wait_doubted (DiskTorrent *t, unsigned n)
{
  while (t->n_doubted < n)
    disk_world_turn (t->world);
}

void
disk_torrent_wait_faults (DiskTorrent *t, unsigned n)
{
  while (t->n_faults < n)
    disk_world_turn (t->world);
}

void
disk_torrent_compare (const DiskTorrent *t)
{
  for (size_t i = 0; i < t->layout->n_files; i++)
    {
      g_autofree char *path = disk_torrent_path (t, t->target, i);
      g_autofree char *bytes = NULL;
      size_t len;

      if (!is_on_disk (t, i))
        {
          g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
          continue;
        }
      g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
      g_assert_cmpmem (bytes, len, t->space + t->layout->files[i].offset,
                       t->layout->files[i].length);
    }
}
