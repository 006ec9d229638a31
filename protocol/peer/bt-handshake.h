/* bt-handshake.h: the 68 bytes that open a connection (BEP 3), with the reserved bits of BEP 5, 6,
 * 10 and 52.
 *
 * Both sides are here: writing a whole handshake, and reading one as its bytes arrive. A listener
 * learns the info-hash after 48 bytes, before the peer's id has come. Which torrent that is, and
 * whether an id is our own, is for the caller. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-digest.h"
#include "protocol/peer/bt-peer-id.h"
#include "protocol/peer/bt-wire-error.h"

#define BT_HANDSHAKE_LEN 68
#define BT_HANDSHAKE_HASH_END 48 /* so many bytes hold the protocol, the bits and the info-hash */
#define BT_HANDSHAKE_RESERVED 8

/* What the reserved bits announce. A feature is on when both sides have announced it. */
typedef enum
{
  BT_FEATURE_DHT = 1 << 0,      /* BEP 5 */
  BT_FEATURE_FAST = 1 << 1,     /* BEP 6 */
  BT_FEATURE_EXTENDED = 1 << 2, /* BEP 10 */
  BT_FEATURE_V2 = 1 << 3        /* BEP 52: a hybrid's v2 swarm would do as well */
} BtFeature;

/* A plain value. */
typedef struct
{
  uint32_t features;                       /* BtFeature */
  uint8_t reserved[BT_HANDSHAKE_RESERVED]; /* read: as sent; written: not looked at */
  uint8_t info_hash[BT_SHA1_LEN];          /* of a v2 swarm: the first 20 bytes of the SHA-256 */
  uint8_t peer_id[BT_PEER_ID_LEN];
} BtHandshake;

void bt_handshake_write (const BtHandshake *self, uint8_t out[BT_HANDSHAKE_LEN]);

/* How far a reader has come. WANT -> HASH -> WHOLE, or BAD from WANT and HASH. */
typedef enum
{
  BT_HANDSHAKE_WANT,
  BT_HANDSHAKE_HASH,  /* features and info_hash are known, peer_id is not */
  BT_HANDSHAKE_WHOLE, /* all is known; what follows belongs to the wire */
  BT_HANDSHAKE_BAD    /* see error; @bytes and @len still hold what was read */
} BtHandshakeState;

typedef struct
{
  BtHandshakeState state;
  BtWireError error;
  uint64_t deadline_us;
  size_t len;
  uint8_t bytes[BT_HANDSHAKE_LEN];
  BtHandshake value; /* filled as the state says */
} BtHandshakeReader;

/* The time runs from @now_us. Nothing to clear. */
void bt_handshake_reader_init (BtHandshakeReader *self, uint64_t now_us);

/* Takes what it can use of @len bytes and returns how many that was. It stops at the end of the
 * info-hash once, so that the caller sees HASH before it goes on. The first byte that cannot belong
 * to the protocol's name makes it BAD; a caller that knows other openings offers @bytes to them. */
size_t bt_handshake_reader_input (BtHandshakeReader *self, const uint8_t *bytes, size_t len);

/* The deadline has passed, or not: a reader that waits too long becomes BAD. */
void bt_handshake_reader_tick (BtHandshakeReader *self, uint64_t now_us);

/* When to call tick; UINT64_MAX when it is WHOLE or BAD. */
uint64_t bt_handshake_reader_deadline (const BtHandshakeReader *self);
