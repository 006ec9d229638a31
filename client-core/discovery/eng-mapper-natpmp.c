/* eng-mapper-natpmp.c: a port by NAT-PMP (RFC 6886), of the router that the default route names. */
#include "client-core/discovery/eng-mapper-private.h"

#include <string.h>

/* RFC 6886 asks for nine tries, a minute in all; most routers that know it answer the first, and
 * behind it waits UPnP. */
#define TRIES 4u
#define END_TRIES 3u /* 1.75 s */
#define FIRST_WAIT_MS 250u

static void
send_request (EngMapper *self)
{
  BtNatpmpRequest request = { .op = BT_NATPMP_TCP, .internal = self->place.port };
  BtEndpoint to = self->gateway;
  uint8_t packet[BT_NATPMP_REQUEST_MAX];
  size_t len;

  if (self->step == ENG_MAPPER_NATPMP_ADDRESS)
    request = (BtNatpmpRequest){ .op = BT_NATPMP_ADDRESS };
  else if (self->step == ENG_MAPPER_NATPMP_MAP)
    {
      request.external = self->wanted;
      request.lifetime_s = ENG_MAPPER_LEASE_S;
    }
  to.port = BT_NATPMP_PORT;
  len = bt_natpmp_write (&request, packet);
  (void) btio_datagram_send (self->datagram, packet, len, &to); /* the next try may get through */
  eng_mapper_wait (self, (FIRST_WAIT_MS << self->tries) * ENG_MAPPER_MS);
}

static void
enter (EngMapper *self, EngMapperStep step)
{
  self->step = step;
  self->tries = 0;
  send_request (self);
}

void
eng_mapper_natpmp_begin (EngMapper *self)
{
  enter (self, ENG_MAPPER_NATPMP_MAP);
}

void
eng_mapper_natpmp_end (EngMapper *self)
{
  enter (self, ENG_MAPPER_NATPMP_UNMAP);
}

/* --- what comes of it --- */

/* No more can be had of it: without an address the mapping is as good. */
static void
give_up (EngMapper *self)
{
  if (self->step == ENG_MAPPER_NATPMP_ADDRESS)
    eng_mapper_mapped (self, ENG_MAPPED_BY_NAT_PMP, self->lifetime_s);
  else if (self->step == ENG_MAPPER_NATPMP_UNMAP)
    eng_mapper_unmapped (self);
  else
    eng_mapper_upnp_begin (self);
}

void
eng_mapper_natpmp_due (EngMapper *self)
{
  if (++self->tries < (self->step == ENG_MAPPER_NATPMP_UNMAP ? END_TRIES : TRIES))
    send_request (self);
  else
    give_up (self);
}

static void
take_mapping (EngMapper *self, const BtNatpmpReply *reply)
{
  if (reply->result != BT_NATPMP_OK)
    self->refusal = reply->result;
  if (reply->result != BT_NATPMP_OK || reply->external == 0 || reply->lifetime_s == 0)
    {
      give_up (self);
      return;
    }
  self->wanted = reply->external;
  self->lifetime_s = reply->lifetime_s;
  enter (self, ENG_MAPPER_NATPMP_ADDRESS);
}

void
eng_mapper_natpmp_receive (EngMapper *self, const uint8_t *data, size_t len)
{
  BtNatpmpReply reply;

  if (!bt_natpmp_parse (data, len, &reply))
    return;
  if (self->step == ENG_MAPPER_NATPMP_ADDRESS && reply.op == BT_NATPMP_ADDRESS)
    {
      if (reply.result == BT_NATPMP_OK)
        self->found = bt_endpoint_v4 (reply.address, 0);
      give_up (self);
    }
  else if (self->step == ENG_MAPPER_NATPMP_MAP
           && (reply.result != BT_NATPMP_OK
               || (reply.op == BT_NATPMP_TCP && reply.internal == self->place.port)))
    take_mapping (self, &reply);
  else if (self->step == ENG_MAPPER_NATPMP_UNMAP && reply.op == BT_NATPMP_TCP
           && (reply.result != BT_NATPMP_OK || reply.lifetime_s == 0))
    eng_mapper_unmapped (self);
}
