/* bt-dh.h: how the protocol library is handed the Diffie-Hellman exchange of message stream
 * encryption.
 *
 * Sans-I/O code links no crypto library: whoever drives it passes a `const BtDhOps *`
 * (protocol/digest has one). Numbers are big-endian and padded with zeros on the left. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BT_DH_LEN 96        /* bytes of a key, and of what two share: the prime has 768 bits */
#define BT_DH_SECRET_LEN 20 /* bytes of a private key */

/* Each function costs one exponentiation: tens of microseconds. */
typedef struct
{
  /* The public key that belongs to @secret. */
  void (*publish) (const uint8_t secret[BT_DH_SECRET_LEN], uint8_t out[BT_DH_LEN]);
  /* What the owner of @secret and the sender of @theirs share. False, at no cost, when @theirs is
   * not a key but one of the numbers whose powers everybody knows, or not below the prime. */
  bool (*agree) (const uint8_t secret[BT_DH_SECRET_LEN], const uint8_t theirs[BT_DH_LEN],
                 uint8_t out[BT_DH_LEN]);
} BtDhOps;
