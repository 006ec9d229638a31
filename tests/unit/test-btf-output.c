/* test-btf-output.c: a file is there whole or not at all. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "files-maker.h"
#include "protocol/files/btf-output.h"

static unsigned
count_names (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  unsigned n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_write (void)
{
  char *folder = files_folder ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);
  g_auto (BtfError) error = { 0 };
  g_autofree char *text = NULL;
  struct stat st;

  g_assert_true (btf_output_write (path, "first", 5, false, &error));
  g_assert_false (btf_output_write (path, "second", 6, false, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_EXISTS);
  btf_error_clear (&error);
  g_assert_true (btf_output_write (path, "third", 5, true, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "third");
  g_assert_cmpuint (count_names (folder), ==, 1);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0666 & ~(unsigned) 022);
  files_remove (folder);
}

static void
test_no_folder (void)
{
  g_auto (BtfError) error = { 0 };

  g_assert_false (btf_output_write ("/nowhere/at/all", "x", 1, false, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_WRITE);
  g_assert_cmpint (error.why.sys_errno, ==, ENOENT);
  g_assert_cmpstr (error.path, ==, "/nowhere/at/all");
}

/* A write that fails in the middle: nothing is left. */
static void
test_failing_write (void)
{
  char *folder = files_folder ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);
  g_autofree uint8_t *bytes = files_bytes (100000, 1);
  struct rlimit limit;
  struct rlimit small;
  g_auto (BtfError) error = { 0 };

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = (struct rlimit){ .rlim_cur = 50000, .rlim_max = limit.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (btf_output_write (path, bytes, 100000, false, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_cmpint (error.why.code, ==, BT_ERROR_WRITE);
  g_assert_cmpint (error.why.sys_errno, ==, EFBIG);
  g_assert_cmpuint (count_names (folder), ==, 0);
  files_remove (folder);
}

static void
test_link_in_the_way (void)
{
  char *folder = files_folder ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);
  g_auto (BtfError) error = { 0 };
  struct stat st;

  g_assert_cmpint (symlink ("elsewhere", path), ==, 0);
  g_assert_false (btf_output_write (path, "x", 1, false, &error));
  g_assert_cmpint (error.why.code, ==, BT_ERROR_EXISTS);
  btf_error_clear (&error);
  g_assert_true (btf_output_write (path, "x", 1, true, &error));
  g_assert_cmpint (lstat (path, &st), ==, 0);
  g_assert_true (S_ISREG (st.st_mode));
  files_remove (folder);
}

int
main (int argc, char **argv)
{
  struct sigaction ignore = { .sa_handler = SIG_IGN };

  umask (022);
  sigaction (SIGXFSZ, &ignore, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output/write", test_write);
  g_test_add_func ("/output/no-folder", test_no_folder);
  g_test_add_func ("/output/failing-write", test_failing_write);
  g_test_add_func ("/output/link-in-the-way", test_link_in_the_way);
  return g_test_run ();
}
