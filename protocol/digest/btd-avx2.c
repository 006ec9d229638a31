/* btd-avx2.c: SHA-1 and SHA-256 of up to 8 streams with AVX2. */
#include "protocol/digest/btd-engines-private.h"

#include <immintrin.h>

#include "protocol/core/bt-assert.h"

#define WIDE_TARGET __attribute__ ((target ("avx2")))
#define WIDE_LANES BTD_AVX2_LANES

typedef __m256i Wide;

#define WIDE_ADD(x, y) _mm256_add_epi32 (x, y)
#define WIDE_XOR(x, y) _mm256_xor_si256 (x, y)
#define WIDE_XOR3(x, y, z) WIDE_XOR (WIDE_XOR (x, y), z)
#define WIDE_SHR(x, n) _mm256_srli_epi32 (x, n)
#define WIDE_ROL(x, n) _mm256_or_si256 (_mm256_slli_epi32 (x, n), _mm256_srli_epi32 (x, 32 - (n)))
#define WIDE_SET1(u32) _mm256_set1_epi32 ((int) (u32))
#define WIDE_CH(x, y, z) WIDE_XOR (z, _mm256_and_si256 (x, WIDE_XOR (y, z)))
#define WIDE_MAJ(x, y, z)                                                                          \
  _mm256_or_si256 (_mm256_and_si256 (x, y), _mm256_and_si256 (z, _mm256_or_si256 (x, y)))
#define WIDE_SWAP(x)                                                                               \
  _mm256_shuffle_epi8 (x, _mm256_set_epi64x (0x0c0d0e0f08090a0b, 0x0405060700010203,               \
                                             0x0c0d0e0f08090a0b, 0x0405060700010203))
#define WIDE_UNPACKLO32(x, y) _mm256_unpacklo_epi32 (x, y)
#define WIDE_UNPACKHI32(x, y) _mm256_unpackhi_epi32 (x, y)
#define WIDE_UNPACKLO64(x, y) _mm256_unpacklo_epi64 (x, y)
#define WIDE_UNPACKHI64(x, y) _mm256_unpackhi_epi64 (x, y)
#define WIDE_LOWS(x, y) _mm256_permute2x128_si256 (x, y, 0x20)
#define WIDE_HIGHS(x, y) _mm256_permute2x128_si256 (x, y, 0x31)

WIDE_TARGET static inline Wide
wide_load (const void *const *rows, unsigned j, size_t offset)
{
  return _mm256_loadu_si256 ((const void *) ((const uint8_t *) rows[j] + offset));
}

WIDE_TARGET static inline void
wide_store (void *const *rows, unsigned j, Wide x)
{
  _mm256_storeu_si256 (rows[j], x);
}

#include "protocol/digest/btd-wide-template.h"

void
btd_avx2_sha1 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha1, h, data, k, n_blocks);
}

void
btd_avx2_sha256 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha256, h, data, k, n_blocks);
}

void
btd_avx2_sha1_zeros (uint32_t *const *h, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha1_zeros, h, NULL, k, n_blocks);
}
