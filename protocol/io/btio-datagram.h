/* btio-datagram.h: one UDP socket, for whoever speaks through it.
 *
 * Datagrams are taken from the kernel in batches, and handed to it in batches at the end of a turn.
 * Errors that other hosts cause (ICMP) do not break the socket. The reactor's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/io/btio-reactor.h"
#include "protocol/io/btio-tcp.h"

/* The longest datagram that is taken; what is longer is counted and dropped. */
#define BTIO_DATAGRAM_MAX 4096

/* What may wait for a kernel that takes no more: datagrams. */
#define BTIO_DATAGRAM_QUEUE 1024

typedef struct BtioDatagram BtioDatagram;

/* Called for each datagram; @data is lent until it returns. Must not free the socket. */
typedef void (*BtioReceived) (void *owner, const uint8_t *data, size_t len, const BtEndpoint *from);

typedef struct
{
  uint64_t received;
  uint64_t sent;
  uint64_t truncated; /* longer than BTIO_DATAGRAM_MAX */
  uint64_t dropped;   /* the queue was full */
  uint64_t refused;   /* by the kernel: no route, not permitted, too long */
} BtioDatagramStats;

/* Binds a socket of @bind's family; port 0 is any. NULL and errno when the system refuses.
 * (transfer full) */
BtioDatagram *btio_datagram_new (BtioReactor *reactor, const BtioBind *bind, BtioReceived received,
                                 void *owner);

/* Accepts NULL. What waits to be sent is lost. */
void btio_datagram_free (BtioDatagram *datagram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtioDatagram, btio_datagram_free)

/* Where it is bound, with the port that the system chose. */
BtEndpoint btio_datagram_local (const BtioDatagram *datagram);

/* Sends a copy of @data at the end of the turn. False, and nothing is sent, when the queue is full,
 * @to is of another family or @len is not below 64 KiB. */
bool btio_datagram_send (BtioDatagram *datagram, const uint8_t *data, size_t len,
                         const BtEndpoint *to);

/* Whether the kernel knows a way to @to; nothing is sent. */
bool btio_datagram_has_route (const BtEndpoint *to);

const BtioDatagramStats *btio_datagram_stats (const BtioDatagram *datagram);
