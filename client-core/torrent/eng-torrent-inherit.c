/* eng-torrent-inherit.c: a torrent takes over what the search for its metadata has found: the
 * candidates, and each connection as far as it has come, with what its peer has said. */
#include "client-core/torrent/eng-metadata-private.h"
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "protocol/core/bt-assert.h"

/* What it said while nobody knew how many pieces there are. */
static void
replay (EngLink *link, const EngMetadataPeer *peer)
{
  size_t n_pieces = link->torrent->layout->n_pieces;
  const BtWireEvent event
      = { .type = peer->said, .bytes = peer->bitfield, .len = peer->bitfield_len };

  if (peer->said != BT_WIRE_HAVE)
    eng_link_take_pieces (link, &event);
  for (guint i = 0; peer->haves != NULL && i < peer->haves->len; i++)
    {
      uint32_t piece = g_array_index (peer->haves, uint32_t, i);

      if (piece < n_pieces)
        eng_link_take_have (link, piece);
      else
        eng_connection_close (link->connection);
    }
  for (uint32_t i = 0; i < peer->n_allowed; i++)
    if (peer->allowed[i] < n_pieces)
      eng_link_allowed_fast (link, peer->allowed[i]);
}

static void
take_over (EngTorrent *t, EngMetadataPeer *peer)
{
  EngConnectionConfig config = eng_torrent_connection_config (t, eng_swarm_names_first (&t->names));
  EngLink *link = eng_link_new (t, peer->candidate);

  link->connection = peer->connection;
  link->open = peer->open;
  link->extension = peer->extension;
  memcpy (link->peer_id, peer->peer_id, BT_PEER_ID_LEN);
  eng_connection_hand_over (peer->connection, &config.geometry, &eng_link_events, link);
  if (!link->open)
    return;
  eng_link_update_limits (link);
  if (link->extension.reqq > 0)
    eng_requests_set_reqq (&link->requests, link->extension.reqq);
  if (peer->forgotten)
    eng_connection_close (link->connection); /* it has to say it again */
  else
    replay (link, peer);
}

void
eng_torrent_inherit (EngTorrent *t, EngMetadata *m)
{
  bt_assert (m->state == ENG_METADATA_FOUND && !m->stopping);
  eng_candidates_free (t->candidates);
  t->candidates = g_steal_pointer (&m->candidates);
  for (guint i = 0; i < m->peers->len; i++)
    {
      take_over (t, m->peers->pdata[i]);
      eng_metadata_peer_free (m->peers->pdata[i]);
    }
  g_ptr_array_set_size (m->peers, 0);
  eng_metadata_free (m);
}
