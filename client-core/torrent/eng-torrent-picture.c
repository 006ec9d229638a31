/* eng-torrent-picture.c: what a person may look at in a torrent: its peers, files and pieces. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

static EngPeerPicture
draw_peer (EngLink *link, uint64_t now_us)
{
  const BtWire *wire = eng_connection_wire (link->connection);
  EngPeerPicture picture = { .id = link->id,
                             .remote = *eng_connection_remote (link->connection),
                             .encryption = eng_connection_encryption (link->connection),
                             .incoming = eng_connection_is_incoming (link->connection),
                             .sources = link->candidate != NULL ? link->candidate->sources : 0,
                             .am_interested = wire->flags.am_interested,
                             .am_choking = wire->flags.am_choking,
                             .peer_interested = wire->flags.peer_interested,
                             .peer_choking = wire->flags.peer_choking,
                             .n_have = (uint32_t) link->have.n_set,
                             .rate_down_Bps = bt_rate_get (&link->rate_down, now_us),
                             .rate_up_Bps = bt_rate_get (&link->rate_up, now_us) };

  eng_link_limits (link, &picture.limit_down_Bps, &picture.limit_up_Bps);
  if (link->extension.client[0] != '\0')
    g_strlcpy (picture.client, link->extension.client, sizeof picture.client);
  else
    (void) bt_peer_id_write (link->peer_id, picture.client); /* the length is not needed */
  return picture;
}

GArray *
eng_torrent_peers (EngTorrent *t)
{
  GArray *peers = g_array_new (FALSE, FALSE, sizeof (EngPeerPicture));

  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];

      if (link->open)
        {
          EngPeerPicture picture = draw_peer (link, eng_torrent_now (t));

          g_array_append_val (peers, picture);
        }
    }
  return peers;
}

/* How many bytes of [@from, @end) lie in a piece. */
static uint64_t
part_of (const BtLayout *layout, uint32_t piece, uint64_t from, uint64_t end)
{
  uint64_t start = bt_layout_piece_start (layout, piece);

  return MIN (end, start + layout->piece_length) - MAX (from, start);
}

static uint64_t
file_done (const BtLayout *layout, const BtBitfield *done, size_t file)
{
  uint64_t from = layout->files[file].offset;
  uint64_t to = from + layout->files[file].length;
  uint64_t sum = 0;
  uint32_t first, end;

  bt_layout_file_pieces (layout, file, &first, &end);
  if (first == end)
    return 0;
  if (bt_bitfield_test (done, first))
    sum += part_of (layout, first, from, to);
  if (end - first > 1 && bt_bitfield_test (done, end - 1))
    sum += part_of (layout, end - 1, from, to);
  if (end - first > 2)
    sum += bt_bitfield_count_range (done, first + 1, end - 1) * layout->piece_length;
  return sum;
}

uint64_t *
eng_torrent_files_done (const EngTorrent *t)
{
  uint64_t *out = g_new (uint64_t, t->layout->n_files);

  for (size_t i = 0; i < t->layout->n_files; i++)
    out[i] = file_done (t->layout, eng_picker_done (t->picker), i);
  return out;
}

uint8_t *
eng_torrent_pieces (const EngTorrent *t)
{
  uint8_t *out = g_malloc0 (bt_bitfield_wire_len (t->layout->n_pieces));

  bt_bitfield_write (eng_picker_done (t->picker), out);
  return out;
}

/* Asked for, or here and not compared with its hash yet. */
uint8_t *
eng_torrent_begun (const EngTorrent *t)
{
  uint8_t *out = g_malloc0 (bt_bitfield_wire_len (t->layout->n_pieces));

  for (uint32_t i = 0; i < t->layout->n_pieces; i++)
    {
      EngPieceState state = eng_picker_piece_state (t->picker, i);

      if (state == ENG_PIECE_PARTIAL || state == ENG_PIECE_HASHING)
        out[i / 8] |= (uint8_t) (0x80 >> (i % 8));
    }
  return out;
}

uint16_t *
eng_torrent_availability (const EngTorrent *t)
{
  uint16_t *out = g_new (uint16_t, t->layout->n_pieces);

  for (uint32_t i = 0; i < t->layout->n_pieces; i++)
    out[i] = (uint16_t) MIN (eng_picker_availability (t->picker, i), UINT16_MAX);
  return out;
}
