/* eng-dial.c: see the header. */
#include "client-core/torrent/eng-dial.h"

#include <string.h>

#include "protocol/core/bt-limits.h"

void
eng_share_init (EngShare *self, BtioReactor *reactor, bool many_per_address, uint64_t seed)
{
  self->silence = eng_silence_new (many_per_address, seed);
  bt_token_bucket_init (&self->connects, NULL, BT_LIMIT_CONNECTS_PER_SECOND,
                        BT_LIMIT_CONNECTS_PER_SECOND, btio_reactor_now_us (reactor));
  eng_throttle_init (&self->down, NULL, reactor);
  eng_throttle_init (&self->up, NULL, reactor);
}

void
eng_share_clear (EngShare *self)
{
  eng_throttle_clear (&self->down);
  eng_throttle_clear (&self->up);
  g_clear_pointer (&self->silence, eng_silence_free);
}

uint32_t
eng_share_room (const EngShare *self, uint32_t n, uint32_t leaving, uint32_t max)
{
  uint32_t here = n - leaving;
  uint32_t all = self->n_connections - leaving;

  return MIN (max - MIN (here, max), BT_LIMIT_CONNECTIONS - MIN (all, BT_LIMIT_CONNECTIONS));
}

BtioStream *
eng_dial (BtioReactor *reactor, const BtioBind *from, const BtEndpoint *remote)
{
  BtioBind bind = *from;

  bind.address.port = 0;
  bind.bulk = true;
  if (bind.address.family != BT_FAMILY_NONE && bind.address.family != remote->family)
    return NULL;
  return btio_tcp_connect (reactor, remote, &bind);
}

EngCryptPolicy
eng_dial_policy (const EngCrypt *crypt)
{
  return crypt != NULL ? eng_crypt_policy (crypt) : ENG_CRYPT_OFF;
}

EngCrypt *
eng_dial_crypt (EngCrypt *crypt, const EngCandidate *candidate)
{
  EngCryptPolicy policy = eng_dial_policy (crypt);

  if (policy == ENG_CRYPT_OFF || (policy == ENG_CRYPT_PREFER && candidate->way == ENG_WAY_PLAIN))
    return NULL;
  return crypt;
}

void
eng_dial_worked (EngCandidate *candidate, const EngConnection *connection)
{
  if (eng_connection_encryption (connection) != ENG_ENCRYPTION_NONE)
    candidate->way = ENG_WAY_ENCRYPTED;
  else if (!eng_connection_is_incoming (connection))
    candidate->way = ENG_WAY_PLAIN;
}

/* How a peer whose encrypted opening has failed is to be tried at once; ENG_WAY_UNKNOWN: not so. */
static EngWay
other_way (const EngCandidate *candidate, const EngCrypt *crypt, const EngConnection *connection,
           const EngClosure *closure)
{
  EngWay way = candidate->way;

  if (eng_connection_state (connection) != ENG_CONNECTION_CRYPT
      || eng_connection_is_incoming (connection) || closure->why == ENG_CLOSED_BY_US
      || way == ENG_WAY_AGAIN)
    return ENG_WAY_UNKNOWN;
  return way == ENG_WAY_UNKNOWN && eng_dial_policy (crypt) == ENG_CRYPT_PREFER ? ENG_WAY_PLAIN
                                                                               : ENG_WAY_AGAIN;
}

bool
eng_dial_leave (EngCandidates *candidates, EngCandidate *candidate, const EngCrypt *crypt,
                const EngConnection *connection, const EngClosure *closure, bool open,
                uint64_t now_us)
{
  EngWay way = other_way (candidate, crypt, connection, closure);

  if (way != ENG_WAY_UNKNOWN)
    {
      eng_candidates_retry (candidates, candidate, way, now_us);
      return true;
    }
  if (open)
    eng_candidates_closed (candidates, candidate, now_us);
  else
    eng_candidates_failed (candidates, candidate, now_us);
  return false;
}

bool
eng_dial_goes_out (const EngConnection *connection, BtFamily family)
{
  const BtEndpoint *remote = eng_connection_remote (connection);

  return remote->family == family && bt_endpoint_range (remote) != BT_RANGE_LOOPBACK;
}

bool
eng_dial_first_goes (const EngConnection *a, const EngConnection *b, const uint8_t their_id[20],
                     const uint8_t own_id[20])
{
  bool a_is_theirs = eng_connection_is_incoming (a);
  bool theirs_wins = memcmp (their_id, own_id, BT_PEER_ID_LEN) > 0;

  if (a_is_theirs == eng_connection_is_incoming (b))
    return false;
  return a_is_theirs != theirs_wins;
}
