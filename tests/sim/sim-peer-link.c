/* sim-peer-link.c: one connection of a scripted peer: what it says and hears. */
#include <errno.h>
#include <string.h>

#include "protocol/core/bt-limits.h"
#include "tests/sim/sim-content.h"
#include "tests/sim/sim-peer-private.h"

#define DEPTH 16
#define SCRATCH (64 * 1024)

static uint64_t
now_of (const SimPeer *peer)
{
  return sim_world_now_us (sim_host_world (peer->host));
}

static uint32_t
block_len (const SimPeer *peer, uint64_t block)
{
  return (uint32_t) MIN (BT_BLOCK_LEN, peer->layout->end - block * BT_BLOCK_LEN);
}

/* --- links --- */

static void on_turn (BtioTurn *turn);
static void on_ready (BtioStream *stream, void *owner, unsigned ready);

void
sim_peer_link_new (SimPeer *peer, BtioStream *stream, bool dialled)
{
  SimPeerLink *link = g_new0 (SimPeerLink, 1);

  link->peer = peer;
  link->stream = stream;
  link->remote = stream->remote;
  link->dialled = link->connecting = dialled;
  link->since_us = now_of (peer);
  link->turn.run = on_turn;
  link->asked = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  bt_bitfield_init (&link->have, peer->layout->n_pieces);
  bt_handshake_write (&peer->handshake, link->hello);
  link->hello_left = dialled ? sizeof link->hello : 0;
  bt_handshake_reader_init (&link->reader, link->since_us);
  stream->ready = on_ready;
  stream->owner = link;
  btio_stream_want (stream, dialled ? BTIO_WRITABLE : BTIO_READABLE);
  g_ptr_array_add (peer->links, link);
}

static void
forget_asked (SimPeerLink *link)
{
  for (guint i = 0; i < link->asked->len; i++)
    (void) bt_bitfield_unset (&link->peer->blocks,
                              g_array_index (link->asked, uint64_t, i)); /* it was set */
  g_array_set_size (link->asked, 0);
}

void
sim_peer_link_free (SimPeerLink *link)
{
  BtOutBlock block;

  forget_asked (link);
  g_ptr_array_remove_fast (link->peer->links, link);
  btio_turn_stop (&link->turn);
  btio_stream_close (link->stream);
  while (link->open && bt_wire_steal_piece (&link->wire, &block))
    ;
  if (link->open)
    bt_wire_clear (&link->wire);
  bt_bitfield_clear (&link->have);
  g_array_unref (link->asked);
  g_free (link);
}

void
sim_peer_link_flush (SimPeerLink *link)
{
  btio_turn_ask (&link->turn, sim_host_reactor (link->peer->host));
}

void
sim_peer_link_finish (SimPeerLink *link)
{
  link->ended = true;
  sim_peer_link_flush (link);
}

/* --- taking --- */

void
sim_peer_link_ask (SimPeerLink *link)
{
  SimPeer *peer = link->peer;
  uint64_t per_piece = peer->layout->piece_length / BT_BLOCK_LEN;
  uint64_t from = sim_world_below (sim_host_world (peer->host), (uint32_t) peer->n_blocks);

  if (!peer->config.fetches || link->wire.flags.peer_choking)
    return;
  for (uint64_t i = 0; i < peer->n_blocks && link->asked->len < DEPTH; i++)
    {
      uint64_t block = (from + i) % peer->n_blocks;
      uint32_t piece = (uint32_t) (block / per_piece);

      if (bt_bitfield_test (&peer->blocks, block) || !bt_bitfield_test (&link->have, piece)
          || !bt_wire_send_request (&link->wire, piece,
                                    (uint32_t) (block % per_piece * BT_BLOCK_LEN),
                                    block_len (peer, block)))
        continue;
      (void) bt_bitfield_set (&peer->blocks, block); /* it was not */
      g_array_append_val (link->asked, block);
    }
  sim_peer_link_flush (link);
}

static uint64_t
number_of (const SimPeer *peer, const BtWireEvent *event)
{
  return (event->index * peer->layout->piece_length + event->begin) / BT_BLOCK_LEN;
}

/* Whether it had been asked for; it is so no longer. */
static bool
take_asked (SimPeerLink *link, const BtWireEvent *event)
{
  uint64_t block = number_of (link->peer, event);

  for (guint i = 0; i < link->asked->len; i++)
    if (g_array_index (link->asked, uint64_t, i) == block)
      {
        g_array_remove_index_fast (link->asked, i);
        return true;
      }
  return false;
}

static void
take_block (SimPeerLink *link, const BtWireEvent *event)
{
  SimPeer *peer = link->peer;

  peer->fetched += event->length;
  if (take_asked (link, event) && ++peer->n_got == peer->n_blocks)
    {
      if (peer->completed_us == 0)
        peer->completed_us = now_of (peer);
      if (peer->config.again)
        {
          peer->n_got = 0;
          bt_bitfield_unset_range (&peer->blocks, 0, peer->n_blocks);
        }
    }
  sim_peer_link_ask (link);
}

static void
take_refusal (SimPeerLink *link, const BtWireEvent *event)
{
  if (take_asked (link, event))
    (void) bt_bitfield_unset (&link->peer->blocks, number_of (link->peer, event)); /* it was set */
}

/* --- giving --- */

static bool
is_stalled (const SimPeer *peer)
{
  return peer->config.stall_after > 0 && peer->served >= peer->config.stall_after;
}

static void
answer (SimPeerLink *link, const BtWireEvent *event)
{
  SimPeer *peer = link->peer;
  uint64_t cookie = (uint64_t) event->index << 32 | event->begin;

  peer->n_requests++;
  if (peer->config.rejects || (peer->config.serves && link->wire.flags.am_choking))
    bt_wire_reject (&link->wire, event->index, event->begin, event->length);
  else if (!peer->config.serves || is_stalled (peer))
    return;
  else if (bt_wire_send_piece (&link->wire, event->index, event->begin, event->length, cookie))
    peer->served += event->length;
  sim_peer_link_flush (link);
}

static void
answer_hashes (SimPeerLink *link, const BtHashRequest *request)
{
  size_t n = request->length + bt_hash_request_n_uncles (request);
  g_autofree uint8_t *hashes = g_malloc0 (n * BT_SHA256_LEN);

  if (!link->peer->config.lies_hashes || !bt_wire_send_hashes (&link->wire, request, hashes))
    bt_wire_reject_hashes (&link->wire, request);
  sim_peer_link_flush (link);
}

static void
cancel (SimPeerLink *link, const BtWireEvent *event)
{
  uint64_t cookie;

  link->peer->n_cancels++;
  if (bt_wire_cancel_piece (&link->wire, event->index, event->begin, event->length, &cookie))
    link->peer->served -= event->length;
  sim_peer_link_flush (link);
}

void
sim_peer_link_choke (SimPeerLink *link)
{
  BtOutBlock block;

  if (!link->peer->choking)
    bt_wire_send_unchoke (&link->wire);
  else
    {
      bt_wire_send_choke (&link->wire);
      while (bt_wire_steal_piece (&link->wire, &block))
        link->peer->served -= block.length;
    }
  sim_peer_link_flush (link);
}

/* The block as this peer has it. */
static void
make_block (const SimPeer *peer, uint64_t cookie, uint8_t out[BT_BLOCK_LEN])
{
  uint32_t piece = (uint32_t) (cookie >> 32);
  uint32_t begin = (uint32_t) cookie;
  bool spoilt = begin / BT_BLOCK_LEN < peer->config.spoilt_blocks;
  uint64_t offset = bt_layout_piece_start (peer->layout, piece) + begin;

  sim_content_fill (peer->key, offset, out, BT_BLOCK_LEN);
  if (spoilt)
    out[100] ^= 1;
}

/* --- events --- */

static void
take_pieces (SimPeerLink *link, const BtWireEvent *event)
{
  size_t n = link->peer->layout->n_pieces;

  if (event->type == BT_WIRE_HAVE_ALL)
    bt_bitfield_set_range (&link->have, 0, n);
  else if (event->type == BT_WIRE_HAVE)
    (void) bt_bitfield_set (&link->have, event->index); /* or it had it */
  else
    {
      bt_bitfield_clear (&link->have);
      if (!bt_bitfield_init_wire (&link->have, n, event->bytes, event->len))
        bt_bitfield_init (&link->have, n);
    }
  if (link->peer->config.fetches || link->peer->config.wants)
    bt_wire_send_interested (&link->wire);
  sim_peer_link_ask (link);
  sim_peer_link_flush (link);
}

static void
on_event (SimPeerLink *link, const BtWireEvent *event)
{
  switch (event->type)
    {
    case BT_WIRE_CHOKE:
      if (!link->wire.config.fast)
        forget_asked (link);
      break;
    case BT_WIRE_UNCHOKE:
      sim_peer_link_ask (link);
      break;
    case BT_WIRE_HAVE:
    case BT_WIRE_HAVE_ALL:
    case BT_WIRE_BITFIELD:
      take_pieces (link, event);
      break;
    case BT_WIRE_REQUEST:
      answer (link, event);
      break;
    case BT_WIRE_CANCEL:
      cancel (link, event);
      break;
    case BT_WIRE_REJECT:
      take_refusal (link, event);
      break;
    case BT_WIRE_HASH_REQUEST:
      answer_hashes (link, &event->hashes->request);
      break;
    case BT_WIRE_PIECE_BEGIN:
      bt_wire_discard (&link->wire);
      break;
    case BT_WIRE_PIECE_END:
      take_block (link, event);
      break;
    case BT_WIRE_ENDED:
      sim_peer_link_finish (link);
      break;
    default:
      break;
    }
}

/* --- bytes --- */

static void
open_wire (SimPeerLink *link)
{
  SimPeer *peer = link->peer;
  const BtLayout *layout = peer->layout;
  BtWireConfig config
      = { .geometry
          = { .n_pieces = layout->n_pieces,
              .piece_length = (uint32_t) layout->piece_length,
              .last_length = (uint32_t) bt_layout_piece_size (layout, layout->n_pieces - 1) },
          .fast = (link->reader.value.features & BT_FEATURE_FAST) != 0,
          .v2 = peer->v2 };
  BtBitfield have;

  bt_wire_init (&link->wire, &config, now_of (peer));
  link->open = true;
  peer->n_opened++;
  bt_bitfield_init (&have, layout->n_pieces);
  if (peer->config.has_all)
    bt_bitfield_set_range (&have, 0, layout->n_pieces);
  (void) bt_wire_send_bitfield (&link->wire, &have); /* it comes first */
  bt_bitfield_clear (&have);
  if (!peer->choking)
    bt_wire_send_unchoke (&link->wire);
  sim_peer_link_flush (link);
}

static size_t
feed_handshake (SimPeerLink *link, const uint8_t *bytes, size_t len)
{
  size_t used = 0;

  while (used < len && !link->open && !link->ended)
    {
      used += bt_handshake_reader_input (&link->reader, bytes + used, len - used);
      if (link->reader.state == BT_HANDSHAKE_BAD)
        sim_peer_link_finish (link);
      else if (link->reader.state == BT_HANDSHAKE_HASH && !link->dialled && link->hello_left == 0)
        link->hello_left = sizeof link->hello;
      else if (link->reader.state == BT_HANDSHAKE_WHOLE)
        open_wire (link);
    }
  return used;
}

static void
feed_wire (SimPeerLink *link, const uint8_t *bytes, size_t len)
{
  uint64_t now_us = now_of (link->peer);
  BtWireEvent event;

  for (;;)
    {
      size_t used;

      while (!link->ended && bt_wire_next_event (&link->wire, &event))
        on_event (link, &event);
      if (len == 0 || link->ended)
        return;
      used = bt_wire_input (&link->wire, bytes, len, now_us);
      bytes += used;
      len -= used;
    }
}

static void
read_some (SimPeerLink *link)
{
  g_autofree uint8_t *scratch = g_malloc (SCRATCH);
  struct iovec part = { scratch, SCRATCH };
  ssize_t n = btio_stream_readv (link->stream, &part, 1);
  size_t used = 0;

  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    {
      sim_peer_link_finish (link);
      return;
    }
  if (!link->open)
    used = feed_handshake (link, scratch, (size_t) n);
  if (link->open)
    feed_wire (link, scratch + used, (size_t) n - used);
  sim_peer_link_flush (link);
}

static void
on_ready (BtioStream *stream, void *owner, unsigned ready)
{
  SimPeerLink *link = owner;

  if ((ready & BTIO_BROKEN) != 0)
    sim_peer_link_finish (link);
  if (link->ended)
    return;
  if ((ready & BTIO_WRITABLE) != 0)
    link->connecting = false;
  if ((ready & BTIO_READABLE) != 0)
    read_some (link);
  sim_peer_link_flush (link);
}

static bool
write_part (SimPeerLink *link, const uint8_t *bytes, size_t len, size_t *went)
{
  struct iovec part = { (void *) (uintptr_t) bytes, len };
  ssize_t n = btio_stream_writev (link->stream, &part, 1);

  *went = n > 0 ? (size_t) n : 0;
  link->stuck = *went < len;
  if (n < 0 && errno != EAGAIN)
    link->ended = true;
  return !link->stuck;
}

static void
write_some (SimPeerLink *link)
{
  uint8_t block[BT_BLOCK_LEN];
  BtWireEvent event;
  BtSegment segment;
  size_t went;

  link->stuck = false;
  if (link->hello_left > 0)
    {
      (void) write_part (link, link->hello + sizeof link->hello - link->hello_left,
                         link->hello_left, &went); /* stuck says so */
      link->hello_left -= went;
    }
  while (link->open && !link->stuck && !link->ended && bt_wire_next_output (&link->wire, &segment))
    {
      if (segment.kind == BT_SEGMENT_BLOCK)
        make_block (link->peer, segment.cookie, block);
      (void) write_part (link,
                         segment.kind == BT_SEGMENT_BLOCK ? block + segment.offset : segment.bytes,
                         segment.len, &went); /* stuck says so */
      bt_wire_sent (&link->wire, went, now_of (link->peer));
    }
  while (link->open && !link->ended && bt_wire_next_event (&link->wire, &event))
    on_event (link, &event);
}

static void
on_turn (BtioTurn *turn)
{
  SimPeerLink *link = (SimPeerLink *) (void *) ((char *) turn - offsetof (SimPeerLink, turn));

  if (!link->ended && !link->connecting)
    write_some (link);
  if (link->ended)
    sim_peer_link_free (link);
  else
    btio_stream_want (link->stream, (link->connecting ? 0 : BTIO_READABLE)
                                        | (link->connecting || link->stuck ? BTIO_WRITABLE : 0));
}
