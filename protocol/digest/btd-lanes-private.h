/* btd-lanes-private.h: many streams on the few lanes of an engine.
 *
 * An engine compresses whole blocks of several streams side by side; everything else that a digest
 * needs (buffering, padding, keeping the lanes filled) is here, once for all engines. Nothing
 * allocates. Source: FIPS 180-4, sections 5.1 and 6. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-digest.h"
#include "protocol/digest/btd-sha-private.h"

#define BTD_LANES_MAX 16

/* Compresses @n_blocks blocks at data[i] into the chaining value h[i] of each of @k streams.
 * The chaining values have BTD_STATE_WORDS words; data has no alignment. */
typedef void BtdCompress (uint32_t *const *h, const uint8_t *const *data, unsigned k,
                          size_t n_blocks);

/* The same for blocks of zeros, which have no words to load and no schedule to extend. */
typedef void BtdCompressZeros (uint32_t *const *h, unsigned k, size_t n_blocks);

typedef struct
{
  BtdCompress *compress;
  unsigned lanes;          /* the largest k, at most BTD_LANES_MAX */
  BtdCompressZeros *zeros; /* NULL where it would gain nothing */
  unsigned zeros_pay;      /* the least k for it */
} BtdEngine;

/* The operations of BtDigestOps over @engine, which is that of @kind. */
void btd_lanes_init (BtDigest *digest, BtDigestKind kind);
void btd_lanes_update (const BtdEngine *engine, const BtDigestPart *parts, size_t n);
void btd_lanes_finish (const BtdEngine *engine, BtDigestKind kind, BtDigest *const *digests,
                       uint8_t *const *outs, size_t n);
void btd_lanes_clear (BtDigest *digest);
void btd_lanes_hash (const BtdEngine *engine, BtDigestKind kind, const BtDigestMessage *messages,
                     size_t n);
