/* test-shoal-estimate.c: what a torrent will be like is what it is like. */
#include <string.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define KIB 1024u

typedef struct
{
  GAsyncResult *result;
} Answer;

static void
take (GObject *source, GAsyncResult *result, void *data)
{
  ((Answer *) data)->result = g_object_ref (result);
}

static void
wait (Answer *answer)
{
  while (answer->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static ShoalEstimate *
estimate (ShoalCreator *creator, GError **error)
{
  Answer answer = { NULL };
  ShoalEstimate *out;

  shoal_creator_estimate_async (creator, NULL, take, &answer);
  wait (&answer);
  out = shoal_creator_estimate_finish (creator, answer.result, error);
  g_object_unref (answer.result);
  return out;
}

static GBytes *
create (ShoalCreator *creator)
{
  Answer answer = { NULL };
  GError *error = NULL;
  GBytes *out;

  shoal_creator_create_async (creator, NULL, take, &answer);
  wait (&answer);
  out = shoal_creator_create_finish (creator, answer.result, &error);
  g_assert_no_error (error);
  g_object_unref (answer.result);
  return out;
}

static ShoalCreator *
new_creator (const char *path)
{
  ShoalCreator *creator
      = g_object_new (SHOAL_TYPE_CREATOR, "comment", "a comment", "private", TRUE, NULL);

  shoal_creator_add_path (creator, path);
  g_assert_true (shoal_creator_add_tracker (creator, "http://127.0.0.1:9/announce", 0, NULL));
  g_assert_true (shoal_creator_add_tracker (creator, "udp://127.0.0.1:9", 1, NULL));
  g_assert_true (shoal_creator_add_web_seed (creator, "http://127.0.0.1:9/x", NULL));
  return creator;
}

/* Makes it in each format and some piece lengths, and compares. */
static void
compare (const char *path)
{
  static const guint64 lengths[] = { 16 * KIB, 64 * KIB, 1024 * KIB };
  g_autoptr (ShoalCreator) creator = new_creator (path);
  GError *error = NULL;
  g_autoptr (ShoalEstimate) guess = estimate (creator, &error);

  g_assert_no_error (error);
  for (guint format = SHOAL_FORMAT_V1; format <= SHOAL_FORMAT_HYBRID; format++)
    for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
      {
        g_autoptr (GBytes) bytes = NULL;

        g_object_set (creator, "format", format, "piece-length", lengths[i], NULL);
        bytes = create (creator);
        g_assert_cmpuint (shoal_estimate_get_torrent_size (guess, (ShoalFormat) format, lengths[i]),
                          ==, g_bytes_get_size (bytes));
      }
}

static void
test_folder (void)
{
  char *folder = files_folder ();

  files_write (folder, "one/a", 100 * KIB + 7, 1);
  files_write (folder, "one/deep/er/b", 16 * KIB, 2);
  files_write (folder, "one/deep/c", 0, 3);
  files_write (folder, "two", 3, 4);
  files_write (folder, "zz", 300 * KIB, 5);
  compare (folder);
  files_remove (folder);
}

static void
test_file (void)
{
  char *folder = files_folder ();
  g_autofree char *path = g_build_filename (folder, "file.bin", NULL);

  files_write (folder, "file.bin", 200 * KIB + 1, 1);
  compare (path);
  files_remove (folder);
}

static void
test_figures (void)
{
  char *folder = files_folder ();
  GError *error = NULL;
  g_autoptr (ShoalCreator) creator = new_creator (folder);
  g_autoptr (ShoalEstimate) guess = NULL;

  files_write (folder, "a", 16 * KIB + 1, 1);
  files_write (folder, "b", 16 * KIB, 2);
  files_write (folder, "c.tmp", 1, 3);
  shoal_creator_add_exclude (creator, "*.tmp");
  guess = estimate (creator, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (shoal_estimate_get_n_files (guess), ==, 2);
  g_assert_cmpuint (shoal_estimate_get_n_left_out (guess), ==, 1);
  g_assert_cmpuint (shoal_estimate_get_total (guess), ==, 32 * KIB + 1);
  g_assert_cmpuint (shoal_estimate_get_piece_length (guess), ==, 16 * KIB);
  g_assert_cmpuint (shoal_estimate_get_n_pieces (guess, SHOAL_FORMAT_V1, 16 * KIB), ==, 3);
  g_assert_cmpuint (shoal_estimate_get_n_pieces (guess, SHOAL_FORMAT_HYBRID, 32 * KIB), ==, 2);
  g_assert_cmpuint (shoal_estimate_get_n_pieces (guess, SHOAL_FORMAT_V1, 12345), ==, 0);
  g_assert_cmpuint (shoal_estimate_get_torrent_size (guess, SHOAL_FORMAT_V2, 8 * KIB), ==, 0);
  files_remove (folder);
}

/* One of the two would be looked for under another name. */
static void
test_case_clash (void)
{
  char *folder = files_folder ();
  GError *error = NULL;
  g_autoptr (ShoalCreator) creator = new_creator (folder);
  g_autoptr (ShoalEstimate) guess = NULL;

  files_write (folder, "Deep/Makefile", 10, 1);
  files_write (folder, "Deep/makefile", 10, 2);
  g_assert_null (estimate (creator, &error));
  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_UNFIT);
  g_assert_nonnull (strstr (error->message, "Deep/makefile"));
  g_clear_error (&error);
  shoal_creator_add_exclude (creator, "Deep/Makefile");
  guess = estimate (creator, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (shoal_estimate_get_n_files (guess), ==, 1);
  files_remove (folder);
}

static void
test_nothing (void)
{
  GError *error = NULL;
  g_autoptr (ShoalCreator) creator = shoal_creator_new ();

  g_assert_null (estimate (creator, &error));
  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_UNFIT);
  g_clear_error (&error);
  shoal_creator_add_path (creator, "/nowhere/at/all");
  g_assert_null (estimate (creator, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/estimate/folder", test_folder);
  g_test_add_func ("/estimate/file", test_file);
  g_test_add_func ("/estimate/figures", test_figures);
  g_test_add_func ("/estimate/case-clash", test_case_clash);
  g_test_add_func ("/estimate/nothing", test_nothing);
  return g_test_run ();
}
