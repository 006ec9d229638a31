/* btd-avx512vl.c: SHA-1 and SHA-256 of up to 8 streams with vectors of 256 bits and AVX-512's
 * rotations and three-operand logic. For 8 streams a core has more units for these than for 512
 * bits. */
#include "protocol/digest/btd-engines-private.h"

#include <immintrin.h>

#include "protocol/core/bt-assert.h"

#define WIDE_TARGET __attribute__ ((target ("avx2,avx512f,avx512vl")))
#define WIDE_LANES BTD_AVX512VL_LANES

typedef __m256i Wide;

/* The last argument of vpternlogd is the truth table of the function. */
#define WIDE_ADD(x, y) _mm256_add_epi32 (x, y)
#define WIDE_XOR(x, y) _mm256_xor_si256 (x, y)
#define WIDE_XOR3(x, y, z) _mm256_ternarylogic_epi32 (x, y, z, 0x96)
#define WIDE_SHR(x, n) _mm256_srli_epi32 (x, n)
#define WIDE_ROL(x, n) _mm256_rol_epi32 (x, n)
#define WIDE_SET1(u32) _mm256_set1_epi32 ((int) (u32))
#define WIDE_CH(x, y, z) _mm256_ternarylogic_epi32 (x, y, z, 0xca)
#define WIDE_MAJ(x, y, z) _mm256_ternarylogic_epi32 (x, y, z, 0xe8)
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
btd_avx512vl_sha1 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha1, h, data, k, n_blocks);
}

void
btd_avx512vl_sha256 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha256, h, data, k, n_blocks);
}

void
btd_avx512vl_sha1_zeros (uint32_t *const *h, unsigned k, size_t n_blocks)
{
  wide_fill_and_run (wide_sha1_zeros, h, NULL, k, n_blocks);
}
