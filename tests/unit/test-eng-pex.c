/* test-eng-pex.c: who is told of whom, and how often. */
#include <glib.h>

#include "client-core/torrent/eng-pex.h"

#define S UINT64_C (1000000)
#define START (1000 * S)

static BtPexPeer
peer_at (unsigned i)
{
  const uint8_t address[4] = { 198, 51, (uint8_t) (i >> 8), (uint8_t) i };

  return (BtPexPeer){ .endpoint = bt_endpoint_v4 (address, 6881), .flags = (uint8_t) (i % 32) };
}

/* Peers from @first to before @end. */
static bool
next (EngPex *pex, unsigned first, unsigned end, uint64_t now_us, BtPexMessage *out)
{
  g_autofree BtPexPeer *peers = g_new (BtPexPeer, end - first);

  for (unsigned i = first; i < end; i++)
    peers[i - first] = peer_at (i);
  return eng_pex_next (pex, peers, end - first, now_us, out);
}

/* What a peer is told at each step: who is there from then on, and the differences. */
static const struct
{
  uint64_t at_s;
  unsigned first, end;
  size_t n_added, n_dropped; /* both 0: no message */
} steps[] = {
  { 0, 0, 0, 0, 0 },      /* nobody */
  { 4, 0, 3, 0, 0 },      /* not looked for again yet */
  { 5, 0, 3, 3, 0 },      /* the first message */
  { 64, 0, 9, 0, 0 },     /* a minute has not passed */
  { 65, 0, 9, 6, 0 },     /* ... and what has come since */
  { 125, 0, 9, 0, 0 },    /* nothing new */
  { 130, 2, 10, 1, 2 },   /* two are gone */
  { 190, 2, 200, 50, 0 }, /* no more than fit */
  { 250, 2, 200, 50, 0 }, { 310, 400, 401, 1, 50 }, { 370, 400, 401, 0, 50 },
};

static void
test_differences (void)
{
  EngPex pex = { 0 };
  BtPexMessage message;

  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      bool said = next (&pex, steps[i].first, steps[i].end, START + steps[i].at_s * S, &message);

      g_test_message ("step %zu", i);
      g_assert_cmpint (said, ==, steps[i].n_added + steps[i].n_dropped > 0);
      if (!said)
        continue;
      g_assert_cmpuint (message.n_added, ==, steps[i].n_added);
      g_assert_cmpuint (message.n_dropped, ==, steps[i].n_dropped);
    }
  eng_pex_clear (&pex);
}

static void
test_flags (void)
{
  EngPex pex = { 0 };
  BtPexMessage message;
  const BtPexPeer first = peer_at (7);

  g_assert_true (next (&pex, 7, 8, START, &message));
  g_assert_cmpuint (message.added[0].flags, ==, first.flags);
  g_assert_true (bt_endpoint_equal (&message.added[0].endpoint, &first.endpoint));
  g_assert_false (eng_pex_is_due (&pex, START + 60 * S - 1));
  g_assert_true (eng_pex_is_due (&pex, START + 60 * S));
  g_assert_true (next (&pex, 0, 0, START + 60 * S, &message));
  g_assert_true (bt_endpoint_equal (&message.dropped[0].endpoint, &first.endpoint));
  eng_pex_clear (&pex);
}

/* Messages every @every_ms; after how many the peer floods, 0 for never. */
static const struct
{
  uint64_t every_ms;
  unsigned n;
} floods[] = {
  { 90000, 0 }, { 60000, 0 }, { 59000, 0 }, { 50000, 0 }, { 30000, 5 }, { 1000, 3 }, { 0, 3 },
};

static void
test_floods (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (floods); i++)
    {
      EngPex pex = { 0 };
      unsigned flooded = 0;

      for (unsigned n = 1; n <= 1000 && flooded == 0; n++)
        if (eng_pex_came (&pex, START + n * floods[i].every_ms * 1000) == ENG_PEX_FLOOD)
          flooded = n;
      g_test_message ("every %" G_GUINT64_FORMAT " ms", floods[i].every_ms);
      g_assert_cmpuint (flooded, ==, floods[i].n);
      eng_pex_clear (&pex);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pex/book/differences", test_differences);
  g_test_add_func ("/pex/book/flags", test_flags);
  g_test_add_func ("/pex/book/floods", test_floods);
  return g_test_run ();
}
