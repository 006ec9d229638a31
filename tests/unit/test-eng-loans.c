/* test-eng-loans.c: a storage takes over files that another one has (BEP 52: the same root), never
 * what is not theirs, and lets its lenders go. */
#include <unistd.h>

#include <glib/gstdio.h>

#include "disk-world.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"

#define KIB 1024u
#define LARGE_LEN (9u * 1024u * KIB + 5u) /* more than is copied between two looks */

typedef struct
{
  DiskWorld world;
  char *source;
  DiskTorrent *lender;
  DiskTorrent *borrower;
} Scene;

/* The lender has everything, in a folder of its own or in @folder. */
static void
scene_init (Scene *s, const char *folder)
{
  *s = (Scene){ .source = files_folder () };
  files_write (s->source, "a", 100001, 1);
  files_write (s->source, "large", LARGE_LEN, 2);
  files_write (s->source, "tiny", 1, 3);
  disk_world_init (&s->world, 2, 0);
  s->lender
      = disk_torrent_new (&s->world, s->source, BT_FORMAT_V2, 64 * KIB, ENG_PREALLOCATE_SPARSE);
  if (folder != NULL)
    disk_torrent_move (s->lender, folder);
  disk_torrent_put_all (s->lender);
  disk_torrent_wait_checked (s->lender, s->lender->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&s->lender->good));
  s->borrower
      = disk_torrent_new (&s->world, s->source, BT_FORMAT_V2, 64 * KIB, ENG_PREALLOCATE_SPARSE);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->borrower);
  disk_torrent_free (s->lender);
  disk_world_clear (&s->world);
  files_remove (s->source);
}

static void
borrow_all (Scene *s)
{
  EngLoan loans[3];

  for (size_t i = 0; i < G_N_ELEMENTS (loans); i++)
    loans[i] = (EngLoan){ .file = i, .from = s->lender->storage, .from_file = i };
  eng_storage_borrow (s->borrower->storage, loans, G_N_ELEMENTS (loans));
}

static void
verify (Scene *s)
{
  unsigned n = s->borrower->n_verified;

  eng_storage_verify (s->borrower->storage);
  while (s->borrower->n_verified == n)
    disk_world_turn (&s->world);
}

/* Pieces that the borrower has of a file. */
static uint32_t
count_had (const Scene *s, size_t file)
{
  uint32_t first, end, n = 0;

  bt_layout_file_pieces (s->borrower->layout, file, &first, &end);
  for (uint32_t i = first; i < end; i++)
    n += bt_bitfield_test (&s->borrower->verified, i);
  return n;
}

static void
test_whole (void)
{
  Scene s;

  scene_init (&s, NULL);
  borrow_all (&s);
  verify (&s);
  g_assert_true (bt_bitfield_is_all (&s.borrower->verified));
  disk_torrent_compare (s.borrower);
  disk_torrent_close (s.lender); /* nothing holds it any more */
  scene_clear (&s);
}

/* Neither the file system nor the kernel can copy. */
static void
test_elsewhere (void)
{
  g_autofree char *folder = g_strdup ("/dev/shm/shoal-loans-XXXXXX");
  Scene s;

  if (g_mkdtemp (folder) == NULL)
    {
      g_test_skip ("there is no /dev/shm to write to");
      return;
    }
  scene_init (&s, folder);
  borrow_all (&s);
  verify (&s);
  g_assert_true (bt_bitfield_is_all (&s.borrower->verified));
  disk_torrent_compare (s.borrower);
  scene_clear (&s);
  files_remove (g_steal_pointer (&folder));
}

/* What a lender no longer has, or has of another length, is not made; what is spoilt is copied, and
 * found out. */
static void
test_damaged (void)
{
  g_auto (GStrv) paths = g_new0 (char *, 4);
  g_autofree char *made = NULL;
  g_autofree char *large = NULL;
  Scene s;

  scene_init (&s, NULL);
  for (size_t i = 0; i < 3; i++)
    paths[i] = disk_torrent_path (s.lender, s.lender->target, i);
  g_assert_cmpint (truncate (paths[0], 100000), ==, 0);
  large = g_path_get_dirname (paths[1]);
  files_spoil (large, "large", 70000);
  g_assert_cmpint (g_unlink (paths[2]), ==, 0);
  borrow_all (&s);
  verify (&s);
  made = disk_torrent_path (s.borrower, s.borrower->target, 0);
  g_assert_false (g_file_test (made, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_had (&s, 0), ==, 0);
  g_assert_cmpuint (count_had (&s, 1), ==, (LARGE_LEN - 1) / (64 * KIB)); /* all but one */
  g_assert_cmpuint (count_had (&s, 2), ==, 0);
  scene_clear (&s);
}

/* A file that has bytes is left alone, whatever they are. */
static void
test_there_already (void)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *bytes = NULL;
  gsize len;
  Scene s;

  scene_init (&s, NULL);
  path = disk_torrent_path (s.borrower, s.borrower->target, 0);
  folder = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "mine", 4, NULL));
  borrow_all (&s);
  verify (&s);
  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  g_assert_cmpmem (bytes, len, "mine", 4);
  g_assert_cmpuint (count_had (&s, 0), ==, 0);
  g_assert_cmpuint (count_had (&s, 2), ==, 1);
  scene_clear (&s);
}

/* A lender may be closed in the midst, and so may who borrows, before and after it has begun. */
static void
test_close (const void *data)
{
  bool begins = GPOINTER_TO_INT (data) != 0;
  Scene s;

  scene_init (&s, NULL);
  borrow_all (&s);
  if (begins)
    eng_storage_verify (s.borrower->storage);
  else
    disk_torrent_close (s.borrower);
  disk_torrent_close (s.lender);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/loans/whole", test_whole);
  g_test_add_func ("/disk/loans/elsewhere", test_elsewhere);
  g_test_add_func ("/disk/loans/damaged", test_damaged);
  g_test_add_func ("/disk/loans/there-already", test_there_already);
  g_test_add_data_func ("/disk/loans/close", GINT_TO_POINTER (false), test_close);
  g_test_add_data_func ("/disk/loans/close-in-the-midst", GINT_TO_POINTER (true), test_close);
  return g_test_run ();
}
