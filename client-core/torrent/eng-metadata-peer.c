/* eng-metadata-peer.c: the connections of a torrent whose size is not known, and what their peers
 * say of it, kept for the torrent within bounds. */
#include <string.h>

#include "client-core/torrent/eng-greeting.h"
#include "client-core/torrent/eng-metadata-private.h"

/* Candidates that are tried in one go. */
#define CONNECTS_MAX 16

static const EngConnectionEvents peer_events;

/* --- peers --- */

static EngMetadataPeer *
peer_new (EngMetadata *m, EngCandidate *candidate)
{
  EngMetadataPeer *peer = g_new0 (EngMetadataPeer, 1);

  peer->metadata = m;
  peer->candidate = candidate;
  peer->number = ++m->last_number;
  peer->said = BT_WIRE_HAVE;
  peer->useful_us = eng_metadata_now (m);
  m->config.share->n_connections++;
  g_ptr_array_add (m->peers, peer);
  return peer;
}

static size_t
kept_of (const EngMetadataPeer *peer)
{
  return peer->bitfield_len + (peer->haves != NULL ? peer->haves->len * sizeof (uint32_t) : 0);
}

static void
forget (EngMetadataPeer *peer)
{
  peer->metadata->kept -= kept_of (peer);
  g_clear_pointer (&peer->bitfield, g_free);
  peer->bitfield_len = 0;
  g_clear_pointer (&peer->haves, g_array_unref);
}

void
eng_metadata_peer_free (EngMetadataPeer *peer)
{
  peer->metadata->config.share->n_connections--;
  forget (peer);
  g_free (peer);
}

/* Another connection to the same candidate. */
static EngMetadataPeer *
rival_of (const EngMetadata *m, const EngCandidate *candidate, const EngMetadataPeer *peer)
{
  for (guint i = 0; i < m->peers->len; i++)
    {
      EngMetadataPeer *other = m->peers->pdata[i];

      if (other != peer && other->candidate == candidate)
        return other;
    }
  return NULL;
}

void
eng_metadata_ban (EngMetadataPeer *peer, EngBanReason reason)
{
  eng_candidates_ban (peer->metadata->candidates, eng_connection_remote (peer->connection), reason,
                      UINT64_MAX);
  eng_connection_close (peer->connection);
}

/* --- from and to --- */

/* For a connection in the swarm of that name. What is known by its v1 name may be a hybrid, but
 * nobody is offered v2 before that is known: libtorrent sends who offers it for a torrent of v1
 * away. A peer that answers by another name all the same is looked at once that is known. */
static EngConnectionConfig
connection_config (const EngMetadata *m, const uint8_t *name)
{
  EngConnectionConfig config = { .handshake.features = BT_FEATURE_FAST | BT_FEATURE_EXTENDED,
                                 .v2_unknown = m->metainfo == NULL && !m->names.has[ENG_SWARM_V2] };

  eng_swarm_names_configure (&m->names, name, &config);
  memcpy (config.handshake.peer_id, m->config.peer_id, BT_PEER_ID_LEN);
  return config;
}

static void
connect_to (EngMetadata *m, EngCandidate *candidate)
{
  EngConnectionConfig config = connection_config (m, eng_swarm_names_for (&m->names, candidate));
  BtioStream *stream = eng_dial (m->config.reactor, m->config.bind, &candidate->endpoint);
  EngMetadataPeer *peer;

  if (stream == NULL)
    {
      eng_candidates_failed (m->candidates, candidate, eng_metadata_now (m));
      return;
    }
  config.crypt = eng_dial_crypt (m->config.crypt, candidate);
  peer = peer_new (m, candidate);
  peer->connection
      = eng_connection_new_outgoing (m->config.reactor, stream, &config, &peer_events, peer);
}

void
eng_metadata_connect (EngMetadata *m, uint64_t now_us)
{
  EngCandidate *found[CONNECTS_MAX];
  size_t n;

  if (!eng_metadata_is_open (m))
    return;
  n = eng_candidates_next (m->candidates, &m->config.share->connects, false, now_us, found,
                           MIN (CONNECTS_MAX, eng_metadata_room (m)));
  if (n == 0 && m->peers->len == 0)
    {
      found[0] = eng_candidates_again (m->candidates, &m->config.share->connects, now_us);
      n = found[0] != NULL;
    }
  for (size_t i = 0; i < n; i++)
    connect_to (m, found[i]);
}

void
eng_metadata_add_peer (EngMetadata *m, const BtEndpoint *endpoint, EngSource source, bool local)
{
  if (eng_candidates_add (m->candidates, endpoint, source, local) == ENG_ADD_NEW)
    eng_metadata_connect (m, eng_metadata_now (m));
}

void
eng_metadata_cut_off (EngMetadata *m, BtFamily family)
{
  for (guint i = 0; i < m->peers->len; i++)
    {
      EngMetadataPeer *peer = m->peers->pdata[i];

      if (eng_dial_goes_out (peer->connection, family))
        eng_connection_close (peer->connection);
    }
}

void
eng_metadata_elsewhere (EngMetadata *m)
{
  eng_candidates_elsewhere (m->candidates);
  eng_metadata_connect (m, eng_metadata_now (m));
}

/* Two that heard of each other may connect at once, each to the other. */
static bool
may_rival (const EngMetadata *m, const EngCandidate *candidate)
{
  const EngMetadataPeer *first = candidate != NULL ? rival_of (m, candidate, NULL) : NULL;

  return first != NULL && !eng_connection_is_incoming (first->connection) && !first->open;
}

bool
eng_metadata_adopt (EngMetadata *m, EngConnection *connection)
{
  const uint8_t *name = eng_swarm_names_answer (&m->names, eng_connection_theirs (connection));
  EngConnectionConfig config = connection_config (m, name);
  EngMetadataPeer *leaves
      = eng_metadata_room (m) == 0 ? eng_metadata_least_useful (m, eng_metadata_now (m)) : NULL;
  EngCandidate *candidate = NULL;
  EngMetadataPeer *peer;
  EngAdd add;

  if (m->stopping || m->state == ENG_METADATA_UNFIT
      || (eng_metadata_room (m) == 0 && leaves == NULL)
      || (eng_dial_policy (m->config.crypt) == ENG_CRYPT_REQUIRE
          && eng_connection_encryption (connection) != ENG_ENCRYPTION_ALL))
    return false;
  add = eng_candidates_incoming (m->candidates, eng_connection_remote (connection), &candidate);
  if (add == ENG_ADD_CONNECTED ? !may_rival (m, candidate)
                               : add != ENG_ADD_NEW && add != ENG_ADD_KNOWN)
    return false;
  if (leaves != NULL)
    eng_metadata_leave (leaves);
  peer = peer_new (m, candidate);
  peer->connection = connection;
  eng_connection_adopt (connection, &config, &peer_events, peer);
  return true;
}

/* --- events --- */

static void
part_with_double (EngMetadataPeer *peer)
{
  EngMetadata *m = peer->metadata;
  EngMetadataPeer *other = rival_of (m, peer->candidate, peer);
  bool other_goes;

  if (other == NULL || !other->open || memcmp (other->peer_id, peer->peer_id, BT_PEER_ID_LEN) != 0)
    return;
  other_goes
      = eng_dial_first_goes (other->connection, peer->connection, peer->peer_id, m->config.peer_id);
  eng_connection_close ((other_goes ? other : peer)->connection);
}

static void
on_opened (void *owner, EngConnection *connection, const BtHandshake *theirs)
{
  EngMetadataPeer *peer = owner;
  EngMetadata *m = peer->metadata;
  const EngGreeting greeting
      = { .offered = BT_EXTENSION_BIT (BT_EXTENSION_METADATA), .port = m->config.share->port };

  if (memcmp (theirs->peer_id, m->config.peer_id, BT_PEER_ID_LEN) == 0)
    {
      eng_metadata_ban (peer, ENG_BAN_SELF);
      return;
    }
  eng_dial_worked (peer->candidate, connection);
  eng_connection_set_limits (connection, &m->config.share->down, &m->config.share->up);
  memcpy (peer->peer_id, theirs->peer_id, BT_PEER_ID_LEN);
  peer->open = true;
  peer->useful_us = eng_metadata_now (m);
  eng_candidates_answered (m->candidates, peer->candidate, eng_metadata_now (m));
  eng_greeting_send (connection, &greeting);
  part_with_double (peer);
  eng_metadata_go_on (m);
}

/* Whether there is room for so much of what a peer says it has; otherwise nothing is kept of it,
 * and the torrent asks it anew. */
static bool
keep (EngMetadataPeer *peer, size_t len)
{
  if (peer->forgotten || peer->metadata->kept + len > BT_LIMIT_METADATA_MEMORY)
    {
      forget (peer);
      peer->forgotten = true;
      return false;
    }
  peer->metadata->kept += len;
  return true;
}

static void
keep_pieces (EngMetadataPeer *peer, const BtWireEvent *event)
{
  forget (peer); /* it says it all anew */
  peer->said = event->type;
  if (event->type != BT_WIRE_BITFIELD || !keep (peer, event->len))
    return;
  peer->bitfield = g_memdup2 (event->bytes, event->len);
  peer->bitfield_len = event->len;
}

static void
keep_have (EngMetadataPeer *peer, uint32_t piece)
{
  if (!keep (peer, sizeof piece))
    {
      bt_wire_note_chatter (eng_connection_wire (peer->connection));
      return;
    }
  if (peer->haves == NULL)
    peer->haves = g_array_new (FALSE, FALSE, sizeof piece);
  g_array_append_val (peer->haves, piece);
}

static void
take_extended (EngMetadataPeer *peer, const BtWireEvent *event)
{
  BtExtensionHandshake theirs;

  if (event->extended_id == bt_extension_own_id (BT_EXTENSION_METADATA))
    eng_metadata_take (peer, event);
  else if (event->extended_id != BT_EXTENSION_HANDSHAKE_ID)
    bt_wire_note_chatter (eng_connection_wire (peer->connection));
  if (event->extended_id != BT_EXTENSION_HANDSHAKE_ID
      || !bt_extension_parse (event->bytes, event->len, &theirs, NULL))
    return;
  bt_extension_peer_update (&peer->extension, &theirs);
  if (eng_connection_is_incoming (peer->connection))
    eng_candidates_listens (peer->metadata->candidates, peer->candidate, peer->extension.port);
  eng_metadata_size_said (peer);
}

static void
on_event (void *owner, EngConnection *connection, const BtWireEvent *event)
{
  EngMetadataPeer *peer = owner;

  switch (event->type)
    {
    case BT_WIRE_BITFIELD:
    case BT_WIRE_HAVE_ALL:
    case BT_WIRE_HAVE_NONE:
      keep_pieces (peer, event);
      break;
    case BT_WIRE_HAVE:
      keep_have (peer, event->index);
      break;
    case BT_WIRE_ALLOWED_FAST:
      if (peer->n_allowed < BT_LIMIT_ALLOWED_FAST)
        peer->allowed[peer->n_allowed++] = event->index;
      break;
    case BT_WIRE_EXTENDED:
      take_extended (peer, event);
      break;
    case BT_WIRE_HASH_REQUEST:
    case BT_WIRE_HASHES:
    case BT_WIRE_HASH_REJECT:
      eng_metadata_take_hashes (peer, event);
      break;
    default:
      break; /* flags, which the wire keeps; the rest means nothing yet */
    }
}

static bool
on_identify (void *owner, EngConnection *connection, const uint8_t info_hash[20])
{
  return false; /* it has been adopted: nobody asks again */
}

static void
on_closed (void *owner, EngConnection *connection, const EngClosure *closure)
{
  EngMetadataPeer *peer = owner;
  EngMetadata *m = peer->metadata;
  uint64_t now_us = eng_metadata_now (m);
  bool again = false;

  if (m->fetch != NULL)
    bt_metadata_fetch_remove_peer (m->fetch, peer->number);
  if (m->missing != NULL)
    eng_hashes_leave (m->missing, peer->number);
  if (rival_of (m, peer->candidate, peer) != NULL)
    again = false;
  else if (peer->redials)
    {
      eng_candidates_retry (m->candidates, peer->candidate, peer->candidate->way, now_us);
      again = true;
    }
  else
    again = eng_dial_leave (m->candidates, peer->candidate, m->config.crypt, connection, closure,
                            peer->open, now_us);
  g_ptr_array_remove_fast (m->peers, peer);
  eng_metadata_peer_free (peer);
  if (again)
    eng_metadata_connect (m, now_us);
  eng_metadata_go_on (m);
  eng_metadata_closed_one (m);
}

/* --- blocks: there are none, for the wire takes none --- */

static uint8_t *
on_place (void *owner, EngConnection *connection, const BtWireEvent *begin)
{
  return NULL;
}

static bool
on_source (void *owner, EngConnection *connection, uint64_t cookie, uint32_t from,
           EngBlockSource *out)
{
  return false;
}

static const EngConnectionEvents peer_events = { .identify = on_identify,
                                                 .opened = on_opened,
                                                 .event = on_event,
                                                 .place = on_place,
                                                 .source = on_source,
                                                 .closed = on_closed };
