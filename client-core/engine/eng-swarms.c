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

  swarm->swarms->events->changed (swarm->swarms->owner, &status);
}

static const EngAnnounceEvents announce_events
    = { .facts = on_facts, .peers = on_peers, .changed = on_changed };

EngSwarms *
eng_swarms_new (EngAnnouncer *announcer, const uint8_t *v1, const uint8_t *v2,
                const BtTracker *trackers, size_t n, const EngSwarmEvents *events, void *owner)
{
  EngSwarms *self = g_new0 (EngSwarms, 1);
  const uint8_t *names[] = { v1, v2 };

  self->events = events;
  self->owner = owner;
  for (size_t i = 0; i < N_SWARMS; i++)
    {
      self->swarms[i] = (Swarm){ .swarms = self, .v2 = names[i] == v2 };
      if (names[i] != NULL)
        self->swarms[i].announces = eng_announces_new (announcer, names[i], trackers, n,
                                                       &announce_events, &self->swarms[i]);
    }
  return self;
}

static EngAnnounces *
announces_of (const EngSwarms *self, size_t i)
{
  return self->swarms[i].announces;
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
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_set_private (announces_of (self, i), is_private);
}

void
eng_swarms_completed (EngSwarms *self)
{
  for (size_t i = 0; i < N_SWARMS; i++)
    if (announces_of (self, i) != NULL)
      eng_announces_completed (announces_of (self, i));
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
