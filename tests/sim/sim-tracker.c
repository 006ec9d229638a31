/* sim-tracker.c: see the header. */
#include "tests/sim/sim-tracker.h"

#include "client-core/discovery/eng-turns.h"
#include "protocol/core/bt-assert.h"

#define LIES 8

struct SimTracker
{
  SimWorld *world;
  SimTrackerConfig config;
  GPtrArray *members; /* of SimHost */
  uint32_t n_asked;
};

/* A question under way. */
typedef struct
{
  SimAnnounces *announces;
  SimTracker *tracker;
  EngTurn turn;
  BtioTimer answer;
} Question;

struct SimAnnounces
{
  SimClient *client;
  SimTracker **trackers;
  size_t n;
  EngTurns turns;
  bool running;
  BtioTimer timer;
  Question *questions; /* one a tracker; running while its timer is set */
};

/* --- the tracker --- */

SimTracker *
sim_tracker_new (SimWorld *world, const SimTrackerConfig *config)
{
  SimTracker *tracker = g_new0 (SimTracker, 1);

  tracker->world = world;
  tracker->config = *config;
  tracker->members = g_ptr_array_new ();
  return tracker;
}

void
sim_tracker_free (SimTracker *tracker)
{
  g_ptr_array_unref (tracker->members);
  g_free (tracker);
}

uint32_t
sim_tracker_n_asked (const SimTracker *tracker)
{
  return tracker->n_asked;
}

void
sim_tracker_add (SimTracker *tracker, SimHost *host)
{
  if (!g_ptr_array_find (tracker->members, host, NULL))
    g_ptr_array_add (tracker->members, host);
}

static void
tell (SimClient *client, const BtEndpoint *endpoint)
{
  sim_client_add_peer (client, endpoint);
}

/* Up to @give members by chance, but not the asker. */
static void
tell_members (SimTracker *tracker, SimClient *client)
{
  GPtrArray *members = tracker->members;
  uint32_t given = 0;

  for (guint i = 0; i < members->len && given < tracker->config.give; i++)
    {
      guint at = i + sim_world_below (tracker->world, members->len - i);
      SimHost *host = members->pdata[at];
      BtEndpoint endpoint = sim_host_endpoint (host);

      members->pdata[at] = members->pdata[i];
      members->pdata[i] = host;
      if (host == sim_client_host (client))
        continue;
      tell (client, &endpoint);
      given++;
    }
}

static void
tell_lies (SimTracker *tracker, SimClient *client)
{
  static const uint8_t martians[][4]
      = { { 127, 0, 0, 1 }, { 10, 0, 0, 1 }, { 224, 0, 0, 1 }, { 0, 0, 0, 0 } };
  unsigned lies = tracker->config.lies;
  BtEndpoint own = sim_host_endpoint (sim_client_host (client));

  for (unsigned i = 0; i < LIES; i++)
    {
      const uint8_t nobody[] = { 200, (uint8_t) sim_world_below (tracker->world, 256),
                                 (uint8_t) sim_world_below (tracker->world, 256), 1 };
      BtEndpoint martian = bt_endpoint_v4 (martians[i % G_N_ELEMENTS (martians)], 6881);
      BtEndpoint empty = bt_endpoint_v4 (nobody, 6881);

      if ((lies & SIM_LIE_MARTIANS) != 0)
        tell (client, &martian);
      if ((lies & SIM_LIE_NOBODY) != 0)
        tell (client, &empty);
    }
  if ((lies & SIM_LIE_ITSELF) != 0)
    tell (client, &own);
}

/* --- announces --- */

static void ask (SimAnnounces *self);

static void
on_answer (BtioTimer *timer, uint64_t now_us)
{
  Question *question = (Question *) (void *) ((char *) timer - offsetof (Question, answer));
  SimAnnounces *self = question->announces;
  SimTracker *tracker = question->tracker;
  BtAnnounceReply reply;

  bt_announce_reply_init (&reply);
  reply.interval_s = tracker->config.interval_s;
  reply.min_interval_s = tracker->config.min_interval_s;
  if (tracker->n_asked++ < tracker->config.fail_first)
    {
      eng_turns_failed (&self->turns, &question->turn, NULL, now_us);
      ask (self);
      return;
    }
  eng_turns_answered (&self->turns, &question->turn, &reply, now_us);
  if (now_us >= tracker->config.blind_until_us)
    {
      tell_lies (tracker, self->client);
      tell_members (tracker, self->client);
    }
  sim_tracker_add (tracker, sim_client_host (self->client));
  ask (self);
}

static void
ask (SimAnnounces *self)
{
  BtioReactor *reactor = sim_host_reactor (sim_client_host (self->client));
  uint64_t now_us = btio_reactor_now_us (reactor);
  EngTurn turn;

  while (eng_turns_next (&self->turns, now_us, &turn))
    {
      Question *question = &self->questions[turn.tracker];

      question->turn = turn;
      btio_timer_set (&question->answer, reactor, now_us + question->tracker->config.latency_us);
    }
  btio_timer_set (&self->timer, reactor, eng_turns_deadline (&self->turns));
}

static void
on_timer (BtioTimer *timer, uint64_t now_us)
{
  ask ((SimAnnounces *) (void *) ((char *) timer - offsetof (SimAnnounces, timer)));
}

static void
on_began (void *data, SimClient *client)
{
  SimAnnounces *self = data;
  g_autofree BtTracker *trackers = g_new0 (BtTracker, self->n);

  for (size_t i = 0; i < self->n; i++)
    trackers[i] = (BtTracker){ .url = "http://tracker/", .tier = (unsigned) i };
  eng_turns_init (&self->turns, trackers, self->n,
                  sim_world_random (sim_host_world (sim_client_host (client))));
  self->running = true;
  ask (self);
}

static void
on_ended (void *data, SimClient *client)
{
  SimAnnounces *self = data;

  if (!self->running)
    return;
  self->running = false;
  btio_timer_stop (&self->timer);
  for (size_t i = 0; i < self->n; i++)
    {
      btio_timer_stop (&self->questions[i].answer);
      (void) g_ptr_array_remove_fast (self->trackers[i]->members,
                                      sim_client_host (client)); /* or it did not know us */
    }
  eng_turns_clear (&self->turns);
}

static void
on_wants (void *data, SimClient *client)
{
  SimAnnounces *self = data;

  if (!self->running)
    return;
  eng_turns_more (&self->turns);
  ask (self);
}

static const SimClientEvents client_events
    = { .began = on_began, .ended = on_ended, .wants = on_wants };

SimAnnounces *
sim_announces_new (SimClient *client, SimTracker **trackers, size_t n)
{
  SimAnnounces *self = g_new0 (SimAnnounces, 1);

  self->client = client;
  self->trackers = g_memdup2 (trackers, n * sizeof *trackers);
  self->n = n;
  self->timer.due = on_timer;
  self->questions = g_new0 (Question, n);
  for (size_t i = 0; i < n; i++)
    self->questions[i]
        = (Question){ .announces = self, .tracker = trackers[i], .answer.due = on_answer };
  sim_client_listen (client, &client_events, self);
  return self;
}

void
sim_announces_free (SimAnnounces *self)
{
  bt_assert (!self->running);
  g_free (self->questions);
  g_free (self->trackers);
  g_free (self);
}
