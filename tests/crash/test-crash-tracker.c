/* test-crash-tracker.c: a tracker's store whose power goes away at any moment.
 *
 *     test-crash-tracker [-m slow] [...]        SHOAL_CRASH_SEED=7 repeats or tries another seed
 *
 * A store sets, adds, marks, revokes and counts, one request at a time and in several sessions,
 * while every call that changes a file is written down (crash-disk.h). Then, for one cut after the
 * other, the disk becomes what it could have been at that moment, and the store is opened again.
 * Always:
 *
 *     it opens, and is sound
 *     what was answered is there; what was not asked for yet is not
 *     a completion counts once at most; one whose commit was answered counts
 *
 * Every fourth cut is followed by another one, into the run that recovers from it. */
#include <string.h>

#include "crash-disk.h"
#include "tests/unit/trk-store-world.h"

#define CUTS 120u
#define CUTS_SLOW 10500u
#define DEEDS 60u
#define SESSION 13u /* deeds */

typedef TrkStoreWorld World;

/* What is done again and again, by its number. */
typedef enum
{
  SETS,
  ADDS,
  MARKS,
  COUNTS,
  MAKES, /* a token */
  REVOKES,
  KINDS
} Kind;

typedef struct
{
  size_t begun;    /* calls written down before it was asked for */
  size_t answered; /* and when it was answered */
} Deed;

typedef struct
{
  World world;
  CrashDisk *disk;
  GRand *rand;
  Deed deeds[DEEDS];
} Scene;

/* The secret, the hash in its first 20 bytes, of deed @n. */
static const uint8_t *
hash_of (unsigned n)
{
  return trk_store_hash (n + 1);
}

/* --- what is done --- */

static const char *
do_it (World *w, unsigned n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);

  switch ((Kind) (n % KINDS))
    {
    case SETS:
      return trk_store_set (w, text, "x");
    case ADDS:
      return trk_store_put (w, n + 1, 0, text);
    case MARKS:
      return trk_store_mark (w, hash_of (n), TRK_MARK_DENIED);
    case COUNTS:
      g_assert_true (trk_store_completed (w->store, hash_of (n), 1));
      return trk_store_flushed (w);
    case MAKES:
      return trk_store_token (w, text, TRK_SCOPE_READ, n + 1, 0);
    case REVOKES:
    default:
      return trk_store_revoke (w, (int64_t) (n / KINDS) + 1);
    }
}

static void
live (Scene *s)
{
  World *w = &s->world;

  g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
  for (unsigned n = 0; n < DEEDS; n++)
    {
      if (n % SESSION == SESSION - 1)
        trk_store_world_reopen (w);
      s->deeds[n].begun = crash_disk_n_calls (s->disk);
      g_assert_cmpint (*do_it (w, n), !=, '!');
      s->deeds[n].answered = crash_disk_n_calls (s->disk);
    }
  trk_store_world_close (w);
}

/* --- what has to be there --- */

static bool
is_done (World *w, unsigned n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);

  switch ((Kind) (n % KINDS))
    {
    case SETS:
      return strcmp (trk_store_setting (w, text), "x") == 0;
    case ADDS:
      return strcmp (trk_store_get_hash (w, hash_of (n), 20), "-") != 0
             && trk_lists_get (w->lists, hash_of (n)) == TRK_MARK_ALLOWED
             && strncmp (trk_store_list (w, &(TrkTorrentQuery){ .text = text }), "0:", 2) != 0;
    case MARKS:
      return trk_lists_get (w->lists, hash_of (n)) == TRK_MARK_DENIED;
    case COUNTS:
      g_assert_cmpuint (trk_store_primed (w, hash_of (n)), <=, 1);
      return trk_store_primed (w, hash_of (n)) == 1;
    case MAKES:
      return strstr (trk_store_tokens (w), text) != NULL;
    case REVOKES:
    default:
      return strcmp (trk_store_check_token (w, n, 1), "-") == 0;
    }
}

static void
look (Scene *s, size_t cut)
{
  const uint8_t key[BT_SIPHASH_KEY_LEN] = { 9 };
  World *w = &s->world;

  trk_lists_free (w->lists);
  w->lists = w->config.lists = trk_lists_new (key);
  g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
  g_assert_cmpstr (trk_store_checked (w), ==, "ok");
  for (unsigned n = 0; n < DEEDS; n++)
    {
      if (s->deeds[n].answered <= cut)
        g_assert_true (is_done (w, n));
      else if (s->deeds[n].begun >= cut && n % KINDS != REVOKES)
        g_assert_false (is_done (w, n));
    }
  trk_store_world_close (w);
}

/* The disk that was written to and the promises stay those of the first run. */
static void
cut_once (Scene *s, size_t cut, bool twice)
{
  CrashDisk *after = crash_disk_cut (s->disk, cut, s->rand);

  if (twice)
    {
      CrashDisk *later;
      World *w = &s->world;

      crash_disk_watch (after);
      g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
      trk_store_world_close (w);
      crash_disk_watch (NULL);
      later = crash_disk_cut (
          after, (size_t) g_rand_int_range (s->rand, 0, (gint32) crash_disk_n_calls (after) + 1),
          s->rand);
      crash_disk_free (after);
      after = later;
    }
  look (s, cut);
  crash_disk_free (after);
}

static guint32
seed (void)
{
  const char *text = g_getenv ("SHOAL_CRASH_SEED");

  return text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : (guint32) g_test_rand_int ();
}

static void
test_cuts (void)
{
  unsigned n_cuts = g_test_slow () ? CUTS_SLOW : CUTS;
  Scene s = { 0 };
  guint32 number = seed ();
  size_t n_calls;

  g_test_message ("SHOAL_CRASH_SEED=%u", number);
  trk_store_world_init (&s.world);
  s.world.config.journal_rotate = 100;
  s.rand = g_rand_new_with_seed (number);
  s.disk = crash_disk_new (s.world.folder);
  crash_disk_watch (s.disk);
  live (&s);
  crash_disk_watch (NULL);
  n_calls = crash_disk_n_calls (s.disk);
  g_test_message ("%zu calls", n_calls);
  for (unsigned i = 0; i < n_cuts; i++)
    cut_once (&s, (size_t) g_rand_int_range (s.rand, 0, (gint32) n_calls + 1), i % 4 == 3);
  crash_disk_free (s.disk);
  g_rand_free (s.rand);
  trk_store_world_clear (&s.world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/tracker", test_cuts);
  return g_test_run ();
}
