/* btd-ops.c: chooses the table of digest operations for this machine. */
#include "protocol/digest/btd.h"

#include "protocol/digest/btd-evp-private.h"

#ifdef __x86_64__
#include "protocol/digest/btd-cpu-private.h"
#include "protocol/digest/btd-engines-private.h"

#define TABLES_MAX 5

/* What each kind of processor can run, the fastest last. */
static const BtDigestOps *const tables[BTD_VECTOR_LEVELS][2][TABLES_MAX] = {
  [BTD_VECTOR_NONE] = { { &btd_evp_ops }, { &btd_evp_ops, &btd_shani_ops } },
  [BTD_VECTOR_AVX2]
  = { { &btd_evp_ops, &btd_avx2_ops }, { &btd_evp_ops, &btd_avx2_ops, &btd_shani_ops } },
  [BTD_VECTOR_AVX512]
  = { { &btd_evp_ops, &btd_avx2_ops, &btd_avx512_ops },
      { &btd_evp_ops, &btd_avx2_ops, &btd_avx512_ops, &btd_shani_ops, &btd_shani_avx512_ops } },
};

const BtDigestOps *const *
btd_ops_list (size_t *n)
{
  BtdCpu cpu = btd_cpu_detect ();
  const BtDigestOps *const *list = tables[cpu.vector][cpu.sha];

  *n = 0;
  while (*n < TABLES_MAX && list[*n] != NULL)
    ++*n;
  return list;
}

#else

static const BtDigestOps *const tables[] = { &btd_evp_ops };

const BtDigestOps *const *
btd_ops_list (size_t *n)
{
  *n = 1;
  return tables;
}

#endif

const BtDigestOps *
btd_ops (void)
{
  size_t n;
  const BtDigestOps *const *list = btd_ops_list (&n);

  return list[n - 1];
}
