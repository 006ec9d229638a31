/* btd-engines-private.h: what compresses blocks on x86-64, and the tables made of it.
 *
 * Each function is a BtdCompress; the name says which instructions it needs, and only
 * btd_cpu_detect() says whether they may be used. */
#pragma once

#include "protocol/core/bt-digest.h"
#include "protocol/digest/btd-lanes-private.h"

/* Plain registers and BMI2; any k, one after the other. */
BtdCompress btd_scalar_sha1;
BtdCompress btd_scalar_sha256;

/* SHA, SSSE3 and SSE4.1; k up to 4. */
#define BTD_SHANI_LANES 4
BtdCompress btd_shani_sha1;
BtdCompress btd_shani_sha256;

/* AVX2; k up to 8. */
#define BTD_AVX2_LANES 8
BtdCompress btd_avx2_sha1;
BtdCompress btd_avx2_sha256;
BtdCompressZeros btd_avx2_sha1_zeros;

/* AVX2, AVX-512 F and VL; k up to 8. */
#define BTD_AVX512VL_LANES 8
BtdCompress btd_avx512vl_sha1;
BtdCompress btd_avx512vl_sha256;
BtdCompressZeros btd_avx512vl_sha1_zeros;

/* AVX-512 F and BW; k up to 16. */
#define BTD_AVX512_LANES 16
BtdCompress btd_avx512_sha1;
BtdCompress btd_avx512_sha256;
BtdCompressZeros btd_avx512_sha1_zeros;

/* The tables, by what the processor needs to have. */
extern const BtDigestOps btd_avx2_ops;
extern const BtDigestOps btd_avx512_ops;
extern const BtDigestOps btd_shani_ops;
extern const BtDigestOps btd_shani_avx512_ops;
