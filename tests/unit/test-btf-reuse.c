/* test-btf-reuse.c: hashes of other torrents are taken where they hold, and only there. */
#include "protocol/files/btf-reuse.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "protocol/digest/btd.h"
#include "protocol/files/btf-create.h"

#define PIECE UINT64_C (16384)
#define PIECES 200

/* Files of every case, in a folder of their own. */
static const struct
{
  const char *path;
  uint64_t length;
} files[] = {
  { "a.bin", PIECES *PIECE + 5 },
  { "sub/b.bin", 3 * PIECE },
  { "sub/empty", 0 },
  { "sub/small", 10 },
};

typedef struct
{
  char *folder; /* of everything */
  char *content;
} Place;

static void
write_file (const char *folder, const char *path, uint64_t length, guint32 seed)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);
  g_autofree char *data = g_malloc (length + 1);
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);

  for (uint64_t i = 0; i < length; i++)
    data[i] = (char) g_rand_int (chance);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (full, data, (gssize) length, NULL));
}

static Place
place_new (void)
{
  Place place = { .folder = g_dir_make_tmp ("shoal-reuse-XXXXXX", NULL) };

  g_assert_nonnull (place.folder);
  place.content = g_build_filename (place.folder, "content", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    write_file (place.content, files[i].path, files[i].length, (guint32) i + 1);
  return place;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_all (below);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
place_clear (Place *place)
{
  remove_all (place->folder);
  g_free (place->folder);
  g_free (place->content);
}

/* The torrent of @path, with hashes of @reuse_path when that is given. */
static GBytes *
create (const char *path, BtFormat format, uint64_t piece_length, const char *reuse_path,
        BtfReuseSum *sum)
{
  const char *paths[] = { path, NULL };
  BtfWalkOptions options = { 0 };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &options, NULL, &error);
  g_autoptr (BtfReuse) reuse = NULL;
  BtBuilder words = { .format = format, .piece_length = piece_length };
  BtfCreate creation = { .tree = tree, .ops = btd_ops (), .words = &words, .n_threads = 2 };
  GBytes *torrent;

  g_assert_nonnull (tree);
  if (reuse_path != NULL)
    {
      reuse = btf_reuse_new (tree, format, btd_ops ());
      g_assert_true (btf_reuse_add (reuse, reuse_path, NULL, &error));
      creation.reuse = reuse;
    }
  torrent = btf_create (&creation, NULL, &error);
  g_assert_nonnull (torrent);
  if (reuse != NULL)
    *sum = btf_reuse_sum (reuse);
  return torrent;
}

static char *
save (const Place *place, GBytes *torrent)
{
  g_autofree char *folder = g_build_filename (place->folder, "torrents", "deep", NULL);
  char *path = g_build_filename (folder, "other.torrent", NULL);
  gsize len;
  const char *data = g_bytes_get_data (torrent, &len);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, data, (gssize) len, NULL));
  return path;
}

/* What happens to the content after the other torrent was made. */
typedef enum
{
  KEEP,
  CHANGE_START, /* of a.bin */
  CHANGE_END,
  RENAME_FOLDER, /* sub */
  RENAME_FILE,   /* a.bin */
  ADD_FILE       /* behind all others */
} Change;

static void
flip_byte (const Place *place, const char *name, uint64_t at)
{
  g_autofree char *path = g_build_filename (place->content, name, NULL);
  int fd = open (path, O_RDWR | O_CLOEXEC);
  char byte;

  g_assert_cmpint (pread (fd, &byte, 1, (off_t) at), ==, 1);
  byte = (char) ~byte;
  g_assert_cmpint (pwrite (fd, &byte, 1, (off_t) at), ==, 1);
  close (fd);
}

static void
rename_in (const Place *place, const char *from, const char *to)
{
  g_autofree char *a = g_build_filename (place->content, from, NULL);
  g_autofree char *b = g_build_filename (place->content, to, NULL);

  g_assert_cmpint (g_rename (a, b), ==, 0);
}

static void
apply (const Place *place, Change change)
{
  if (change == CHANGE_START)
    flip_byte (place, "a.bin", 0);
  else if (change == CHANGE_END)
    flip_byte (place, "a.bin", PIECES * PIECE + 4);
  else if (change == RENAME_FOLDER)
    rename_in (place, "sub", "sub2");
  else if (change == RENAME_FILE)
    rename_in (place, "a.bin", "aa.bin");
  else if (change == ADD_FILE)
    write_file (place->content, "z", 2 * PIECE + 1, 9);
}

static const struct
{
  const char *name;
  const char *below; /* the content folder: NULL for all of it */
  BtFormat from;
  BtFormat to;
  uint64_t from_piece;
  Change change;
  size_t files; /* that are taken */
  size_t different;
} cases[] = {
  { "v1", NULL, BT_FORMAT_V1, BT_FORMAT_V1, PIECE, KEEP, 3, 0 },
  { "v2", NULL, BT_FORMAT_V2, BT_FORMAT_V2, PIECE, KEEP, 2, 0 },
  { "hybrid", NULL, BT_FORMAT_HYBRID, BT_FORMAT_HYBRID, PIECE, KEEP, 2, 0 },
  { "v2-from-hybrid", NULL, BT_FORMAT_HYBRID, BT_FORMAT_V2, PIECE, KEEP, 2, 0 },
  { "v1-from-hybrid-of-many", NULL, BT_FORMAT_HYBRID, BT_FORMAT_V1, PIECE, KEEP, 0, 0 },
  { "v1-from-hybrid-of-one", "a.bin", BT_FORMAT_HYBRID, BT_FORMAT_V1, PIECE, KEEP, 1, 0 },
  { "hybrid-from-v1", NULL, BT_FORMAT_V1, BT_FORMAT_HYBRID, PIECE, KEEP, 0, 0 },
  { "hybrid-from-v2", NULL, BT_FORMAT_V2, BT_FORMAT_HYBRID, PIECE, KEEP, 0, 0 },
  { "other-piece-length", NULL, BT_FORMAT_V2, BT_FORMAT_V2, 2 * PIECE, KEEP, 0, 0 },
  { "v1-other-piece-length", NULL, BT_FORMAT_V1, BT_FORMAT_V1, 2 * PIECE, KEEP, 0, 0 },
  { "v1-changed-start", NULL, BT_FORMAT_V1, BT_FORMAT_V1, PIECE, CHANGE_START, 0, 3 },
  { "v1-changed-end", NULL, BT_FORMAT_V1, BT_FORMAT_V1, PIECE, CHANGE_END, 0, 3 },
  { "v2-changed-start", NULL, BT_FORMAT_V2, BT_FORMAT_V2, PIECE, CHANGE_START, 1, 1 },
  { "hybrid-changed-end", NULL, BT_FORMAT_HYBRID, BT_FORMAT_HYBRID, PIECE, CHANGE_END, 1, 1 },
  { "v1-renamed-folder", NULL, BT_FORMAT_V1, BT_FORMAT_V1, PIECE, RENAME_FOLDER, 0, 0 },
  { "v2-renamed-folder", NULL, BT_FORMAT_V2, BT_FORMAT_V2, PIECE, RENAME_FOLDER, 2, 0 },
  { "v2-renamed-file", NULL, BT_FORMAT_V2, BT_FORMAT_V2, PIECE, RENAME_FILE, 1, 0 },
  { "v1-added-file", NULL, BT_FORMAT_V1, BT_FORMAT_V1, PIECE, ADD_FILE, 0, 0 },
  { "hybrid-added-file", NULL, BT_FORMAT_HYBRID, BT_FORMAT_HYBRID, PIECE, ADD_FILE, 2, 0 },
  { "hybrid-last-becomes-inner", "a.bin", BT_FORMAT_HYBRID, BT_FORMAT_HYBRID, PIECE, KEEP, 1, 0 },
};

static void
test_case (gconstpointer data)
{
  size_t i = (size_t) GPOINTER_TO_SIZE (data);
  Place place = place_new ();
  g_autofree char *path = g_build_filename (place.content, cases[i].below, NULL);
  g_autoptr (GBytes) other = create (path, cases[i].from, cases[i].from_piece, NULL, NULL);
  g_autofree char *saved = save (&place, other); /* where it is found */
  bool inner = strcmp (cases[i].name, "hybrid-last-becomes-inner") == 0;
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GBytes) torrent = NULL;
  BtfReuseSum sum = { 0 };

  apply (&place, cases[i].change);
  if (inner)
    {
      g_free (path);
      path = g_strdup (place.content);
    }
  plain = create (path, cases[i].to, PIECE, NULL, NULL);
  torrent = create (path, cases[i].to, PIECE, saved, &sum);
  g_assert_true (g_bytes_equal (plain, torrent));
  g_assert_cmpuint (sum.files, ==, cases[i].files);
  g_assert_cmpuint (sum.different_files, ==, cases[i].different);
  if (cases[i].files > 0 && cases[i].change != CHANGE_START && cases[i].change != CHANGE_END
      && cases[i].change != RENAME_FILE)
    g_assert_cmpuint (sum.bytes, >, PIECES / 2 * PIECE);
  place_clear (&place);
}

/* A folder may hold anything; what is named must be a torrent. */
static void
test_folder (void)
{
  Place place = place_new ();
  g_autoptr (GBytes) other = create (place.content, BT_FORMAT_V2, PIECE, NULL, NULL);
  g_autofree char *saved = save (&place, other);
  g_autofree char *torrents = g_build_filename (place.folder, "torrents", NULL);
  g_autofree char *garbage = g_build_filename (torrents, "garbage.torrent", NULL);
  g_autofree char *nowhere = g_build_filename (torrents, "nowhere", NULL);
  const char *paths[] = { place.content, NULL };
  BtfWalkOptions options = { 0 };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &options, NULL, NULL);
  g_autoptr (BtfReuse) reuse = btf_reuse_new (tree, BT_FORMAT_V2, btd_ops ());

  g_assert_true (g_str_has_prefix (saved, torrents));
  g_assert_true (g_file_set_contents (garbage, "d4:infoe", -1, NULL));
  g_assert_cmpuint (btf_reuse_piece_length (reuse), ==, 0);
  g_assert_true (btf_reuse_add (reuse, torrents, NULL, &error));
  g_assert_cmpuint (btf_reuse_sum (reuse).torrents, ==, 1);
  g_assert_cmpuint (btf_reuse_piece_length (reuse), ==, PIECE);
  g_assert_false (btf_reuse_add (reuse, garbage, NULL, &error));
  g_assert_cmpstr (error.path, ==, garbage);
  btf_error_clear (&error);
  g_assert_false (btf_reuse_add (reuse, nowhere, NULL, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_OPEN);
  btf_error_clear (&error);
  g_assert_false (btf_reuse_add (reuse, "/dev/null", NULL, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_FILE_KIND);
  place_clear (&place);
}

static void
test_cancelled (void)
{
  Place place = place_new ();
  g_autoptr (GBytes) other = create (place.content, BT_FORMAT_V1, PIECE, NULL, NULL);
  g_autofree char *saved = save (&place, other);
  const char *paths[] = { place.content, NULL };
  BtfWalkOptions options = { 0 };
  atomic_bool cancel = true;
  BtfControl control = { .cancel = &cancel };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &options, NULL, NULL);
  g_autoptr (BtfReuse) reuse = btf_reuse_new (tree, BT_FORMAT_V1, btd_ops ());
  BtBuilder words = { .format = BT_FORMAT_V1, .piece_length = PIECE };
  BtfCreate creation
      = { .tree = tree, .ops = btd_ops (), .words = &words, .reuse = reuse, .n_threads = 1 };

  g_assert_true (btf_reuse_add (reuse, saved, NULL, &error));
  g_assert_null (btf_create (&creation, &control, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_CANCELLED);
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/reuse/take/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/reuse/folder", test_folder);
  g_test_add_func ("/reuse/cancelled", test_cancelled);
  return g_test_run ();
}
