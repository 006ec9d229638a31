/* test-sim-throttle.c: who has which share of a limit, to the byte: throttles on virtual time. */
#include <string.h>

#include <glib.h>

#include "client-core/peer/eng-throttle.h"
#include "protocol/core/bt-limits.h"
#include "tests/sim/sim-reactor.h"
#include "tests/sim/sim-swarm.h"

#define MIB UINT64_C (1048576)
#define TORRENTS 4
#define TAKERS 200

/* Who takes as much as it gets. */
typedef struct
{
  EngThrottleWait wait;
  EngThrottle *at;
  size_t want;  /* at a time */
  size_t keeps; /* of what it gets at a time; the rest is given back */
  uint64_t had;
} Taker;

typedef struct
{
  SimWorld *world;
  BtioReactor *reactor;
  EngThrottle session;
  EngThrottle torrents[TORRENTS];
  Taker takers[TAKERS];
  unsigned n;
} Scene;

static void
take_all (Taker *taker)
{
  size_t got;

  while ((got = eng_throttle_take (taker->at, &taker->wait, taker->want)) > 0)
    {
      size_t kept = MIN (got, taker->keeps);

      taker->had += kept;
      eng_throttle_give_back (taker->at, got - kept);
      if (kept < got)
        return; /* it has nothing more to say for now */
    }
}

static void
on_turn (EngThrottleWait *wait)
{
  Taker *taker = (Taker *) (void *) ((char *) wait - offsetof (Taker, wait));

  g_assert_false (eng_throttle_waits (wait));
  take_all (taker);
}

static void
scene_init (Scene *s)
{
  *s = (Scene){ .world = sim_world_new (1) };
  s->reactor = sim_reactor_new (s->world, NULL);
  eng_throttle_init (&s->session, NULL, s->reactor);
  for (unsigned i = 0; i < TORRENTS; i++)
    eng_throttle_init (&s->torrents[i], &s->session, s->reactor);
}

static Taker *
add_taker (Scene *s, EngThrottle *at)
{
  Taker *taker = &s->takers[s->n++];

  *taker = (Taker){ .wait.turn = on_turn, .at = at, .want = 512 * 1024, .keeps = SIZE_MAX };
  return taker;
}

static void
run (Scene *s, uint64_t us)
{
  (void) sim_world_run (s->world, sim_world_now_us (s->world) + us, NULL, NULL);
}

/* Everybody begins at once, and nobody has what was saved up before. */
static void
begin (Scene *s)
{
  for (unsigned i = 0; i < s->n; i++)
    take_all (&s->takers[i]);
  run (s, SIM_S);
  for (unsigned i = 0; i < s->n; i++)
    s->takers[i].had = 0;
}

static void
scene_clear (Scene *s)
{
  for (unsigned i = 0; i < s->n; i++)
    eng_throttle_leave (&s->takers[i].wait);
  for (unsigned i = 0; i < TORRENTS; i++)
    eng_throttle_clear (&s->torrents[i]);
  eng_throttle_clear (&s->session);
  btio_reactor_free (s->reactor);
  sim_world_free (s->world);
}

static uint64_t
had_in (const Scene *s, const EngThrottle *at)
{
  uint64_t had = 0;

  for (unsigned i = 0; i < s->n; i++)
    had += at == NULL || s->takers[i].at == at ? s->takers[i].had : 0;
  return had;
}

/* To a turn. */
static void
assert_about (uint64_t value, uint64_t wanted, uint64_t turns)
{
  uint64_t by = turns * 64 * 1024;

  g_assert_cmpuint (value + by, >=, wanted);
  g_assert_cmpuint (value, <=, wanted + by);
}

/* --- shares --- */

/* At any rate, and no more than the limit in all. */
static void
test_equal (void)
{
  static const uint64_t rates[] = { 100, 5000, 100 * 1024, 10 * MIB, 500 * MIB };

  for (size_t r = 0; r < G_N_ELEMENTS (rates); r++)
    {
      const uint64_t seconds = rates[r] < MIB ? 40000 * 1024 / rates[r] : 10;
      Scene s;

      scene_init (&s);
      eng_throttle_set_rate (&s.session, rates[r]);
      for (unsigned i = 0; i < 100; i++)
        (void) add_taker (&s, r % 2 == 0 ? &s.session : &s.torrents[0]);
      begin (&s);
      run (&s, seconds * SIM_S);
      g_assert_cmpuint (had_in (&s, NULL), <=, rates[r] * seconds + rates[r] / 8 + BT_BLOCK_LEN);
      g_assert_cmpuint (had_in (&s, NULL) + rates[r] / 8 + BT_BLOCK_LEN, >=, rates[r] * seconds);
      for (unsigned i = 0; i < s.n; i++)
        assert_about (s.takers[i].had, rates[r] * seconds / s.n, 1 + rates[r] / (100 * MIB) * 4);
      scene_clear (&s);
    }
}

/* Torrents have equal shares, however many peers each has. */
static void
test_torrents (void)
{
  static const unsigned n_peers[] = { 1, 10, 50, 100 };
  Scene s;

  scene_init (&s);
  eng_throttle_set_rate (&s.session, 8 * MIB);
  for (unsigned t = 0; t < TORRENTS; t++)
    for (unsigned i = 0; i < n_peers[t]; i++)
      (void) add_taker (&s, &s.torrents[t]);
  begin (&s);
  run (&s, 60 * SIM_S);
  for (unsigned t = 0; t < TORRENTS; t++)
    assert_about (had_in (&s, &s.torrents[t]), 60 * 2 * MIB, 2);
  for (unsigned i = 0; i < s.n; i++)
    for (unsigned t = 0; t < TORRENTS; t++)
      if (s.takers[i].at == &s.torrents[t])
        assert_about (s.takers[i].had, 60 * 2 * MIB / n_peers[t], 2);
  scene_clear (&s);
}

/* What a torrent may not have for its own limit's sake is the others'. */
static void
test_own_limit (void)
{
  Scene s;

  scene_init (&s);
  eng_throttle_set_rate (&s.session, 8 * MIB);
  eng_throttle_set_rate (&s.torrents[0], MIB);
  for (unsigned i = 0; i < 60; i++)
    (void) add_taker (&s, &s.torrents[i % 3]);
  begin (&s);
  run (&s, 60 * SIM_S);
  assert_about (had_in (&s, &s.torrents[0]), 60 * MIB, 4);
  assert_about (had_in (&s, &s.torrents[1]), 60 * 7 * MIB / 2, 40);
  assert_about (had_in (&s, &s.torrents[2]), 60 * 7 * MIB / 2, 40);
  scene_clear (&s);
}

/* A peer with a limit of its own, in a torrent with one, in a session with one: none is passed, the
 * connections of the peer share its, and what it may not have is the others'. */
static void
test_peer_limit (void)
{
  EngThrottle peer;
  Scene s;

  scene_init (&s);
  eng_throttle_init (&peer, &s.torrents[0], s.reactor);
  eng_throttle_set_rate (&s.session, 8 * MIB);
  eng_throttle_set_rate (&s.torrents[0], 4 * MIB);
  eng_throttle_set_rate (&peer, MIB / 4);
  for (unsigned i = 0; i < 6; i++)
    (void) add_taker (&s, i < 2 ? &peer : i < 5 ? &s.torrents[0] : &s.torrents[1]);
  begin (&s);
  run (&s, 60 * SIM_S);
  for (unsigned i = 0; i < 2; i++)
    assert_about (s.takers[i].had, 60 * MIB / 8, 2);
  for (unsigned i = 2; i < 5; i++)
    assert_about (s.takers[i].had, 60 * MIB * 15 / 12, 8);
  assert_about (s.takers[5].had, 60 * 4 * MIB, 8);
  for (unsigned i = 0; i < 2; i++)
    eng_throttle_leave (&s.takers[i].wait);
  eng_throttle_clear (&peer);
  scene_clear (&s);
}

/* Who has little to say has all it wants, and leaves the rest to the others. */
static void
test_modest (void)
{
  Scene s;

  scene_init (&s);
  eng_throttle_set_rate (&s.session, 4 * MIB);
  for (unsigned i = 0; i < 40; i++)
    add_taker (&s, &s.session)->keeps = i < 20 ? 1000 : SIZE_MAX;
  begin (&s);
  for (unsigned i = 0; i < 100; i++)
    {
      for (unsigned k = 0; k < 20; k++)
        if (!eng_throttle_waits (&s.takers[k].wait))
          take_all (&s.takers[k]);
      run (&s, SIM_S);
    }
  for (unsigned k = 0; k < 20; k++)
    g_assert_cmpuint (s.takers[k].had, ==, 100 * 1000);
  for (unsigned k = 20; k < 40; k++)
    assert_about (s.takers[k].had, (100 * 4 * MIB - 20 * 100 * 1000) / 20, 8);
  scene_clear (&s);
}

/* Requests and such do not wait behind blocks, but count. */
static void
test_small (void)
{
  Scene s;
  Taker *small;
  uint64_t had = 0;

  scene_init (&s);
  eng_throttle_set_rate (&s.session, 10000);
  for (unsigned i = 0; i < 100; i++)
    (void) add_taker (&s, &s.torrents[0]);
  small = add_taker (&s, &s.torrents[1]);
  small->want = 17;
  begin (&s);
  for (unsigned i = 0; i < 1000; i++)
    {
      had += eng_throttle_take (small->at, &small->wait, small->want);
      run (&s, 100 * SIM_MS);
    }
  g_assert_cmpuint (had + small->had, >=, 900 * 17);
  assert_about (had_in (&s, NULL) + had, 100 * 10000, 1);
  scene_clear (&s);
}

/* --- changes --- */

static void
test_lifted (void)
{
  for (unsigned which = 0; which < 2; which++)
    {
      Scene s;
      EngThrottle *limited;

      scene_init (&s);
      limited = which == 0 ? &s.session : &s.torrents[0];
      eng_throttle_set_rate (limited, 1);
      for (unsigned i = 0; i < 10; i++)
        add_taker (&s, &s.torrents[0])->keeps = 100 * 1024;
      begin (&s);
      g_assert_cmpuint (had_in (&s, NULL), ==, 0);
      eng_throttle_set_rate (limited, 0);
      run (&s, 1);
      for (unsigned i = 0; i < s.n; i++)
        g_assert_cmpuint (s.takers[i].had, ==, 100 * 1024);
      scene_clear (&s);
    }
}

/* One step of somebody who comes, goes or changes a limit. */
static void
do_something (Scene *s)
{
  EngThrottle *throttle = &s->torrents[sim_world_below (s->world, TORRENTS)];
  Taker *taker = &s->takers[sim_world_below (s->world, s->n)];

  switch (sim_world_below (s->world, 8))
    {
    case 0:
      eng_throttle_set_rate (throttle, sim_world_below (s->world, 2) * MIB);
      break;
    case 1:
    case 2:
    case 3:
      eng_throttle_leave (&taker->wait);
      break;
    default:
      take_all (taker);
    }
}

/* However they come and go, nobody is forgotten and the limit holds. */
static void
test_monkey (void)
{
  Scene s;
  uint64_t began_us;
  uint64_t us;

  scene_init (&s);
  eng_throttle_set_rate (&s.session, 2 * MIB);
  for (unsigned i = 0; i < TAKERS; i++)
    (void) add_taker (&s, &s.torrents[i % TORRENTS]);
  began_us = sim_world_now_us (s.world);
  for (unsigned i = 0; i < 20000; i++)
    {
      do_something (&s);
      run (&s, sim_world_below (s.world, 4 * SIM_MS));
    }
  us = sim_world_now_us (s.world) - began_us;
  g_assert_cmpuint (had_in (&s, NULL), <=, 2 * MIB * us / SIM_S + MIB);
  begin (&s);
  run (&s, 100 * SIM_S);
  for (unsigned i = 0; i < s.n; i++)
    assert_about (s.takers[i].had, 100 * 2 * MIB / TAKERS, 2);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/throttle/equal", test_equal);
  g_test_add_func ("/throttle/torrents", test_torrents);
  g_test_add_func ("/throttle/own-limit", test_own_limit);
  g_test_add_func ("/throttle/peer-limit", test_peer_limit);
  g_test_add_func ("/throttle/modest", test_modest);
  g_test_add_func ("/throttle/small", test_small);
  g_test_add_func ("/throttle/lifted", test_lifted);
  g_test_add_func ("/throttle/monkey", test_monkey);
  return g_test_run ();
}
