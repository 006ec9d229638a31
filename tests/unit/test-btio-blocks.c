/* test-btio-blocks.c: buffers and their budget: when it is reached, when there is room again, and
 * threads that take and give at once. */
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/io/btio-blocks.h"

#define N 8u

static void
on_edge (void *data)
{
  g_atomic_int_inc ((int *) data);
}

/* A block is whole, aligned and nobody else's; NULL may be given back. */
static void
test_take (void)
{
  int n_edges = 0;
  BtioBlocks *blocks = btio_blocks_new (N * BT_BLOCK_LEN, on_edge, &n_edges);
  uint8_t *a = btio_blocks_take (blocks);
  uint8_t *b = btio_blocks_take (blocks);

  g_assert_cmpuint ((uintptr_t) a % 4096, ==, 0);
  g_assert_cmpuint ((uintptr_t) b % 4096, ==, 0);
  memset (a, 1, BT_BLOCK_LEN);
  memset (b, 2, BT_BLOCK_LEN);
  g_assert_cmpuint (a[BT_BLOCK_LEN - 1], ==, 1);
  g_assert_cmpuint (btio_blocks_budget (blocks), ==, N * BT_BLOCK_LEN);
  g_assert_cmpuint (btio_blocks_used (blocks), ==, 2 * BT_BLOCK_LEN);
  btio_blocks_give (blocks, NULL);
  btio_blocks_give (blocks, a);
  btio_blocks_give (blocks, b);
  g_assert_cmpuint (btio_blocks_used (blocks), ==, 0);
  g_assert_cmpint (n_edges, ==, 0);
  btio_blocks_free (blocks);
  btio_blocks_free (NULL);
}

/* So many are in use; the edges that have been told, and what the state is after an attempt to
 * recover. */
static const struct
{
  unsigned used;
  int n_edges;
  bool is_full;
  bool recovers;
} steps[] = {
  { N - 1, 0, false, false }, { N, 1, true, false },        { N + 3, 1, true, false },
  { N - 1, 1, true, false },  { N / 4 * 3, 2, true, true }, { N - 1, 2, false, false },
  { 0, 2, false, false },     { N, 3, true, false },        { 0, 10, true, true },
};

static void
test_budget (void)
{
  int n_edges = 0;
  BtioBlocks *blocks = btio_blocks_new (N * BT_BLOCK_LEN, on_edge, &n_edges);
  uint8_t *taken[2 * N];
  unsigned n = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      while (n < steps[i].used)
        taken[n++] = btio_blocks_take (blocks);
      while (n > steps[i].used)
        btio_blocks_give (blocks, taken[--n]);
      g_assert_cmpint (n_edges, ==, steps[i].n_edges);
      g_assert_cmpint (btio_blocks_is_full (blocks), ==, steps[i].is_full);
      g_assert_cmpint (btio_blocks_recover (blocks), ==, steps[i].recovers);
      g_assert_cmpint (btio_blocks_is_full (blocks), ==, steps[i].is_full && !steps[i].recovers);
    }
  btio_blocks_free (blocks);
}

/* Whether a block has memory of the system's. */
static bool
is_resident (uint8_t *block)
{
  unsigned char pages[BT_BLOCK_LEN / 4096];

  g_assert_cmpint (mincore (block, BT_BLOCK_LEN, pages), ==, 0);
  return (pages[0] & 1) != 0;
}

static unsigned
count_resident (uint8_t *const *taken, unsigned n)
{
  unsigned resident = 0;

  for (unsigned i = 0; i < n; i++)
    resident += is_resident (taken[i]);
  return resident;
}

static void
take_all (BtioBlocks *blocks, uint8_t **taken, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    {
      taken[i] = btio_blocks_take (blocks);
      memset (taken[i], 1, BT_BLOCK_LEN);
    }
}

static void
give_all (BtioBlocks *blocks, uint8_t *const *taken, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    btio_blocks_give (blocks, taken[i]);
}

/* What was given back last is used first, and its memory is let go when it is free from one trim to
 * the next; a little is kept. */
static void
test_trim (void)
{
  int n_edges = 0;
  BtioBlocks *blocks = btio_blocks_new (1000 * BT_BLOCK_LEN, on_edge, &n_edges);
  uint8_t *taken[200], *again[200];
  unsigned n = G_N_ELEMENTS (taken);

  if (sysconf (_SC_PAGESIZE) != 4096)
    {
      g_test_skip ("pages are larger than those of a block");
      btio_blocks_free (blocks);
      return;
    }
  take_all (blocks, taken, n);
  give_all (blocks, taken, n);
  g_assert_true (btio_blocks_trim (blocks)); /* all were in use since the trim before */
  g_assert_cmpuint (count_resident (taken, n), ==, n);
  take_all (blocks, again, n / 2);
  g_assert_true (again[0] == taken[n - 1]);
  give_all (blocks, again, n / 2);
  g_assert_true (btio_blocks_trim (blocks)); /* a half was */
  g_assert_cmpuint (count_resident (taken, n), ==, n / 2);
  g_assert_false (btio_blocks_trim (blocks));
  g_assert_cmpuint (count_resident (taken, n), ==, 64);
  take_all (blocks, again, n);
  g_assert_cmpuint (count_resident (taken, n), ==, n);
  g_assert_cmpuint (btio_blocks_used (blocks), ==, n * BT_BLOCK_LEN);
  give_all (blocks, again, n);
  btio_blocks_free (blocks);
}

static void *
take_and_give (void *data)
{
  BtioBlocks *blocks = data;

  for (unsigned i = 0; i < 2000; i++)
    {
      uint8_t *a = btio_blocks_take (blocks);
      uint8_t *b = btio_blocks_take (blocks);

      a[0] = b[0] = (uint8_t) i;
      (void) btio_blocks_recover (blocks); /* whether it was full depends on the others */
      btio_blocks_give (blocks, a);
      btio_blocks_give (blocks, b);
    }
  return NULL;
}

static void
test_threads (void)
{
  int n_edges = 0;
  BtioBlocks *blocks = btio_blocks_new (4 * BT_BLOCK_LEN, on_edge, &n_edges);
  pthread_t threads[4];

  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_create (&threads[i], NULL, take_and_give, blocks), ==, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_join (threads[i], NULL), ==, 0);
  g_assert_cmpuint (btio_blocks_used (blocks), ==, 0);
  btio_blocks_free (blocks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/btio-blocks/take", test_take);
  g_test_add_func ("/btio-blocks/budget", test_budget);
  g_test_add_func ("/btio-blocks/trim", test_trim);
  g_test_add_func ("/btio-blocks/threads", test_threads);
  return g_test_run ();
}
