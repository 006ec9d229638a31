/* eng-router-private.h: the parts of shoal-map-port. They wait, for seconds; whoever started the
 * program ends it when that is too long. */
#pragma once

#include "client-core/discovery/eng-router.h"

/* What is asked for; a router that restarts forgets. */
#define ENG_ROUTER_LEASE_S 3600u

/* eng-router-natpmp.c: @out is FINE, REFUSED, or SILENCE when nobody knows NAT-PMP. */
void eng_router_natpmp_map (const EngRouterOrder *order, EngRouterAnswer *out);
void eng_router_natpmp_unmap (const EngRouterOrder *order);

/* eng-router-upnp.c: @found is called once a device of the router has answered. */
void eng_router_upnp_map (const EngRouterOrder *order, void (*found) (void), EngRouterAnswer *out);
/* The service of the order, as it was found before. */
void eng_router_upnp_renew (const EngRouterOrder *order, EngRouterAnswer *out);
void eng_router_upnp_unmap (const EngRouterOrder *order);
