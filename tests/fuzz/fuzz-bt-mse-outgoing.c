/* fuzz-bt-mse-outgoing.c: a peer that answers an obfuscated connection of ours. The input begins
 * with the length of a piece, options, and what the target adds for a peer that knows the torrent:
 * the cipher over all that follows the padding, with the mark before it. */
#include "tests/fuzz/fuzz-mse.h"
#include "tests/fuzz/fuzz-target.h"

#define ADD_CIPHER 0x10

static GByteArray *
make_input (const uint8_t *data, size_t len, unsigned options)
{
  GByteArray *out = g_byte_array_new ();
  size_t head = BT_DH_LEN + (options >> 6) * 200;
  static const uint8_t mark[8];
  uint8_t secret[BT_DH_SECRET_LEN], shared[BT_DH_LEN], key[BT_SHA1_LEN];
  BtArc4 cipher;

  memset (secret, 7, sizeof secret);
  g_byte_array_append (out, data, (guint) MIN (len, head));
  if ((options & ADD_CIPHER) == 0 || len < head || !fuzz_agree (secret, data, shared))
    {
      g_byte_array_append (out, data + out->len, (guint) len - out->len);
      return out;
    }
  g_byte_array_append (out, mark, sizeof mark);
  g_byte_array_append (out, data + head, (guint) (len - head));
  fuzz_hash ("keyB", shared, fuzz_skey, key);
  bt_arc4_init_mse (&cipher, key, sizeof key);
  bt_arc4_crypt (&cipher, out->data + head, out->data + head, out->len - head);
  return out;
}

static void
start (BtMse *mse, const BtMseConfig *config)
{
  static const uint8_t first[BT_MSE_FIRST_MAX] = "first";

  bt_mse_init_outgoing (mse, config, fuzz_skey, first, sizeof first, 0);
  fuzz_serve (mse);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_autoptr (GByteArray) input = NULL;
  BtMseConfig config;
  BtMse cut, whole;
  size_t used;

  if (len < 2)
    return 0;
  input = make_input (data + 2, len - 2, data[1]);
  config = fuzz_config (7, data[1]);
  start (&cut, &config);
  start (&whole, &config);
  used = fuzz_feed (&cut, input->data, input->len, data[0] + (size_t) 1);
  used -= fuzz_feed (&whole, input->data, input->len, input->len + 1);
  bt_assert (used == 0 || cut.state == BT_MSE_BAD);
  bt_assert (cut.state == whole.state && cut.error == whole.error && cut.method == whole.method);
  bt_assert (cut.out_to == whole.out_to && memcmp (cut.out, whole.out, cut.out_to) == 0);
  bt_assert (cut.state != BT_MSE_DONE || (cut.method & config.methods) != 0);
  bt_mse_tick (&cut, UINT64_MAX - 1);
  fuzz_check (&cut);
  bt_assert (fuzz_is_over (&cut));
  return 0;
}
