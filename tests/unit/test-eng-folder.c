/* test-eng-folder.c: what a torrent names stays below its folder, whatever it is called and whoever
 * changes the folders meanwhile. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "client-core/disk/eng-folder-private.h"
#include "protocol/torrent/bt-path.h"
#include "tests/unit/files-maker.h"

#define SECONDS (g_test_slow () ? 60 : 2)
#define N_PATHS (g_test_slow () ? 100000 : 3000)

/* A folder for a torrent beside one that nothing may reach. */
typedef struct
{
  char *top;
  char *folder;
  char *outside;
  char *secret; /* a file there */
} Place;

static void
place_init (Place *p)
{
  g_autofree char *made = files_folder ();

  p->top = realpath (made, NULL);
  p->folder = g_build_filename (p->top, "folder", NULL);
  p->outside = g_build_filename (p->top, "outside", NULL);
  p->secret = g_build_filename (p->outside, "file", NULL);
  g_assert_cmpint (g_mkdir (p->folder, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (p->outside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (p->secret, "secret", -1, NULL));
}

/* Nothing came, went or changed outside. */
static void
place_check (const Place *p)
{
  g_autoptr (GDir) dir = g_dir_open (p->outside, 0, NULL);
  g_autofree char *text = NULL;
  struct stat st;

  g_assert_cmpstr (g_dir_read_name (dir), ==, "file");
  g_assert_null (g_dir_read_name (dir));
  g_assert_true (g_file_get_contents (p->secret, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "secret");
  g_assert_cmpint (stat (p->secret, &st), ==, 0);
  g_assert_cmpuint (st.st_nlink, ==, 1);
}

static void
place_clear (Place *p)
{
  files_remove (p->top);
  g_free (p->folder);
  g_free (p->outside);
  g_free (p->secret);
}

/* --- a folder that becomes a link and a folder again --- */

typedef struct
{
  char *at;
  char *link;
  atomic_bool over;
  unsigned n;
} Swap;

static void *
swap_on_and_on (void *data)
{
  Swap *s = data;

  for (; !atomic_load (&s->over); s->n++)
    if (renameat2 (AT_FDCWD, s->at, AT_FDCWD, s->link, RENAME_EXCHANGE) != 0)
      {
        g_assert_cmpint (errno, ==, ENOENT); /* it was empty, and was pruned */
        g_assert_true (g_mkdir (s->at, 0700) == 0 || errno == EEXIST); /* or was made anew */
      }
  return NULL;
}

/* What is opened is closed, and was no file outside. */
static void
look (const Place *p, int fd, unsigned *n_opened)
{
  struct stat opened;
  struct stat secret;

  if (fd < 0)
    return;
  g_assert_cmpint (fstat (fd, &opened), ==, 0);
  g_assert_cmpint (stat (p->secret, &secret), ==, 0);
  g_assert_false (opened.st_ino == secret.st_ino && opened.st_dev == secret.st_dev);
  g_assert_cmpint (write (fd, "x", 1), ==, 1);
  close (fd);
  (*n_opened)++;
}

static void
test_swapped (void)
{
  Place p;
  Swap s = { 0 };
  pthread_t thread;
  unsigned n_opened = 0, n_done = 0;
  gint64 end;

  place_init (&p);
  s.at = g_build_filename (p.folder, "sub", NULL);
  s.link = g_build_filename (p.top, "link", NULL);
  g_assert_cmpint (g_mkdir (s.at, 0700), ==, 0);
  g_assert_cmpint (symlink (p.outside, s.link), ==, 0);
  g_assert_cmpint (pthread_create (&thread, NULL, swap_on_and_on, &s), ==, 0);
  end = g_get_monotonic_time () + SECONDS * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < end || n_opened == 0) /* on a busy machine it takes longer */
    {
      static const char *const files[] = { "sub/file", "sub/deep/file", "sub/new" };
      const char *file = files[n_done++ % G_N_ELEMENTS (files)];

      look (&p, eng_folder_open (p.folder, file, O_RDWR | O_CREAT, 0600), &n_opened);
      look (&p, eng_folder_open_walking (p.folder, file, O_RDWR | O_CREAT, 0600), &n_opened);
      look (&p, eng_folder_open (p.folder, "sub/file", O_RDWR, 0), &n_opened);
      /* Each of these may find the link in its way. */
      (void) eng_folder_rename (p.folder, file, "sub/other");
      (void) eng_folder_rename (p.folder, "sub/other", "sub/file");
      (void) eng_folder_delete_file (p.folder, file);
      eng_folder_prune (p.folder, "sub/deep/file");
    }
  atomic_store (&s.over, true);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
  g_test_message ("%u rounds, %u files opened, %u swaps", n_done, n_opened, s.n);
  g_assert_cmpuint (s.n, >, 0);
  place_check (&p);
  place_clear (&p);
  g_free (s.at);
  g_free (s.link);
}

/* --- names --- */

/* Where an open file lies. (transfer full) */
static char *
path_of (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);

  return g_file_read_link (link, NULL);
}

static void
check_below (const Place *p, const char *path, int fd)
{
  g_autofree char *at = fd < 0 ? NULL : path_of (fd);

  if (fd < 0)
    return;
  if (!g_str_has_prefix (at, p->folder) || at[strlen (p->folder)] != '/')
    g_error ("'%s' led to '%s'", path, at);
  close (fd);
}

/* Components of the letters that matter, as a torrent has them and cleaned as its files are made.
 */
static void
test_names (void)
{
  static const char *const parts[]
      = { ".",        "..", "/",   "//",           "a", "b", "link", "\\", "\xe2\x80\xae",
          "\xc0\xae", " ",  "CON", "\xe2\x80\x8b", "up" };
  GRand *random = g_rand_new_with_seed (5);
  g_autofree char *link = NULL;
  g_autofree char *up = NULL;
  unsigned n_opened = 0;
  Place p;

  place_init (&p);
  link = g_build_filename (p.folder, "link", NULL);
  up = g_build_filename (p.folder, "up", NULL);
  g_assert_cmpint (symlink (p.outside, link), ==, 0);
  g_assert_cmpint (symlink ("..", up), ==, 0);
  for (int i = 0; i < N_PATHS; i++)
    {
      g_autoptr (GString) raw = g_string_new (NULL);
      g_autoptr (GString) clean = g_string_new (NULL);
      int n = g_rand_int_range (random, 1, 8);
      int fd;

      for (int k = 0; k < n; k++)
        {
          const char *part = parts[g_rand_int_range (random, 0, G_N_ELEMENTS (parts))];

          g_string_append (raw, part);
          if (g_rand_boolean (random))
            g_string_append_c (raw, '/');
          (void) bt_path_append (clean, part, strlen (part)); /* it may be dropped */
        }
      fd = eng_folder_open (p.folder, raw->str, O_RDWR | O_CREAT, 0600);
      check_below (&p, raw->str, fd);
      check_below (&p, raw->str,
                   eng_folder_open_walking (p.folder, raw->str, O_RDWR | O_CREAT, 0600));
      fd = eng_folder_open (p.folder, clean->str, O_RDWR | O_CREAT, 0600);
      n_opened += fd >= 0;
      check_below (&p, clean->str, fd);
      (void) eng_folder_delete_file (p.folder, raw->str); /* or there is none */
      (void) eng_folder_delete_file (p.folder, clean->str);
      eng_folder_prune (p.folder, clean->str);
    }
  g_test_message ("%d paths, %u opened", N_PATHS, n_opened);
  g_assert_cmpuint (n_opened, >, 0);
  place_check (&p);
  place_clear (&p);
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder/swapped", test_swapped);
  g_test_add_func ("/folder/names", test_names);
  return g_test_run ();
}
