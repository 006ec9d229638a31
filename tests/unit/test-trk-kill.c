/* test-trk-kill.c: a tracker's store that is killed at any moment loses nothing that it answered.
 *
 *     test-trk-kill [-m slow] [...]        SHOAL_KILL_CYCLES=1000 SHOAL_KILL_SEED=7
 *
 * A child process opens the store, completes torrents, adds, marks, sets, revokes, and says through
 * a pipe what was answered; it is killed with SIGKILL after a random while. The next child opens
 * the same files, and goes on. After each kill this process opens them too and compares: whatever
 * was acknowledged is there, a completion exactly once; what was begun and not answered is there
 * whole or not at all. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trk-store-world.h"

#define CYCLES 12u
#define CYCLES_SLOW 300u
#define WORDS_MAX 3000 /* that a child is heard saying before it is killed */
#define TORRENTS 8u    /* that are completed */

typedef TrkStoreWorld World;

/* One thing that the child does. */
typedef enum
{
  COMPLETES,
  SETS,
  ADDS,
  MARKS
} Deed;

/* What the child says of it, in one write(). */
typedef struct
{
  uint8_t deed;
  bool answered; /* else: it is about to be asked for */
  uint16_t torrent;
  uint32_t n; /* a number that grows, also from one child to the next */
} Word;

/* What was heard of each number. */
typedef enum
{
  NOTHING,
  BEGUN,
  ANSWERED
} Fate;

/* What has to be there. */
typedef struct
{
  uint32_t n; /* the last one heard of */
  uint32_t set_begun;
  uint32_t set;
  uint64_t begun[TORRENTS]; /* completions */
  uint64_t completed[TORRENTS];
  GByteArray *added; /* of Fate, by number */
  GByteArray *marked;
} Ledger;

/* Torrents that are completed have the first numbers, then come those of each deed. */
static const uint8_t *
hash_of (Deed deed, uint32_t n)
{
  static uint8_t hash[32];

  memset (hash, (int) deed, sizeof hash);
  memcpy (hash, &n, sizeof n);
  return hash;
}

/* --- the child --- */

static void
tell (int fd, Deed deed, bool answered, unsigned torrent, uint32_t n)
{
  const Word word = { (uint8_t) deed, answered, (uint16_t) torrent, n };

  if (write (fd, &word, sizeof word) != sizeof word)
    _exit (2);
}

static void
complete_one (World *w, int fd, unsigned torrent, uint32_t n)
{
  tell (fd, COMPLETES, false, torrent, n);
  if (trk_store_completed (w->store, hash_of (COMPLETES, torrent), 1))
    tell (fd, COMPLETES, true, torrent, n);
}

static void
change (World *w, int fd, uint32_t n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);
  TrkTorrent t = trk_store_torrent (0, 0, text);

  t.v1 = hash_of (ADDS, n);
  tell (fd, ADDS, false, 0, n);
  if (trk_store_put_torrent (w, &t, "file", NULL)[0] == 'n')
    tell (fd, ADDS, true, 0, n);
  tell (fd, SETS, false, 0, n);
  if (trk_store_set (w, "n", text)[0] == 'o')
    tell (fd, SETS, true, 0, n);
  tell (fd, MARKS, false, 0, n);
  if (trk_store_mark (w, hash_of (MARKS, n), TRK_MARK_DENIED)[0] == 'o')
    tell (fd, MARKS, true, 0, n);
}

static void G_GNUC_NORETURN
run_child (World *w, int fd, uint32_t n, uint32_t seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  w->context = g_main_context_new ();
  w->reactor = btio_reactor_new (w->context);
  w->config.commit_ms = 3; /* many commits, so that kills fall into them */
  w->config.journal_rotate = 2000;
  if (trk_store_world_open (w)[0] != 'o')
    _exit (3);
  while (true)
    {
      n++;
      for (int i = g_rand_int_range (rand, 1, 40); i > 0; i--)
        complete_one (w, fd, (unsigned) g_rand_int_range (rand, 0, TORRENTS), n);
      change (w, fd, n);
    }
}

/* --- this process --- */

static void
note (GByteArray *fates, const Word *word)
{
  guint before = fates->len;

  if (word->n >= before)
    {
      g_byte_array_set_size (fates, word->n + 1);
      memset (fates->data + before, NOTHING, fates->len - before);
    }
  fates->data[word->n] = word->answered ? ANSWERED : BEGUN;
}

static void
hear (Ledger *ledger, const Word *word)
{
  ledger->n = MAX (ledger->n, word->n);
  if (word->deed == COMPLETES)
    (word->answered ? ledger->completed : ledger->begun)[word->torrent]++;
  else if (word->deed == SETS)
    *(word->answered ? &ledger->set : &ledger->set_begun) = word->n;
  else
    note (word->deed == ADDS ? ledger->added : ledger->marked, word);
}

static bool
hear_one (Ledger *ledger, int fd)
{
  Word word;

  if (read (fd, &word, sizeof word) != sizeof word)
    return false;
  hear (ledger, &word);
  return true;
}

/* Runs a child until it has said so much, kills it, and hears what it still said. What it says is
 * few bytes at a time, so that a random number of words is a random moment. */
static void
kill_one (World *w, Ledger *ledger, GRand *rand)
{
  int n_words = g_rand_int_range (rand, 0, WORDS_MAX);
  guint32 seed = g_rand_int (rand);
  int fds[2];
  int status;
  pid_t pid;

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      close (fds[0]);
      run_child (w, fds[1], ledger->n, seed);
    }
  close (fds[1]);
  while (n_words-- > 0 && hear_one (ledger, fds[0]))
    ;
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  while (hear_one (ledger, fds[0]))
    ;
  close (fds[0]);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

/* What was begun is known from now on: it happened, or it did not. */
static void
compare_marks (World *w, GByteArray *fates, Deed deed, TrkMark mark)
{
  for (uint32_t n = 0; n < fates->len; n++)
    {
      TrkMark has = trk_lists_get (w->lists, hash_of (deed, n));

      if (fates->data[n] == BEGUN)
        fates->data[n] = has == mark ? ANSWERED : NOTHING;
      g_assert_cmpint (has, ==, fates->data[n] == ANSWERED ? mark : TRK_MARK_NONE);
    }
}

static void
compare_completions (World *w, Ledger *ledger)
{
  for (unsigned i = 0; i < TORRENTS; i++)
    {
      uint64_t n = trk_store_primed (w, hash_of (COMPLETES, i));

      g_assert_cmpuint (n, >=, ledger->completed[i]);
      g_assert_cmpuint (n, <=, ledger->begun[i]);
      ledger->completed[i] = ledger->begun[i] = n;
    }
}

/* Opening it counts what the journal kept. */
static void
compare (World *w, Ledger *ledger)
{
  const uint8_t key[BT_SIPHASH_KEY_LEN] = { 9 };
  uint32_t set;

  trk_lists_free (w->lists);
  w->lists = w->config.lists = trk_lists_new (key);
  g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
  g_assert_false (w->found.journal_put_aside);
  compare_completions (w, ledger);
  compare_marks (w, ledger->added, ADDS, TRK_MARK_ALLOWED);
  compare_marks (w, ledger->marked, MARKS, TRK_MARK_DENIED);
  set = (uint32_t) g_ascii_strtoull (trk_store_setting (w, "n"), NULL, 10); /* "-" is 0 */
  g_assert_cmpuint (set, >=, ledger->set);
  g_assert_cmpuint (set, <=, MAX (ledger->set_begun, ledger->set));
  ledger->set = ledger->set_begun = set;
  g_assert_cmpstr (trk_store_checked (w), ==, "ok");
  trk_store_world_close (w);
  g_assert_cmpint (trk_store_ask_sql (w->path, "SELECT count (*) FROM torrents"), ==,
                   trk_store_ask_sql (w->path, "SELECT count (*) FROM words"));
  g_assert_cmpint (trk_store_ask_sql (w->path, "SELECT count (*) FROM torrents"), ==,
                   trk_store_ask_sql (w->path, "SELECT n FROM states WHERE state = 1"));
}

static unsigned
number_from (const char *name, unsigned usual)
{
  const char *text = g_getenv (name);

  return text != NULL ? (unsigned) g_ascii_strtoull (text, NULL, 10) : usual;
}

static void
test_kills (void)
{
  unsigned cycles = number_from ("SHOAL_KILL_CYCLES", g_test_slow () ? CYCLES_SLOW : CYCLES);
  guint32 seed = number_from ("SHOAL_KILL_SEED", (unsigned) g_test_rand_int ());
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Ledger ledger = { .added = g_byte_array_new (), .marked = g_byte_array_new () };
  uint64_t sum = 0;
  World w;

  g_test_message ("SHOAL_KILL_SEED=%u", seed);
  trk_store_world_init (&w);
  for (unsigned i = 0; i < cycles; i++)
    {
      kill_one (&w, &ledger, rand);
      compare (&w, &ledger);
    }
  for (unsigned i = 0; i < TORRENTS; i++)
    sum += ledger.completed[i];
  g_assert_cmpuint (sum, >, 0);
  g_test_message ("%u kills, %" G_GUINT64_FORMAT " completions, %u rounds of changes", cycles, sum,
                  ledger.n);
  trk_store_world_clear (&w);
  g_byte_array_unref (ledger.added);
  g_byte_array_unref (ledger.marked);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-kill/nothing-is-lost", test_kills);
  return g_test_run ();
}
