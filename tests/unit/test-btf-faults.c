/* test-btf-faults.c: every system call of writing, walking, creating and verifying fails once. What
 * comes out is the truth, what is on disk is the old or the new, and no descriptor stays open. */
#include <errno.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "faults.h"
#include "files-maker.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-output.h"
#include "protocol/files/btf-verify.h"

/* More calls than any operation here makes. */
#define MANY_CALLS 1000
#define PIECE 32768

static char *
make_content (void)
{
  char *folder = files_folder ();

  files_write (folder, "a", 100000, 1);
  files_write (folder, "b/middle", 50000, 2);
  files_write (folder, "b/deep/c", 200000, 3);
  files_write (folder, "d-empty", 0, 4);
  return folder;
}

typedef struct
{
  const char *name;
  int sys_errno;
} Failure;

static const Failure failures[] = {
  { "io", EIO },
  { "space", ENOSPC },
  { "descriptors", EMFILE },
};

/* Runs the operation with a failure in its first call, then in its second one, until it makes fewer
 * calls. */
static void
sweep (void (*operation) (unsigned nth, int sys_errno, bool *hit), int sys_errno)
{
  unsigned before = faults_count_descriptors ();
  unsigned nth = 0;
  bool hit;

  do
    {
      operation (++nth, sys_errno, &hit);
      g_assert_cmpuint (faults_count_descriptors (), ==, before);
    }
  while (hit && nth < MANY_CALLS);
  g_assert_cmpuint (nth, >, 3);
  g_assert_cmpuint (nth, <, MANY_CALLS);
}

/* --- writing a file --- */

static void
assert_only (const char *folder, const char *text)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *path = g_build_filename (folder, "out", NULL);
  g_autofree char *found = NULL;

  if (text != NULL)
    {
      g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
      g_assert_cmpstr (found, ==, text);
      g_assert_cmpstr (g_dir_read_name (dir), ==, "out");
    }
  g_assert_null (g_dir_read_name (dir));
}

static bool
has_text (const char *path, const char *text)
{
  g_autofree char *found = NULL;

  return g_file_get_contents (path, &found, NULL, NULL) && strcmp (found, text) == 0;
}

static void
write_once (const char *old, unsigned nth, int sys_errno, bool *hit)
{
  char *folder = files_folder ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);
  g_auto (BtfError) error = { 0 };
  bool ok;

  if (old != NULL)
    g_assert_true (g_file_set_contents (path, old, -1, NULL));
  faults_begin (nth, sys_errno);
  ok = btf_output_write (path, "new text", 8, old != NULL, &error);
  *hit = faults_end ();
  if (ok)
    g_assert_true (!*hit || sys_errno == FAULTS_SHORT || sys_errno == EINTR);
  else
    {
      g_assert_cmpint (error.why.sys_errno, ==, sys_errno);
      g_assert_cmpint (error.why.code, ==,
                       sys_errno == ENOSPC ? BT_ERROR_NO_SPACE : BT_ERROR_WRITE);
      g_assert_cmpstr (error.path, ==, path);
    }
  /* It may have its name already when its folder cannot be put on the device. */
  assert_only (folder, ok || has_text (path, "new text") ? "new text" : old);
  files_remove (folder);
}

static void
write_new (unsigned nth, int sys_errno, bool *hit)
{
  write_once (NULL, nth, sys_errno, hit);
}

static void
write_over (unsigned nth, int sys_errno, bool *hit)
{
  write_once ("old text", nth, sys_errno, hit);
}

static void
test_output (const void *data)
{
  const Failure *f = data;

  sweep (write_new, f->sys_errno);
  sweep (write_over, f->sys_errno);
}

/* Half of the bytes, then the rest. */
static void
test_output_short (void)
{
  sweep (write_new, FAULTS_SHORT);
  sweep (write_over, FAULTS_SHORT);
}

/* File systems without unnamed files: the temporary one has a name, and goes. */
static void
test_output_named (void)
{
  const int without[] = { EOPNOTSUPP, EISDIR, EINVAL };

  for (size_t i = 0; i < G_N_ELEMENTS (without); i++)
    {
      char *folder = files_folder ();
      g_autofree char *path = g_build_filename (folder, "out", NULL);
      g_auto (BtfError) error = { 0 };

      for (int overwrite = 0; overwrite <= 1; overwrite++)
        {
          faults_begin (1, without[i]);
          g_assert_true (btf_output_write (path, "new text", 8, overwrite == 1, &error));
          g_assert_true (faults_end ());
          assert_only (folder, "new text");
        }
      files_remove (folder);
    }
}

/* --- walking --- */

static void
walk_once (unsigned nth, int sys_errno, bool *hit)
{
  char *folder = make_content ();
  const char *paths[] = { folder, NULL };
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = NULL;

  faults_begin (nth, sys_errno);
  tree = btf_tree_walk (paths, NULL, &(BtfWalkOptions){ 0 }, NULL, &error);
  *hit = faults_end ();
  if (*hit)
    {
      g_assert_null (tree);
      g_assert_true (error.why.code == BT_ERROR_OPEN || error.why.code == BT_ERROR_READ);
      g_assert_cmpint (error.why.sys_errno, ==, sys_errno);
      g_assert_true (g_str_has_prefix (error.path, folder));
    }
  else
    g_assert_cmpuint (tree->entries->len, ==, 4);
  files_remove (folder);
}

static void
test_walk (const void *data)
{
  sweep (walk_once, ((const Failure *) data)->sys_errno);
}

/* --- creating --- */

/* NULL and @error, or the torrent of the folder. (transfer full) */
static GBytes *
create (const char *folder, BtfError *error)
{
  const char *paths[] = { folder, NULL };
  g_autoptr (BtfTree) tree = btf_tree_walk (paths, "name", &(BtfWalkOptions){ 0 }, NULL, error);
  BtBuilder words = { .format = BT_FORMAT_HYBRID, .piece_length = PIECE };
  BtfCreate create = { .tree = tree, .ops = btd_ops (), .words = &words, .n_threads = 1 };

  return tree != NULL ? btf_create (&create, NULL, error) : NULL;
}

/* A torrent that comes out is the right one: what the disk is like is asked as well, and no answer
 * to that does no harm. */
static void
create_once (unsigned nth, int sys_errno, bool *hit)
{
  char *folder = make_content ();
  g_auto (BtfError) error = { 0 };
  g_autoptr (GBytes) right = create (folder, &error);
  g_autoptr (GBytes) torrent = NULL;

  faults_begin (nth, sys_errno);
  torrent = create (folder, &error);
  *hit = faults_end ();
  if (torrent != NULL)
    g_assert_true (g_bytes_equal (torrent, right));
  else
    {
      g_assert_true (*hit);
      g_assert_true (error.why.code == BT_ERROR_OPEN || error.why.code == BT_ERROR_READ);
      g_assert_cmpint (error.why.sys_errno, ==, sys_errno);
      g_assert_true (g_str_has_prefix (error.path, folder));
    }
  files_remove (folder);
}

static void
test_create (const void *data)
{
  sweep (create_once, ((const Failure *) data)->sys_errno);
}

/* --- verifying --- */

/* A file that cannot be read is said to be so, and no piece of it is good. */
static void
check_report (const BtfReport *report, int sys_errno)
{
  const BtLayout *layout = bt_metainfo_layout (report->metainfo);
  size_t n_unreadable = 0;

  for (size_t i = 0; i < layout->n_files; i++)
    if (report->files[i].state == BTF_FILE_UNREADABLE)
      {
        n_unreadable++;
        g_assert_cmpint (report->files[i].sys_errno, ==, sys_errno);
      }
    else
      g_assert_cmpint (report->files[i].state, ==, BTF_FILE_GOOD);
  g_assert_cmpuint (report->n_bad_files, ==, n_unreadable);
  g_assert_cmpuint (n_unreadable, ==, 1);
}

static void
verify_once (unsigned nth, int sys_errno, bool *hit)
{
  char *folder = make_content ();
  g_autoptr (BtMetainfo) m = files_torrent (folder, BT_FORMAT_V2, PIECE, 1);
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfReport) report = NULL;

  faults_begin (nth, sys_errno);
  report = btf_verify (m, folder, btd_ops (), 1, NULL, &error);
  *hit = faults_end ();
  if (report == NULL)
    {
      g_assert_cmpint (error.why.code, ==, BT_ERROR_OPEN);
      g_assert_cmpint (error.why.sys_errno, ==, sys_errno);
    }
  else if (*hit && report->n_bad_files > 0)
    check_report (report, sys_errno);
  else
    g_assert_cmpuint (report->n_good, ==, bt_metainfo_layout (m)->n_pieces);
  files_remove (folder);
}

static void
test_verify (const void *data)
{
  sweep (verify_once, ((const Failure *) data)->sys_errno);
}

/* --- interruptions --- */

static void
test_interrupted_reads (void)
{
  bool hit;

  for (unsigned nth = 1; nth < MANY_CALLS; nth++)
    {
      char *folder = make_content ();
      g_autoptr (BtMetainfo) m = files_torrent (folder, BT_FORMAT_V1, PIECE, 1);
      g_auto (BtfError) error = { 0 };
      g_autoptr (BtfReport) report = NULL;

      faults_begin (nth, EINTR);
      report = btf_verify (m, folder, btd_ops (), 1, NULL, &error);
      hit = faults_end ();
      if (g_strcmp0 (faults_where (), "pread64") == 0)
        g_assert_cmpuint (report->n_good, ==, bt_metainfo_layout (m)->n_pieces);
      files_remove (folder);
      if (!hit)
        return;
    }
  g_assert_not_reached ();
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (const void *data);
  } operations[] = {
    { "output", test_output },
    { "walk", test_walk },
    { "create", test_create },
    { "verify", test_verify },
  };

  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (operations); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (failures); j++)
      {
        g_autofree char *name
            = g_strdup_printf ("/faults/%s/%s", operations[i].name, failures[j].name);

        g_test_add_data_func (name, &failures[j], operations[i].test);
      }
  g_test_add_func ("/faults/output/short", test_output_short);
  g_test_add_func ("/faults/output/named", test_output_named);
  g_test_add_func ("/faults/interrupted-reads", test_interrupted_reads);
  return g_test_run ();
}
