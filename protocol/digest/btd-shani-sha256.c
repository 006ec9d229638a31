/* btd-shani-sha256.c: SHA-256 with the SHA instructions of x86-64, one to four streams interleaved.
 *
 * One stream is bound by the latency of sha256rnds2, so the streams advance together by four
 * rounds at a time. Source: Intel SDM volume 2, SHA256RNDS2, SHA256MSG1, SHA256MSG2. */
#include "protocol/digest/btd-engines-private.h"

#include <immintrin.h>

#include "protocol/core/bt-assert.h"

#define TARGET __attribute__ ((target ("sha,sse4.1,ssse3")))

/* Does STEP for each of the @n streams; @n is a constant wherever this is inlined. */
#define EACH(STEP, i)                                                                              \
  do                                                                                               \
    {                                                                                              \
      STEP (0, i);                                                                                 \
      if (n > 1)                                                                                   \
        STEP (1, i);                                                                               \
      if (n > 2)                                                                                   \
        STEP (2, i);                                                                               \
      if (n > 3)                                                                                   \
        STEP (3, i);                                                                               \
    }                                                                                              \
  while (0)

/* The instructions want the words as (a, b, e, f) and (c, d, g, h), the first the highest. */
#define STATE_LOAD(s, i)                                                                           \
  do                                                                                               \
    {                                                                                              \
      const __m128i *halves = (const __m128i *) (const void *) h[s];                               \
      __m128i abcd = _mm_shuffle_epi32 (_mm_loadu_si128 (halves), 0x1b);                           \
      __m128i efgh = _mm_shuffle_epi32 (_mm_loadu_si128 (halves + 1), 0x1b);                       \
      abef[s] = _mm_unpackhi_epi64 (efgh, abcd);                                                   \
      cdgh[s] = _mm_unpacklo_epi64 (efgh, abcd);                                                   \
    }                                                                                              \
  while (0)

#define STATE_STORE(s, i)                                                                          \
  do                                                                                               \
    {                                                                                              \
      __m128i *halves = (__m128i *) (void *) h[s];                                                 \
      __m128i abcd = _mm_unpackhi_epi64 (cdgh[s], abef[s]);                                        \
      __m128i efgh = _mm_unpacklo_epi64 (cdgh[s], abef[s]);                                        \
      _mm_storeu_si128 (halves, _mm_shuffle_epi32 (abcd, 0x1b));                                   \
      _mm_storeu_si128 (halves + 1, _mm_shuffle_epi32 (efgh, 0x1b));                               \
    }                                                                                              \
  while (0)

#define WORDS_LOAD(s, i)                                                                           \
  w[s][i] = _mm_shuffle_epi8 (                                                                     \
      _mm_loadu_si128 ((const __m128i *) (const void *) (data[s] + offset + 16 * (i))), swap)

/* Words 4i + 16 to 4i + 19 take the place of 4i to 4i + 3. */
#define WORDS_NEXT(s, i)                                                                           \
  w[s][(i) &3] = _mm_sha256msg2_epu32 (                                                            \
      _mm_add_epi32 (_mm_sha256msg1_epu32 (w[s][(i) &3], w[s][((i) + 1) & 3]),                     \
                     _mm_alignr_epi8 (w[s][((i) + 3) & 3], w[s][((i) + 2) & 3], 4)),               \
      w[s][((i) + 3) & 3])

/* Rounds 4i to 4i + 3: two instructions, each of which renames one half of the state. */
#define ROUNDS(s, i)                                                                               \
  do                                                                                               \
    {                                                                                              \
      __m128i words = _mm_add_epi32 (w[s][(i) &3], k4[i]);                                         \
      cdgh[s] = _mm_sha256rnds2_epu32 (cdgh[s], abef[s], words);                                   \
      abef[s] = _mm_sha256rnds2_epu32 (abef[s], cdgh[s], _mm_shuffle_epi32 (words, 0x0e));         \
    }                                                                                              \
  while (0)

#define KEEP_START(s, i)                                                                           \
  do                                                                                               \
    {                                                                                              \
      abef_start[s] = abef[s];                                                                     \
      cdgh_start[s] = cdgh[s];                                                                     \
    }                                                                                              \
  while (0)

#define ADD_START(s, i)                                                                            \
  do                                                                                               \
    {                                                                                              \
      abef[s] = _mm_add_epi32 (abef[s], abef_start[s]);                                            \
      cdgh[s] = _mm_add_epi32 (cdgh[s], cdgh_start[s]);                                            \
    }                                                                                              \
  while (0)

/* The words for four quads later come after the rounds, which are what the streams wait for. */
#define QUAD(i)                                                                                    \
  do                                                                                               \
    {                                                                                              \
      EACH (ROUNDS, i);                                                                            \
      EACH (WORDS_NEXT, i);                                                                        \
    }                                                                                              \
  while (0)

#define QUAD_LAST(i) EACH (ROUNDS, i)

#define QUADS4(KIND, i)                                                                            \
  do                                                                                               \
    {                                                                                              \
      KIND ((i));                                                                                  \
      KIND ((i) + 1);                                                                              \
      KIND ((i) + 2);                                                                              \
      KIND ((i) + 3);                                                                              \
    }                                                                                              \
  while (0)

TARGET static inline __attribute__ ((always_inline)) void
sha256_streams (const unsigned n, uint32_t *const *h, const uint8_t *const *data, size_t n_blocks)
{
  const __m128i swap = _mm_set_epi64x (0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i *k4 = (const __m128i *) (const void *) btd_sha256_k;
  __m128i abef[4], cdgh[4], abef_start[4], cdgh_start[4], w[4][4];

  EACH (STATE_LOAD, 0);
  for (size_t offset = 0; offset < n_blocks * BTD_BLOCK_LEN; offset += BTD_BLOCK_LEN)
    {
      EACH (KEEP_START, 0);
      EACH (WORDS_LOAD, 0);
      EACH (WORDS_LOAD, 1);
      EACH (WORDS_LOAD, 2);
      EACH (WORDS_LOAD, 3);
      QUADS4 (QUAD, 0);
      QUADS4 (QUAD, 4);
      QUADS4 (QUAD, 8);
      QUADS4 (QUAD_LAST, 12);
      EACH (ADD_START, 0);
    }
  EACH (STATE_STORE, 0);
}

TARGET void
btd_shani_sha256 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  bt_assert (k >= 1 && k <= BTD_SHANI_LANES);
  if (k == 4)
    sha256_streams (4, h, data, n_blocks);
  else if (k == 3)
    sha256_streams (3, h, data, n_blocks);
  else if (k == 2)
    sha256_streams (2, h, data, n_blocks);
  else
    sha256_streams (1, h, data, n_blocks);
}
