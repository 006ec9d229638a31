/* trk-udp.h: the UDP side of a tracker: threads with sockets of their own, of which the kernel
 * gives each source to one.
 *
 * A worker takes a batch of datagrams, answers each (trk-udp-answer.h), tells the journal, sends
 * the answers, and sleeps when there is nothing on any of its sockets. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tracker-server/front/trk-service.h"
#include "tracker-server/front/trk-udp-answer.h"

#define TRK_UDP_ADDRESSES_MAX 16u
#define TRK_UDP_WORKERS_MAX 1024u

/* For TrkUdpConfig: what a socket asks the system for; bytes. */
#define TRK_UDP_BUFFER_LEN (8 * 1024 * 1024)

typedef struct
{
  const BtEndpoint *addresses; /* lent to trk_udp_new(); port 0 is any. Unspecified ones listen
                                  everywhere, IPv6 on IPv6 alone */
  size_t n_addresses;          /* 1 to TRK_UDP_ADDRESSES_MAX */
  unsigned n_workers;          /* 0: one for each processor */
  int buffer_len;              /* 0: the system's own */
  TrkUdpRules rules;
} TrkUdpConfig;

/* Why it did not start: errno, and the address in question; no endpoint when it is about none. */
typedef struct
{
  int code;
  BtEndpoint address;
} TrkUdpFault;

typedef struct TrkUdp TrkUdp;

/* Binds every address and starts the workers. @service stays. NULL when the system refuses, and
 * then @fault says what. (transfer full) */
TrkUdp *trk_udp_new (const TrkUdpConfig *config, TrkService *service, TrkUdpFault *fault);

/* Where it listens, with the ports that the system chose; in the order of the configuration. */
BtEndpoint trk_udp_address (const TrkUdp *self, size_t i);

/* How many threads it has. */
unsigned trk_udp_n_workers (const TrkUdp *self);

/* Lets the workers answer what has arrived, for half a second at most, and end. Does not wait. Any
 * thread, as often as one likes. */
void trk_udp_stop (TrkUdp *self);

/* Stops, waits for the workers and closes the sockets. Accepts NULL. */
void trk_udp_free (TrkUdp *self);
