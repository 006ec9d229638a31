/* eng-connection.c: the life of a connection, and its reading side. */
#include "client-core/peer/eng-connection-private.h"

#include <errno.h>
#include <string.h>

#include "protocol/core/bt-assert.h"

/* What is read in one go when no block is under way. */
#define SCRATCH_LEN (64 * 1024)

/* Reads in a row, so that one fast peer does not keep the others waiting. */
#define READS_MAX 8

/* --- the end --- */

static void
free_connection (EngConnection *c)
{
  btio_timer_stop (&c->timer);
  btio_turn_stop (&c->turn);
  eng_connection_leave_limits (c);
  eng_connection_clear_crypt (c);
  btio_stream_close (c->stream);
  bt_wire_clear (&c->wire);
  g_free (c);
}

/* Gives the owner back all that it lent. */
static void
release_blocks (EngConnection *c)
{
  BtOutBlock block;
  BtWireEvent event;

  if (c->block != NULL)
    c->events->unplaced (c->owner, c, g_steal_pointer (&c->block));
  while (bt_wire_next_event (&c->wire, &event))
    if (event.type == BT_WIRE_PIECE_SENT)
      c->events->released (c->owner, c, event.cookie, true);
  while (bt_wire_drain_piece (&c->wire, &block))
    c->events->released (c->owner, c, block.cookie, false);
}

static void
finish (EngConnection *c)
{
  if (c->state == ENG_CONNECTION_OPEN)
    release_blocks (c);
  /* The owner may connect to the same peer at once, who is to see the end of this one first. */
  btio_stream_close (g_steal_pointer (&c->stream));
  c->events->closed (c->owner, c, &c->closure);
  free_connection (c);
}

void
eng_connection_end (EngConnection *c, EngClosed why, int sys_errno)
{
  if (c->ended)
    return;
  c->ended = true;
  c->closure = (EngClosure){ .why = why, .sys_errno = sys_errno };
  if (why == ENG_CLOSED_WIRE)
    c->closure.wire_error = c->wire.error;
  eng_connection_leave_limits (c);
  btio_stream_want (c->stream, 0);
  btio_turn_ask (&c->turn, c->reactor);
}

void
eng_connection_close (EngConnection *c)
{
  eng_connection_end (c, ENG_CLOSED_BY_US, 0);
}

/* --- deadlines --- */

void
eng_connection_set_timer (EngConnection *c)
{
  uint64_t deadline = c->state == ENG_CONNECTION_OPEN ? bt_wire_deadline (&c->wire)
                                                      : bt_handshake_reader_deadline (&c->reader);

  if (c->state == ENG_CONNECTION_CONNECTING)
    deadline = c->connect_deadline_us;
  else if (c->state == ENG_CONNECTION_CRYPT)
    deadline = bt_mse_deadline (c->mse);
  btio_timer_set (&c->timer, c->reactor, c->ended ? BTIO_NEVER : deadline);
}

static void
on_deadline (BtioTimer *timer, uint64_t now_us)
{
  EngConnection *c = (EngConnection *) (void *) ((char *) timer - offsetof (EngConnection, timer));

  if (c->state == ENG_CONNECTION_CONNECTING)
    {
      eng_connection_end (c, ENG_CLOSED_SYSTEM, ETIMEDOUT);
      return;
    }
  if (c->state == ENG_CONNECTION_CRYPT)
    eng_connection_tick_crypt (c, now_us);
  else if (c->state == ENG_CONNECTION_HANDSHAKE)
    {
      bt_handshake_reader_tick (&c->reader, now_us);
      if (c->reader.state == BT_HANDSHAKE_BAD)
        eng_connection_end (c, ENG_CLOSED_HANDSHAKE, 0);
    }
  else
    {
      if (c->held || eng_connection_is_throttled (c)) /* what it may have said is not read */
        bt_wire_touch (&c->wire, now_us);
      bt_wire_tick (&c->wire, now_us);
      eng_connection_pull (c);
      eng_connection_flush (c);
    }
  eng_connection_set_timer (c);
}

/* --- the wire's events --- */

static void
begin_block (EngConnection *c, const BtWireEvent *event)
{
  c->block = c->events->place (c->owner, c, event);
  c->filled = 0;
  if (c->block == NULL)
    bt_wire_discard (&c->wire);
}

void
eng_connection_pull (EngConnection *c)
{
  BtWireEvent event;

  while (!c->ended && bt_wire_next_event (&c->wire, &event))
    {
      if (event.type == BT_WIRE_PIECE_BEGIN)
        begin_block (c, &event);
      else if (event.type == BT_WIRE_PIECE_END)
        {
          if (c->block != NULL)
            c->events->placed (c->owner, c, &event, g_steal_pointer (&c->block));
        }
      else if (event.type == BT_WIRE_PIECE_SENT)
        c->events->released (c->owner, c, event.cookie, true);
      else if (event.type == BT_WIRE_ENDED)
        eng_connection_end (c, ENG_CLOSED_WIRE, 0);
      else
        c->events->event (c->owner, c, &event);
    }
}

/* Feeds bytes that were read to the wire, block data by copy. */
static void
feed_wire (EngConnection *c, const uint8_t *at, size_t left, uint64_t now_us)
{
  for (;;)
    {
      size_t used;
      size_t want;

      eng_connection_pull (c);
      if (left == 0 || c->ended)
        return;
      if (bt_wire_want (&c->wire, &want) && c->block != NULL)
        {
          used = MIN (left, want);
          memcpy (c->block + c->filled, at, used);
          c->filled += used;
          bt_wire_took (&c->wire, used, now_us);
        }
      else
        used = bt_wire_input (&c->wire, at, left, now_us);
      if (used == 0)
        {
          eng_connection_pull (c);
          return;
        }
      at += used;
      left -= used;
    }
}

/* Reading gave 0 or less. Behind a failure that the stream has been told of there is an end, too.
 */
void
eng_connection_note_no_bytes (EngConnection *c, ssize_t n)
{
  int failure = n < 0 ? errno : btio_stream_error (c->stream);

  if (n == 0 && failure == 0)
    eng_connection_end (c, ENG_CLOSED_BY_PEER, 0);
  else if (failure != EAGAIN && failure != EINTR)
    eng_connection_end (c, ENG_CLOSED_SYSTEM, failure);
}

/* Reads once: into the block that is under way, and behind it into @scratch. False when nothing
 * more is to be had for now. */
static bool
read_wire (EngConnection *c, uint8_t *scratch, uint64_t now_us)
{
  struct iovec parts[2];
  size_t want = 0;
  size_t took;
  size_t granted;
  int n_parts = 0;
  ssize_t n;

  if (c->block == NULL || !bt_wire_want (&c->wire, &want))
    want = 0;
  granted = eng_throttle_take (c->down, &c->read_wait, want + SCRATCH_LEN);
  if (granted == 0)
    return false;
  if (want > 0)
    parts[n_parts++] = (struct iovec){ c->block + c->filled, MIN (want, granted) };
  if (granted > want)
    parts[n_parts++] = (struct iovec){ scratch, granted - want };
  n = btio_stream_readv (c->stream, parts, n_parts);
  eng_throttle_give_back (c->down, granted - (n > 0 ? (size_t) n : 0));
  if (n <= 0)
    {
      eng_connection_note_no_bytes (c, n);
      return false;
    }
  took = MIN ((size_t) n, want);
  if (took > 0)
    {
      c->filled += took;
      bt_wire_took (&c->wire, took, now_us);
    }
  feed_wire (c, scratch, (size_t) n - took, now_us);
  return (size_t) n >= want + SCRATCH_LEN || want > 0;
}

/* --- the handshake --- */

static void
send_handshake (EngConnection *c)
{
  bt_handshake_write (&c->config.handshake, c->hello);
  c->hello_left = sizeof c->hello;
}

/* Whether the peer speaks of the v2 swarm. */
static bool
is_v2 (const EngConnection *c)
{
  return c->config.has_v2
         && memcmp (c->reader.value.info_hash, c->config.v2, sizeof c->config.v2) == 0;
}

/* Whether who was connected to has answered by a name of the torrent. */
static bool
answers_right (const EngConnection *c)
{
  const uint8_t *theirs = c->reader.value.info_hash;

  return memcmp (theirs, c->config.handshake.info_hash, BT_SHA1_LEN) == 0 || is_v2 (c)
         || c->config.v2_unknown;
}

static bool
speaks_v2 (const EngConnection *c)
{
  uint32_t both = c->config.handshake.features & c->reader.value.features;

  return c->config.has_v2 && ((both & BT_FEATURE_V2) != 0 || is_v2 (c));
}

static void
open_wire (EngConnection *c, uint64_t now_us)
{
  uint32_t both = c->config.handshake.features & c->reader.value.features;
  BtWireConfig config = { .geometry = c->config.geometry,
                          .fast = (both & BT_FEATURE_FAST) != 0,
                          .extended = (both & BT_FEATURE_EXTENDED) != 0,
                          .v2 = speaks_v2 (c) };

  bt_wire_init (&c->wire, &config, now_us);
  c->state = ENG_CONNECTION_OPEN;
  c->events->opened (c->owner, c, &c->reader.value);
}

/* What a reader that has come to the info-hash says: false when the peer is at the wrong door. */
static bool
take_hash (EngConnection *c)
{
  const uint8_t *theirs = c->reader.value.info_hash;

  if (!c->incoming)
    return answers_right (c);
  if (c->encryption != ENG_ENCRYPTION_NONE && memcmp (theirs, c->skey, BT_SHA1_LEN) != 0)
    return false;
  return !c->adopted && c->events->identify (c->owner, c, theirs);
}

/* @at_hash: the name of the torrent has just come, and is asked for. A whole handshake that answers
 * ours is looked at once more: the name may have become known meanwhile. */
static bool
is_refused (EngConnection *c, bool at_hash)
{
  if (c->reader.state == BT_HANDSHAKE_BAD || (at_hash && !take_hash (c)))
    return true;
  return c->reader.state == BT_HANDSHAKE_WHOLE && !c->incoming && !answers_right (c);
}

size_t
eng_connection_feed_handshake (EngConnection *c, const uint8_t *bytes, size_t len)
{
  uint64_t now_us = btio_reactor_now_us (c->reactor);
  size_t used = 0;

  while (used < len && !c->ended && c->state == ENG_CONNECTION_HANDSHAKE)
    {
      BtHandshakeState before = c->reader.state;
      bool at_hash;

      used += bt_handshake_reader_input (&c->reader, bytes + used, len - used);
      at_hash = c->reader.state == BT_HANDSHAKE_HASH && before == BT_HANDSHAKE_WANT;
      if (is_refused (c, at_hash))
        eng_connection_end (c, ENG_CLOSED_HANDSHAKE, 0);
      else if (at_hash && c->incoming)
        send_handshake (c);
      else if (c->reader.state == BT_HANDSHAKE_WHOLE)
        open_wire (c, now_us);
    }
  return used;
}

static bool
read_handshake (EngConnection *c, uint8_t *scratch, uint64_t now_us)
{
  struct iovec part = { scratch, SCRATCH_LEN };
  ssize_t n = btio_stream_readv (c->stream, &part, 1);
  size_t used;

  if (n <= 0)
    {
      eng_connection_note_no_bytes (c, n);
      return false;
    }
  used = eng_connection_feed_handshake (c, scratch, (size_t) n);
  if (c->state == ENG_CONNECTION_OPEN && !c->ended)
    feed_wire (c, scratch + used, (size_t) n - used, now_us);
  return !c->ended;
}

/* --- the stream --- */

void
eng_connection_read (EngConnection *c)
{
  uint8_t scratch[SCRATCH_LEN];
  uint64_t now_us = btio_reactor_now_us (c->reactor);

  for (int i = 0; i < READS_MAX && !c->ended && !c->held && !eng_connection_is_throttled (c); i++)
    {
      bool more;

      if (c->state == ENG_CONNECTION_CRYPT)
        more = eng_connection_read_crypt (c);
      else
        more = c->state == ENG_CONNECTION_OPEN ? read_wire (c, scratch, now_us)
                                               : read_handshake (c, scratch, now_us);
      if (!more)
        break;
    }
  eng_connection_flush (c);
}

/* The peer has taken the connection, and hears from us. */
static void
begin (EngConnection *c)
{
  if (c->crypt != NULL)
    {
      eng_connection_begin_crypt (c);
      return;
    }
  c->state = ENG_CONNECTION_HANDSHAKE;
  bt_handshake_reader_init (&c->reader, btio_reactor_now_us (c->reactor));
  send_handshake (c);
}

static void
on_ready (BtioStream *stream, void *owner, unsigned ready)
{
  EngConnection *c = owner;

  if (c->ended)
    return;
  if (c->state == ENG_CONNECTION_CONNECTING && (ready & BTIO_BROKEN) != 0)
    {
      eng_connection_end (c, ENG_CLOSED_SYSTEM, btio_stream_error (stream));
      return;
    }
  if (c->state == ENG_CONNECTION_CONNECTING && (ready & BTIO_WRITABLE) != 0)
    begin (c);
  if ((ready & (BTIO_READABLE | BTIO_BROKEN)) != 0)
    eng_connection_read (c);
  if (!c->ended && (ready & BTIO_BROKEN) != 0)
    eng_connection_end (c, ENG_CLOSED_SYSTEM, btio_stream_error (stream));
  eng_connection_flush (c);
}

static void
on_turn (BtioTurn *turn)
{
  EngConnection *c = (EngConnection *) (void *) ((char *) turn - offsetof (EngConnection, turn));

  if (!c->ended)
    eng_connection_write (c);
  if (c->ended)
    {
      finish (c);
      return;
    }
  eng_connection_update_wants (c);
  eng_connection_set_timer (c);
}

static EngConnection *
connection_new (BtioReactor *reactor, BtioStream *stream, const EngConnectionEvents *events,
                void *owner)
{
  EngConnection *c = g_new0 (EngConnection, 1);

  c->reactor = reactor;
  c->stream = stream;
  c->remote = stream->remote;
  c->events = events;
  c->owner = owner;
  c->timer.due = on_deadline;
  c->turn.run = on_turn;
  eng_connection_init_limits (c);
  stream->ready = on_ready;
  stream->owner = c;
  return c;
}

EngConnection *
eng_connection_new_outgoing (BtioReactor *reactor, BtioStream *stream,
                             const EngConnectionConfig *config, const EngConnectionEvents *events,
                             void *owner)
{
  EngConnection *c = connection_new (reactor, stream, events, owner);

  c->config = *config;
  c->crypt = config->crypt;
  c->state = ENG_CONNECTION_CONNECTING;
  c->connect_deadline_us = btio_reactor_now_us (reactor) + ENG_CONNECT_US;
  btio_stream_want (stream, BTIO_WRITABLE);
  eng_connection_set_timer (c);
  return c;
}

EngConnection *
eng_connection_new_incoming (BtioReactor *reactor, BtioStream *stream, EngCrypt *crypt,
                             const EngConnectionEvents *events, void *owner)
{
  EngConnection *c = connection_new (reactor, stream, events, owner);

  c->incoming = true;
  c->crypt = crypt;
  if (crypt != NULL && eng_crypt_policy (crypt) != ENG_CRYPT_OFF)
    eng_connection_begin_crypt (c);
  else
    {
      c->state = ENG_CONNECTION_HANDSHAKE;
      bt_handshake_reader_init (&c->reader, btio_reactor_now_us (reactor));
    }
  btio_stream_want (stream, BTIO_READABLE);
  eng_connection_set_timer (c);
  return c;
}

void
eng_connection_adopt (EngConnection *c, const EngConnectionConfig *config,
                      const EngConnectionEvents *events, void *owner)
{
  bt_assert (c->incoming && !c->adopted);
  c->adopted = true;
  c->config = *config;
  c->events = events;
  c->owner = owner;
}

void
eng_connection_hand_over (EngConnection *c, const BtWireGeometry *geometry,
                          const EngConnectionEvents *events, void *owner)
{
  bt_assert (c->config.geometry.n_pieces == 0);
  c->config.geometry = *geometry;
  if (c->state == ENG_CONNECTION_OPEN)
    bt_wire_set_geometry (&c->wire, geometry);
  c->events = events;
  c->owner = owner;
}

void
eng_connection_name_v2 (EngConnection *c, const uint8_t *v2)
{
  c->config.v2_unknown = false;
  c->config.has_v2 = v2 != NULL;
  if (v2 != NULL)
    memcpy (c->config.v2, v2, sizeof c->config.v2);
  if (c->state != ENG_CONNECTION_OPEN)
    return;
  if (!c->incoming && !answers_right (c))
    eng_connection_close (c);
  else if (speaks_v2 (c))
    bt_wire_speak_v2 (&c->wire);
}

BtWire *
eng_connection_wire (EngConnection *c)
{
  return &c->wire;
}

void
eng_connection_hold (EngConnection *c, bool hold)
{
  if (c->held == hold || c->ended)
    return;
  c->held = hold;
  if (!hold && c->state == ENG_CONNECTION_OPEN)
    bt_wire_touch (&c->wire, btio_reactor_now_us (c->reactor));
  eng_connection_flush (c);
}

const BtHandshake *
eng_connection_theirs (const EngConnection *c)
{
  return &c->reader.value;
}

const BtEndpoint *
eng_connection_remote (const EngConnection *c)
{
  return &c->remote;
}

bool
eng_connection_is_incoming (const EngConnection *c)
{
  return c->incoming;
}

EngConnectionState
eng_connection_state (const EngConnection *c)
{
  return c->state;
}

EngEncryption
eng_connection_encryption (const EngConnection *c)
{
  return c->encryption;
}

void
eng_connection_set_data (EngConnection *c, void *data)
{
  c->data = data;
}

void *
eng_connection_data (const EngConnection *c)
{
  return c->data;
}
