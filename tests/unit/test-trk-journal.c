/* test-trk-journal.c: every completion that was appended waits for the database until it is
 * committed, and once, whatever became of the file meanwhile. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "faults.h"
#include "files-maker.h"
#include "tracker-server/store/trk-journal.h"

#define HEADER_LEN 28u
#define RECORD_LEN(n) (16u + 20u * (n))

typedef struct
{
  char *folder;
  char *path;
  TrkJournalConfig config;
  TrkJournalFound found;
  TrkJournal *journal;
} Scene;

static void
init (Scene *s)
{
  *s = (Scene){ .folder = files_folder () };
  s->path = g_build_filename (s->folder, "completions", NULL);
  s->config = (TrkJournalConfig){ .path = s->path, .owner = { 1, 2, 3 }, .rotate_len = 1000 };
}

static void
open_journal (Scene *s)
{
  TrkProblem problem;

  s->journal = trk_journal_open (&s->config, &s->found, &problem);
  g_assert_nonnull (s->journal);
}

static void
close_journal (Scene *s)
{
  g_clear_pointer (&s->journal, trk_journal_free);
}

static void
reopen (Scene *s, uint64_t committed)
{
  close_journal (s);
  s->config.committed = committed;
  open_journal (s);
}

static void
clear (Scene *s)
{
  close_journal (s);
  g_free (s->path);
  files_remove (s->folder);
}

/* Hashes that are @from, @from + 1 ... in their first bytes. */
static bool
append (Scene *s, uint32_t from, size_t n)
{
  g_autofree uint8_t *hashes = g_malloc0 (n * BT_INFO_HASH_LEN);

  for (uint32_t i = 0; i < n; i++)
    memcpy (hashes + i * BT_INFO_HASH_LEN, &(uint32_t){ from + i }, sizeof from);
  return trk_journal_append (s->journal, hashes, n);
}

/* What waits is @from, @from + 1 ... Returns what is reached with them. */
static uint64_t
expect (Scene *s, uint32_t from, size_t n)
{
  TrkJournalBatch batch;
  uint64_t reached;

  trk_journal_take (s->journal, &batch);
  g_assert_cmpuint (batch.n, ==, n);
  for (uint32_t i = 0; i < n; i++)
    g_assert_cmpmem (batch.hashes + i * BT_INFO_HASH_LEN, sizeof from, &(uint32_t){ from + i },
                     sizeof from);
  reached = batch.reached;
  trk_journal_batch_clear (&batch);
  return reached;
}

static size_t
file_len (const Scene *s)
{
  struct stat st;

  g_assert_cmpint (stat (s->path, &st), ==, 0);
  return (size_t) st.st_size;
}

/* --- what is kept --- */

static void
test_replay (void)
{
  Scene s;
  struct stat st;

  init (&s);
  open_journal (&s);
  g_assert_cmpint (stat (s.path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  g_assert_true (append (&s, 1, 3));
  g_assert_true (append (&s, 4, 2));
  g_assert_cmpuint (trk_journal_waiting (s.journal), ==, 5);
  reopen (&s, 0);
  g_assert_cmpuint (s.found.n_replayed, ==, 5);
  g_assert_cmpuint (s.found.n_cut, ==, 0);
  g_assert_cmpuint (expect (&s, 1, 5), ==, 5);
  reopen (&s, 2); /* in the middle of a record */
  g_assert_cmpuint (s.found.n_replayed, ==, 3);
  g_assert_cmpuint (expect (&s, 3, 3), ==, 5);
  reopen (&s, 5);
  g_assert_cmpuint (expect (&s, 0, 0), ==, 5);
  g_assert_true (append (&s, 6, 1));
  reopen (&s, 5);
  g_assert_cmpuint (expect (&s, 6, 1), ==, 6);
  reopen (&s, 100); /* the database of another time */
  g_assert_cmpuint (expect (&s, 0, 0), ==, 100);
  g_assert_true (append (&s, 7, 1));
  g_assert_cmpuint (expect (&s, 7, 1), ==, 101);
  clear (&s);
}

static void
test_large_batch (void)
{
  Scene s;

  init (&s);
  open_journal (&s);
  g_assert_true (append (&s, 0, 3 * TRK_JOURNAL_BATCH_MAX + 1));
  reopen (&s, 0);
  g_assert_cmpuint (expect (&s, 0, 3 * TRK_JOURNAL_BATCH_MAX + 1), ==,
                    3 * TRK_JOURNAL_BATCH_MAX + 1);
  clear (&s);
}

/* The file is emptied when all of it is committed, and keeps what is not. */
static void
test_rotate (void)
{
  Scene s;
  uint64_t reached;

  init (&s);
  open_journal (&s);
  append (&s, 1, 20);
  reached = expect (&s, 1, 20);
  g_assert_true (trk_journal_committed (s.journal, reached));
  g_assert_cmpuint (file_len (&s), ==, HEADER_LEN + RECORD_LEN (20)); /* not long enough */
  append (&s, 21, 40);
  reached = expect (&s, 21, 40);
  append (&s, 61, 2);
  g_assert_true (trk_journal_committed (s.journal, reached));
  g_assert_cmpuint (file_len (&s), ==, HEADER_LEN + RECORD_LEN (2));
  g_assert_cmpuint (trk_journal_len (s.journal), ==, file_len (&s));
  g_assert_cmpuint (trk_journal_waiting (s.journal), ==, 2);
  append (&s, 63, 1);
  reopen (&s, reached);
  g_assert_cmpuint (s.found.n_replayed, ==, 3);
  g_assert_cmpuint (expect (&s, 61, 3), ==, 63);
  clear (&s);
}

/* --- damage --- */

/* Whatever is cut off or spoilt, the records before it are there, and no others. */
static void
test_torn (void)
{
  const size_t lens[] = { RECORD_LEN (1), RECORD_LEN (2), RECORD_LEN (3) };
  const size_t all = HEADER_LEN + lens[0] + lens[1] + lens[2];
  Scene s;
  g_autofree char *bytes = NULL;
  gsize len;

  init (&s);
  open_journal (&s);
  append (&s, 1, 1);
  append (&s, 2, 2);
  append (&s, 4, 3);
  close_journal (&s);
  g_assert_true (g_file_get_contents (s.path, &bytes, &len, NULL));
  g_assert_cmpuint (len, ==, all);
  for (size_t at = HEADER_LEN; at < all; at++)
    for (unsigned how = 0; how < 3; how++)
      {
        size_t whole = at >= all - lens[2] ? 3 : at >= HEADER_LEN + lens[0] ? 1 : 0;
        g_autofree char *copy = g_memdup2 (bytes, len);

        copy[at] ^= 0x40;
        g_assert_true (g_file_set_contents (s.path, how == 0 ? bytes : copy,
                                            how == 0 ? (gssize) at : (gssize) len, NULL));
        if (how == 2) /* garbage behind all of it as well */
          g_assert_true (g_file_set_contents (s.path, bytes, (gssize) len, NULL)
                         && truncate (s.path, (off_t) (len + at)) == 0);
        open_journal (&s);
        g_assert_cmpuint (expect (&s, 1, how == 2 ? 6 : whole), ==, how == 2 ? 6 : whole);
        g_assert_true (append (&s, 50, 1));
        reopen (&s, how == 2 ? 6 : whole);
        g_assert_cmpuint (s.found.n_cut, ==, 0);
        expect (&s, 50, 1);
        close_journal (&s);
        s.config.committed = 0;
      }
  clear (&s);
}

static const struct
{
  const char *name;
  size_t at; /* of the byte that is changed; SIZE_MAX: the file is cut to @len */
  size_t len;
} heads[] = {
  { "magic", 0, 0 },       { "owner", 8, 0 },        { "checksum", 27, 0 },
  { "cut", SIZE_MAX, 27 }, { "empty", SIZE_MAX, 0 },
};

/* What is not this database's journal is put aside, and a new one begun. */
static void
test_put_aside (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  Scene s;
  g_autofree char *aside = NULL;

  init (&s);
  aside = g_strconcat (s.path, ".aside", NULL);
  open_journal (&s);
  append (&s, 1, 3);
  close_journal (&s);
  if (heads[i].at != SIZE_MAX)
    files_spoil (s.folder, "completions", heads[i].at);
  else
    g_assert_cmpint (truncate (s.path, (off_t) heads[i].len), ==, 0);
  s.config.committed = 9;
  open_journal (&s);
  g_assert_true (s.found.put_aside);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (expect (&s, 0, 0), ==, 9);
  append (&s, 5, 1);
  reopen (&s, 9);
  g_assert_false (s.found.put_aside);
  expect (&s, 5, 1);
  clear (&s);
}

static void
test_cannot_open (void)
{
  Scene s;
  TrkProblem problem;
  g_autofree char *text = NULL;

  init (&s);
  s.config.path = "/proc/nonexistent/completions";
  g_assert_null (trk_journal_open (&s.config, &s.found, &problem));
  g_assert_cmpint (problem.trouble, ==, TRK_TROUBLE_SYSTEM);
  g_assert_cmpint (problem.sys_errno, ==, ENOENT);
  text = trk_problem_text (&problem);
  g_assert_nonnull (strstr (text, "/proc/nonexistent/completions"));
  clear (&s);
}

/* --- faults --- */

/* Any call that fails while batches are appended: what was taken is in the file, what was not waits
 * in memory, and nothing counts twice. */
static void
test_append_faults (gconstpointer data)
{
  int sys_errno = GPOINTER_TO_INT (data);
  bool failed = true;

  for (unsigned nth = 1; failed; nth++)
    {
      Scene s;
      bool ok[4];
      size_t n_ok = 0;
      uint64_t reached;

      init (&s);
      open_journal (&s);
      faults_begin (nth, sys_errno);
      for (uint32_t i = 0; i < G_N_ELEMENTS (ok); i++)
        n_ok += ok[i] = append (&s, 10 * i, 10);
      failed = faults_end ();
      if (failed && sys_errno != FAULTS_SHORT)
        g_assert_cmpuint (n_ok, ==, G_N_ELEMENTS (ok) - 1);
      else
        g_assert_cmpuint (n_ok, ==, G_N_ELEMENTS (ok));
      reached = expect (&s, 0, 40);
      g_assert_cmpuint (reached, ==, 40);
      reopen (&s, 0); /* nothing was committed: what failed is lost, and only that */
      g_assert_cmpuint (s.found.n_replayed, ==, 10 * n_ok);
      reopen (&s, reached);
      g_assert_cmpuint (s.found.n_replayed, ==, 0);
      clear (&s);
    }
}

/* A rotation that fails leaves the file as it is, and works the next time. */
static void
test_rotate_faults (gconstpointer data)
{
  int sys_errno = GPOINTER_TO_INT (data);
  bool failed = true;

  for (unsigned nth = 1; failed; nth++)
    {
      Scene s;
      uint64_t reached;
      unsigned n = faults_count_descriptors ();

      init (&s);
      open_journal (&s);
      append (&s, 1, 60);
      reached = expect (&s, 1, 60);
      append (&s, 61, 5);
      faults_begin (nth, sys_errno);
      (void) trk_journal_committed (s.journal, reached); /* what is left is looked at below */
      failed = faults_end ();
      append (&s, 66, 5);
      reopen (&s, reached);
      g_assert_cmpuint (expect (&s, 61, 10), ==, 70);
      g_assert_true (trk_journal_committed (s.journal, 70));
      g_assert_cmpuint (file_len (&s), <, 1000);
      clear (&s);
      g_assert_cmpuint (faults_count_descriptors (), ==, n);
    }
}

/* --- threads --- */

#define THREADS 4u
#define APPENDS 400u

typedef struct
{
  Scene *scene;
  uint32_t from;
} Appender;

static void *
append_many (void *data)
{
  Appender *a = data;

  for (uint32_t i = 0; i < APPENDS; i++)
    g_assert_true (append (a->scene, a->from + i, 1));
  return NULL;
}

static int
compare (const void *a, const void *b)
{
  return memcmp (a, b, BT_INFO_HASH_LEN);
}

static void
take (Scene *s, GByteArray *all)
{
  TrkJournalBatch batch;

  trk_journal_take (s->journal, &batch);
  g_byte_array_append (all, batch.hashes, (guint) (batch.n * BT_INFO_HASH_LEN));
  (void) trk_journal_committed (s->journal, batch.reached); /* rotation is tried again */
  trk_journal_batch_clear (&batch);
}

/* Batches are taken and the file is rotated while others append: all come out, each once. */
static void
test_threads (void)
{
  Scene s;
  pthread_t threads[THREADS];
  Appender appenders[THREADS];
  g_autoptr (GByteArray) all = g_byte_array_new ();

  init (&s);
  open_journal (&s);
  for (unsigned i = 0; i < THREADS; i++)
    {
      appenders[i] = (Appender){ &s, i * APPENDS };
      g_assert_cmpint (pthread_create (&threads[i], NULL, append_many, &appenders[i]), ==, 0);
    }
  while (all->len < THREADS * APPENDS / 2 * BT_INFO_HASH_LEN)
    take (&s, all);
  for (unsigned i = 0; i < THREADS; i++)
    pthread_join (threads[i], NULL);
  reopen (&s, all->len / BT_INFO_HASH_LEN);
  take (&s, all);
  g_assert_cmpuint (all->len, ==, THREADS * APPENDS * BT_INFO_HASH_LEN);
  qsort (all->data, THREADS * APPENDS, BT_INFO_HASH_LEN, compare);
  for (uint32_t i = 1; i < THREADS * APPENDS; i++)
    g_assert_cmpint (
        compare (all->data + (i - 1) * BT_INFO_HASH_LEN, all->data + i * BT_INFO_HASH_LEN), <, 0);
  clear (&s);
}

static const struct
{
  const char *name;
  int sys_errno;
} failures[] = { { "no-space", ENOSPC }, { "io", EIO }, { "short", FAULTS_SHORT } };

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-journal/replay", test_replay);
  g_test_add_func ("/trk-journal/large-batch", test_large_batch);
  g_test_add_func ("/trk-journal/rotate", test_rotate);
  g_test_add_func ("/trk-journal/torn", test_torn);
  for (size_t i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autofree char *path = g_strdup_printf ("/trk-journal/put-aside/%s", heads[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_put_aside);
    }
  g_test_add_func ("/trk-journal/cannot-open", test_cannot_open);
  for (size_t i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *append_path
          = g_strdup_printf ("/trk-journal/faults/append/%s", failures[i].name);
      g_autofree char *rotate_path
          = g_strdup_printf ("/trk-journal/faults/rotate/%s", failures[i].name);

      g_test_add_data_func (append_path, GINT_TO_POINTER (failures[i].sys_errno),
                            test_append_faults);
      g_test_add_data_func (rotate_path, GINT_TO_POINTER (failures[i].sys_errno),
                            test_rotate_faults);
    }
  g_test_add_func ("/trk-journal/threads", test_threads);
  return g_test_run ();
}
