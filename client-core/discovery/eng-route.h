/* eng-route.h: the way out of the local network, as the system knows it (IPv4). Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "protocol/core/bt-endpoint.h"

/* Reads a table as /proc/net/route has it: the gateway of the default route with the smallest
 * metric, of @interface alone unless that is NULL. False when there is none. */
bool eng_route_parse (const char *table, size_t len, const char *interface, BtEndpoint *gateway);

/* The same of this system, now. */
bool eng_route_gateway (const char *interface, BtEndpoint *gateway);
