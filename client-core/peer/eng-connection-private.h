/* eng-connection-private.h: what the two halves of a connection share. */
#pragma once

#include "client-core/peer/eng-connection.h"

#define ENG_CONNECT_US UINT64_C (15000000)

struct EngConnection
{
  BtioReactor *reactor;
  BtioStream *stream;
  const EngConnectionEvents *events;
  void *owner;
  void *data;

  EngConnectionState state;
  bool incoming;
  bool adopted;
  bool held;  /* nothing is read */
  bool stuck; /* the socket takes no more for now */
  bool ended; /* closed() comes at the end of the turn */
  EngClosure closure;

  EngConnectionConfig config;
  uint64_t connect_deadline_us;
  BtHandshakeReader reader;
  uint8_t hello[BT_HANDSHAKE_LEN];
  size_t hello_left; /* of our handshake, to be sent */

  BtWire wire;    /* while OPEN */
  uint8_t *block; /* that is being read; the owner's */
  size_t filled;

  BtioTimer timer;
  BtioTurn turn;
};

/* eng-connection.c */
void eng_connection_end (EngConnection *c, EngClosed why, int sys_errno);
void eng_connection_set_timer (EngConnection *c);
void eng_connection_pull (EngConnection *c);

/* eng-connection-send.c */
void eng_connection_write (EngConnection *c);
void eng_connection_update_wants (EngConnection *c);
