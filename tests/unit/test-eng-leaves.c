/* test-eng-leaves.c: the disk hashes blocks that it has for peers who ask (BEP 52), or says that it
 * cannot. */
#include <string.h>
#include <unistd.h>

#include "disk-world.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

#define PIECE_LEN ((uint32_t) (4 * BT_BLOCK_LEN))

/* A torrent that is whole on the disk, and a storage that answers the test alone. */
typedef struct
{
  DiskWorld world;
  char *source;
  DiskTorrent *t;
  EngStorage *storage;
  uint32_t asked; /* bytes */
  unsigned n_answers;
  uint8_t *leaves; /* of the last answer; NULL: it failed */
  unsigned n_faults;
  bool closed;
} Scene;

static uint32_t
n_blocks (uint32_t len)
{
  return (len + (uint32_t) BT_BLOCK_LEN - 1) / (uint32_t) BT_BLOCK_LEN;
}

static void
on_leaves (void *owner, uint64_t cookie, const uint8_t *leaves)
{
  Scene *s = owner;

  g_assert_false (s->closed);
  g_assert_cmpuint (cookie, ==, 7);
  s->n_answers++;
  g_free (s->leaves);
  s->leaves = g_memdup2 (leaves, (gsize) n_blocks (s->asked) * BT_SHA256_LEN);
}

static void
on_fault (void *owner, EngAccess access, int sys_errno, const char *path)
{
  Scene *s = owner;

  g_assert_cmpint (sys_errno, !=, 0);
  g_assert_nonnull (strstr (path, "large"));
  s->n_faults++;
}

static void
on_closed (void *data)
{
  ((Scene *) data)->closed = true;
}

static void
scene_init (Scene *s, unsigned n_threads)
{
  static const EngStorageEvents events = { .leaves = on_leaves, .fault = on_fault };

  *s = (Scene){ .source = files_folder () };
  files_write (s->source, "large", 30 * BT_BLOCK_LEN + 5, 1);
  files_write (s->source, "one-block", BT_BLOCK_LEN, 2);
  files_write (s->source, "tiny", 1, 3);
  disk_world_init (&s->world, n_threads, 0);
  s->t = disk_torrent_new (&s->world, s->source, BT_FORMAT_V2, PIECE_LEN, ENG_PREALLOCATE_SPARSE);
  disk_torrent_put_all (s->t);
  disk_torrent_wait_checked (s->t, s->t->layout->n_pieces);
  disk_torrent_close (s->t);
  s->storage = eng_storage_new (s->world.disk, s->t->metainfo, s->t->target, ENG_PREALLOCATE_SPARSE,
                                &events, s);
}

static void
scene_close (Scene *s)
{
  eng_storage_close (g_steal_pointer (&s->storage), on_closed, s);
  while (!s->closed)
    disk_world_turn (&s->world);
}

static void
scene_clear (Scene *s)
{
  if (s->storage != NULL)
    scene_close (s);
  g_free (s->leaves);
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->source);
}

static void
ask (Scene *s, uint64_t offset, uint32_t len)
{
  s->asked = len;
  eng_storage_leaves (s->storage, (uint32_t) (offset / PIECE_LEN), (uint32_t) (offset % PIECE_LEN),
                      len, 7);
}

static void
ask_and_wait (Scene *s, uint64_t offset, uint32_t len)
{
  unsigned n = s->n_answers;

  ask (s, offset, len);
  while (s->n_answers == n)
    disk_world_turn (&s->world);
}

/* Block by block, as the source has them. */
static void
check (const Scene *s, uint64_t offset, uint32_t len)
{
  g_assert_nonnull (s->leaves);
  for (uint32_t at = 0; at < len; at += (uint32_t) BT_BLOCK_LEN)
    {
      uint8_t leaf[BT_SHA256_LEN];
      BtDigestMessage message = { .data = s->t->space + offset + at,
                                  .len = MIN ((size_t) BT_BLOCK_LEN, len - at),
                                  .out = leaf };

      btd_ops ()->hash (BT_SHA256, &message, 1);
      g_assert_cmpmem (s->leaves + (gsize) (at / BT_BLOCK_LEN) * BT_SHA256_LEN, BT_SHA256_LEN, leaf,
                       BT_SHA256_LEN);
    }
}

/* Of whole files, and from any block of the large one on. */
static void
test_blocks (const void *data)
{
  Scene s;

  scene_init (&s, GPOINTER_TO_UINT (data));
  for (size_t i = 0; i < s.t->layout->n_files; i++)
    {
      const BtFile *file = &s.t->layout->files[i];

      for (uint64_t from = 0; from < file->length; from += 3 * BT_BLOCK_LEN)
        {
          ask_and_wait (&s, file->offset + from, (uint32_t) (file->length - from));
          check (&s, file->offset + from, (uint32_t) (file->length - from));
        }
    }
  ask_and_wait (&s, 8 * BT_BLOCK_LEN, 8 * BT_BLOCK_LEN);
  check (&s, 8 * BT_BLOCK_LEN, 8 * BT_BLOCK_LEN);
  scene_clear (&s);
}

/* What has been cut off a file has no leaves; the rest still has, and the owner is told once. */
static void
test_failure (void)
{
  g_autofree char *large = NULL;
  const BtFile *small;
  Scene s;

  scene_init (&s, 2);
  large = disk_torrent_path (s.t, s.t->target, 0);
  g_assert_cmpint (truncate (large, 20 * BT_BLOCK_LEN), ==, 0);
  ask_and_wait (&s, 0, 30 * BT_BLOCK_LEN);
  g_assert_null (s.leaves);
  ask_and_wait (&s, 0, 20 * BT_BLOCK_LEN);
  check (&s, 0, 20 * BT_BLOCK_LEN);
  small = &s.t->layout->files[1];
  ask_and_wait (&s, small->offset, (uint32_t) small->length);
  check (&s, small->offset, (uint32_t) small->length);
  g_assert_cmpuint (s.n_faults, ==, 1);
  scene_clear (&s);
}

/* What was asked for is answered before the storage is closed, one way or the other. */
static void
test_close (void)
{
  Scene s;

  scene_init (&s, 1);
  for (int i = 0; i < 50; i++)
    ask (&s, 0, 30 * BT_BLOCK_LEN);
  scene_close (&s);
  g_assert_cmpuint (s.n_answers, ==, 50);
  g_assert_cmpuint (eng_disk_used (s.world.disk), ==, 0);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/disk/leaves/one-thread", GUINT_TO_POINTER (1), test_blocks);
  g_test_add_data_func ("/disk/leaves/threads", GUINT_TO_POINTER (3), test_blocks);
  g_test_add_func ("/disk/leaves/failure", test_failure);
  g_test_add_func ("/disk/leaves/close", test_close);
  return g_test_run ();
}
