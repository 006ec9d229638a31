/* btd-engines.c: which instructions serve how many streams, and the tables made of that.
 *
 * A vector costs the same however many of its lanes have work, so each kind has a least number of
 * streams from which it pays. The numbers were measured with tests/perf/bench-digest.c on a
 * Golden Cove core (Xeon of the 5th generation). */
#include "protocol/digest/btd-engines-private.h"

/* Against plain registers. */
#define AVX2_SHA1_PAYS 3
#define AVX2_SHA256_PAYS 3
#define AVX512VL_SHA1_PAYS 2
#define AVX512VL_SHA256_PAYS 2

/* Against the SHA instructions. */
#define SHANI_AVX512_SHA1_PAYS 4
#define SHANI_AVX512_SHA256_PAYS 7

static void
avx2_sha1 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  if (k < AVX2_SHA1_PAYS)
    btd_scalar_sha1 (h, data, k, n_blocks);
  else
    btd_avx2_sha1 (h, data, k, n_blocks);
}

static void
avx2_sha256 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  if (k < AVX2_SHA256_PAYS)
    btd_scalar_sha256 (h, data, k, n_blocks);
  else
    btd_avx2_sha256 (h, data, k, n_blocks);
}

static void
avx512_sha1 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  if (k < AVX512VL_SHA1_PAYS)
    btd_scalar_sha1 (h, data, k, n_blocks);
  else if (k <= BTD_AVX512VL_LANES)
    btd_avx512vl_sha1 (h, data, k, n_blocks);
  else
    btd_avx512_sha1 (h, data, k, n_blocks);
}

static void
avx512_sha256 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  if (k < AVX512VL_SHA256_PAYS)
    btd_scalar_sha256 (h, data, k, n_blocks);
  else if (k <= BTD_AVX512VL_LANES)
    btd_avx512vl_sha256 (h, data, k, n_blocks);
  else
    btd_avx512_sha256 (h, data, k, n_blocks);
}

/* The SHA instructions for any @k, BTD_SHANI_LANES streams after BTD_SHANI_LANES others. */
static void
shani_groups (BtdCompress *compress, uint32_t *const *h, const uint8_t *const *data, unsigned k,
              size_t n_blocks)
{
  for (unsigned i = 0; i < k; i += BTD_SHANI_LANES)
    compress (h + i, data + i, k - i < BTD_SHANI_LANES ? k - i : BTD_SHANI_LANES, n_blocks);
}

static void
shani_avx512_sha1 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  if (k < SHANI_AVX512_SHA1_PAYS)
    shani_groups (btd_shani_sha1, h, data, k, n_blocks);
  else
    avx512_sha1 (h, data, k, n_blocks);
}

static void
shani_avx512_sha256 (uint32_t *const *h, const uint8_t *const *data, unsigned k, size_t n_blocks)
{
  if (k < SHANI_AVX512_SHA256_PAYS)
    shani_groups (btd_shani_sha256, h, data, k, n_blocks);
  else
    avx512_sha256 (h, data, k, n_blocks);
}

static void
avx512_sha1_zeros (uint32_t *const *h, unsigned k, size_t n_blocks)
{
  if (k <= BTD_AVX512VL_LANES)
    btd_avx512vl_sha1_zeros (h, k, n_blocks);
  else
    btd_avx512_sha1_zeros (h, k, n_blocks);
}

/* BtDigestOps hands its functions no table, so each table has functions that know their engines. */
#define TABLE(id, title, sha1, sha256, n_lanes, sha1_zeros, pay)                                   \
  static const BtdEngine id##_engines[BT_DIGEST_KINDS] = {                                         \
    [BT_SHA1] = { sha1, n_lanes, sha1_zeros, pay },                                                \
    [BT_SHA256] = { sha256, n_lanes, NULL, 0 },                                                    \
  };                                                                                               \
                                                                                                   \
  static void id##_update (BtDigestKind kind, const BtDigestPart *parts, size_t n)                 \
  {                                                                                                \
    btd_lanes_update (&id##_engines[kind], parts, n);                                              \
  }                                                                                                \
                                                                                                   \
  static void id##_finish (BtDigestKind kind, BtDigest *const *digests, uint8_t *const *outs,      \
                           size_t n)                                                               \
  {                                                                                                \
    btd_lanes_finish (&id##_engines[kind], kind, digests, outs, n);                                \
  }                                                                                                \
                                                                                                   \
  static void id##_hash (BtDigestKind kind, const BtDigestMessage *messages, size_t n)             \
  {                                                                                                \
    btd_lanes_hash (&id##_engines[kind], kind, messages, n);                                       \
  }                                                                                                \
                                                                                                   \
  const BtDigestOps btd_##id##_ops = {                                                             \
    .name = title,                                                                                 \
    .lanes = { [BT_SHA1] = n_lanes, [BT_SHA256] = n_lanes },                                       \
    .init = btd_lanes_init,                                                                        \
    .update = id##_update,                                                                         \
    .finish = id##_finish,                                                                         \
    .clear = btd_lanes_clear,                                                                      \
    .hash = id##_hash,                                                                             \
  }

TABLE (avx2, "avx2 x8", avx2_sha1, avx2_sha256, BTD_AVX2_LANES, btd_avx2_sha1_zeros,
       AVX2_SHA1_PAYS);
TABLE (avx512, "avx-512 x16", avx512_sha1, avx512_sha256, BTD_AVX512_LANES, avx512_sha1_zeros,
       AVX512VL_SHA1_PAYS);
TABLE (shani, "sha-ni x4", btd_shani_sha1, btd_shani_sha256, BTD_SHANI_LANES, NULL, 0);
TABLE (shani_avx512, "sha-ni+avx-512", shani_avx512_sha1, shani_avx512_sha256, BTD_AVX512_LANES,
       avx512_sha1_zeros, SHANI_AVX512_SHA1_PAYS);
