/* bt-wire-error.h: why a connection to a peer ends.
 *
 * Each is a peer's breach of BEP 3, 6, 10 or 52, of one of our limits, or of a deadline; none is a
 * mistake of ours. The text for a person is made at the edge. */
#pragma once

typedef enum
{
  BT_WIRE_OK,

  /* The handshake (BEP 3) */
  BT_WIRE_ERROR_PROTOCOL,          /* not the protocol's name */
  BT_WIRE_ERROR_HANDSHAKE_TIMEOUT, /* no whole handshake in time */

  /* Messages */
  BT_WIRE_ERROR_TOO_LONG,          /* a message over the limit */
  BT_WIRE_ERROR_WRONG_LENGTH,      /* a message of another length than its kind has */
  BT_WIRE_ERROR_NO_PIECES,         /* a block or a request before the torrent's size is known */
  BT_WIRE_ERROR_INDEX,             /* a piece that the torrent does not have */
  BT_WIRE_ERROR_REQUEST_LENGTH,    /* a request for nothing, or for more than the limit */
  BT_WIRE_ERROR_REQUEST_RANGE,     /* a request that passes the end of its piece */
  BT_WIRE_ERROR_BLOCK_LENGTH,      /* a block of nothing, or of more than anyone asks for */
  BT_WIRE_ERROR_BLOCK_RANGE,       /* a block that passes the end of its piece */
  BT_WIRE_ERROR_BITFIELD_LATE,     /* have all or have none that is not first */
  BT_WIRE_ERROR_BITFIELD_LENGTH,   /* a bitfield of another size than the torrent's */
  BT_WIRE_ERROR_BITFIELD_SPARE,    /* a bitfield with a bit behind the last piece */
  BT_WIRE_ERROR_FAST_DISABLED,     /* a message of BEP 6 without BEP 6 */
  BT_WIRE_ERROR_HASHES,            /* of BEP 52, with numbers that it does not allow */
  BT_WIRE_ERROR_TOO_MANY_REQUESTS, /* went on asking over the queue's limit */
  BT_WIRE_ERROR_CHATTER,           /* message upon message that tells nothing new */

  /* Deadlines and bounds */
  BT_WIRE_ERROR_IDLE,        /* silent for too long */
  BT_WIRE_ERROR_OUTBOX_FULL, /* does not read what it is sent */

  BT_WIRE_ERROR_COUNT
} BtWireError;

/* "bitfield-late" for BT_WIRE_ERROR_BITFIELD_LATE; static; never NULL. */
const char *bt_wire_error_name (BtWireError error);
