/* test-eng-roots.c: files of one content, in torrents of any kind. */
#include <glib.h>

#include "client-core/engine/eng-roots.h"
#include "files-maker.h"
#include "protocol/digest/btd.h"
#include "tests/unit/torrent-maker.h"

#define KIB 1024

typedef struct
{
  char *folder;
  BtMetainfo *metainfo;
} Torrent;

/* A file that both have, one that is short, and one of its own. */
static void
torrent_init (Torrent *t, const char *name, BtFormat format, uint64_t piece_length, uint32_t seed)
{
  t->folder = files_folder ();
  files_write (t->folder, name, 300 * KIB + 1, 1);
  files_write (t->folder, "short", ENG_ROOTS_MIN - 1, 2);
  files_write (t->folder, "zz", 200 * KIB, seed);
  t->metainfo = files_torrent (t->folder, format, piece_length, 1);
}

static void
torrent_clear (Torrent *t)
{
  bt_metainfo_unref (t->metainfo);
  files_remove (t->folder);
}

static guint
count (const EngRoots *roots, const Torrent *t, const char *path)
{
  const BtLayout *layout = bt_metainfo_layout (t->metainfo);
  const GArray *holders = NULL;

  for (size_t i = 0; i < layout->n_files; i++)
    if (g_str_equal (layout->files[i].path, path))
      holders = eng_roots_find (roots, &layout->files[i]);
  return holders != NULL ? holders->len : 0;
}

static void
test_roots (void)
{
  EngRoots *roots = eng_roots_new ();
  Torrent one, two, v1;

  torrent_init (&one, "a", BT_FORMAT_V2, 16 * KIB, 3);
  torrent_init (&two, "another", BT_FORMAT_HYBRID, 128 * KIB, 4);
  torrent_init (&v1, "a", BT_FORMAT_V1, 16 * KIB, 3);
  eng_roots_add (roots, &one, one.metainfo);
  eng_roots_add (roots, &v1, v1.metainfo);
  g_assert_cmpuint (count (roots, &two, "another"), ==, 1);
  g_assert_cmpuint (count (roots, &two, "zz"), ==, 0);
  eng_roots_add (roots, &two, two.metainfo);
  g_assert_cmpuint (count (roots, &one, "a"), ==, 2);
  g_assert_cmpuint (count (roots, &one, "zz"), ==, 1);
  g_assert_cmpuint (count (roots, &one, "short"), ==, 0);
  g_assert_cmpuint (count (roots, &v1, "a"), ==, 0); /* it has no root to ask with */
  eng_roots_remove (roots, &one, one.metainfo);
  g_assert_cmpuint (count (roots, &two, "another"), ==, 1);
  eng_roots_remove (roots, &two, two.metainfo);
  g_assert_cmpuint (count (roots, &two, "another"), ==, 0);
  eng_roots_remove (roots, &v1, v1.metainfo);
  torrent_clear (&one);
  torrent_clear (&two);
  torrent_clear (&v1);
  eng_roots_free (roots);
}

/* A torrent that has a file twice holds it twice, and goes whole. */
static void
test_twice (void)
{
  EngRoots *roots = eng_roots_new ();
  Torrent t;

  torrent_init (&t, "a", BT_FORMAT_V2, 16 * KIB, 1);
  bt_metainfo_unref (t.metainfo);
  files_write (t.folder, "b", 300 * KIB + 1, 1);
  t.metainfo = files_torrent (t.folder, BT_FORMAT_V2, 16 * KIB, 1);
  eng_roots_add (roots, &t, t.metainfo);
  g_assert_cmpuint (count (roots, &t, "b"), ==, 2);
  eng_roots_remove (roots, &t, t.metainfo);
  g_assert_cmpuint (count (roots, &t, "b"), ==, 0);
  torrent_clear (&t);
  eng_roots_free (roots);
}

/* Roots that a stranger has chosen so that they begin alike cost no more than others. */
static void
test_alike (void)
{
  g_autoptr (GBytes) info = maker_alike (30000, ENG_ROOTS_MIN);
  g_autoptr (BtMetainfo) metainfo
      = bt_metainfo_parse_info (info, BT_ORIGIN_STRANGER, btd_ops (), NULL);
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  EngRoots *roots = eng_roots_new ();

  eng_roots_add (roots, info, metainfo);
  for (size_t i = 0; i < layout->n_files; i++)
    g_assert_cmpuint (eng_roots_find (roots, &layout->files[i])->len, ==, 1);
  eng_roots_remove (roots, info, metainfo);
  g_assert_null (eng_roots_find (roots, &layout->files[0]));
  eng_roots_free (roots);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roots/across-torrents", test_roots);
  g_test_add_func ("/roots/twice", test_twice);
  g_test_add_func ("/roots/alike", test_alike);
  return g_test_run ();
}
