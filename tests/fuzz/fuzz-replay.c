/* fuzz-replay.c: runs a fuzz target over its stored corpus, without a fuzzer, as a TAP program.
 *
 *     replay-NAME FOLDER...
 *
 * Every file is a case: the file itself, then shorter ones and ones with a bit changed. Their
 * number is bounded and the choice is fixed, so that a run is the same run everywhere. The empty
 * input is a case of its own. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "tests/fuzz/fuzz-target.h"

#define MAX_VARIANTS 512u             /* of each sort, for one file */
#define MAX_VARIANT_BYTES (8u << 20u) /* the variants of one sort together */

/* The target sees an allocation of the exact size, so that AddressSanitizer sees a read past it. */
static void
run_copy (const uint8_t *data, size_t len, size_t flipped_bit)
{
  g_autofree uint8_t *copy = g_malloc (len + (len == 0));

  if (len > 0)
    memcpy (copy, data, len);
  if (flipped_bit / 8 < len)
    copy[flipped_bit / 8] ^= (uint8_t) (1u << (flipped_bit % 8));
  (void) LLVMFuzzerTestOneInput (copy, len); /* always 0 */
}

/* How far apart the variants of a file lie when @possible of them cost @cost bytes each. */
static size_t
stride (size_t possible, size_t cost)
{
  size_t affordable = MIN (MAX_VARIANTS, MAX_VARIANT_BYTES / MAX (cost, 1));

  return possible / MAX (affordable, 1) + 1;
}

static void
run_variants (const uint8_t *data, size_t len)
{
  size_t step = stride (len, len / 2);

  run_copy (data, len, SIZE_MAX);
  for (size_t shorter = 0; shorter < len; shorter += step)
    run_copy (data, shorter, SIZE_MAX);

  step = stride (len * 8, len);
  for (size_t bit = 0; bit < len * 8; bit += step)
    run_copy (data, len, bit);
}

static bool
run_file (const char *path)
{
  g_autofree char *data = NULL;
  size_t len = 0;

  if (!g_file_get_contents (path, &data, &len, NULL))
    return false;
  run_variants ((const uint8_t *) data, len);
  return true;
}

static int
compare_paths (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Adds the files of one folder, which need not exist: a new target has no corpus yet. */
static void
list_folder (const char *folder, GPtrArray *paths)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  int failed = 0;

  for (int i = 1; i < argc; i++)
    list_folder (argv[i], paths);
  qsort (paths->pdata, paths->len, sizeof (void *), compare_paths);

  setvbuf (stdout, NULL, _IOLBF, 0);
  printf ("1..%u\n", paths->len + 1);
  run_copy (NULL, 0, SIZE_MAX);
  printf ("ok 1 empty\n");
  for (unsigned i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *name = g_path_get_basename (path);

      /* Said before the run: the last such line names the file that a crash happened in. */
      printf ("# %s\n", path);
      bool ok = run_file (path);
      printf ("%s %u %s\n", ok ? "ok" : "not ok", i + 2, name);
      failed += !ok;
    }
  return failed != 0;
}
