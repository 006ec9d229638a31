/* btd-wide-template.h: SHA-1 and SHA-256 of many streams, one stream in each element of a vector.
 *
 * A template: the unit that includes it defines WIDE_TARGET (an attribute), WIDE_LANES, the type
 * Wide, and the operations
 *   WIDE_ADD (x, y)  WIDE_XOR3 (x, y, z)  WIDE_ROL (x, n)  WIDE_SHR (x, n)  WIDE_SET1 (u32)
 *   WIDE_CH (x, y, z)  WIDE_MAJ (x, y, z)  WIDE_SWAP (x) (bytes of each word)
 *   WIDE_UNPACKLO32, WIDE_UNPACKHI32, WIDE_UNPACKLO64, WIDE_UNPACKHI64 (x, y), within 128 bits
 *   WIDE_LOWS (x, y), WIDE_HIGHS (x, y): the low, or high, 128 bits of each 256 of x, then of y
 *   wide_load (rows, j), wide_store (rows, j, x): 8 words at rows[j], and at rows[j + 8] if there
 *   are 16 lanes.
 * and gets wide_sha1(), wide_sha1_zeros() and wide_sha256(), which want pointers for all lanes.
 * Source: FIPS 180-4, section 6. */

/* In place of loops, which would keep the vectors in memory where they are not unrolled. */
#define WIDE_EACH4(DO, i)                                                                          \
  do                                                                                               \
    {                                                                                              \
      DO ((i));                                                                                    \
      DO ((i) + 1);                                                                                \
      DO ((i) + 2);                                                                                \
      DO ((i) + 3);                                                                                \
    }                                                                                              \
  while (0)

#define WIDE_EACH8(DO)                                                                             \
  do                                                                                               \
    {                                                                                              \
      WIDE_EACH4 (DO, 0);                                                                          \
      WIDE_EACH4 (DO, 4);                                                                          \
    }                                                                                              \
  while (0)

#define WIDE_PAIR(i)                                                                               \
  do                                                                                               \
    {                                                                                              \
      pairs[2 * (i)] = WIDE_UNPACKLO32 (x[2 * (i)], x[2 * (i) + 1]);                               \
      pairs[2 * (i) + 1] = WIDE_UNPACKHI32 (x[2 * (i)], x[2 * (i) + 1]);                           \
    }                                                                                              \
  while (0)

/* Of the pairs i and i + 2; the quads of a half stand in the order of the words. */
#define WIDE_QUAD(i)                                                                               \
  do                                                                                               \
    {                                                                                              \
      unsigned low = (i) / 2 * 4 + (i) % 2;                                                        \
      unsigned out = (i) / 2 * 4 + (i) % 2 * 2;                                                    \
      quads[out] = WIDE_UNPACKLO64 (pairs[low], pairs[low + 2]);                                   \
      quads[out + 1] = WIDE_UNPACKHI64 (pairs[low], pairs[low + 2]);                               \
    }                                                                                              \
  while (0)

#define WIDE_COLUMN(i)                                                                             \
  do                                                                                               \
    {                                                                                              \
      x[i] = WIDE_LOWS (quads[i], quads[(i) + 4]);                                                 \
      x[(i) + 4] = WIDE_HIGHS (quads[i], quads[(i) + 4]);                                          \
    }                                                                                              \
  while (0)

/* Turns 8 rows of one lane each into 8 columns of one word each, or back. */
WIDE_TARGET static inline __attribute__ ((always_inline)) void
wide_transpose (Wide x[8])
{
  Wide pairs[8], quads[8];

  WIDE_EACH4 (WIDE_PAIR, 0);
  WIDE_EACH4 (WIDE_QUAD, 0);
  WIDE_EACH4 (WIDE_COLUMN, 0);
}

#define WIDE_STATE_LOAD(j) state[j] = wide_load ((const void *const *) h, j, 0)
#define WIDE_STATE_STORE(j) wide_store ((void *const *) h, j, state[j])

WIDE_TARGET static inline __attribute__ ((always_inline)) void
wide_state_load (Wide state[8], uint32_t *const *h)
{
  WIDE_EACH8 (WIDE_STATE_LOAD);
  wide_transpose (state);
}

WIDE_TARGET static inline __attribute__ ((always_inline)) void
wide_state_store (Wide state[8], uint32_t *const *h)
{
  wide_transpose (state);
  WIDE_EACH8 (WIDE_STATE_STORE);
}

/* Both halves of a line at once: streams at equal distances share a set of the cache, which has
 * room for fewer lines than there are lanes. */
#define WIDE_WORDS_LOAD(j)                                                                         \
  do                                                                                               \
    {                                                                                              \
      w[j] = WIDE_SWAP (wide_load ((const void *const *) data, j, offset));                        \
      w[(j) + 8] = WIDE_SWAP (wide_load ((const void *const *) data, j, offset + 32));             \
    }                                                                                              \
  while (0)

WIDE_TARGET static inline __attribute__ ((always_inline)) void
wide_words_load (Wide w[16], const uint8_t *const *data, size_t offset)
{
  WIDE_EACH8 (WIDE_WORDS_LOAD);
  wide_transpose (w);
  wide_transpose (w + 8);
}

#define WIDE_SHA1_ROUND(a, b, c, d, e, f, i)                                                       \
  do                                                                                               \
    {                                                                                              \
      if ((i) >= 16)                                                                               \
        w[(i) &15]                                                                                 \
            = WIDE_ROL (WIDE_XOR (WIDE_XOR3 (w[(i) &15], w[((i) + 2) & 15], w[((i) + 8) & 15]),    \
                                  w[((i) + 13) & 15]),                                             \
                        1);                                                                        \
      e = WIDE_ADD (WIDE_ADD (e, WIDE_ADD (k, w[(i) &15])),                                        \
                    WIDE_ADD (f (b, c, d), WIDE_ROL (a, 5)));                                      \
      b = WIDE_ROL (b, 30);                                                                        \
    }                                                                                              \
  while (0)

#define WIDE_SHA1_ROUNDS5(f, i)                                                                    \
  do                                                                                               \
    {                                                                                              \
      WIDE_SHA1_ROUND (a, b, c, d, e, f, (i));                                                     \
      WIDE_SHA1_ROUND (e, a, b, c, d, f, (i) + 1);                                                 \
      WIDE_SHA1_ROUND (d, e, a, b, c, f, (i) + 2);                                                 \
      WIDE_SHA1_ROUND (c, d, e, a, b, f, (i) + 3);                                                 \
      WIDE_SHA1_ROUND (b, c, d, e, a, f, (i) + 4);                                                 \
    }                                                                                              \
  while (0)

#define WIDE_SHA1_ROUNDS20(f, constant, i)                                                         \
  do                                                                                               \
    {                                                                                              \
      const Wide k = WIDE_SET1 (constant);                                                         \
      WIDE_SHA1_ROUNDS5 (f, (i));                                                                  \
      WIDE_SHA1_ROUNDS5 (f, (i) + 5);                                                              \
      WIDE_SHA1_ROUNDS5 (f, (i) + 10);                                                             \
      WIDE_SHA1_ROUNDS5 (f, (i) + 15);                                                             \
    }                                                                                              \
  while (0)

WIDE_TARGET static void
wide_sha1 (uint32_t *const *h, const uint8_t *const *data, size_t n_blocks)
{
  Wide state[8];

  wide_state_load (state, h);
  for (size_t block = 0; block < n_blocks; block++)
    {
      Wide w[16];
      Wide a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];

      wide_words_load (w, data, block * BTD_BLOCK_LEN);
      WIDE_SHA1_ROUNDS20 (WIDE_CH, BTD_SHA1_K0, 0);
      WIDE_SHA1_ROUNDS20 (WIDE_XOR3, BTD_SHA1_K1, 20);
      WIDE_SHA1_ROUNDS20 (WIDE_MAJ, BTD_SHA1_K2, 40);
      WIDE_SHA1_ROUNDS20 (WIDE_XOR3, BTD_SHA1_K3, 60);
      state[0] = WIDE_ADD (state[0], a);
      state[1] = WIDE_ADD (state[1], b);
      state[2] = WIDE_ADD (state[2], c);
      state[3] = WIDE_ADD (state[3], d);
      state[4] = WIDE_ADD (state[4], e);
    }
  wide_state_store (state, h);
}

/* A round of a block of zeros: every word of its schedule is zero. */
#define WIDE_SHA1_ZERO_ROUND(a, b, c, d, e, f)                                                     \
  do                                                                                               \
    {                                                                                              \
      e = WIDE_ADD (WIDE_ADD (e, k), WIDE_ADD (f (b, c, d), WIDE_ROL (a, 5)));                     \
      b = WIDE_ROL (b, 30);                                                                        \
    }                                                                                              \
  while (0)

#define WIDE_SHA1_ZERO_ROUNDS20(f, constant)                                                       \
  do                                                                                               \
    {                                                                                              \
      const Wide k = WIDE_SET1 (constant);                                                         \
      for (unsigned i = 0; i < 4; i++)                                                             \
        {                                                                                          \
          WIDE_SHA1_ZERO_ROUND (a, b, c, d, e, f);                                                 \
          WIDE_SHA1_ZERO_ROUND (e, a, b, c, d, f);                                                 \
          WIDE_SHA1_ZERO_ROUND (d, e, a, b, c, f);                                                 \
          WIDE_SHA1_ZERO_ROUND (c, d, e, a, b, f);                                                 \
          WIDE_SHA1_ZERO_ROUND (b, c, d, e, a, f);                                                 \
        }                                                                                          \
    }                                                                                              \
  while (0)

WIDE_TARGET static void
wide_sha1_zeros (uint32_t *const *h, const uint8_t *const *data, size_t n_blocks)
{
  Wide state[8];

  (void) data; /* there is none */
  wide_state_load (state, h);
  for (size_t block = 0; block < n_blocks; block++)
    {
      Wide a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];

      WIDE_SHA1_ZERO_ROUNDS20 (WIDE_CH, BTD_SHA1_K0);
      WIDE_SHA1_ZERO_ROUNDS20 (WIDE_XOR3, BTD_SHA1_K1);
      WIDE_SHA1_ZERO_ROUNDS20 (WIDE_MAJ, BTD_SHA1_K2);
      WIDE_SHA1_ZERO_ROUNDS20 (WIDE_XOR3, BTD_SHA1_K3);
      state[0] = WIDE_ADD (state[0], a);
      state[1] = WIDE_ADD (state[1], b);
      state[2] = WIDE_ADD (state[2], c);
      state[3] = WIDE_ADD (state[3], d);
      state[4] = WIDE_ADD (state[4], e);
    }
  wide_state_store (state, h);
}

#define WIDE_BIG_SIGMA0(x) WIDE_XOR3 (WIDE_ROL (x, 30), WIDE_ROL (x, 19), WIDE_ROL (x, 10))
#define WIDE_BIG_SIGMA1(x) WIDE_XOR3 (WIDE_ROL (x, 26), WIDE_ROL (x, 21), WIDE_ROL (x, 7))
#define WIDE_SMALL_SIGMA0(x) WIDE_XOR3 (WIDE_ROL (x, 25), WIDE_ROL (x, 14), WIDE_SHR (x, 3))
#define WIDE_SMALL_SIGMA1(x) WIDE_XOR3 (WIDE_ROL (x, 15), WIDE_ROL (x, 13), WIDE_SHR (x, 10))

#define WIDE_SHA256_ROUND(a, b, c, d, e, f, g, h, i)                                               \
  do                                                                                               \
    {                                                                                              \
      if (t > 0)                                                                                   \
        w[i] = WIDE_ADD (WIDE_ADD (w[i], WIDE_SMALL_SIGMA0 (w[((i) + 1) & 15])),                   \
                         WIDE_ADD (w[((i) + 9) & 15], WIDE_SMALL_SIGMA1 (w[((i) + 14) & 15])));    \
      h = WIDE_ADD (h, WIDE_ADD (w[i], WIDE_SET1 (btd_sha256_k[t + (i)])));                        \
      h = WIDE_ADD (h, WIDE_ADD (WIDE_CH (e, f, g), WIDE_BIG_SIGMA1 (e)));                         \
      d = WIDE_ADD (d, h);                                                                         \
      h = WIDE_ADD (h, WIDE_ADD (WIDE_MAJ (a, b, c), WIDE_BIG_SIGMA0 (a)));                        \
    }                                                                                              \
  while (0)

#define WIDE_SHA256_ROUNDS8(i)                                                                     \
  do                                                                                               \
    {                                                                                              \
      WIDE_SHA256_ROUND (a, b, c, d, e, f, g, h, (i));                                             \
      WIDE_SHA256_ROUND (h, a, b, c, d, e, f, g, (i) + 1);                                         \
      WIDE_SHA256_ROUND (g, h, a, b, c, d, e, f, (i) + 2);                                         \
      WIDE_SHA256_ROUND (f, g, h, a, b, c, d, e, (i) + 3);                                         \
      WIDE_SHA256_ROUND (e, f, g, h, a, b, c, d, (i) + 4);                                         \
      WIDE_SHA256_ROUND (d, e, f, g, h, a, b, c, (i) + 5);                                         \
      WIDE_SHA256_ROUND (c, d, e, f, g, h, a, b, (i) + 6);                                         \
      WIDE_SHA256_ROUND (b, c, d, e, f, g, h, a, (i) + 7);                                         \
    }                                                                                              \
  while (0)

WIDE_TARGET static inline void
wide_sha256_block (Wide state[8], Wide w[16])
{
  Wide a = state[0], b = state[1], c = state[2], d = state[3];
  Wide e = state[4], f = state[5], g = state[6], h = state[7];

  for (unsigned t = 0; t < 64; t += 16)
    {
      WIDE_SHA256_ROUNDS8 (0);
      WIDE_SHA256_ROUNDS8 (8);
    }
  state[0] = WIDE_ADD (state[0], a);
  state[1] = WIDE_ADD (state[1], b);
  state[2] = WIDE_ADD (state[2], c);
  state[3] = WIDE_ADD (state[3], d);
  state[4] = WIDE_ADD (state[4], e);
  state[5] = WIDE_ADD (state[5], f);
  state[6] = WIDE_ADD (state[6], g);
  state[7] = WIDE_ADD (state[7], h);
}

WIDE_TARGET static void
wide_sha256 (uint32_t *const *h, const uint8_t *const *data, size_t n_blocks)
{
  Wide state[8];

  wide_state_load (state, h);
  for (size_t block = 0; block < n_blocks; block++)
    {
      Wide w[16];

      wide_words_load (w, data, block * BTD_BLOCK_LEN);
      wide_sha256_block (state, w);
    }
  wide_state_store (state, h);
}

typedef void WideRun (uint32_t *const *h, const uint8_t *const *data, size_t n_blocks);

/* Lanes without a stream repeat the work of lane 0 on a chaining value that is thrown away. */
static void
wide_fill_and_run (WideRun *run, uint32_t *const *h, const uint8_t *const *data, unsigned k,
                   size_t n_blocks)
{
  uint32_t idle[BTD_STATE_WORDS] = { 0 };
  uint32_t *all_h[WIDE_LANES];
  const uint8_t *all_data[WIDE_LANES];

  bt_assert (k >= 1 && k <= WIDE_LANES);
  for (unsigned i = 0; i < WIDE_LANES; i++)
    {
      all_h[i] = i < k ? h[i] : idle;
      all_data[i] = data == NULL ? NULL : i < k ? data[i] : data[0];
    }
  run (all_h, all_data, n_blocks);
}
