/* eng-udp.c: sockets and machines. */
#include "client-core/discovery/eng-udp.h"

#include <string.h>

#include "client-core/discovery/eng-udp-private.h"

/* How long a machine that nobody asks is kept: its connection id is no good for longer. */
#define IDLE_US (120 * UINT64_C (1000000))

/* --- machines --- */

static void
send_waiting (EngUdpMachine *machine)
{
  BtioDatagram *socket = machine->udp->sockets[machine->client.tracker.family == BT_FAMILY_V6];
  BtLent packet;

  while (bt_udp_client_next_output (&machine->client, &packet))
    if (socket != NULL) /* nothing leaves by another way; what is lost is sent again */
      (void) btio_datagram_send (socket, packet.bytes, packet.len, &machine->client.tracker);
}

static EngUdpLeg *
find_leg (EngUdpMachine *machine, uint32_t request)
{
  for (GList *at = machine->legs.head; at != NULL; at = at->next)
    if (((EngUdpLeg *) at->data)->request == request)
      return at->data;
  return NULL;
}

static bool
try_leg (EngUdpMachine *machine, EngUdpLeg *leg)
{
  const EngUdpAsk *ask = leg->ask;
  uint64_t now_us = btio_reactor_now_us (machine->udp->reactor);
  const BtScrapeRequest scrape = { ask->hashes, ask->n_hashes };
  BtLent url_data = { NULL, 0 };

  if (ask->url_data != NULL)
    url_data = bt_lent_text (ask->url_data);
  leg->request = ask->hashes != NULL
                     ? bt_udp_client_scrape (&machine->client, &scrape, now_us)
                     : bt_udp_client_announce (&machine->client, &ask->request, &url_data, now_us);
  return leg->request != 0;
}

static void
start_waiting (EngUdpMachine *machine)
{
  while (machine->waiting.length > 0 && try_leg (machine, g_queue_peek_head (&machine->waiting)))
    g_queue_push_tail (&machine->legs, g_queue_pop_head (&machine->waiting));
}

static void
take_events (EngUdpMachine *machine)
{
  BtUdpClientEvent event;

  while (bt_udp_client_next_event (&machine->client, &event))
    {
      EngUdpLeg *leg = find_leg (machine, event.request);

      if (leg == NULL)
        continue;
      (void) g_queue_remove (&machine->legs, leg); /* it is there */
      leg->machine = NULL;
      eng_udp_leg_ended (leg, &machine->client.tracker, &event);
    }
}

/* Asks never end in here, only later in the turn: the machine stays. */
static void
run (EngUdpMachine *machine)
{
  uint64_t deadline_us;

  take_events (machine);
  start_waiting (machine);
  send_waiting (machine);
  deadline_us = bt_udp_client_deadline (&machine->client);
  if (machine->legs.length == 0)
    deadline_us = btio_reactor_now_us (machine->udp->reactor) + IDLE_US;
  btio_timer_set (&machine->timer, machine->udp->reactor, deadline_us);
}

static void
on_turn (BtioTurn *turn)
{
  run ((EngUdpMachine *) (void *) ((char *) turn - offsetof (EngUdpMachine, turn)));
}

static void
on_timer (BtioTimer *timer, uint64_t now_us)
{
  EngUdpMachine *machine
      = (EngUdpMachine *) (void *) ((char *) timer - offsetof (EngUdpMachine, timer));

  if (machine->legs.length == 0 && machine->waiting.length == 0)
    {
      g_hash_table_remove (machine->udp->machines, &machine->client.tracker);
      return;
    }
  bt_udp_client_tick (&machine->client, now_us);
  run (machine);
}

static void
machine_free (EngUdpMachine *machine)
{
  btio_timer_stop (&machine->timer);
  btio_turn_stop (&machine->turn);
  bt_udp_client_clear (&machine->client);
  g_free (machine);
}

static void
draw_seed (EngUdp *self, uint8_t out[BT_SIPHASH_KEY_LEN])
{
  for (size_t i = 0; i < BT_SIPHASH_KEY_LEN; i += sizeof (uint64_t))
    {
      uint64_t count = self->drawn++;
      uint64_t drawn = bt_siphash (&self->random, &count, sizeof count);

      memcpy (out + i, &drawn, sizeof drawn);
    }
}

static EngUdpMachine *
machine_at (EngUdp *self, const BtEndpoint *to)
{
  EngUdpMachine *machine = g_hash_table_lookup (self->machines, to);
  uint8_t seed[BT_SIPHASH_KEY_LEN];

  if (machine != NULL)
    return machine;
  machine = g_new0 (EngUdpMachine, 1);
  draw_seed (self, seed);
  bt_udp_client_init (&machine->client, to, seed);
  machine->udp = self;
  machine->timer.due = on_timer;
  machine->turn.run = on_turn;
  g_queue_init (&machine->legs);
  g_queue_init (&machine->waiting);
  g_hash_table_insert (self->machines, &machine->client.tracker, machine);
  return machine;
}

/* --- sockets --- */

static void
on_received (void *owner, const uint8_t *data, size_t len, const BtEndpoint *from)
{
  EngUdp *self = owner;
  EngUdpMachine *machine = g_hash_table_lookup (self->machines, from);

  if (machine != NULL
      && bt_udp_client_input (&machine->client, data, len, from,
                              btio_reactor_now_us (self->reactor)))
    run (machine);
}

static bool
open_socket (EngUdp *self, uint16_t family)
{
  BtioDatagram **socket = &self->sockets[family == BT_FAMILY_V6];
  BtioBind bind = { .address = { .family = family }, .interface = self->interface };

  if (self->from.family != BT_FAMILY_NONE)
    bind.address = self->from;
  if (bind.address.family != family)
    return false; /* nothing leaves by another address than was asked for */
  if (*socket == NULL)
    *socket = btio_datagram_new (self->reactor, &bind, on_received, self);
  return *socket != NULL;
}

/* --- legs --- */

bool
eng_udp_leg_start (EngUdp *self, EngUdpLeg *leg, const BtEndpoint *to)
{
  if (!open_socket (self, to->family))
    return false;
  leg->machine = machine_at (self, to);
  leg->request = 0;
  g_queue_push_tail (&leg->machine->waiting, leg);
  btio_turn_ask (&leg->machine->turn, self->reactor);
  return true;
}

void
eng_udp_leg_stop (EngUdpLeg *leg)
{
  EngUdpMachine *machine = leg->machine;

  if (machine == NULL)
    return;
  leg->machine = NULL;
  (void) g_queue_remove (&machine->waiting, leg); /* it is there or below */
  if (g_queue_remove (&machine->legs, leg))
    bt_udp_client_cancel (&machine->client, leg->request);
  btio_turn_ask (&machine->turn, machine->udp->reactor);
}

/* --- all of it --- */

static void
set_bind (EngUdp *self, const BtioBind *bind)
{
  self->from = bind->address;
  self->from.port = 0;
  g_free (self->interface);
  self->interface = g_strdup (bind->interface);
}

EngUdp *
eng_udp_new (BtioReactor *reactor, BtioResolver *resolver, const EngUdpConfig *config)
{
  EngUdp *self = g_new0 (EngUdp, 1);

  self->reactor = reactor;
  self->resolver = resolver;
  set_bind (self, &config->bind);
  self->timeout_us = config->timeout_us;
  self->grace_us = config->grace_us;
  self->random = (BtSipKey){ { config->seed, ~config->seed } };
  self->machines = g_hash_table_new_full (bt_endpoint_hash, bt_endpoint_equal, NULL,
                                          (GDestroyNotify) machine_free);
  return self;
}

void
eng_udp_move (EngUdp *self, const BtioBind *bind)
{
  static const uint16_t families[] = { BT_FAMILY_V4, BT_FAMILY_V6 };
  BtEndpoint from = bind->address;

  from.port = 0;
  if (bt_endpoint_equal (&from, &self->from) && g_strcmp0 (bind->interface, self->interface) == 0)
    return;
  set_bind (self, bind);
  for (size_t i = 0; i < G_N_ELEMENTS (families); i++)
    if (self->sockets[i] != NULL)
      {
        g_clear_pointer (&self->sockets[i], btio_datagram_free);
        (void) open_socket (self, families[i]); /* or the next ask says that it cannot be had */
      }
}

void
eng_udp_cut_off (EngUdp *self)
{
  GHashTableIter iter;
  gpointer machine;

  g_hash_table_iter_init (&iter, self->machines);
  while (g_hash_table_iter_next (&iter, NULL, &machine))
    bt_udp_client_moved (&((EngUdpMachine *) machine)->client);
}

void
eng_udp_free (EngUdp *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->machines);
  for (size_t i = 0; i < G_N_ELEMENTS (self->sockets); i++)
    btio_datagram_free (self->sockets[i]);
  g_free (self->interface);
  g_free (self);
}
