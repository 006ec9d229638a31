/* bt-peer-priority.h: the canonical priority of a pair of peers (BEP 40).
 *
 * Both ends of a connection find the same number, so that a full swarm agrees on which connections
 * to keep. Any thread. */
#pragma once

#include <stdint.h>

#include "protocol/core/bt-endpoint.h"

/* The priority of the connection between @own, as the peer sees us, and @peer; the order of the two
 * does not matter. Higher is better. 0 when the families differ: BEP 40 has no number for that. */
uint32_t bt_peer_priority (const BtEndpoint *own, const BtEndpoint *peer);
