/* test-trk-select.c: which peers an announce is answered with, and how many. */
#include <glib.h>

#include "trk-world.h"

static void
test_numwant (void)
{
  static const struct
  {
    int32_t numwant;
    size_t n;
  } cases[] = { { -1, 50 }, { -9, 50 },   { INT32_MIN, 50 }, { 0, 0 },
                { 7, 7 },   { 200, 200 }, { 201, 200 },      { INT32_MAX, 200 } };
  TrkWorld w;

  trk_world_init (&w, 1000);
  for (unsigned i = 0; i < 300; i++)
    trk_world_come (&w, trk_world_host (i), 1, BT_ANNOUNCE_STARTED);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_NONE);

      request.numwant = cases[i].numwant;
      g_assert_cmpint (trk_world_say (&w, &request, trk_world_host (3), TRK_CARRIER_UDP), ==,
                       TRK_ANSWERED);
      g_assert_cmpuint (trk_world_n_v4 (&w), ==, cases[i].n);
      trk_world_assert_counts (&w, 0, 300, 0);
    }
  trk_world_clear (&w);
}

static void
test_one_datagram (void)
{
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_NONE);
  TrkWorld w;

  trk_world_init (&w, 1000);
  for (unsigned i = 0; i < 300; i++)
    trk_world_come (&w, trk_world_host6 (i), 1, BT_ANNOUNCE_STARTED);
  request.numwant = 200;
  trk_world_say (&w, &request, trk_world_host6 (3), TRK_CARRIER_UDP);
  g_assert_cmpuint (trk_world_n_v6 (&w), ==, TRK_UDP_PEERS_V6);
  trk_world_say (&w, &request, trk_world_host6 (3), TRK_CARRIER_HTTP);
  g_assert_cmpuint (trk_world_n_v6 (&w), ==, 200);
  trk_world_clear (&w);
}

static void
test_seeder_gets_leechers (void)
{
  TrkWorld w;

  trk_world_init (&w, 1000);
  for (unsigned i = 0; i < 20; i++)
    trk_world_come (&w, trk_world_host (i), i < 15 ? 0 : 1, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, trk_world_host (3), 0, BT_ANNOUNCE_NONE);
  g_assert_cmpuint (trk_world_n_v4 (&w), ==, 5);
  for (unsigned i = 15; i < 20; i++)
    {
      BtEndpoint leecher = trk_world_at_port (trk_world_host (i), 6881);

      g_assert_true (trk_world_lists (&w.reply.peers_v4, &leecher));
    }
  trk_world_clear (&w);
}

static void
test_leecher_gets_seeders_first (void)
{
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_NONE);
  TrkWorld w;

  trk_world_init (&w, 1000);
  for (unsigned i = 0; i < 60; i++)
    trk_world_come (&w, trk_world_host (i), i % 6 == 0 ? 0 : 1, BT_ANNOUNCE_STARTED);
  request.numwant = 12;
  trk_world_say (&w, &request, trk_world_host (1), TRK_CARRIER_UDP);
  g_assert_cmpuint (trk_world_n_v4 (&w), ==, 12);
  for (unsigned i = 0; i < 60; i += 6)
    {
      BtEndpoint seeder = trk_world_at_port (trk_world_host (i), 6881);

      g_assert_true (trk_world_lists (&w.reply.peers_v4, &seeder));
    }
  trk_world_clear (&w);
}

static void
test_never_itself_and_all_shown (void)
{
  bool shown[40] = { false };
  TrkWorld w;

  trk_world_init (&w, 1000);
  for (unsigned i = 0; i < G_N_ELEMENTS (shown); i++)
    trk_world_come (&w, trk_world_host (i), i % 2, BT_ANNOUNCE_STARTED);
  for (unsigned turn = 0; turn < 400; turn++)
    {
      unsigned self = turn % G_N_ELEMENTS (shown);
      BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_NONE);

      request.numwant = 30;
      trk_world_say (&w, &request, trk_world_host (self), TRK_CARRIER_HTTP);
      for (unsigned i = 0; i < G_N_ELEMENTS (shown); i++)
        {
          BtEndpoint peer = trk_world_at_port (trk_world_host (i), 6881);

          if (!trk_world_lists (&w.reply.peers_v4, &peer))
            continue;
          g_assert_cmpuint (i, !=, self);
          shown[i] = true;
        }
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (shown); i++)
    g_assert_true (shown[i]);
  trk_world_clear (&w);
}

static void
test_families (void)
{
  static const struct
  {
    unsigned v4_seeders, v4_leechers, v6_seeders, v6_leechers;
    size_t min_v4, min_v6, n;
  } cases[] = {
    { 0, 0, 0, 0, 0, 0, 0 },      { 100, 0, 0, 0, 40, 0, 40 },   { 0, 0, 0, 100, 0, 40, 40 },
    { 100, 0, 0, 5, 35, 5, 40 },  { 100, 0, 0, 50, 30, 10, 40 }, { 3, 0, 90, 0, 3, 37, 40 },
    { 0, 99, 30, 0, 10, 30, 40 }, { 5, 5, 5, 5, 10, 10, 20 },
  };

  for (size_t c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_NONE);
      TrkWorld w;

      trk_world_init (&w, 1000);
      for (unsigned i = 0; i < cases[c].v4_seeders + cases[c].v4_leechers; i++)
        trk_world_come (&w, trk_world_host (i), i >= cases[c].v4_seeders, BT_ANNOUNCE_STARTED);
      for (unsigned i = 0; i < cases[c].v6_seeders + cases[c].v6_leechers; i++)
        trk_world_come (&w, trk_world_host6 (i), i >= cases[c].v6_seeders, BT_ANNOUNCE_STARTED);
      request.numwant = 40;
      trk_world_say (&w, &request, trk_world_host (999), TRK_CARRIER_HTTP);
      g_assert_cmpuint (trk_world_n_v4 (&w) + trk_world_n_v6 (&w), ==, cases[c].n);
      g_assert_cmpuint (trk_world_n_v4 (&w), >=, cases[c].min_v4);
      g_assert_cmpuint (trk_world_n_v6 (&w), >=, cases[c].min_v6);
      trk_world_say (&w, &request, trk_world_host (999), TRK_CARRIER_UDP);
      g_assert_cmpuint (trk_world_n_v6 (&w), ==, 0);
      g_assert_cmpuint (trk_world_n_v4 (&w), ==,
                        MIN (40, cases[c].v4_seeders + cases[c].v4_leechers));
      trk_world_clear (&w);
    }
}

static const struct
{
  const char *path;
  void (*run) (void);
} tests[] = {
  { "/trk/select/numwant", test_numwant },
  { "/trk/select/one-datagram", test_one_datagram },
  { "/trk/select/seeder-gets-leechers", test_seeder_gets_leechers },
  { "/trk/select/leecher-gets-seeders-first", test_leecher_gets_seeders_first },
  { "/trk/select/never-itself-and-all-shown", test_never_itself_and_all_shown },
  { "/trk/select/families", test_families },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_func (tests[i].path, tests[i].run);
  return g_test_run ();
}
