/* bt-proxy-header.h: the PROXY protocol, versions 1 and 2, as a server reads it (haproxy's
 * proxy-protocol.txt).
 *
 * What a proxy sends before anything else of a connection: who is at its other end. Whom to believe
 * is the caller's. Nothing is allocated. Any thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"

/* The longest header that is read: of version 2, with 512 bytes of what we have no use for. */
#define BT_PROXY_HEADER_MAX 576u

typedef enum
{
  BT_PROXY_MORE, /* the header has not ended yet */
  BT_PROXY_WHOLE,
  BT_PROXY_BAD /* close without an answer */
} BtProxyResult;

/* Reads a header from its first byte on. On WHOLE, @used is its length and @source who asks; no
 * endpoint when the proxy speaks for itself (LOCAL, UNKNOWN). On MORE, @used is how many bytes are
 * still to come at least, so that who must not read further can do so. On BAD both are left alone.
 */
BtProxyResult bt_proxy_header_read (const uint8_t *data, size_t len, BtEndpoint *source,
                                    size_t *used);
