/* bt-arc4.h: the RC4 stream cipher, for message stream encryption alone.
 *
 * The obfuscation of connections uses it with the first 1,024 bytes of key stream thrown away. It
 * keeps no secret from anyone who cares; nothing else may use it. One owner at a time; no locks. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define BT_ARC4_MSE_DROP 1024

/* One direction of one connection. A plain value: copying it forks the stream. */
typedef struct
{
  uint8_t i;
  uint8_t j;
  uint32_t s[256]; /* bytes; entries of a word's width are the fastest to reach */
} BtArc4;

/* Starts a stream from a key of 1 to 256 bytes. */
void bt_arc4_init (BtArc4 *self, const uint8_t *key, size_t len);

/* Starts a stream of message stream encryption: the first BT_ARC4_MSE_DROP bytes are gone. */
void bt_arc4_init_mse (BtArc4 *self, const uint8_t *key, size_t len);

/* Throws away @len bytes of key stream. */
void bt_arc4_skip (BtArc4 *self, size_t len);

/* Encrypts or decrypts @len bytes, which are the same. @src and @dst are the same place or do not
 * overlap. */
void bt_arc4_crypt (BtArc4 *self, const uint8_t *src, uint8_t *dst, size_t len);
