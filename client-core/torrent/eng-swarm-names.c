/* eng-swarm-names.c: see the header. */
#include "client-core/torrent/eng-swarm-names.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/peer/bt-mse.h"

bool
eng_swarm_names_add (EngSwarmNames *self, EngSwarm swarm, const uint8_t *hash,
                     const BtDigestOps *ops)
{
  if (hash == NULL || self->has[swarm])
    return false;
  self->has[swarm] = true;
  memcpy (self->hash[swarm], hash, BT_SHA1_LEN);
  bt_mse_name (ops, hash, self->crypt[swarm]);
  return true;
}

const uint8_t *
eng_swarm_names_get (const EngSwarmNames *self, EngSwarm swarm)
{
  return self->has[swarm] ? self->hash[swarm] : NULL;
}

const uint8_t *
eng_swarm_names_first (const EngSwarmNames *self)
{
  bt_assert (self->has[ENG_SWARM_V1] || self->has[ENG_SWARM_V2]);
  return self->hash[self->has[ENG_SWARM_V1] ? ENG_SWARM_V1 : ENG_SWARM_V2];
}

bool
eng_swarm_names_contain (const EngSwarmNames *self, const uint8_t info_hash[20])
{
  for (EngSwarm i = 0; i < ENG_SWARMS; i++)
    if (self->has[i] && memcmp (self->hash[i], info_hash, BT_SHA1_LEN) == 0)
      return true;
  return false;
}

const uint8_t *
eng_swarm_names_find_crypt (const EngSwarmNames *self, const uint8_t crypt[20])
{
  for (EngSwarm i = 0; i < ENG_SWARMS; i++)
    if (self->has[i] && memcmp (self->crypt[i], crypt, BT_SHA1_LEN) == 0)
      return self->hash[i];
  return NULL;
}

const uint8_t *
eng_swarm_names_for (const EngSwarmNames *self, const EngCandidate *candidate)
{
  if (self->has[ENG_SWARM_V2] && (candidate->sources & ENG_SOURCE_V2) != 0)
    return self->hash[ENG_SWARM_V2];
  return eng_swarm_names_first (self);
}

const uint8_t *
eng_swarm_names_answer (const EngSwarmNames *self, const BtHandshake *theirs)
{
  bool upgrades = self->has[ENG_SWARM_V2] && (theirs->features & BT_FEATURE_V2) != 0;

  return upgrades ? self->hash[ENG_SWARM_V2] : theirs->info_hash;
}

void
eng_swarm_names_configure (const EngSwarmNames *self, const uint8_t *name, EngConnectionConfig *out)
{
  memcpy (out->handshake.info_hash, name, BT_SHA1_LEN);
  out->has_v2 = self->has[ENG_SWARM_V2];
  if (!out->has_v2)
    return;
  out->handshake.features |= BT_FEATURE_V2;
  memcpy (out->v2, self->hash[ENG_SWARM_V2], sizeof out->v2);
}
