/* eng-torrent-extension.c: what peers and we say beside the wire: who each is (BEP 10, 21), the
 * metadata that a peer asks for (BEP 9), other peers (BEP 11), pieces that are gone (BEP 54). */
#include "client-core/torrent/eng-greeting.h"
#include "client-core/torrent/eng-torrent-private.h"

#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-metadata.h"

/* A peer gets the whole metadata so many times. */
#define METADATA_COPIES 3u

#define HEAD_MAX 256
#define PEX_MESSAGE_MAX 8192

static bool
is_private (const EngTorrent *t)
{
  return bt_metainfo_is_private (t->metainfo);
}

static bool
exchanges_peers (const EngTorrent *t)
{
  return !is_private (t) && !t->config.share->no_exchange;
}

/* What we take. */
static uint32_t
offered (const EngTorrent *t)
{
  return BT_EXTENSION_BIT (BT_EXTENSION_METADATA) | BT_EXTENSION_BIT (BT_EXTENSION_DONT_HAVE)
         | (exchanges_peers (t) ? BT_EXTENSION_BIT (BT_EXTENSION_PEX) : 0);
}

/* Who breaks a rule so that it costs us work is not let in again for a while. */
static void
part_with_flooder (EngLink *link)
{
  EngTorrent *t = link->torrent;

  eng_candidates_ban (t->candidates, eng_connection_remote (link->connection), ENG_BAN_FLOOD,
                      eng_torrent_now (t) + ENG_PEX_BAN_US);
  eng_connection_close (link->connection);
}

/* --- the handshake --- */

void
eng_link_send_extensions (EngLink *link)
{
  EngTorrent *t = link->torrent;
  size_t metadata_size;
  EngGreeting greeting
      = { .offered = offered (t),
          .port = t->config.share->port,
          .upload_only = t->state == ENG_TORRENT_SEEDING && link->mask.seed == NULL };

  (void) bt_metainfo_info (t->metainfo, &metadata_size); /* its length alone */
  if (metadata_size <= BT_LIMIT_TORRENT_SIZE)
    greeting.metadata_size = (uint32_t) metadata_size;
  eng_greeting_send (link->connection, &greeting);
}

static void
take_handshake (EngLink *link, const BtWireEvent *event)
{
  BtExtensionHandshake theirs;

  if (!bt_extension_parse (event->bytes, event->len, &theirs, NULL))
    return;
  bt_extension_peer_update (&link->extension, &theirs);
  if (link->extension.reqq > 0)
    eng_requests_set_reqq (&link->requests, link->extension.reqq);
  if (eng_connection_is_incoming (link->connection))
    eng_candidates_listens (link->torrent->candidates, link->candidate, link->extension.port);
  eng_own_heard (&link->torrent->config.share->own, eng_connection_remote (link->connection),
                 &link->extension.yourip);
  eng_link_part_with_seed (link);
}

/* --- metadata --- */

static bool
send_metadata (EngLink *link, const BtMetadataMessage *message)
{
  uint8_t id = bt_extension_peer_id (&link->extension, BT_EXTENSION_METADATA);
  BtWire *wire = eng_connection_wire (link->connection);
  BtBuffer head;
  bool sent;

  if (id == 0 || !bt_wire_can_queue (wire, HEAD_MAX + message->len))
    return false;
  bt_buffer_init (&head, HEAD_MAX);
  bt_metadata_write_head (message, &head);
  sent = bt_wire_send_extended (wire, id, head.data, head.len, message->bytes, message->len);
  bt_buffer_clear (&head);
  eng_connection_flush (link->connection);
  return sent;
}

static bool
send_metadata_piece (EngLink *link, uint32_t piece)
{
  size_t size;
  const uint8_t *info = bt_metainfo_info (link->torrent->metainfo, &size);
  BtMetadataMessage message = { .type = BT_METADATA_DATA,
                                .piece = piece,
                                .total_size = (uint32_t) size,
                                .bytes = info + (size_t) piece * BT_METADATA_PIECE_LEN,
                                .len = bt_metadata_piece_len ((uint32_t) size, piece) };

  if (!send_metadata (link, &message))
    return false;
  link->n_metadata_sent++;
  return true;
}

static uint32_t
n_metadata_pieces (const EngTorrent *t)
{
  size_t size;

  (void) bt_metainfo_info (t->metainfo, &size); /* its length alone */
  return size <= BT_LIMIT_TORRENT_SIZE ? bt_metadata_n_pieces ((uint32_t) size) : 0;
}

/* Who goes on asking for what it is refused is at its end; one that asks for everything at once is
 * not. */
static void
refuse_metadata (EngLink *link, uint32_t piece)
{
  const BtMetadataMessage message = { .type = BT_METADATA_REJECT, .piece = piece };

  if (++link->n_metadata_refused > n_metadata_pieces (link->torrent) + BT_LIMIT_REJECTS)
    part_with_flooder (link);
  else
    (void) send_metadata (link, &message); /* it must not have the answer */
}

static void
send_waiting_metadata (EngLink *link)
{
  while (
      !g_queue_is_empty (&link->metadata_asked)
      && send_metadata_piece (link, GPOINTER_TO_UINT (g_queue_peek_head (&link->metadata_asked))))
    (void) g_queue_pop_head (&link->metadata_asked); /* it is sent */
}

static void
take_metadata (EngLink *link, const BtWireEvent *event)
{
  uint32_t n_pieces = n_metadata_pieces (link->torrent);
  BtMetadataMessage message;

  if (!bt_metadata_parse (event->bytes, event->len, &message, NULL)
      || message.type != BT_METADATA_REQUEST)
    {
      bt_wire_note_chatter (eng_connection_wire (link->connection));
      return;
    }
  if (message.piece >= n_pieces
      || link->n_metadata_sent + link->metadata_asked.length >= METADATA_COPIES * n_pieces
      || link->metadata_asked.length >= BT_LIMIT_METADATA_REQUESTS)
    {
      refuse_metadata (link, message.piece);
      return;
    }
  g_queue_push_tail (&link->metadata_asked, GUINT_TO_POINTER (message.piece));
  send_waiting_metadata (link);
}

/* --- other peers --- */

static bool
is_near (const BtEndpoint *endpoint)
{
  return (bt_endpoint_range (endpoint)
          & (BT_RANGE_LOOPBACK | BT_RANGE_PRIVATE | BT_RANGE_LINK_LOCAL))
         != 0;
}

/* Where others can reach the peer; false when that is not known. */
static bool
describe_peer (const EngLink *link, BtPexPeer *out)
{
  bool incoming = eng_connection_is_incoming (link->connection);

  *out = (BtPexPeer){ .endpoint = *eng_connection_remote (link->connection) };
  if (incoming)
    out->endpoint.port = link->extension.port;
  else
    out->flags |= BT_PEX_OUTGOING;
  if (bt_bitfield_is_all (&link->have) || link->extension.upload_only)
    out->flags |= BT_PEX_SEED;
  if (eng_connection_encryption (link->connection) != ENG_ENCRYPTION_NONE)
    out->flags |= BT_PEX_ENCRYPTS;
  return link->open && out->endpoint.port != 0;
}

/* All that the peer may be told of: an address of this network means nothing outside. (transfer
 * full) */
static BtPexPeer *
gather_peers (const EngLink *link, size_t *n)
{
  const EngTorrent *t = link->torrent;
  bool near = is_near (eng_connection_remote (link->connection));
  BtPexPeer *peers = g_new (BtPexPeer, t->links->len);

  *n = 0;
  for (guint i = 0; i < t->links->len; i++)
    {
      const EngLink *other = t->links->pdata[i];

      if (other != link && describe_peer (other, &peers[*n])
          && (near || !is_near (&peers[*n].endpoint)))
        (*n)++;
    }
  return peers;
}

static void
send_pex (EngLink *link, uint64_t now_us)
{
  uint8_t id = bt_extension_peer_id (&link->extension, BT_EXTENSION_PEX);
  BtWire *wire = eng_connection_wire (link->connection);
  g_autofree BtPexPeer *peers = NULL;
  BtPexMessage message;
  BtBuffer out;
  size_t n;

  if (id == 0 || !exchanges_peers (link->torrent) || !eng_pex_is_due (&link->pex, now_us)
      || !bt_wire_can_queue (wire, PEX_MESSAGE_MAX))
    return;
  peers = gather_peers (link, &n);
  if (!eng_pex_next (&link->pex, peers, n, now_us, &message))
    return;
  bt_buffer_init (&out, PEX_MESSAGE_MAX);
  bt_pex_write (&message, &out);
  (void) bt_wire_send_extended (wire, id, out.data, out.len, NULL, 0); /* it fits */
  bt_buffer_clear (&out);
  eng_connection_flush (link->connection);
}

/* Whether it is somebody new. */
static bool
hear_of (EngTorrent *t, const BtPexPeer *peer, bool local)
{
  bool has_all = (peer->flags & BT_PEX_SEED) != 0;

  if (t->state == ENG_TORRENT_SEEDING && has_all)
    return false;
  if (!has_all)
    eng_candidates_hear_lacks (t->candidates, &peer->endpoint);
  return eng_candidates_add (t->candidates, &peer->endpoint, ENG_SOURCE_PEX, local) == ENG_ADD_NEW;
}

static void
take_pex (EngLink *link, const BtWireEvent *event)
{
  EngTorrent *t = link->torrent;
  uint64_t now_us = eng_torrent_now (t);
  bool local = is_near (eng_connection_remote (link->connection));
  BtPexMessage message;
  bool new = false;

  if (eng_pex_came (&link->pex, now_us) == ENG_PEX_FLOOD)
    {
      part_with_flooder (link);
      return;
    }
  if (!bt_pex_parse (event->bytes, event->len, &message, NULL))
    return;
  for (size_t i = 0; i < message.n_added; i++)
    new |= hear_of (t, &message.added[i], local);
  if (new)
    eng_torrent_connect (t, now_us);
}

/* --- every message --- */

/* BEP 54: four bytes. */
static void
take_dont_have (EngLink *link, const BtWireEvent *event)
{
  const uint8_t *b = event->bytes;
  uint32_t piece;

  bt_wire_note_chatter (eng_connection_wire (link->connection)); /* each costs a search */
  if (event->len != 4)
    return;
  piece = (uint32_t) b[0] << 24 | (uint32_t) b[1] << 16 | (uint32_t) b[2] << 8 | b[3];
  if (piece < link->torrent->layout->n_pieces)
    eng_link_lost_piece (link, piece);
}

void
eng_link_take_extended (EngLink *link, const BtWireEvent *event)
{
  BtExtension extension;

  if (event->extended_id == BT_EXTENSION_HANDSHAKE_ID)
    take_handshake (link, event);
  else if (!bt_extension_of_id (event->extended_id, offered (link->torrent), &extension))
    bt_wire_note_chatter (eng_connection_wire (link->connection));
  else if (extension == BT_EXTENSION_METADATA)
    take_metadata (link, event);
  else if (extension == BT_EXTENSION_PEX)
    take_pex (link, event);
  else if (extension == BT_EXTENSION_DONT_HAVE)
    take_dont_have (link, event);
}

void
eng_link_tick_extensions (EngLink *link, uint64_t now_us)
{
  if (!eng_link_talks (link) || !link->extension.shook)
    return;
  send_waiting_metadata (link);
  send_pex (link, now_us);
}

void
eng_link_clear_extensions (EngLink *link)
{
  eng_pex_clear (&link->pex);
  g_queue_clear (&link->metadata_asked);
}
