/* btd-dh.c: Diffie-Hellman over the 768-bit prime of message stream encryption, by libcrypto's
 * numbers.
 *
 * The time of an exponentiation does not depend on the exponent. Out of memory traps: no caller
 * could go on. Source: the page "Message Stream Encryption" of Vuze's wiki. */
#include "protocol/digest/btd-dh.h"

#include <openssl/bn.h>
#include <string.h>

#include "protocol/core/bt-assert.h"

#define GENERATOR 2

static const uint8_t prime[BT_DH_LEN] = {
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc9, 0x0f, 0xda, 0xa2, 0x21, 0x68, 0xc2, 0x34,
  0xc4, 0xc6, 0x62, 0x8b, 0x80, 0xdc, 0x1c, 0xd1, 0x29, 0x02, 0x4e, 0x08, 0x8a, 0x67, 0xcc, 0x74,
  0x02, 0x0b, 0xbe, 0xa6, 0x3b, 0x13, 0x9b, 0x22, 0x51, 0x4a, 0x08, 0x79, 0x8e, 0x34, 0x04, 0xdd,
  0xef, 0x95, 0x19, 0xb3, 0xcd, 0x3a, 0x43, 0x1b, 0x30, 0x2b, 0x0a, 0x6d, 0xf2, 0x5f, 0x14, 0x37,
  0x4f, 0xe1, 0x35, 0x6d, 0x6d, 0x51, 0xc2, 0x45, 0xe4, 0x85, 0xb5, 0x76, 0x62, 0x5e, 0x7e, 0xc6,
  0xf4, 0x4c, 0x42, 0xe9, 0xa6, 0x3a, 0x36, 0x21, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, 0x05, 0x63,
};

/* base ^ secret mod prime, padded with zeros on the left. */
static void
power (const uint8_t base[BT_DH_LEN], const uint8_t secret[BT_DH_SECRET_LEN],
       uint8_t out[BT_DH_LEN])
{
  BN_CTX *context = BN_CTX_new ();
  BIGNUM *b = BN_bin2bn (base, BT_DH_LEN, NULL);
  BIGNUM *p = BN_bin2bn (prime, BT_DH_LEN, NULL);
  BIGNUM *e = BN_bin2bn (secret, BT_DH_SECRET_LEN, NULL);
  BIGNUM *result = BN_new ();

  bt_assert (context != NULL && b != NULL && p != NULL && e != NULL && result != NULL);
  BN_set_flags (e, BN_FLG_CONSTTIME);
  bt_assert (BN_mod_exp_mont_consttime (result, b, e, p, context, NULL) == 1);
  bt_assert (BN_bn2binpad (result, out, BT_DH_LEN) == BT_DH_LEN);
  BN_clear_free (result);
  BN_clear_free (e);
  BN_free (p);
  BN_free (b);
  BN_CTX_free (context);
}

/* 2 to P - 2. Zero, one and P - 1 give the same secret whatever the exponent, or one of two. */
static bool
is_key (const uint8_t key[BT_DH_LEN])
{
  uint8_t last[BT_DH_LEN]; /* P - 1: the prime is odd */
  static const uint8_t zeros[BT_DH_LEN];

  memcpy (last, prime, sizeof last);
  last[BT_DH_LEN - 1] -= 1;
  if (memcmp (key, last, BT_DH_LEN) >= 0)
    return false;
  return memcmp (key, zeros, BT_DH_LEN - 1) != 0 || key[BT_DH_LEN - 1] > 1;
}

static void
publish (const uint8_t secret[BT_DH_SECRET_LEN], uint8_t out[BT_DH_LEN])
{
  static const uint8_t generator[BT_DH_LEN] = { [BT_DH_LEN - 1] = GENERATOR };

  power (generator, secret, out);
}

static bool
agree (const uint8_t secret[BT_DH_SECRET_LEN], const uint8_t theirs[BT_DH_LEN],
       uint8_t out[BT_DH_LEN])
{
  if (!is_key (theirs))
    return false;
  power (theirs, secret, out);
  return true;
}

const BtDhOps *
btd_dh_ops (void)
{
  static const BtDhOps ops = { .publish = publish, .agree = agree };

  return &ops;
}
