/* fuzz-mse.h: what the targets of message stream encryption share: an exchange of keys that costs
 * nothing, the hashes that a peer would make, and the promises that hold after each byte. */
#pragma once

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/digest/btd.h"
#include "protocol/peer/bt-mse.h"

static const uint8_t fuzz_skey[BT_SHA1_LEN] = "a torrent of many..";

static void
fuzz_publish (const uint8_t secret[BT_DH_SECRET_LEN], uint8_t out[BT_DH_LEN])
{
  memset (out, 0, BT_DH_LEN);
  memcpy (out, secret, BT_DH_SECRET_LEN);
}

/* Symmetric, as the real one is; some keys are none. */
static bool
fuzz_agree (const uint8_t secret[BT_DH_SECRET_LEN], const uint8_t theirs[BT_DH_LEN],
            uint8_t out[BT_DH_LEN])
{
  if (theirs[0] == 0xff)
    return false;
  memset (out, 0, BT_DH_LEN);
  for (size_t i = 0; i < BT_DH_SECRET_LEN; i++)
    out[i] = secret[i] ^ theirs[i];
  return true;
}

static const BtDhOps fuzz_dh = { .publish = fuzz_publish, .agree = fuzz_agree };

static inline BtMseConfig
fuzz_config (uint8_t seed, unsigned options)
{
  BtMseConfig config = { .digests = btd_ops (),
                         .dh = &fuzz_dh,
                         .methods = 1 + options % 3,
                         .preferred = (options & 4) != 0 ? BT_MSE_RC4 : BT_MSE_PLAINTEXT,
                         .plain_welcome = (options & 8) != 0 };

  memset (config.seed, seed, sizeof config.seed);
  return config;
}

/* SHA-1 of a word, of what is shared and of the torrent. */
static inline void
fuzz_hash (const char *word, const uint8_t *shared, const uint8_t *skey, uint8_t out[BT_SHA1_LEN])
{
  uint8_t text[4 + BT_DH_LEN + BT_SHA1_LEN];
  BtDigestMessage message = { .data = text, .len = 4, .out = out };

  memcpy (text, word, 4);
  if (shared != NULL)
    memcpy (text + message.len, shared, BT_DH_LEN);
  message.len += shared != NULL ? BT_DH_LEN : 0;
  if (skey != NULL)
    memcpy (text + message.len, skey, BT_SHA1_LEN);
  message.len += skey != NULL ? BT_SHA1_LEN : 0;
  btd_ops ()->hash (BT_SHA1, &message, 1);
}

static inline bool
fuzz_is_over (const BtMse *mse)
{
  return mse->state >= BT_MSE_DONE;
}

/* What holds at any time. */
static inline void
fuzz_check (const BtMse *mse)
{
  size_t len;

  (void) bt_mse_peek_output (mse, &len);
  bt_assert (len <= BT_MSE_OUTPUT_MAX && mse->in_len <= BT_DH_LEN);
  bt_assert (mse->scanned <= BT_MSE_PAD_MAX + BT_SHA1_LEN && mse->pad_left <= BT_MSE_PAD_MAX);
  bt_assert ((mse->error != BT_MSE_OK) == (mse->state == BT_MSE_BAD));
  bt_assert ((bt_mse_deadline (mse) == UINT64_MAX) == fuzz_is_over (mse));
  bt_assert (!fuzz_is_over (mse) || bt_mse_want (mse) == 0);
}

/* Does what a driver does between bytes. */
static inline void
fuzz_serve (BtMse *mse)
{
  uint8_t name[BT_SHA1_LEN];

  if (mse->state == BT_MSE_WORK)
    bt_mse_work (mse);
  if (mse->state == BT_MSE_WHICH)
    {
      bt_mse_name (btd_ops (), fuzz_skey, name);
      bt_mse_choose (mse, memcmp (name, mse->name, sizeof name) == 0 ? fuzz_skey : NULL);
    }
  fuzz_check (mse);
}

/* Gives it @len bytes in pieces; how many it took. */
static inline size_t
fuzz_feed (BtMse *mse, const uint8_t *bytes, size_t len, size_t piece)
{
  size_t used = 0;

  while (used < len && !fuzz_is_over (mse))
    {
      size_t n = MIN (piece, len - used);
      size_t took = bt_mse_input (mse, bytes + used, n);

      bt_assert (took <= n);
      used += took;
      fuzz_serve (mse);
      bt_assert (took > 0 || bt_mse_want (mse) > 0 || fuzz_is_over (mse));
    }
  return used;
}
