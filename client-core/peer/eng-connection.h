/* eng-connection.h: one TCP connection to a peer: opening, handshake, wire, and the driver that
 * moves bytes between the socket, the wire machine and the blocks.
 *
 *     CONNECTING -> HANDSHAKE -> OPEN -> (closed)        incoming ones begin at HANDSHAKE
 *     CONNECTING -> CRYPT -> HANDSHAKE                   or at CRYPT, where they may be encrypted
 *
 * Blocks are read from the socket straight into the owner's buffers; what is sent goes out once a
 * turn, many blocks in one writev. The engine's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "client-core/peer/eng-crypt.h"
#include "client-core/peer/eng-throttle.h"
#include "protocol/core/bt-rate.h"
#include "protocol/io/btio-stream.h"
#include "protocol/peer/bt-handshake.h"
#include "protocol/peer/bt-wire.h"

typedef struct EngConnection EngConnection;

typedef enum
{
  ENG_CONNECTION_CONNECTING,
  ENG_CONNECTION_CRYPT, /* the opening of an encrypted one, or, incoming, perhaps of a plain one */
  ENG_CONNECTION_HANDSHAKE,
  ENG_CONNECTION_OPEN
} EngConnectionState;

/* How much of a connection nobody else can tell from noise. */
typedef enum
{
  ENG_ENCRYPTION_NONE,
  ENG_ENCRYPTION_OPENING, /* up to the handshake of who connected; the answer to it is plain */
  ENG_ENCRYPTION_ALL
} EngEncryption;

/* Some bytes of an outgoing block, in memory. */
typedef struct
{
  const uint8_t *bytes;
  uint32_t len;
} EngBlockSource;

/* Why a connection ended, when the wire did not say. */
typedef enum
{
  ENG_CLOSED_BY_US,
  ENG_CLOSED_BY_PEER,
  ENG_CLOSED_SYSTEM,    /* sys_errno */
  ENG_CLOSED_HANDSHAKE, /* not the protocol, another torrent, ourselves, too slow */
  ENG_CLOSED_WIRE       /* a rule was broken: wire_error */
} EngClosed;

typedef struct
{
  EngClosed why;
  int sys_errno;
  BtWireError wire_error;
} EngClosure;

/* What happens on a connection. closed() is the last, and the connection is gone after it. */
typedef struct
{
  /* An incoming peer named a torrent: take it with eng_connection_adopt() and return true. */
  bool (*identify) (void *owner, EngConnection *connection, const uint8_t info_hash[20]);
  /* Both handshakes are through. */
  void (*opened) (void *owner, EngConnection *connection, const BtHandshake *theirs);
  /* Every event of the wire but the beginning and end of a block. */
  void (*event) (void *owner, EngConnection *connection, const BtWireEvent *event);
  /* A block comes: where to; NULL lets it be thrown away. Then it is here, or will not be. */
  uint8_t *(*place) (void *owner, EngConnection *connection, const BtWireEvent *begin);
  void (*placed) (void *owner, EngConnection *connection, const BtWireEvent *end, uint8_t *block);
  void (*unplaced) (void *owner, EngConnection *connection, uint8_t *block);
  /* The bytes of an outgoing block from @from on, or the first of them; false: not there yet. */
  bool (*source) (void *owner, EngConnection *connection, uint64_t cookie, uint32_t from,
                  EngBlockSource *out);
  /* The block of @cookie is sent, or never will be. */
  void (*released) (void *owner, EngConnection *connection, uint64_t cookie, bool sent);
  void (*closed) (void *owner, EngConnection *connection, const EngClosure *closure);
} EngConnectionEvents;

/* What a connection says of itself, and the torrent's size. */
typedef struct
{
  BtHandshake handshake;
  BtWireGeometry geometry;
  EngCrypt *crypt; /* outgoing: lent, to encrypt it; NULL: plain */
  bool has_v2;
  uint8_t
      v2[BT_SHA1_LEN]; /* the name of its v2 swarm, by which the peer may answer, too (BEP 52) */
  bool v2_unknown;     /* it may have one: see eng_connection_name_v2() */
} EngConnectionConfig;

/* Begins to connect. NULL and errno when not even that works. */
EngConnection *eng_connection_new_outgoing (BtioReactor *reactor, BtioStream *stream,
                                            const EngConnectionConfig *config,
                                            const EngConnectionEvents *events, void *owner);

/* Reads the handshake of a stream that was accepted, encrypted or plain as the policy of @crypt has
 * it, which is lent; plain with NULL. identify() follows. */
EngConnection *eng_connection_new_incoming (BtioReactor *reactor, BtioStream *stream,
                                            EngCrypt *crypt, const EngConnectionEvents *events,
                                            void *owner);

/* Inside identify(): from now on the connection is @owner's. */
void eng_connection_adopt (EngConnection *connection, const EngConnectionConfig *config,
                           const EngConnectionEvents *events, void *owner);

/* The torrent's size has become known: from now on the connection is @owner's. What it says of
 * itself stays as it was. */
void eng_connection_hand_over (EngConnection *connection, const BtWireGeometry *geometry,
                               const EngConnectionEvents *events, void *owner);

/* Of one that was begun while the name of the v2 swarm was not known, so that the peer may have
 * answered by any: what the name is, or NULL for none. A peer that gave another one is closed; with
 * one that would have v2, hashes may be exchanged from now on. */
void eng_connection_name_v2 (EngConnection *connection, const uint8_t *v2);

/* Ends it at the end of the turn; closed() follows. May be called from any event. */
void eng_connection_close (EngConnection *connection);

/* The wire, to send messages with; what is queued goes out at the end of the turn. */
BtWire *eng_connection_wire (EngConnection *connection);
void eng_connection_flush (EngConnection *connection);

/* Lends the limits on what is read and written; NULL for none. */
void eng_connection_set_limits (EngConnection *connection, EngThrottle *down, EngThrottle *up);
/* Whether nothing is read for the limit's sake: what the peer has sent is still to come. */
bool eng_connection_is_throttled (const EngConnection *connection);

/* Stops and goes on reading: the disk is full. */
void eng_connection_hold (EngConnection *connection, bool hold);

/* What the peer has opened with, as far as it has come: in identify() all but its id. */
const BtHandshake *eng_connection_theirs (const EngConnection *connection);

const BtEndpoint *eng_connection_remote (const EngConnection *connection);
bool eng_connection_is_incoming (const EngConnection *connection);
/* In closed(): how far it had come. */
EngConnectionState eng_connection_state (const EngConnection *connection);
EngEncryption eng_connection_encryption (const EngConnection *connection);

/* What the owner keeps with it. */
void eng_connection_set_data (EngConnection *connection, void *data);
void *eng_connection_data (const EngConnection *connection);
