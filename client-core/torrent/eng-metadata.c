/* eng-metadata.c: the info dictionary: what is asked of whom, what is believed; and the life of the
 * search. */
#include "client-core/torrent/eng-metadata-private.h"

#include <string.h>

#include "protocol/core/bt-assert.h"

#define TICK_US 500000
#define HEAD_MAX 256

uint64_t
eng_metadata_now (const EngMetadata *m)
{
  return btio_reactor_now_us (m->config.reactor);
}

bool
eng_metadata_is_open (const EngMetadata *m)
{
  return !m->stopping && (m->state == ENG_METADATA_SEEKING || m->state == ENG_METADATA_LAYERS);
}

/* --- asking --- */

static bool
send_message (EngMetadataPeer *peer, BtMetadataType type, uint32_t piece)
{
  const BtMetadataMessage message = { .type = type, .piece = piece };
  uint8_t id = bt_extension_peer_id (&peer->extension, BT_EXTENSION_METADATA);
  BtBuffer head;
  bool sent;

  if (id == 0)
    return false;
  bt_buffer_init (&head, HEAD_MAX);
  bt_metadata_write_head (&message, &head);
  sent = bt_wire_send_extended (eng_connection_wire (peer->connection), id, head.data, head.len,
                                NULL, 0);
  bt_buffer_clear (&head);
  eng_connection_flush (peer->connection);
  return sent;
}

static void
ask (EngMetadataPeer *peer, uint64_t now_us)
{
  EngMetadata *m = peer->metadata;
  uint32_t piece;

  while (peer->open && bt_metadata_fetch_next (m->fetch, peer->number, now_us, &piece))
    if (!send_message (peer, BT_METADATA_REQUEST, piece))
      bt_metadata_fetch_reject (m->fetch, peer->number, piece, now_us);
}

void
eng_metadata_go_on (EngMetadata *m)
{
  uint64_t now_us = eng_metadata_now (m);
  uint64_t deadline_us = now_us + TICK_US;

  if (m->stopping)
    return;
  if (m->state == ENG_METADATA_SEEKING)
    {
      for (guint i = 0; i < m->peers->len; i++)
        ask (m->peers->pdata[i], now_us);
      deadline_us = MIN (deadline_us, bt_metadata_fetch_deadline (m->fetch, now_us));
    }
  if (m->state == ENG_METADATA_LAYERS)
    eng_metadata_layers_go_on (m, now_us);
  btio_timer_set (&m->timer, m->config.reactor, deadline_us);
}

static void
on_timer (BtioTimer *timer, uint64_t now_us)
{
  EngMetadata *m = (EngMetadata *) (void *) ((char *) timer - offsetof (EngMetadata, timer));

  eng_metadata_part_with_idle (m, now_us);
  eng_metadata_connect (m, now_us);
  eng_metadata_go_on (m);
}

void
eng_metadata_size_said (EngMetadataPeer *peer)
{
  EngMetadata *m = peer->metadata;

  if (m->state != ENG_METADATA_SEEKING)
    return;
  if (bt_extension_peer_id (&peer->extension, BT_EXTENSION_METADATA) == 0)
    bt_metadata_fetch_remove_peer (m->fetch, peer->number);
  else
    (void) bt_metadata_fetch_add_peer (m->fetch, peer->number, peer->extension.metadata_size);
  eng_metadata_go_on (m);
}

/* --- the whole --- */

static bool
has_hash (const EngMetadata *m, BtDigestKind kind, const uint8_t *hash, const uint8_t *bytes,
          size_t len)
{
  uint8_t digest[BT_SHA256_LEN] = { 0 };

  m->config.ops->hash (kind, &(BtDigestMessage){ .data = bytes, .len = len, .out = digest }, 1);
  return memcmp (digest, hash, bt_digest_len (kind)) == 0;
}

typedef enum
{
  WHOLE_RIGHT,
  WHOLE_WRONG,
  WHOLE_HALF /* one of the magnet's two hashes is its own, and the other another torrent's */
} Whole;

static Whole
judge_whole (const EngMetadata *m, const uint8_t *bytes, size_t len)
{
  const BtMagnetHashes *hashes = &m->config.hashes;
  unsigned n_given = hashes->has_v1 + hashes->has_v2;
  unsigned n_right = (hashes->has_v1 && has_hash (m, BT_SHA1, hashes->v1, bytes, len))
                     + (hashes->has_v2 && has_hash (m, BT_SHA256, hashes->v2, bytes, len));

  if (n_right == 0)
    return WHOLE_WRONG;
  return n_right == n_given ? WHOLE_RIGHT : WHOLE_HALF;
}

static void
ban_liars (EngMetadata *m)
{
  bt_metadata_fetch_failed (m->fetch);
  for (guint i = 0; i < m->peers->len; i++)
    {
      EngMetadataPeer *peer = m->peers->pdata[i];

      if (bt_metadata_fetch_is_liar (m->fetch, peer->number))
        eng_metadata_ban (peer, ENG_BAN_BAD_DATA);
    }
}

void
eng_metadata_end (EngMetadata *m, EngMetadataState state)
{
  m->state = ENG_METADATA_ENDING;
  m->outcome = state;
  eng_metadata_end_survey (m);
  eng_metadata_closed_one (m);
}

static void
take_whole (EngMetadata *m)
{
  size_t len;
  uint8_t *bytes = bt_metadata_fetch_whole (m->fetch, &len);
  g_autoptr (GBytes) info = g_bytes_new_take (bytes, len);
  Whole whole = judge_whole (m, bytes, len);

  if (whole == WHOLE_WRONG)
    {
      ban_liars (m);
      return;
    }
  if (whole == WHOLE_HALF)
    bt_error_set (&m->problem, BT_ERROR_HYBRID_MISMATCH, BT_NOWHERE, NULL);
  else
    m->metainfo = bt_metainfo_parse_info (info, BT_ORIGIN_STRANGER, m->config.ops, &m->problem);
  m->n_pieces = bt_metadata_n_pieces ((uint32_t) len);
  g_clear_pointer (&m->fetch, bt_metadata_fetch_free);
  if (m->metainfo != NULL)
    eng_metadata_layers_begin (m);
  else
    eng_metadata_end (m, ENG_METADATA_UNFIT);
}

static void
on_told (BtioTurn *turn)
{
  EngMetadata *m = (EngMetadata *) (void *) ((char *) turn - offsetof (EngMetadata, told));

  for (guint i = 0; m->state == ENG_METADATA_UNFIT && i < m->peers->len; i++)
    eng_connection_close (((EngMetadataPeer *) m->peers->pdata[i])->connection);
  if (!m->stopping)
    m->config.events->ended (m->config.owner, m->state);
}

static void
take_data (EngMetadataPeer *peer, const BtMetadataMessage *message)
{
  EngMetadata *m = peer->metadata;
  uint64_t now_us = eng_metadata_now (m);

  switch (bt_metadata_fetch_data (m->fetch, peer->number, message, now_us))
    {
    case BT_METADATA_WRONG:
      eng_metadata_ban (peer, ENG_BAN_PROTOCOL);
      break;
    case BT_METADATA_TAKEN:
      peer->useful_us = now_us;
      break;
    case BT_METADATA_WHOLE:
      take_whole (m);
      break;
    case BT_METADATA_IGNORED:
    default:
      bt_wire_note_chatter (eng_connection_wire (peer->connection));
      break;
    }
}

void
eng_metadata_take (EngMetadataPeer *peer, const BtWireEvent *event)
{
  EngMetadata *m = peer->metadata;
  BtMetadataMessage message;

  if (m->state != ENG_METADATA_SEEKING)
    bt_wire_note_chatter (eng_connection_wire (peer->connection));
  if (!bt_metadata_parse (event->bytes, event->len, &message, NULL))
    {
      eng_metadata_ban (peer, ENG_BAN_PROTOCOL);
      return;
    }
  if (message.type == BT_METADATA_REQUEST && ++peer->n_requests > BT_LIMIT_REJECTS)
    eng_metadata_ban (peer, ENG_BAN_FLOOD);
  else if (message.type == BT_METADATA_REQUEST)
    (void) send_message (peer, BT_METADATA_REJECT, message.piece); /* it need not know */
  else if (m->state == ENG_METADATA_SEEKING && message.type == BT_METADATA_DATA)
    take_data (peer, &message);
  else if (m->state == ENG_METADATA_SEEKING && message.type == BT_METADATA_REJECT)
    {
      bt_wire_note_chatter (eng_connection_wire (peer->connection));
      bt_metadata_fetch_reject (m->fetch, peer->number, message.piece, eng_metadata_now (m));
    }
  eng_metadata_go_on (m);
}

/* --- the beginning and the end --- */

EngMetadata *
eng_metadata_new (const EngMetadataConfig *config)
{
  EngMetadata *m = g_new0 (EngMetadata, 1);

  bt_assert (config->hashes.has_v1 || config->hashes.has_v2);
  m->config = *config;
  if (config->hashes.has_v1)
    (void) eng_swarm_names_add (&m->names, ENG_SWARM_V1, config->hashes.v1,
                                config->ops); /* it is new */
  if (config->hashes.has_v2)
    (void) eng_swarm_names_add (&m->names, ENG_SWARM_V2, config->hashes.v2,
                                config->ops); /* likewise */
  m->candidates = eng_candidates_new (BT_LIMIT_CANDIDATES, config->many_per_address, config->seed,
                                      config->share->silence);
  m->peers = g_ptr_array_new ();
  m->fetch = bt_metadata_fetch_new ((uint32_t) BT_LIMIT_TORRENT_SIZE);
  m->timer.due = on_timer;
  m->told.run = on_told;
  btio_timer_set (&m->timer, config->reactor, eng_metadata_now (m) + TICK_US);
  return m;
}

void
eng_metadata_know (EngMetadata *m, BtMetainfo *metainfo)
{
  btio_turn_stop (&m->told);
  g_clear_pointer (&m->fetch, bt_metadata_fetch_free);
  g_clear_pointer (&m->missing, eng_hashes_free);
  bt_metainfo_unref (m->metainfo);
  m->metainfo = bt_metainfo_ref (metainfo);
  m->state = ENG_METADATA_FOUND;
  if (bt_metainfo_needs_layers (metainfo))
    {
      eng_metadata_layers_begin (m);
      eng_metadata_go_on (m);
    }
  else
    eng_metadata_take_names (m);
}

void
eng_metadata_free (EngMetadata *m)
{
  bt_assert (m->files == NULL && m->n_closing == 0);
  btio_timer_stop (&m->timer);
  btio_turn_stop (&m->told);
  eng_candidates_free (m->candidates);
  g_ptr_array_unref (m->peers);
  bt_metadata_fetch_free (m->fetch);
  eng_hashes_free (m->missing);
  bt_metainfo_unref (m->metainfo);
  g_free (m->surveyed);
  g_free (m);
}

void
eng_metadata_closed_one (EngMetadata *m)
{
  void (*stopped) (void *) = m->stopped;
  void *data = m->stopped_data;

  if (m->n_closing > 0)
    return;
  if (m->state == ENG_METADATA_ENDING)
    {
      m->state = m->outcome;
      btio_turn_ask (&m->told, m->config.reactor);
    }
  if (!m->stopping || m->peers->len > 0)
    return;
  eng_metadata_free (m);
  stopped (data);
}

void
eng_metadata_stop (EngMetadata *m, void (*stopped) (void *data), void *data)
{
  bt_assert (!m->stopping);
  m->stopping = true;
  m->stopped = stopped;
  m->stopped_data = data;
  btio_timer_stop (&m->timer);
  eng_metadata_end_survey (m);
  for (guint i = 0; i < m->peers->len; i++)
    eng_connection_close (((EngMetadataPeer *) m->peers->pdata[i])->connection);
  eng_metadata_closed_one (m);
}

/* --- questions --- */

EngMetadataState
eng_metadata_state (const EngMetadata *m)
{
  return m->state;
}

BtMetainfo *
eng_metadata_metainfo (const EngMetadata *m)
{
  return m->metainfo;
}

const BtError *
eng_metadata_problem (const EngMetadata *m)
{
  return &m->problem;
}

void
eng_metadata_progress (const EngMetadata *m, uint32_t *have, uint32_t *all)
{
  *have = *all = m->n_pieces;
  if (m->fetch != NULL)
    bt_metadata_fetch_progress (m->fetch, have, all);
  else if (m->missing != NULL)
    {
      eng_hashes_progress (m->missing, have, all);
      *have += m->n_pieces;
      *all += m->n_pieces;
    }
}

uint32_t
eng_metadata_n_peers (const EngMetadata *m)
{
  uint32_t n = 0;

  for (guint i = 0; i < m->peers->len; i++)
    n += ((const EngMetadataPeer *) m->peers->pdata[i])->open;
  return n;
}

bool
eng_metadata_wants_peers (const EngMetadata *m)
{
  return eng_metadata_is_open (m) && m->peers->len < BT_LIMIT_METADATA_PEERS / 2;
}

const EngSwarmNames *
eng_metadata_names (const EngMetadata *m)
{
  return &m->names;
}
