/* eng-router-natpmp.c: a port by NAT-PMP (RFC 6886), with libnatpmp. */
#include "client-core/discovery/eng-router-private.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <natpmp.h>

/* RFC 6886 asks for nine tries, a minute in all; most routers that know it answer the first, and
 * behind it waits UPnP. */
#define PATIENCE_US (3750 * G_TIME_SPAN_MILLISECOND)
#define END_PATIENCE_US (1750 * G_TIME_SPAN_MILLISECOND)

static struct sockaddr_in
socket_address (const BtEndpoint *endpoint, uint16_t port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = g_htons (port) };

  memcpy (&address.sin_addr, endpoint->addr, sizeof address.sin_addr);
  return address;
}

/* libnatpmp has connected the socket already, from an address that the system chose. */
static bool
leave_by (int fd, const EngRouterOrder *order)
{
  const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
  struct sockaddr_in from = socket_address (&order->local, 0);
  struct sockaddr_in to = socket_address (&order->gateway, NATPMP_PORT);
  const char *interface = order->interface;

  return connect (fd, &nowhere, sizeof nowhere) == 0
         && (interface == NULL
             || setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
                            (socklen_t) strlen (interface) + 1)
                    == 0)
         && bind (fd, (const struct sockaddr *) (const void *) &from, sizeof from) == 0
         && connect (fd, (const struct sockaddr *) (const void *) &to, sizeof to) == 0;
}

static bool
begin (natpmp_t *it, const EngRouterOrder *order)
{
  in_addr_t gateway;

  memcpy (&gateway, order->gateway.addr, sizeof gateway);
  if (initnatpmp (it, 1, gateway) != 0)
    return false;
  if (leave_by (it->s, order))
    return true;
  (void) closenatpmp (it); /* nothing was sent */
  return false;
}

/* What the router says to what was sent; NATPMP_TRYAGAIN when it says nothing. */
static int
wait_for (natpmp_t *it, int64_t patience_us, natpmpresp_t *reply)
{
  int64_t end_us = g_get_monotonic_time () + patience_us;
  int result = NATPMP_TRYAGAIN;

  while (result == NATPMP_TRYAGAIN && g_get_monotonic_time () < end_us)
    {
      struct pollfd fd = { .fd = it->s, .events = POLLIN };
      struct timeval wait = { 0 };
      int64_t left_us = end_us - g_get_monotonic_time ();

      if (getnatpmprequesttimeout (it, &wait) != 0)
        return NATPMP_ERR_NOPENDINGREQ;
      left_us = CLAMP (wait.tv_sec * G_USEC_PER_SEC + wait.tv_usec, 0, MAX (left_us, 0));
      (void) poll (&fd, 1, (int) (left_us / 1000) + 1); /* what there is is read next */
      result = readnatpmpresponseorretry (it, reply);
    }
  return result;
}

/* The code of a router that knows NAT-PMP and says no; 0: it does not know it. */
static unsigned
refusal_of (int result, const natpmpresp_t *reply)
{
  switch (result)
    {
    case NATPMP_ERR_NOTAUTHORIZED:
    case NATPMP_ERR_NETWORKFAILURE:
    case NATPMP_ERR_OUTOFRESOURCES:
      return reply->resultcode;
    default:
      return 0;
    }
}

static bool
is_mapping (const natpmpresp_t *reply, uint16_t internal)
{
  return reply->type == NATPMP_RESPTYPE_TCPPORTMAPPING
         && reply->pnu.newportmapping.privateport == internal
         && reply->pnu.newportmapping.mappedpublicport != 0
         && reply->pnu.newportmapping.lifetime != 0;
}

/* A mapping is as good without it. */
static BtEndpoint
ask_address (natpmp_t *it)
{
  natpmpresp_t reply = { 0 };

  if (sendpublicaddressrequest (it) < 0 || wait_for (it, PATIENCE_US, &reply) != 0
      || reply.type != NATPMP_RESPTYPE_PUBLICADDRESS)
    return (BtEndpoint){ 0 };
  return bt_endpoint_v4 ((const uint8_t *) &reply.pnu.publicaddress.addr, 0);
}

static void
ask (natpmp_t *it, const EngRouterOrder *order, EngRouterAnswer *out)
{
  natpmpresp_t reply = { 0 };
  int result = sendnewportmappingrequest (it, NATPMP_PROTOCOL_TCP, order->internal, order->external,
                                          ENG_ROUTER_LEASE_S);

  if (result >= 0)
    result = wait_for (it, PATIENCE_US, &reply);
  if (result == 0 && is_mapping (&reply, order->internal))
    {
      out->problem = ENG_MAPPING_FINE;
      out->by = ENG_MAPPED_BY_NAT_PMP;
      out->port = reply.pnu.newportmapping.mappedpublicport;
      out->lease_s = MIN (reply.pnu.newportmapping.lifetime, ENG_ROUTER_LEASE_MAX_S);
      out->address = ask_address (it);
    }
  else if (refusal_of (result, &reply) != 0)
    {
      out->problem = ENG_MAPPING_REFUSED;
      out->code = refusal_of (result, &reply);
    }
}

void
eng_router_natpmp_map (const EngRouterOrder *order, EngRouterAnswer *out)
{
  natpmp_t it = { 0 };

  *out = (EngRouterAnswer){ .problem = ENG_MAPPING_SILENCE };
  if (!begin (&it, order))
    return;
  ask (&it, order, out);
  (void) closenatpmp (&it); /* its mapping stays */
}

void
eng_router_natpmp_unmap (const EngRouterOrder *order)
{
  natpmp_t it = { 0 };
  natpmpresp_t reply = { 0 };

  if (!begin (&it, order))
    return;
  if (sendnewportmappingrequest (&it, NATPMP_PROTOCOL_TCP, order->internal, 0, 0) >= 0)
    (void) wait_for (&it, END_PATIENCE_US, &reply); /* there is nothing to be done about a no */
  (void) closenatpmp (&it);
}
