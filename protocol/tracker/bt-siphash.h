/* bt-siphash.h: SipHash-2-4, a keyed 64-bit hash of short messages (Aumasson and Bernstein, 2012).
 *
 * Whoever does not know the key cannot foretell a hash. Any thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define BT_SIPHASH_KEY_LEN 16

typedef struct
{
  uint64_t k[2];
} BtSipKey;

BtSipKey bt_siphash_key (const uint8_t bytes[BT_SIPHASH_KEY_LEN]);
uint64_t bt_siphash (const BtSipKey *key, const void *data, size_t len);
