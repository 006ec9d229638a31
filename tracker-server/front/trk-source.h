/* trk-source.h: who asks: the other end of a connection, or whom a proxy that is believed names.
 *
 * Pure values. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/tracker/bt-http-request.h"

/* The addresses whose first bits are these. */
typedef struct
{
  BtEndpoint address;
  unsigned bits;
} TrkNetwork;

/* Lent. */
typedef struct
{
  const TrkNetwork *networks;
  size_t n;
} TrkNetworks;

/* Reads "10.0.0.0/8", "::1". On failure @out is left alone. */
bool trk_network_parse (const char *text, size_t len, TrkNetwork *out);

/* Whether the address is in one of them. */
bool trk_networks_have (const TrkNetworks *self, const BtEndpoint *address);

/* Who sent the request whose head is @data: @peer, unless that is a proxy of ours, and then the
 * last in X-Forwarded-For that is none. What stands in front of that could be made up. */
BtEndpoint trk_source_find (const TrkNetworks *proxies, const BtEndpoint *peer, const char *data,
                            const BtHttpRequest *head);

/* The same of a header's value, several joined by commas. */
BtEndpoint trk_source_find_in (const TrkNetworks *proxies, const BtEndpoint *peer,
                               const char *forwarded, size_t len);
