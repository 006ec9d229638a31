/* eng-torrent-peers.c: the connections of a torrent. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "client-core/torrent/eng-dial.h"
#include "protocol/core/bt-limits.h"

/* Candidates that are tried in one go. */
#define CONNECTS_MAX 16

EngLink *
eng_torrent_link_of (EngTorrent *t, EngPeer id)
{
  for (guint i = 0; i < t->links->len; i++)
    if (((EngLink *) t->links->pdata[i])->id == id)
      return t->links->pdata[i];
  return NULL;
}

EngConnectionConfig
eng_torrent_connection_config (const EngTorrent *t, const uint8_t *name)
{
  const BtLayout *layout = t->layout;
  EngConnectionConfig config
      = { .handshake.features = BT_FEATURE_FAST | BT_FEATURE_EXTENDED,
          .geometry = { .n_pieces = layout->n_pieces,
                        .piece_length = (uint32_t) layout->piece_length,
                        .last_length = eng_torrent_piece_size (t, layout->n_pieces - 1) } };

  eng_swarm_names_configure (&t->names, name, &config);
  memcpy (config.handshake.peer_id, t->config.peer_id, BT_PEER_ID_LEN);
  return config;
}

/* Another connection to the same candidate. */
static EngLink *
rival_of (EngTorrent *t, const EngCandidate *candidate, const EngLink *link)
{
  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *other = t->links->pdata[i];

      if (other != link && other->candidate == candidate)
        return other;
    }
  return NULL;
}

EngLink *
eng_link_new (EngTorrent *t, EngCandidate *candidate)
{
  EngLink *link = g_new0 (EngLink, 1);

  link->torrent = t;
  link->candidate = candidate;
  link->id = rival_of (t, candidate, NULL) == NULL ? candidate->id
                                                   : eng_candidates_new_id (t->candidates);
  link->last_piece = t->layout->n_pieces;
  g_queue_init (&link->uploads);
  g_queue_init (&link->metadata_asked);
  bt_bitfield_init (&link->have, t->layout->n_pieces);
  bt_rate_init (&link->rate_down, 0);
  bt_rate_init (&link->rate_up, 0);
  eng_requests_init (&link->requests, 0);
  bt_token_bucket_init (&link->hashing, NULL, BT_LIMIT_HASHED_FOR_PEER_PER_SECOND,
                        BT_LIMIT_HASHED_FOR_PEER, eng_torrent_now (t));
  link->choker.connected_us = link->useful_us = eng_torrent_now (t);
  t->config.share->n_connections++;
  g_ptr_array_add (t->links, link);
  return link;
}

static void
link_free (EngLink *link)
{
  link->torrent->config.share->n_connections--;
  eng_asked_clear (&link->asked);
  eng_super_peer_clear (&link->mask);
  bt_bitfield_clear (&link->have);
  bt_bitfield_clear (&link->allowed);
  eng_link_clear_extensions (link);
  g_free (link);
}

/* --- from and to --- */

static void
connect_to (EngTorrent *t, EngCandidate *candidate)
{
  EngConnectionConfig config
      = eng_torrent_connection_config (t, eng_swarm_names_for (&t->names, candidate));
  BtioStream *stream = eng_dial (t->config.reactor, t->config.bind, &candidate->endpoint);
  EngLink *link;

  if (stream == NULL)
    {
      eng_candidates_failed (t->candidates, candidate, eng_torrent_now (t));
      return;
    }
  config.crypt = eng_dial_crypt (t->config.crypt, candidate);
  link = eng_link_new (t, candidate);
  link->connection
      = eng_connection_new_outgoing (t->config.reactor, stream, &config, &eng_link_events, link);
}

/* How many more may be called; a seed leaves half of the room to those who come. */
static uint32_t
room_for_calls (const EngTorrent *t)
{
  uint32_t room = eng_torrent_room (t);
  uint32_t kept = t->state == ENG_TORRENT_SEEDING ? BT_LIMIT_CONNECTIONS_PER_TORRENT / 2 : 0;

  return room - MIN (room, kept);
}

/* Nobody is there, and nobody has a turn: whoever was there before may be back. */
static void
connect_again (EngTorrent *t, uint64_t now_us)
{
  EngCandidate *candidate
      = eng_candidates_again (t->candidates, &t->config.share->connects, now_us);

  if (candidate != NULL)
    connect_to (t, candidate);
}

/* Others have found out meanwhile who we are. */
static void
note_own (EngTorrent *t)
{
  const EngShare *share = t->config.share;

  if (t->n_own_changes == share->own.n_changes)
    return;
  t->n_own_changes = share->own.n_changes;
  for (size_t i = 0; i < G_N_ELEMENTS (share->own.families); i++)
    {
      BtEndpoint own = share->own.families[i].believed;

      own.port = share->port;
      if (own.family != BT_FAMILY_NONE)
        eng_candidates_set_own (t->candidates, &own);
    }
}

void
eng_torrent_connect (EngTorrent *t, uint64_t now_us)
{
  EngCandidate *found[CONNECTS_MAX];
  bool seeding = t->state == ENG_TORRENT_SEEDING;
  size_t n;

  if (t->stopping || t->wishes.paused || (t->state != ENG_TORRENT_DOWNLOADING && !seeding)
      || (t->config.read_only && !seeding))
    return;
  note_own (t);
  n = eng_candidates_next (t->candidates, &t->config.share->connects, seeding, now_us, found,
                           MIN (CONNECTS_MAX, room_for_calls (t)));
  for (size_t i = 0; i < n; i++)
    connect_to (t, found[i]);
  if (n == 0 && t->links->len == 0 && !seeding && room_for_calls (t) > 0)
    connect_again (t, now_us);
  if (n == 0 && !seeding)
    eng_torrent_part_with_idle (t, now_us);
}

void
eng_torrent_add_peer (EngTorrent *t, const BtEndpoint *endpoint, EngSource source, bool local)
{
  if (eng_candidates_add (t->candidates, endpoint, source, local) == ENG_ADD_NEW)
    eng_torrent_connect (t, eng_torrent_now (t));
}

void
eng_torrent_cut_off (EngTorrent *t, BtFamily family)
{
  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];

      if (eng_dial_goes_out (link->connection, family))
        eng_connection_close (link->connection);
    }
}

void
eng_torrent_elsewhere (EngTorrent *t)
{
  eng_candidates_elsewhere (t->candidates);
  eng_torrent_connect (t, eng_torrent_now (t));
}

/* Two that heard of each other may connect at once, each to the other; which of the two connections
 * stays is known when both are open. */
static bool
may_rival (EngTorrent *t, const EngCandidate *candidate)
{
  const EngLink *first = rival_of (t, candidate, NULL);

  return first != NULL && !eng_connection_is_incoming (first->connection) && !first->open;
}

bool
eng_torrent_adopt (EngTorrent *t, EngConnection *connection)
{
  const uint8_t *name = eng_swarm_names_answer (&t->names, eng_connection_theirs (connection));
  EngConnectionConfig config = eng_torrent_connection_config (t, name);
  EngLink *leaves
      = eng_torrent_room (t) == 0 ? eng_torrent_least_useful (t, eng_torrent_now (t)) : NULL;
  EngCandidate *candidate = NULL;
  EngAdd add;
  EngLink *link;

  if (t->stopping || t->wishes.paused || t->state == ENG_TORRENT_FAULT
      || (eng_torrent_room (t) == 0 && leaves == NULL))
    return false;
  if (eng_dial_policy (t->config.crypt) == ENG_CRYPT_REQUIRE
      && eng_connection_encryption (connection) != ENG_ENCRYPTION_ALL)
    return false; /* it began before that was the policy */
  add = eng_candidates_incoming (t->candidates, eng_connection_remote (connection), &candidate);
  if (add == ENG_ADD_CONNECTED && !may_rival (t, candidate))
    return false;
  if (add != ENG_ADD_NEW && add != ENG_ADD_KNOWN && add != ENG_ADD_CONNECTED)
    return false;
  if (leaves != NULL)
    eng_link_leave (leaves);
  link = eng_link_new (t, candidate);
  link->connection = connection;
  eng_connection_adopt (connection, &config, &eng_link_events, link);
  return true;
}

/* --- greetings --- */

void
eng_link_part_with_seed (EngLink *link)
{
  EngTorrent *t = link->torrent;
  bool wants_nothing = bt_bitfield_is_all (&link->have) || link->extension.upload_only;

  if (wants_nothing)
    eng_candidates_is_complete (t->candidates, link->candidate, eng_torrent_now (t));
  else if (link->counted)
    eng_candidates_lacks (t->candidates, link->candidate);
  if (t->state == ENG_TORRENT_SEEDING && wants_nothing)
    eng_connection_close (link->connection);
}

bool
eng_link_talks (const EngLink *link)
{
  return link->open && link->torrent->state != ENG_TORRENT_VERIFYING;
}

/* What came to light since the peer was greeted. */
static void
tell_pieces (EngLink *link)
{
  const BtBitfield *done = eng_picker_done (link->torrent->picker);

  for (size_t i = bt_bitfield_next_set (done, 0); i < done->n_bits;
       i = bt_bitfield_next_set (done, i + 1))
    bt_wire_send_have (eng_connection_wire (link->connection), (uint32_t) i);
  eng_connection_flush (link->connection);
}

/* Who has been asked for hashes before, while the metadata was looked for, has heard that we have
 * nothing. */
static void
greet (EngLink *link)
{
  EngTorrent *t = link->torrent;
  BtWire *wire = eng_connection_wire (link->connection);
  bool masked;

  eng_link_mask (link);
  masked = link->mask.seed != NULL;
  link->greeted = true;
  eng_link_send_extensions (link);
  if (!wire->sent_message)
    (void) bt_wire_send_bitfield (
        wire, masked ? NULL : eng_picker_done (t->picker)); /* it fits: it comes first */
  else if (!masked)
    tell_pieces (link);
  eng_connection_flush (link->connection);
}

void
eng_torrent_greet_all (EngTorrent *t)
{
  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];

      if (!eng_link_talks (link))
        continue;
      if (link->greeted)
        tell_pieces (link);
      else
        greet (link);
      eng_link_part_with_seed (link);
      eng_link_update_interest (link);
      if (link->counted)
        eng_link_grant_fast (link);
    }
  eng_torrent_fill_slots (t);
}

/* Who merely claims a peer's id has another address, and hurts nobody. */
static void
part_with_double (EngLink *link)
{
  EngTorrent *t = link->torrent;

  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *other = t->links->pdata[i];

      if (other != link && other->open
          && memcmp (other->peer_id, link->peer_id, BT_PEER_ID_LEN) == 0
          && bt_endpoint_same_address (eng_connection_remote (other->connection),
                                       eng_connection_remote (link->connection)))
        {
          bool other_goes = eng_dial_first_goes (other->connection, link->connection, link->peer_id,
                                                 t->config.peer_id);

          eng_connection_close ((other_goes ? other : link)->connection);
          return;
        }
    }
}

static void
on_opened (void *owner, EngConnection *connection, const BtHandshake *theirs)
{
  EngLink *link = owner;
  EngTorrent *t = link->torrent;

  if (memcmp (theirs->peer_id, t->config.peer_id, BT_PEER_ID_LEN) == 0)
    {
      eng_candidates_ban (t->candidates, eng_connection_remote (connection), ENG_BAN_SELF,
                          UINT64_MAX);
      eng_connection_close (connection);
      return;
    }
  eng_dial_worked (link->candidate, connection);
  eng_link_update_limits (link);
  memcpy (link->peer_id, theirs->peer_id, BT_PEER_ID_LEN);
  link->open = true;
  eng_candidates_answered (t->candidates, link->candidate, eng_torrent_now (t));
  eng_connection_hold (connection, t->held);
  if (eng_link_talks (link))
    greet (link);
  part_with_double (link);
}

/* --- what the peer has --- */

static void
count_pieces (EngLink *link)
{
  if (!link->counted)
    eng_picker_add_peer (link->torrent->picker, &link->have);
  link->counted = true;
}

void
eng_link_take_pieces (EngLink *link, const BtWireEvent *event)
{
  size_t n = link->torrent->layout->n_pieces;

  /* It may come again, and then says it all anew. */
  if (link->counted)
    eng_picker_remove_peer (link->torrent->picker, &link->have);
  link->counted = false;
  if (event->type == BT_WIRE_HAVE_ALL)
    bt_bitfield_set_range (&link->have, 0, n);
  else if (event->type == BT_WIRE_BITFIELD)
    {
      bt_bitfield_clear (&link->have);
      if (!bt_bitfield_init_wire (&link->have, n, event->bytes, event->len))
        {
          bt_bitfield_init (&link->have, n);
          eng_connection_close (link->connection);
          return;
        }
    }
  count_pieces (link);
  eng_link_part_with_seed (link);
  eng_link_update_interest (link);
  eng_link_grant_fast (link);
  eng_torrent_unmask (link->torrent, eng_torrent_now (link->torrent));
}

void
eng_link_take_have (EngLink *link, uint32_t piece)
{
  count_pieces (link);
  if (!bt_bitfield_set (&link->have, piece))
    {
      bt_wire_note_chatter (eng_connection_wire (link->connection));
      return;
    }
  eng_picker_peer_has (link->torrent->picker, piece);
  eng_link_part_with_seed (link);
  eng_link_update_interest (link);
  eng_torrent_unmask (link->torrent, eng_torrent_now (link->torrent));
}

/* --- every message --- */

static void
on_event (void *owner, EngConnection *connection, const BtWireEvent *event)
{
  EngLink *link = owner;

  switch (event->type)
    {
    case BT_WIRE_CHOKE:
      if (!eng_connection_wire (connection)->config.fast)
        eng_link_drop_requests (link);
      break;
    case BT_WIRE_UNCHOKE:
      eng_link_request_more (link);
      break;
    case BT_WIRE_INTERESTED:
    case BT_WIRE_NOT_INTERESTED:
      eng_torrent_fill_slots (link->torrent);
      break;
    case BT_WIRE_HAVE:
      eng_link_take_have (link, event->index);
      break;
    case BT_WIRE_BITFIELD:
    case BT_WIRE_HAVE_ALL:
    case BT_WIRE_HAVE_NONE:
      eng_link_take_pieces (link, event);
      break;
    case BT_WIRE_REQUEST:
      eng_link_requested (link, event);
      break;
    case BT_WIRE_CANCEL:
      eng_link_cancelled (link, event);
      break;
    case BT_WIRE_REJECT:
      eng_link_rejected (link, event);
      break;
    case BT_WIRE_ALLOWED_FAST:
      eng_link_allowed_fast (link, event->index);
      break;
    case BT_WIRE_HASH_REQUEST:
      eng_link_hash_requested (link, &event->hashes->request);
      break;
    case BT_WIRE_HASHES:
      eng_link_take_hashes (link, event->hashes);
      break;
    case BT_WIRE_HASH_REJECT:
      eng_link_hashes_rejected (link, &event->hashes->request);
      break;
    case BT_WIRE_EXTENDED:
      eng_link_take_extended (link, event);
      break;
    default:
      break; /* suggestions, ports: nothing that we must do */
    }
}

static bool
on_identify (void *owner, EngConnection *connection, const uint8_t info_hash[20])
{
  return false; /* it has been adopted: nobody asks again */
}

/* The last connection to it ends. True when it is to be tried again at once. A torrent that stops
 * gives up whom it is just calling: the one that begins anew has not failed with them. */
static bool
leave_candidate (EngLink *link, const EngConnection *connection, const EngClosure *closure,
                 uint64_t now_us)
{
  EngTorrent *t = link->torrent;

  if (rival_of (t, link->candidate, link) != NULL)
    return false;
  if (!t->stopping || link->open)
    return eng_dial_leave (t->candidates, link->candidate, t->config.crypt, connection, closure,
                           link->open, now_us);
  eng_candidates_given_up (t->candidates, link->candidate);
  return false;
}

static void
on_closed (void *owner, EngConnection *connection, const EngClosure *closure)
{
  EngLink *link = owner;
  EngTorrent *t = link->torrent;
  uint64_t now_us = eng_torrent_now (t);
  bool again;

  eng_link_drop_requests (link);
  eng_picker_release_peer (t->picker, link->id);
  eng_link_forget_uploads (link);
  eng_link_forget_hashes (link);
  eng_link_forget_doubts (link);
  if (link->counted)
    eng_picker_remove_peer (t->picker, &link->have);
  again = leave_candidate (link, connection, closure, now_us);
  g_ptr_array_remove_fast (t->links, link);
  link_free (link);
  if (again)
    eng_torrent_connect (t, now_us);
  eng_torrent_closed_one (t);
}

const EngConnectionEvents eng_link_events = { .identify = on_identify,
                                              .opened = on_opened,
                                              .event = on_event,
                                              .place = eng_link_place,
                                              .placed = eng_link_placed,
                                              .unplaced = eng_link_unplaced,
                                              .source = eng_link_source,
                                              .released = eng_link_released,
                                              .closed = on_closed };
