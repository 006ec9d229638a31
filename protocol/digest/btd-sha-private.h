/* btd-sha-private.h: the constants of SHA-1 and SHA-256 that every implementation shares.
 *
 * Source: FIPS 180-4, sections 4.2 and 5.3. */
#pragma once

#include <stdint.h>

#include "protocol/core/bt-digest.h"

#define BTD_BLOCK_LEN 64

/* A chaining value always has room for 8 words; SHA-1 uses the first 5 and keeps the rest 0. */
#define BTD_STATE_WORDS 8

/* The round constants of SHA-1, one for each 20 rounds. */
#define BTD_SHA1_K0 0x5a827999u
#define BTD_SHA1_K1 0x6ed9eba1u
#define BTD_SHA1_K2 0x8f1bbcdcu
#define BTD_SHA1_K3 0xca62c1d6u

extern const uint32_t btd_sha256_k[64];
extern const uint32_t btd_initial[BT_DIGEST_KINDS][BTD_STATE_WORDS];
