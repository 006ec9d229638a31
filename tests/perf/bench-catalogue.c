/* bench-catalogue.c: what a catalogue of 100,000 torrents costs to fill and to search, a completion
 * to keep, and a million peers to write down and to take up again.
 *
 *     bench-catalogue [FOLDER] [TORRENTS] [keep]
 *
 * A request's time is from the call to its answer, one at a time; of the processor's time all
 * threads count. Names are made of 5,000 words, of which some are far more common than others; each
 * torrent has twenty files. With "keep" the database stays; a FOLDER that has one is asked alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "tracker-server/store/trk-snapshot.h"
#include "tracker-server/store/trk-store-admin.h"
#include "tracker-server/store/trk-store-torrents.h"

#define WORDS 5000u
#define ASKS 500u
#define PEERS 1000000u
#define METAINFO_LEN 2000u

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  TrkLists *lists;
  TrkStore *store;
  char *folder;
  char *path;
  GRand *rand;
  char *words[WORDS];
  unsigned n_torrents;
  unsigned n_waiting;
  uint64_t total;
} Bench;

static double
now_ms (void)
{
  return (double) g_get_monotonic_time () / 1000;
}

/* Of all threads. */
static double
cpu_ms (void)
{
  struct timespec now = { 0 };

  (void) clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now); /* exists everywhere */
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

static void
check (const TrkProblem *problem)
{
  g_autofree char *text = problem != NULL ? trk_problem_text (problem) : NULL;

  if (text == NULL)
    return;
  fprintf (stderr, "%s\n", text);
  exit (1);
}

static void
wait_for (Bench *b, unsigned n_waiting)
{
  while (b->n_waiting > n_waiting)
    g_main_context_iteration (b->context, TRUE);
}

/* --- filling --- */

static void
on_opened (void *data, const TrkProblem *problem, const TrkStoreFound *found)
{
  check (problem);
  ((Bench *) data)->n_waiting--;
}

static void
on_added (void *data, const TrkProblem *problem, TrkAddedHow how, int64_t id)
{
  check (problem);
  ((Bench *) data)->n_waiting--;
}

static void
on_done (void *data, const TrkProblem *problem)
{
  check (problem);
  ((Bench *) data)->n_waiting--;
}

static void
make_words (Bench *b)
{
  for (unsigned i = 0; i < WORDS; i++)
    {
      char word[12] = { 0 };
      int len = g_rand_int_range (b->rand, 3, 11);

      for (int k = 0; k < len; k++)
        word[k] = (char) ('a' + g_rand_int_range (b->rand, 0, 26));
      b->words[i] = g_strdup (word);
    }
}

/* The first words are the most common ones. */
static const char *
some_word (Bench *b)
{
  double x = g_rand_double (b->rand);

  return b->words[(unsigned) (x * x * x * WORDS)];
}

static void
add_one (Bench *b, unsigned n, GBytes *bytes)
{
  uint8_t v1[20] = { 0 };
  uint8_t v2[32] = { 1 };
  GString *name = g_string_new (NULL);
  GString *files = g_string_new (NULL);
  TrkTorrent t = { .v1 = v1,
                   .v2 = n % 2 == 0 ? v2 : NULL,
                   .size = g_rand_int (b->rand),
                   .registered_at = 1700000000 + n,
                   .category = b->words[n % 12],
                   .state = n % 50 == 0 ? TRK_MARK_PENDING : TRK_MARK_ALLOWED };

  memcpy (v1, &n, sizeof n);
  memcpy (v2 + 1, &n, sizeof n);
  for (int i = 0; i < 5; i++)
    g_string_append_printf (name, "%s ", some_word (b));
  for (int i = 0; i < 20; i++)
    g_string_append_printf (files, "%s/%s-%02d.%s\n", some_word (b), some_word (b), i, "flac");
  t.name = name->str;
  b->n_waiting++;
  trk_store_torrent_add (b->store, &t, files->str, bytes, NULL, on_added, b);
  g_string_free (name, TRUE);
  g_string_free (files, TRUE);
}

static void
open_store (Bench *b)
{
  const TrkStoreConfig config
      = { .path = b->path, .lists = b->lists, .opened = on_opened, .data = b };
  double from = now_ms ();

  b->n_waiting = 1;
  b->store = trk_store_new (b->reactor, &config);
  wait_for (b, 0);
  printf ("%-44s %10.1f ms\n", "open", now_ms () - from);
}

static void
on_closed (void *data)
{
  ((Bench *) data)->store = NULL;
}

static void
close_store (Bench *b)
{
  trk_store_close (b->store, on_closed, b);
  while (b->store != NULL)
    g_main_context_iteration (b->context, TRUE);
}

static void
fill (Bench *b)
{
  g_autofree uint8_t *noise = g_malloc0 (METAINFO_LEN);
  g_autoptr (GBytes) bytes = g_bytes_new (noise, METAINFO_LEN);
  double from = now_ms ();
  struct stat st = { 0 };

  for (unsigned i = 0; i < b->n_torrents; i++)
    {
      add_one (b, i, bytes);
      wait_for (b, 255);
    }
  wait_for (b, 0);
  printf ("%-44s %10.0f a second\n", "torrents added, 256 at a time",
          b->n_torrents * 1000.0 / (now_ms () - from));
  (void) stat (b->path, &st); /* or it has no length */
  printf ("%-44s %10.0f MiB\n", "database", (double) st.st_size / (1 << 20));
}

/* --- asking --- */

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
show (const char *name, double *ms, size_t n, double mean_total)
{
  qsort (ms, n, sizeof *ms, compare);
  printf ("%-44s %10.2f %10.2f %10.2f %12.0f\n", name, ms[n / 2], ms[n * 99 / 100], ms[n - 1],
          mean_total);
}

static void
on_listed (void *data, const TrkProblem *problem, const TrkTorrentPage *page)
{
  Bench *b = data;

  check (problem);
  b->total = page->total;
  b->n_waiting--;
}

typedef struct
{
  const char *name;
  int n_words;
  size_t prefix; /* letters of the last word; 0: all */
  bool common;   /* one of the most common words */
  bool pages;    /* any page, and not the first */
  unsigned states;
} Ask;

static const Ask asks[] = {
  { "all, first page", 0, 0, false, false, 0 },
  { "all, any page", 0, 0, false, true, 0 },
  { "allowed ones, any page", 0, 0, false, true, 1 << TRK_MARK_ALLOWED },
  { "pending ones, first page", 0, 0, false, false, 1 << TRK_MARK_PENDING },
  { "a word", 1, 0, false, false, 0 },
  { "a word, any page", 1, 0, false, true, 0 },
  { "a common word", 1, 0, true, false, 0 },
  { "two words", 2, 0, false, false, 0 },
  { "three words, allowed ones", 3, 0, false, false, 1 << TRK_MARK_ALLOWED },
  { "three letters", 1, 3, false, false, 0 },
  { "two letters", 1, 2, false, false, 0 },
  { "one letter", 1, 1, false, false, 0 },
  { "a word and three letters", 2, 3, false, false, 0 },
};

/* (transfer full) */
static char *
make_text (Bench *b, const Ask *ask)
{
  GString *text = g_string_new (NULL);
  size_t before = 0;

  for (int i = 0; i < ask->n_words; i++)
    {
      before = text->len + 1;
      g_string_append_printf (
          text, " %s", ask->common ? b->words[g_rand_int_range (b->rand, 0, 5)] : some_word (b));
    }
  if (ask->prefix > 0)
    g_string_truncate (text, MIN (text->len, before + ask->prefix));
  return g_string_free (text, FALSE);
}

static void
ask_one (Bench *b, const Ask *ask, unsigned i)
{
  g_autofree char *text = make_text (b, ask);
  const TrkTorrentQuery query
      = { .text = text,
          .states = ask->states,
          .sort = (TrkSort) (i % 4),
          .descending = i / 4 % 2,
          .offset = ask->pages ? (uint64_t) (g_rand_double (b->rand) * (double) b->total) : 0,
          .limit = 50 };

  b->n_waiting = 1;
  trk_store_torrent_list (b->store, &query, on_listed, b);
  wait_for (b, 0);
}

static void
ask_many (Bench *b, const Ask *ask, double *all, double *all_cpu)
{
  double ms[ASKS];
  double cpu[ASKS];
  double sum = 0;

  for (unsigned i = 0; i < ASKS; i++)
    {
      double from = now_ms ();
      double cpu_from = cpu_ms ();

      ask_one (b, ask, i);
      all[i] = ms[i] = now_ms () - from;
      all_cpu[i] = cpu[i] = cpu_ms () - cpu_from;
      sum += (double) b->total;
    }
  show (ask->name, ms, ASKS, sum / ASKS);
  show ("  of the processor", cpu, ASKS, 0);
}

static void
search (Bench *b)
{
  g_autofree double *all = g_new (double, ASKS *G_N_ELEMENTS (asks));
  g_autofree double *cpu = g_new (double, ASKS *G_N_ELEMENTS (asks));

  printf ("\n%-44s %10s %10s %10s %12s\n", "ms for a page of 50", "p50", "p99", "max", "found");
  for (size_t i = 0; i < G_N_ELEMENTS (asks); i++)
    ask_many (b, &asks[i], all + i * ASKS, cpu + i * ASKS);
  show ("all of these", all, ASKS * G_N_ELEMENTS (asks), 0);
  show ("  of the processor", cpu, ASKS * G_N_ELEMENTS (asks), 0);
}

static void
change (Bench *b)
{
  double ms[ASKS];
  const TrkTorrentKey key = { .id = 7 };

  printf ("\n%-44s %10s %10s %10s\n", "ms", "p50", "p99", "max");
  for (unsigned i = 0; i < ASKS; i++)
    {
      double from = now_ms ();

      b->n_waiting = 1;
      trk_store_torrent_set_state (b->store, &key, i % 2 == 0 ? TRK_MARK_DENIED : TRK_MARK_ALLOWED,
                                   NULL, on_done, b);
      wait_for (b, 0);
      ms[i] = now_ms () - from;
    }
  show ("a change, on the device", ms, ASKS, 0);
}

static void
complete (Bench *b)
{
  uint8_t hashes[16 * 20] = { 0 };
  double from = now_ms ();
  unsigned n = 0;

  for (; n < 20000; n++)
    {
      for (unsigned k = 0; k < 16; k++)
        {
          unsigned torrent = (n * 16 + k) % b->n_torrents;

          memcpy (hashes + k * 20, &torrent, sizeof torrent);
        }
      if (!trk_store_completed (b->store, hashes, 16))
        exit (1);
    }
  printf ("\n%-44s %10.2f us\n", "a batch of 16 completions into the journal",
          (now_ms () - from) * 1000 / n);
  from = now_ms ();
  b->n_waiting = 1;
  trk_store_flush (b->store, on_done, b);
  wait_for (b, 0);
  printf ("%-44s %10.1f ms\n", "the rest of 320,000 of them committed", now_ms () - from);
}

/* --- swarms --- */

static TrkSwarms *
new_swarms (void)
{
  const TrkSwarmsConfig config
      = { .timeout_s = 3660, .max_swarms = 1 << 24, .max_peers = 1 << 24, .max_empty = 1 << 20 };

  return trk_swarms_new (&config);
}

static void
fill_swarms (TrkSwarms *swarms, unsigned n_swarms)
{
  for (unsigned i = 0; i < PEERS; i++)
    {
      unsigned swarm = i % n_swarms;
      uint8_t hash[20] = { 3 };
      const uint8_t compact[]
          = { 1, (uint8_t) (i >> 16), (uint8_t) (i >> 8), (uint8_t) i, 26, 225 };
      const BtEndpoint peer = bt_endpoint_read_compact_v4 (compact);
      const TrkPeerState state = { .seeder = i % 2 };
      TrkHold hold;

      memcpy (hash + 1, &swarm, sizeof swarm);
      trk_swarms_enter (swarms, hash, true, 5000, &hold);
      trk_swarm_add (hold.swarm, hold.shapes, &peer, &state, hold.tick);
      trk_swarms_leave (swarms, &hold);
    }
}

static void
snapshot (Bench *b, unsigned n_swarms)
{
  g_autofree char *path = g_build_filename (b->folder, "swarms", NULL);
  TrkSwarms *swarms = new_swarms ();
  TrkSwarms *again = new_swarms ();
  TrkSnapshotFound found;
  TrkProblem problem;
  double from;

  fill_swarms (swarms, n_swarms);
  from = now_ms ();
  if (!trk_snapshot_write (path, swarms, &(TrkInstant){ 1000, 5000 }, &problem))
    check (&problem);
  printf ("1 M peers in %7u swarms: %-15s %10.1f ms\n", n_swarms, "written", now_ms () - from);
  from = now_ms ();
  if (!trk_snapshot_read (path, again, &(TrkInstant){ 1001, 5001 }, NULL, &found, &problem))
    check (&problem);
  printf ("%40s    %10.1f ms, %lu peers\n", "read", now_ms () - from, (unsigned long) found.peers);
  trk_swarms_free (swarms);
  trk_swarms_free (again);
  (void) unlink (path); /* the folder is a temporary one */
}

static void
remove_files (const Bench *b)
{
  static const char *const suffixes[] = { "", "-lock", ".completions" };

  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (b->path, suffixes[i], NULL);

      (void) unlink (path); /* what stays lies in a temporary folder */
    }
  (void) rmdir (b->folder); /* likewise */
}

/* A new database, in a folder of its own below. */
static bool
make_folder (Bench *b, const char *below)
{
  b->folder = g_build_filename (below, "catalogue-XXXXXX", NULL);
  if (g_mkdtemp (b->folder) == NULL)
    return false;
  b->path = g_build_filename (b->folder, "tracker.db", NULL);
  return true;
}

int
main (int argc, char **argv)
{
  const uint8_t key[BT_SIPHASH_KEY_LEN] = { 1 };
  const char *below = argc > 1 ? argv[1] : g_get_tmp_dir ();
  Bench b = { .context = g_main_context_new (),
              .lists = trk_lists_new (key),
              .rand = g_rand_new_with_seed (1),
              .path = g_build_filename (below, "tracker.db", NULL),
              .n_torrents = argc > 2 ? (unsigned) g_ascii_strtoull (argv[2], NULL, 10) : 100000 };
  bool is_there = g_file_test (b.path, G_FILE_TEST_EXISTS);

  setvbuf (stdout, NULL, _IOLBF, 0);
  b.reactor = btio_reactor_new (b.context);
  if (b.reactor == NULL || (!is_there && !make_folder (&b, below)))
    return 1;
  make_words (&b);
  open_store (&b);
  if (!is_there)
    {
      snapshot (&b, 100000);
      snapshot (&b, 500000);
      fill (&b);
      close_store (&b);
      open_store (&b);
    }
  search (&b);
  change (&b);
  complete (&b);
  close_store (&b);
  if (argc > 3)
    printf ("%s\n", b.path);
  else if (!is_there)
    remove_files (&b);
  return 0;
}
