/* eng-swarm-names.h: by which names swarms know a torrent: 20 bytes in the swarm of v1 (BEP 3), the
 * first 20 of the hash in that of v2 (BEP 52), and what encrypted connections call them.
 *
 * A hybrid has both, and is at home in both swarms: their peers are one torrent's. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "client-core/peer/eng-connection.h"
#include "client-core/torrent/eng-candidates.h"
#include "protocol/core/bt-digest.h"

typedef enum
{
  ENG_SWARM_V1,
  ENG_SWARM_V2,
  ENG_SWARMS
} EngSwarm;

typedef struct
{
  bool has[ENG_SWARMS];
  uint8_t hash[ENG_SWARMS][BT_SHA1_LEN];
  uint8_t crypt[ENG_SWARMS][BT_SHA1_LEN]; /* as bt_mse_name() makes them */
} EngSwarmNames;

/* From now on it is known by that name, too; NULL and a name that it has are passed over. True when
 * it is new. */
bool eng_swarm_names_add (EngSwarmNames *self, EngSwarm swarm, const uint8_t *hash,
                          const BtDigestOps *ops);

/* The name in a swarm, or NULL. Lent. */
const uint8_t *eng_swarm_names_get (const EngSwarmNames *self, EngSwarm swarm);
/* That of v1, or else that of v2; there is one. */
const uint8_t *eng_swarm_names_first (const EngSwarmNames *self);

bool eng_swarm_names_contain (const EngSwarmNames *self, const uint8_t info_hash[20]);
/* The name that encrypted connections call @crypt, or NULL. */
const uint8_t *eng_swarm_names_find_crypt (const EngSwarmNames *self, const uint8_t crypt[20]);

/* By which of them a candidate is asked for the torrent. */
const uint8_t *eng_swarm_names_for (const EngSwarmNames *self, const EngCandidate *candidate);
/* By which of them a peer is answered that knows it by one: by the other, v2, when it would have
 * that as well (BEP 52). */
const uint8_t *eng_swarm_names_answer (const EngSwarmNames *self, const BtHandshake *theirs);

/* What a connection under @name says of the torrent's swarms. */
void eng_swarm_names_configure (const EngSwarmNames *self, const uint8_t *name,
                                EngConnectionConfig *out);
