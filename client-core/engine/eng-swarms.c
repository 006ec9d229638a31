/* eng-swarms.c: see the header. */
#include "client-core/engine/eng-swarms.h"

#include <glib.h>

#define N_SWARMS 2

/* One name and its announces. */
typedef struct
{
  EngSwarms *swarms;
  EngAnnounces *announces; /* NULL: no such name */
  bool v2;
} Swarm;

struct EngSwarms
{
  EngAnnouncer *announcer;
  bool is_private;
  Swarm swarms[N_SWARMS]; /* v1, v2 */
  const EngSwarmEvents *events;
  void *owner;
  unsigned n_stopping;
  void (*done) (void *data);
  void *data;
};

static void
on_facts (void *owner, EngAnnounceFacts *out)
{
  EngSwarms *self = ((Swarm *) owner)->swarms;

  self->events->facts (self->owner, out);
}

static void
on_peers (void *owner, const BtEndpoint *peers, size_t n, bool local)
{
  Swarm *swarm = owner;

  swarm->swarms->events->peers (swarm->swarms->owner, peers, n, local, swarm->v2);
}

static void
on_changed (void *owner, size_t tracker)
{
  Swarm *swarm = owner;
  EngTrackerStatus status = eng_announces_status (swarm->announces, tracker);

  status.v2 = swarm->v2;
  swarm->swarms->events->changed (swarm->swarms->owner, &status);
}

static const EngAnnounceEvents announce_events
    = { .facts = on_facts, .peers = on_peers, .changed = on_changed };

static EngAnnounces *
announces_of (const EngSwarms *self, size_t i)
{
  return self->swarms[i].announces;
}

static void
begin (EngSwarms *self, size_t i, const uint8_t *name, const BtTracker *trackers, size_t n)
{
  if (name != NULL && announces_of (self, i) == NULL)
    self->swarms[i].announces = eng_announces_new (self->announcer, name, trackers, n,
                                                   &announce_events, &self->swarms[i]);
}

EngSwarms *
eng_swarms_new (EngAnnouncer *announcer, const uint8_t *v1, const uint8_t *v2,
                const BtTracker *trackers, size_t n, const EngSwarmEvents *events, void *owner)
{
  EngSwarms *self = g_new0 (EngSwarms, 1);
  const uint8_t *names[] = { v1, v2 };

  self->announcer = announcer;
  self->events = events;
  self->owner = owner;
  for (size_t i = 0; i < N_SWARMS; i++)
    {
      self->swarms[i] = (Swarm){ .swarms = self, .v2 = i == 1 };
      begin (self, i, names[i], trackers, n);
    }
  return self;
}

/* Those of a swarm that are not dropped. (transfer container) */
static GArray *
trackers_of (const EngAnnounces *announces)
{
  GArray *trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker));

  for (size_t i = 0; i < eng_announces_count (announces); i++)
    {
      EngTrackerStatus status = eng_announces_status (announces, i);
      BtTracker tracker = { .url = status.url, .tier = status.tier };

      if (!eng_announces_is_dropped (announces, i))
        g_array_append_val (trackers, tracker);
    }
  return trackers;
}

void
eng_swarms_join (EngSwarms *self, const uint8_t *v1, const uint8_t *v2)
{
  g_autoptr (GArray) trackers = trackers_of (eng_swarms_first (self));
  const uint8_t *names[] = { v1, v2 };

  for (size_t i = 0; i < N_SWARMS; i++)
    begin (self, i, names[i], (const BtTracker *) (void *) trackers->data, trackers->len);
  eng_swarms_set_private (self, self->is_private);
}

void
eng_swarms_add (EngSwarms *self, const BtTracker *tracker)
{
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_add (announces_of (self, i), tracker);
}

void
eng_swarms_set_private (EngSwarms *self, bool is_private)
{
  self->is_private = is_private;
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_set_private (announces_of (self, i), is_private);
}

void
eng_swarms_tell (EngSwarms *self, BtAnnounceEvent event)
{
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_tell (announces_of (self, i), event);
}

void
eng_swarms_more (EngSwarms *self)
{
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_more (announces_of (self, i));
}

void
eng_swarms_now (EngSwarms *self, const char *url)
{
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_now (announces_of (self, i), url);
}

void
eng_swarms_moved (EngSwarms *self)
{
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_moved (announces_of (self, i));
}

void
eng_swarms_elsewhere (EngSwarms *self)
{
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_elsewhere (announces_of (self, i));
}

void
eng_swarms_drop (EngSwarms *self, const char *url)
{
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_drop (announces_of (self, i), url);
}

const EngAnnounces *
eng_swarms_first (const EngSwarms *self)
{
  return announces_of (self, announces_of (self, 0) != NULL ? 0 : 1);
}

static void
on_stopped (void *data)
{
  EngSwarms *self = data;
  void (*done) (void *) = self->done;
  void *done_data = self->data;

  if (--self->n_stopping > 0)
    return;
  g_free (self);
  done (done_data);
}

void
eng_swarms_stop (EngSwarms *self, uint64_t timeout_us, void (*done) (void *data), void *data)
{
  self->done = done;
  self->data = data;
  for (size_t i = 0; i < N_SWARMS; i++)
    self->n_stopping += announces_of (self, i) != NULL;
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_stop (g_steal_pointer (&self->swarms[i].announces), timeout_us, on_stopped,
                          self);
}
