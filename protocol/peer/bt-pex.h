/* bt-pex.h: the messages of ut_pex, in which peers tell each other of peers (BEP 11).
 *
 * A message names peers that were added and dropped since the last one, compact, with a byte of
 * flags for each that was added. Any thread; nothing is allocated but by the writer's buffer. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-buffer.h"
#include "protocol/core/bt-endpoint.h"
#include "protocol/core/bt-error.h"
#include "protocol/core/bt-limits.h"

/* The values of BEP 11. */
typedef enum
{
  BT_PEX_ENCRYPTS = 1 << 0,
  BT_PEX_SEED = 1 << 1, /* or uploads only */
  BT_PEX_UTP = 1 << 2,
  BT_PEX_HOLEPUNCH = 1 << 3,
  BT_PEX_OUTGOING = 1 << 4 /* whoever tells has connected to it: it is reachable */
} BtPexFlags;

typedef struct
{
  BtEndpoint endpoint;
  uint8_t flags; /* BtPexFlags; of those added */
} BtPexPeer;

typedef struct
{
  size_t n_added;
  size_t n_dropped;
  size_t n_ignored; /* of port 0, or beyond the limits */
  BtPexPeer added[BT_LIMIT_PEX_ADDED];
  BtPexPeer dropped[BT_LIMIT_PEX_DROPPED];
} BtPexMessage;

/* Reads a message; strict bencode. Lists that are no whole number of peers are refused; what is
 * beyond the limits is counted, and missing flags are none. On failure @out is undefined. */
bool bt_pex_parse (const uint8_t *data, size_t len, BtPexMessage *out, BtError *why);

/* Appends a message; families may be mixed. */
void bt_pex_write (const BtPexMessage *message, BtBuffer *out);
