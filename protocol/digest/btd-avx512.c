/* btd-avx512.c: SHA-1 and SHA-256 of up to 16 streams with AVX-512. */
#include "protocol/digest/btd-engines-private.h"

#include <immintrin.h>

#include "protocol/core/bt-assert.h"

#define WIDE_TARGET __attribute__ ((target ("avx512f,avx512bw")))
#define WIDE_LANES BTD_AVX512_LANES

typedef __m512i Wide;

/* The last argument of vpternlogd is the truth table of the function. */
#define WIDE_ADD(x, y) _mm512_add_epi32 (x, y)
#define WIDE_XOR(x, y) _mm512_xor_si512 (x, y)
#define WIDE_XOR3(x, y, z) _mm512_ternarylogic_epi32 (x, y, z, 0x96)
#define WIDE_SHR(x, n) _mm512_srli_epi32 (x, n)
#define WIDE_ROL(x, n) _mm512_rol_epi32 (x, n)
#define WIDE_SET1(u32) _mm512_set1_epi32 ((int) (u32))
#define WIDE_CH(x, y, z) _mm512_ternarylogic_epi32 (x, y, z, 0xca)
#define WIDE_MAJ(x, y, z) _mm512_ternarylogic_epi32 (x, y, z, 0xe8)
#define WIDE_SWAP(x)                                                                               \
  _mm512_shuffle_epi8 (x, _mm512_set_epi64 (0x0c0d0e0f08090a0b, 0x0405060700010203,                \
                                            0x0c0d0e0f08090a0b, 0x0405060700010203,                \
                                            0x0c0d0e0f08090a0b, 0x0405060700010203,                \
                                            0x0c0d0e0f08090a0b, 0x0405060700010203))
#define WIDE_UNPACKLO32(x, y) _mm512_unpacklo_epi32 (x, y)
#define WIDE_UNPACKHI32(x, y) _mm512_unpackhi_epi32 (x, y)
#define WIDE_UNPACKLO64(x, y) _mm512_unpacklo_epi64 (x, y)
#define WIDE_UNPACKHI64(x, y) _mm512_unpackhi_epi64 (x, y)
#define WIDE_LOWS(x, y)                                                                            \
  _mm512_permutex2var_epi64 (x, _mm512_set_epi64 (13, 12, 5, 4, 9, 8, 1, 0), y)
#define WIDE_HIGHS(x, y)                                                                           \
  _mm512_permutex2var_epi64 (x, _mm512_set_epi64 (15, 14, 7, 6, 11, 10, 3, 2), y)

WIDE_TARGET static inline Wide
wide_load (const void *const *rows, unsigned j, size_t offset)
{
  __m256i low = _mm256_loadu_si256 ((const void *) ((const uint8_t *) rows[j] + offset));
  __m256i high = _mm256_loadu_si256 ((const void *) ((const uint8_t *) rows[j + 8] + offset));

  return _mm512_inserti64x4 (_mm512_castsi256_si512 (low), high, 1);
}

WIDE_TARGET static inline void
wide_store (void *const *rows, unsigned j, Wide x)
{
  _mm256_storeu_si256 (rows[j], _mm512_castsi512_si256 (x));
  _mm256_storeu_si256 (rows[j + 8], _mm512_extracti64x4_epi64 (x, 1));
}

#include "protocol/digest/btd-wide-template.h"

void
btd_avx512_sha1 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha1, h, data, k, n_blocks);
}

void
btd_avx512_sha256 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha256, h, data, k, n_blocks);
}

void
btd_avx512_sha1_zeros (uint32_t *const *h, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha1_zeros, h, NULL, k, n_blocks);
}
