/* eng-metadata-layers.c: the piece layers that an info dictionary of v2 lacks (BEP 52), asked of
 * the peers that speak of v2 while the search still has them.
 *
 * What is known by its v1 hash may have turned out to be a hybrid: then the connections that are
 * there learn its other name first, and peers that offered v2, which we could not do at that time,
 * are connected to anew. */
#include "client-core/torrent/eng-metadata-private.h"

#include "protocol/core/bt-assert.h"

/* A hybrid waits no longer than this for the next run of hashes. */
#define PATIENCE_US UINT64_C (3000000)

static bool
speaks_v2 (const EngMetadataPeer *peer)
{
  return peer->open && eng_connection_wire (peer->connection)->config.v2;
}

static bool
may_speak_v2 (const EngMetadataPeer *peer)
{
  return !peer->open || peer->redials || speaks_v2 (peer);
}

/* Whether any peer may still send layers. */
static bool
has_hope (const EngMetadata *m, uint64_t now_us)
{
  if (now_us >= m->moved_us + PATIENCE_US)
    return false;
  for (guint i = 0; i < m->peers->len; i++)
    if (may_speak_v2 (m->peers->pdata[i]))
      return true;
  return false;
}

static void
end (EngMetadata *m, EngMetadataState state)
{
  g_clear_pointer (&m->missing, eng_hashes_free);
  eng_metadata_end (m, state);
}

/* That we have nothing comes before any other message (BEP 6); the torrent tells the rest. */
static void
ask (EngMetadataPeer *peer, uint64_t now_us)
{
  BtWire *wire = eng_connection_wire (peer->connection);
  BtHashRequest request;
  bool asked = false;

  while (eng_hashes_next (peer->metadata->missing, peer->number, now_us, &request))
    {
      if (!wire->sent_message)
        (void) bt_wire_send_bitfield (wire, NULL); /* it fits: it comes first */
      bt_wire_send_hash_request (wire, &request);
      asked = true;
    }
  if (asked)
    eng_connection_flush (peer->connection);
}

void
eng_metadata_layers_go_on (EngMetadata *m, uint64_t now_us)
{
  bool can_do_without = bt_metainfo_format (m->metainfo) == BT_FORMAT_HYBRID;

  bt_assert (m->state == ENG_METADATA_LAYERS);
  if (can_do_without && !has_hope (m, now_us))
    {
      end (m, ENG_METADATA_FOUND);
      return;
    }
  eng_hashes_tick (m->missing, now_us);
  for (guint i = 0; i < m->peers->len; i++)
    if (speaks_v2 (m->peers->pdata[i]))
      ask (m->peers->pdata[i], now_us);
}

/* The metainfo's own names are the magnet's, and perhaps another one. */
void
eng_metadata_take_names (EngMetadata *m)
{
  const BtDigestOps *ops = m->config.ops;
  const uint8_t *v2 = bt_metainfo_info_hash_v2 (m->metainfo);
  bool was_v2 = m->names.has[ENG_SWARM_V2];
  bool is_new
      = eng_swarm_names_add (&m->names, ENG_SWARM_V1, bt_metainfo_info_hash_v1 (m->metainfo), ops);

  is_new = eng_swarm_names_add (&m->names, ENG_SWARM_V2, v2, ops) || is_new;
  for (guint i = 0; !was_v2 && i < m->peers->len; i++)
    eng_connection_name_v2 (((EngMetadataPeer *) m->peers->pdata[i])->connection, v2);
  if (is_new && m->config.events->renamed != NULL)
    m->config.events->renamed (m->config.owner);
}

static void
redial_for_v2 (EngMetadataPeer *peer)
{
  const BtHandshake *theirs = eng_connection_theirs (peer->connection);

  if (speaks_v2 (peer) || !peer->open || eng_connection_is_incoming (peer->connection)
      || (theirs->features & BT_FEATURE_V2) == 0)
    return;
  peer->redials = true;
  eng_connection_close (peer->connection);
}

void
eng_metadata_layers_begin (EngMetadata *m)
{
  eng_metadata_take_names (m);
  m->missing = eng_hashes_new (m->metainfo, m->config.ops);
  m->moved_us = eng_metadata_now (m);
  if (m->missing == NULL)
    {
      eng_metadata_end (m, ENG_METADATA_FOUND);
      return;
    }
  m->state = ENG_METADATA_LAYERS; /* whoever called goes on */
  for (guint i = 0; i < m->peers->len; i++)
    redial_for_v2 (m->peers->pdata[i]);
}

void
eng_metadata_layers_do (EngMetadata *m)
{
  BtMetainfo *whole = eng_hashes_join (m->missing);

  if (whole == NULL)
    {
      bt_error_set (&m->problem, BT_ERROR_TOO_LARGE, BT_NOWHERE, "piece layers");
      end (m, ENG_METADATA_UNFIT);
      return;
    }
  bt_metainfo_unref (m->metainfo);
  m->metainfo = whole;
  end (m, ENG_METADATA_FOUND);
}

void
eng_metadata_layers_came (EngMetadata *m)
{
  m->moved_us = eng_metadata_now (m);
  if (eng_hashes_is_complete (m->missing))
    eng_metadata_layers_do (m);
}

static void
take_some (EngMetadataPeer *peer, const BtHashes *hashes)
{
  EngMetadata *m = peer->metadata;

  switch (eng_hashes_take (m->missing, peer->number, hashes))
    {
    case ENG_HASHES_FALSE:
      eng_metadata_ban (peer, ENG_BAN_BAD_DATA);
      break;
    case ENG_HASHES_GOOD:
      peer->useful_us = eng_metadata_now (m);
      eng_metadata_layers_came (m);
      break;
    case ENG_HASHES_UNASKED:
    default:
      bt_wire_note_chatter (eng_connection_wire (peer->connection));
      break;
    }
}

void
eng_metadata_take_hashes (EngMetadataPeer *peer, const BtWireEvent *event)
{
  EngMetadata *m = peer->metadata;

  if (event->type == BT_WIRE_HASH_REQUEST)
    {
      if (++peer->n_requests > BT_LIMIT_REJECTS)
        eng_metadata_ban (peer, ENG_BAN_FLOOD);
      else
        bt_wire_reject_hashes (eng_connection_wire (peer->connection), &event->hashes->request);
      eng_connection_flush (peer->connection);
      return;
    }
  if (m->state != ENG_METADATA_LAYERS || event->type == BT_WIRE_HASH_REJECT)
    bt_wire_note_chatter (eng_connection_wire (peer->connection));
  if (m->state != ENG_METADATA_LAYERS)
    return;
  if (event->type == BT_WIRE_HASHES)
    take_some (peer, event->hashes);
  else
    eng_hashes_rejected (m->missing, peer->number, &event->hashes->request, eng_metadata_now (m));
  eng_metadata_go_on (m);
}
