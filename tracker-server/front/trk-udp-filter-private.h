/* trk-udp-filter-private.h: what the kernel drops before it takes a place in a socket's queue.
 *
 * A flood fills the queue, and then the kernel drops whatever comes next, honest or not. So a
 * filter in front of the queue looks at each datagram: it lets connects and whatever has the tag of
 * a connection id in it pass (bt-connection-id.h), and all else goes without costing the worker
 * anything. It is no proof of anything: who passes is checked as if there were none. */
#pragma once

#include <stdint.h>

#include "protocol/tracker/bt-connection-id.h"

/* Puts the filter for now and the next slot before a socket of @family, or takes the place of the
 * one that is there. Without the system's help everything passes. */
void trk_udp_filter_attach (int fd, BtFamily family, const BtConnectionIds *ids, uint64_t now_us);

/* How many datagrams the system dropped before a socket's queue, or because it was full, since it
 * was made; 32 bits of it. */
uint32_t trk_udp_filter_dropped (int fd);
