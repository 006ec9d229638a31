/* test-btf-verify.c: what is wrong with files on disk is told apart, to the piece. */
#include <string.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "files-maker.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-verify.h"
#include "torrent-maker.h"

#define PIECE 32768

/* Three files that share pieces in v1: 100,000 + 50,000 + 200,000 bytes. */
static char *
make_content (void)
{
  char *folder = files_folder ();

  files_write (folder, "a", 100000, 1);
  files_write (folder, "b/middle", 50000, 2);
  files_write (folder, "c", 200000, 3);
  files_write (folder, "d-empty", 0, 4);
  return folder;
}

static void
cut (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "b/middle", NULL);

  g_assert_cmpint (truncate (path, 40000), ==, 0);
}

static void
lengthen (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "b/middle", NULL);

  g_assert_cmpint (truncate (path, 60000), ==, 0);
}

static void
drop (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "b/middle", NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
drop_empty (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "d-empty", NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
make_folder (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "b/middle", NULL);

  drop (folder);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
}

static void
spoil (const char *folder)
{
  files_spoil (folder, "b/middle", 20000);
}

static void
leave (const char *folder)
{
}

typedef struct
{
  const char *name;
  BtFormat format;
  void (*disturb) (const char *folder);
  const char *path; /* of the file that is at fault */
  BtfFileState state;
  uint32_t n_bad;     /* pieces */
  size_t n_bad_files; /* neighbours in v1 cannot be told from the culprit */
  bool bare;          /* without piece layers */
} Case;

/* b/middle covers bytes 100,000 to 150,000 of the space in v1: pieces 3 and 4, which it shares with
 * a and c. Byte 20,000 of it lies in piece 3. In v2 it has two pieces of its own. */
static const Case cases[] = {
  { "good-v1", BT_FORMAT_V1, leave, NULL, BTF_FILE_GOOD, 0, 0 },
  { "good-v2", BT_FORMAT_V2, leave, NULL, BTF_FILE_GOOD, 0, 0 },
  { "good-hybrid", BT_FORMAT_HYBRID, leave, NULL, BTF_FILE_GOOD, 0, 0 },
  { "corrupt-v1", BT_FORMAT_V1, spoil, "b/middle", BTF_FILE_CORRUPT, 1, 2 },
  { "corrupt-v2", BT_FORMAT_V2, spoil, "b/middle", BTF_FILE_CORRUPT, 1, 1 },
  { "corrupt-hybrid", BT_FORMAT_HYBRID, spoil, "b/middle", BTF_FILE_CORRUPT, 1, 1 },
  { "short-v1", BT_FORMAT_V1, cut, "b/middle", BTF_FILE_SHORT, 1, 1 },
  { "short-v2", BT_FORMAT_V2, cut, "b/middle", BTF_FILE_SHORT, 1, 1 },
  { "long-v1", BT_FORMAT_V1, lengthen, "b/middle", BTF_FILE_LONG, 0, 1 },
  { "long-v2", BT_FORMAT_V2, lengthen, "b/middle", BTF_FILE_LONG, 0, 1 },
  { "missing-v1", BT_FORMAT_V1, drop, "b/middle", BTF_FILE_MISSING, 2, 1 },
  { "missing-v2", BT_FORMAT_V2, drop, "b/middle", BTF_FILE_MISSING, 2, 1 },
  { "missing-hybrid", BT_FORMAT_HYBRID, drop, "b/middle", BTF_FILE_MISSING, 2, 1 },
  { "missing-empty", BT_FORMAT_V1, drop_empty, "d-empty", BTF_FILE_MISSING, 0, 1 },
  { "good-bare", BT_FORMAT_V2, leave, NULL, BTF_FILE_GOOD, 0, 0, true },
  { "corrupt-bare", BT_FORMAT_V2, spoil, "b/middle", BTF_FILE_CORRUPT, 2, 1, true },
  { "short-bare", BT_FORMAT_V2, cut, "b/middle", BTF_FILE_SHORT, 2, 1, true },
  { "long-bare", BT_FORMAT_V2, lengthen, "b/middle", BTF_FILE_LONG, 0, 1, true },
  { "missing-bare", BT_FORMAT_V2, drop, "b/middle", BTF_FILE_MISSING, 2, 1, true },
  { "corrupt-bare-hybrid", BT_FORMAT_HYBRID, spoil, "b/middle", BTF_FILE_CORRUPT, 1, 1, true },
  { "folder", BT_FORMAT_V2, make_folder, "b/middle", BTF_FILE_NOT_A_FILE, 2, 1 },
};

static size_t
find_file (const BtMetainfo *m, const char *path)
{
  const BtLayout *layout = bt_metainfo_layout (m);

  for (size_t i = 0; i < layout->n_files; i++)
    if (strcmp (layout->files[i].path, path) == 0)
      return i;
  g_assert_not_reached ();
}

static void
test_case (const void *data)
{
  const Case *c = data;
  char *folder = make_content ();
  g_autoptr (BtMetainfo) whole = files_torrent (folder, c->format, PIECE, 2);
  g_autoptr (BtMetainfo) m = c->bare ? maker_without_layers (whole) : bt_metainfo_ref (whole);
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfReport) report = NULL;

  g_assert_cmpint (bt_metainfo_lacks_layers (m) > 0, ==, c->bare);
  c->disturb (folder);
  report = btf_verify (m, folder, btd_ops (), 2, NULL, &error);
  g_assert_nonnull (report);
  g_assert_cmpuint (bt_metainfo_layout (m)->n_pieces - report->n_good, ==, c->n_bad);
  g_assert_cmpuint (report->n_bad_files, ==, c->n_bad_files);
  if (c->path != NULL)
    g_assert_cmpint (report->files[find_file (m, c->path)].state, ==, c->state);
  files_remove (folder);
}

/* The content is found under its name in a folder, or given itself. */
static void
test_places (void)
{
  char *folder = make_content ();
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autoptr (BtMetainfo) m = files_torrent (folder, BT_FORMAT_HYBRID, PIECE, 1);
  const char *places[] = { folder, parent };
  g_auto (BtfError) error = { 0 };

  for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (BtfReport) report = btf_verify (m, places[i], btd_ops (), 1, NULL, &error);

      g_assert_nonnull (report);
      g_assert_cmpuint (report->n_bad_files, ==, 0);
    }
  g_assert_null (btf_verify (m, "/nowhere/at/all", btd_ops (), 1, NULL, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_OPEN);
  files_remove (folder);
}

static void
test_single_file (void)
{
  char *folder = files_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  const char *places[] = { folder, path };
  g_autoptr (BtMetainfo) m = NULL;
  g_auto (BtfError) error = { 0 };

  files_write (folder, "film", 123456, 1);
  m = files_torrent (path, BT_FORMAT_HYBRID, PIECE, 1);
  g_assert_true (bt_metainfo_is_single_file (m));
  for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (BtfReport) report = btf_verify (m, places[i], btd_ops (), 1, NULL, &error);

      g_assert_nonnull (report);
      g_assert_cmpuint (report->n_good, ==, bt_metainfo_layout (m)->n_pieces);
    }
  files_remove (folder);
}

static void
test_cancel (void)
{
  char *folder = make_content ();
  g_autoptr (BtMetainfo) m = files_torrent (folder, BT_FORMAT_V1, PIECE, 1);
  atomic_bool stop = true;
  BtfControl control = { .cancel = &stop };
  g_auto (BtfError) error = { 0 };

  g_assert_null (btf_verify (m, folder, btd_ops (), 2, &control, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_CANCELLED);
  files_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/verify/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/verify/places", test_places);
  g_test_add_func ("/verify/single-file", test_single_file);
  g_test_add_func ("/verify/cancel", test_cancel);
  return g_test_run ();
}
