/* eng-connection-private.h: what the parts of a connection share. */
#pragma once

#include "client-core/peer/eng-connection.h"

#define ENG_CONNECT_US UINT64_C (15000000)

struct EngConnection
{
  BtioReactor *reactor;
  BtioStream *stream; /* owned; NULL once it has ended and its owner is told */
  BtEndpoint remote;
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
  EngCrypt *crypt; /* lent, or NULL: plain */
  BtMse *mse;      /* while CRYPT */
  EngCryptWork crypt_work;
  uint64_t crypt_deadline_us; /* the handshake's as well */
  EngEncryption encryption;
  uint8_t skey[BT_SHA1_LEN]; /* the torrent that an encrypted opening named */
  BtHandshakeReader reader;
  uint8_t hello[BT_HANDSHAKE_LEN];
  size_t hello_left; /* of our handshake, to be sent */

  BtWire wire;    /* while OPEN */
  uint8_t *block; /* that is being read; the owner's */
  size_t filled;

  EngThrottle *down; /* lent, or NULL */
  EngThrottle *up;
  EngThrottleWait read_wait;
  EngThrottleWait write_wait;

  BtioTimer timer;
  BtioTurn turn;
};

/* eng-connection-limits.c */
void eng_connection_init_limits (EngConnection *c);
void eng_connection_leave_limits (EngConnection *c);

/* eng-connection-crypt.c */
void eng_connection_begin_crypt (EngConnection *c);
/* Reads once; whether there may be more. */
bool eng_connection_read_crypt (EngConnection *c);
void eng_connection_tick_crypt (EngConnection *c, uint64_t now_us);
void eng_connection_clear_crypt (EngConnection *c);

/* eng-connection.c */
/* Reading gave 0 or less. */
void eng_connection_note_no_bytes (EngConnection *c, ssize_t n);
/* Reads the handshake out of @len bytes; returns how many belonged to it. */
size_t eng_connection_feed_handshake (EngConnection *c, const uint8_t *bytes, size_t len);
void eng_connection_end (EngConnection *c, EngClosed why, int sys_errno);
void eng_connection_set_timer (EngConnection *c);
void eng_connection_pull (EngConnection *c);
/* Reads as much as may be in one go. */
void eng_connection_read (EngConnection *c);

/* eng-connection-send.c */
void eng_connection_write (EngConnection *c);
void eng_connection_update_wants (EngConnection *c);
