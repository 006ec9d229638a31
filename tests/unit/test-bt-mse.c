/* test-bt-mse.c: the opening of obfuscated connections: a worked example, two machines that talk,
 * and every way in which a peer may get it wrong. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd-dh.h"
#include "protocol/digest/btd.h"
#include "protocol/peer/bt-mse.h"

#define BOTH (BT_MSE_PLAINTEXT | BT_MSE_RC4)
#define LIMIT_US (BT_LIMIT_HANDSHAKE_MS * UINT64_C (1000))

static const char plain[] = "\023BitTorrent protocol";
static const char first[] = "the first bytes of the next layer";
static uint8_t skey[BT_SHA1_LEN];

static BtMseConfig
config_of (uint8_t seed, unsigned methods)
{
  BtMseConfig config = { .digests = btd_ops (),
                         .dh = btd_dh_ops (),
                         .methods = methods,
                         .preferred = BT_MSE_RC4,
                         .plain_welcome = true };

  memset (config.seed, seed, sizeof config.seed);
  return config;
}

static void
start_outgoing (BtMse *mse, unsigned methods)
{
  BtMseConfig config = config_of (0x11, methods);

  bt_mse_init_outgoing (mse, &config, skey, (const uint8_t *) first, sizeof first, 0);
}

static void
start_incoming (BtMse *mse, unsigned methods)
{
  BtMseConfig config = config_of (0x22, methods);

  bt_mse_init_incoming (mse, &config, 0);
}

/* Does what a driver does between bytes; true when it did something. */
static bool
serve (BtMse *mse)
{
  uint8_t name[BT_SHA1_LEN];

  if (mse->state == BT_MSE_WORK)
    bt_mse_work (mse);
  else if (mse->state == BT_MSE_WHICH)
    {
      bt_mse_name (btd_ops (), skey, name);
      bt_mse_choose (mse, memcmp (name, mse->name, sizeof name) == 0 ? skey : NULL);
    }
  else
    return false;
  return true;
}

/* Gives it bytes in pieces, each in an allocation of its own; how many it took. */
static size_t
feed (BtMse *mse, const uint8_t *bytes, size_t len, size_t piece)
{
  size_t used = 0;

  while (used < len)
    {
      size_t n = MIN (piece, len - used);
      g_autofree uint8_t *copy = g_memdup2 (bytes + used, n);
      size_t took = bt_mse_input (mse, copy, n);

      used += took;
      if (!serve (mse) && took < n)
        break;
    }
  return used;
}

/* Moves all that waits, as a string of bytes. */
static GByteArray *
drain (BtMse *mse)
{
  GByteArray *out = g_byte_array_new ();
  size_t len;
  const uint8_t *bytes = bt_mse_peek_output (mse, &len);

  g_byte_array_append (out, bytes, (guint) len);
  bt_mse_sent (mse, len);
  (void) bt_mse_peek_output (mse, &len);
  g_assert_cmpuint (len, ==, 0);
  return out;
}

static void
assert_hex (const uint8_t *bytes, const char *hex)
{
  size_t len = strlen (hex) / 2;
  g_autofree uint8_t *want = g_malloc (len);

  g_assert_true (bt_hex_parse (hex, 2 * len, want, len));
  g_assert_cmpmem (bytes, len, want, len);
}

/* --- the example --- */

static void
test_example (void)
{
  uint8_t secret[BT_DH_SECRET_LEN], yb[BT_DH_LEN];
  g_autoptr (GByteArray) key = NULL;
  g_autoptr (GByteArray) request = NULL;
  BtMse a;

  memset (secret, 0x22, sizeof secret);
  btd_dh_ops ()->publish (secret, yb);
  start_outgoing (&a, BT_MSE_RC4);
  g_assert_true (serve (&a));
  key = drain (&a);
  g_assert_cmpuint (key->len, >=, BT_DH_LEN);
  assert_hex (key->data, "3476dc8d123697fcc69e9121618a0851");
  g_assert_cmpuint (bt_mse_want (&a), ==, BT_DH_LEN);
  g_assert_cmpuint (feed (&a, yb, sizeof yb, sizeof yb), ==, sizeof yb);
  request = drain (&a);
  assert_hex (request->data, "32dd7e3b16e8d7a1b444ea3f4167e202514f9feb"
                             "f770bd1f0311a36eeb8902bcf57d003c1963a435"
                             "9c4d2fe499f8f0af");
}

/* --- two machines --- */

static void
talk (BtMse *a, BtMse *b, size_t piece)
{
  bool moved = true;

  while (moved)
    {
      g_autoptr (GByteArray) from_a = drain (a);
      g_autoptr (GByteArray) from_b = drain (b);

      moved = from_a->len + from_b->len > 0;
      (void) feed (b, from_a->data, from_a->len, piece); /* what is left is the next layer's */
      g_assert_cmpuint (feed (a, from_b->data, from_b->len, piece), ==, from_b->len);
      moved |= serve (a) || serve (b);
    }
}

static const struct
{
  unsigned offers;
  unsigned takes;
  BtMseMethod prefers;
  unsigned method;
} methods[] = {
  { BT_MSE_RC4, BT_MSE_RC4, BT_MSE_RC4, BT_MSE_RC4 },
  { BT_MSE_RC4, BOTH, BT_MSE_PLAINTEXT, BT_MSE_RC4 },
  { BOTH, BT_MSE_RC4, BT_MSE_RC4, BT_MSE_RC4 },
  { BOTH, BOTH, BT_MSE_RC4, BT_MSE_RC4 },
  { BOTH, BOTH, BT_MSE_PLAINTEXT, BT_MSE_PLAINTEXT },
  { BT_MSE_PLAINTEXT, BOTH, BT_MSE_RC4, BT_MSE_PLAINTEXT },
  { BT_MSE_PLAINTEXT, BT_MSE_RC4, BT_MSE_RC4, 0 },
};

/* One direction of the next layer. */
static void
assert_way (BtMseCiphers *from, BtMseCiphers *to, bool encrypted)
{
  const uint8_t text[] = "what follows";
  uint8_t bytes[sizeof text];

  g_assert_cmpuint (from->out_left, ==, encrypted ? UINT64_MAX : 0);
  memcpy (bytes, text, sizeof text);
  if (encrypted)
    {
      bt_arc4_crypt (&from->out, bytes, bytes, sizeof bytes);
      g_assert_cmpint (memcmp (bytes, text, sizeof text), !=, 0);
      bt_arc4_crypt (&to->in, bytes, bytes, sizeof bytes);
    }
  g_assert_cmpmem (bytes, sizeof bytes, text, sizeof text);
}

/* What A sent along, as B finds it behind its machine. */
static void
assert_first (BtMse *b, const uint8_t *sent, size_t len)
{
  g_autofree uint8_t *bytes = g_memdup2 (sent, len);

  g_assert_cmpuint (len, ==, sizeof first);
  g_assert_cmpuint (b->ciphers.in_left, >=, len);
  bt_arc4_crypt (&b->ciphers.in, bytes, bytes, len);
  g_assert_cmpmem (bytes, len, first, sizeof first);
}

static void
meet (unsigned offers, unsigned takes, BtMseMethod prefers, unsigned method, size_t piece)
{
  g_autoptr (GByteArray) request = NULL;
  g_autoptr (GByteArray) key_a = NULL;
  g_autoptr (GByteArray) key_b = NULL;
  BtMse a, b;
  size_t used;

  start_outgoing (&a, offers);
  start_incoming (&b, takes);
  b.config.preferred = prefers;
  g_assert_true (serve (&a));
  key_a = drain (&a);
  (void) feed (&b, key_a->data, key_a->len, piece);
  key_b = drain (&b);
  g_assert_cmpuint (feed (&a, key_b->data, key_b->len, piece), ==, key_b->len);
  request = drain (&a);
  used = feed (&b, request->data, request->len, piece);
  talk (&a, &b, piece);
  if (method == 0)
    {
      g_assert_cmpint (b.error, ==, BT_MSE_ERROR_METHOD);
      return;
    }
  g_assert_cmpint (a.state, ==, BT_MSE_DONE);
  g_assert_cmpint (b.state, ==, BT_MSE_DONE);
  g_assert_cmpint (a.method, ==, method);
  g_assert_cmpint (b.method, ==, method);
  g_assert_cmpuint (bt_mse_deadline (&a), ==, UINT64_MAX);
  assert_first (&b, request->data + used, request->len - used);
  assert_way (&a.ciphers, &b.ciphers, method == BT_MSE_RC4);
  assert_way (&b.ciphers, &a.ciphers, method == BT_MSE_RC4);
}

static void
test_methods (void)
{
  static const size_t pieces[] = { 1, 2, 7, 20, 96, 1000, 100000 };

  for (size_t i = 0; i < G_N_ELEMENTS (methods); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (pieces); j++)
      meet (methods[i].offers, methods[i].takes, methods[i].prefers, methods[i].method, pieces[j]);
}

/* Whatever the lengths of the pads. */
static void
test_seeds (void)
{
  for (unsigned seed = 1; seed < 64; seed++)
    {
      BtMseConfig ours = config_of ((uint8_t) seed, BOTH);
      BtMseConfig theirs = config_of ((uint8_t) (seed + 64), BT_MSE_RC4);
      BtMse a, b;

      bt_mse_init_outgoing (&a, &ours, skey, NULL, 0, 0);
      bt_mse_init_incoming (&b, &theirs, 0);
      talk (&a, &b, 1 + seed);
      g_assert_cmpint (a.state, ==, BT_MSE_DONE);
      g_assert_cmpint (b.state, ==, BT_MSE_DONE);
    }
}

/* --- plain --- */

static void
test_plain (void)
{
  const uint8_t *bytes = (const uint8_t *) plain;
  BtMse b;

  start_incoming (&b, BOTH);
  g_assert_cmpuint (bt_mse_want (&b), ==, 20);
  g_assert_cmpuint (feed (&b, bytes, 19, 1), ==, 19);
  g_assert_cmpint (b.state, ==, BT_MSE_OPENING);
  g_assert_cmpuint (feed (&b, bytes + 19, 1, 1), ==, 1);
  g_assert_cmpint (b.state, ==, BT_MSE_PLAIN);
  g_assert_cmpmem (b.in, b.in_len, plain, 20);
  g_assert_cmpuint (bt_mse_input (&b, bytes, 20), ==, 0);

  start_incoming (&b, BT_MSE_RC4);
  b.config.plain_welcome = false;
  g_assert_cmpuint (feed (&b, bytes, 20, 7), ==, 20);
  g_assert_cmpint (b.error, ==, BT_MSE_ERROR_PLAIN);

  start_incoming (&b, BOTH); /* a key may begin so */
  g_assert_cmpuint (feed (&b, bytes, 19, 4), ==, 19);
  g_assert_cmpuint (feed (&b, (const uint8_t *) "x", 1, 1), ==, 1);
  g_assert_cmpint (b.state, ==, BT_MSE_KEY);
  g_assert_cmpuint (bt_mse_want (&b), ==, BT_DH_LEN - 20);
}

/* A peer that answers as if nothing had been encrypted. */
static void
test_plain_reply (void)
{
  BtMse a;

  start_outgoing (&a, BOTH);
  g_assert_true (serve (&a));
  g_assert_cmpuint (feed (&a, (const uint8_t *) plain, 20, 3), ==, 20);
  g_assert_cmpint (a.error, ==, BT_MSE_ERROR_PLAIN);
}

/* --- a peer that does as it likes --- */

typedef struct
{
  const char *name;
  BtMseError error; /* BT_MSE_OK: DONE */
  uint32_t methods;
  size_t pad_a; /* before the mark */
  size_t pad_c; /* as it is announced; so many bytes come if it is not over the limit */
  size_t n_first;
  uint8_t key; /* for all bytes of it; 0: a good one */
  uint8_t check;
  bool no_mark;
  bool other_torrent;
} Forgery;

static const Forgery requests[] = {
  { "good", BT_MSE_OK, BT_MSE_RC4, 0, 0, 0, 0, 0, false, false },
  { "most padding", BT_MSE_OK, BOTH, 512, 512, 65535, 0, 0, false, false },
  { "unknown methods beside", BT_MSE_OK, 0xfffffffe, 1, 1, 1, 0, 0, false, false },
  { "padding too long", BT_MSE_ERROR_SYNC, BT_MSE_RC4, 513, 0, 0, 0, 0, false, false },
  { "endless padding", BT_MSE_ERROR_SYNC, BT_MSE_RC4, 100000, 0, 0, 0, 0, true, false },
  { "no mark", BT_MSE_ERROR_SYNC, BT_MSE_RC4, 532, 0, 0, 0, 0, true, false },
  { "another torrent", BT_MSE_ERROR_TORRENT, BT_MSE_RC4, 9, 0, 0, 0, 0, false, true },
  { "no check", BT_MSE_ERROR_CHECK, BT_MSE_RC4, 9, 0, 0, 0, 1, false, false },
  { "no method", BT_MSE_ERROR_METHOD, 0, 9, 0, 0, 0, 0, false, false },
  { "a method of later", BT_MSE_ERROR_METHOD, 4, 9, 0, 0, 0, 0, false, false },
  { "a method in another byte", BT_MSE_ERROR_METHOD, 0x0200, 9, 0, 0, 0, 0, false, false },
  { "pad of 513", BT_MSE_ERROR_PAD, BT_MSE_RC4, 9, 513, 0, 0, 0, false, false },
  { "pad of 65535", BT_MSE_ERROR_PAD, BT_MSE_RC4, 9, 65535, 0, 0, 0, false, false },
  { "key of ones", BT_MSE_ERROR_KEY, BT_MSE_RC4, 9, 0, 0, 0xff, 0, false, false },
};

static void
put (GByteArray *out, const void *bytes, size_t len)
{
  g_byte_array_append (out, bytes, (guint) len);
}

static void
put_zeros (GByteArray *out, size_t len)
{
  g_autofree uint8_t *zeros = g_malloc0 (len);

  put (out, zeros, len);
}

static void
sha1 (const char *word, const uint8_t *a, size_t a_len, const uint8_t *b, uint8_t out[BT_SHA1_LEN])
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  BtDigestMessage message = { .out = out };

  put (text, word, 4);
  if (a_len > 0)
    put (text, a, a_len);
  if (b != NULL)
    put (text, b, BT_SHA1_LEN);
  message.data = text->data;
  message.len = text->len;
  btd_ops ()->hash (BT_SHA1, &message, 1);
}

/* Methods, pad, and the check before them, encrypted. */
static void
put_head (GByteArray *out, BtArc4 *cipher, const Forgery *f, bool length)
{
  uint32_t bits = GUINT32_TO_BE (f->methods);
  uint16_t pad = GUINT16_TO_BE ((uint16_t) f->pad_c);
  uint16_t n_first = GUINT16_TO_BE ((uint16_t) f->n_first);
  guint from = out->len;
  uint8_t check[8] = { 0, 0, 0, f->check };

  put (out, check, sizeof check);
  put (out, &bits, 4);
  put (out, &pad, 2);
  if (f->pad_c <= BT_MSE_PAD_MAX)
    put_zeros (out, f->pad_c);
  if (length)
    put (out, &n_first, 2);
  bt_arc4_crypt (cipher, out->data + from, out->data + from, out->len - from);
}

/* What the two share, from the seed that is not theirs. */
static void
share (uint8_t seed, const GByteArray *key, uint8_t shared[BT_DH_LEN])
{
  uint8_t secret[BT_DH_SECRET_LEN];

  memset (secret, seed, sizeof secret);
  g_assert_cmpuint (key->len, >=, BT_DH_LEN);
  g_assert_true (btd_dh_ops ()->agree (secret, key->data, shared));
}

static void
forge_request (const Forgery *f, const uint8_t shared[BT_DH_LEN], GByteArray *out)
{
  static const uint8_t other[BT_SHA1_LEN] = { 1 };
  const uint8_t *torrent = f->other_torrent ? other : skey;
  uint8_t mark[BT_SHA1_LEN], name[BT_SHA1_LEN], veil[BT_SHA1_LEN], key[BT_SHA1_LEN];
  BtArc4 cipher;

  put_zeros (out, f->pad_a);
  if (f->no_mark)
    return;
  sha1 ("req1", shared, BT_DH_LEN, NULL, mark);
  put (out, mark, sizeof mark);
  sha1 ("req2", torrent, BT_SHA1_LEN, NULL, name);
  sha1 ("req3", shared, BT_DH_LEN, NULL, veil);
  for (size_t i = 0; i < sizeof name; i++)
    name[i] ^= veil[i];
  put (out, name, sizeof name);
  sha1 ("keyA", shared, BT_DH_LEN, torrent, key);
  bt_arc4_init_mse (&cipher, key, sizeof key);
  put_head (out, &cipher, f, true);
}

static void
put_key (GByteArray *out, const Forgery *f, uint8_t seed)
{
  uint8_t secret[BT_DH_SECRET_LEN], key[BT_DH_LEN];

  memset (secret, seed, sizeof secret);
  btd_dh_ops ()->publish (secret, key);
  if (f->key != 0)
    memset (key, f->key, sizeof key);
  put (out, key, sizeof key);
}

static void
run_request (const Forgery *f, size_t piece)
{
  g_autoptr (GByteArray) sent = g_byte_array_new ();
  g_autoptr (GByteArray) came = NULL;
  uint8_t shared[BT_DH_LEN];
  BtMse b;

  g_test_message ("%s, by %zu", f->name, piece);
  start_incoming (&b, BOTH);
  put_key (sent, f, 0x33);
  g_assert_cmpuint (feed (&b, sent->data, sent->len, piece), ==, BT_DH_LEN);
  if (f->error == BT_MSE_ERROR_KEY)
    g_assert_cmpint (b.error, ==, BT_MSE_ERROR_KEY);
  if (f->error == BT_MSE_ERROR_KEY)
    return;
  came = drain (&b);
  share (0x33, came, shared);
  g_byte_array_set_size (sent, 0);
  forge_request (f, shared, sent);
  (void) feed (&b, sent->data, sent->len, piece);
  g_assert_cmpint (b.error, ==, f->error);
  g_assert_cmpint (b.state, ==, f->error == BT_MSE_OK ? BT_MSE_DONE : BT_MSE_BAD);
  g_assert_cmpuint (bt_mse_deadline (&b), ==, UINT64_MAX);
}

static void
test_requests (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      run_request (&requests[i], 1);
      run_request (&requests[i], 1000000);
    }
}

/* To an outgoing machine that offered both methods, or RC4 alone where @check is set. */
static const Forgery replies[] = {
  { "good", BT_MSE_OK, BT_MSE_RC4, 0, 0, 0, 0, 0, false, false },
  { "most padding", BT_MSE_OK, BT_MSE_PLAINTEXT, 512, 512, 0, 0, 0, false, false },
  { "padding too long", BT_MSE_ERROR_SYNC, BT_MSE_RC4, 513, 0, 0, 0, 0, false, false },
  { "endless padding", BT_MSE_ERROR_SYNC, BT_MSE_RC4, 100000, 0, 0, 0, 0, true, false },
  { "no mark", BT_MSE_ERROR_SYNC, BT_MSE_RC4, 520, 0, 0, 0, 0, true, false },
  { "another torrent", BT_MSE_ERROR_SYNC, BT_MSE_RC4, 513, 0, 0, 0, 0, false, true },
  { "no method", BT_MSE_ERROR_METHOD, 0, 9, 0, 0, 0, 0, false, false },
  { "both methods", BT_MSE_ERROR_METHOD, BOTH, 9, 0, 0, 0, 0, false, false },
  { "a method of later", BT_MSE_ERROR_METHOD, 4, 9, 0, 0, 0, 0, false, false },
  { "a method in another byte", BT_MSE_ERROR_METHOD, 0x80000002, 9, 0, 0, 0, 0, false, false },
  { "downgrade", BT_MSE_ERROR_METHOD, BT_MSE_PLAINTEXT, 9, 0, 0, 0, 1, false, false },
  { "pad of 513", BT_MSE_ERROR_PAD, BT_MSE_RC4, 9, 513, 0, 0, 0, false, false },
  { "pad of 65535", BT_MSE_ERROR_PAD, BT_MSE_RC4, 9, 65535, 0, 0, 0, false, false },
  { "key of ones", BT_MSE_ERROR_KEY, BT_MSE_RC4, 9, 0, 0, 0xff, 0, false, false },
};

static void
run_reply (const Forgery *f, size_t piece)
{
  g_autoptr (GByteArray) sent = g_byte_array_new ();
  g_autoptr (GByteArray) came = NULL;
  uint8_t shared[BT_DH_LEN], key[BT_SHA1_LEN] = { 0 };
  Forgery g = *f;
  BtArc4 cipher;
  BtMse a;

  g_test_message ("%s, by %zu", f->name, piece);
  g.check = 0;
  start_outgoing (&a, f->check != 0 ? BT_MSE_RC4 : BOTH);
  g_assert_true (serve (&a));
  came = drain (&a);
  put_key (sent, f, 0x33);
  put_zeros (sent, f->pad_a);
  share (0x33, came, shared);
  sha1 ("keyB", shared, BT_DH_LEN, f->other_torrent ? key : skey, key);
  bt_arc4_init_mse (&cipher, key, sizeof key);
  if (!f->no_mark)
    put_head (sent, &cipher, &g, false);
  (void) feed (&a, sent->data, sent->len, piece);
  g_assert_cmpint (a.error, ==, f->error);
  g_assert_cmpint (a.state, ==, f->error == BT_MSE_OK ? BT_MSE_DONE : BT_MSE_BAD);
}

static void
test_replies (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      run_reply (&replies[i], 1);
      run_reply (&replies[i], 1000000);
    }
}

/* The mark in a pad that keeps beginning it. */
static void
test_false_starts (void)
{
  for (size_t n = 1; n < BT_SHA1_LEN; n++)
    {
      g_autoptr (GByteArray) sent = g_byte_array_new ();
      uint8_t mark[BT_SHA1_LEN];
      BtMse b;

      start_incoming (&b, BOTH);
      put_key (sent, &requests[0], 0x33);
      (void) feed (&b, sent->data, sent->len, sent->len);
      memset (b.mark, 7, sizeof b.mark); /* a mark that looks like its own beginning */
      b.mark[BT_SHA1_LEN - 1] = 8;
      memcpy (mark, b.mark, sizeof mark);
      g_byte_array_set_size (sent, 0);
      for (size_t i = 0; i < n; i++)
        put (sent, mark, 1);
      put (sent, mark, sizeof mark);
      g_assert_cmpuint (feed (&b, sent->data, sent->len, n), ==, sent->len);
      g_assert_cmpint (b.state, ==, BT_MSE_NAME);
    }
}

static void
test_time (void)
{
  BtMse a, b;

  start_outgoing (&a, BOTH);
  start_incoming (&b, BOTH);
  g_assert_cmpuint (bt_mse_deadline (&a), ==, LIMIT_US);
  bt_mse_tick (&a, LIMIT_US - 1);
  bt_mse_tick (&b, LIMIT_US - 1);
  g_assert_cmpint (a.state, ==, BT_MSE_WORK);
  bt_mse_tick (&a, LIMIT_US);
  bt_mse_tick (&b, LIMIT_US);
  g_assert_cmpint (a.error, ==, BT_MSE_ERROR_TIMEOUT);
  g_assert_cmpint (b.error, ==, BT_MSE_ERROR_TIMEOUT);
  g_assert_cmpuint (bt_mse_deadline (&a), ==, UINT64_MAX);
  g_assert_cmpuint (bt_mse_want (&b), ==, 0);
  bt_mse_tick (&a, UINT64_MAX - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  memset (skey, 0xaa, sizeof skey);
  g_test_add_func ("/mse/example", test_example);
  g_test_add_func ("/mse/methods", test_methods);
  g_test_add_func ("/mse/seeds", test_seeds);
  g_test_add_func ("/mse/plain", test_plain);
  g_test_add_func ("/mse/plain-reply", test_plain_reply);
  g_test_add_func ("/mse/requests", test_requests);
  g_test_add_func ("/mse/replies", test_replies);
  g_test_add_func ("/mse/false-starts", test_false_starts);
  g_test_add_func ("/mse/time", test_time);
  return g_test_run ();
}
