/* trk-tls.h: TLS under a stream, by GIO's backend (glib-networking).
 *
 * GIO runs each handshake in a thread of its pool, which a silent client would hold. So a handshake
 * begins when the client's hello is there, and only so many are under way at a time; the others
 * wait, and whoever closes a stream ends its handshake. Reading and writing need no thread. All on
 * the reactor's thread, whose context must be the thread's default. */
#pragma once

#include <gio/gio.h>

#include "protocol/io/btio-stream.h"

typedef struct TrkTls TrkTls;

/* The handshakes of one thread. Embedded; all streams are gone before it is. */
typedef struct
{
  unsigned max;
  unsigned running;
  TrkTls *first; /* waiting */
  TrkTls *last;
} TrkTlsGate;

/* Puts TLS on a connection over TCP, which is taken, as its server. NULL when that cannot be, and
 * then the connection is closed. (transfer full) */
BtioStream *trk_tls_new (BtioReactor *reactor, TrkTlsGate *gate, BtioStream *tcp,
                         GTlsCertificate *certificate);

/* Whether a stream is one of these. */
bool trk_tls_is (const BtioStream *stream);

/* Gives the connection up: frees the stream, leaves TLS and its socket to the caller. After the
 * handshake alone. (transfer full) */
GIOStream *trk_tls_release (BtioStream *stream, GSocket **socket);
