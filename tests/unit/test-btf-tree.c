/* test-btf-tree.c: which files a walk finds, in which order, under which names. */
#include <string.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "files-maker.h"
#include "protocol/files/btf-tree.h"

static const char *const content[] = {
  "b.txt", "a/z", "a/y.o", "a.txt", "A", "a/deep/er/x", ".hidden/f", "a/.dot", "ä", "zz",
};

static char *
make_content (void)
{
  char *folder = files_folder ();

  for (size_t i = 0; i < G_N_ELEMENTS (content); i++)
    files_write (folder, content[i], 10 + i, (uint32_t) i);
  return folder;
}

static char *
list (const BtfTree *tree)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < tree->entries->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            g_array_index (tree->entries, BtfEntry, i).path);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

typedef struct
{
  const char *name;
  const char *include[4];
  const char *exclude[4];
  bool hidden;
  BtfSort sort;
  const char *expected;
} Case;

static const Case cases[] = {
  { "all", { 0 }, { 0 }, false, BTF_SORT_PATH, "A a/deep/er/x a/y.o a/z a.txt b.txt zz ä" },
  { "hidden",
    { 0 },
    { 0 },
    true,
    BTF_SORT_PATH,
    ".hidden/f A a/.dot a/deep/er/x a/y.o a/z a.txt b.txt zz ä" },
  { "size", { 0 }, { 0 }, false, BTF_SORT_SIZE, "zz ä a/deep/er/x A a.txt a/y.o a/z b.txt" },
  { "exclude-name", { 0 }, { "*.o" }, false, BTF_SORT_PATH, "A a/deep/er/x a/z a.txt b.txt zz ä" },
  { "exclude-folder", { 0 }, { "deep" }, false, BTF_SORT_PATH, "A a/y.o a/z a.txt b.txt zz ä" },
  { "exclude-path", { 0 }, { "a/*" }, false, BTF_SORT_PATH, "A a.txt b.txt zz ä" },
  { "include-name", { "*.txt" }, { 0 }, false, BTF_SORT_PATH, "a.txt b.txt" },
  { "include-folder", { "a" }, { 0 }, false, BTF_SORT_PATH, "a/deep/er/x a/y.o a/z" },
  { "include-path", { "a/deep/*" }, { 0 }, false, BTF_SORT_PATH, "a/deep/er/x" },
  { "both", { "a" }, { "*.o" }, false, BTF_SORT_PATH, "a/deep/er/x a/z" },
  { "question-mark", { "?" }, { 0 }, false, BTF_SORT_PATH, "A a/deep/er/x a/y.o a/z ä" },
};

static void
test_case (const void *data)
{
  const Case *c = data;
  char *folder = make_content ();
  const char *paths[] = { folder, NULL };
  BtfWalkOptions options = { .include = c->include[0] != NULL ? c->include : NULL,
                             .exclude = c->exclude[0] != NULL ? c->exclude : NULL,
                             .hidden = c->hidden,
                             .sort = c->sort };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &options, NULL, &error);
  g_autofree char *found = NULL;

  g_assert_nonnull (tree);
  found = list (tree);
  g_assert_cmpstr (found, ==, c->expected);
  files_remove (folder);
}

/* --- roots --- */

static void
test_single_file (void)
{
  char *folder = make_content ();
  g_autofree char *path = g_build_filename (folder, "b.txt", NULL);
  const char *paths[] = { path, NULL };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &(BtfWalkOptions){ 0 }, NULL, &error);
  g_autofree char *disk = NULL;

  g_assert_nonnull (tree);
  g_assert_true (tree->single_file);
  g_assert_cmpstr (tree->name, ==, "b.txt");
  disk = btf_tree_disk_path (tree, 0);
  g_assert_cmpstr (disk, ==, path);
  files_remove (folder);
}

static void
test_several (void)
{
  char *folder = make_content ();
  g_autofree char *a = g_build_filename (folder, "a", NULL);
  g_autofree char *b = g_build_filename (folder, "b.txt", NULL);
  const char *paths[] = { b, a, NULL };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, "both", &(BtfWalkOptions){ 0 }, NULL, &error);
  g_autofree char *found = NULL;

  g_assert_nonnull (tree);
  found = list (tree);
  g_assert_cmpstr (found, ==, "a/deep/er/x a/y.o a/z b.txt");
  g_assert_cmpstr (tree->name, ==, "both");
  g_assert_false (tree->single_file);
  for (guint i = 0; i < tree->entries->len; i++)
    {
      int fd = btf_tree_open (tree, i);

      g_assert_cmpint (fd, >=, 0);
      close (fd);
    }
  files_remove (folder);
}

static void
test_same_name_twice (void)
{
  char *folder = make_content ();
  g_autofree char *path = g_build_filename (folder, "b.txt", NULL);
  const char *paths[] = { path, path, NULL };
  g_auto (BtfError) error = { 0 };

  g_assert_null (btf_tree_walk (paths, "twice", &(BtfWalkOptions){ 0 }, NULL, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_EXISTS);
  files_remove (folder);
}

/* --- links --- */

static char *
make_links (void)
{
  char *folder = make_content ();
  static const char *const links[][2]
      = { { "a", "to-folder" }, { "b.txt", "to-file" }, { "nothing", "broken" } };

  for (size_t i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *at = g_build_filename (folder, links[i][1], NULL);

      g_assert_cmpint (symlink (links[i][0], at), ==, 0);
    }
  return folder;
}

/* What is given, below a folder, and under which name; what the torrent is of then. */
static const struct
{
  const char *name;
  const char *files[4]; /* that there are */
  const char *paths[3];
  const char *torrent; /* NULL: as the path */
  bool single;
  const char *disk;   /* of the first file */
  const char *folder; /* NULL: it cannot be seeded */
} placed[] = {
  { "file", { "x" }, { "x" }, NULL, true, "x", "" },
  { "renamed", { "x" }, { "x" }, "y", true, "x", NULL },
  { "folder", { "x/a" }, { "x" }, NULL, false, "x/a", "" },
  { "folder-renamed", { "x/a" }, { "x" }, "y", false, "x/a", NULL },
  { "lone", { "x/x" }, { "x" }, NULL, true, "x/x", "x" },
  { "lone-by-name", { "x/y" }, { "x" }, "y", true, "x/y", "x" },
  { "lone-below", { "x/x/x" }, { "x" }, NULL, false, "x/x/x", "" },
  { "not-lone", { "x/x", "x/a" }, { "x" }, NULL, false, "x/a", "" },
  { "several", { "x/a", "x/b" }, { "x/b", "x/a" }, "x", false, "x/a", "" },
  { "several-renamed", { "x/a", "x/b" }, { "x/a", "x/b" }, "y", false, "x/a", NULL },
  { "scattered", { "x/a", "y/b" }, { "x/a", "y/b" }, "x", false, "x/a", NULL },
  { "lone-of-several", { "x/b", "y/.c" }, { "x/b", "y" }, "b", true, "x/b", "x" },
};

static void
test_placed (const void *data)
{
  g_autofree char *folder = files_folder ();
  size_t i = GPOINTER_TO_SIZE (data);
  g_auto (GStrv) paths = g_new0 (char *, G_N_ELEMENTS (placed->paths));
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = NULL;
  g_autofree char *disk = g_build_filename (folder, placed[i].disk, NULL);
  g_autofree char *found = NULL;
  g_autofree char *seeded = NULL;
  g_autofree char *expected
      = placed[i].folder != NULL ? g_canonicalize_filename (placed[i].folder, folder) : NULL;

  for (size_t at = 0; at < G_N_ELEMENTS (placed->files) && placed[i].files[at] != NULL; at++)
    files_write (folder, placed[i].files[at], 10, 1);
  for (size_t at = 0; at < G_N_ELEMENTS (placed->paths) && placed[i].paths[at] != NULL; at++)
    paths[at] = g_build_filename (folder, placed[i].paths[at], NULL);
  tree = btf_tree_walk ((const char *const *) paths, placed[i].torrent, &(BtfWalkOptions){ 0 },
                        NULL, &error);
  g_assert_nonnull (tree);
  found = btf_tree_disk_path (tree, 0);
  seeded = btf_tree_folder (tree);
  g_assert_cmpint (tree->single_file, ==, placed[i].single);
  g_assert_cmpstr (found, ==, disk);
  g_assert_cmpstr (seeded, ==, expected);
  files_remove (g_steal_pointer (&folder));
}

static void
test_links_left_out (void)
{
  char *folder = make_links ();
  const char *paths[] = { folder, NULL };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &(BtfWalkOptions){ 0 }, NULL, &error);

  g_assert_nonnull (tree);
  g_assert_cmpuint (tree->skipped_links, ==, 3);
  files_remove (folder);
}

static void
test_links_followed (void)
{
  char *folder = make_links ();
  g_autofree char *broken = g_build_filename (folder, "broken", NULL);
  const char *paths[] = { folder, NULL };
  BtfWalkOptions options = { .follow_symlinks = true };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &options, NULL, &error);
  g_autofree char *found = NULL;

  g_assert_null (tree);
  g_assert_cmpint (error.why.code, ==, BT_ERROR_OPEN);
  g_assert_nonnull (strstr (error.path, "broken"));
  btf_error_clear (&error);
  g_assert_cmpint (g_unlink (broken), ==, 0);
  tree = btf_tree_walk (paths, NULL, &options, NULL, &error);
  g_assert_nonnull (tree);
  found = list (tree);
  g_assert_nonnull (strstr (found, "to-file to-folder/deep/er/x to-folder/y.o to-folder/z"));
  files_remove (folder);
}

static void
test_link_loop (void)
{
  char *folder = make_content ();
  g_autofree char *at = g_build_filename (folder, "a/deep/up", NULL);
  const char *paths[] = { folder, NULL };
  BtfWalkOptions options = { .follow_symlinks = true };
  g_auto (BtfError) error = { 0 };

  g_assert_cmpint (symlink ("../..", at), ==, 0);
  g_assert_null (btf_tree_walk (paths, NULL, &options, NULL, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_LINK_LOOP);
  files_remove (folder);
}

/* --- what cannot be shared --- */

typedef struct
{
  const char *name;
  const char *file; /* NULL: nothing at all */
  size_t len;
  BtErrorCode code;
} Refused;

static const Refused refused[] = {
  { "not-utf-8", "caf\xe9", 1, BT_ERROR_NAME_ENCODING },
  { "device", "CON", 1, BT_ERROR_NAME_UNFIT },
  { "backslash", "a\\b", 1, BT_ERROR_NAME_UNFIT },
  { "control", "a\nb", 1, BT_ERROR_NAME_UNFIT },
  { "nothing", NULL, 0, BT_ERROR_NOTHING_TO_SHARE },
  { "empty-files", "empty", 0, BT_ERROR_NOTHING_TO_SHARE },
  { "hidden-alone", ".hidden", 5, BT_ERROR_NOTHING_TO_SHARE },
};

static void
test_refused (const void *data)
{
  const Refused *r = data;
  char *folder = files_folder ();
  const char *paths[] = { folder, NULL };
  g_auto (BtfError) error = { 0 };

  if (r->file != NULL)
    files_write (folder, r->file, r->len, 1);
  g_assert_null (btf_tree_walk (paths, NULL, &(BtfWalkOptions){ 0 }, NULL, &error));
  g_assert_cmpint (error.why.code, ==, r->code);
  files_remove (folder);
}

static void
test_absent (void)
{
  const char *paths[] = { "/nowhere/at/all", NULL };
  g_auto (BtfError) error = { 0 };

  g_assert_null (btf_tree_walk (paths, NULL, &(BtfWalkOptions){ 0 }, NULL, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_OPEN);
  g_assert_cmpstr (error.path, ==, "/nowhere/at/all");
}

/* Names as a person types them: the torrent is called by what they lead to. */
static void
test_names (void)
{
  char *folder = make_content ();
  g_autofree char *real = g_path_get_basename (folder);
  g_autofree char *slash = g_strconcat (folder, "/", NULL);
  g_autofree char *dot = g_strconcat (folder, "/.", NULL);
  g_autofree char *up = g_strconcat (folder, "/a/..", NULL);
  const char *spellings[] = { slash, dot, up };

  for (size_t i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      const char *paths[] = { spellings[i], NULL };
      g_auto (BtfError) error = { 0 };
      g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &(BtfWalkOptions){ 0 }, NULL, &error);

      g_assert_nonnull (tree);
      g_assert_cmpstr (tree->name, ==, real);
    }
  files_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/tree/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = g_strconcat ("/tree/refused/", refused[i].name, NULL);

      g_test_add_data_func (path, &refused[i], test_refused);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (placed); i++)
    {
      g_autofree char *path = g_strconcat ("/tree/placed/", placed[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_placed);
    }
  g_test_add_func ("/tree/single-file", test_single_file);
  g_test_add_func ("/tree/several", test_several);
  g_test_add_func ("/tree/same-name-twice", test_same_name_twice);
  g_test_add_func ("/tree/links/left-out", test_links_left_out);
  g_test_add_func ("/tree/links/followed", test_links_followed);
  g_test_add_func ("/tree/links/loop", test_link_loop);
  g_test_add_func ("/tree/absent", test_absent);
  g_test_add_func ("/tree/names", test_names);
  return g_test_run ();
}
