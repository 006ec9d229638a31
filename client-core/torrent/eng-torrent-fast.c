/* eng-torrent-fast.c: the pieces that pass while a peer is choked (BEP 6): ours for a newcomer, and
 * a peer's for us.
 *
 * A peer that has next to nothing gets a handful of pieces without waiting for its turn, so that it
 * has something to give: pieces that others have as well, for a seed that has the only copy had
 * better send what nobody has. Each is served once, and an address is given them once: coming again
 * earns nothing. */
#include "client-core/torrent/eng-torrent-private.h"

#include "protocol/peer/bt-allowed-fast.h"

/* Peers that have a piece before it is given away. */
#define COPIES 2

/* --- what we give --- */

void
eng_link_grant_fast (EngLink *link)
{
  EngTorrent *t = link->torrent;
  BtWire *wire = eng_connection_wire (link->connection);
  uint32_t pieces[BT_LIMIT_ALLOWED_FAST];
  size_t n;

  if (!wire->config.fast || !eng_link_talks (link) || link->candidate->was_granted
      || link->have.n_set >= BT_LIMIT_ALLOWED_FAST || link->mask.seed != NULL)
    return;
  link->candidate->was_granted = true;
  n = bt_allowed_fast (t->config.ops, eng_swarm_names_first (&t->names),
                       eng_connection_remote (link->connection), t->layout->n_pieces,
                       BT_LIMIT_ALLOWED_FAST, pieces);
  for (size_t i = 0; i < n; i++)
    {
      if (!bt_bitfield_test (eng_picker_done (t->picker), pieces[i])
          || bt_bitfield_test (&link->have, pieces[i])
          || eng_picker_availability (t->picker, pieces[i]) < COPIES)
        continue;
      link->granted[link->n_granted++]
          = (EngGrant){ pieces[i], eng_torrent_piece_size (t, pieces[i]) };
      bt_wire_send_allowed_fast (wire, pieces[i]);
    }
}

bool
eng_link_take_grant (EngLink *link, uint32_t piece, uint32_t length)
{
  if (link->have.n_set > BT_LIMIT_ALLOWED_FAST)
    return false; /* it has something to give by now, and waits for its turn */
  for (uint32_t i = 0; i < link->n_granted; i++)
    {
      EngGrant *grant = &link->granted[i];

      if (grant->piece != piece || grant->left < length)
        continue;
      grant->left -= length;
      return true;
    }
  return false;
}

/* --- what we are given --- */

void
eng_link_allowed_fast (EngLink *link, uint32_t piece)
{
  size_t n_pieces = link->torrent->layout->n_pieces;

  if (link->allowed.n_set >= BT_LIMIT_ALLOWED_FAST || !bt_bitfield_test (&link->have, piece))
    return;
  if (link->allowed.n_bits == 0)
    bt_bitfield_init (&link->allowed, n_pieces);
  (void) bt_bitfield_set (&link->allowed, piece); /* it may have been told before */
  eng_link_request_more (link);
}

void
eng_link_disallowed (EngLink *link, uint32_t piece)
{
  if (link->allowed.n_bits > 0)
    (void) bt_bitfield_unset (&link->allowed, piece); /* it may not have been there */
}

const BtBitfield *
eng_link_may_ask (const EngLink *link)
{
  if (!eng_connection_wire (link->connection)->flags.peer_choking)
    return &link->have;
  return link->allowed.n_set > 0 ? &link->allowed : NULL;
}
