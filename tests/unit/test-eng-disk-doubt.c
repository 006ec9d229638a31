/* test-eng-disk-doubt.c: pieces of v2 that are not good and are kept until it is known which blocks
 * of them are to blame. */
#include <string.h>

#include <glib.h>

#include "disk-world.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

#define KIB 1024u

typedef struct
{
  char *folder;
  DiskWorld world;
  DiskTorrent *t;
} Scene;

static void
scene_init (Scene *s, BtFormat format, uint64_t budget)
{
  s->folder = files_folder ();
  files_write (s->folder, "a", 500003, 1);
  files_write (s->folder, "b", 65536, 2);
  files_write (s->folder, "tiny", 1, 3);
  disk_world_init (&s->world, 2, budget);
  s->world.doubts = true;
  s->t = disk_torrent_new (&s->world, s->folder, format, 64 * KIB, ENG_PREALLOCATE_SPARSE);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->folder);
}

/* Of a piece in doubt only what is not good comes again; its leaves are those of what came. A
 * budget that is less than the piece has some of it written before it is hashed. */
static const struct
{
  const char *name;
  BtFormat format;
  uint64_t budget;
} cases[] = {
  { "v2", BT_FORMAT_V2, 0 },
  { "v2-pressed", BT_FORMAT_V2, 32 * KIB },
  { "hybrid", BT_FORMAT_HYBRID, 0 },
  { "hybrid-pressed", BT_FORMAT_HYBRID, 32 * KIB },
};

/* Piece 0 with two blocks spoilt. */
static void
put_spoilt (DiskTorrent *t, BtBitfield *good)
{
  uint32_t len = eng_storage_piece_len (t->storage, 0);

  bt_bitfield_init (good, (len + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN);
  g_assert_cmpuint (good->n_bits, ==, 4);
  bt_bitfield_set_range (good, 0, 4);
  (void) bt_bitfield_unset (good, 1); /* it was set */
  (void) bt_bitfield_unset (good, 3); /* likewise */
  for (uint32_t i = 0; i < 4; i++)
    disk_torrent_put (t, 0, i * (uint32_t) BT_BLOCK_LEN, !bt_bitfield_test (good, i));
}

static void
check_leaves (const DiskTorrent *t, const BtBitfield *good)
{
  for (uint32_t i = 0; i < 4; i++)
    {
      size_t len = MIN (BT_BLOCK_LEN, eng_storage_piece_len (t->storage, 0) - i * BT_BLOCK_LEN);
      uint8_t leaf[BT_SHA256_LEN] = { 0 };

      btd_ops ()->hash (
          BT_SHA256,
          &(BtDigestMessage){ .data = t->space + i * BT_BLOCK_LEN, .len = len, .out = leaf }, 1);
      g_assert_cmpint (memcmp (leaf, t->leaves + (size_t) i * BT_SHA256_LEN, sizeof leaf) == 0, ==,
                       bt_bitfield_test (good, i));
    }
}

static void
test_doubt (const void *data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  BtBitfield good;
  Scene s;

  scene_init (&s, cases[at].format, cases[at].budget);
  put_spoilt (s.t, &good);
  disk_torrent_wait_doubted (s.t, 1);
  check_leaves (s.t, &good);
  g_assert_cmpuint (eng_disk_used (s.world.disk), ==, 0);
  eng_storage_mend (s.t->storage, 0, &good);
  disk_torrent_put (s.t, 0, BT_BLOCK_LEN, true);
  disk_torrent_put (s.t, 0, 3 * BT_BLOCK_LEN, false);
  disk_torrent_wait_doubted (s.t, 2); /* one of them was not good again */
  (void) bt_bitfield_set (&good, 3);
  check_leaves (s.t, &good);
  eng_storage_mend (s.t->storage, 0, &good);
  g_assert_cmpuint (s.t->n_checked, ==, 0);
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&s.t->good));
  disk_torrent_close (s.t);
  disk_torrent_compare (s.t);
  bt_bitfield_clear (&good);
  scene_clear (&s);
}

/* One that is given up begins anew, and one that nobody has decided about does not hinder the end.
 */
static void
test_doubt_forgotten (void)
{
  BtBitfield good;
  Scene s;

  scene_init (&s, BT_FORMAT_V2, 0);
  put_spoilt (s.t, &good);
  disk_torrent_wait_doubted (s.t, 1);
  eng_storage_forget (s.t->storage, 0);
  bt_bitfield_clear (&good);
  put_spoilt (s.t, &good);
  disk_torrent_wait_doubted (s.t, 2);
  g_assert_cmpuint (s.t->n_checked, ==, 0);
  disk_torrent_close (s.t);
  bt_bitfield_clear (&good);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/disk/doubt/%s", cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_doubt);
    }
  g_test_add_func ("/disk/doubt/forgotten", test_doubt_forgotten);
  return g_test_run ();
}
