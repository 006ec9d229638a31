/* btd-cpu.c: asks an x86-64 processor, and the system, which instructions they support.
 *
 * Source: Intel SDM volume 1, chapter 13 (XCR0) and 14.3, 15.2 (detection of AVX and AVX-512). */
#include "protocol/digest/btd-cpu-private.h"

#include <cpuid.h>
#include <stdint.h>

#define XCR0_AVX 0x06u    /* xmm and ymm are saved at a context switch */
#define XCR0_AVX512 0xe6u /* the mask registers and all of zmm too */

/* The inline assembly spares the unit a compiler flag. To be called if OSXSAVE is reported. */
static uint64_t
xcr0_read (void)
{
  uint32_t low, high;

  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t) high << 32 | low;
}

static bool
has_all (uint64_t flags, uint64_t wanted)
{
  return (flags & wanted) == wanted;
}

static BtdVector
vector_level (uint32_t ebx7, uint64_t xcr0)
{
  if (!has_all (ebx7, bit_AVX2 | bit_BMI2) || !has_all (xcr0, XCR0_AVX))
    return BTD_VECTOR_NONE;
  if (!has_all (ebx7, bit_AVX512F | bit_AVX512BW | bit_AVX512VL) || !has_all (xcr0, XCR0_AVX512))
    return BTD_VECTOR_AVX2;
  return BTD_VECTOR_AVX512;
}

BtdCpu
btd_cpu_detect (void)
{
  BtdCpu cpu = { false, BTD_VECTOR_NONE };
  unsigned eax, ebx, ecx, edx, ebx7;

  if (!__get_cpuid (1, &eax, &ebx, &ecx, &edx))
    return cpu;

  unsigned ecx1 = ecx;

  if (!__get_cpuid_count (7, 0, &eax, &ebx7, &ecx, &edx))
    return cpu;

  cpu.sha = has_all (ecx1, bit_SSSE3 | bit_SSE4_1) && has_all (ebx7, bit_SHA);
  if (has_all (ecx1, bit_OSXSAVE | bit_AVX))
    cpu.vector = vector_level (ebx7, xcr0_read ());
  return cpu;
}
