/* btd-scalar.c: SHA-1 and SHA-256 in plain integer registers, one stream after the other.
 *
 * For the vector engines when too few lanes have work. Source: FIPS 180-4, section 6. */
#include "protocol/digest/btd-engines-private.h"

#include <string.h>

#define ROL(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define CH(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MAJ(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))
#define PARITY(x, y, z) ((x) ^ (y) ^ (z))

#define BIG_SIGMA0(x) (ROL (x, 30) ^ ROL (x, 19) ^ ROL (x, 10))
#define BIG_SIGMA1(x) (ROL (x, 26) ^ ROL (x, 21) ^ ROL (x, 7))
#define SMALL_SIGMA0(x) (ROL (x, 25) ^ ROL (x, 14) ^ (x) >> 3)
#define SMALL_SIGMA1(x) (ROL (x, 15) ^ ROL (x, 13) ^ (x) >> 10)

#define TARGET __attribute__ ((target ("bmi2")))

/* Words 0 to 15 of the schedule; later words replace the one 16 before them. */
static inline void
block_read (uint32_t w[16], const uint8_t *block)
{
  memcpy (w, block, BTD_BLOCK_LEN);
  for (unsigned i = 0; i < 16; i++)
    w[i] = __builtin_bswap32 (w[i]);
}

#define SHA1_ROUND(a, b, c, d, e, f, k, i)                                                         \
  do                                                                                               \
    {                                                                                              \
      if ((i) >= 16)                                                                               \
        w[(i) &15]                                                                                 \
            = ROL (w[(i) &15] ^ w[((i) + 2) & 15] ^ w[((i) + 8) & 15] ^ w[((i) + 13) & 15], 1);    \
      e += ROL (a, 5) + f (b, c, d) + (k) + w[(i) &15];                                            \
      b = ROL (b, 30);                                                                             \
    }                                                                                              \
  while (0)

#define SHA1_ROUNDS5(f, k, i)                                                                      \
  do                                                                                               \
    {                                                                                              \
      SHA1_ROUND (a, b, c, d, e, f, k, (i) + 0);                                                   \
      SHA1_ROUND (e, a, b, c, d, f, k, (i) + 1);                                                   \
      SHA1_ROUND (d, e, a, b, c, f, k, (i) + 2);                                                   \
      SHA1_ROUND (c, d, e, a, b, f, k, (i) + 3);                                                   \
      SHA1_ROUND (b, c, d, e, a, f, k, (i) + 4);                                                   \
    }                                                                                              \
  while (0)

#define SHA1_ROUNDS20(f, k, i)                                                                     \
  do                                                                                               \
    {                                                                                              \
      SHA1_ROUNDS5 (f, k, (i) + 0);                                                                \
      SHA1_ROUNDS5 (f, k, (i) + 5);                                                                \
      SHA1_ROUNDS5 (f, k, (i) + 10);                                                               \
      SHA1_ROUNDS5 (f, k, (i) + 15);                                                               \
    }                                                                                              \
  while (0)

TARGET static void
sha1_block (uint32_t *h, const uint8_t *block)
{
  uint32_t w[16];
  uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

  block_read (w, block);
  SHA1_ROUNDS20 (CH, BTD_SHA1_K0, 0);
  SHA1_ROUNDS20 (PARITY, BTD_SHA1_K1, 20);
  SHA1_ROUNDS20 (MAJ, BTD_SHA1_K2, 40);
  SHA1_ROUNDS20 (PARITY, BTD_SHA1_K3, 60);
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
  h[4] += e;
}

#define SHA256_ROUND(a, b, c, d, e, f, g, h, i)                                                    \
  do                                                                                               \
    {                                                                                              \
      if (t > 0)                                                                                   \
        w[i] += SMALL_SIGMA0 (w[((i) + 1) & 15]) + w[((i) + 9) & 15]                               \
                + SMALL_SIGMA1 (w[((i) + 14) & 15]);                                               \
      h += BIG_SIGMA1 (e) + CH (e, f, g) + btd_sha256_k[t + (i)] + w[i];                           \
      d += h;                                                                                      \
      h += BIG_SIGMA0 (a) + MAJ (a, b, c);                                                         \
    }                                                                                              \
  while (0)

#define SHA256_ROUNDS8(i)                                                                          \
  do                                                                                               \
    {                                                                                              \
      SHA256_ROUND (a, b, c, d, e, f, g, h, (i) + 0);                                              \
      SHA256_ROUND (h, a, b, c, d, e, f, g, (i) + 1);                                              \
      SHA256_ROUND (g, h, a, b, c, d, e, f, (i) + 2);                                              \
      SHA256_ROUND (f, g, h, a, b, c, d, e, (i) + 3);                                              \
      SHA256_ROUND (e, f, g, h, a, b, c, d, (i) + 4);                                              \
      SHA256_ROUND (d, e, f, g, h, a, b, c, (i) + 5);                                              \
      SHA256_ROUND (c, d, e, f, g, h, a, b, (i) + 6);                                              \
      SHA256_ROUND (b, c, d, e, f, g, h, a, (i) + 7);                                              \
    }                                                                                              \
  while (0)

TARGET static void
sha256_block (uint32_t *state, const uint8_t *block)
{
  uint32_t w[16];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

  block_read (w, block);
  for (unsigned t = 0; t < 64; t += 16)
    {
      SHA256_ROUNDS8 (0);
      SHA256_ROUNDS8 (8);
    }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

void
btd_scalar_sha1 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  for (unsigned i = 0; i < k; i++)
    for (size_t block = 0; block < n_blocks; block++)
      sha1_block (h[i], data[i] + block * BTD_BLOCK_LEN);
}

void
btd_scalar_sha256 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  for (unsigned i = 0; i < k; i++)
    for (size_t block = 0; block < n_blocks; block++)
      sha256_block (h[i], data[i] + block * BTD_BLOCK_LEN);
}
