/* bt-allowed-fast.h: the pieces that a choked peer may fetch all the same (BEP 6). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-digest.h"
#include "protocol/core/bt-endpoint.h"
#include "protocol/core/bt-limits.h"

/* Writes the canonical set of @k pieces, at most BT_LIMIT_ALLOWED_FAST, for the peer at @peer and
 * returns how many there are: all of a torrent that has no more, in order; none for a peer without
 * an IPv4 address, for which BEP 6 has no set. A smaller @k gives the beginning of a larger one's
 * set. Computes a few SHA-1 of 24 bytes. */
size_t bt_allowed_fast (const BtDigestOps *ops, const uint8_t info_hash[BT_SHA1_LEN],
                        const BtEndpoint *peer, uint32_t n_pieces, size_t k,
                        uint32_t out[BT_LIMIT_ALLOWED_FAST]);
