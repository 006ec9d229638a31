/* bt-wire.h: one connection to a peer after the handshake: framing, messages, state and outbox
 * (BEP 3, 6, the carrier of 10, and the hashes of 52).
 *
 * Bytes and times go in; events, segments to send and the next deadline come out. Peers' requests
 * and our own are the caller's books; this keeps the rules of the wire, the four flags, and counts.
 *
 * Reading. bt_wire_input() takes bytes until there is an event to pull or data of a block to place,
 * and says how many it took. Blocks are not copied: the event PIECE_BEGIN says which one comes, and
 * bt_wire_want() how many bytes of it are wanted next. The caller lets them come to where they
 * belong, from what input() has left or from the socket, and reports bt_wire_took(); or it calls
 * bt_wire_discard() and leaves them to input(). PIECE_END follows.
 *
 *     n = readv ({ the block, want }, { buffer, size })
 *     took = MIN (n, want); bt_wire_took (wire, took, now_us);
 *     for (at = buffer, left = n - took;;)
 *       {
 *         while (bt_wire_next_event (wire, &event))
 *           ...;
 *         if (left == 0)
 *           break;
 *         if (bt_wire_want (wire, &want))
 *           { memcpy (the block, at, used = MIN (left, want)); bt_wire_took (wire, used, now_us); }
 *         else
 *           used = bt_wire_input (wire, at, left, now_us);
 *         if (used == 0)
 *           break; (the connection has ended)
 *         at += used, left -= used;
 *       }
 *
 * Writing. bt_wire_send_*() append messages, which go before blocks that have not begun;
 * bt_wire_peek_output() shows what to send and bt_wire_sent() how much of it went. A message that
 * would change nothing is not sent.
 *
 * Ending. Whatever breaks a rule ends the connection: ENDED is the last event, with its reason;
 * input is refused and nothing more is to be sent. One owner, no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-bitfield.h"
#include "protocol/core/bt-token-bucket.h"
#include "protocol/peer/bt-hashes.h"
#include "protocol/peer/bt-outbox.h"
#include "protocol/peer/bt-wire-error.h"

/* The longest message of fixed length, and the longest beginning that is looked at of another. */
#define BT_WIRE_HEAD_LEN 17

/* The torrent's size; n_pieces of 0 as long as it is not known (BEP 9). Until then a bitfield of
 * any length is taken and the caller checks it later; blocks and requests are not. */
typedef struct
{
  uint32_t n_pieces;
  uint32_t piece_length; /* bytes */
  uint32_t last_length;  /* of the last piece, 1 to piece_length */
} BtWireGeometry;

typedef struct
{
  BtWireGeometry geometry;
  bool fast;     /* both sides have announced BEP 6 */
  bool extended; /* both sides have announced BEP 10 */
  bool v2;       /* both sides speak of a torrent of BEP 52 */
} BtWireConfig;

typedef enum
{
  BT_WIRE_CHOKE, /* without BEP 6 our requests are gone; with it each is answered */
  BT_WIRE_UNCHOKE,
  BT_WIRE_INTERESTED,
  BT_WIRE_NOT_INTERESTED,
  BT_WIRE_HAVE,         /* index */
  BT_WIRE_BITFIELD,     /* bytes, len: right for the torrent if its size is known */
  BT_WIRE_HAVE_ALL,     /* BEP 6, like the next */
  BT_WIRE_HAVE_NONE,    /* a peer that sends none of the three has nothing, too */
  BT_WIRE_REQUEST,      /* index, begin, length: to be answered by send_piece or reject */
  BT_WIRE_CANCEL,       /* of a request: if it is unanswered still, reject it */
  BT_WIRE_REJECT,       /* BEP 6: of a request of ours, if there is one */
  BT_WIRE_SUGGEST,      /* BEP 6: index */
  BT_WIRE_ALLOWED_FAST, /* BEP 6: index */
  BT_WIRE_PORT,         /* BEP 5: port */
  BT_WIRE_EXTENDED,     /* BEP 10: extended_id, bytes, len */
  BT_WIRE_HASH_REQUEST, /* BEP 52: hashes->request, to be answered by send_hashes or reject_hashes
                         */
  BT_WIRE_HASHES,       /* BEP 52: hashes; whether we asked is not known here */
  BT_WIRE_HASH_REJECT,  /* BEP 52: hashes->request */
  BT_WIRE_PIECE_BEGIN,  /* index, begin, length: data follows; whether we asked is not known here */
  BT_WIRE_PIECE_END,    /* the same; its data was placed or discarded */
  BT_WIRE_PIECE_SENT,   /* index, begin, length, cookie: the last byte of a block has gone */
  BT_WIRE_ENDED         /* error */
} BtWireEventType;

typedef struct
{
  BtWireEventType type;
  uint32_t index;
  uint32_t begin;
  uint32_t length;
  uint16_t port;
  uint8_t extended_id;
  BtWireError error;
  const uint8_t *bytes; /* lent until the next call of input() */
  size_t len;
  const BtHashes *hashes; /* the same */
  uint64_t cookie;
} BtWireEvent;

/* Both sides begin choking and not interested. */
typedef struct
{
  bool am_choking;
  bool am_interested;
  bool peer_choking;
  bool peer_interested;
} BtWireFlags;

/* For statistics and for the caller's patience. */
typedef struct
{
  uint64_t unknown;   /* messages of ids that we do not know, skipped */
  uint64_t redundant; /* messages that changed no flag */
  uint64_t dropped;   /* requests while choked, without BEP 6 */
  uint64_t refused;   /* requests over BT_LIMIT_REQUESTS_QUEUED */
} BtWireCounts;

/* What the next byte of input is. */
typedef enum
{
  BT_WIRE_IN_HEAD,   /* of a message's length and beginning */
  BT_WIRE_IN_BODY,   /* of a message of any length that is shown whole */
  BT_WIRE_IN_SKIP,   /* of what nobody wants */
  BT_WIRE_IN_PAYLOAD /* of a block; the caller places it */
} BtWireInState;

typedef struct
{
  BtWireInState state;
  bool had_message; /* one that have all and have none may not follow */
  bool has_event;
  bool discarded; /* the block that is skipped: its end is told */
  uint8_t head[BT_WIRE_HEAD_LEN];
  size_t head_len;
  size_t left;       /* bytes of body, skip or payload */
  BtBuffer body;     /* what has come of a body that did not come at once */
  BtHashes hashes;   /* of the event */
  BtWireEvent event; /* waiting, or being made */
  uint64_t last_us;  /* when the last bytes came */
} BtWireIn;

typedef struct BtWire
{
  BtWireConfig config;
  BtWireFlags flags; /* to be read by anyone */
  BtWireCounts counts;
  BtWireError error; /* other than OK: it has ended */
  bool end_told;
  bool sent_message;     /* one that our bitfield may not follow */
  uint32_t requests;     /* the peer's, unanswered */
  uint32_t refused_run;  /* refused since the last that was taken */
  BtTokenBucket chatter; /* messages that tell nothing which are still borne */
  uint64_t output_us;    /* when the last bytes went, or were found waiting */
  BtWireIn in;
  BtOutbox out;
} BtWire;

void bt_wire_init (BtWire *self, const BtWireConfig *config, uint64_t now_us);

/* Blocks still in the outbox are forgotten: take them with bt_wire_drain_piece() before. */
void bt_wire_clear (BtWire *self);

/* The torrent's size has become known. Once. */
void bt_wire_set_geometry (BtWire *self, const BtWireGeometry *geometry);

/* The torrent has turned out to have a v2 swarm, of which both sides speak (BEP 52). */
void bt_wire_speak_v2 (BtWire *self);

/* Takes what it can use of @len bytes and returns how many that was: fewer when there is an event
 * to pull, data to place or an end. Nothing while there is one. */
size_t bt_wire_input (BtWire *self, const uint8_t *bytes, size_t len, uint64_t now_us);

/* Pulls the next event. */
bool bt_wire_next_event (BtWire *self, BtWireEvent *out);

/* The event that was pulled last has told the caller nothing new. Such messages are borne up to
 * BT_LIMIT_CHATTER; of those that mean as little to anyone the wire itself takes note: keep-alives,
 * what nobody knows, flags, ports, suggestions, bitfields and extended handshakes. */
void bt_wire_note_chatter (BtWire *self);

/* How many bytes of a block's data come next, its event having been pulled; false when others. */
bool bt_wire_want (const BtWire *self, size_t *len);

/* @len bytes of the block were placed, at most as many as are wanted. */
void bt_wire_took (BtWire *self, size_t len, uint64_t now_us);

/* The rest of the block is not wanted; input() swallows it. Only while bt_wire_want() is true. */
void bt_wire_discard (BtWire *self);

/* The deadline has passed, or not. */
void bt_wire_tick (BtWire *self, uint64_t now_us);

/* When to call tick; UINT64_MAX after the end. */
uint64_t bt_wire_deadline (const BtWire *self);

/* Counts the peer as heard from, for a caller that has held back its reading. */
void bt_wire_touch (BtWire *self, uint64_t now_us);

/* Messages without data always go; a peer that lets too many of them wait is at its end. */
void bt_wire_send_choke (BtWire *self); /* without BEP 6 the peer's requests are gone with it */
void bt_wire_send_unchoke (BtWire *self);
void bt_wire_send_interested (BtWire *self);
void bt_wire_send_not_interested (BtWire *self);
void bt_wire_send_have (BtWire *self, uint32_t index);
void bt_wire_send_cancel (BtWire *self, uint32_t index, uint32_t begin, uint32_t length);
void bt_wire_send_port (BtWire *self, uint16_t port);
void bt_wire_send_suggest (BtWire *self, uint32_t index);      /* only with BEP 6 */
void bt_wire_send_allowed_fast (BtWire *self, uint32_t index); /* only with BEP 6 */

/* False, without sending it, when the peer is choking and BEP 6 is off. */
bool bt_wire_send_request (BtWire *self, uint32_t index, uint32_t begin, uint32_t length);

/* Says what we have, in the shortest way that the peer understands; NULL: nothing yet. Once, before
 * other messages than port and extended. False when it does not fit. */
bool bt_wire_send_bitfield (BtWire *self, const BtBitfield *have);

/* An extended message of two parts, either of which may be empty. False when it does not fit, which
 * bt_wire_can_queue() tells before. Only with BEP 10. */
bool bt_wire_send_extended (BtWire *self, uint8_t extended_id, const void *head, size_t head_len,
                            const void *data, size_t data_len);

/* Only with BEP 52. A request and a reject always go; hashes, the run and then the uncles, do not
 * when they do not fit. */
void bt_wire_send_hash_request (BtWire *self, const BtHashRequest *request);
bool bt_wire_send_hashes (BtWire *self, const BtHashRequest *request, const uint8_t *hashes);
void bt_wire_reject_hashes (BtWire *self, const BtHashRequest *request);

/* Answers a request with its block, which stays where it is until PIECE_SENT. False when too many
 * wait; the request is then still unanswered. */
bool bt_wire_send_piece (BtWire *self, uint32_t index, uint32_t begin, uint32_t length,
                         uint64_t cookie);

/* Answers a request with a refusal, which is silence without BEP 6. */
void bt_wire_reject (BtWire *self, uint32_t index, uint32_t begin, uint32_t length);

/* Takes a block back that has not begun to go, rejecting it with BEP 6. False when there is none.
 */
bool bt_wire_cancel_piece (BtWire *self, uint32_t index, uint32_t begin, uint32_t length,
                           uint64_t *cookie);

/* Takes back the last block that has not begun to go, rejecting it with BEP 6: for a choke. */
bool bt_wire_steal_piece (BtWire *self, BtOutBlock *out);

/* Takes any block out, for its cookie: nothing more is sent, whoever brought the end. */
bool bt_wire_drain_piece (BtWire *self, BtOutBlock *out);

/* Whether an extended message of @len bytes fits, and whether a block does. */
bool bt_wire_can_queue (const BtWire *self, size_t len);
bool bt_wire_can_queue_piece (const BtWire *self);

/* Bytes to send, messages and blocks. */
uint64_t bt_wire_queued (const BtWire *self);

/* Bytes of messages that go next, before any block. */
size_t bt_wire_ahead (const BtWire *self);

/* What to send next, at most @n segments; returns how many. What a BYTES segment points to is lent
 * until the next call that sends, cancels or advances. */
size_t bt_wire_peek_output (const BtWire *self, BtSegment *out, size_t n);

static inline bool
bt_wire_next_output (const BtWire *self, BtSegment *out)
{
  return bt_wire_peek_output (self, out, 1) == 1;
}

/* @len bytes went. */
void bt_wire_sent (BtWire *self, uint64_t len, uint64_t now_us);
