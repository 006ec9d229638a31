/* eng-own.c: see the header. */
#include "client-core/torrent/eng-own.h"

#include <stdbool.h>
#include <string.h>

#define NETWORK_V4 3
#define NETWORK_V6 6

static BtEndpoint
network_of (const BtEndpoint *from)
{
  BtEndpoint network = { .family = from->family };

  memcpy (network.addr, from->addr, from->family == BT_FAMILY_V6 ? NETWORK_V6 : NETWORK_V4);
  return network;
}

/* Where the vote of a network is, or goes. */
static EngOwnVote *
place_for (EngOwnFamily *self, const BtEndpoint *network)
{
  EngOwnVote *place;

  for (unsigned i = 0; i < self->n; i++)
    if (bt_endpoint_equal (&self->votes[i].network, network))
      return &self->votes[i];
  place = &self->votes[self->next];
  self->next = (self->next + 1) % ENG_OWN_VOTES;
  self->n += self->n < ENG_OWN_VOTES;
  return place;
}

static bool
is_agreed (const EngOwnFamily *self, const BtEndpoint *address)
{
  unsigned n = 0;

  for (unsigned i = 0; i < self->n; i++)
    n += bt_endpoint_equal (&self->votes[i].address, address);
  return n >= ENG_OWN_LEAST && 2 * n > self->n;
}

void
eng_own_heard (EngOwn *self, const BtEndpoint *from, const BtEndpoint *seen)
{
  EngOwnFamily *family = &self->families[seen->family == BT_FAMILY_V6];
  BtEndpoint network = network_of (from);
  BtEndpoint address = *seen;

  if (seen->family == BT_FAMILY_NONE || bt_endpoint_range (from) != BT_RANGE_GLOBAL
      || bt_endpoint_range (seen) != BT_RANGE_GLOBAL)
    return;
  address.port = 0;
  *place_for (family, &network) = (EngOwnVote){ network, address };
  if (bt_endpoint_equal (&family->believed, &address) || !is_agreed (family, &address))
    return;
  family->believed = address;
  self->n_changes++;
}
