/* trk-udp-batch-private.h: datagrams of one socket, taken from the kernel and given to it by the
 * batch, and the sockets themselves.
 *
 * Requests and replies lie in memory that is allocated once. A socket that listens on all addresses
 * of the machine answers from the one that was asked. Of one worker's thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tracker-server/front/trk-udp-answer.h"

#define TRK_UDP_BATCH 64u

/* Opens a socket that does not block, and binds it to @at. The first one of an address owns it
 * alone, so that no other program shares it unawares; then others of this process may join it.
 * Returns -1 and errno when the system refuses. */
int trk_udp_socket_open (const BtEndpoint *at, bool first, int buffer_len);

/* Where it is bound; no endpoint and errno on failure. */
BtEndpoint trk_udp_socket_address (int fd);

typedef struct TrkUdpBatch TrkUdpBatch;

/* (transfer full) */
TrkUdpBatch *trk_udp_batch_new (void);
void trk_udp_batch_free (TrkUdpBatch *self);

/* Takes what there is, up to a batch, and drops what was there before. Returns how many; 0 also on
 * an error, which the next call has overcome. */
unsigned trk_udp_batch_receive (TrkUdpBatch *self, int fd);

/* The @i-th datagram; lent until the next batch. One that was longer than any request has a length
 * of 0. */
void trk_udp_batch_get (TrkUdpBatch *self, unsigned i, TrkUdpDatagram *out);

/* Where the next reply is written. */
uint8_t *trk_udp_batch_room (TrkUdpBatch *self);

/* What was written there, @len bytes, answers the @i-th datagram. */
void trk_udp_batch_reply (TrkUdpBatch *self, unsigned i, size_t len);

/* Sends the replies; returns how many the system did not take. Waits for at most some milliseconds
 * when it takes none for the moment. */
unsigned trk_udp_batch_send (TrkUdpBatch *self, int fd);
