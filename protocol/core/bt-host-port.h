/* bt-host-port.h: where a peer or a node is, by name or by address: "host:port".
 *
 * Magnet URIs carry such text (BEP 9, x.pe), torrents carry a host and a port (BEP 5, nodes). Only
 * the form is checked; resolving is left to the driver. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"

/* A plain value; @host points into the text that was parsed. */
typedef struct
{
  const char *host; /* without brackets; not terminated */
  size_t host_len;
  uint16_t port;
  BtEndpoint endpoint; /* of a literal address; BT_FAMILY_NONE for a name */
} BtHostPort;

/* Reads "name:port", "1.2.3.4:port" or "[2001:db8::1]:port"; port 0 is refused. A name is of
 * letters, digits, '-', '_' and '.', and its last label is no number: what looks like an odd way to
 * write an IPv4 address ("127.1", "0x7f000001") is refused rather than left to the resolver. On
 * failure @out is left alone. */
bool bt_host_port_parse (const char *text, size_t len, BtHostPort *out);

/* The same from a host without brackets and a port of its own. */
bool bt_host_port_set (const char *host, size_t len, uint16_t port, BtHostPort *out);
