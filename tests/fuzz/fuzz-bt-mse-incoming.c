/* fuzz-bt-mse-incoming.c: a peer that opens an obfuscated connection to us. The input begins with
 * the length of a piece, options, and what the target adds for a peer that knows the torrent: the
 * hashes behind the key, or also the cipher over all that follows. */
#include "tests/fuzz/fuzz-mse.h"
#include "tests/fuzz/fuzz-target.h"

#define ADD_HASHES 0x10
#define ADD_CIPHER 0x20

/* The key and so much padding as they are, then the hashes, then the rest by the cipher. */
static GByteArray *
make_input (const uint8_t *data, size_t len, unsigned options)
{
  GByteArray *out = g_byte_array_new ();
  size_t head = BT_DH_LEN + (options >> 6) * 200;
  uint8_t secret[BT_DH_SECRET_LEN], shared[BT_DH_LEN], mark[BT_SHA1_LEN], name[BT_SHA1_LEN],
      veil[BT_SHA1_LEN], key[BT_SHA1_LEN];
  BtArc4 cipher;

  memset (secret, 7, sizeof secret);
  g_byte_array_append (out, data, (guint) MIN (len, head));
  if ((options & ADD_HASHES) == 0 || len < head || !fuzz_agree (secret, data, shared))
    {
      g_byte_array_append (out, data + out->len, (guint) len - out->len);
      return out;
    }
  fuzz_hash ("req1", shared, NULL, mark);
  fuzz_hash ("req2", NULL, fuzz_skey, name);
  fuzz_hash ("req3", shared, NULL, veil);
  for (size_t i = 0; i < sizeof name; i++)
    name[i] ^= veil[i];
  g_byte_array_append (out, mark, sizeof mark);
  g_byte_array_append (out, name, sizeof name);
  g_byte_array_append (out, data + head, (guint) (len - head));
  fuzz_hash ("keyA", shared, fuzz_skey, key);
  bt_arc4_init_mse (&cipher, key, sizeof key);
  head += sizeof mark + sizeof name;
  if ((options & ADD_CIPHER) != 0)
    bt_arc4_crypt (&cipher, out->data + head, out->data + head, out->len - head);
  return out;
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
  bt_mse_init_incoming (&cut, &config, 0);
  bt_mse_init_incoming (&whole, &config, 0);
  used = fuzz_feed (&cut, input->data, input->len, data[0] + (size_t) 1);
  used -= fuzz_feed (&whole, input->data, input->len, input->len + 1);
  bt_assert (used == 0 || cut.state == BT_MSE_BAD);
  bt_assert (cut.state == whole.state && cut.error == whole.error && cut.method == whole.method);
  bt_assert (cut.out_to == whole.out_to && memcmp (cut.out, whole.out, cut.out_to) == 0);
  bt_assert (cut.state != BT_MSE_PLAIN || memcmp (cut.in, input->data, cut.in_len) == 0);
  bt_assert (cut.state != BT_MSE_DONE || (cut.method & config.methods) != 0);
  bt_mse_tick (&cut, UINT64_MAX - 1);
  fuzz_check (&cut);
  bt_assert (fuzz_is_over (&cut));
  return 0;
}
