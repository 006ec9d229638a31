/* test-bt-arc4.c: known key streams, pieces of any length, and the cipher as a textbook has it. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-arc4.h"
#include "protocol/core/bt-hex.h"

static void
assert_stream (BtArc4 *arc4, const char *hex)
{
  size_t len = strlen (hex) / 2;
  g_autofree uint8_t *out = g_malloc0 (len);
  g_autofree char *text = g_malloc (2 * len + 1);

  bt_arc4_crypt (arc4, out, out, len);
  bt_hex_write (out, len, text);
  g_assert_cmpstr (text, ==, hex);
}

static void
test_vectors (void)
{
  static const uint8_t rising[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
  BtArc4 arc4;

  bt_arc4_init (&arc4, (const uint8_t *) "Key", 3);
  assert_stream (&arc4, "eb9f7781b734ca72a7194a2867b64295");

  /* RFC 6229, the key of 128 bits */
  bt_arc4_init (&arc4, rising, sizeof rising);
  assert_stream (&arc4, "9ac7cc9a609d1ef7b2932899cde41b97");
  bt_arc4_skip (&arc4, 1024 - 16);
  assert_stream (&arc4, "bdf0324e6083dcc6d3cedd3ca8c53c16");
  bt_arc4_init_mse (&arc4, rising, sizeof rising);
  assert_stream (&arc4, "bdf0324e6083dcc6d3cedd3ca8c53c16");
}

/* The key that a handshake of two known private keys and a known info-hash arrives at. */
static void
test_mse_key (void)
{
  uint8_t key[20];
  BtArc4 arc4;

  g_assert_true (bt_hex_parse ("3411779bcae875baabf87b62334fff54ab21c4e8", 40, key, sizeof key));
  bt_arc4_init_mse (&arc4, key, sizeof key);
  assert_stream (&arc4, "9c4d2fe499f8f0af");
}

/* However a stream is cut, it is the same stream. */
static void
test_cuts (void)
{
  enum
  {
    TOTAL = 3000
  };
  uint8_t whole[TOTAL] = { 0 };
  BtArc4 one;
  BtArc4 cut;

  bt_arc4_init_mse (&one, (const uint8_t *) "secret", 6);
  bt_arc4_crypt (&one, whole, whole, sizeof whole);
  for (size_t step = 1; step < 300; step += 7)
    {
      bt_arc4_init_mse (&cut, (const uint8_t *) "secret", 6);
      for (size_t done = 0; done < TOTAL;)
        {
          size_t len = MIN (step, TOTAL - done);
          g_autofree uint8_t *src = g_malloc0 (len);
          g_autofree uint8_t *dst = g_malloc (len);

          bt_arc4_crypt (&cut, src, dst, len);
          g_assert_cmpmem (dst, len, whole + done, len);
          done += len;
        }
    }
}

/* Byte by byte, with nothing fetched ahead. */
typedef struct
{
  uint8_t s[256];
  uint8_t i;
  uint8_t j;
} Plain;

static void
plain_init (Plain *self, const uint8_t *key, size_t len)
{
  uint8_t j = 0;

  *self = (Plain){ .i = 0 };
  for (unsigned i = 0; i < 256; i++)
    self->s[i] = (uint8_t) i;
  for (unsigned i = 0; i < 256; i++)
    {
      uint8_t t = self->s[i];

      j = (uint8_t) (j + t + key[i % len]);
      self->s[i] = self->s[j];
      self->s[j] = t;
    }
}

static uint8_t
plain_next (Plain *self)
{
  uint8_t *a = &self->s[++self->i];
  uint8_t *b = &self->s[self->j = (uint8_t) (self->j + *a)];
  uint8_t t = *a;

  *a = *b;
  *b = t;
  return self->s[(uint8_t) (*a + *b)];
}

/* Long enough that each index meets each case of an entry that was just exchanged. */
static void
test_plain (void)
{
  enum
  {
    TURNS = 4000,
    MOST = 300
  };
  uint8_t bytes[MOST];
  uint8_t wanted[MOST];

  for (uint8_t key = 1; key < 6; key++)
    {
      Plain plain;
      BtArc4 arc4;

      plain_init (&plain, &key, 1);
      bt_arc4_init (&arc4, &key, 1);
      for (unsigned turn = 0; turn < TURNS; turn++)
        {
          size_t len = (turn * 37u) % MOST;

          for (size_t i = 0; i < len; i++)
            {
              bytes[i] = (uint8_t) (turn + i);
              wanted[i] = bytes[i] ^ plain_next (&plain);
            }
          bt_arc4_crypt (&arc4, bytes, bytes, len);
          g_assert_cmpmem (bytes, len, wanted, len);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arc4/vectors", test_vectors);
  g_test_add_func ("/arc4/mse-key", test_mse_key);
  g_test_add_func ("/arc4/cuts", test_cuts);
  g_test_add_func ("/arc4/plain", test_plain);
  return g_test_run ();
}
