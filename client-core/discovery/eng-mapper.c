/* eng-mapper.c: the rounds: when the router is asked, what came of it, and the end. A program of
 * its own asks (eng-router.h). */
#include "client-core/discovery/eng-mapper.h"

#include "client-core/discovery/eng-route.h"
#include "client-core/discovery/eng-router-call.h"
#include "protocol/io/btio-local.h"

#define SECOND_US UINT64_C (1000000)
#define RENEW_MIN_S 60u
#define RETRY_FIRST_S UINT64_C (300)
#define RETRY_MAX_S UINT64_C (3600)
/* What asking may last: a router that answers slowly is asked a few things, one at a time. */
#define ROUND_US (15 * SECOND_US)
/* What taking a mapping back may last. */
#define END_US (2 * SECOND_US)

/* What is listened at. */
typedef struct
{
  BtEndpoint address; /* without its port */
  char *interface;
  uint16_t port;
} EngMapperPlace;

struct EngMapper
{
  BtioReactor *reactor;
  EngMapperPlace place;
  EngMapperPlace next; /* taken once what is mapped for the one before is taken back */
  uint64_t seed;
  void (*changed) (void *owner); /* NULL once it closes */
  void *owner;
  bool on;
  void (*closed) (void *data); /* NULL: nobody waits */
  void *closed_data;
  BtioTurn end; /* that calls it, or begins the next round */

  EngMapping mapping;
  EngRouterCall *call; /* NULL: nobody is asked, the timer is that of the next round */
  bool is_ending;      /* what it has mapped, or maps, is taken back */
  bool asks_anew;      /* once the call is over: it is of a router that was left */
  BtioTimer timer;
  unsigned failures; /* rounds, one after the other */
  BtEndpoint gateway;
  BtEndpoint local;       /* our address in its network */
  uint16_t wanted;        /* port of the router */
  EngRouterAnswer answer; /* what is mapped, and how it is taken back */
};

static void
wait_s (EngMapper *self, uint64_t s)
{
  btio_timer_set (&self->timer, self->reactor, btio_reactor_now_us (self->reactor) + s * SECOND_US);
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

static void
mapped (EngMapper *self, const EngRouterAnswer *answer)
{
  EngMapping now = {
    .state = ENG_MAPPING_MAPPED, .by = answer->by, .port = answer->port, .address = answer->address
  };
  bool same = self->mapping.state == now.state && self->mapping.port == now.port
              && bt_endpoint_equal (&self->mapping.address, &now.address);

  self->failures = 0;
  self->answer = *answer;
  self->wanted = answer->port;
  self->mapping = now;
  wait_s (self, MAX (answer->lease_s / 2, RENEW_MIN_S));
  if (!same)
    tell (self);
}

static void
failed (EngMapper *self, EngMappingProblem problem, unsigned code)
{
  uint64_t retry_s = RETRY_FIRST_S << MIN (self->failures, 8);

  self->failures++;
  self->answer = (EngRouterAnswer){ 0 };
  self->wanted = self->place.port;
  self->mapping = (EngMapping){ .state = ENG_MAPPING_FAILED, .problem = problem, .code = code };
  wait_s (self, MIN (retry_s, RETRY_MAX_S));
  tell (self);
}

/* --- a round --- */

static void begin_round (EngMapper *self);
static void take_back (EngMapper *self);

/* False when nobody can be asked. */
static bool
ask (EngMapper *self, bool unmap, uint64_t limit_us, EngRouterDone done)
{
  const EngRouterAnswer *before = &self->answer;
  const EngRouterOrder order = { .unmap = unmap,
                                 .by = before->by,
                                 .gateway = self->gateway,
                                 .local = self->local,
                                 .interface = self->place.interface,
                                 .internal = self->place.port,
                                 .external = unmap ? before->port : self->wanted,
                                 .seed = self->seed++,
                                 .control = before->control[0] != '\0' ? before->control : NULL,
                                 .service = before->service[0] != '\0' ? before->service : NULL };

  self->call = eng_router_call (self->reactor, &order, limit_us, done, self);
  return self->call != NULL;
}

/* Whether there is a router to ask: not when the world reaches us, or nobody does. */
static bool
needs_router (const EngMapper *self)
{
  BtRange range = bt_endpoint_range (&self->local);

  return range == BT_RANGE_PRIVATE || range == BT_RANGE_LINK_LOCAL;
}

static void
on_answer (void *owner, const EngRouterAnswer *answer)
{
  EngMapper *self = owner;
  bool ok = answer->problem == ENG_MAPPING_FINE;

  self->call = NULL;
  if (self->is_ending)
    {
      if (ok)
        self->answer = *answer; /* it was faster than its end */
      take_back (self);
    }
  else if (self->asks_anew)
    begin_round (self);
  else if (ok)
    mapped (self, answer);
  else
    failed (self, answer->problem, answer->code);
}

/* False when there is none, and there should be. */
static bool
find_router (EngMapper *self)
{
  if (self->place.address.family == BT_FAMILY_V4)
    {
      self->local = self->place.address;
      return !needs_router (self) || eng_route_gateway (self->place.interface, &self->gateway);
    }
  return eng_route_gateway (self->place.interface, &self->gateway)
         && btio_local_towards (&self->gateway, NULL, &self->local);
}

static void
begin_round (EngMapper *self)
{
  bool may_ask = ENG_ROUTERS_CAN_BE_ASKED && self->place.address.family != BT_FAMILY_V6;

  btio_timer_stop (&self->timer);
  self->asks_anew = false;
  if (may_ask && !find_router (self))
    failed (self, ENG_MAPPING_NO_ROUTE, 0);
  else if (!may_ask || !needs_router (self))
    set_state (self, ENG_MAPPING_OFF);
  else if (!ask (self, false, ROUND_US, on_answer))
    failed (self, ENG_MAPPING_SYSTEM, 0);
  else if (self->mapping.state != ENG_MAPPING_MAPPED)
    set_state (self, ENG_MAPPING_ASKING);
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
  else if (self->on && self->call == NULL && self->mapping.state == ENG_MAPPING_OFF)
    begin_round (self);
}

static void
unmapped (EngMapper *self)
{
  btio_timer_stop (&self->timer);
  self->is_ending = false;
  self->answer = (EngRouterAnswer){ 0 };
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

static void
on_unmapped (void *owner, const EngRouterAnswer *answer)
{
  EngMapper *self = owner;

  self->call = NULL;
  unmapped (self);
}

static void
take_back (EngMapper *self)
{
  self->is_ending = true;
  if (self->answer.by == ENG_MAPPED_BY_NOBODY || !ask (self, true, END_US, on_unmapped))
    unmapped (self);
}

/* Breaks a round off that is under way. */
static void
unmap (EngMapper *self)
{
  btio_timer_stop (&self->timer);
  if (self->call == NULL)
    take_back (self);
  else if (!self->is_ending)
    {
      self->is_ending = true;
      eng_router_end (self->call);
    }
}

static void
on_due (BtioTimer *timer, uint64_t now_us)
{
  begin_round ((EngMapper *) (void *) ((char *) timer - offsetof (EngMapper, timer)));
}

/* --- all of it --- */

EngMapper *
eng_mapper_new (BtioReactor *reactor, const EngMapperConfig *config, void (*changed) (void *owner),
                void *owner)
{
  EngMapper *self = g_new0 (EngMapper, 1);

  self->reactor = reactor;
  self->changed = changed;
  self->owner = owner;
  self->seed = config->seed;
  self->place = place_of (&config->bind, config->port);
  self->wanted = config->port;
  self->timer.due = on_due;
  self->end.run = on_end;
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
  else if (self->mapping.state == ENG_MAPPING_OFF && self->call == NULL)
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

void
eng_mapper_elsewhere (EngMapper *self)
{
  if (!self->on || self->is_ending)
    return;
  self->failures = 0;
  self->asks_anew = self->call != NULL;
  if (self->call != NULL)
    eng_router_end (self->call);
  else
    begin_round (self);
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
  eng_router_cancel (self->call);
  btio_timer_stop (&self->timer);
  btio_turn_stop (&self->end);
  place_clear (&self->place);
  place_clear (&self->next);
  g_free (self);
}
