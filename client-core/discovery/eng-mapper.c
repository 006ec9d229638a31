/* eng-mapper.c: the rounds: when the router is asked, what came of it, and the end. */
#include "client-core/discovery/eng-mapper-private.h"
#include "client-core/discovery/eng-route.h"

#define RENEW_MIN_S 60u
#define RETRY_FIRST_S UINT64_C (300)
#define RETRY_MAX_S UINT64_C (3600)
#define CALL_TIMEOUT_S 5
/* What taking a mapping back may last. */
#define END_US (2 * ENG_MAPPER_S)

void
eng_mapper_wait (EngMapper *self, uint64_t us)
{
  btio_timer_set (&self->timer, self->reactor, btio_reactor_now_us (self->reactor) + us);
}

static void
tell (EngMapper *self)
{
  if (self->changed != NULL)
    self->changed (self->owner);
}

static void
set_state (EngMapper *self, EngMappingState state)
{
  if (self->mapping.state == state)
    return;
  self->mapping = (EngMapping){ .state = state };
  tell (self);
}

/* --- what came of a round --- */

void
eng_mapper_mapped (EngMapper *self, EngMappedBy by, uint32_t lifetime_s)
{
  EngMapping now
      = { .state = ENG_MAPPING_MAPPED, .by = by, .port = self->wanted, .address = self->found };
  bool same = self->mapping.state == now.state && self->mapping.port == now.port
              && bt_endpoint_equal (&self->mapping.address, &now.address);

  self->failures = 0;
  self->step = ENG_MAPPER_IDLE;
  self->mapping = now;
  eng_mapper_wait (self, MAX (lifetime_s / 2, RENEW_MIN_S) * ENG_MAPPER_S);
  if (!same)
    tell (self);
}

void
eng_mapper_failed (EngMapper *self, EngMappingProblem problem, unsigned code)
{
  uint64_t wait_s = RETRY_FIRST_S << MIN (self->failures, 8);

  self->failures++;
  self->step = ENG_MAPPER_IDLE;
  self->wanted = self->place.port;
  self->mapping = (EngMapping){ .state = ENG_MAPPING_FAILED, .problem = problem, .code = code };
  eng_mapper_wait (self, MIN (wait_s, RETRY_MAX_S) * ENG_MAPPER_S);
  tell (self);
}

/* --- a round --- */

static void
on_received (void *owner, const uint8_t *data, size_t len, const BtEndpoint *from)
{
  EngMapper *self = owner;

  if (self->step == ENG_MAPPER_UPNP_SEARCH)
    eng_mapper_upnp_receive (self, data, len, from);
  else if (self->step != ENG_MAPPER_IDLE && from->port == BT_NATPMP_PORT
           && bt_endpoint_same_address (from, &self->gateway))
    eng_mapper_natpmp_receive (self, data, len);
}

/* A socket of our address in the router's network; what comes late to the one before is lost. */
static bool
open_socket (EngMapper *self)
{
  const BtioBind bind = { .address = self->local, .interface = self->place.interface };

  btio_datagram_free (self->datagram);
  self->datagram = btio_datagram_new (self->reactor, &bind, on_received, self);
  eng_http_move (self->http, &bind);
  return self->datagram != NULL;
}

/* Whether there is a router to ask: not when the world reaches us, or nobody does. */
static bool
needs_router (const EngMapper *self)
{
  BtRange range = bt_endpoint_range (&self->local);

  return range == BT_RANGE_PRIVATE || range == BT_RANGE_LINK_LOCAL;
}

static void
begin_protocol (EngMapper *self)
{
  self->refusal = 0;
  self->found = (BtEndpoint){ 0 };
  if (self->mapping.by == ENG_MAPPED_BY_UPNP && self->upnp.control != NULL)
    eng_mapper_upnp_renew (self);
  else
    eng_mapper_natpmp_begin (self);
}

static void
begin_round (EngMapper *self)
{
  bool of_v6 = self->place.address.family == BT_FAMILY_V6;
  bool of_one = self->place.address.family == BT_FAMILY_V4;

  self->step = ENG_MAPPER_IDLE;
  btio_timer_stop (&self->timer);
  if (of_one)
    self->local = self->place.address;
  if (of_v6 || (of_one && !needs_router (self)))
    set_state (self, ENG_MAPPING_OFF);
  else if (!eng_route_gateway (self->place.interface, &self->gateway)
           || (!of_one && !eng_route_local (&self->gateway, &self->local)))
    eng_mapper_failed (self, ENG_MAPPING_NO_ROUTE, 0);
  else if (!needs_router (self))
    set_state (self, ENG_MAPPING_OFF);
  else if (!open_socket (self))
    eng_mapper_failed (self, ENG_MAPPING_SYSTEM, 0);
  else
    {
      if (self->mapping.state != ENG_MAPPING_MAPPED)
        set_state (self, ENG_MAPPING_ASKING);
      begin_protocol (self);
    }
}

/* --- its end --- */

static void
place_clear (EngMapperPlace *place)
{
  g_free (place->interface);
  *place = (EngMapperPlace){ 0 };
}

static EngMapperPlace
place_of (const BtioBind *bind, uint16_t port)
{
  EngMapperPlace place
      = { .address = bind->address, .interface = g_strdup (bind->interface), .port = port };

  place.address.port = 0;
  return place;
}

/* Never inside of what has called us. */
static void
on_end (BtioTurn *turn)
{
  EngMapper *self = (EngMapper *) (void *) ((char *) turn - offsetof (EngMapper, end));
  void (*closed) (void *) = self->closed;

  self->closed = NULL;
  if (closed != NULL)
    closed (self->closed_data);
  else if (self->on && self->step == ENG_MAPPER_IDLE && self->mapping.state == ENG_MAPPING_OFF)
    begin_round (self);
}

void
eng_mapper_unmapped (EngMapper *self)
{
  self->step = ENG_MAPPER_IDLE;
  btio_timer_stop (&self->timer);
  eng_mapper_upnp_clear (self);
  if (self->next.port != 0)
    {
      place_clear (&self->place);
      self->place = self->next;
      self->next = (EngMapperPlace){ 0 };
    }
  self->wanted = self->place.port;
  self->failures = 0;
  set_state (self, ENG_MAPPING_OFF);
  btio_turn_ask (&self->end, self->reactor);
}

/* Breaks off what is under way. */
static void
unmap (EngMapper *self)
{
  eng_http_cancel (g_steal_pointer (&self->call));
  btio_timer_stop (&self->timer);
  if (self->mapping.by == ENG_MAPPED_BY_NAT_PMP)
    eng_mapper_natpmp_end (self);
  else if (self->mapping.by == ENG_MAPPED_BY_UPNP && self->upnp.control != NULL)
    {
      eng_mapper_upnp_end (self);
      eng_mapper_wait (self, END_US);
    }
  else
    eng_mapper_unmapped (self);
}

static void
on_due (BtioTimer *timer, uint64_t now_us)
{
  EngMapper *self = (EngMapper *) (void *) ((char *) timer - offsetof (EngMapper, timer));

  if (self->step == ENG_MAPPER_IDLE)
    begin_round (self);
  else if (self->step == ENG_MAPPER_UPNP_SEARCH)
    eng_mapper_upnp_due (self);
  else if (self->step == ENG_MAPPER_UPNP_CALL)
    {
      eng_http_cancel (g_steal_pointer (&self->call)); /* the end has lasted long enough */
      eng_mapper_unmapped (self);
    }
  else
    eng_mapper_natpmp_due (self);
}

/* --- all of it --- */

EngMapper *
eng_mapper_new (BtioReactor *reactor, const EngMapperConfig *config, void (*changed) (void *owner),
                void *owner)
{
  EngMapper *self = g_new0 (EngMapper, 1);
  const EngHttpConfig http = { .user_agent = config->user_agent,
                               .at_once = 1,
                               .at_once_a_host = 1,
                               .timeout_us = CALL_TIMEOUT_S * ENG_MAPPER_S,
                               .seed = config->seed,
                               .stays = true };

  self->reactor = reactor;
  self->changed = changed;
  self->owner = owner;
  self->random = config->seed;
  self->place = place_of (&config->bind, config->port);
  self->wanted = config->port;
  self->timer.due = on_due;
  self->end.run = on_end;
  self->http = eng_http_new (reactor, &http);
  return self;
}

void
eng_mapper_set (EngMapper *self, bool on)
{
  if (self->on == on)
    return;
  self->on = on;
  if (!on)
    unmap (self);
  else if (self->mapping.state == ENG_MAPPING_OFF && self->step == ENG_MAPPER_IDLE)
    begin_round (self);
}

void
eng_mapper_move (EngMapper *self, const BtioBind *bind, uint16_t port)
{
  EngMapperPlace to = place_of (bind, port);

  place_clear (&self->next);
  if (to.port == self->place.port && bt_endpoint_equal (&to.address, &self->place.address)
      && g_strcmp0 (to.interface, self->place.interface) == 0)
    {
      place_clear (&to);
      return;
    }
  self->next = to;
  unmap (self);
}

const EngMapping *
eng_mapper_mapping (const EngMapper *self)
{
  return &self->mapping;
}

void
eng_mapper_close (EngMapper *self, void (*closed) (void *data), void *data)
{
  self->closed = closed;
  self->closed_data = data;
  self->changed = NULL;
  self->on = false;
  unmap (self);
}

void
eng_mapper_free (EngMapper *self)
{
  if (self == NULL)
    return;
  eng_http_cancel (self->call);
  btio_timer_stop (&self->timer);
  btio_turn_stop (&self->end);
  btio_datagram_free (self->datagram);
  eng_mapper_upnp_clear (self);
  eng_http_free (self->http);
  place_clear (&self->place);
  place_clear (&self->next);
  g_free (self);
}
