/* trk-host.h: whether a request names a host that this tracker answers to.
 *
 * A page of somebody else's can let its own name lead to this machine (DNS rebinding); the browser
 * then takes our answers for that page's. So a request has to name an address of a listener, this
 * machine, or a name that the settings know. Ports are not compared: a proxy or a NAT may change
 * them. Pure; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "protocol/core/bt-endpoint.h"
#include "tracker-server/settings/trk-settings.h"

/* The value of a Host header, cut; lent. */
typedef struct
{
  const char *name; /* without brackets and port; not terminated */
  size_t len;
  BtEndpoint address; /* of a literal one; BT_FAMILY_NONE for a name */
  uint16_t port;      /* 0: unsaid */
} TrkHost;

/* Cuts "name", "name:80", "1.2.3.4:80" or "[::1]:80"; false for what is no host. */
bool trk_host_parse (const char *text, TrkHost *out);

/* Whether it is an address of the machine's own (@local is where the connection came in; (nullable)
 * or without family), a listener's, localhost, one of web.hosts, or the host of tracker.url. */
bool trk_host_allowed (const TrkHost *host, const TrkSettings *settings, const BtEndpoint *local);
