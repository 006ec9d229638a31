/* test-bt-metadata-liars.c: how long an info dictionary takes when most of those who send it lie or
 * say nothing, over lines of any delay: many worlds at random, in virtual time. */
#include <string.h>

#include <glib.h>

#include "protocol/peer/bt-metadata-fetch.h"

#define SIZE (10u * BT_METADATA_PIECE_LEN - 5)
#define MAX_PEERS 8
#define MAX_ANSWERS 1024
#define TICK_US 500000 /* as the client has it */
#define WORLDS 2000

typedef enum
{
  HONEST,
  SPOILS_ALL,
  SPOILS_SOME,
  MUTE,       /* answers nothing */
  GIVES_SOME, /* answers a few times, then nothing more */
  REFUSES
} Kind;

typedef struct
{
  Kind kind;
  uint64_t delay_us;
  uint32_t spoilt; /* a bit for each piece */
  uint32_t gives;
  bool gone;
} Peer;

typedef struct
{
  uint64_t due_us;
  uint32_t peer;
  uint32_t piece;
  bool refused;
} Answer;

typedef struct
{
  GRand *random;
  BtMetadataFetch *fetch;
  Peer peers[MAX_PEERS];
  uint32_t n_peers;
  Answer answers[MAX_ANSWERS];
  uint32_t n_answers;
  uint64_t now_us;
  bool done;
} World;

static const struct
{
  const char *name;
  Kind liars[MAX_PEERS];
  uint32_t n_liars;
  double slowest_s;
  uint64_t delay_us; /* of the honest one; 0: any short one */
} cases[] = {
  { "/metadata-liars/three", { SPOILS_ALL, SPOILS_SOME, SPOILS_SOME }, 3, 6 },
  { "/metadata-liars/mute", { MUTE, MUTE, MUTE }, 3, 8 },
  { "/metadata-liars/mute-among-liars", { MUTE, SPOILS_SOME, SPOILS_ALL, MUTE }, 4, 15 },
  { "/metadata-liars/tired", { GIVES_SOME, GIVES_SOME, SPOILS_SOME }, 3, 12 },
  { "/metadata-liars/refusers", { REFUSES, SPOILS_SOME, REFUSES, SPOILS_ALL }, 4, 6 },
  { "/metadata-liars/all-kinds",
    { SPOILS_ALL, SPOILS_SOME, MUTE, GIVES_SOME, REFUSES, SPOILS_SOME },
    6,
    20 },
  { "/metadata-liars/slow", { SPOILS_ALL, SPOILS_SOME, SPOILS_SOME }, 3, 20, 3000000 },
  { "/metadata-liars/slow-among-mute", { MUTE, SPOILS_SOME, MUTE }, 3, 60, 3000000 },
};

static Peer
make_peer (World *w, Kind kind)
{
  return (Peer){ .kind = kind,
                 .delay_us = (uint64_t) g_rand_int_range (w->random, 1000, 400000),
                 .spoilt = kind == SPOILS_SOME ? 1u << g_rand_int_range (w->random, 0, 10)
                                               : (kind == SPOILS_ALL ? UINT32_MAX : 0),
                 .gives = (uint32_t) g_rand_int_range (w->random, 0, 9) };
}

/* In any order. */
static void
begin (World *w, size_t at)
{
  uint32_t honest = (uint32_t) g_rand_int_range (w->random, 0, (gint32) cases[at].n_liars + 1);

  w->fetch = bt_metadata_fetch_new (1 << 20);
  w->n_peers = cases[at].n_liars + 1;
  for (uint32_t i = 0, liar = 0; i < w->n_peers; i++)
    w->peers[i] = make_peer (w, i == honest ? HONEST : cases[at].liars[liar++]);
  if (cases[at].delay_us > 0)
    w->peers[honest].delay_us = cases[at].delay_us;
  for (uint32_t i = 0; i < w->n_peers; i++)
    g_assert_true (bt_metadata_fetch_add_peer (w->fetch, i, SIZE));
}

static void
ask_all (World *w)
{
  uint32_t first;
  uint32_t piece;

  g_assert_cmpuint (w->n_peers, >, 0);
  first = g_rand_int (w->random) % w->n_peers;
  for (uint32_t k = 0; k < w->n_peers; k++)
    {
      uint32_t i = (first + k) % w->n_peers;
      Peer *peer = &w->peers[i];

      while (!peer->gone && bt_metadata_fetch_next (w->fetch, i, w->now_us, &piece))
        {
          if (peer->kind == MUTE || (peer->kind == GIVES_SOME && peer->gives == 0))
            continue;
          peer->gives -= peer->kind == GIVES_SOME;
          g_assert_cmpuint (w->n_answers, <, MAX_ANSWERS);
          w->answers[w->n_answers++]
              = (Answer){ w->now_us + peer->delay_us, i, piece, peer->kind == REFUSES };
        }
    }
}

/* A byte of each piece says whether it is true. */
static bool
is_true (const BtMetadataFetch *fetch)
{
  size_t len;
  g_autofree uint8_t *whole = bt_metadata_fetch_whole (fetch, &len);

  for (size_t at = 0; at < len; at += BT_METADATA_PIECE_LEN)
    if (whole[at] != 1)
      return false;
  return true;
}

static void
ban_liars (World *w)
{
  for (uint32_t i = 0; i < w->n_peers; i++)
    if (!w->peers[i].gone && bt_metadata_fetch_is_liar (w->fetch, i))
      {
        g_assert_cmpint (w->peers[i].kind, !=, HONEST);
        w->peers[i].gone = true;
        bt_metadata_fetch_remove_peer (w->fetch, i);
      }
}

static void
deliver (World *w, const Answer *answer)
{
  const Peer *peer = &w->peers[answer->peer];
  uint8_t bytes[BT_METADATA_PIECE_LEN] = { (peer->spoilt >> answer->piece & 1) == 0 };
  BtMetadataMessage message = { .type = BT_METADATA_DATA,
                                .piece = answer->piece,
                                .total_size = SIZE,
                                .bytes = bytes,
                                .len = bt_metadata_piece_len (SIZE, answer->piece) };

  if (peer->gone)
    return;
  if (answer->refused)
    {
      bt_metadata_fetch_reject (w->fetch, answer->peer, answer->piece, w->now_us);
      return;
    }
  if (bt_metadata_fetch_data (w->fetch, answer->peer, &message, w->now_us) != BT_METADATA_WHOLE)
    return;
  w->done = is_true (w->fetch);
  if (w->done)
    return;
  bt_metadata_fetch_failed (w->fetch);
  ban_liars (w);
}

/* The next answer, or the clock. */
static void
step (World *w)
{
  uint64_t due_us = MIN (w->now_us + TICK_US, bt_metadata_fetch_deadline (w->fetch, w->now_us));
  uint32_t next = w->n_answers;

  for (uint32_t i = 0; i < w->n_answers; i++)
    if (w->answers[i].due_us <= due_us)
      {
        due_us = w->answers[i].due_us;
        next = i;
      }
  w->now_us = due_us;
  if (next < w->n_answers)
    {
      Answer answer = w->answers[next];

      w->answers[next] = w->answers[--w->n_answers];
      deliver (w, &answer);
    }
  if (!w->done)
    ask_all (w);
}

static void
test_worlds (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  uint64_t slowest_us = 0;

  for (guint32 seed = 1; seed <= WORLDS; seed++)
    {
      World w = { .random = g_rand_new_with_seed (seed), .now_us = 1000000 };
      uint64_t start_us = w.now_us;

      begin (&w, at);
      ask_all (&w);
      while (!w.done)
        {
          step (&w);
          g_assert_cmpuint (w.now_us - start_us, <, 600 * G_USEC_PER_SEC);
        }
      slowest_us = MAX (slowest_us, w.now_us - start_us);
      bt_metadata_fetch_free (w.fetch);
      g_rand_free (w.random);
    }
  g_test_message ("%.1f s", (double) slowest_us / G_USEC_PER_SEC);
  g_assert_cmpfloat ((double) slowest_us / G_USEC_PER_SEC, <, cases[at].slowest_s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, GSIZE_TO_POINTER (i), test_worlds);
  return g_test_run ();
}
