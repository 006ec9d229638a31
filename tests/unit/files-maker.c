/* files-maker.c: see the header. */
#include "files-maker.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "protocol/digest/btd.h"

char *
files_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("shoal-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_below (const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *below = g_build_filename (path, name, NULL);

          remove_below (below);
        }
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
files_remove (char *folder)
{
  remove_below (folder);
  g_free (folder);
}

uint8_t *
files_bytes (size_t len, uint32_t seed)
{
  uint8_t *bytes = g_malloc (len + 1);
  uint32_t state = seed * 2654435761u + 1;

  for (size_t i = 0; i < len; i++)
    {
      state = state * 1664525u + 1013904223u;
      bytes[i] = (uint8_t) (state >> 24);
    }
  return bytes;
}

void
files_write (const char *folder, const char *path, size_t len, uint32_t seed)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);
  g_autofree uint8_t *bytes = files_bytes (len, seed);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_assert_true (g_file_set_contents (full, (const char *) bytes, (gssize) len, NULL));
}

void
files_spoil (const char *folder, const char *path, size_t at)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  int fd = open (full, O_RDWR | O_CLOEXEC);
  uint8_t byte;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pread (fd, &byte, 1, (off_t) at), ==, 1);
  byte ^= 0x55;
  g_assert_cmpint (pwrite (fd, &byte, 1, (off_t) at), ==, 1);
  close (fd);
}

BtMetainfo *
files_torrent (const char *folder, BtFormat format, uint64_t piece_length, unsigned n_threads)
{
  const char *paths[] = { folder, NULL };
  BtfWalkOptions options = { 0 };
  BtBuilder words = { .format = format, .piece_length = piece_length };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, NULL, &options, NULL, &error);
  BtfCreate create = { .tree = tree, .ops = btd_ops (), .words = &words, .n_threads = n_threads };
  g_autoptr (GBytes) torrent = NULL;
  BtMetainfo *metainfo;

  g_assert_nonnull (tree);
  torrent = btf_create (&create, NULL, &error);
  g_assert_cmpint (error.why.code, ==, BT_OK);
  metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), &error.why);
  g_assert_cmpint (error.why.code, ==, BT_OK);
  g_assert_nonnull (metainfo);
  return metainfo;
}
