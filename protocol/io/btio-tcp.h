/* btio-tcp.h: TCP connections, both ways. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/io/btio-stream.h"

/* Where connections come from and listeners stand; { 0 } for anywhere. */
typedef struct
{
  BtEndpoint address;    /* its family must be the remote's, or BT_FAMILY_NONE; port 0 for any */
  const char *interface; /* a network interface to stay on (SO_BINDTODEVICE), or NULL */
  bool shared;           /* several listeners may share it; the kernel spreads what comes */
  bool bulk;             /* all that is sent gives way to other traffic, where routers heed it */
} BtioBind;

/* Begins to connect. BTIO_WRITABLE tells that the connection stands, BTIO_BROKEN that it failed.
 * NULL and errno when not even a socket could be had. (transfer full) */
BtioStream *btio_tcp_connect (BtioReactor *reactor, const BtEndpoint *remote, const BtioBind *bind);

/* Gives the socket up: frees the stream, which carries nothing but TCP, and leaves its descriptor
 * to the caller. Inside of ready(), too. */
int btio_tcp_release (BtioStream *stream);

/* Tells the other side that nothing more will come; it can still be read from. */
void btio_tcp_end (BtioStream *stream);

typedef struct BtioListener BtioListener;

/* Called for each connection; @stream is the caller's. */
typedef void (*BtioAccepted) (void *owner, BtioStream *stream);

/* Listens. A process that has run out of descriptors loses the connections that come meanwhile,
 * never the listener: it keeps one in reserve to turn them away with. NULL and errno. (transfer
 * full) */
BtioListener *btio_tcp_listen (BtioReactor *reactor, const BtioBind *bind, BtioAccepted accepted,
                               void *owner);

/* Where it listens, with the port that the system chose. */
BtEndpoint btio_listener_local (const BtioListener *listener);

/* Accepts NULL. */
void btio_listener_free (BtioListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtioListener, btio_listener_free)
