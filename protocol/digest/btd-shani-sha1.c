/* btd-shani-sha1.c: SHA-1 with the SHA instructions of x86-64, one to four streams interleaved.
 *
 * One stream is bound by the latency of sha1rnds4, so the streams advance together by four rounds
 * at a time. Source: Intel SDM volume 2, SHA1RNDS4, SHA1NEXTE, SHA1MSG1, SHA1MSG2. */
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

/* The words of the registers stand in reverse: a or word 0 is the highest. */
#define STATE_LOAD(s, i)                                                                           \
  do                                                                                               \
    {                                                                                              \
      __m128i loaded = _mm_loadu_si128 ((const __m128i *) (const void *) h[s]);                    \
      abcd[s] = _mm_shuffle_epi32 (loaded, 0x1b);                                                  \
      e[s] = _mm_set_epi32 ((int) h[s][4], 0, 0, 0);                                               \
    }                                                                                              \
  while (0)

#define STATE_STORE(s, i)                                                                          \
  do                                                                                               \
    {                                                                                              \
      _mm_storeu_si128 ((__m128i *) (void *) h[s], _mm_shuffle_epi32 (abcd[s], 0x1b));             \
      h[s][4] = (uint32_t) _mm_extract_epi32 (e[s], 3);                                            \
    }                                                                                              \
  while (0)

#define WORDS_LOAD(s, i)                                                                           \
  w[s][i] = _mm_shuffle_epi8 (                                                                     \
      _mm_loadu_si128 ((const __m128i *) (const void *) (data[s] + offset + 16 * (i))), reverse)

/* Words 4i + 16 to 4i + 19 take the place of 4i to 4i + 3. */
#define WORDS_NEXT(s, i)                                                                           \
  w[s][(i) &3] = _mm_sha1msg2_epu32 (                                                              \
      _mm_xor_si128 (_mm_sha1msg1_epu32 (w[s][(i) &3], w[s][((i) + 1) & 3]), w[s][((i) + 2) & 3]), \
      w[s][((i) + 3) & 3])

#define ROUNDS_FIRST(s, i)                                                                         \
  do                                                                                               \
    {                                                                                              \
      abcd_start[s] = before[s] = abcd[s];                                                         \
      abcd[s] = _mm_sha1rnds4_epu32 (abcd[s], _mm_add_epi32 (e[s], w[s][0]), 0);                   \
    }                                                                                              \
  while (0)

/* Rounds 4i to 4i + 3; e comes out of the a of four rounds @before. */
#define ROUNDS(s, i)                                                                               \
  do                                                                                               \
    {                                                                                              \
      __m128i e_and_words = _mm_sha1nexte_epu32 (before[s], w[s][(i) &3]);                         \
      before[s] = abcd[s];                                                                         \
      abcd[s] = _mm_sha1rnds4_epu32 (abcd[s], e_and_words, (i) / 5);                               \
    }                                                                                              \
  while (0)

#define ADD_START(s, i)                                                                            \
  do                                                                                               \
    {                                                                                              \
      e[s] = _mm_sha1nexte_epu32 (before[s], e[s]);                                                \
      abcd[s] = _mm_add_epi32 (abcd[s], abcd_start[s]);                                            \
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

#define QUADS4(i)                                                                                  \
  do                                                                                               \
    {                                                                                              \
      QUAD ((i));                                                                                  \
      QUAD ((i) + 1);                                                                              \
      QUAD ((i) + 2);                                                                              \
      QUAD ((i) + 3);                                                                              \
    }                                                                                              \
  while (0)

TARGET static inline __attribute__ ((always_inline)) void
sha1_streams (const unsigned n, uint32_t *const *h, const uint8_t *const *data, size_t n_blocks)
{
  const __m128i reverse = _mm_set_epi64x (0x0001020304050607, 0x08090a0b0c0d0e0f);
  __m128i abcd[4], e[4], before[4], abcd_start[4], w[4][4];

  EACH (STATE_LOAD, 0);
  for (size_t offset = 0; offset < n_blocks * BTD_BLOCK_LEN; offset += BTD_BLOCK_LEN)
    {
      EACH (WORDS_LOAD, 0);
      EACH (WORDS_LOAD, 1);
      EACH (WORDS_LOAD, 2);
      EACH (WORDS_LOAD, 3);
      EACH (ROUNDS_FIRST, 0);
      EACH (WORDS_NEXT, 0);
      QUAD (1);
      QUAD (2);
      QUAD (3);
      QUADS4 (4);
      QUADS4 (8);
      QUADS4 (12);
      EACH (ROUNDS, 16);
      EACH (ROUNDS, 17);
      EACH (ROUNDS, 18);
      EACH (ROUNDS, 19);
      EACH (ADD_START, 0);
    }
  EACH (STATE_STORE, 0);
}

TARGET void
btd_shani_sha1 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  bt_assert (k >= 1 && k <= BTD_SHANI_LANES);
  if (k == 4)
    sha1_streams (4, h, data, n_blocks);
  else if (k == 3)
    sha1_streams (3, h, data, n_blocks);
  else if (k == 2)
    sha1_streams (2, h, data, n_blocks);
  else
    sha1_streams (1, h, data, n_blocks);
}
